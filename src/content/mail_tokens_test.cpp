#include "content/mail_tokens.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <limits>
#include <span>
#include <string>

#include "testkit/seeded_random.hpp"

namespace sesame::content {
namespace {

MailTokens::Key key_of(unsigned char byte) {
  MailTokens::Key key;
  key.fill(byte);
  return key;
}

const accounts::MailId kMail{7, accounts::MailId::Kind::send, 123'456, 19'999};

TEST(MailTokens, open_as_what_they_were_made_for_and_nothing_else) {
  const MailTokens tokens(key_of(1));
  const std::string token = tokens.make(TokenUse::click, kMail, "https://shop.example/?a=1&b=2");
  const auto opened = tokens.open(TokenUse::click, token);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->mail, kMail);
  EXPECT_EQ(opened->payload, "https://shop.example/?a=1&b=2");
  EXPECT_FALSE(tokens.open(TokenUse::open, token));
  EXPECT_FALSE(tokens.open_from_address(TokenUse::click, token));
  EXPECT_FALSE(MailTokens(key_of(2)).open(TokenUse::click, token));
}

TEST(MailTokens, that_were_sent_years_ago_are_those_of_today) {
  const MailTokens tokens(key_of(1));
  EXPECT_EQ(tokens.make(TokenUse::click, kMail, "https://shop.example/"),
            "txfkFPkkMhWBM6nMAQfAxAefnAFodHRwczovL3Nob3AuZXhhbXBsZS8");
  EXPECT_EQ(tokens.make_for_address(TokenUse::bounce, kMail), "mux7lzxpco7muuy5mryacb6ayqdz7hab");
}

TEST(MailTokens, of_an_address_survive_a_change_of_case) {
  const MailTokens tokens(key_of(1));
  std::string token = tokens.make_for_address(TokenUse::bounce, kMail);
  std::transform(token.begin(), token.end(), token.begin(), [](unsigned char c) { return std::toupper(c); });
  EXPECT_EQ(tokens.open_from_address(TokenUse::bounce, token), kMail);
}

TEST(MailTokens, of_an_address_leave_room_in_the_local_part) {
  const accounts::MailId largest{1'000'000, accounts::MailId::Kind::send, 1LL << 48,
                                 std::numeric_limits<std::uint32_t>::max()};
  EXPECT_LE(MailTokens(key_of(1)).make_for_address(TokenUse::bounce, largest).size(), 52U);
}

TEST(MailTokens, any_change_of_any_character_is_noticed) {
  const MailTokens tokens(key_of(3));
  const std::string token = tokens.make(TokenUse::open, kMail, "payload");
  for (std::size_t place = 0; place < token.size(); ++place) {
    for (const char other : std::string_view("Ab7-_= ")) {
      std::string changed = token;
      changed[place] = other;
      if (changed == token) continue;
      EXPECT_FALSE(tokens.open(TokenUse::open, changed)) << changed;
    }
    EXPECT_FALSE(tokens.open(TokenUse::open, std::string_view(token).substr(0, place)));
  }
}

TEST(MailTokens, what_was_never_made_does_not_open) {
  const MailTokens tokens(key_of(3));
  testkit::SeededRandom random(7);
  for (int i = 0; i < 10'000; ++i) {
    std::string bytes(random.next() % 80, '\0');
    random.fill(std::as_writable_bytes(std::span(bytes)));
    EXPECT_FALSE(tokens.open(TokenUse::open, bytes));
    EXPECT_FALSE(tokens.open_from_address(TokenUse::bounce, bytes));
  }
}

}  // namespace
}  // namespace sesame::content
