#include "messages/changes.hpp"

#include <gtest/gtest.h>

#include "audience/custom_blocks.hpp"
#include "audience/hard_bounces.hpp"
#include "audience/recipient_key.hpp"
#include "audience/unsubscribes.hpp"
#include "testkit/temp_database.hpp"

namespace sesame::messages {
namespace {

const accounts::Scope kScope{1, "ap-guangzhou"};

Envelope mail_to(const char* address, std::int64_t run_id = 7) {
  Envelope mail;
  mail.id = {1, accounts::MailId::Kind::run, run_id, 0};
  mail.to_address = address;
  return mail;
}

class ChangesTest : public testing::Test {
 protected:
  void publish(std::vector<std::uint64_t> keys) {
    database_.change([&](storage::Writer& writer) { writer.publish(keys); });
  }

  testkit::TempDatabase database_;
  Changes changes_{*database_};
};

TEST_F(ChangesTest, a_mail_that_nothing_was_published_about_may_go) {
  const std::uint64_t judged_at = changes_.number();
  EXPECT_FALSE(changes_.any_since(judged_at, mail_to("ann@example.com")));
  publish({change_key_of_run(8)});
  EXPECT_FALSE(changes_.any_since(judged_at, mail_to("ann@example.com")));
}

TEST_F(ChangesTest, a_change_of_its_run_counts_until_it_is_judged_again) {
  const std::uint64_t judged_at = changes_.number();
  publish({change_key_of_run(7)});
  EXPECT_TRUE(changes_.any_since(judged_at, mail_to("ann@example.com")));
  EXPECT_FALSE(changes_.any_since(changes_.number(), mail_to("ann@example.com")));
}

TEST_F(ChangesTest, every_list_publishes_its_addresses_in_whatever_spelling) {
  const std::uint64_t judged_at = changes_.number();
  database_.change([&](storage::Writer& writer) {
    const std::vector<std::string> blocked{"Blocked@EXAMPLE.com"};
    EXPECT_TRUE(audience::add_custom_blocks(writer, kScope, blocked, std::nullopt, 0));
    audience::add_unsubscribe(writer, {kScope, "mail.example", "Gone@Example.com"});
    const audience::NewHardBounce bounce{kScope, "Bounced@example.COM", "550 no such user", 1};
    audience::record_hard_bounces(writer, std::span(&bounce, 1), {}, 1);
  });
  for (const char* address : {"Blocked@example.com", "Gone@example.com", "Bounced@example.com"})
    EXPECT_TRUE(changes_.any_since(judged_at, mail_to(address))) << address;
  EXPECT_FALSE(changes_.any_since(judged_at, mail_to("ann@example.com")));
}

TEST_F(ChangesTest, when_too_many_changes_are_unread_everything_counts_as_changed) {
  const std::uint64_t judged_at = changes_.number();
  for (std::size_t i = 0; i <= Changes::kKeptMax; i += 4096) {
    std::vector<std::uint64_t> keys(4096);
    for (std::size_t k = 0; k < keys.size(); ++k) keys[k] = i + k + 1;
    publish(std::move(keys));
  }
  EXPECT_TRUE(changes_.any_since(judged_at, mail_to("ann@example.com")));
  EXPECT_FALSE(changes_.any_since(changes_.number(), mail_to("ann@example.com")));
}

}  // namespace
}  // namespace sesame::messages
