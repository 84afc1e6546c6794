#include "content/unsubscribe_texts.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "base/utf8.hpp"

namespace sesame::content {
namespace {

TEST(UnsubscribeTexts, are_there_for_every_option_but_none) {
  EXPECT_EQ(unsubscribe_texts(0), nullptr);
  EXPECT_EQ(unsubscribe_texts(kUnsubscribeOptionsEnd), nullptr);
  EXPECT_EQ(unsubscribe_texts(255), nullptr);
  std::set<std::string_view> tags;
  for (UnsubscribeOption option = 1; option < kUnsubscribeOptionsEnd; ++option) {
    const UnsubscribeTexts& texts = *unsubscribe_texts(option);
    tags.insert(texts.tag);
    EXPECT_EQ(texts.direction, texts.tag == "ar" ? "rtl" : "ltr");
    for (const std::string_view text :
         {texts.footer, texts.link, texts.title, texts.button, texts.done, texts.slip, texts.again_button,
          texts.again, texts.invalid, texts.invalid_detail, texts.failed, texts.failed_detail}) {
      EXPECT_FALSE(text.empty()) << texts.tag;
      EXPECT_TRUE(utf8::valid(text)) << texts.tag;
      EXPECT_EQ(text.find_first_of("{}"), text.npos) << text;
    }
    EXPECT_NE(texts.ask.find("{domain}"), texts.ask.npos) << texts.tag;
    for (const std::string_view text : {texts.ask_detail, texts.done_detail, texts.again_detail}) {
      EXPECT_NE(text.find("{domain}"), text.npos) << texts.tag;
      EXPECT_NE(text.find("{address}"), text.npos) << texts.tag;
    }
  }
  EXPECT_EQ(tags.size(), 12U);
  EXPECT_EQ(unsubscribe_texts(1)->tag, "zh-Hans");
  EXPECT_EQ(unsubscribe_texts(2)->tag, "en");
  EXPECT_EQ(unsubscribe_texts(12)->tag, "vi");
}

TEST(UnsubscribeOptions, are_decimal_numbers) {
  for (unsigned option = 0; option < kUnsubscribeOptionsEnd; ++option)
    EXPECT_EQ(parse_unsubscribe_option(std::to_string(option)), option);
  for (const char* odd : {"", "13", "01", "00", "-1", "+1", " 1", "1 ", "1.0", "256", "1a"})
    EXPECT_EQ(parse_unsubscribe_option(odd), std::nullopt) << odd;
}

TEST(UnsubscribeOptions, have_two_numberings) {
  constexpr auto kDomestic = UnsubscribeNumbering::domestic, kForeign = UnsubscribeNumbering::international;
  EXPECT_EQ(renumbered(1, kDomestic), 1);
  EXPECT_EQ(renumbered(1, kForeign), 2);
  EXPECT_EQ(renumbered(2, kForeign), 1);
  for (const UnsubscribeOption same : {0, 3, 9, 12}) EXPECT_EQ(renumbered(same, kForeign), same);
}

}  // namespace
}  // namespace sesame::content
