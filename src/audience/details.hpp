#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/scope.hpp"
#include "audience/block.hpp"
#include "base/result.hpp"
#include "storage/database.hpp"

/// Reads and searches the recipients of a group page by page. Job: read.
namespace sesame::audience {

inline constexpr std::size_t kMaxSearchCharacters = 50;  // SES: ListReceiverDetails.Email

struct Detail {
  std::uint64_t id = 0;  // The recipient's id, which never changes.
  std::string address;
  std::string data;  // JSON text or empty
  bool valid = true;
  std::string reason;  // The fault of an invalid address, for people; else empty.
  std::int64_t created_ms = 0;
};
struct DetailFilter {
  // A part of the address, ASCII letters in either case; a whole address finds that recipient only. Empty:
  // all.
  std::string_view address;
  std::optional<std::int64_t> created_from_ms;  // Inclusive.
  std::optional<std::int64_t> created_to_ms;    // Inclusive.
  std::optional<bool> valid;
  std::uint64_t offset = 0;
  std::uint64_t limit = 100;
};
struct DetailPage {
  std::uint64_t total = 0;  // Recipients that match, on any page.
  std::uint64_t valid = 0;  // Recipients of the whole group.
  std::uint64_t invalid = 0;
  std::vector<Detail> details;  // In the order of acceptance.
};

/// The fault of a stored recipient for people: "erased", or that of the address. Empty when it has none.
/// Pure.
std::string row_fault_text(RowState state);

/// Without filters only the blocks of the page are read, and for a whole address only the blocks that the
/// duplicate index names; with status and time alone, the blocks whose counts don't suffice; with a part of
/// an address every block, in the memory of one. Errors: errors::kGroupMissing, errors::kSearchTooLong.
Result<DetailPage> list_details(storage::Reader& reader, const accounts::Scope& scope, std::int64_t group_id,
                                const DetailFilter& filter);

}  // namespace sesame::audience
