#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/random.hpp"
#include "base/result.hpp"
#include "campaigns/recipient_state.hpp"
#include "campaigns/tasks.hpp"
#include "senders/tracking.hpp"
#include "storage/database.hpp"

/// Sends an ended task again, to those of its recipients who are in certain states.
namespace sesame::campaigns {

struct ResendOrder {
  accounts::Scope scope;
  std::string app_id;
  CallOrigin call;
  std::int64_t task_id = 0;              // The origin.
  RecipientStates states;                // At least one.
  std::optional<std::int64_t> begin_ms;  // nullopt: now.
  std::int64_t now_ms = 0;
};

/// Makes a task of the content and the group of the origin's newest run. Its recipients are those who are in
/// one of the states when it begins; the others are left out. The origin is not changed. Returns the number
/// of the new task. Errors: errors::kTaskMissing, errors::kRunUnfinished, errors::kRecipientsExpired,
/// errors::kContentExpired, errors::kNobodyInStates, those of unpack_mailing and prepare_run. Job: write.
Result<std::int64_t> resend_task(storage::Writer& writer, Random& random, const ResendOrder& order,
                                 const senders::Tracking& tracking);

/// Directs a prepared run at the recipients of the origin's run. Error: errors::kRecipientsExpired.
/// Job: read.
Status aim_at(storage::Reader& reader, const Origin& origin, NewTask& task);

/// Whether a run of the family of tasks is unfinished: two runs of one content at once would mail the same
/// recipients. Errors: errors::kRunUnfinished. Job: read.
Status check_runs_of_family(storage::Reader& reader, std::int64_t family_id);

/// The numbers of a run whose ledger was made from an older one.
struct CopiedLedger {
  std::int64_t recipients = 0;  // Neither left out nor removed.
  std::int64_t mailable = 0;    // Without malformed addresses.
  std::int64_t removed = 0;     // Removed from the group: before the origin's run began, or since and chosen.
};
/// Makes the ledger of a run from that of the origin's: recipients in one of its states have no outcome yet,
/// all others are left out, and so are those who were removed from the group since. Reads and writes a block
/// at a time. Job: write.
CopiedLedger copy_ledger(storage::Writer& writer, const Origin& origin, std::int64_t group_id,
                         std::int64_t run_id);

}  // namespace sesame::campaigns
