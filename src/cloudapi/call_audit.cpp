#include "cloudapi/call_audit.hpp"

#include <utility>
#include <variant>

#include "accounts/accounts.hpp"
#include "cloudapi/errors.hpp"

namespace sesame::cloudapi {

void CallAudit::begin(Exchange& exchange, const accounts::Credential& caller) const {
  const ActionDescription& action = *exchange.action->description;
  if (queue_ == nullptr || !is_audited(action)) return;
  if (is_counted(action.name))
    exchange.audited.emplace().counted = true;
  else
    exchange.audited = begin_audit(action, caller, exchange.session.get(), exchange.client);
}

void CallAudit::count(const Exchange& exchange, std::string_view code) const {
  const SessionCaller* const session = exchange.session.get();
  const accounts::Credential& caller = *exchange.caller;
  const ActionDescription& action = *exchange.action->description;
  if (queue_->count_again({.account_id = caller.account_id,
                           .actor = actor_of(caller, session),
                           .client = exchange.client,
                           .peer = exchange.peer,
                           .action = action.name,
                           .code = code}))
    return;
  queue_->count(ended(begin_audit(action, caller, session, exchange.client).entry, exchange, code));
}

accounts::AuditEntry CallAudit::ended(accounts::AuditEntry entry, const Exchange& exchange,
                                      std::string_view code) const {
  entry.at_ms = clock_.now_ms();
  entry.peer = exchange.peer;
  entry.request_id = exchange.request_id;
  entry.code = code;
  return entry;
}

void CallAudit::enclose(Work& work, Exchange& exchange) const {
  if (!exchange.audited || exchange.audited->counted) return;
  auto* const write = std::get_if<Work::WriteJob>(&work.job);
  if (write == nullptr) return;
  exchange.audited->recorded_by_job = true;
  Work::WriteJob act = std::move(*write);
  work.job = [act = std::move(act), entry = ended(exchange.audited->entry, exchange, "OK"),
              app_id = exchange.audited->target_app_id,
              &log = queue_->log()](storage::Writer& writer) -> Answer {
    Answer answer = act(writer);
    if (!answer) return answer;
    accounts::AuditEntry made = entry;
    if (app_id) {
      const Result<accounts::Account> named = accounts::find_account(writer, *app_id);
      if (named) made.account_id = named->id;
    }
    add_made(made.target, *answer);
    log.append(writer, std::move(made));
    return answer;
  };
}

void CallAudit::end(const Exchange& exchange, std::string_view code, const Error* error) const {
  if (!exchange.audited || exchange.replayed) return;
  const AuditedCall& audited = *exchange.audited;
  if (error == nullptr && audited.recorded_by_job) return;
  // A call that came too often is not even an attempt: its caller sends it again.
  if (error != nullptr && error->is(errors::kTooFrequent)) return;
  if (audited.counted) return count(exchange, code);
  accounts::AuditEntry entry = ended(audited.entry, exchange, code);
  if (error == nullptr) return queue_->add(std::move(entry));
  // A client that is refused tries again, perhaps by the thousand.
  entry.target = asked_target(entry.target);
  queue_->count(std::move(entry));
}

}  // namespace sesame::cloudapi
