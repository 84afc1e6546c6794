#include "audience/merge_step.hpp"

namespace sesame::audience {
namespace {

// A rewrite pays when it appends at least an eighth of the rows that it rewrites: then each row is rewritten
// about eight times until its block is full.
constexpr std::uint64_t kRewriteFactor = 8;

// Uploads of one address each cost a look-up apiece: a step of this size stays under some 5 ms.
constexpr std::size_t kMaxAbsorbed = 512;

/// Whether a block is large enough to stay unchanged: merging it moves one number.
bool is_large(const BlockRow& block) {
  return block.count > kMaxBlockRows / 2 || block.raw_bytes > kMaxBlockBytes / 2;
}

bool fits(const BlockRow& tail, const BlockRow& more) {
  return tail.count + more.count <= kMaxBlockRows && tail.raw_bytes + more.raw_bytes <= kMaxBlockBytes;
}

void take(MergeStep& step, const BlockRow& block) {
  step.recipients += block.count;
  step.invalid += block.invalid;
  ++step.blocks;
}

}  // namespace

MergeStep plan_step(std::optional<BlockRow> tail, std::span<const BlockRow> waiting) {
  MergeStep step;
  BlockRow grown = tail.value_or(BlockRow{});
  std::uint64_t absorbed_rows = 0;
  std::size_t taken = 0;
  for (; taken < waiting.size(); ++taken) {
    const BlockRow& block = waiting[taken];
    if (taken > 0 && step.recipients + block.count > kMaxStepRecipients) break;
    if (step.absorbed.size() == kMaxAbsorbed) break;
    if (tail && !is_large(block) && fits(grown, block)) {
      step.absorbed.push_back(block);
      grown.count += block.count;
      grown.raw_bytes += block.raw_bytes;
      absorbed_rows += block.count;
    } else if (step.absorbed.empty()) {
      tail = grown = block;
    } else {
      break;  // One rewrite per step.
    }
    take(step, block);
  }
  step.tail = tail;
  step.may_wait = taken == waiting.size() && taken == step.absorbed.size() && tail &&
                  absorbed_rows * kRewriteFactor < tail->count;
  return step;
}

}  // namespace sesame::audience
