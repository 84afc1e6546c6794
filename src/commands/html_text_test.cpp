#include "commands/html_text.hpp"

#include <gtest/gtest.h>

namespace sesame::commands {
namespace {

TEST(HtmlText, is_what_a_reader_sees) {
  struct Case {
    const char* html;
    const char* text;
  };
  const Case cases[] = {
      {"", ""},
      {"Hello", "Hello\n"},
      {"<p>Hello  Ann,</p>\r\n<p>your\nvoucher</p>", "Hello Ann,\n\nyour voucher\n"},
      {"<html><head><title>T</title><STYLE>p{a>b}</STYLE></head><body>Hi<br>there<script>x</script>!</body>",
       "Hi\nthere!\n"},
      {"<!doctype html><!-- <p>no --><p>a<!--x-->b", "ab\n"},
      {"gr&uuml;&szlig;e &amp; &#8364; &#x20ac; &lt;b&gt; &amp;lt;", "grüße & € € <b> &lt;\n"},
      {"1 < 2 &lt; 3 <3", "1 < 2 < 3 <3\n"},
      {"<ul><li>one</li><li>two</ul>end", "- one\n- two\n\nend\n"},
      {"<table><tr><td>a</td><td>b</td></tr><tr><td>c</table>", "a b\nc\n"},
      {"<a href=\"https://shop.test/?a=1&amp;b=2\">buy</a> now", "buy <https://shop.test/?a=1&b=2> now\n"},
      {"<a href='https://shop.test/'>https://shop.test/</a>", "https://shop.test/\n"},
      {"<a href=\"mailto:a@b.test\">write</a><a name=x>y</a>", "writey\n"},
      {"a<br><br>b<div><div>c</div></div><div>d</div>", "a\n\nb\nc\nd\n"},
      {"<a title=\"a > b\" data-href=no href = https://x.test >go</a>", "go <https://x.test>\n"},
      {"<img src=x alt=\"our logo\"><img alt='' src=y>", "[our logo]\n"},
      {"<p>open <b", "open\n"},
      {"<style>left open", ""},
      {"a<a href=\"b", "a\n"},
      {"</", "</\n"},
  };
  for (const Case& each : cases) EXPECT_EQ(text_of_html(each.html), each.text) << each.html;
}

TEST(HtmlText, deep_and_large_texts_are_read) {
  std::string html;
  for (int i = 0; i < 100'000; ++i) html += "<div>";
  EXPECT_EQ(text_of_html(html + "deep"), "deep\n");
  html.clear();
  for (int i = 0; i < 100'000; ++i) html += "<a href=\"<style&lt;";
  EXPECT_EQ(text_of_html(html + "\">x"), "x\n");
}

}  // namespace
}  // namespace sesame::commands
