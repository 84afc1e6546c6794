#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "actions/fields.hpp"
#include "actions/grants.hpp"
#include "base/result.hpp"
#include "cloudapi/call.hpp"
#include "messages/pauses.hpp"
#include "storage/database.hpp"

/// The common parts of the actions about waiting mail.
namespace sesame::actions {

/// The account whose mail a call concerns: the one that AppId names; without it every account for a caller
/// who manages accounts, and the caller's own for all others.
class ConcernedAccount {
 public:
  /// Rejects another account's AppId unless the caller manages accounts.
  static Result<ConcernedAccount> of(const cloudapi::Call& call);
  /// Its id; 0: every account. accounts::errors::kUnknown. Job: read.
  Result<std::int64_t> find(storage::Reader& reader) const;

 private:
  bool all_ = false;
  std::optional<TargetAccount> target_;
};

/// The field Domain in the form of queues (messages::queue_domain), never empty unless the field is: an empty
/// domain means all mail. Error: cloudapi::errors::kValue, rule domain.
Result<std::string> read_domain(const Fields& fields);
/// "YYYY-MM-DD HH:MM:SS", Beijing time; empty when there is no time.
std::string time_or_empty(std::optional<std::int64_t> ms);
/// The number of an account in the API; 0 for account 0, and for one that is gone.
std::int64_t app_id_or_0(storage::Reader& reader, std::int64_t account_id);

boost::json::object encode_pause(storage::Reader& reader, const messages::Pause& pause);

}  // namespace sesame::actions
