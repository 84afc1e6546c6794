#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/scope.hpp"
#include "base/result.hpp"
#include "storage/database.hpp"

/// Looking into a group: its recipients page by page, searched. For the inside of database jobs.
namespace sesame::audience {

inline constexpr std::size_t kMaxSearchCharacters = 50;  // SES: ListReceiverDetails.Email

struct Detail {
  std::uint64_t id = 0;  // of the recipient, the same for ever
  std::string address;
  std::string data;  // JSON text or empty
  bool valid = true;
  std::string reason;  // why it is not valid, for people; empty when it is
  std::int64_t created_ms = 0;
};
struct DetailFilter {
  // Substring, ASCII letters in either case; but the whole address of a recipient finds only that one. Empty:
  // all.
  std::string_view address;
  std::optional<std::int64_t> created_from_ms;  // inclusive
  std::optional<std::int64_t> created_to_ms;    // inclusive
  std::optional<bool> valid;
  std::uint64_t offset = 0;
  std::uint64_t limit = 100;
};
struct DetailPage {
  std::uint64_t total = 0;  // recipients that match, independent of the page
  std::uint64_t valid = 0;  // of the whole group
  std::uint64_t invalid = 0;
  std::vector<Detail> details;  // in the order of acceptance
};

/// Without filters only the blocks of the page are read, and for a whole address only what the duplicate
/// index names; with status and time alone, blocks whose counts don't tell; with a part of an address every
/// block, in the memory of one. Errors: "audience.group_missing" (value), "audience.search_too_long" (limit).
Result<DetailPage> list_details(storage::Reader& reader, const accounts::Scope& scope, std::int64_t group_id,
                                const DetailFilter& filter);

}  // namespace sesame::audience
