#include "content/html_map.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sesame::content {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> values_of(std::string_view html) {
  std::vector<std::string> values;
  for (const HtmlLink& link : map_html(html).links) values.push_back(link.value);
  return values;
}

std::vector<std::string> written_in(std::string_view html) {
  std::vector<std::string> written;
  for (const HtmlLink& link : map_html(html).links)
    written.emplace_back(html.substr(link.begin, link.end - link.begin));
  return written;
}

TEST(HtmlMap, finds_links_however_they_are_quoted) {
  const std::string_view html =
      R"(<a href="https://a.test/">1</a><A class=x HREF='https://b.test/'>2</A><area href=https://c.test/ >)";
  EXPECT_THAT(values_of(html), ElementsAre("https://a.test/", "https://b.test/", "https://c.test/"));
  EXPECT_EQ(values_of(html), written_in(html));
}

TEST(HtmlMap, resolves_character_references_as_attributes_do) {
  EXPECT_THAT(values_of(R"(<a href="https://a.test/?x=1&amp;y=2&copy=3&#38;z&eacute;">)"),
              ElementsAre("https://a.test/?x=1&y=2&copy=3&z\xc3\xa9"));
}

TEST(HtmlMap, sees_no_links_where_a_reader_would_not) {
  EXPECT_THAT(values_of(R"(<!-- <a href="https://a.test/"> -->)"), IsEmpty());
  EXPECT_THAT(values_of(R"(<!--[if mso]><a href="https://a.test/">x</a><![endif]-->)"), IsEmpty());
  EXPECT_THAT(values_of(R"(<style>a { content: '<a href="https://a.test/">' }</style>)"), IsEmpty());
  EXPECT_THAT(values_of(R"(<script>"<a href='https://a.test/'>"</script>)"), IsEmpty());
  EXPECT_THAT(values_of(R"(<textarea><a href="https://a.test/"></textarea>)"), IsEmpty());
  EXPECT_THAT(values_of(R"(<img alt='<a href="https://a.test/">'>)"), IsEmpty());
  EXPECT_THAT(values_of(R"(<link href="https://a.test/"><svg><a href="https://b.test/"/></svg>)"), IsEmpty());
  EXPECT_THAT(values_of(R"(<a name="x"><a href><a data-href="https://a.test/">)"), IsEmpty());
}

TEST(HtmlMap, sees_what_a_revealed_conditional_comment_shows) {
  EXPECT_THAT(values_of(R"(<![if !mso]><a href="https://a.test/">x</a><![endif]>)"),
              ElementsAre("https://a.test/"));
}

TEST(HtmlMap, leaves_out_a_link_that_does_not_want_to_be_followed) {
  EXPECT_THAT(
      values_of(R"(<a data-no-track href="https://a.test/"><a href="https://b.test/" DATA-NO-TRACK=1>)"),
      IsEmpty());
}

TEST(HtmlMap, ends_the_body_before_what_is_left_open) {
  const std::string shown = "<p>Hello</p>";
  for (const std::string open : {"<!--[if mso]>",
                                 "<!-- note",
                                 "<!--[if mso]><p>x</p><![endif]",
                                 "<!doctype",
                                 "<style>p {}",
                                 "<script>var a = '<p>'",
                                 "<title>News",
                                 "<textarea>Text",
                                 "<select><option>a",
                                 "<template><p>x</p>",
                                 "<iframe src=x>",
                                 "<noembed>x",
                                 "<xmp>x",
                                 "<plaintext>x</plaintext>",
                                 "<object data=x>y",
                                 "<video src=x>",
                                 "<a href=\"https://a.test/",
                                 "<a href='https://a.test/?a>b",
                                 "<a href=\"https://a.test/\" title=\"a>b</a>",
                                 "<div",
                                 "</div",
                                 "<p title = \"x>y"}) {
    EXPECT_EQ(map_html(shown + open).body_end, shown.size()) << open;
    EXPECT_EQ(map_html("<body>" + shown + open).body_end, shown.size() + 6) << open;
  }
  // The end tag of the body belongs to the comment, or to the element that is open.
  for (const std::string open :
       {"<!-- x", "<style>x", "<textarea>", "<select>", "<template>", "<video>", "<a title=\"x"})
    EXPECT_EQ(map_html(shown + open + "</body></html>").body_end, shown.size()) << open;
  for (const std::string closed :
       {"<!-- x -->", "<!---->", "<!-- x --!>", "<style>x</style>", "<title>x</title>", "<select></select>",
        "1 < 2", "<a title=\"a>b\">", "</nonsense>", "<img src=x>", "<svg><title/></svg>", "<", "a<b>",
        "<![if !mso]>x<![endif]>"})
    EXPECT_EQ(map_html(shown + closed).body_end, shown.size() + closed.size()) << closed;
}

TEST(HtmlMap, ends_a_body_beyond_its_limits_before_an_open_comment) {
  std::string many;
  for (std::size_t i = 0; i <= HtmlLimits::kStartTags; ++i) many += "<p>";
  EXPECT_EQ(map_html(many).body_end, many.size());
  EXPECT_EQ(map_html(many + "<!-- x -->").body_end, many.size() + 10);
  EXPECT_EQ(map_html(many + "<!-- x").body_end, many.size());
}

// The rules of html open an unclosed link anew in the next block: twice in the tree, once in the text.
TEST(HtmlMap, finds_a_repeated_link_once) {
  EXPECT_THAT(values_of(R"(<p><a href="https://a.test/">one<p>two<p>three<table><td>x</table>)"),
              ElementsAre("https://a.test/"));
}

TEST(HtmlMap, knows_where_the_body_ends) {
  const auto rest = [](std::string_view html) { return std::string(html.substr(map_html(html).body_end)); };
  EXPECT_EQ(rest("<html><body><p>x</p></BODY></html>\n"), "</BODY></html>\n");
  EXPECT_EQ(rest("<html><body>x</html>"), "</html>");
  EXPECT_EQ(rest("<p>x</p>"), "");
  EXPECT_EQ(rest("<!-- </body> --><p>x"), "");
  EXPECT_EQ(rest(""), "");
}

std::string repeated(std::size_t times, std::string_view text) {
  std::string all;
  for (; times > 0; --times) all += text;
  return all;
}

TEST(HtmlMap, gives_up_on_what_nobody_writes) {
  const std::string link = R"(<a href="https://a.test/">)";
  const std::string deep = link + repeated(HtmlLimits::kStartTags, "<b>");
  EXPECT_THAT(map_html(deep).links, IsEmpty());
  EXPECT_EQ(map_html(deep).body_end, deep.size());
  EXPECT_THAT(map_html(link + repeated(HtmlLimits::kTags, "</b>")).links, IsEmpty());

  std::string attributes = R"(<a href="https://a.test/")";
  for (std::size_t i = 0; i < 2 * HtmlLimits::kAttributesOfTag; ++i) attributes += " a" + std::to_string(i);
  EXPECT_THAT(map_html(attributes + ">").links, IsEmpty());

  // Each paragraph opens again all elements that the one before left open.
  std::string formats = link + "<p>";
  for (int i = 0; i < 3'000; ++i) formats += "<b id=" + std::to_string(i) + ">";
  EXPECT_THAT(map_html(formats + repeated(3'000, "</p><p>x")).links, IsEmpty());
}

// Every end tag searches all open elements.
TEST(HtmlMap, reads_what_is_just_below_its_limits) {
  const std::string link = R"(<a href="https://a.test/">x</a>)";
  constexpr std::size_t kOthers = 5;  // The document, `html`, `body`, the link and its text.
  const std::string deep = repeated(HtmlLimits::kDepth - kOthers, "<i>") + link;
  const std::string ends = repeated(HtmlLimits::kTags - HtmlLimits::kStartTags - 1, "</u>");
  EXPECT_EQ(map_html(deep + ends).links.size(), 1u);
  EXPECT_EQ(map_html(deep + repeated(HtmlLimits::kStartTags - HtmlLimits::kDepth, "<br>")).links.size(), 1u);
  EXPECT_THAT(map_html("<i>" + deep + "<br>" + ends).links, IsEmpty());
}

// A text or a list in the parser's memory may be as large as a node.
TEST(HtmlMap, takes_no_text_for_a_node) {
  const std::string value(sizeof(void*) * 16 - 1, '\1');
  std::string tag = R"(<a href="https://a.test/")";
  for (std::size_t i = 0; i < HtmlLimits::kAttributesOfTag / 2; ++i)
    tag += " a" + std::to_string(i) + "='" + value + "'";
  EXPECT_EQ(map_html(tag + ">").links.size(), 1u);
  for (std::size_t i = 0; i < HtmlLimits::kAttributesOfTag; ++i)
    tag += " b" + std::to_string(i) + "='" + value + "'";
  EXPECT_THAT(map_html(tag + ">").links, IsEmpty());
}

TEST(HtmlMap, gives_up_on_one_body_after_another) {
  const std::string link = R"(<a href="https://a.test/">x</a>)";
  std::string roots = link;
  for (std::size_t i = 0; i < HtmlLimits::kRootTags; ++i) roots += "<body a" + std::to_string(i) + ">x";
  EXPECT_EQ(map_html(roots).links.size(), 1u);
  EXPECT_THAT(map_html(roots + "<HTML>").links, IsEmpty());
}

TEST(HtmlMap, reads_a_large_usual_mail) {
  std::string mail;
  for (int i = 0; i < 3'000; ++i) {
    mail += R"(<tr><td style="padding:4px;font-family:Arial" align="left"><a href="https://a.test/)" +
            std::to_string(i) +
            R"(" style="color:#333333" target="_blank">Offer</a><br>text</td></tr>)"
            "\n";
  }
  mail = "<table>" + mail + "</table>";
  EXPECT_GT(mail.size(), 400'000u);
  EXPECT_EQ(map_html(mail).links.size(), 3'000u);
}

}  // namespace
}  // namespace sesame::content
