#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "messages/draft.hpp"
#include "messages/outcome.hpp"
#include "storage/database.hpp"

namespace sesame::messages {

/// Where the engine gets new mail from. Called on the engine's feeder thread only.
class Source {
 public:
  virtual ~Source() = default;

  /// At most `room` drafts that have not been taken since the start of the program; empty when nothing is due
  /// now. May read the database and block for moments. What was taken and has no outcome when the program
  /// ends must be given out again after the next start. A draft that is withheld gets its outcome at once.
  virtual std::vector<Draft> take(std::size_t room) = 0;
};

/// Who must know what became of a message.
class OutcomeSink {
 public:
  virtual ~OutcomeSink() = default;

  /// Called inside the transaction that writes the message rows, on the database writer's thread. May be
  /// called again with the same outcomes when that transaction failed: keep no state beside the tables.
  virtual void record(storage::Writer& writer, std::span<const Outcome> outcomes) = 0;
};

/// Makes the drafts of messages that are tried again, or that were accepted one by one.
class LetterDesk {
 public:
  virtual ~LetterDesk() = default;

  /// The drafts of these messages, in any order; a key whose message has no content any more is left out, and
  /// the message is dropped. An Error (the database's) leaves all of them for later. Called on the feeder
  /// thread; may read the database.
  virtual Result<std::vector<Draft>> drafts(std::span<const MessageKey> keys) = 0;
};

}  // namespace sesame::messages
