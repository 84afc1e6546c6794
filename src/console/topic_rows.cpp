#include "console/topic_rows.hpp"

#include <memory>
#include <utility>

#include "accounts/mail_id.hpp"

namespace sesame::console {
namespace {

using storage::Sql;

constexpr int kNewestMax = 50;      // Tasks, mails and templates of one region.
constexpr int kRunsMax = 20;        // One task's.
constexpr int kListedMax = 1000;    // Groups, domains and webhooks of one region; `limits.groups`.
constexpr int kRecipientsMax = 90;  // SES: SendEmail.

// FNV-1a (RFC 9923), over whole numbers: whether something differs is all that is asked.
constexpr std::uint64_t kFnvBasis = 0xcbf29ce484222325U;
constexpr std::uint64_t kFnvPrime = 0x100000001b3U;

std::uint64_t mixed(std::uint64_t digest, std::uint64_t value) {
  for (int byte = 0; byte < 8; ++byte) digest = (digest ^ ((value >> (byte * 8)) & 0xffU)) * kFnvPrime;
  return digest;
}

constexpr Sql kInbox{"console.watch_inbox",
                     "SELECT coalesce(max(id), 0), coalesce((SELECT mails FROM inbox_count WHERE account_id "
                     "= ?1 AND region = ?2), 0) FROM inbox_mail WHERE account_id = ?1 AND region = ?2"};
// The rows without a recipient domain are the sums of the others.
constexpr Sql kVolumes{"console.watch_volumes",
                       "SELECT day, requested, accepted, delivered, bounced, opened, clicked, unsubscribed, "
                       "complained, machine_opened, machine_clicked FROM daily_volume WHERE account_id = ?1 "
                       "AND region = ?2 AND recipient_domain = '' AND day BETWEEN ?3 - 1 AND ?3"};
constexpr Sql kMails{"console.watch_mails",
                     "SELECT id, deliver_status, send_status, attempts, opened, clicked, unsubscribed, "
                     "complained FROM message WHERE account_id = ?1 AND region = ?2 AND request_day = ?3 "
                     "ORDER BY id DESC LIMIT ?4"};
constexpr Sql kTasks{
    "console.watch_tasks",
    "SELECT recent.task_id, recent.status, recent.updated_ms, coalesce(run.run_id, 0), "
    "coalesce(run.requested, 0), coalesce(run.delivered, 0), coalesce(run.dropped, 0), coalesce(run.refused, "
    "0), coalesce(run.deferred, 0), coalesce(run.skipped, 0), coalesce(run.withheld, 0) FROM (SELECT "
    "task_id, status, updated_ms FROM send_task WHERE account_id = ?1 AND region = ?2 ORDER BY task_id DESC "
    "LIMIT ?3) AS recent LEFT JOIN run ON run.run_id = (SELECT max(run_id) FROM run WHERE task_id = "
    "recent.task_id)"};
constexpr Sql kTaskStates{"console.watch_task_states",
                          "SELECT task_id, status FROM send_task WHERE account_id = ?1 AND region = ?2 ORDER "
                          "BY task_id DESC LIMIT ?3"};
constexpr Sql kTask{"console.watch_task",
                    "SELECT status, updated_ms FROM send_task WHERE task_id = ?2 AND account_id = ?1"};
constexpr Sql kRuns{"console.watch_runs",
                    "SELECT run_id, requested, delivered, dropped, refused, deferred, skipped, withheld, "
                    "coalesce(finished_ms, 0) FROM run WHERE task_id = ?2 AND account_id = ?1 ORDER BY "
                    "run_id DESC LIMIT ?3"};
static_assert(static_cast<int>(accounts::MailId::Kind::send) == 1);
constexpr Sql kMessage{"console.watch_message",
                       "SELECT id, deliver_status, send_status, attempts, coalesce(next_attempt_ms, 0), "
                       "opened, clicked, unsubscribed, complained FROM message WHERE message_id = ?2 AND "
                       "kind = 1 AND account_id = ?1 ORDER BY id LIMIT ?3"};
constexpr Sql kDomains{"console.watch_domains",
                       "SELECT id, coalesce(verified_ms, 0), checked_ms, coalesce((SELECT max(id) FROM "
                       "sender_address WHERE domain_id = sender_domain.id), 0) FROM sender_domain WHERE "
                       "account_id = ?1 AND region = ?2 ORDER BY name LIMIT ?3"};
constexpr Sql kDomain{"console.watch_domain",
                      "SELECT id, coalesce(verified_ms, 0), checked_ms FROM sender_domain WHERE account_id = "
                      "?1 AND region = ?2 AND name = ?3"};
// The counters change with the parts.
constexpr Sql kImport{
    "console.watch_import",
    "SELECT state, changed_ms, parts, total, undo_at, removed FROM audience_import WHERE id = "
    "?2 AND account_id = ?1"};
constexpr Sql kReturned{
    "console.watch_returned",
    "SELECT coalesce(max(id), 0) FROM returned_mail WHERE account_id = ?1 AND region = ?2"};
constexpr Sql kBlocks{
    "console.watch_blocks",
    "SELECT coalesce((SELECT max(bounced_ms) FROM hard_bounce WHERE account_id = ?1 AND region = ?2), 0), "
    "coalesce((SELECT max(id) FROM custom_block WHERE account_id = ?1 AND region = ?2), 0), "
    "coalesce((SELECT addresses FROM custom_block_count WHERE account_id = ?1 AND region = ?2), 0), "
    "coalesce((SELECT max(id) FROM unsubscribe WHERE account_id = ?1 AND region = ?2), 0), "
    "coalesce((SELECT max(complained_ms) FROM complaint WHERE account_id = ?1 AND region = ?2), 0)"};
constexpr Sql kTemplates{"console.watch_templates",
                         "SELECT id, status, coalesce((SELECT max(id) FROM template_version WHERE "
                         "template_id = template.id), 0) FROM template WHERE account_id = ?1 AND region = ?2 "
                         "ORDER BY id DESC LIMIT ?3"};
constexpr Sql kGroups{"console.watch_groups",
                      "SELECT id, accepted, recipients, invalid, queued_blocks FROM audience_group WHERE "
                      "account_id = ?1 AND region = ?2 AND deleted_ms IS NULL ORDER BY name LIMIT ?3"};
constexpr Sql kImports{"console.watch_imports",
                       "SELECT id, state FROM audience_import WHERE account_id = ?1 AND region = ?2 ORDER "
                       "BY id DESC LIMIT ?3"};
constexpr Sql kWebhooks{"console.watch_webhooks",
                        "SELECT id, enabled, waiting, ended, former_until_ms, coalesce((SELECT max(id) FROM "
                        "webhook_event WHERE webhook_id = webhook.id), 0) FROM webhook WHERE account_id = ?1 "
                        "AND region = ?2 ORDER BY canonical LIMIT ?3"};

}  // namespace

void TopicRows::add(storage::Rows& rows, int columns) {
  while (rows.next()) {
    std::uint64_t digest = kFnvBasis;
    for (int column = 0; column < columns; ++column)
      digest = mixed(digest, static_cast<std::uint64_t>(rows.next_integer()));
    state_ = mixed(state_, digest);
  }
}

void TopicRows::add_inbox(std::string_view region) { add(*reader_.query(kInbox, account_id_, region), 2); }

void TopicRows::add_volumes(std::string_view region, std::int64_t day) {
  add(*reader_.query(kVolumes, account_id_, region, day), 11);
}

void TopicRows::add_mails(std::string_view region, std::int64_t day) {
  add(*reader_.query(kMails, account_id_, region, day, kNewestMax), 8);
}

void TopicRows::add_tasks(std::string_view region, bool states_only) {
  if (states_only) return add(*reader_.query(kTaskStates, account_id_, region, kNewestMax), 2);
  add(*reader_.query(kTasks, account_id_, region, kNewestMax), 11);
}

void TopicRows::add_task(std::int64_t task_id) {
  add(*reader_.query(kTask, account_id_, task_id), 2);
  add(*reader_.query(kRuns, account_id_, task_id, kRunsMax), 9);
}

void TopicRows::add_message(std::string_view message_id) {
  add(*reader_.query(kMessage, account_id_, message_id, kRecipientsMax), 9);
}

void TopicRows::add_domains(std::string_view region) {
  add(*reader_.query(kDomains, account_id_, region, kListedMax), 4);
}

void TopicRows::add_domain(std::string_view region, std::string_view name) {
  add(*reader_.query(kDomain, account_id_, region, name), 3);
}

void TopicRows::add_returned_mails(std::string_view region) {
  add(*reader_.query(kReturned, account_id_, region), 1);
}

void TopicRows::add_blocks(std::string_view region) { add(*reader_.query(kBlocks, account_id_, region), 5); }

void TopicRows::add_templates(std::string_view region) {
  add(*reader_.query(kTemplates, account_id_, region, kNewestMax), 3);
}

void TopicRows::add_groups(std::string_view region) {
  add(*reader_.query(kGroups, account_id_, region, kListedMax), 5);
  add(*reader_.query(kImports, account_id_, region, kNewestMax), 2);
}

void TopicRows::add_webhooks(std::string_view region) {
  add(*reader_.query(kWebhooks, account_id_, region, kListedMax), 6);
}

void TopicRows::add_import(std::int64_t import_id) {
  add(*reader_.query(kImport, account_id_, import_id), 6);
}

}  // namespace sesame::console
