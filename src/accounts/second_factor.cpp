#include "accounts/second_factor.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "accounts/console_sessions.hpp"
#include "accounts/totp.hpp"
#include "base/ascii.hpp"

namespace sesame::accounts {
namespace {

using storage::Sql;

constexpr std::size_t kRecoveryBytes = 10;
constexpr std::size_t kGroup = 4;
constexpr std::size_t kCodeBytesMax = 64;

constexpr Sql kInsert{
    "accounts.insert_second_factor",
    "INSERT INTO second_factor (user_id, secret, last_step, created_ms) VALUES (?1, ?2, ?3, "
    "?4)"};
constexpr Sql kFind{"accounts.find_second_factor",
                    "SELECT secret, last_step FROM second_factor WHERE user_id = ?1"};
constexpr Sql kHas{"accounts.has_second_factor", "SELECT 1 FROM second_factor WHERE user_id = ?1"};
constexpr Sql kUse{"accounts.use_step",
                   "UPDATE second_factor SET last_step = ?2 WHERE user_id = ?1 AND last_step < ?2"};
constexpr Sql kDelete{"accounts.delete_second_factor", "DELETE FROM second_factor WHERE user_id = ?1"};
constexpr Sql kInsertCode{"accounts.insert_recovery_code",
                          "INSERT INTO recovery_code (user_id, digest) VALUES (?1, ?2)"};
constexpr Sql kUseCode{"accounts.use_recovery_code",
                       "DELETE FROM recovery_code WHERE user_id = ?1 AND digest = ?2"};
constexpr Sql kDeleteCodes{"accounts.delete_recovery_codes", "DELETE FROM recovery_code WHERE user_id = ?1"};

storage::Blob blob(std::string_view bytes) { return std::as_bytes(std::span(bytes)); }

std::string context_of(std::int64_t user_id) { return "second factor:" + std::to_string(user_id); }

bool delete_factor(storage::Writer& writer, std::int64_t user_id, std::string_view spared_digest) {
  writer.run(kDeleteCodes, user_id);
  const bool was_on = writer.run(kDelete, user_id) > 0;
  end_sessions_of(writer, user_id, spared_digest);
  delete_links_of(writer, user_id);
  return was_on;
}

}  // namespace

std::vector<std::string> make_recovery_codes(Random& random) {
  std::vector<std::string> codes;
  for (std::size_t i = 0; i < kRecoveryCodes; ++i) {
    std::array<std::byte, kRecoveryBytes> drawn{};
    random.fill(drawn);
    const std::string letters =
        ascii::lower(encode_base32({reinterpret_cast<const char*>(drawn.data()), drawn.size()}));
    std::string code;
    for (std::size_t at = 0; at < letters.size(); at += kGroup)
      code.append(at == 0 ? "" : "-").append(letters, at, kGroup);
    codes.push_back(std::move(code));
  }
  return codes;
}

std::string seal_factor(const SecretBox& secrets, std::int64_t user_id, std::string_view secret) {
  return secrets.seal(secret, context_of(user_id));
}

void set_second_factor(storage::Writer& writer, std::int64_t user_id, const NewSecondFactor& made,
                       std::string_view spared_digest, std::int64_t now_ms) {
  delete_factor(writer, user_id, spared_digest);
  writer.run(kInsert, user_id, blob(made.sealed), made.step, now_ms);
  for (const std::string& code : made.codes)
    writer.run(kInsertCode, user_id, blob(token_digest(tidy_code(code))));
}

bool remove_second_factor(storage::Writer& writer, std::int64_t user_id, std::string_view spared_digest) {
  return delete_factor(writer, user_id, spared_digest);
}

bool has_second_factor(storage::Reader& reader, std::int64_t user_id) {
  return reader.query(kHas, user_id)->next();
}

bool use_code(storage::Writer& writer, const SecretBox& secrets, std::int64_t user_id, std::string_view code,
              std::int64_t now_ms) {
  const std::string tidy = tidy_code(code);
  if (tidy.empty()) return false;
  std::string sealed;
  std::int64_t last_step = 0;
  {
    const auto row = writer.query(kFind, user_id);
    if (!row->next()) return false;
    const storage::Blob stored = row->next_blob();
    sealed.assign(reinterpret_cast<const char*>(stored.data()), stored.size());
    last_step = row->next_integer();
  }
  if (!is_app_code(tidy)) return writer.run(kUseCode, user_id, blob(token_digest(tidy))) > 0;
  const Result<std::string> secret = secrets.open_sealed(sealed, context_of(user_id));
  if (!secret) return false;
  const std::optional<std::int64_t> step = find_totp_step(*secret, tidy, now_ms, last_step);
  return step && writer.run(kUse, user_id, *step) > 0;
}

bool is_app_code(std::string_view code) {
  const std::string tidy = tidy_code(code);
  return tidy.size() == kTotpDigits && std::ranges::all_of(tidy, ascii::is_digit);
}

std::string tidy_code(std::string_view code) {
  std::string tidy;
  for (const char c : code.substr(0, kCodeBytesMax)) {
    if (c != ' ' && c != '-' && c != '\t') tidy += c;
  }
  return ascii::lower(tidy);
}

}  // namespace sesame::accounts
