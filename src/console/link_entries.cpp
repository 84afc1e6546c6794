#include "console/link_entries.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>
#include <vector>

#include "accounts/users.hpp"
#include "base/log.hpp"
#include "console/link_files.hpp"

namespace sesame::console {

namespace {

constexpr std::size_t kAtOnce = 50;

accounts::AuditEntry entry_of(storage::Reader& reader, const MadeLink& link) {
  accounts::AuditEntry entry;
  entry.at_ms = link.made_ms;
  entry.actor_kind = accounts::ActorKind::operating;
  entry.client = "cli";
  entry.action = "MakeLink";
  entry.target = link.user.empty() ? "the first owner" : "Name=" + link.user;
  entry.code = "OK";
  const auto user = accounts::find_user(reader, link.user);
  if (user) entry.account_id = user->account_id;
  return entry;
}

}  // namespace

void LinkEntries::tick() {
  const std::vector<MadeLink> made = find_made_links(folder_, kAtOnce + left_.size());
  const auto is_written = [this](const MadeLink& link) { return left_.contains(link.path); };
  Status written = Done{};
  if (!std::ranges::all_of(made, is_written))
    written = database_.write_and_wait(storage::Priority::bulk, [&](storage::Writer& writer) -> Status {
      for (const MadeLink& link : made) {
        if (!is_written(link)) log_.append(writer, entry_of(writer, link));
      }
      return Done{};
    });
  if (!written) {
    log_warning("console.link_entry_failed", {{"reason", written.error().reason()}});
    return;
  }
  std::set<std::string> left;
  for (const MadeLink& link : made) {
    std::error_code fault;
    std::filesystem::remove(link.path, fault);
    if (!fault) continue;
    if (!is_written(link))
      log_warning("console.link_entry_left", {{"path", link.path}, {"problem", fault.message()}});
    left.insert(link.path);
  }
  left_ = std::move(left);
}

}  // namespace sesame::console
