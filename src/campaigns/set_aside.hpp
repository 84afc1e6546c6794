#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <span>
#include <vector>

#include "messages/admission.hpp"

namespace sesame::campaigns {

/// The recipients of unfinished runs that were passed over: their destination had no room, or their task was
/// paused when their mail was to begin. A number each, in memory only: they have no outcome, so they are
/// found again after a start of the program. Thread: one.
class SetAside {
 public:
  /// Recipients who wait for their task alone.
  static constexpr messages::Crowd kNoCrowd = 0;
  /// All runs together, 4 bytes each. With more, a run waits at its next recipient without room.
  static constexpr std::size_t kMost = 8'000'000;
  /// Passed over in one look of the feeder, so that single sends need not wait while a long run is read.
  static constexpr std::size_t kMostPerLook = 4'000;

  void begin_look() { added_ = 0; }
  bool may_add() const { return count_ < kMost && added_ < kMostPerLook; }
  /// Whether the look ended early: the next one goes on.
  bool look_was_cut() const { return count_ < kMost && added_ >= kMostPerLook; }

  /// For a recipient who is passed over; ask may_add() before.
  void add(std::int64_t run_id, messages::Crowd crowd, std::uint32_t ordinal);
  /// For a recipient who was taken and has no room either where he should go now.
  void move(std::int64_t run_id, messages::Crowd crowd, std::uint32_t ordinal) {
    insert(run_id, crowd, ordinal);
  }
  /// For recipients who were handed out, or taken, and come back.
  void put_back(std::int64_t run_id, std::span<const std::uint32_t> ordinals);
  /// Takes at most `count` recipients of a run, in their order, of those crowds that have room. `admission`
  /// null: all have.
  std::vector<std::uint32_t> take(std::int64_t run_id, std::size_t count, messages::Admission* admission);

  bool empty() const { return runs_.empty(); }
  /// The recipients of a run who wait for a destination, and the crowd with the most of them.
  struct Sum {
    std::size_t count = 0;
    messages::Crowd largest = kNoCrowd;
  };
  std::map<std::int64_t, Sum> sums() const;
  /// The runs that have recipients here, beginning behind the one that the last call began with.
  std::vector<std::int64_t> runs_in_turn();
  void forget(std::int64_t run_id);
  /// Forgets the runs that are not among these.
  void keep_only(const std::set<std::int64_t>& run_ids);

 private:
  using Ordinals = std::deque<std::uint32_t>;
  using Crowds = std::map<messages::Crowd, Ordinals>;

  void insert(std::int64_t run_id, messages::Crowd crowd, std::uint32_t ordinal);
  static std::size_t size_of(const Crowds& crowds);

  std::map<std::int64_t, Crowds> runs_;
  std::size_t count_ = 0;
  std::size_t added_ = 0;  // In this look.
  std::int64_t first_run_ = 0;
};

}  // namespace sesame::campaigns
