#include "engagement/click_groups.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <string_view>

namespace sesame::engagement {

void ClickGroups::add(effects::MailEvent click, unsigned links) {
  const std::int64_t begun_ms = begun_.try_emplace(click.mail, click.happened_ms).first->second;
  Group& group = groups_[{begun_ms, click.mail}];
  group.links = std::max(group.links, links);
  group.clicks.push_back(std::move(click));
  ++size_;
}

std::vector<effects::MailEvent> ClickGroups::take_ended(std::int64_t now_ms) {
  // Groups of a clock that was ahead end at once; a click may be stamped a moment after `now_ms`.
  const bool was_ahead = !groups_.empty() && std::prev(groups_.end())->first.first > now_ms + kHeldMs;
  return take_until(now_ms - kHeldMs, was_ahead);
}

std::vector<effects::MailEvent> ClickGroups::take_all() { return take_until(0, true); }

/// Takes the groups that began at `begun_ms` or before.
std::vector<effects::MailEvent> ClickGroups::take_until(std::int64_t begun_ms, bool all) {
  std::vector<effects::MailEvent> taken;
  while (!groups_.empty() && (all || groups_.begin()->first.first <= begun_ms)) {
    Group& group = groups_.begin()->second;
    std::set<std::string_view> followed;
    for (const effects::MailEvent& click : group.clicks) followed.insert(click.link);
    const bool all_links = followed.size() >= group.links;
    size_ -= group.clicks.size();
    for (effects::MailEvent& click : group.clicks) {
      click.all_links = all_links;
      taken.push_back(std::move(click));
    }
    begun_.erase(groups_.begin()->first.second);
    groups_.erase(groups_.begin());
  }
  return taken;
}

}  // namespace sesame::engagement
