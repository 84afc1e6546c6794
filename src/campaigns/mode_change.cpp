#include "campaigns/mode_change.hpp"

#include <optional>

#include "accounts/mail_id.hpp"
#include "campaigns/tasks.hpp"

namespace sesame::campaigns {

namespace {

constexpr storage::Sql kLastMode{"campaigns.last_mode",
                                 "SELECT sandbox, since_ms FROM delivery_mode WHERE id = 1"};
constexpr storage::Sql kSetMode{"campaigns.set_mode",
                                "INSERT INTO delivery_mode (id, sandbox, since_ms) VALUES (1, ?1, ?2) ON "
                                "CONFLICT (id) DO UPDATE SET sandbox = excluded.sandbox, since_ms = "
                                "excluded.since_ms"};
// A task has ended for the API when each recipient was tried once; deferred mail is still under way then.
constexpr storage::Sql kKeepTasks{
    "campaigns.keep_tasks_in_sandbox",
    "UPDATE send_task SET sandboxed = 1 WHERE created_ms >= ?1 AND (status NOT IN (?2, ?3) OR task_id IN "
    "(SELECT task_id FROM run WHERE deferred > 0))"};
// Mail of a run is kept by its task's mark. The first conditions are those of an index, message_waiting_send.
static_assert(static_cast<int>(accounts::MailId::Kind::send) == 1);
constexpr storage::Sql kKeepSends{"campaigns.keep_sends_in_sandbox",
                                  "UPDATE message SET sandboxed = 1 WHERE kind = 1 AND next_attempt_ms IS "
                                  "NOT NULL AND requested_ms >= ?1"};

}  // namespace

KeptInSandbox enter_mode(storage::Writer& writer, bool sandbox, std::int64_t now_ms) {
  std::optional<bool> last;
  std::int64_t since_ms = 0;
  if (const auto row = writer.query(kLastMode); row->next()) {
    last = row->next_flag();
    since_ms = row->next_integer();
  }
  if (last == sandbox) return {};
  writer.run(kSetMode, sandbox, last ? now_ms : 0);
  if (sandbox || !last) return {};
  KeptInSandbox kept;
  kept.tasks = writer.run(kKeepTasks, since_ms, TaskStatus::failed, TaskStatus::finished);
  kept.mails = writer.run(kKeepSends, since_ms);
  return kept;
}

}  // namespace sesame::campaigns
