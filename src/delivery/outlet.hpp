#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "delivery/due_draft.hpp"
#include "delivery/inbox.hpp"
#include "smtp/attempt.hpp"
#include "storage/database.hpp"

namespace sesame::delivery {

/// A composed mail that is ready to leave.
struct Parcel {
  DueDraft draft;
  content::Mail mail;
  std::size_t charged_bytes = 0;    // What it counts against the engine's bound of bytes.
  std::unique_ptr<InboxMail> copy;  // Filled by the sandbox.
  unsigned moves = 0;               // From one connection to the next, without an attempt being counted.
};

/// A parcel after the attempt to hand it over.
struct DeliveryReport {
  Parcel parcel;
  smtp::Attempt attempt;
};

/// How mail leaves. An outlet holds a parcel until it has something to say about that message; trouble with
/// the server as such (unreachable, no login) is none: then parcels wait inside and their attempts don't
/// count.
class Outlet {
 public:
  using Deliver = std::function<void(std::vector<DeliveryReport>)>;  // Any thread; quick; must not throw.

  virtual ~Outlet() = default;

  /// Before the first submit().
  virtual void start(Deliver deliver) = 0;
  /// Takes over parcels; any thread, never blocks. The engine bounds how many are inside.
  virtual void submit(std::vector<Parcel> parcels) = 0;
  /// Lets dialogues that are open finish until `patience` has passed, delivers their results and forgets the
  /// parcels that were not begun. Blocks; not from an event loop's thread. No delivery after it returned.
  virtual void stop(std::chrono::milliseconds patience) = 0;

  /// What must be written in the same transaction as the outcomes. On the database writer's thread; may be
  /// called again with the same parcels.
  virtual void store(storage::Writer&, std::span<const DeliveryReport>) {}
};

}  // namespace sesame::delivery
