#include <gtest/gtest.h>

#include "base/ascii.hpp"
#include "base/base64.hpp"
#include "base/hex.hpp"
#include "base/id_text.hpp"
#include "base/utf8.hpp"
#include "base/uuid.hpp"
#include "testkit/seeded_random.hpp"

namespace sesame {
namespace {

TEST(Hex, goes_both_ways_and_reads_both_cases) {
  EXPECT_EQ(encode_hex(std::string_view("\x00\x7f\xff", 3)), "007fff");
  EXPECT_EQ(*decode_hex("007FfF"), std::string("\x00\x7f\xff", 3));
  EXPECT_EQ(*decode_hex(""), "");
}

TEST(Hex, refuses_what_is_not_hex) {
  for (const char* text : {"0", "0g", "g0", " 00", "0x00", "00 "}) {
    EXPECT_EQ(decode_hex(text).error().reason(), "hex.malformed") << text;
  }
}

// RFC 4648 §10
TEST(Base64, knows_the_vectors_of_the_standard) {
  const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, encoded] : vectors) {
    EXPECT_EQ(encode_base64(plain), encoded);
    EXPECT_EQ(*decode_base64(encoded), plain);
  }
}

TEST(Base64, goes_both_ways_at_any_length) {
  testkit::SeededRandom random;
  for (std::size_t size : {1u, 2u, 3u, 255u, 4096u, 3u << 20, (3u << 20) + 1, (6u << 20) + 2}) {
    std::string bytes(size, '\0');
    random.fill(std::as_writable_bytes(std::span(bytes)));
    EXPECT_TRUE(*decode_base64(encode_base64(bytes)) == bytes) << size;
  }
}

TEST(Base64, refuses_every_other_spelling) {
  for (const char* text : {"Z", "Zg", "Zg=", "Zg===", "=", "====", "Zh==", "Zm9=", "Zm9v\n", "Zm 9",
                           "Zm9v====", "Zg==Zg==", "Zm-_", "Z===", "\xff\xff\xff\xff"}) {
    EXPECT_EQ(decode_base64(text).error().reason(), "base64.malformed") << text;
  }
}

TEST(Base64, of_broken_lines_is_read_where_it_is_asked_for) {
  for (const char* text :
       {"Zm9vYmFy", "Zm9v\r\nYmFy\r\n", "Zm9v\nYmFy", "Z\rm9vYmFy\r", "\nZm9vYmFy\n\n", " Zm9vYmFy\t"}) {
    EXPECT_EQ(*decode_base64_lines(text), "foobar") << text;
  }
  EXPECT_EQ(*decode_base64_lines("\r\n"), "");
  std::string long_text = encode_base64(std::string(100'000, 'x'));
  for (std::size_t at = 76; at < long_text.size(); at += 78) long_text.insert(at, "\r\n");
  EXPECT_EQ(*decode_base64_lines(long_text), std::string(100'000, 'x'));
  for (const char* text : {"Zm9v YmFy", "Zm9v\tYmFy", "Zm9vYmF", "Zm9vYm\n", "Zm-v\n", "Zg==\nZg=="})
    EXPECT_EQ(decode_base64_lines(text).error().reason(), "base64.malformed") << text;
}

TEST(IdText, shows_ids_as_they_were_sent) {
  EXPECT_EQ(id_text(7), "7");
  EXPECT_EQ(id_text(static_cast<std::int64_t>(UINT64_MAX)), "18446744073709551615");
  EXPECT_EQ(id_text(INT64_MIN), "9223372036854775808");
}

TEST(Ascii, compares_and_cuts) {
  EXPECT_EQ(ascii::lower("X-TC-Ä"), "x-tc-Ä");
  EXPECT_EQ(ascii::upper("x-tc-ä"), "X-TC-ä");
  EXPECT_EQ(ascii::trim(" \t a b\r\n"), "a b");
  EXPECT_EQ(ascii::trim("  "), "");
  EXPECT_TRUE(ascii::iequals("Content-Length", "content-length"));
  EXPECT_FALSE(ascii::iequals("Content-Length", "content-lengt"));
  EXPECT_FALSE(ascii::iequals("[", "{"));
  EXPECT_TRUE(ascii::istarts_with("Bearer x", "bearer "));
  EXPECT_FALSE(ascii::istarts_with("Bea", "bearer "));
  EXPECT_EQ(ascii::split("a,,b", ','), (std::vector<std::string_view>{"a", "", "b"}));
  EXPECT_EQ(ascii::split("", ','), (std::vector<std::string_view>{""}));
  EXPECT_FALSE(ascii::is_ascii("ü"));
  EXPECT_TRUE(ascii::is_ascii("12345678 12345678"));
  for (std::size_t at = 0; at < 17; ++at) {
    std::string text(17, 'x');
    text[at] = '\x80';
    EXPECT_FALSE(ascii::is_ascii(text)) << at;
  }
}

TEST(Utf8, accepts_exactly_the_well_formed) {
  for (const char* text :
       {"", "plain text beyond eight bytes", "grüße", "广告", "😀", "\xF4\x8F\xBF\xBF", "\xED\x9F\xBF"}) {
    EXPECT_TRUE(utf8::valid(text)) << text;
  }
  for (const char* text :
       {"\x80", "\xC0\xAF", "\xC1\xBF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF0\x80\x80\x80",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "\xE5\xB9", "12345678\xC3", "\xC3("}) {
    EXPECT_FALSE(utf8::valid(text)) << text;
    EXPECT_FALSE(utf8::storable(text)) << text;
  }
  EXPECT_TRUE(utf8::valid(std::string_view("\0", 1)));
  EXPECT_FALSE(utf8::storable(std::string_view("longer than eight\0", 18)));
  EXPECT_TRUE(utf8::storable("广告, plain"));
  EXPECT_TRUE(utf8::storable(""));
}

TEST(Utf8, counts_and_cuts_between_code_points) {
  EXPECT_EQ(utf8::count("a广告😀"), 4u);
  EXPECT_EQ(utf8::truncate("a广告", 4), "a广");
  EXPECT_EQ(utf8::truncate("a广告", 6), "a广");
  EXPECT_EQ(utf8::truncate("a广告", 7), "a广告");
  EXPECT_EQ(utf8::truncate("广", 2), "");
}

TEST(Utf8, is_mended_byte_by_byte) {
  EXPECT_EQ(utf8::mended("a广b"), "a广b");
  EXPECT_EQ(utf8::mended("a\xE5\xB9z\xFF"), "a\uFFFD\uFFFDz\uFFFD");
  EXPECT_EQ(utf8::mended(""), "");
  EXPECT_EQ(utf8::mended(std::string_view("a\0b", 3)), std::string_view("a\0b", 3));
  EXPECT_EQ(utf8::mended_to_store(std::string_view("\0a\xFF\0", 4)), "\uFFFDa\uFFFD\uFFFD");
}

TEST(Uuid, says_its_version_and_variant) {
  testkit::SeededRandom random;
  for (int i = 0; i < 50; ++i) {
    const std::string uuid = uuid_v4(random);
    ASSERT_EQ(uuid.size(), 36u);
    EXPECT_EQ(uuid[14], '4');
    EXPECT_TRUE(std::string_view("89ab").find(uuid[19]) != std::string_view::npos) << uuid;
    EXPECT_EQ(uuid[8], '-');
    EXPECT_EQ(uuid[23], '-');
  }
  EXPECT_NE(uuid_v4(random), uuid_v4(random));
}

TEST(Uuid, is_sixteen_bytes_as_long_as_it_is_written_in_the_one_form) {
  testkit::SeededRandom random;
  for (int i = 0; i < 50; ++i) {
    const std::string uuid = uuid_v4(random);
    const auto bytes = uuid_bytes(uuid);
    ASSERT_TRUE(bytes);
    EXPECT_EQ(uuid_text({bytes->data(), bytes->size()}), uuid);
  }
  const std::string uuid = "5b1f8e0a-3c5d-4a51-9d55-6f0c8b1f2a3e";
  for (const std::size_t place : {0U, 8U, 35U}) {
    for (const char other : {'A', 'g', '-', '0', '\0', ' '}) {
      std::string changed = uuid;
      changed[place] = other;
      const auto bytes = uuid_bytes(changed);
      EXPECT_TRUE(!bytes || uuid_text({bytes->data(), bytes->size()}) == changed) << changed;
    }
  }
  for (const std::string& text : {std::string(), uuid + "0", uuid.substr(1)})
    EXPECT_FALSE(uuid_bytes(text)) << text;
}

}  // namespace
}  // namespace sesame
