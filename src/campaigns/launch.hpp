#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "audience/groups.hpp"
#include "base/result.hpp"
#include "campaigns/call_origin.hpp"
#include "campaigns/tasks.hpp"
#include "content/mailing.hpp"
#include "senders/addresses.hpp"
#include "senders/tracking.hpp"
#include "storage/database.hpp"

namespace sesame::campaigns {

/// A task's order as submitted, with sender, group and template by name or id. Each run is made from their
/// state when it starts.
struct TaskOrder {
  accounts::Scope scope;
  std::string app_id;
  std::int64_t group_id = 0;
  std::string sender;            // As it was submitted.
  std::string subject;           // As it was submitted.
  std::int64_t template_id = 0;  // 0: the bodies are in `draft`.
  std::string template_data;     // JSON text, for recipients without data of their own.
  // Subject as mailed, reply-to, unsubscribe option, own bodies; no sender. Each field that a request may
  // set is copied into the run's mailing.
  content::Mailing draft;
  CallOrigin call;
  std::vector<content::Attachment> attachments;  // Kept apart: they may be megabytes, which are not copied.
};

/// An order as far as it could be resolved.
struct Inspection {
  std::vector<Error> faults;  // The reasons that keep a run from starting, in the order of the checks.
  std::optional<senders::ResolvedSender> sender;
  std::optional<audience::Group> group;
  std::optional<content::Mailing> mailing;  // Without its attachments.
  std::vector<std::string> variables;       // The variables of subject, html and text.
  std::vector<std::string> without_value;   // Those of them that the recipients' data lack.
};

/// Resolves the order and finds everything that keeps a run from starting. Job: read.
Inspection inspect_order(storage::Reader& reader, const TaskOrder& order,
                         const senders::Tracking& tracking = {});

struct PreparedRun {
  NewTask task;
  std::vector<OrdinalRange> blocks;
};

/// Resolves the order by inspect_order() and takes the snapshot. `tracking`: the server's settings, from
/// which the run's tracking is decided. Errors: those of senders::resolve_sender, audience::find_group,
/// content::sendable_template and Composer::create; errors::kGroupNotReady (the group is empty or has
/// unmerged uploads); errors::kVariablesDiffer (facts "name", "value": variables of the mail without a value
/// in the recipients' data). Job: read.
Result<PreparedRun> prepare_run(storage::Reader& reader, const TaskOrder& order, std::int64_t now_ms,
                                const senders::Tracking& tracking = {});

}  // namespace sesame::campaigns
