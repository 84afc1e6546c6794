#include "campaigns/run_ledger.hpp"

#include <vector>

#include "campaigns/ledger.hpp"
#include "campaigns/sends.hpp"

namespace sesame::campaigns {

namespace {

LedgerState state_of(const messages::Outcome& outcome) {
  if (outcome.send_status != 0) return LedgerState::withheld;
  switch (outcome.status) {
    case messages::DeliverStatus::delivered:
      return LedgerState::delivered;
    case messages::DeliverStatus::dropped:
      return LedgerState::dropped;
    case messages::DeliverStatus::refused:
      return LedgerState::refused;
    case messages::DeliverStatus::deferred:
    case messages::DeliverStatus::waiting:
      return LedgerState::deferred;
  }
  return LedgerState::deferred;
}

}  // namespace

void RunLedger::record(storage::Writer& writer, std::span<const messages::Outcome> outcomes) {
  std::vector<LedgerEntry> entries;
  std::vector<std::int64_t> closed_sends;
  for (const messages::Outcome& outcome : outcomes) {
    if (outcome.id.kind == accounts::MailId::Kind::run) {
      entries.push_back({outcome.id.parent_id, outcome.id.ordinal, state_of(outcome)});
    } else if (outcome.final() && !outcome.repeated()) {
      closed_sends.push_back(outcome.id.parent_id);
    }
  }
  if (!entries.empty()) record_outcomes(writer, entries, clock_.now_ms());
  close_envelopes(writer, closed_sends);
}

}  // namespace sesame::campaigns
