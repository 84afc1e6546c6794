#include "content/headers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sesame::content {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

std::string_view reason_of(const std::string& name, const std::string& value) {
  const std::vector<Header> headers{{name, value}};
  const Status checked = check_headers(headers);
  return checked ? "" : checked.error().reason();
}

TEST(Headers, of_the_senders_own_are_allowed) {
  EXPECT_EQ(reason_of("X-Campaign", "spring 2026"), "");
  EXPECT_EQ(reason_of("List-Id", "<news.shop.test>"), "");
  EXPECT_EQ(reason_of("X-City", "深圳"), "");
  EXPECT_EQ(reason_of("X-Empty", ""), "");
}

TEST(Headers, that_the_mail_itself_uses_are_refused) {
  for (const std::string name :
       {"From", "bcc", "SUBJECT", "Content-Type", "content-transfer-encoding", "DKIM-Signature", "Received",
        "Return-Path", "Resent-From", "ARC-Seal", "Message-ID", "Date", "Sender", "Authentication-Results"})
    EXPECT_EQ(reason_of(name, "x"), "content.header_illegal") << name;
}

TEST(Headers, cannot_bring_further_ones) {
  for (const std::string value : {"a\r\nBcc: x@victim.test", "a\nb", "a\rb", "a\x01", "a\x7f", "\xff"})
    EXPECT_EQ(reason_of("X-A", value), "content.header_illegal");
  EXPECT_EQ(reason_of("X-A", std::string("a\0b", 3)), "content.header_illegal");
  for (const std::string name : {"", "X A", "X:A", "X-A\r\nBcc", "X-É", "From "})
    EXPECT_EQ(reason_of(name, "x"), "content.header_illegal") << name;
}

TEST(Headers, have_limits) {
  EXPECT_EQ(reason_of("X-A", std::string(kHeaderValueBytesMax, 'x')), "");
  EXPECT_EQ(reason_of("X-A", std::string(kHeaderValueBytesMax + 1, 'x')), "content.header_illegal");
  const std::vector<Header> many(kHeadersMax + 1, {"X-A", "b"});
  const Status checked = check_headers(many);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().reason(), "content.too_many_headers");
}

TEST(Headers, with_a_syntax_of_their_own_are_folded_or_refused) {
  const auto reason = [](const std::string& name, const std::string& value) {
    const Header header(name, value);
    const Status checked = check_headers(std::span(&header, 1), kSubmittedHeaders);
    return checked ? std::string_view() : checked.error().reason();
  };
  std::string references;
  for (int i = 0; i < 100; ++i) references += " <" + std::to_string(i) + "@shop.test>";
  EXPECT_EQ(reason("References", references), "");
  EXPECT_EQ(reason("References", "<" + std::string(kHeaderValueBytesMax, 'x') + ">"),
            "content.header_illegal");
  EXPECT_EQ(reason("In-Reply-To", "<ü@shop.test>"), "content.header_illegal");
  EXPECT_EQ(reason("List-Id", "Café <cafe.shop.test>"), "");
  EXPECT_EQ(reason("X-Long", std::string(5000, 'x')), "");
}

TEST(Headers, are_read_from_json_or_from_lines) {
  const auto json = parse_headers(R"( {"X-A":"1","X-B":"two words"} )");
  ASSERT_TRUE(json);
  EXPECT_THAT(*json, ElementsAre(Pair("X-A", "1"), Pair("X-B", "two words")));
  const auto lines = parse_headers("X-B: two words\r\nX-A:1\n\n");
  ASSERT_TRUE(lines);
  EXPECT_THAT(*lines, ElementsAre(Pair("X-B", "two words"), Pair("X-A", "1")));
  const auto none = parse_headers("  ");
  ASSERT_TRUE(none);
  EXPECT_THAT(*none, IsEmpty());
}

TEST(Headers, in_a_text_that_cannot_be_read_are_refused) {
  for (const std::string_view text : {"{\"X-A\":", "{\"X-A\":[1]}", "no colon", "{\"X-A\":\"a\\r\\nBcc: b\"}",
                                      "Bcc: x", "X-A: 1\n folded", ": x"}) {
    const auto read = parse_headers(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().reason(), "content.header_illegal");
  }
}

}  // namespace
}  // namespace sesame::content
