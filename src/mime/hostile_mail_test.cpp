// Mails that cost as much as they can: time and memory grow with their size alone.
#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>
#include <ctime>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "mime/read_addresses.hpp"
#include "mime/read_mail.hpp"

namespace sesame::mime {
namespace {

constexpr std::size_t kMailBytes = 1'000'000;
// Release builds need a hundredth of it; sanitizers and busy machines are slower.
constexpr double kSecondsMax = 3;
constexpr std::size_t kMemoryMax = 6 * kMailBytes;

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

std::string repeated(const std::string& start, const std::function<std::string(std::size_t)>& piece) {
  std::string mail = start;
  for (std::size_t i = 0; mail.size() < kMailBytes; ++i) mail += piece(i);
  return mail;
}

std::string repeated(const std::string& start, const std::string& piece) {
  return repeated(start, [&](std::size_t) { return piece; });
}

const std::string kMultipart = "Content-Type: multipart/mixed; boundary=b\n\n";

std::vector<std::pair<std::string, std::string>> hostile_mails() {
  std::string nested;
  for (int level = 0; level < 29; ++level)
    nested += "Content-Type: multipart/mixed; boundary=" + std::string(60, 'b') + std::to_string(10 + level) +
              "\n\n--" + std::string(60, 'b') + std::to_string(10 + level) + "\n";
  return {
      {"empty parts", repeated(kMultipart, "--b\n")},
      {"tiny parts", repeated(kMultipart, "--b\n\nx\n")},
      {"parts with headers", repeated(kMultipart, "--b\na:\nb:\nc:\n\n")},
      {"fields", repeated("", "a:\n")},
      {"folded lines", repeated("a: b\n", " x\n")},
      {"one long field", repeated("Subject: ", "x")},
      {"nested multiparts", repeated("",
                                     [](std::size_t i) {
                                       const std::string name = "b" + std::to_string(i);
                                       return "Content-Type: multipart/mixed; boundary=" + name + "\n\n--" +
                                              name + "\n";
                                     })},
      {"nested mails", repeated("", "Content-Type: message/rfc822\n\n")},
      {"lines that almost are boundaries", repeated(nested, "--" + std::string(60, 'b') + "x\n")},
      {"closing boundaries", repeated(kMultipart, "--b--\n")},
      {"encoded words of changing charsets",
       repeated(
           "Subject:",
           [](std::size_t i) {
             const char* charsets[] = {"gb2312", "big5", "euc-kr", "iso-2022-jp", "koi8-r", "utf-7", "no"};
             return " =?" + std::string(charsets[i % 7]) + "?B?xOM=?=" + (i % 1000 == 0 ? "\nSubject:" : "");
           })},
      {"starts of encoded words",
       repeated("Subject: ", [](std::size_t i) { return i % 20'000 == 0 ? "\nSubject: " : "=?a?q?"; })},
      {"question marks",
       repeated("Subject: ", [](std::size_t i) { return i % 20'000 == 0 ? "\nSubject: " : "=?=? "; })},
      {"parameters", repeated("Content-Type: text/plain",
                              [](std::size_t i) { return i % 20'000 == 0 ? "\nX: y" : "; a*0=b"; })},
      {"open comments", repeated("Content-Transfer-Encoding: ",
                                 [](std::size_t i) { return i % 100'000 == 0 ? "\nContent-Type: " : "("; })},
      {"text in no encoding", repeated("\n", "\xff\x81\xc4")},
      {"japanese escapes", repeated("Content-Type: text/plain; charset=iso-2022-jp\n\n", "\x1b$B\x1b(B")},
      {"soft line breaks", repeated("Content-Transfer-Encoding: quoted-printable\n\n", "= ")},
  };
}

TEST(HostileMail, costs_time_and_memory_by_its_size_alone) {
  for (const auto& [name, bytes] : hostile_mails()) {
    const double start = cpu_seconds();
    const std::size_t before = mallinfo2().uordblks;
    const ReadMail mail = read_mail(bytes);
    const std::size_t after = mallinfo2().uordblks;
    EXPECT_LT(cpu_seconds() - start, kSecondsMax) << name;
    EXPECT_LT(after - std::min(before, after), kMemoryMax) << name;
    EXPECT_LE(mail.parts, ReadLimits().parts) << name;
  }
}

TEST(HostileMail, has_address_fields_that_cost_their_size_alone) {
  for (const std::string piece :
       {"a:<", "=?", "=?a?q?", "(", "\"", ",", "a@b.test,", ";:", "<@a:", "\\", "a ", "\v", "a\f "}) {
    std::string field;
    while (field.size() < 250'000) field += piece;
    const double start = cpu_seconds();
    EXPECT_LE(read_addresses(field, 1000).size(), 1000U);
    EXPECT_LT(cpu_seconds() - start, kSecondsMax) << piece;
  }
}

}  // namespace
}  // namespace sesame::mime
