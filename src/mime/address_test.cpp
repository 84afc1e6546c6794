#include "mime/address.hpp"

#include <gtest/gtest.h>
#include <unistr.h>

#include <vector>

#include "mime/unicode.hpp"
#include "testkit/seeded_random.hpp"

namespace sesame::mime {
namespace {

std::string repeated(std::size_t count, char c) { return std::string(count, c); }

// A domain of exactly `bytes` bytes.
std::string long_domain(std::size_t bytes) {
  std::string domain;
  while (domain.size() + 64 < bytes) domain += repeated(62, 'd') + '.';
  return domain + repeated(bytes - domain.size() - 2, 'e') + ".x";
}

struct Case {
  std::string address;
  AddressFault fault;
};

// Checks the case on every way that tells acceptable from faulty.
void expect_told(const std::vector<Case>& cases) {
  for (const Case& one : cases) {
    EXPECT_EQ(check_address(one.address), one.fault) << one.address;
    std::string key;
    EXPECT_EQ(append_canonical(key, one.address), one.fault) << one.address;
    EXPECT_EQ(explain(check_address(one.address)).empty(), one.fault == AddressFault::none) << one.address;
  }
}

TEST(Address, refuses_characters_that_nobody_sees) {
  using enum AddressFault;
  expect_told({{"an\u200bn@b.test", invisible},
               {"\ufeffann@b.test", invisible},
               {"ann\u00ad@b.test", invisible},
               {"ann\u202e@b.test", invisible},
               {"ann\u2060@b.test", invisible},
               {"ann\U000e0041@b.test", invisible},
               {"ann\u0378@b.test", invisible},
               {"ann\ue000@b.test", invisible},
               {"ann\u200d@b.test", invisible},
               {"ann@sh\u200bop.test", invisible},
               {"\"an\u200bn\"@b.test", invisible},
               {"नाम\u200cहा@b.test", invisible},
               {"می\u200cخواهم@b.test", none},
               {"क्\u200dष@b.test", none}});
  EXPECT_EQ(explain(invisible, "an\u200bn@b.test"),
            "the address has an invisible or unassigned character (U+200B)");
  EXPECT_EQ(ascii_domain("sh\u00adop.test"), std::nullopt);
  EXPECT_EQ(ascii_domain("b\u00fccher\u2060.test"), std::nullopt);
}

TEST(Address, accepts_what_a_mailbox_can_be) {
  using enum AddressFault;
  expect_told({
      {"a@b.test", none},
      {"first.last+tag@mail.example.test", none},
      {"!#$%&'*+-/=?^_`{|}~@b.test", none},
      {"1@2.test", none},
      {"A.B@EXAMPLE.TEST", none},
      {"\"quoted\"@b.test", none},
      {"\"with space\"@b.test", none},
      {"\"a@b\"@b.test", none},
      {"\"a\\\"b\\\\c\"@b.test", none},
      {"\"a..b\"@b.test", none},
      {"\"\"@b.test", none},
      {"\"<\"@b.test", none},
      {"用户@例え.test", none},
      {"user@bücher.test", none},
      {"user@例え。テスト", none},  // IDNA takes the ideographic full stop for a dot.
      {"user@xn--bcher-kva.test", none},
      {"δοκιμή@παράδειγμα.test", none},
      {"ab--cd@x--y.test", none},
      {repeated(64, 'l') + "@b.test", none},
      {"l@" + repeated(63, 'd') + ".test", none},
      {"l@" + long_domain(252), none},
  });
}

TEST(Address, names_what_is_wrong) {
  using enum AddressFault;
  expect_told({
      {"", empty},
      {"l@" + long_domain(253), too_long},
      {repeated(255, 'x'), too_long},
      {"123", no_at},
      {"plain.test", no_at},
      {" ", no_at},
      {"@b.test", bad_local},
      {".a@b.test", bad_local},
      {"a.@b.test", bad_local},
      {"a..b@b.test", bad_local},
      {"a b@b.test", bad_local},
      {" a@b.test", bad_local},
      {"a@b@c.test", bad_local},
      {"a,b@c.test", bad_local},
      {"<a@b.test", bad_local},
      {"Name <a@b.test>", bad_local},
      {"(comment)a@b.test", bad_local},
      {"a\r\nRCPT TO:<x@b.test", bad_local},
      {std::string("a\0b@b.test", 10), bad_local},
      {"\"open@b.test", bad_local},
      {"\"a\"b\"@b.test", bad_local},
      {"\"a\\\"@b.test", bad_local},
      {"\"a\tb\"@b.test", bad_local},
      {"a\u3000b@b.test", bad_local},
      {"a\u0085b@b.test", bad_local},
      {repeated(65, 'l') + "@b.test", local_too_long},
      {"a@", bad_domain},
      {"a@b", bad_domain},
      {"a@localhost", bad_domain},
      {"a@b.test.", bad_domain},
      {"a@.b.test", bad_domain},
      {"a@b..test", bad_domain},
      {"a@-b.test", bad_domain},
      {"a@b-.test", bad_domain},
      {"a@b_c.test", bad_domain},
      {"a@b c.test", bad_domain},
      {"a@b.test ", bad_domain},
      {"a@b.test\n", bad_domain},
      {"a@b.test>", bad_domain},
      {"a@127.0.0.1", bad_domain},
      {"a@[192.0.2.1]", bad_domain},
      {"a@[IPv6:2001:db8::1]", bad_domain},
      {"a@b/c.test", bad_domain},
      {"a@b,c.test", bad_domain},
      {"a@" + repeated(64, 'd') + ".test", bad_domain},
      {"user@\u2603\u200b.test", invisible},
      {"user@bü_cher.test", bad_domain},
      {"user@-bücher.test", bad_domain},
      {"a\xff@b.test", not_utf8},
      {"a@b\xc3.test", not_utf8},
  });
}

TEST(Address, same_recipient_same_key) {
  const std::vector<std::pair<std::string, std::string>> keys = {
      {"User@Example.TEST", "user@example.test"},
      {"\"User\"@example.test", "user@example.test"},
      {"\"u\\ser\"@example.test", "user@example.test"},
      {"\"A B\"@example.test", "\"a b\"@example.test"},
      {"\"A\\ B\"@example.test", "\"a b\"@example.test"},
      {"\"a\\\"b\"@example.test", "\"a\\\"b\"@example.test"},
      {"user@BÜCHER.test", "user@xn--bcher-kva.test"},
      {"user@bu\u0308cher.test", "user@xn--bcher-kva.test"},
      {"user@XN--BCHER-KVA.test", "user@xn--bcher-kva.test"},
      {"ÜSER@example.test", "üser@example.test"},
      {"u\u0308ser@example.test", "üser@example.test"},
      {"STRASSE@example.test", "strasse@example.test"},
      {"straße@example.test", "strasse@example.test"},
      {"a\u037eb@example.test", "\"a;b\"@example.test"},  // NFC turns the Greek question mark into `;`.
      {"NO AT Sign", "no at sign"},
      {"", ""},
  };
  for (const auto& [address, key] : keys) EXPECT_EQ(canonical_address(address), key) << address;
}

TEST(Address, key_is_appended_without_allocating) {
  std::string keys;
  keys.reserve(64);
  const char* place = keys.data();
  append_canonical(keys, "A@b.test");
  append_canonical(keys, "C@D.test");
  EXPECT_EQ(keys, "a@b.testc@d.test");
  EXPECT_EQ(keys.data(), place);
}

std::string utf8_of(char32_t character) {
  std::uint8_t bytes[6];
  const int size = u8_uctomb(bytes, character, sizeof bytes);
  return size <= 0 ? "?" : std::string(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
}

void expect_key_of_key_is_itself(const std::string& address) {
  std::string key;
  const AddressFault fault = append_canonical(key, address);
  std::string again;
  const AddressFault fault_again = append_canonical(again, key);
  ASSERT_EQ(again, key) << address;
  if (fault == AddressFault::none && key.find('@') <= kMaxLocalBytes) {
    ASSERT_EQ(fault_again, AddressFault::none) << address;
  }
  ASSERT_LE(key.size(), 3 * address.size()) << address;
}

TEST(Address, the_key_of_a_key_is_itself_for_every_character) {
  for (char32_t c = 0; c < 0x20000; ++c) {
    expect_key_of_key_is_itself("a" + utf8_of(c) + "@b.test");
    expect_key_of_key_is_itself("\"" + utf8_of(c) + "\"@b.test");
  }
  for (char32_t c = 0; c < 0x3100; ++c) expect_key_of_key_is_itself("a@b" + utf8_of(c) + "c.test");
}

TEST(Address, the_key_of_a_key_is_itself_for_mixtures) {
  const std::vector<std::string> pieces = {
      "a",      "B", "9", ".", "@",      "-",      "\"",     "\\",   " ",     "\xc3",    "ü",  "\u0308",
      "\u0345", "ß", "İ", "ς", "\u1fb3", "\u0f73", "\u212a", "xn--", ".test", "@b.test", "例", "\u200d"};
  testkit::SeededRandom generator(20201002);
  for (int round = 0; round < 50'000; ++round) {
    std::string address;
    for (unsigned count = generator.next() % 12; count > 0; --count)
      address += pieces[generator.next() % pieces.size()];
    expect_key_of_key_is_itself(address);
    expect_key_of_key_is_itself(address + "@b.test");
  }
}

TEST(Address, goes_into_the_envelope_with_an_ascii_domain) {
  EXPECT_EQ(envelope_address("User@Bücher.test"), "User@xn--bcher-kva.test");
  EXPECT_EQ(envelope_address("\"A B\"@b.test"), "\"A B\"@b.test");
  EXPECT_EQ(envelope_address("用户@例え.test"), "用户@xn--r8jz45g.test");
  EXPECT_EQ(envelope_address("a@b"), std::nullopt);
  EXPECT_TRUE(needs_smtputf8("用户@b.test"));
  EXPECT_FALSE(needs_smtputf8("user@例え.test"));
  EXPECT_EQ(domain_of("\"a@b\"@c.test"), "c.test");
  EXPECT_EQ(domain_of("nothing"), "");
}

TEST(Address, domains_become_a_labels) {
  EXPECT_EQ(ascii_domain("Example.TEST"), "example.test");
  EXPECT_EQ(ascii_domain("例え.テスト"), "xn--r8jz45g.xn--zckzah");
  EXPECT_EQ(ascii_domain("faß.test"), "xn--fa-hia.test");  // not the transitional "fass"
  EXPECT_EQ(ascii_domain(""), std::nullopt);
  EXPECT_EQ(ascii_domain("test"), std::nullopt);
  EXPECT_EQ(ascii_domain(std::string(100'000, 'x')), std::nullopt);
  std::string many;
  for (int i = 0; i < 50'000; ++i) many += "ü.";
  EXPECT_EQ(ascii_domain(many + "test"), std::nullopt);
}

}  // namespace
}  // namespace sesame::mime
