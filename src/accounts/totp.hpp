#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Codes that change with the time (RFC 6238), of HMAC-SHA-1 and steps of 30 seconds, as apps make them.
/// Pure. Thread: any.
namespace sesame::accounts {

inline constexpr std::size_t kTotpSecretBytes = 20;  // RFC 4226 §4: the length of the hash.
inline constexpr unsigned kTotpDigits = 6;
inline constexpr std::int64_t kTotpStepMs = 30'000;

/// The code of a step, in decimal.
std::string totp_code(std::string_view secret, std::int64_t step, unsigned digits = kTotpDigits);
/// The step whose code it is: the one of `now_ms` or a neighbour, since clocks differ, and later than
/// `last_step`, since a code is used once. nullopt for any other code.
std::optional<std::int64_t> find_totp_step(std::string_view secret, std::string_view code,
                                           std::int64_t now_ms, std::int64_t last_step);

/// RFC 4648 base32 without padding.
std::string encode_base32(std::string_view bytes);
/// The address that an app reads from a QR code (`otpauth://totp/...`). `issuer` names the server.
std::string totp_uri(std::string_view secret, std::string_view issuer, std::string_view user);

}  // namespace sesame::accounts
