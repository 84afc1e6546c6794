#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "accounts/scope.hpp"
#include "base/bloom.hpp"
#include "storage/database.hpp"

/// Pages of a thousand message rows per scope and day, in the order of their insertion: each page has its
/// first row and a Bloom filter of its MessageIds and addresses. So any offset and any message is found among
/// millions by reading little, and an insert writes to no large index. Functions inside database jobs.
namespace sesame::messages {

inline constexpr std::uint64_t kStatusPageRows = 1'000;

struct StatusPage {
  std::int64_t first_row_id = 0;
  std::uint64_t rows = 0;
};

/// The keys of a page's filter.
std::uint64_t status_key_of_message(std::string_view message_id);
std::uint64_t status_key_of_recipient(std::string_view canonical_address);

/// Finds page `number`, counted from 0; all pages but the last are full. Job: read.
std::optional<StatusPage> find_status_page(storage::Reader& reader, const accounts::Scope& scope,
                                           std::int64_t day, std::uint64_t number);

/// Finds the pages that may contain a row with all these keys, in order: all that do, and few that do not.
/// Job: read.
std::vector<StatusPage> find_status_pages(storage::Reader& reader, const accounts::Scope& scope,
                                          std::int64_t day, std::span<const std::uint64_t> keys);

/// Appends rows to their pages. Lives for one job; rows take effect with save(). Job: write.
class StatusPageWriter {
 public:
  explicit StatusPageWriter(storage::Writer& writer) : writer_(writer) {}

  /// Adds a row; rows must come in the order of their ids.
  void add(const accounts::Scope& scope, std::int64_t day, std::int64_t row_id, std::string_view message_id,
           std::string_view to_address);
  void save();

 private:
  using Place = std::tuple<std::int64_t, std::string, std::int64_t>;  // Account, region, day.
  struct Open {
    std::int64_t id = 0;  // 0: not stored yet.
    std::uint64_t number = 0;
    StatusPage page;
    std::optional<BloomFilter> keys;  // Absent when the page was stored without a filter.
  };
  Open load(const Place& place);
  void save(const Place& place, Open& open);

  storage::Writer& writer_;
  std::map<Place, Open> open_;  // The last page of each place; as many as the job's rows touch.
  std::string canonical_;       // Scratch.
};

}  // namespace sesame::messages
