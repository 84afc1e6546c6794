#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.hpp"

/// The mark that holds delivery: the file DATABASE.held. It lasts until `sesame resume-delivery` removes it,
/// which the running server notices. Why a file: docs/decisions/0037-delivery-is-held-by-a-file.md.
/// Thread: any.
namespace sesame::server {

struct HoldMark {
  std::int64_t since_ms = 0;
  std::string why;  // For the operator.
};

/// The path of the mark.
std::string hold_mark_path(const std::string& database);
/// Sets the mark, synced, in place of one that is there. Error: errors::kHoldMark.
Status set_hold_mark(const std::string& database, const HoldMark& mark);
/// nullopt when there is no mark. One that cannot be read holds, too.
std::optional<HoldMark> find_hold_mark(const std::string& database);
/// Removes the mark, synced; nothing when there is none. Error: errors::kHoldMark.
Status remove_hold_mark(const std::string& database);

}  // namespace sesame::server
