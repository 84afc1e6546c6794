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

/// The message rows of an account, region and day in pages of a thousand, in the order in which they came:
/// where a page begins, and a filter that tells which MessageIds and addresses it can't hold. So any offset
/// and any message is found among millions by reading little, and an appended row costs no place in a large
/// index. For the inside of database jobs.
namespace sesame::messages {

inline constexpr std::uint64_t kStatusPageRows = 1'000;

struct StatusPage {
  std::int64_t first_row_id = 0;
  std::uint64_t rows = 0;
};

/// What a filter is asked for.
std::uint64_t status_key_of_message(std::string_view message_id);
std::uint64_t status_key_of_recipient(std::string_view canonical_address);

/// The page with this number, the first being 0; all but the last are full.
std::optional<StatusPage> find_status_page(storage::Reader& reader, const accounts::Scope& scope,
                                           std::int64_t day, std::uint64_t number);

/// The pages that may hold a row with all these keys, in order: few that don't, and none is missed.
std::vector<StatusPage> find_status_pages(storage::Reader& reader, const accounts::Scope& scope,
                                          std::int64_t day, std::span<const std::uint64_t> keys);

/// Appends rows to their pages. For one job: what was added counts with save().
class StatusPageWriter {
 public:
  explicit StatusPageWriter(storage::Writer& writer) : writer_(writer) {}

  /// Rows must come in the order of their ids.
  void add(const accounts::Scope& scope, std::int64_t day, std::int64_t row_id, std::string_view message_id,
           std::string_view to_address);
  void save();

 private:
  using Place = std::tuple<std::int64_t, std::string, std::int64_t>;  // Account, region, day.
  struct Open {
    std::int64_t id = 0;  // 0: not stored yet.
    std::uint64_t number = 0;
    StatusPage page;
    std::optional<BloomFilter> keys;  // None: of a page that was made without.
  };
  Open load(const Place& place);
  void save(const Place& place, Open& open);

  storage::Writer& writer_;
  std::map<Place, Open> open_;  // The last page of each; as many as the job's rows have.
  std::string canonical_;       // Scratch.
};

}  // namespace sesame::messages
