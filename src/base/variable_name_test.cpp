#include "base/variable_name.hpp"

#include <gtest/gtest.h>

namespace sesame {
namespace {

TEST(VariableName, blanks_and_invisible_characters_do_not_tell_names_apart) {
  for (const char* text : {"First Name", " First  Name ", "First\u00a0Name", "\ufeffFirst\tName\u200b",
                           "First\r\nName", "\u3000First Name"})
    EXPECT_EQ(variable_name(text), "First Name") << text;
  EXPECT_EQ(variable_name("\u200bcity"), "city");
}

TEST(VariableName, accents_are_composed) {
  EXPECT_EQ(variable_name("Pre\u0301nom"), "Pr\u00e9nom");
  EXPECT_EQ(variable_name("姓名"), "姓名");
}

TEST(VariableName, what_no_placeholder_can_hold_is_no_name) {
  for (const char* text :
       {"", " ", "\u200b", "a{b", "a}b", "&nbsp;name", "<b>name</b>", "name|default", "#if", "ci\u200bty",
        "a\x01"
        "b",
        "Price (EUR)", "\xff"})
    EXPECT_EQ(variable_name(text), std::nullopt) << text;
  EXPECT_EQ(variable_name(std::string(64, 'n')), std::string(64, 'n'));
  EXPECT_EQ(variable_name(std::string(65, 'n')), std::nullopt);
}

TEST(VariableName, plain_names_are_seen_at_once) {
  EXPECT_TRUE(is_plain_variable_name("user_1.first-name"));
  for (const char* text : {"", " a", "a b", "姓名", "a{"}) EXPECT_FALSE(is_plain_variable_name(text)) << text;
}

}  // namespace
}  // namespace sesame
