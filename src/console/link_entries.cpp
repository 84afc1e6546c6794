#include "console/link_entries.hpp"

#include <filesystem>
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
  const std::vector<MadeLink> made = find_made_links(folder_, kAtOnce);
  if (made.empty()) return;
  const Status written =
      database_.write_and_wait(storage::Priority::bulk, [&](storage::Writer& writer) -> Status {
        for (const MadeLink& link : made) log_.append(writer, entry_of(writer, link));
        return Done{};
      });
  if (!written) {
    log_warning("console.link_entry_failed", {{"reason", written.error().reason()}});
    return;
  }
  for (const MadeLink& link : made) {
    std::error_code fault;
    std::filesystem::remove(link.path, fault);
    if (fault) log_warning("console.link_entry_left", {{"path", link.path}, {"problem", fault.message()}});
  }
}

}  // namespace sesame::console
