#include "commands/action_search.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace sesame::commands {
namespace {

using Effect = cloudapi::ActionDescription::Effect;

std::vector<std::string> names(std::string_view query, std::optional<Effect> effect = {}) {
  std::vector<std::string> found;
  for (const auto* action : search_actions(query, effect)) found.push_back(action->name);
  return found;
}

bool finds(std::string_view query, const std::string& name) {
  const std::vector<std::string> found = names(query);
  return std::ranges::find(found, name) != found.end();
}

TEST(ActionSearch, finds_an_action_by_its_name_first) {
  EXPECT_EQ(names("BatchSendEmail").at(0), "BatchSendEmail");
  EXPECT_EQ(names("listreceivers").at(0), "ListReceivers");
}

TEST(ActionSearch, finds_actions_by_what_they_do_in_both_languages) {
  EXPECT_TRUE(finds("pause a task", "PauseSendTask"));
  EXPECT_TRUE(finds("template create", "CreateEmailTemplate"));
  const std::string unsubscribing = "\xe9\x80\x80\xe8\xae\xa2";  // In Chinese.
  const auto found = search_actions(unsubscribing, {});
  EXPECT_FALSE(found.empty());
  for (const auto* action : found)
    EXPECT_NE(action->summary.zh.find(unsubscribing), std::string::npos) << action->name;
}

TEST(ActionSearch, finds_actions_by_fields_and_codes) {
  EXPECT_TRUE(finds("ReceiverId", "ListReceiverDetails"));
  EXPECT_TRUE(finds("NoSuchSender", "GetTrackingSetting"));
}

TEST(ActionSearch, lists_at_most_ten_and_only_the_wanted_effect) {
  EXPECT_EQ(names("").size(), 10U);
  EXPECT_TRUE(names("zzzzzz").empty());
  for (const auto* action : search_actions("send", Effect::sends_mail))
    EXPECT_EQ(action->effect, Effect::sends_mail);
  EXPECT_EQ(names("", Effect::sends_mail).size(), 8U);
}

}  // namespace
}  // namespace sesame::commands
