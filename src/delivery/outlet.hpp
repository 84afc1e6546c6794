#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "delivery/due_draft.hpp"
#include "delivery/inbox.hpp"
#include "delivery/retry.hpp"
#include "messages/admission.hpp"
#include "smtp/attempt.hpp"
#include "storage/database.hpp"

namespace sesame::delivery {

/// A composed mail that is ready to be delivered.
struct Parcel {
  DueDraft draft;
  content::Mail mail;
  std::size_t charged_bytes = 0;                     // Bytes charged against EngineLimits::bytes_in_flight.
  std::unique_ptr<InboxMail> copy;                   // Filled by the sandbox.
  unsigned moves = 0;                                // Changes of connection without a counted attempt.
  std::chrono::steady_clock::time_point composed{};  // When an outlet that keeps mail got it.
};

/// A parcel after an attempt to deliver it.
struct DeliveryReport {
  Parcel parcel;
  smtp::Attempt attempt;
  /// False: no server was asked, since one that could not be used a moment ago would not be now.
  bool attempted = true;
  RetryIn retry_in = std::nullopt;
};

/// Why no mail leaves at the moment.
struct OutletTrouble {
  std::int64_t since_ms = 0;
  std::string text;  // The failure in words, or the peer's reply.
};

/// The engine as its outlet sees it. The functions return quickly and do not throw. Thread: any.
class Dispatch {
 public:
  virtual ~Dispatch() = default;

  /// Composes the drafts on other threads; Outlet::composed() is called with them, in portions.
  virtual void compose(std::vector<DueDraft> drafts) = 0;
  /// Whether nothing that was committed so far forbids the mail. Ask it right before a dialogue begins, and
  /// give the parcel to take_back() when it is false.
  virtual bool may_begin(const DueDraft& draft) const = 0;
  /// Takes mail back that may not be delivered as it is; the engine asks the tables what becomes of it, and
  /// submits again what may go.
  virtual void take_back(std::vector<Parcel> parcels) = 0;
  virtual void attempted(std::vector<DeliveryReport> reports) = 0;
  /// Mail that Outlet::admission() refused a place may be asked for again.
  virtual void has_room() {}
};

/// The way out for mail. An outlet keeps a draft until it has a result for that message, and orders its
/// composition when a dialogue can begin: so mail that is stopped meanwhile was not composed, and slow
/// servers do not fill the memory. While the server as a whole fails (unreachable, login refused), drafts
/// wait inside without a counted attempt. Thread: any.
class Outlet {
 public:
  virtual ~Outlet() = default;

  /// Call it before the first submit(). `engine` is not called after stop() has returned.
  virtual void start(Dispatch& engine) = 0;
  /// The admission that sources ask before they hand out mail; lives as long as the outlet. Null: all mail
  /// goes the same way, so that the engine's bounds are enough.
  virtual messages::Admission* admission() { return nullptr; }
  /// Takes drafts; never blocks. The engine bounds the number inside.
  virtual void submit(std::vector<DueDraft> drafts) = 0;
  /// Takes mail that was ordered by Dispatch::compose(). `missing`: DueDraft::site_number of each draft that
  /// could not be composed; the engine has recorded its outcome.
  virtual void composed(std::vector<Parcel> parcels, std::vector<std::uint64_t> missing) = 0;
  /// Lets open dialogues finish until `patience` has passed, reports their results and drops the other mail.
  /// Blocks; not on an event loop's thread.
  virtual void stop(std::chrono::milliseconds patience) = 0;

  /// Forgets what nobody uses any more, and keeps what was learned. Call it every few seconds; it may wait
  /// for the disk. Thread: one, and no loop's.
  virtual void tick() {}

  /// Set while the server as a whole fails. Thread: any.
  virtual std::optional<OutletTrouble> trouble() const { return std::nullopt; }

  /// Set while the outlet has mail and no dialogue has ended for a while: the time of the last end.
  /// Thread: any.
  virtual std::optional<std::int64_t> slow_since_ms() const { return std::nullopt; }

  /// Stores the outlet's data in the transaction of the outcomes. May be called again with the same parcels.
  /// Thread: writer. Job: write.
  virtual void store(storage::Writer&, std::span<const DeliveryReport>) {}
};

}  // namespace sesame::delivery
