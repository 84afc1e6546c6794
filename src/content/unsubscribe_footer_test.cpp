#include "content/unsubscribe_footer.hpp"

#include <gtest/gtest.h>

namespace sesame::content {
namespace {

const UnsubscribeTexts& english() { return *unsubscribe_texts(2); }

constexpr std::string_view kLink = "<a href=\"{{sesame.unsubscribe}}\"";

TEST(UnsubscribeFooter, stands_at_the_end_of_the_body) {
  for (const std::string_view end : {"</body></html>", "</BODY>", "</body >", ""}) {
    const std::string html = "<p>one</body>two</p>" + std::string(end);
    const std::string footed = with_html_footer(html, english());
    const std::string before = end.empty() ? "<p>one" : "<p>one</body>two</p>";
    ASSERT_TRUE(footed.starts_with(before + "<div lang=\"en\" dir=\"ltr\"")) << footed;
    EXPECT_TRUE(footed.ends_with(html.substr(before.size()))) << footed;
    EXPECT_NE(footed.find(kLink), footed.npos);
  }
  EXPECT_TRUE(with_html_footer("<body><p>one</p></body></html><!-- old: </body> -->", english())
                  .starts_with("<body><p>one</p><div"));
  EXPECT_TRUE(with_html_footer("Hello", english()).starts_with("Hello<div"));
  EXPECT_TRUE(with_html_footer("", english()).starts_with("<div"));
}

TEST(UnsubscribeFooter, stands_below_the_text) {
  EXPECT_EQ(with_text_footer("Hello", english()),
            "Hello\n\nDon’t want these emails any more?\nUnsubscribe: {{sesame.unsubscribe}}\n");
  EXPECT_TRUE(with_text_footer("Hello\n", english()).starts_with("Hello\n\nDon’t"));
}

TEST(UnsubscribeFooter, is_in_every_language) {
  for (UnsubscribeOption option = 1; option < kUnsubscribeOptionsEnd; ++option) {
    const UnsubscribeTexts& texts = *unsubscribe_texts(option);
    const std::string html = with_html_footer("", texts);
    EXPECT_NE(html.find("lang=\"" + std::string(texts.tag) + "\""), html.npos);
    EXPECT_NE(html.find(texts.link), html.npos) << html;
    EXPECT_NE(with_text_footer("", texts).find(texts.footer), html.npos);
  }
}

}  // namespace
}  // namespace sesame::content
