#include "submission/logins.hpp"

#include <utility>

#include "accounts/password_hash.hpp"

namespace sesame::submission {

Result<Logins> Logins::open(storage::Database& database) {
  // Longer than a password may be, so it is nobody's.
  Result<std::string> hash = accounts::hash_password("nobody has this password, it is too long");
  if (!hash) return std::move(hash).error();
  return Logins(database, std::move(*hash));
}

Result<senders::SmtpLogin> Logins::check(std::string_view user, std::string_view password) const {
  auto candidates = database_->get<std::vector<senders::SmtpLogin>>(
      [&](storage::Reader& reader) -> Result<std::vector<senders::SmtpLogin>> {
        return senders::smtp_logins(reader, user);
      });
  if (!candidates) return std::move(candidates).error();
  if (candidates->empty()) static_cast<void>(accounts::password_matches(hash_of_nobody_, password));
  const senders::SmtpLogin* right = nullptr;
  for (const senders::SmtpLogin& candidate : *candidates) {
    const bool matches = accounts::password_matches(candidate.hash, password);
    if (matches && right == nullptr) right = &candidate;
  }
  if (right == nullptr) return Error("submission.login_wrong");
  return *right;
}

}  // namespace sesame::submission
