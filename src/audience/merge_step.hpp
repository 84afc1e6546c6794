#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "audience/block_rows.hpp"

namespace sesame::audience {

/// Recipients that become visible in one step: the count of a group grows by no more at a time.
inline constexpr std::uint64_t kMaxStepRecipients = 20'000;

/// The plan of one step for the blocks that wait: some are appended to the last merged block (or to the first
/// of them, when that is to be the last), the others become visible unchanged.
struct MergeStep {
  std::optional<BlockRow> tail;    // Gains the rows of `absorbed`; is not rewritten when `absorbed` is empty.
  std::vector<BlockRow> absorbed;  // Blocks whose own rows are removed.
  std::uint64_t recipients = 0;    // Recipients that become visible.
  std::uint64_t invalid = 0;       // Those with faulty addresses.
  std::uint64_t blocks = 0;        // Blocks that leave the queue.
  bool may_wait = false;  // A large block would be rewritten for few rows, and no more are queued behind.
};

/// Plans a step; `waiting` are the unmerged blocks in order. Full-size blocks are never rewritten for small
/// ones to come, and no block grows beyond its bounds. Pure.
MergeStep plan_step(std::optional<BlockRow> tail, std::span<const BlockRow> waiting);

}  // namespace sesame::audience
