#include "campaigns/mode_change.hpp"

#include "campaigns/tasks.hpp"

namespace sesame::campaigns {

namespace {

constexpr storage::Sql kLastMode{"campaigns.last_mode", "SELECT sandbox FROM delivery_mode WHERE id = 1"};
constexpr storage::Sql kSetMode{"campaigns.set_mode",
                                "INSERT INTO delivery_mode (id, sandbox) VALUES (1, ?1) ON CONFLICT (id) DO "
                                "UPDATE SET sandbox = excluded.sandbox"};
// A task has ended for the API when each recipient was tried once; deferred mail is still under way then.
constexpr storage::Sql kKeepTasks{
    "campaigns.keep_tasks_in_sandbox",
    "UPDATE send_task SET sandboxed = 1 WHERE status NOT IN (?1, ?2) OR task_id "
    "IN (SELECT task_id FROM run WHERE deferred > 0)"};
constexpr storage::Sql kKeepMails{"campaigns.keep_mails_in_sandbox",
                                  "UPDATE message SET sandboxed = 1 WHERE next_attempt_ms IS NOT NULL"};

}  // namespace

KeptInSandbox enter_mode(storage::Writer& writer, bool sandbox) {
  bool was_sandbox = false;
  if (const auto last = writer.query(kLastMode); last->next()) was_sandbox = last->next_flag();
  writer.run(kSetMode, sandbox);
  KeptInSandbox kept;
  if (!was_sandbox || sandbox) return kept;
  kept.tasks = writer.run(kKeepTasks, TaskStatus::failed, TaskStatus::finished);
  kept.mails = writer.run(kKeepMails);
  return kept;
}

}  // namespace sesame::campaigns
