#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "accounts/audit_log.hpp"
#include "cloudapi/call.hpp"
#include "cloudapi/description.hpp"

/// The words of the audit log about calls. Pure. Thread: any.
namespace sesame::cloudapi {

/// A call that changes something, on its way to the audit log.
struct AuditedCall {
  // Without a code until the call is answered; empty for a counted call, which mostly needs none.
  accounts::AuditEntry entry;
  std::optional<std::int64_t> target_app_id;  // The account that the call names.
  bool counted = false;                       // Its action comes by the thousand.
  bool recorded_by_job = false;               // The job that changes something also records it.
};

/// Whether the audit log has calls of the action: those that change something that is kept.
bool is_audited(const ActionDescription& action);

/// Whether calls of the action are counted: a row each would double what a mail or an upload costs.
bool is_counted(std::string_view action);

/// The person's name or the SecretId. `session`: null when a credential called. A view of either.
std::string_view actor_of(const accounts::Credential& caller, const SessionCaller* session);

/// The entry of a call, before its parameters are known. `caller`: the credential or a person's rights.
/// `client`: the name that the program gives itself (Exchange::client).
AuditedCall begin_audit(const ActionDescription& action, const accounts::Credential& caller,
                        const SessionCaller* session, std::string client);

/// Adds what the parameters name: numbers, names and addresses, never content or secrets. A name that could
/// be taken for more than one value is quoted.
void add_target(AuditedCall& audited, const boost::json::object& parameters);
/// The target of a call that was refused: whether what it names exists was never found out. "asked:
/// TaskId=17".
std::string asked_target(std::string_view target);
/// Adds the ids of what the call made.
void add_made(std::string& target, const boost::json::object& answer);

}  // namespace sesame::cloudapi
