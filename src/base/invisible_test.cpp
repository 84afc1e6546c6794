#include "base/invisible.hpp"

#include <gtest/gtest.h>

namespace sesame {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

TEST(Invisible, format_unassigned_and_private_characters_are_found) {
  for (const char* character : {"\u200b", "\ufeff", "\u00ad", "\u202e", "\u2060", "\U000e0041", "\u0378",
                                "\ue000", "\u034f", "\u3164", "\ufe0f", "\U0010ffff", "\u200c", "\u200d"}) {
    EXPECT_EQ(find_invisible(std::string("ann") + character + "x"), 3U) << code_point_name(character, 0);
  }
  for (const char* text : {"", "ann", "Zoë", "用户", "Straße", "πρόσωπο", "नमस्ते"})
    EXPECT_EQ(find_invisible(text), kNone) << text;
}

TEST(Invisible, joiners_stay_where_a_script_needs_them) {
  // Devanagari ksha with a joiner behind its virama; a Persian plural, whose parts must not join.
  for (const char* text : {"क्‍ष", "क्‌ष", "نامه‌ها", "می‌خواهم"})
    EXPECT_EQ(find_invisible(text), kNone) << text;
  EXPECT_EQ(find_invisible("a\u200cb"), 1U);
  EXPECT_EQ(find_invisible("\u200dक"), 0U);
  EXPECT_EQ(find_invisible("نامه\u200dها"), 8U);
  EXPECT_EQ(find_invisible("نا\u200cمه"), 4U);  // An alef joins nothing behind it.
}

TEST(Invisible, characters_are_named) {
  EXPECT_EQ(code_point_name("a\u200b", 1), "U+200B");
  EXPECT_EQ(code_point_name("\U000e0041", 0), "U+E0041");
}

TEST(Invisible, both_ends_are_trimmed) {
  EXPECT_EQ(trim_unseen("\ufeff\u00a0 ann@x.test\u200b\t\u3000"), "ann@x.test");
  EXPECT_EQ(trim_unseen("\u202e用户 x\u2029"), "用户 x");
  EXPECT_EQ(trim_unseen("\u200b\u2060 "), "");
  EXPECT_EQ(trim_unseen(""), "");
  EXPECT_EQ(trim_unseen(" \xff "), "\xff");
}

}  // namespace
}  // namespace sesame
