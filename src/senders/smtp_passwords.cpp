#include "senders/smtp_passwords.hpp"

#include <set>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "mime/address.hpp"
#include "senders/errors.hpp"

namespace sesame::senders {
namespace {

constexpr std::size_t kCharactersMin = 10;
constexpr std::size_t kCharactersMax = 20;
constexpr std::size_t kDifferentOfEach = 2;

constexpr storage::Sql kHash{"senders.smtp_hash",
                             "SELECT smtp_hash FROM sender_address "
                             "WHERE account_id = ?1 AND region = ?2 AND canonical = ?3"};
constexpr storage::Sql kSetHash{"senders.set_smtp_hash",
                                "UPDATE sender_address SET smtp_hash = ?4 "
                                "WHERE account_id = ?1 AND region = ?2 AND canonical = ?3"};

constexpr storage::Sql kLogins{
    "senders.smtp_logins",
    "SELECT a.account_id, a.region, o.app_id, a.address, a.smtp_hash FROM sender_address a "
    "JOIN account o ON o.id = a.account_id WHERE a.canonical = ?1 AND a.smtp_hash <> '' ORDER BY a.id LIMIT "
    "?2"};

Error missing(std::string_view address) {
  return Error(errors::kAddressMissing).with("value", std::string(address));
}

}  // namespace

Status check_smtp_password(std::string_view password) {
  std::set<char> digits;
  std::set<char> lower;
  std::set<char> upper;
  bool printable = true;
  for (const char c : password) {
    if (ascii::is_digit(c)) digits.insert(c);
    if (c >= 'a' && c <= 'z') lower.insert(c);
    if (c >= 'A' && c <= 'Z') upper.insert(c);
    // RFC 4616 §2: a NUL ends the password; other control characters cannot be typed.
    printable = printable && static_cast<unsigned char>(c) >= ' ' && c != 0x7f;
  }
  const bool mixed = digits.size() >= kDifferentOfEach && lower.size() >= kDifferentOfEach &&
                     upper.size() >= kDifferentOfEach;
  if (!mixed || !printable || !utf8::has_length(password, kCharactersMin, kCharactersMax))
    return Error(errors::kPasswordWeak);
  return Done{};
}

Result<std::string> smtp_hash(storage::Reader& reader, const accounts::Scope& scope,
                              std::string_view address) {
  const auto rows = reader.query(kHash, scope.account_id, scope.region, mime::canonical_address(address));
  if (!rows->next()) return missing(address);
  return std::string(rows->next_text());
}

Status set_smtp_hash(storage::Writer& writer, const accounts::Scope& scope, std::string_view address,
                     std::string_view hash) {
  const std::string canonical = mime::canonical_address(utf8::mended_to_store(address));
  if (writer.run(kSetHash, scope.account_id, scope.region, canonical, hash) == 0) return missing(address);
  return Done{};
}

std::vector<SmtpLogin> smtp_logins(storage::Reader& reader, std::string_view address) {
  std::vector<SmtpLogin> logins;
  const auto rows = reader.query(kLogins, mime::canonical_address(address), kSmtpLoginsMax);
  while (rows->next()) {
    logins.push_back({{rows->next_integer(), std::string(rows->next_text())},
                      std::to_string(rows->next_integer()),
                      std::string(rows->next_text()),
                      std::string(rows->next_text())});
  }
  return logins;
}

}  // namespace sesame::senders
