#include "campaigns/set_aside.hpp"

#include <algorithm>
#include <iterator>

namespace sesame::campaigns {

void SetAside::add(std::int64_t run_id, messages::Crowd crowd, std::uint32_t ordinal) {
  insert(run_id, crowd, ordinal);
  ++added_;
}

void SetAside::put_back(std::int64_t run_id, std::span<const std::uint32_t> ordinals) {
  for (const std::uint32_t ordinal : ordinals) insert(run_id, kNoCrowd, ordinal);
}

void SetAside::insert(std::int64_t run_id, messages::Crowd crowd, std::uint32_t ordinal) {
  runs_[run_id][crowd].push_back(ordinal);
  ++count_;
}

std::vector<std::uint32_t> SetAside::take(std::int64_t run_id, std::size_t count,
                                          messages::Admission* admission) {
  std::vector<std::uint32_t> taken;
  const auto run = runs_.find(run_id);
  if (run == runs_.end()) return taken;
  Crowds& crowds = run->second;
  for (auto crowd = crowds.begin(); crowd != crowds.end() && taken.size() < count;) {
    Ordinals& ordinals = crowd->second;
    std::size_t room = std::min(ordinals.size(), count - taken.size());
    if (crowd->first != kNoCrowd && admission != nullptr)
      room = std::min(room, admission->room(crowd->first));
    const auto end = ordinals.begin() + static_cast<std::ptrdiff_t>(room);
    taken.insert(taken.end(), ordinals.begin(), end);
    ordinals.erase(ordinals.begin(), end);
    crowd = ordinals.empty() ? crowds.erase(crowd) : std::next(crowd);
  }
  count_ -= taken.size();
  if (crowds.empty()) runs_.erase(run);
  std::ranges::sort(taken);
  return taken;
}

std::vector<std::int64_t> SetAside::runs_in_turn() {
  std::vector<std::int64_t> ids;
  const auto begin = runs_.upper_bound(first_run_);
  for (auto run = begin; run != runs_.end(); ++run) ids.push_back(run->first);
  for (auto run = runs_.begin(); run != begin; ++run) ids.push_back(run->first);
  if (!ids.empty()) first_run_ = ids.front();
  return ids;
}

void SetAside::forget(std::int64_t run_id) {
  const auto run = runs_.find(run_id);
  if (run == runs_.end()) return;
  count_ -= size_of(run->second);
  runs_.erase(run);
}

void SetAside::keep_only(const std::set<std::int64_t>& run_ids) {
  std::erase_if(runs_, [&](const auto& run) {
    if (run_ids.contains(run.first)) return false;
    count_ -= size_of(run.second);
    return true;
  });
}

std::map<std::int64_t, SetAside::Sum> SetAside::sums() const {
  std::map<std::int64_t, Sum> sums;
  for (const auto& [run_id, crowds] : runs_) {
    Sum sum;
    std::size_t most = 0;
    for (const auto& [crowd, ordinals] : crowds) {
      if (crowd == kNoCrowd) continue;
      sum.count += ordinals.size();
      if (ordinals.size() > most) sum.largest = crowd;
      most = std::max(most, ordinals.size());
    }
    if (sum.count > 0) sums.emplace(run_id, sum);
  }
  return sums;
}

std::size_t SetAside::size_of(const Crowds& crowds) {
  std::size_t size = 0;
  for (const auto& [crowd, ordinals] : crowds) size += ordinals.size();
  return size;
}

}  // namespace sesame::campaigns
