#include "content/text_part.hpp"

#include <gtest/gtest.h>

#include <array>
#include <utility>

#include "base/ascii.hpp"
#include "base/base64.hpp"
#include "testkit/seeded_random.hpp"

namespace sesame::content {
namespace {

Variables given(std::vector<std::pair<std::string, std::string>> values) {
  return Variables(std::move(values));
}

int nibble(char c) { return c <= '9' ? c - '0' : c - 'A' + 10; }

// RFC 2045 §6.7, read strictly.
std::string unquoted(std::string_view body) {
  std::string text;
  for (std::size_t i = 0; i < body.size(); ++i) {
    if (body[i] != '=') {
      text += body[i];
    } else if (body.substr(i + 1, 2) == "\r\n") {
      i += 2;
    } else {
      text += static_cast<char>(nibble(body[i + 1]) * 16 + nibble(body[i + 2]));
      i += 2;
    }
  }
  return text;
}

std::string with_crlf(std::string_view text) {
  std::string lines;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && text.substr(i + 1).starts_with('\n')) continue;
    if (text[i] == '\n' || text[i] == '\r')
      lines += "\r\n";
    else
      lines += text[i];
  }
  if (!lines.empty() && !lines.ends_with("\r\n")) lines += "\r\n";
  return lines;
}

void expect_clean_lines(const std::string& body) {
  ASSERT_TRUE(body.empty() || body.ends_with("\r\n")) << body;
  std::string_view rest = body;
  while (!rest.empty()) {
    const std::size_t end = rest.find("\r\n");
    const std::string_view line = rest.substr(0, end);
    ASSERT_LE(line.size(), 76u) << line;
    ASSERT_FALSE(line.ends_with(' ') || line.ends_with('\t')) << line;
    ASSERT_FALSE(line.starts_with('.') || line.starts_with("From ")) << line;
    for (const char c : line) ASSERT_TRUE((c >= ' ' && c < 0x7f) || c == '\t') << body;
    rest.remove_prefix(end + 2);
  }
}

std::string body_of(mime::TextKind kind, std::string_view source, const Variables& values) {
  std::string body;
  TextPart(kind, Template(source)).append_body(body, {values});
  return body;
}

TEST(TextPart, keeps_the_text_around_a_value) {
  const std::string body =
      body_of(mime::TextKind::plain, "Dear {{name}},\n\nhello.\n", given({{"name", "Zoë"}}));
  EXPECT_EQ(body, "Dear =\r\nZo=C3=AB=\r\n,\r\n\r\nhello.\r\n");
  EXPECT_EQ(unquoted(body), "Dear Zoë,\r\n\r\nhello.\r\n");
}

TEST(TextPart, joins_a_line_end_that_lies_in_two_pieces) {
  for (const std::string_view filler :
       {"", "你好你好你好你好你好你好你好"}) {  // Quoted-printable, and base64.
    const auto text_of = [&](const std::string& source, const std::string& a, const std::string& b) {
      const std::string whole = std::string(filler) + source;
      const TextPart part(mime::TextKind::plain, Template(whole));
      std::string body;
      part.append_body(body, {given({{"a", a}, {"b", b}})});
      std::string text = part.headers().find("base64") != std::string::npos ? "" : unquoted(body);
      if (text.empty()) {
        std::erase_if(body, [](char c) { return c == '\r' || c == '\n'; });
        text = decode_base64(body).value();
      }
      return text.substr(filler.size());
    };
    EXPECT_EQ(text_of("{{a}}\nx\n", "A\r", ""), "A\r\nx\r\n");
    EXPECT_EQ(text_of("{{a}}\r\nx\n", "A\r", ""), "A\r\n\r\nx\r\n");
    EXPECT_EQ(text_of("x\r{{a}}\n", "\nA", ""), "x\r\nA\r\n");
    EXPECT_EQ(text_of("{{a}}{{b}}\n", "A\r", "\nB"), "A\r\nB\r\n");
    EXPECT_EQ(text_of("{{a}}{{b}}\nx\n", "A\r", ""), "A\r\nx\r\n");
    EXPECT_EQ(text_of("{{a}}x\n", "A\r", ""), "A\r\nx\r\n");
    EXPECT_EQ(text_of("x{{a}}", "A\r", ""), "xA\r\n");
    EXPECT_EQ(text_of("{{a}}\n", "A\r\n", ""), "A\r\n\r\n");
    EXPECT_EQ(text_of("{{a}}\n", " \r", ""), " \r\n");
  }
}

TEST(TextPart, ends_in_a_line_end_even_when_the_text_does_not) {
  EXPECT_EQ(body_of(mime::TextKind::plain, "Hi {{n}}", given({{"n", "Ada"}})), "Hi =\r\nAda\r\n");
  EXPECT_EQ(body_of(mime::TextKind::plain, "Hi {{n}}", given({{"n", "Ada "}})), "Hi =\r\nAda =\r\n\r\n");
  EXPECT_EQ(body_of(mime::TextKind::plain, "Hi {{n}}", given({{"n", ""}})), "Hi =\r\n\r\n");
  EXPECT_EQ(body_of(mime::TextKind::plain, "{{n}}", given({{"n", ""}})), "");
}

TEST(TextPart, escapes_values_in_html_alone) {
  const Variables evil = given({{"n", "<i>"}});
  EXPECT_EQ(unquoted(body_of(mime::TextKind::html, "<b>{{n}}</b>", evil)), "<b>&lt;i&gt;</b>\r\n");
  EXPECT_EQ(unquoted(body_of(mime::TextKind::plain, "<b>{{n}}</b>", evil)), "<b><i></b>\r\n");
}

TEST(TextPart, writes_chinese_as_base64) {
  const TextPart part(mime::TextKind::plain, Template("亲爱的{{name}}，您好！"));
  EXPECT_NE(part.headers().find("base64"), std::string::npos);
  std::string body;
  const Variables values = given({{"name", "小明"}});
  part.append_body(body, {values});
  std::string joined;
  for (const std::string_view line : ascii::split(body, '\n')) joined += ascii::trim(line);
  const auto decoded = decode_base64(joined);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(*decoded, "亲爱的小明，您好！\r\n");
}

// For any text, with values anywhere in it, a reader gets the text that was meant, on clean lines.
TEST(TextPart, any_text_with_any_value_arrives) {
  static constexpr auto kBits =
      std::to_array<std::string_view>({"a", "word ", " ", "\t", "\n", "\r\n", ".", "=", "From ", "\n.\n", "é",
                                       "--", "{{v}}", "{{w}}", "{{v}}", "\r", "{", "long-word-long-word"});
  testkit::SeededRandom random;
  for (int round = 0; round < 3000; ++round) {
    const auto any = [&random](std::size_t most) {
      std::string text;
      for (auto left = random.next() % most; left > 0; --left) text += kBits[random.next() % kBits.size()];
      return text;
    };
    std::string source = any(60) + "{{v}}";
    const Variables values =
        given({{"v", std::to_string(random.next() % 1000) + " . "}, {"w", "From =é\n.x\t"}});
    std::string expected;
    Template(source).render(values, Escaping::none, expected);
    std::string body;
    const TextPart part(mime::TextKind::plain, Template(source));
    if (part.headers().find("quoted") == std::string::npos) continue;
    part.append_body(body, {values});
    ASSERT_EQ(unquoted(body), with_crlf(expected)) << source;
    expect_clean_lines(body);
  }
}

}  // namespace
}  // namespace sesame::content
