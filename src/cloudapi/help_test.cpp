#include "cloudapi/help.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "base/utf8.hpp"

namespace sesame::cloudapi {
namespace {

using testing::HasSubstr;

TEST(Help, shows_the_flags_of_an_action) {
  const std::string help =
      action_help(*find_action("2020-10-02", "CreateReceiverDetailWithData"), Language::en);
  EXPECT_THAT(help,
              HasSubstr("  --ReceiverId (integer, required, at least 1)\n      The recipient group.\n"));
  EXPECT_THAT(help, HasSubstr("  --Datas (list of object, required, at most 20000 items)\n"));
  EXPECT_THAT(help, HasSubstr("  --Datas.0.TemplateData (string, required, at most 800 bytes)\n"));
  EXPECT_THAT(help, HasSubstr("  LimitExceeded.ReceiverDetailRequestLimit\n"));
}

TEST(Help, gives_an_example_that_a_shell_takes) {
  const std::string help = action_help(*find_action("2020-10-02", "CreateReceiver"), Language::en);
  EXPECT_THAT(help,
              HasSubstr("  sesame call CreateReceiver \\\n    --ReceiversName 'Spring customers' \\\n"));
  EXPECT_THAT(action_help(*find_action("2020-10-02", "SendEmail"), Language::en),
              HasSubstr(R"(--Destination '["ann@shop.example"]')"));
}

TEST(Help, speaks_both_languages_about_every_action_within_a_terminal) {
  for (const ActionDescription& action : description().actions) {
    EXPECT_THAT(action_help(action, Language::zh), HasSubstr("示例")) << action.name;
    std::istringstream lines(action_help(action, Language::en));
    for (std::string line; std::getline(lines, line);) {
      const bool shell = line.find("    --") == 0;  // An example's value is one word and cannot be broken.
      EXPECT_TRUE(shell || utf8::count(line) <= 100) << action.name << ": " << line;
    }
  }
}

TEST(Help, lists_every_action_on_a_line) {
  const std::string list = action_list(Language::en);
  EXPECT_EQ(static_cast<std::size_t>(std::ranges::count(list, '\n')), description().actions.size());
  EXPECT_THAT(list, testing::ContainsRegex("  CreateReceiver +Creates an empty recipient group\\.\n"));
  EXPECT_THAT(action_list(Language::zh), HasSubstr("创建一个空的收件人列表\n"));
}

}  // namespace
}  // namespace sesame::cloudapi
