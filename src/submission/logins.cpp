#include "submission/logins.hpp"

#include <utility>

#include "accounts/password_hash.hpp"
#include "submission/errors.hpp"

namespace sesame::submission {

Result<std::unique_ptr<Logins>> Logins::open(storage::Database& database, Random& random) {
  // Longer than passwords may be, so it never matches.
  Result<std::string> hash = accounts::hash_password("nobody has this password, it is too long");
  if (!hash) return std::move(hash).error();
  return std::unique_ptr<Logins>(new Logins(database, random, std::move(*hash)));
}

Result<senders::SmtpLogin> Logins::check(std::string_view user, std::string_view password,
                                         ProvenLogins::Time now) {
  auto candidates = database_.get<std::vector<senders::SmtpLogin>>(
      [&](storage::Reader& reader) -> Result<std::vector<senders::SmtpLogin>> {
        return senders::smtp_logins(reader, user);
      });
  if (!candidates) return std::move(candidates).error();
  std::optional<std::size_t> right = proven_.find(*candidates, password, now);
  if (right) return std::move((*candidates)[*right]);
  if (candidates->empty()) static_cast<void>(accounts::password_matches(hash_of_nobody_, password));
  for (std::size_t i = 0; i < candidates->size(); ++i) {
    const bool matches = accounts::password_matches((*candidates)[i].hash, password);
    if (matches && !right) right = i;
  }
  if (!right) return Error(errors::kLoginWrong);
  proven_.add(*candidates, password, *right, now);
  return std::move((*candidates)[*right]);
}

}  // namespace sesame::submission
