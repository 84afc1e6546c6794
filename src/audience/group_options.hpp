#pragma once

#include <cstddef>
#include <cstdint>

#include "audience/run_entries.hpp"
#include "base/setting.hpp"

namespace sesame::audience {

/// Bounds of recipient groups and of the work of filling them.
struct GroupOptions {
  std::size_t recipients_per_request = 20'000;  // SES: CreateReceiverDetail.Emails
  std::uint64_t recipients_per_group = 50'000;  // SES: 50,000 a list; 0 = no limit
  std::size_t groups_max = 1000;                // Groups of an account; create_group() takes it.
  /// Blocks that are accepted and not merged; a group with more is "operating". An upload is one block, a
  /// large one several.
  std::uint64_t queued_blocks_per_group = 4'096;
  std::size_t index_cache_bytes = 48 << 20;  // Memory of the duplicate indexes of all groups.
  std::size_t index_run_entries = 65'536;    // Hashes kept in memory before they are written as a sorted run.
  std::size_t index_fanout = 8;              // Runs of one size that are merged into one of the next.
  std::size_t index_chunk_entries = kEntriesPerChunk;  // A little under a database page.

  void visit(SettingVisitor& settings) {
    settings.number("limits.recipients_per_request", recipients_per_request, {1, 1'000'000},
                    "addresses in one upload");
    settings.number("limits.recipients_per_group", recipients_per_group, {0, 1'000'000'000},
                    "addresses in one group; 0: no limit");
    settings.number("limits.groups", groups_max, {1, 1'000'000'000}, "recipient groups of an account");
    settings.number("limits.uploads_queued", queued_blocks_per_group, {1, 1'000'000},
                    "blocks of 10,000 recipients that wait to be merged into a group");
  }
};

}  // namespace sesame::audience
