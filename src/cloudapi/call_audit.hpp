#pragma once

#include <string_view>

#include "accounts/audit_queue.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"
#include "cloudapi/action.hpp"
#include "cloudapi/exchange.hpp"
#include "net/http_server.hpp"

namespace sesame::cloudapi {

/// Writes the calls that change something into the audit log. A change is recorded by the job that makes it;
/// refusals and what comes by the thousand are counted by the queue. Thread: any.
class CallAudit {
 public:
  /// `queue`: null when calls are not recorded. Both outlive it.
  CallAudit(accounts::AuditQueue* queue, const Clock& clock) : queue_(queue), clock_(clock) {}

  /// Begins the entry of a call whose caller is known, if its action changes something.
  void begin(Exchange& exchange, const accounts::Credential& caller) const;
  /// Lets the job that changes something record it, too: both are on disk or neither.
  void enclose(Work& work, Exchange& exchange) const;
  /// Records how the call ended, unless its job did. `error`: null when it succeeded.
  void end(const Exchange& exchange, std::string_view code, const Error* error) const;

 private:
  void count(const Exchange& exchange, std::string_view code) const;
  accounts::AuditEntry ended(accounts::AuditEntry entry, const Exchange& exchange,
                             std::string_view code) const;

  accounts::AuditQueue* const queue_;
  const Clock& clock_;
};

}  // namespace sesame::cloudapi
