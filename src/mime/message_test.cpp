#include "mime/message.hpp"
#include "testkit/seeded_random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

namespace sesame::mime {
namespace {

std::string header(std::string_view name, std::string_view value) {
  std::string out;
  append_header(out, name, value);
  return out;
}

Entity attached(std::string_view file_name, std::string_view bytes) {
  return file_entity({file_name, {}, {}}, bytes);
}

std::string addresses(std::vector<Mailbox> mailboxes) {
  std::string out;
  append_address_header(out, "To", mailboxes);
  return out;
}

// The promise of message.hpp for any input.
void expect_clean(std::string_view text, std::size_t longest_line = 998) {
  ASSERT_TRUE(text.empty() || text.ends_with("\r\n"));
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = text.find("\r\n", start);
    const std::string_view line = text.substr(start, end - start);
    ASSERT_LE(line.size(), longest_line) << line;
    for (const char c : line)
      ASSERT_TRUE(c == '\t' || (c >= ' ' && c < 0x7f) || (c > 0 && c < ' ' && c != '\r' && c != '\n'));
    start = end + 2;
  }
}

TEST(Header, plain_text_stays_as_it_is) {
  EXPECT_EQ(header("Subject", "Hello, world"), "Subject: Hello, world\r\n");
  EXPECT_EQ(header("Subject", "two  spaces"), "Subject: two  spaces\r\n");
  EXPECT_EQ(header("Subject", ""), "Subject:\r\n");
  EXPECT_EQ(header("Subject", "  trimmed\t"), "Subject: trimmed\r\n");
}

TEST(Header, other_text_becomes_encoded_words) {
  EXPECT_EQ(header("Subject", "Grüße"), "Subject: =?utf-8?B?R3LDvMOfZQ==?=\r\n");
  EXPECT_EQ(header("Subject", "你好"), "Subject: =?utf-8?B?5L2g5aW9?=\r\n");
  EXPECT_EQ(header("Subject", "Zoë said hello"), "Subject: =?utf-8?Q?Zo=C3=AB_said_hello?=\r\n");
  EXPECT_EQ(header("Subject", "=?utf-8?Q?x?="), "Subject: =?utf-8?B?PT91dGYtOD9RP3g/PQ==?=\r\n");
}

TEST(Header, long_text_is_folded_between_words) {
  const std::string text =
      "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen";
  EXPECT_EQ(header("Subject", text),
            "Subject: one two three four five six seven eight nine ten eleven twelve\r\n thirteen fourteen "
            "fifteen\r\n");
}

TEST(Header, only_the_last_encoded_word_is_padded) {
  for (const std::string_view text : {"漢字x", "Grüße an alle", "😀é", "Здравствуйте"}) {
    std::string many;
    for (int i = 0; i < 40; ++i) many += text;
    const std::string field = header("Subject", many);
    const std::size_t padded = field.find("=?=");
    EXPECT_EQ(field.find("=?utf-8?B?", std::min(padded, field.size())), std::string::npos) << field;
  }
}

TEST(Header, long_characters_are_never_cut) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "é漢😀x";
  const std::string field = header("Subject", text);
  expect_clean(field, 76);
  EXPECT_GT(std::count(field.begin(), field.end(), '\n'), 10);
}

TEST(Header, nothing_can_be_injected) {
  EXPECT_EQ(header("Subject", "a\r\nBcc: b@c.test"), "Subject: a  Bcc: b@c.test\r\n");
  EXPECT_EQ(header("Subject", std::string_view("a\0b\x7f", 4)), "Subject: a b\r\n");
  EXPECT_EQ(header("Subject", "a\xff"), "Subject: =?utf-8?B?Ye+/vQ==?=\r\n");
  std::string out;
  append_structured_header(out, "List-Unsubscribe", "<https://u.test/1>,\r\n\r\n<mailto:ü@b.test>");
  EXPECT_EQ(out, "List-Unsubscribe: <https://u.test/1>, <mailto:%C3%BC@b.test>\r\n");
  for (const char* name : {"", "Sub ject", "Subject:", "Subject\r\n", "Sübject"}) {
    EXPECT_THROW(header(name, "x"), std::invalid_argument) << name;
  }
  EXPECT_THROW(header(std::string(65, 'x'), "x"), std::invalid_argument);
}

TEST(Header, no_line_is_too_long) {
  const std::string word(5000, 'x');
  expect_clean(header("Subject", word), 78);
  expect_clean(header(std::string(64, 'N'), word), 78);
  std::string out;
  append_structured_header(out, "List-Unsubscribe", '<' + word + '>');
  expect_clean(out);
  out.clear();
  append_structured_header(out, std::string(64, 'N'), std::string(970, 'y'));
  expect_clean(out);
}

TEST(AddressHeader, names_are_written_in_the_simplest_form_that_keeps_them) {
  EXPECT_EQ(addresses({{"", "a@b.test"}}), "To: a@b.test\r\n");
  EXPECT_EQ(addresses({{"The Shop", "a@b.test"}}), "To: The Shop <a@b.test>\r\n");
  EXPECT_EQ(addresses({{"Shop, Ltd.", "a@b.test"}}), "To: \"Shop, Ltd.\" <a@b.test>\r\n");
  EXPECT_EQ(addresses({{"say \"hi\" \\o/", "a@b.test"}}), "To: \"say \\\"hi\\\" \\\\o/\" <a@b.test>\r\n");
  EXPECT_EQ(addresses({{"商店", "a@b.test"}}), "To: =?utf-8?B?5ZWG5bqX?= <a@b.test>\r\n");
  EXPECT_EQ(addresses({{"=?a?q?x?=", "a@b.test"}}), "To: =?utf-8?B?PT9hP3E/eD89?= <a@b.test>\r\n");
  EXPECT_EQ(addresses({{"x\r\nBcc: y", "a@b.test"}}), "To: \"x  Bcc: y\" <a@b.test>\r\n");
}

TEST(AddressHeader, lists_are_folded_and_domains_ascii) {
  EXPECT_EQ(addresses({}), "");
  EXPECT_EQ(addresses({{"", "a@b.test"}, {"C", "c@bücher.test"}}),
            "To: a@b.test, C <c@xn--bcher-kva.test>\r\n");
  std::vector<Mailbox> many;
  for (int i = 0; i < 50; ++i)
    many.push_back({"Recipient " + std::to_string(i), "r" + std::to_string(i) + "@b.test"});
  expect_clean(addresses(many), 78);
  EXPECT_THROW(addresses({{"", "a@b"}}), std::invalid_argument);
}

TEST(AddressHeader, an_address_beyond_ascii_stays_an_address) {
  EXPECT_EQ(addresses({{"", "üser@bücher.test"}, {"Ä", "用户@b.test"}}),
            "To: üser@xn--bcher-kva.test, =?utf-8?B?w4Q=?= <用户@b.test>\r\n");
}

TEST(StructuredHeader, keeps_addresses_ids_and_urls) {
  const auto structured = [](std::string_view name, std::string_view value) {
    std::string out;
    append_any_header(out, name, value);
    return out;
  };
  for (const std::string value :
       {"<https://x.test/u/dG9rZW4=?c=1>", "<a=?b@x.test>", "<a=?utf-8?Q?b?=@x.test>",
        "<mailto:u@x.test?subject=a>, <https://x.test/?q?=b?=>"}) {
    EXPECT_EQ(structured("List-Unsubscribe", value), "List-Unsubscribe: " + value + "\r\n");
    EXPECT_EQ(structured("In-Reply-To", value), "In-Reply-To: " + value + "\r\n");
  }
  EXPECT_EQ(structured("List-Id", "Café <cafe.shop.test>"),
            "List-Id: =?utf-8?B?Q2Fmw6k=?= <cafe.shop.test>\r\n");
  EXPECT_EQ(structured("List-Id", "\"Läden, Inc.\" <l.shop.test>"),
            "List-Id: =?utf-8?B?TMOkZGVuLCBJbmMu?= <l.shop.test>\r\n");
  EXPECT_EQ(structured("List-Unsubscribe", "<https://x.test/ü>, <mailto:u@x.test>"),
            "List-Unsubscribe: <https://x.test/%C3%BC>, <mailto:u@x.test>\r\n");
  EXPECT_EQ(structured("Disposition-Notification-To", "Bär <a@bücher.test>"),
            "Disposition-Notification-To: =?utf-8?Q?B=C3=A4r?= <a@xn--bcher-kva.test>\r\n");
  // Text that only resembles an encoded word is no reason to encode an unstructured value.
  EXPECT_EQ(structured("X-Link", "https://x.test/?a=?b"), "X-Link: https://x.test/?a=?b\r\n");
  EXPECT_EQ(structured("X-Note", "=?utf-8?Q?x?="), "X-Note: =?utf-8?B?PT91dGYtOD9RP3g/PQ==?=\r\n");
  EXPECT_TRUE(is_writable_structure("Ä <a@bücher.test> <https://x.test/ü>"));
  EXPECT_FALSE(is_writable_structure("<ü@x.test>"));
  EXPECT_FALSE(is_writable_structure("<ü>"));
}

TEST(StructuredHeader, is_folded_between_its_words) {
  std::string references;
  for (int i = 0; i < 30; ++i) references += "<" + std::to_string(i) + ".0123456789abcdef@shop.test> ";
  std::string out;
  append_any_header(out, "References", references);
  expect_clean(out, 78);
  std::string read;
  for (const char c : out)
    if (c != '\r' && c != '\n') read += c;
  EXPECT_EQ(read + " ", "References: " + references);
}

TEST(Date, is_written_in_utc) {
  std::string out;
  append_date(out, 0);
  append_date(out, 1'790'000'000);
  EXPECT_EQ(out,
            "Date: Thu, 01 Jan 1970 00:00:00 +0000\r\n"
            "Date: Mon, 21 Sep 2026 14:13:20 +0000\r\n");
}

TEST(TextBody, safe_text_travels_as_it_is) {
  for (const auto& [text, body] : std::vector<std::pair<std::string, std::string>>{
           {"", ""},
           {"a", "a\r\n"},
           {"a\nb\n", "a\r\nb\r\n"},
           {"a\rb\r\n\n", "a\r\nb\r\n\r\n"},
           {"a=b\t.\n", "a=b\t.\r\n"},
           {std::string("a\0b", 3), "ab\r\n"},
           {std::string(998, 'x'), std::string(998, 'x') + "\r\n"}}) {
    const EncodedText encoded = encode_text_body(text);
    EXPECT_EQ(encoded.encoding, TransferEncoding::seven_bit) << text;
    EXPECT_EQ(encoded.bytes, body);
  }
}

TEST(TextBody, text_that_would_be_changed_is_quoted) {
  for (const auto& [text, body] : std::vector<std::pair<std::string, std::string>>{
           {"naïve text here\n", "na=C3=AFve text here\r\n"},
           {"trailing blank here \n", "trailing blank here=20\r\n"},
           {"trailing tab goes here\t\nx", "trailing tab goes here=09\r\nx\r\n"},
           {"From here to eternity\n", "=46rom here to eternity\r\n"},
           {"first comes a line\n.\nthen another\n", "first comes a line\r\n=2E\r\nthen another\r\n"},
           {"--=_0000 is a boundary of ours\n", "--=3D_0000 is a boundary of ours\r\n"}}) {
    const EncodedText encoded = encode_text_body(text);
    EXPECT_EQ(encoded.encoding, TransferEncoding::quoted_printable) << text;
    EXPECT_EQ(encoded.bytes, body);
  }
  const EncodedText long_line = encode_text_body(std::string(5000, 'x'));
  EXPECT_EQ(long_line.encoding, TransferEncoding::quoted_printable);
  expect_clean(long_line.bytes, 76);
}

TEST(TextBody, text_beyond_latin_is_base64) {
  const EncodedText encoded = encode_text_body("你好，世界。欢迎使用。");
  EXPECT_EQ(encoded.encoding, TransferEncoding::base64);
  expect_clean(encoded.bytes, 76);
}

TEST(Entity, what_an_html_text_shows_is_named_by_an_identifier) {
  EXPECT_EQ(file_entity({"logo.png", "", "logo@shop"}, "x").headers,
            "Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n"
            "Content-Disposition: inline; filename=\"logo.png\"\r\nContent-ID: <logo@shop>\r\n");
  EXPECT_EQ(multipart_headers(MultipartKind::related, boundary_for(1, 2))
                .find("Content-Type: multipart/related;\r\n type=\"text/html\";\r\n boundary=\""),
            0U);
  EXPECT_FALSE(valid_content_id(""));
  for (const std::string_view bad : {"a b", "a>", "<a", "a\r\nX: y", "ä"}) {
    EXPECT_FALSE(valid_content_id(bad));
    EXPECT_THROW(file_entity({"logo.png", "", bad}, "x"), std::invalid_argument);
  }
  EXPECT_TRUE(valid_content_id(std::string(200, 'x')));
  EXPECT_FALSE(valid_content_id(std::string(201, 'x')));
  EXPECT_EQ(extension_of("image/png"), "png");
  EXPECT_EQ(extension_of("image/x-none"), "");
}

TEST(Entity, file_names_keep_their_characters) {
  EXPECT_EQ(attached("Report.PDF", "x").headers,
            "Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n"
            "Content-Disposition: attachment; filename=\"Report.PDF\"\r\n");
  EXPECT_EQ(attached("报告.csv", "x").headers,
            "Content-Type: text/csv; charset=\"utf-8\"\r\nContent-Transfer-Encoding: base64\r\n"
            "Content-Disposition: attachment;\r\n filename*=utf-8''%E6%8A%A5%E5%91%8A.csv\r\n");
  std::string name;
  for (int i = 0; i < 60; ++i) name += "长\"";
  expect_clean(attached(name, "x").headers, 78);
  expect_clean(attached("a\r\nX: y", "x").headers, 78);
  EXPECT_EQ(content_type_of("archive"), "application/octet-stream");
  EXPECT_EQ(content_type_of("a.b.XLSX"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
}

TEST(Entity, text_files_name_their_charset) {
  const auto type_of = [](std::string_view name, std::string_view bytes) {
    const std::string headers = attached(name, bytes).headers;
    return headers.substr(0, headers.find("\r\n"));
  };
  EXPECT_EQ(type_of("a.csv", "name,Z\xc3\xbcrich"), "Content-Type: text/csv; charset=\"utf-8\"");
  EXPECT_EQ(type_of("a.txt", "plain"), "Content-Type: text/plain; charset=\"utf-8\"");
  EXPECT_EQ(type_of("a.csv", "name,Z\xfcrich"), "Content-Type: text/csv; charset=\"windows-1252\"");
  EXPECT_EQ(type_of("a.txt", "\xd3\xca\xcf\xe4\xb2\xbb\xb4\xe6\xd4\xda"),
            "Content-Type: text/plain; charset=\"gb18030\"");
  EXPECT_EQ(type_of("a.csv",
                    "\xff\xfe"
                    "a"),
            "Content-Type: text/csv; charset=\"utf-16\"");
  EXPECT_EQ(type_of("a.txt", "\x81\x8d"), "Content-Type: text/plain");
  EXPECT_EQ(type_of("a.png",
                    "\xff\xfe"
                    "a"),
            "Content-Type: image/png");
}

TEST(Entity, keeps_a_given_type) {
  const FileDescription calendar{"invite.ics", "text/calendar; method=\"REQUEST\"", ""};
  EXPECT_EQ(alternative_entity("BEGIN", calendar.content_type).headers,
            "Content-Type: text/calendar; method=\"REQUEST\"\r\nContent-Transfer-Encoding: base64\r\n");
  EXPECT_EQ(file_entity(calendar, "BEGIN").headers,
            "Content-Type: text/calendar; method=\"REQUEST\"\r\nContent-Transfer-Encoding: base64\r\n"
            "Content-Disposition: attachment; filename=\"invite.ics\"\r\n");
  const std::vector<Parameter> parameters{{"charset", "gbk"}, {"x", "ä\"b"}};
  EXPECT_EQ(content_type_value("Text/Plain", parameters),
            "Text/Plain; charset=\"gbk\";\r\n x*=utf-8''%C3%A4%22b");
}

TEST(Entity, multiparts_need_parts_and_a_boundary_of_ours) {
  const Entity part = text_entity(TextKind::plain, "x");
  EXPECT_THROW(multipart_entity(MultipartKind::mixed, boundary_for(1, 0), {}), std::invalid_argument);
  EXPECT_THROW(multipart_entity(MultipartKind::mixed, "plain", std::span(&part, 1)), std::invalid_argument);
  EXPECT_NE(boundary_for(1, 0), boundary_for(1, 1));
  EXPECT_NE(boundary_for(1, 0), boundary_for(2, 0));
  const Entity whole = multipart_entity(MultipartKind::mixed, "=_b", std::span(&part, 1));
  EXPECT_EQ(whole.headers, "Content-Type: multipart/mixed;\r\n boundary=\"=_b\"\r\n");
  EXPECT_EQ(whole.body,
            "--=_b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\nx\r\n"
            "--=_b--\r\n");
}

TEST(Message, is_clean_whatever_goes_in) {
  testkit::SeededRandom generator(20201002);
  for (int round = 0; round < 2000; ++round) {
    std::string bytes;
    const std::string_view favourites[] = {"\r\n", "\n", "\r", " ",  "\t", ".",   "From ",
                                           "--=_", "=",  "ü",  "漢", "x",  "\xff"};
    for (unsigned count = generator.next() % 300; count > 0; --count) {
      if (generator.next() % 4 == 0) {
        bytes += static_cast<char>(generator.next() % 256);
      } else {
        bytes += favourites[generator.next() % std::size(favourites)];
      }
    }
    std::string message;
    append_header(message, "Subject", bytes);
    append_structured_header(message, "X-Own", bytes);
    append_address_header(message, "To", std::vector<Mailbox>{{bytes, "a@b.test"}, {bytes, "u@ü.test"}});
    const Entity parts[] = {text_entity(TextKind::html, bytes), attached(bytes, bytes)};
    const Entity whole = multipart_entity(MultipartKind::mixed, boundary_for(round, 0), parts);
    ASSERT_EQ(message.find("\r\n\r\n"), std::string::npos);
    expect_clean(message);
    expect_clean(whole.headers, 78);
    ASSERT_EQ(whole.headers.find("\r\n\r\n"), std::string::npos);
    expect_clean(whole.body);
  }
}

}  // namespace
}  // namespace sesame::mime
