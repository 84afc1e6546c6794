#include "content/mail_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "content/link_check.hpp"
#include "content/rendering.hpp"
#include "content/style_check.hpp"

namespace sesame::content {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// A mail that breaks no rule: the tests change one thing each.
Mailing sound_mail() {
  Mailing mailing;
  mailing.subject = "News for {{name}}";
  const std::string words =
      "The spring list is here, with forty new books, two authors who visit the shop in May, and the summer "
      "reading for children. Come in, have a look, and take your time: we are open until eight.";
  mailing.html =
      "<!DOCTYPE html>\n<html lang=\"en\"><head><title>News</title></head><body>\n<p>Dear {{name}}, " +
      words +
      "</p>\n<a href=\"https://shop.example/\">The list</a>\n"
      "<a href=\"https://shop.example/unsubscribe\">Unsubscribe</a></body></html>";
  mailing.text = "Dear {{name}}, " + words + "\nhttps://shop.example/unsubscribe";
  return mailing;
}

std::vector<std::string> rules_of(const MailCheck& check) {
  std::vector<std::string> rules;
  for (const Finding& finding : check.findings.sorted()) rules.emplace_back(finding.rule->name);
  return rules;
}

std::vector<std::string> rules_with(std::string_view html) {
  Mailing mailing = sound_mail();
  const std::size_t end = mailing.html.find("</body>");
  mailing.html.insert(end, html);
  return rules_of(check_mail(mailing, {}));
}

TEST(MailCheck, finds_nothing_in_a_sound_mail) {
  EXPECT_THAT(rules_of(check_mail(sound_mail(), {})), IsEmpty());
}

TEST(MailCheck, names_the_rule_that_a_piece_of_html_breaks) {
  const std::pair<const char*, const char*> cases[] = {
      {"<p>{{#if vip}}</p>", "placeholder_unknown"},
      {"<p>{{na<b>me</b>}}</p>", "placeholder_split"},
      {"<p>&#123;&#123;name}}</p>", "placeholder_encoded"},
      {"<p>Dear {name},</p>", "single_braces"},
      {"<p>{{ name }}</p>", "placeholder_blanks"},
      {"<a href=\"https://shop.example/{{name}}\">x</a>", "variable_in_link"},
      {"<p style=\"color:{{name}}\">x</p>", "variable_in_style"},
      {"<!-- {{name}} -->", "variable_in_comment"},
      {"<script>go()</script>", "script"},
      {"<form action=\"/x\"></form>", "form"},
      {"<iframe src=\"https://shop.example\"></iframe>", "embedded"},
      {"<link rel=\"stylesheet\" href=\"https://shop.example/a.css\">", "external_css"},
      {"<style>@import url(https://shop.example/a.css);</style>", "external_css"},
      {"<a href=\"\">x</a>", "link_malformed"},
      {"<a href=\"www.shop.example\">x</a>", "link_malformed"},
      {"<a href=\"javascript:go()\">x</a>", "link_unsafe"},
      {"<a href=\"http://192.0.2.7/\">x</a>", "link_to_ip"},
      {"<a href=\"https://192.168.1.7/\">x</a>", "link_to_private"},
      {"<a href=\"http://localhost:8080/\">x</a>", "link_to_private"},
      {"<a href=\"https://bit.ly/abc\">x</a>", "link_shortened"},
      {"<a href=\"https://shop.example/\">https://bank.example</a>", "link_text_differs"},
      {"<a href=\"http://shop.example/\">x</a>", "link_http"},
      {"<img src=\"https://shop.example/a.png\" width=\"9\" height=\"9\">", "alt_missing"},
      {"<img src=\"https://shop.example/a.png\" alt=\"a\">", "image_size"},
      {"<img src=\"data:image/png;base64,AA==\" alt=\"a\" width=\"9\">", "image_data"},
      {"<table><tr><td>x</td></tr></table>", "layout_table"},
      {"<div>left open", "tag_unclosed"},
      {"<p style=\"font-size:9px\">x</p>", "font_small"},
      {"<p style=\"color:#999;background:#fff\">x</p>", "contrast_low"},
      {"<h1>a</h1><h3>b</h3>", "heading_skipped"},
  };
  for (const auto& [html, rule] : cases) EXPECT_THAT(rules_with(html), ElementsAre(rule)) << html;
}

TEST(MailCheck, minds_nothing_that_is_fine) {
  for (const char* html :
       {"<a href=\"mailto:a@shop.example\">write</a>", "<a href=\"#top\">up</a>", "<a name=\"top\"></a>",
        "<a href=\"{{url}}\">x</a>", "<a href=\"https://www.shop.example/\">shop.example</a>",
        "<img src=\"https://shop.example/a.png\" alt=\"\" width=\"9\" height=\"9\">",
        "<table role=\"presentation\"><tr><td>x</table>", "<table><tr><th>x</table>", "<ul><li>a<li>b</ul>",
        "<style>@media(max-width:1px){p{color:red}}</style>", "<p style=\"font-size:1px\">x</p>",
        "<p>a { b } c</p>"}) {
    std::vector<std::string> rules = rules_with(html);
    std::erase(rules, "variable_in_link");
    EXPECT_THAT(rules, IsEmpty()) << html;
  }
}

TEST(MailCheck, tells_what_a_whole_mail_lacks) {
  Mailing mailing;
  mailing.subject = "BUY IT NOW";
  mailing.html = "<p>Short</p>";
  EXPECT_THAT(rules_of(check_mail(mailing, {})),
              ElementsAre("unsubscribe_missing", "subject_capitals", "text_missing", "review_short",
                          "doctype_missing", "lang_missing"));
  mailing.html.clear();
  EXPECT_THAT(rules_of(check_mail(mailing, {})), Contains("text_empty"));
  mailing.html = sound_mail().html;
  mailing.html.insert(mailing.html.find("</p>"), std::string(500, 'x'));
  mailing.text = "See the website: https://shop.example/unsubscribe";
  EXPECT_THAT(rules_of(check_mail(mailing, {})), Contains("text_far_shorter"));
  mailing.html.insert(mailing.html.find("</p>"), std::string(103 * 1024, 'x'));
  EXPECT_THAT(rules_of(check_mail(mailing, {})), Contains("html_large"));
}

TEST(MailCheck, judges_the_way_to_unsubscribe_as_it_will_be_mailed) {
  const MailTokens tokens{MailTokens::Key{1, 2, 3}};
  const Links secure(tokens, "https://links.example", "");
  const Links plain(tokens, "http://links.example", "");
  const Links nowhere(tokens, "", "");
  Mailing mailing = sound_mail();
  mailing.unsubscribe = 2;
  EXPECT_THAT(rules_of(check_mail(mailing, {nullptr, &secure})), IsEmpty());
  EXPECT_THAT(rules_of(check_mail(mailing, {nullptr, &plain})), ElementsAre("unsubscribe_not_https"));
  EXPECT_THAT(rules_of(check_mail(mailing, {nullptr, &nowhere})), ElementsAre("unsubscribe_no_url"));
}

TEST(MailCheck, compares_the_data_with_the_variables) {
  const Variables values = parse_variables(R"({"nmae":"Ann"})").value();
  EXPECT_THAT(rules_of(check_mail(sound_mail(), {&values, nullptr})),
              ElementsAre("variable_missing", "value_unused"));
}

TEST(MailCheck, knows_where_each_variable_stands) {
  Mailing mailing;
  mailing.subject = "For {{name}}";
  mailing.html = "<a href=\"https://shop.example/{{id}}\" title=\"{{name}}\">{{name}}</a>";
  mailing.text = "{{id}}";
  const MailCheck check = check_variables(mailing, {});
  ASSERT_EQ(check.variables.size(), 2u);
  const UsedVariable& name = check.variables[0];
  EXPECT_EQ(name.name, "name");
  ASSERT_EQ(name.uses.size(), 3u);
  EXPECT_EQ(name.uses[0].part, MailPart::subject);
  EXPECT_EQ(name.uses[1].context, HtmlContext::attribute);
  EXPECT_EQ(name.uses[2].context, HtmlContext::content);
  EXPECT_EQ(mailing.html.substr(name.uses[2].at, 8), "{{name}}");
  EXPECT_EQ(check.variables[1].uses[0].context, HtmlContext::link);
  EXPECT_EQ(check.variables[1].uses[1].part, MailPart::text);
}

TEST(MailCheck, lists_a_bounded_number_of_findings_and_uses_and_counts_all) {
  Mailing mailing = sound_mail();
  for (int i = 0; i < 100; ++i) mailing.text += "{{ name }} {x}";
  const MailCheck check = check_mail(mailing, {});
  EXPECT_EQ(check.findings.total(), 200u);
  EXPECT_EQ(check.findings.sorted().size(), 2 * Findings::kShownMax);
  EXPECT_EQ(check.variables[0].total, 103u);
  EXPECT_EQ(check.variables[0].uses.size(), MailCheck::kUsesShownMax);
}

TEST(MailCheck, says_so_when_the_html_is_beyond_its_limits) {
  Mailing mailing = sound_mail();
  for (int i = 0; i < 20'000; ++i) mailing.html += "<b>";
  EXPECT_THAT(rules_of(check_mail(mailing, {})), Contains("html_too_complex"));
}

TEST(TextPlaces, count_lines_and_utf16_columns_from_one) {
  const std::string text = "ab\n\xc3\xa9\xf0\x9f\x98\x80z\n";
  const TextPlaces places(text);
  EXPECT_EQ(places.of(0).line, 1u);
  EXPECT_EQ(places.of(1).column, 2u);
  EXPECT_EQ(places.of(text.find('z')).line, 2u);
  EXPECT_EQ(places.of(text.find('z')).column, 4u);  // The emoji takes two.
  EXPECT_EQ(places.of(9999).line, 3u);
}

TEST(LinkCheck, reads_the_host_of_an_address) {
  EXPECT_EQ(host_of("https://user@Shop.example:8443/a?b#c"), "shop.example");
  EXPECT_EQ(host_of("http://[2001:db8::1]:80/"), "2001:db8::1");
  EXPECT_EQ(host_of("http://[2001:db8::1"), "2001:db8::1");
  EXPECT_EQ(host_of("shop.example"), "");
  EXPECT_EQ(broken_rule_of_link("http://[2001:db8::1]/"), "link_to_ip");
}

TEST(StyleCheck, reads_sizes_and_colours) {
  EXPECT_TRUE(has_small_font("font-size: 10pt"));  // 13.3 px
  EXPECT_FALSE(has_small_font("font-size: 11pt"));
  EXPECT_FALSE(has_small_font("font-size: 80%"));
  EXPECT_FALSE(has_small_font("font-size"));
  EXPECT_TRUE(has_low_contrast("color:#777;background-color:#ffffff"));
  EXPECT_FALSE(has_low_contrast("color:#767676;background-color:#ffffff"));
  EXPECT_FALSE(has_low_contrast("color:#777"));
  EXPECT_FALSE(has_low_contrast("color:#77g;background:white"));
}

TEST(Preview, renders_as_mails_are_rendered) {
  Mailing mailing;
  mailing.subject = "For {{name}}";
  mailing.html = "<p>{{name}} {{other}}</p>";
  mailing.text = "{{name}}";
  const Variables values = parse_variables(R"({"name":"<b>\n&"})").value();
  const RenderedTexts texts = render_preview(mailing, values, nullptr);
  EXPECT_EQ(texts.subject, "For <b> &");
  EXPECT_EQ(texts.html, "<p>&lt;b&gt;\n&amp; {{other}}</p>");
  EXPECT_EQ(texts.text, "<b>\n&");
}

TEST(Preview, has_the_footer_of_its_option_with_a_link_that_names_nobody) {
  const MailTokens tokens{MailTokens::Key{1, 2, 3}};
  const Links links(tokens, "https://links.example", "");
  Mailing mailing = sound_mail();
  mailing.unsubscribe = 2;
  const RenderedTexts texts = render_preview(mailing, {}, &links);
  EXPECT_THAT(texts.html, HasSubstr("<a href=\"https://links.example/u/preview\""));
  EXPECT_THAT(texts.text, HasSubstr("https://links.example/u/preview"));
  mailing.unsubscribe.reset();
  EXPECT_THAT(render_preview(mailing, {}, &links).html, Not(HasSubstr("links.example")));
}

}  // namespace
}  // namespace sesame::content
