#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/thread_safety.hpp"
#include "net/address.hpp"
#include "shaping/source_pools.hpp"

namespace sesame::delivery {

/// The sources that can be used: an address may be missing from the machine for a while, and large receivers
/// refuse mail from an address whose name in the DNS is not the one that it greets with. Thread: any.
class SourceHealth {
 public:
  /// The time for which a source whose address could not be used is passed over.
  static constexpr std::chrono::minutes kOut{10};

  /// `clock` outlives it.
  explicit SourceHealth(const Clock& clock) : clock_(clock) {}

  /// Records that no socket could be given this address.
  void failed(const net::Address& address);
  /// Records whether the DNS gives the source's address its name, and the name its address. `problem`: what
  /// is wrong, for people; empty: nothing. One line of the log for each change.
  void set_name_problem(const shaping::Source& source, std::string_view problem);

  /// The sources that may be used at present, in the order that was given: those without a problem, else
  /// those that only have a wrong name, else all.
  std::vector<const shaping::Source*> usable(std::span<const shaping::Source* const> wanted) const;

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct State {
    Time out_until{};
    std::string name_problem;
  };

  const Clock& clock_;
  mutable Mutex mutex_;
  std::map<net::Address, State> states_ SESAME_GUARDED_BY(mutex_);  // Sources with a problem, now or before.
};

}  // namespace sesame::delivery
