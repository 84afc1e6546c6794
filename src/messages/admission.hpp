#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sesame::messages {

/// Mail that waits for the same thing, mostly the same servers: what one of it was refused, all of it is.
using Crowd = std::uint64_t;

/// Whether the delivery has room for one more mail to a destination. A source leaves mail of a crowd where it
/// lies, so that one slow destination fills neither the memory nor the places of all others. Reads nothing
/// from disk or network. Thread: feeder.
class Admission {
 public:
  virtual ~Admission() = default;

  /// Begins a look at the sources: places that the look before was given are mail by now, or free again.
  virtual void begin_look() = 0;
  /// Takes a place for one mail to this domain until the next look, and returns nullopt; else the crowd for
  /// whose room the mail has to wait. `urgent`: a single send; there are places that only such mail gets.
  virtual std::optional<Crowd> ask(std::string_view domain, bool urgent) = 0;
  /// The number of mails that a crowd may still be given in this look, urgent ones not counted apart. A crowd
  /// that nobody knows any more has room.
  virtual std::size_t room(Crowd crowd) = 0;
};

}  // namespace sesame::messages
