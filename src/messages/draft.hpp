#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/result.hpp"
#include "content/composer.hpp"
#include "messages/envelope.hpp"

namespace sesame::messages {

/// Whether a mail may go, by the suppression lists and by the state of its run and task.
enum class Permission : std::uint8_t {
  granted,
  withheld,  // Never, by a list or a limit.
  held,      // Not now: its task is paused.
  // Not now: the delivery of its account, or to its domain, is paused.
  delivery_paused,
  stopped,  // Never: its run was stopped, or has failed.
};

/// A message that is due and not yet composed.
struct Draft : Envelope {
  Permission permission = Permission::granted;
  int send_status = 0;       // The reason why it is withheld (SES: SendEmailStatus.SendStatus).
  std::string because;       // The reason why it is withheld or stopped, as text.
  bool sandboxed = false;    // Ordered in the sandbox: it goes there in every delivery mode.
  std::uint64_t judged = 0;  // The Changes::number() as of which `permission` was read.

  /// Renders, builds and signs the mail, with the date of the call. Called once per attempt, concurrently
  /// with other drafts; returns equal bytes each time but for the date and the signature. Keeps alive what it
  /// needs. On an Error that is not temporary the message is dropped. Empty unless granted. Thread: any.
  std::function<Result<content::Mail>()> compose;

  bool granted() const { return permission == Permission::granted; }
  bool withheld() const { return permission == Permission::withheld; }
  /// It may go later.
  bool waits() const { return permission == Permission::held || permission == Permission::delivery_paused; }
};

}  // namespace sesame::messages
