#include "campaigns/run_paces.hpp"

#include <algorithm>
#include <limits>

namespace sesame::campaigns {

namespace {

constexpr storage::Sql kCappedRuns{
    "campaigns.capped_runs",
    "SELECT r.run_id, t.mails_per_hour, t.mails_per_day, t.spread_hours, COALESCE(r.spread_of, r.requested) "
    "FROM run r JOIN send_task t ON t.task_id = r.task_id WHERE r.finished_ms IS NULL "
    "AND (t.mails_per_hour > 0 OR t.mails_per_day > 0 OR t.spread_hours > 0)"};

}  // namespace

RunRates read_run_rates(storage::Reader& reader) {
  RunRates rates;
  const auto rows = reader.query(kCappedRuns);
  while (rows->next()) {
    const std::int64_t run_id = rows->next_integer();
    const Caps caps{rows->next_integer(), rows->next_integer(), rows->next_integer()};
    if (const auto rate = rate_of(caps, rows->next_integer())) rates.emplace(run_id, *rate);
  }
  return rates;
}

void RunPaces::set(const RunRates& rates) {
  std::erase_if(paces_, [&](const auto& one) { return !rates.contains(one.first); });
  const auto now = clock_.steady_now();
  for (const auto& [run_id, rate] : rates) {
    const auto [pace, is_new] = paces_.try_emplace(run_id, rate, now);
    if (!is_new) pace->second.change(rate, now);
  }
}

std::size_t RunPaces::allowed(std::int64_t run_id) {
  const auto pace = paces_.find(run_id);
  if (pace == paces_.end()) return std::numeric_limits<std::size_t>::max();
  return pace->second.allowed(clock_.steady_now());
}

void RunPaces::count(std::int64_t run_id, std::span<const messages::Draft> drafts) {
  const auto pace = paces_.find(run_id);
  if (pace == paces_.end()) return;
  const auto mails =
      std::ranges::count_if(drafts, [](const messages::Draft& draft) { return !draft.withheld(); });
  pace->second.count(static_cast<std::size_t>(mails));
}

std::uint32_t RunPaces::judged_together(std::int64_t run_id, std::uint32_t most) const {
  const auto pace = paces_.find(run_id);
  if (pace == paces_.end()) return most;
  return static_cast<std::uint32_t>(std::min<std::size_t>(pace->second.of_a_minute(), most));
}

bool RunPaces::may_go_on() {
  return std::ranges::any_of(aside_, [this](std::int64_t run_id) { return allowed(run_id) > 0; });
}

}  // namespace sesame::campaigns
