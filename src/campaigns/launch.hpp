#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "campaigns/tasks.hpp"
#include "content/mailing.hpp"
#include "senders/tracking.hpp"
#include "storage/database.hpp"

namespace sesame::campaigns {

/// What a task is to mail, as it was asked for: sender, group and template by their names. A run is made from
/// what these are when it starts.
struct TaskOrder {
  accounts::Scope scope;
  std::string app_id;
  std::int64_t group_id = 0;
  std::string sender;            // As it was submitted.
  std::string subject;           // As it was submitted.
  std::int64_t template_id = 0;  // 0: the bodies are the draft's own.
  std::string template_data;     // JSON text, for recipients without data of their own.
  content::Mailing draft;  // Subject as mailed, reply-to, unsubscribe option, attachments, own bodies; no
                           // sender.
};

struct PreparedRun {
  NewTask task;
  std::vector<OrdinalRange> blocks;
};

/// Looks everything up and takes the snapshot of it. Inside a database job. Errors: those of
/// senders::resolve_sender, audience::find_group, content::sendable_template and Composer::create;
/// "campaigns.group_not_ready" (facts "name", "value"; empty, or uploads are not merged yet);
/// "campaigns.variables_differ" (facts "name", "value": variables of the mail that recipients have no value
/// for). `tracking` is what the server's settings say; what is followed is settled here.
Result<PreparedRun> prepare_run(storage::Reader& reader, const TaskOrder& order, std::int64_t now_ms,
                                const senders::Tracking& tracking = {});

}  // namespace sesame::campaigns
