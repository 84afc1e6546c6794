#include <gtest/gtest.h>

#include <vector>

#include "mime/address.hpp"

namespace sesame::mime {
namespace {

TEST(Mailbox, is_an_address_or_an_alias_with_one) {
  struct Case {
    std::string text;
    Mailbox mailbox;
  };
  const std::vector<Case> cases = {
      {"a@b.test", {"", "a@b.test"}},
      {"Shop <a@b.test>", {"Shop", "a@b.test"}},
      {"The Shop, Ltd. <a@b.test>", {"The Shop, Ltd.", "a@b.test"}},
      {"示例商店 <a@b.test>", {"示例商店", "a@b.test"}},
      {"\"The Shop\" <a@b.test>", {"The Shop", "a@b.test"}},
      {"\"The \\\"Shop\\\"\" <a@b.test>", {"The \"Shop\"", "a@b.test"}},
      {"a \"b\" c <a@b.test>", {"a \"b\" c", "a@b.test"}},
      {"\"<a>\"@b.test", {"", "\"<a>\"@b.test"}},
      {"Shop <a@bücher.test>", {"Shop", "a@bücher.test"}},
  };
  for (const Case& one : cases) {
    const Result<Mailbox> mailbox = parse_mailbox(one.text);
    ASSERT_TRUE(mailbox.ok()) << one.text << ": " << mailbox.error().reason();
    EXPECT_EQ(*mailbox, one.mailbox) << one.text;
  }
}

TEST(Mailbox, refuses_what_the_service_refuses) {
  const std::vector<std::pair<std::string, std::string_view>> cases = {
      {"", "mailbox.bad_address"},
      {"a@b", "mailbox.bad_address"},
      {"Shop a@b.test", "mailbox.bad_address"},
      {"Shop <a@b>", "mailbox.bad_address"},
      {"Shop <>", "mailbox.bad_address"},
      {"Shop <a@b.test", "mailbox.bad_address"},
      {"a@b.test\r\nBcc: c@d.test", "mailbox.bad_address"},
      {"Shop: north <a@b.test>", "mailbox.alias_colon"},
      {"Shop<a@b.test>", "mailbox.malformed"},
      {"Shop  <a@b.test>", "mailbox.malformed"},
      {"Shop\t<a@b.test>", "mailbox.malformed"},
      {" Shop <a@b.test>", "mailbox.malformed"},
      {" <a@b.test>", "mailbox.malformed"},
      {"<a@b.test>", "mailbox.malformed"},
      {">", "mailbox.malformed"},
      {"Shop <x> <a@b.test>", "mailbox.malformed"},
      {"Shop\r\nBcc x <a@b.test>", "mailbox.malformed"},
      {"Sh\xffop <a@b.test>", "mailbox.malformed"},
      {std::string(kMaxAliasBytes + 1, 'x') + " <a@b.test>", "mailbox.malformed"},
  };
  for (const auto& [text, reason] : cases) {
    const Result<Mailbox> mailbox = parse_mailbox(text);
    ASSERT_FALSE(mailbox.ok()) << text;
    EXPECT_EQ(mailbox.error().reason(), reason) << text;
    EXPECT_EQ(mailbox.error().facts().at(0).name, "value") << text;
  }
}

}  // namespace
}  // namespace sesame::mime
