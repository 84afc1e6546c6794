#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "messages/draft.hpp"
#include "messages/outcome.hpp"
#include "messages/rows.hpp"
#include "storage/database.hpp"

/// Where the rooms above meet: delivery takes drafts from a DraftSource and a DraftMaker and reports outcomes
/// to OutcomeSinks; campaigns reports accepted sends to SendObservers.
namespace sesame::messages {

/// Gives out new mail: the open runs.
class DraftSource {
 public:
  virtual ~DraftSource() = default;

  /// At most `room` drafts that have not been taken since the start of the program; empty when nothing is due
  /// now. Thread: feeder. May read the database and block for moments. A draft that was taken and has no
  /// outcome when the program ends is given out again after the next start. A draft that is withheld gets its
  /// outcome at once.
  virtual std::vector<Draft> take(std::size_t room) = 0;
};

/// Makes the drafts of messages that are tried again, or that were accepted one by one.
class DraftMaker {
 public:
  virtual ~DraftMaker() = default;

  /// The drafts of these messages, in any order; an id whose message has no content any more is left out, and
  /// the message is dropped. An Error (the database's) leaves all of them for later. Thread: feeder. May read
  /// the database.
  virtual Result<std::vector<Draft>> drafts(std::span<const accounts::MailId> ids) = 0;
};

/// Records what follows from outcomes. Sinks are called in a fixed order: the ledger, suppressions, volumes,
/// events.
class OutcomeSink {
 public:
  virtual ~OutcomeSink() = default;

  /// Job: write, the one that writes the message rows. May be called again with the same outcomes when that
  /// transaction failed: keep no state beside the tables.
  virtual void record(storage::Writer& writer, std::span<const Outcome> outcomes) = 0;
};

/// Records what follows from a single send that was accepted. Thread: any.
class SendObserver {
 public:
  virtual ~SendObserver() = default;

  /// Job: write, the one that stores the send; `messages` have their rows, withheld ones included.
  virtual void accepted(storage::Writer& writer, std::span<const NewMessage> messages) = 0;
};

}  // namespace sesame::messages
