#include "dkim/canonical.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "dkim/signer.hpp"
#include "testkit/seeded_random.hpp"

namespace sesame::dkim {
namespace {

std::string relaxed_header(std::string_view field) {
  std::string out;
  append_relaxed_header(out, field);
  return out;
}

// RFC 6376 §3.4.5
TEST(Relaxed, examples_of_the_standard) {
  EXPECT_EQ(relaxed_header("A: X\r\n"), "a:X");
  EXPECT_EQ(relaxed_header("B : Y\t\r\n\tZ  \r\n"), "b:Y Z");
  EXPECT_EQ(relaxed_body(" C \r\nD \t E\r\n\r\n\r\n"), " C\r\nD E\r\n");
}

TEST(Relaxed, headers_lose_folds_and_outer_blanks) {
  EXPECT_EQ(relaxed_header("SUBJECT:"), "subject:");
  EXPECT_EQ(relaxed_header("Subject: \r\n \t\r\n"), "subject:");
  EXPECT_EQ(relaxed_header("Subject:\r\n a\r\n  b : c"), "subject:a b : c");
  EXPECT_EQ(relaxed_header("no colon"), "no colon");
}

TEST(Relaxed, bodies_lose_trailing_blanks_and_lines) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", ""},
      {"\r\n", ""},
      {" \t\r\n\r\n", ""},
      {"a", "a\r\n"},
      {"a\r\n", "a\r\n"},
      {"a \t ", "a\r\n"},
      {"\r\n\r\na\r\n\r\n", "\r\n\r\na\r\n"},
      {"a\tb\t\tc  d\r\n  e", "a b c d\r\n e\r\n"},
      {"a\r\n \t \r\nb\r\n", "a\r\n\r\nb\r\n"},
      {"\ta\r\n", " a\r\n"},
  };
  for (const auto& [body, relaxed] : cases) EXPECT_EQ(relaxed_body(body), relaxed) << body;
}

TEST(Relaxed, relaxing_twice_changes_nothing) {
  testkit::SeededRandom generator(20201002);
  const std::string_view pieces[] = {" ", "\t", "\r\n", "x", "yz", "\r", "\n", ":"};
  for (int round = 0; round < 20'000; ++round) {
    std::string body;
    for (unsigned count = generator.next() % 20; count > 0; --count)
      body += pieces[generator.next() % std::size(pieces)];
    const std::string once = relaxed_body(body);
    ASSERT_EQ(relaxed_body(once), once) << body;
    ASSERT_EQ(body_hash(once), body_hash(body)) << body;
  }
}

// SHA-256 of nothing and of CRLF are known numbers (RFC 6376 §3.4.4).
TEST(BodyHash, of_an_empty_body_is_the_hash_of_nothing) {
  EXPECT_EQ(body_hash(""), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
  EXPECT_EQ(body_hash("\r\n\r\n"), body_hash(""));
}

}  // namespace
}  // namespace sesame::dkim
