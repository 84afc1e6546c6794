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

/// A composed mail that is ready to be delivered.
struct Parcel {
  DueDraft draft;
  content::Mail mail;
  std::size_t charged_bytes = 0;    // Bytes charged against EngineLimits::bytes_in_flight.
  std::unique_ptr<InboxMail> copy;  // Filled by the sandbox.
  unsigned moves = 0;               // Changes of connection without a counted attempt.
};

/// A parcel after an attempt to deliver it.
struct DeliveryReport {
  Parcel parcel;
  smtp::Attempt attempt;
};

/// The way out for mail. An outlet keeps a parcel until it has a result for that message. While the server as
/// a whole fails (unreachable, login refused), parcels wait inside without a counted attempt. Thread: any.
class Outlet {
 public:
  // Called on any thread; returns quickly; must not throw.
  using Deliver = std::function<void(std::vector<DeliveryReport>)>;

  virtual ~Outlet() = default;

  /// Call it before the first submit().
  virtual void start(Deliver deliver) = 0;
  /// Takes parcels; never blocks. The engine bounds the number inside.
  virtual void submit(std::vector<Parcel> parcels) = 0;
  /// Lets open dialogues finish until `patience` has passed, reports their results and drops the other
  /// parcels. Blocks; not on an event loop's thread. `Deliver` is not called after it returns.
  virtual void stop(std::chrono::milliseconds patience) = 0;

  /// Stores the outlet's data in the transaction of the outcomes. May be called again with the same parcels.
  /// Thread: writer. Job: write.
  virtual void store(storage::Writer&, std::span<const DeliveryReport>) {}
};

}  // namespace sesame::delivery
