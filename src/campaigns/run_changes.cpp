#include "campaigns/run_changes.hpp"

#include <utility>
#include <vector>

#include "messages/changes.hpp"
#include "messages/rows.hpp"

namespace sesame::campaigns {

namespace {

constexpr storage::Sql kUnderWay{
    "campaigns.runs_under_way",
    "SELECT run_id FROM run WHERE task_id = ?1 AND (finished_ms IS NULL OR deferred > 0)"};
constexpr storage::Sql kMark{
    "campaigns.mark_to_expedite",
    "UPDATE run SET expedite = 1 WHERE task_id = ?1 AND (finished_ms IS NULL OR deferred > 0)"};
constexpr storage::Sql kMarked{"campaigns.run_to_expedite",
                               "SELECT run_id, stopped FROM run WHERE expedite = 1 ORDER BY run_id LIMIT 1"};
constexpr storage::Sql kUnmark{"campaigns.expedited", "UPDATE run SET expedite = 0 WHERE run_id = ?1"};
constexpr storage::Sql kDeferred{
    "campaigns.has_deferred_mail",
    "SELECT 1 FROM run WHERE task_id = ?1 AND deferred > 0 AND stopped = 0 LIMIT 1"};

// A portion that keeps the writer busy for some milliseconds.
constexpr std::size_t kTogether = 2'000;

}  // namespace

void publish_runs(storage::Writer& writer, std::int64_t task_id) {
  std::vector<std::uint64_t> keys;
  const auto rows = writer.query(kUnderWay, task_id);
  while (rows->next()) keys.push_back(messages::change_key_of_run(rows->next_integer()));
  if (!keys.empty()) writer.publish(std::move(keys));
}

void mark_to_expedite(storage::Writer& writer, std::int64_t task_id) { writer.run(kMark, task_id); }

bool expedite_some(storage::Writer& writer, std::int64_t now_ms) {
  std::int64_t run_id = 0;
  bool stopped = false;
  {
    const auto row = writer.query(kMarked);
    if (!row->next()) return false;
    run_id = row->next_integer();
    stopped = row->next_flag();
  }
  const bool only_held = !stopped;
  if (messages::expedite(writer, run_id, only_held, now_ms, kTogether) < kTogether)
    writer.run(kUnmark, run_id);
  return true;
}

bool has_deferred_mail(storage::Reader& reader, std::int64_t task_id) {
  return reader.query(kDeferred, task_id)->next();
}

}  // namespace sesame::campaigns
