#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/secret_box.hpp"
#include "base/random.hpp"
#include "storage/database.hpp"

/// A user's second proof beside the password: a code of an app (totp.hpp) or, when the app is lost, a
/// recovery code. Job: read for functions of a Reader, write for functions of a Writer.
namespace sesame::accounts {

inline constexpr std::size_t kRecoveryCodes = 10;

/// Random codes of 80 bits, "xxxx-xxxx-xxxx-xxxx"; shown once, stored as digests.
std::vector<std::string> make_recovery_codes(Random& random);

/// The secret (kTotpSecretBytes) as it is stored. Pure. Thread: any.
std::string seal_factor(const SecretBox& secrets, std::int64_t user_id, std::string_view secret);

struct NewSecondFactor {
  std::string sealed;              // seal_factor()
  std::int64_t step = 0;           // The step of the code that confirmed it, which is used up.
  std::vector<std::string> codes;  // make_recovery_codes()
};
/// Switches the factor on, or replaces it. All sessions of the user but the one of `spared_digest` end, and
/// the user's links.
void set_second_factor(storage::Writer& writer, std::int64_t user_id, const NewSecondFactor& made,
                       std::string_view spared_digest, std::int64_t now_ms);
/// Switches it off and ends the same sessions and links. False when it was off.
bool remove_second_factor(storage::Writer& writer, std::int64_t user_id, std::string_view spared_digest = {});

bool has_second_factor(storage::Reader& reader, std::int64_t user_id);

/// Uses a code up, of the app or for recovery, blanks and hyphens in it ignored. False when it is wrong, was
/// used, or there is no factor.
bool use_code(storage::Writer& writer, const SecretBox& secrets, std::int64_t user_id, std::string_view code,
              std::int64_t now_ms);

/// Whether it has the form of an app's code, which can be guessed; others are recovery codes, or nothing.
/// Pure. Thread: any.
bool is_app_code(std::string_view code);
/// The code without blanks and hyphens, in lower case. Pure. Thread: any.
std::string tidy_code(std::string_view code);

}  // namespace sesame::accounts
