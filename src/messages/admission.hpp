#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sesame::messages {

/// Why mail of a crowd has to wait, for people.
struct CrowdReason {
  std::string text;           // The servers, and the reply that holds them; or an operator's words.
  std::int64_t since_ms = 0;  // 0: not known.
};

/// Mail that waits for the same thing, mostly the same servers: what one of it was refused, all of it is.
using Crowd = std::uint64_t;

/// A mail for which a place is asked.
struct PlaceRequest {
  std::int64_t account_id = 0;
  std::string_view domain;     // The recipient's.
  std::string_view sender;     // The domain of its sender; empty where a place is asked for mail of several.
  std::string_view recipient;  // His address; empty likewise.
  bool urgent = false;         // A single send; there are places that only such mail gets.
  bool sandboxed = false;      // It goes into the sandbox in every mode: it needs no server's room.
};

/// Whether the delivery has room for one more mail to a destination. A source leaves mail of a crowd where it
/// lies, so that one slow destination fills neither the memory nor the places of all others. Reads nothing
/// from disk or network. Thread: feeder.
class Admission {
 public:
  virtual ~Admission() = default;

  /// Begins a look at the sources: places that the look before was given are mail by now, or free again.
  virtual void begin_look() = 0;
  /// Takes a place for one mail until the next look, and returns nullopt; else the crowd for whose room the
  /// mail has to wait.
  virtual std::optional<Crowd> ask(const PlaceRequest& mail) = 0;
  /// The number of mails that a crowd may still be given in this look, urgent ones not counted apart. A crowd
  /// that nobody knows any more has room.
  virtual std::size_t room(Crowd crowd) = 0;

  /// The reason for which mail of a crowd waits; empty when there is none to tell.
  virtual CrowdReason reason_of(Crowd) { return {}; }
  /// False while every mail gets a place, whatever its destination.
  virtual bool may_refuse() { return true; }
  /// Whether no mail of this account gets a place, whatever its destination.
  virtual bool pauses_account(std::int64_t) { return false; }
};

}  // namespace sesame::messages
