#include "mime/headers.hpp"

#include <gtest/gtest.h>

#include <array>

#include <vector>

#include "base/ascii.hpp"
#include "mime/message.hpp"
#include "testkit/seeded_random.hpp"

namespace sesame::mime {
namespace {

TEST(Headers, are_split_from_the_body) {
  const std::vector<std::array<std::string, 3>> cases = {
      {"A: b\r\n\r\nbody\r\n", "A: b\r\n", "body\r\n"},
      {"A: b\n\nbody\n\n", "A: b\n", "body\n\n"},
      {"\r\nbody", "", "body"},
      {"A: b\r\n", "A: b\r\n", ""},
      {"A: b", "A: b", ""},
      {"", "", ""},
  };
  for (const auto& [message, header, body] : cases) {
    EXPECT_EQ(split_message(message).header, header) << message;
    EXPECT_EQ(split_message(message).body, body) << message;
  }
  const std::string endless(2 * kMaxHeaderBytes, 'x');
  EXPECT_EQ(split_message(endless).header, "");
  EXPECT_EQ(decoded_header(endless, "x"), std::nullopt);
}

TEST(Headers, are_shown_decoded) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"plain", "plain"},
      {"", ""},
      {"folded\r\n\tvalue", "folded value"},
      {"=?utf-8?Q?Gr=C3=BC=C3=9Fe_an_alle?=", "Grüße an alle"},
      {"=?UTF-8?b?5L2g5aW9?=", "你好"},
      {"=?utf-8?B?5L2g?=\r\n =?utf-8?B?5aW9?=", "你好"},
      {"=?utf-8?Q?=E4=BD?= =?utf-8?Q?=A0?=", "你"},
      {"a =?utf-8?Q?b?= c =?utf-8?Q?d?=", "a b c d"},
      {"=?iso-8859-1*de?Q?=FC?= <a@b.test>", "ü <a@b.test>"},
      {"(=?utf-8?Q?x?=)", "(x)"},
      {"=?gb2312?B?xOO6ww==?=", "你好"},
      {"=?utf-8?B?not base64?=", "=?utf-8?B?not base64?="},
      {"=?utf-8?B?!!?=", "=?utf-8?B?!!?="},
      {"=?utf-8?Q?=4?=", "=4"},
      {"=?utf-8?X?a?=", "=?utf-8?X?a?="},
      {"=?klingon?Q?a?= =?utf-8?Q?b?=", "=?klingon?Q?a?= b"},
      // A word that ends in padding does not end the value.
      {"=?UTF-8?B?SGVsbG8=?= =?UTF-8?B?IHdvcmxk?=", "Hello world"},
      {"=?UTF-8?B?0JfQtNGA?= =?UTF-8?Q?_Hello?= =?UTF-8?B?IOS9oA==?= =?UTF-8?B?5aW9?= end",
       "Здр Hello 你好 end"},
      {"=?utf-8?B?SGVsbG8=?=\r\n =?us-ascii?Q?_wor?=\r\n\t=?utf-8?B?bGQ=?=", "Hello world"},
      {"=?iso-2022-jp?B?GyRCJWEhPCVrGyhC?=", "メール"},
      {"=?utf-8?B?5L0=?= =?utf-8?B?oA==?=", "你"},
      {"=?windows-1252?Q?=93a=94_b c?=", "“a” b c"},
      {"=?ks_c_5601-1987?B?sKGMYw==?= =?big5?B?pKSk5Q==?=", "가똠中文"},
      {"\x1b$B%a!<%k\x1b(B", "メール"},
      {"\xc4\xe3\xba\xc3 raw", "你好 raw"},
      {"=?utf-8?Q?", "=?utf-8?Q?"},
      {"=?", "=?"},
      {"=?utf-8?Q?=1B[31mred=0D=0A?=", " [31mred  "},
      {"raw \xff byte", "raw ÿ byte"},
  };
  for (const auto& [value, shown] : cases) {
    EXPECT_EQ(decoded_header("From: x\r\nsubject : " + value + "\r\nSubject: second\r\n\r\n", "Subject"),
              shown)
        << value;
  }
  EXPECT_EQ(decoded_header("From: x\r\n\r\nSubject: in the body\r\n", "Subject"), std::nullopt);
}

TEST(Headers, read_back_what_was_written) {
  testkit::SeededRandom generator(20201002);
  const std::string_view pieces[] = {"word", " ", "  ", "ü", "漢字",       "😀", "=",
                                     "?",    "_", "\"", ",", "=?utf-8?Q?", "?="};
  for (int round = 0; round < 5000; ++round) {
    std::string text;
    for (unsigned count = generator.next() % 40; count > 0; --count)
      text += pieces[generator.next() % std::size(pieces)];
    text = ascii::trim(text);
    std::string message = "From: a@b.test\r\n";
    append_header(message, "Subject", text);
    ASSERT_EQ(decoded_header(message + "\r\nbody\r\n", "SUBJECT"), text) << message;
  }
}

TEST(DecodedHeader, leaves_out_the_signature_of_utf_8_however_it_is_written) {
  for (const char* written :
       {"\xEF\xBB\xBFtwo", "=?utf-8?B?77u/dHdv?=", "t\xEF\xBB\xBFwo", "=?utf-8?Q?t=EF=BB=BFwo?="})
    EXPECT_EQ(decoded_header(std::string("Subject: ") + written + "\r\n\r\n", "Subject"), "two") << written;
}

}  // namespace
}  // namespace sesame::mime
