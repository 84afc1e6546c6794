#include "accounts/totp.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <new>

#include "base/ascii.hpp"
#include "base/secret.hpp"

namespace sesame::accounts {
namespace {

constexpr std::size_t kHashBytes = 20;
constexpr std::int64_t kNeighbours = 1;

std::string percent_encoded(std::string_view text) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (ascii::is_alpha(c) || ascii::is_digit(c) ||
        std::string_view("-._~").find(c) != std::string_view::npos) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out.append({'%', kHex[byte >> 4U], kHex[byte & 15U]});
  }
  return out;
}

}  // namespace

std::string totp_code(std::string_view secret, std::int64_t step, unsigned digits) {
  // RFC 4226 §5.2: the counter has eight bytes, the highest first.
  std::array<unsigned char, 8> counter{};
  auto rest = static_cast<std::uint64_t>(step);
  for (auto byte = counter.rbegin(); byte != counter.rend(); ++byte, rest >>= 8U)
    *byte = static_cast<unsigned char>(rest & 0xFFU);
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned size = 0;
  const bool made = HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()), counter.data(),
                         counter.size(), hash.data(), &size) != nullptr;
  if (!made || size != kHashBytes) throw std::bad_alloc();
  // RFC 4226 §5.3: four bytes from where the last four bits say, without the sign.
  const std::size_t offset = hash[kHashBytes - 1] & 0x0FU;
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) number = number << 8U | hash[offset + i];
  number &= 0x7FFFFFFFU;
  std::string code(digits, '0');
  for (auto digit = code.rbegin(); digit != code.rend(); ++digit, number /= 10)
    *digit = static_cast<char>('0' + number % 10);
  return code;
}

std::optional<std::int64_t> find_totp_step(std::string_view secret, std::string_view code,
                                           std::int64_t now_ms, std::int64_t last_step) {
  const std::int64_t now = now_ms / kTotpStepMs;
  std::optional<std::int64_t> found;
  // All are compared, so that the time does not tell which one fits.
  for (std::int64_t step = now - kNeighbours; step <= now + kNeighbours; ++step) {
    if (constant_time_equal(totp_code(secret, step), code) && step > last_step) found = step;
  }
  return found;
}

std::string encode_base32(std::string_view bytes) {
  static constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string out;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : bytes) {
    bits = bits << 8U | static_cast<unsigned char>(c);
    for (count += 8; count >= 5; count -= 5) out += kLetters[bits >> (count - 5) & 31U];
  }
  if (count > 0) out += kLetters[bits << (5 - count) & 31U];
  return out;
}

std::string totp_uri(std::string_view secret, std::string_view issuer, std::string_view user) {
  const std::string name = percent_encoded(issuer);
  return "otpauth://totp/" + name + ":" + percent_encoded(user) + "?secret=" + encode_base32(secret) +
         "&issuer=" + name + "&algorithm=SHA1&digits=6&period=30";
}

}  // namespace sesame::accounts
