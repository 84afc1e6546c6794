#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "audience/block_rows.hpp"

namespace sesame::audience {

/// Recipients that become visible in one step: the count of a group grows by no more at a time.
inline constexpr std::uint64_t kMaxStepRecipients = 20'000;

/// What one step does with the blocks that wait: some are appended to the last merged block (or to the first
/// of them, when that is to be the last), the others become visible as they are.
struct MergeStep {
  std::optional<BlockRow> tail;    // gains the rows of `absorbed`; nothing to rewrite when those are none
  std::vector<BlockRow> absorbed;  // their own rows go away
  std::uint64_t recipients = 0;    // that become visible, and of them
  std::uint64_t invalid = 0;       // faulty ones
  std::uint64_t blocks = 0;        // that leave the queue
  bool may_wait = false;  // a large block would be rewritten for few rows, and no more are queued behind
};

/// Plans a step; `waiting` are the unmerged blocks in order. Full-size blocks are never rewritten for small
/// ones to come, and no block grows beyond its bounds. Pure.
MergeStep plan_step(std::optional<BlockRow> tail, std::span<const BlockRow> waiting);

}  // namespace sesame::audience
