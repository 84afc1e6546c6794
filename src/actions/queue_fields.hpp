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
#include "messages/queue_list.hpp"
#include "storage/database.hpp"

/// The common parts of the actions about waiting mail.
namespace sesame::actions {

/// The waiting mail that a call concerns by AppId and Domain. Without AppId it is that of every account for a
/// caller who manages accounts, and the caller's own for all others; without Domain that to any domain.
class ConcernedMail {
 public:
  /// Rejects another account's AppId unless the caller manages accounts. Error: cloudapi::errors::kValue,
  /// rule domain.
  static Result<ConcernedMail> of(const cloudapi::Call& call);
  /// Whether the call names neither AppId nor Domain.
  bool is_unnamed() const { return domain_.empty() && !names_account_; }
  const std::string& domain() const { return domain_; }
  /// The account and the domain, in the form of queues (messages::queue_domain). Error:
  /// accounts::errors::kUnknown. Job: read.
  Result<messages::QueueFilter> find(storage::Reader& reader) const;

 private:
  std::string domain_;
  bool names_account_ = false;
  bool of_all_accounts_ = false;
  std::optional<TargetAccount> target_;
};

/// "YYYY-MM-DD HH:MM:SS", Beijing time; empty when there is no time.
std::string time_or_empty(std::optional<std::int64_t> ms);
/// The number of an account in the API; 0 for account 0, and for one that is gone.
std::int64_t app_id_or_0(storage::Reader& reader, std::int64_t account_id);

boost::json::object encode_pause(storage::Reader& reader, const messages::Pause& pause);

}  // namespace sesame::actions
