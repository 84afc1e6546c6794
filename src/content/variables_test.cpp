#include "content/variables.hpp"

#include <gtest/gtest.h>

namespace sesame::content {
namespace {

std::string value(const Variables& values, std::string_view name) {
  const std::string* found = values.find(name);
  return found == nullptr ? "(none)" : *found;
}

std::string_view reason_of(std::string_view json) {
  const Result<Variables> read = parse_variables(json);
  return read ? "" : read.error().reason();
}

TEST(Variables, are_read_from_one_object_of_plain_values) {
  const auto read = parse_variables(R"({"name":"Ada","points":12.50,"vip":true,"old":false,"城市":"深圳"} )");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->size(), 5u);
  EXPECT_EQ(value(*read, "name"), "Ada");
  EXPECT_EQ(value(*read, "vip"), "true");
  EXPECT_EQ(value(*read, "old"), "false");
  EXPECT_EQ(value(*read, "城市"), "深圳");
  EXPECT_EQ(value(*read, "missing"), "(none)");
}

TEST(Variables, keep_numbers_as_they_were_written) {
  for (const std::string number : {"12.50", "0", "-0", "-7", "1e3", "9007199254740993",
                                   "18446744073709551615", "123456789012345678901234567890", "0.10"}) {
    const auto read = parse_variables("{\"n\":" + number + "}");
    ASSERT_TRUE(read) << number;
    EXPECT_EQ(value(*read, "n"), number);
  }
}

TEST(Variables, understand_escapes) {
  const auto read = parse_variables(R"({"a\u0062":"line\nend \"x\" \u00e9 \ud83d\ude00"})");
  ASSERT_TRUE(read);
  EXPECT_EQ(value(*read, "ab"), "line\nend \"x\" é 😀");
}

TEST(Variables, may_be_none) {
  const auto read = parse_variables("{}");
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->empty());
}

TEST(Variables, given_twice_have_the_last_value) {
  const auto read = parse_variables(R"({"b":"1","a":"x","b":"2"})");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->size(), 2u);
  EXPECT_EQ(value(*read, "b"), "2");
}

TEST(Variables, have_names_that_blanks_do_not_tell_apart) {
  const auto read = parse_variables("{\" First  Name\":\"Ada\",\"\u200bcity\":\"London\",\"a/b\":\"c\"}");
  ASSERT_TRUE(read);
  EXPECT_EQ(value(*read, "First Name"), "Ada");
  EXPECT_EQ(value(*read, "city"), "London");
  EXPECT_EQ(value(*read, "a/b"), "c");
}

TEST(Variables, can_be_set_one_by_one) {
  auto read = parse_variables(R"({"b":"1","d":"2"})");
  ASSERT_TRUE(read);
  for (const std::string_view name : {"a", "b", "c", "e"}) read->set(name, "new " + std::string(name));
  EXPECT_EQ(read->size(), 5u);
  for (const std::string_view name : {"a", "b", "c", "e"})
    EXPECT_EQ(value(*read, name), "new " + std::string(name));
  EXPECT_EQ(value(*read, "d"), "2");
}

TEST(Variables, are_refused_when_the_text_is_not_json) {
  for (const std::string_view text :
       {"", " ", "{", "name=Ada", "{\"a\":1}x", "{\"a\":1}{}", "{\"a\":01}", "{'a':1}", "{\"a\":1,}",
        "{\"a\":\"\xff\"}", "{\"a\":\"\\ud800\"}", "{\"a\":\"\n\"}"})
    EXPECT_EQ(reason_of(text), "content.not_json") << text;
}

TEST(Variables, are_refused_when_a_value_is_not_plain) {
  for (const std::string_view text : {"[]", "1", "\"a\"", "true", "null", R"({"a":null})", R"({"a":[]})",
                                      R"({"a":{}})", R"({"a":{"b":1}})"})
    EXPECT_EQ(reason_of(text), "content.not_plain") << text;
  const auto read = parse_variables(R"({"good":1,"bad":[1]})");
  ASSERT_FALSE(read);
  ASSERT_EQ(read.error().facts().size(), 1u);
  EXPECT_EQ(read.error().facts()[0].value, "bad");
}

TEST(Variables, absurd_nesting_is_refused_at_its_first_level) {
  EXPECT_EQ(reason_of("{\"a\":" + std::string(1'000'000, '[')), "content.not_plain");
}

}  // namespace
}  // namespace sesame::content
