#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "storage/database.hpp"

/// Pauses of delivery: the rows of table delivery_pause. Plain functions inside database jobs.
namespace sesame::messages {

/// A pause is told apart by whose mail it holds, and where to.
struct PauseKey {
  std::string domain;           // The recipients', as queue_domain() gives it; empty: every domain.
  std::int64_t account_id = 0;  // 0: every account.
  auto operator<=>(const PauseKey&) const = default;
};
struct Pause : PauseKey {
  std::int64_t since_ms = 0;
  std::optional<std::int64_t> until_ms;  // nullopt: until it is ended.
  std::string reason;
};

/// The pauses of one account, or of all accounts together, that are in force.
inline constexpr std::int64_t kPausesMax = 1'000;

/// The key under which every change of pauses is published (storage::Writer::publish).
inline constexpr std::uint64_t kPausesChanged = 0x9d1f'73b2'64c8'05afU;
/// The keys under which a pause is published to mail that it holds (messages::Changes). Pure. Thread: any.
std::uint64_t change_key_of_domain(std::string_view domain);
std::uint64_t change_key_of_account(std::int64_t account_id);

/// Begins a pause, or replaces the one of the same key. Once the job is answered, none of its mail begins.
/// Error: errors::kTooManyPauses. Job: write.
Status begin_pause(storage::Writer& writer, const Pause& pause, std::int64_t now_ms);
/// Ends a pause. Returns it; nullopt when none of this key is in force. Wake the engine after the commit.
/// Job: write.
std::optional<Pause> end_pause(storage::Writer& writer, const PauseKey& key, std::int64_t now_ms);
/// Deletes at most `most` pauses that ended by themselves before `before_ms`. Returns their number. Job:
/// write.
std::int64_t delete_ended_pauses(storage::Writer& writer, std::int64_t before_ms, std::int64_t most);

/// All pauses, those included that have ended by themselves: the time of day may be set back. Job: read.
std::vector<Pause> read_pauses(storage::Reader& reader);

struct PausePage {
  std::int64_t total = 0;  // On all pages.
  std::vector<Pause> pauses;
};
struct PauseListQuery {
  std::string domain;           // Only pauses that hold mail to it; empty: all.
  std::int64_t account_id = 0;  // Only pauses that hold mail of it; 0: all.
  std::int64_t offset = 0;
  std::int64_t limit = 10;
  std::int64_t now_ms = 0;
};
/// Lists pauses in force, the newest first. Job: read.
PausePage list_pauses(storage::Reader& reader, const PauseListQuery& query);

/// Looks up which mail is held; without pauses that costs one read for all mail of a job. Job: read.
class PauseLookup {
 public:
  PauseLookup(storage::Reader& reader, std::int64_t now_ms);

  /// The pause that holds mail of this account to this domain; of several the one that lasts longest. Valid
  /// until the next call. Null: none.
  const Pause* find(std::int64_t account_id, std::string_view domain);

 private:
  storage::Reader& reader_;
  const std::int64_t now_ms_;
  bool any_ = false;
  std::map<PauseKey, std::optional<Pause>> found_;
};

}  // namespace sesame::messages
