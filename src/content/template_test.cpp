#include "content/template.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sesame::content {
namespace {

Variables given(std::vector<std::pair<std::string, std::string>> values) {
  return Variables(std::move(values));
}

using testing::ElementsAre;
using testing::IsEmpty;

const Variables kAda = given({{"name", "Ada"}, {"city", "London"}});

std::string rendered(std::string_view source, const Variables& values = kAda,
                     Escaping escaping = Escaping::none) {
  std::string out;
  Template(source).render(values, escaping, out);
  return out;
}

TEST(Template, puts_values_in_the_place_of_names) {
  EXPECT_EQ(rendered("Dear {{name}} of {{city}}, {{name}}!"), "Dear Ada of London, Ada!");
  EXPECT_EQ(rendered("{{name}}{{city}}"), "AdaLondon");
  EXPECT_EQ(rendered("{{ name }}"), "Ada");
}

TEST(Template, names_each_placeholder_once_in_order) {
  EXPECT_THAT(Template("{{b}} {{a}} {{b}} {{姓名}}").names(), ElementsAre("b", "a", "姓名"));
  EXPECT_TRUE(Template("no braces").constant());
  EXPECT_TRUE(Template("").constant());
}

TEST(Template, knows_a_hundred_thousand_names) {
  std::string source;
  for (int i = 0; i < 100'000; ++i) source += "{{" + std::to_string(i) + "}}";
  const Template many(source + source);
  EXPECT_EQ(many.names().size(), 100'000u);
  EXPECT_EQ(many.pieces().back().slot, 99'999u);
}

TEST(Template, leaves_a_placeholder_without_value_as_it_was_written) {
  EXPECT_EQ(rendered("{{name}} {{nobody}} {{ nobody }}"), "Ada {{nobody}} {{ nobody }}");
}

TEST(Template, braces_that_are_no_placeholder_are_text) {
  for (const std::string_view source :
       {"a { color: red }", "{{", "}}", "{{}}", "{{ }}", "{{a/b}}", "{{#if x}}", "{{name}", "{ {name}}",
        "{{na\x01me}}", "@media{a{b:c}}", "{{{{", "{{\"x\"}}"}) {
    EXPECT_THAT(Template(source).names(), IsEmpty()) << source;
    EXPECT_EQ(rendered(source), source);
  }
}

TEST(Template, blanks_in_names_do_not_tell_them_apart) {
  const Variables values = given({{"First Name", "Ada"}});
  for (const std::string_view source : {"{{First Name}}", "{{ First  Name }}", "{{First\nName}}",
                                        "{{First\u00a0Name}}", "{{\u200bFirst Name}}"}) {
    EXPECT_EQ(rendered(source, values), "Ada") << source;
    EXPECT_THAT(Template(source).names(), ElementsAre("First Name"));
  }
}

TEST(Template, what_was_meant_as_a_placeholder_is_found) {
  for (const std::string_view source : {"{{&nbsp;name}}", "{{<b>name</b>}}", "{{name|default}}", "{{#if}}",
                                        "{{/if}}", "{{}}", "{{name", "{{"})
    EXPECT_EQ(find_illegal_placeholder("Dear {{name}}, " + std::string(source)), source);
  EXPECT_EQ(find_illegal_placeholder("{{name} and {{city}}"), "{{name} and {{city}}");
  EXPECT_EQ(find_illegal_placeholder("{{" + std::string(100, 'x') + "}}")->size(), 60U);
  for (const std::string_view source :
       {"", "Dear {{name}}", "{{{name}}}", "a { color: red }", "@media{a{b:c}}", "{{First Name}}{{姓名}}"})
    EXPECT_EQ(find_illegal_placeholder(source), std::nullopt) << source;
}

TEST(Template, the_innermost_braces_count) {
  EXPECT_EQ(rendered("{{{name}}}"), "{Ada}");
  EXPECT_EQ(rendered("{{x {{name}}"), "{{x Ada");
}

TEST(Template, names_have_at_most_64_bytes) {
  const std::string longest(64, 'n');
  EXPECT_THAT(Template("{{" + longest + "}}").names(), ElementsAre(longest));
  EXPECT_THAT(Template("{{" + longest + "n}}").names(), IsEmpty());
}

TEST(Template, a_value_is_never_taken_for_a_template) {
  EXPECT_EQ(rendered("{{name}}", given({{"name", "{{city}}"}, {"city", "London"}})), "{{city}}");
}

TEST(Template, values_cannot_add_html) {
  const Variables evil = given({{"name", "<script>alert('x')</script>"}, {"link", "\" onclick=\"evil()&"}});
  EXPECT_EQ(
      rendered("<b>{{name}}</b><a href=\"{{link}}\">", evil, Escaping::html),
      "<b>&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;</b><a href=\"&quot; onclick=&quot;evil()&amp;\">");
  EXPECT_EQ(rendered("{{name}}", evil), "<script>alert('x')</script>");
}

TEST(Template, values_cannot_end_a_header_line) {
  const Variables evil = given({{"name", "Ada\r\nBcc: all@victims.test\n\x7f\x01."}});
  EXPECT_EQ(rendered("Hi {{name}}", evil, Escaping::header), "Hi Ada  Bcc: all@victims.test   .");
}

TEST(Template, the_time_to_compile_does_not_explode_with_braces) {
  const std::string braces(1024 * 1024, '{');
  EXPECT_EQ(rendered(braces), braces);
}

}  // namespace
}  // namespace sesame::content
