#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "messages/draft.hpp"
#include "messages/outcome.hpp"
#include "messages/rows.hpp"
#include "storage/database.hpp"

/// The interfaces between delivery and campaigns: delivery takes drafts from a DraftSource and a DraftMaker
/// and reports outcomes to OutcomeSinks; campaigns reports accepted sends to SendObservers.
namespace sesame::messages {

/// A source of new mail: the open runs.
class DraftSource {
 public:
  virtual ~DraftSource() = default;

  /// Takes at most `room` drafts that were not taken since the start of the program; empty when nothing is
  /// due now. May block for moments to read the database. A draft that was taken and has no outcome when the
  /// program ends is handed out again after the next start. A withheld draft gets its outcome at once.
  /// Thread: feeder.
  virtual std::vector<Draft> take(std::size_t room) = 0;
  /// Whether the last take() ended before it had looked at all that is due: call it again at once.
  virtual bool has_more() const { return false; }
};

/// Makes and judges the drafts of messages that are retried or belong to single sends, and judges drafts
/// again when something about them has changed. May read the database. Thread: feeder.
class DraftMaker {
 public:
  virtual ~DraftMaker() = default;

  /// Makes the drafts of these messages, in any order, and judges them. A message whose content is gone is
  /// dropped: leave it out, or return a draft whose compose() fails. An Error (the database's) leaves all
  /// messages for later.
  virtual Result<std::vector<Draft>> drafts(std::span<const DueMessage> due) = 0;
  /// Sets the permissions of the drafts from the tables as they are now. On an Error (the database's) the
  /// drafts are as before.
  virtual Status judge(std::span<Draft* const> drafts) = 0;
  /// Takes back mail of sources that is held: it is handed out again when its task continues.
  virtual void take_back(std::span<const accounts::MailId> ids) = 0;
};

/// Records an effect of outcomes. Sinks are called in a fixed order: the ledger, suppressions, volumes,
/// events.
class OutcomeSink {
 public:
  virtual ~OutcomeSink() = default;

  /// Records the outcomes, in the job that writes the message rows. May be called again with the same
  /// outcomes when that job failed: keep no state outside the tables. Job: write.
  virtual void record(storage::Writer& writer, std::span<const Outcome> outcomes) = 0;
};

/// Records an effect of an accepted single send. Thread: any.
class SendObserver {
 public:
  virtual ~SendObserver() = default;

  /// Records the accepted messages, in the job that stores the send; they have their rows, withheld ones
  /// included. Job: write.
  virtual void accepted(storage::Writer& writer, std::span<const NewMessage> messages) = 0;
};

}  // namespace sesame::messages
