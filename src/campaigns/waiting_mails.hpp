#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "messages/envelope.hpp"
#include "messages/queue_list.hpp"
#include "storage/database.hpp"

/// Mail that waits in queues, one by one. Plain functions. Job: read.
namespace sesame::campaigns {

struct WaitingMail : messages::Envelope, messages::AttemptHistory {
  std::int64_t next_attempt_ms = 0;
  std::int64_t task_id = 0;  // 0: a single send.
  std::string last_text;     // The server's words, or our own reason.
};

struct WaitingMailQuery {
  messages::QueueFilter filter;
  std::optional<std::int64_t> task_id;
  std::int64_t offset = 0;
  std::int64_t limit = 10;
};
struct WaitingMailPage {
  std::int64_t total = 0;  // On all pages.
  std::vector<WaitingMail> mails;
};
/// Lists mail queue by queue, what is due first in front; of a task in the order of the first attempts. Reads
/// the rows of all queues that are meant, and of a task an index entry for each waiting mail. Error:
/// errors::kTaskMissing, also when the task is not of the filter's account.
Result<WaitingMailPage> list_waiting_mails(storage::Reader& reader, const WaitingMailQuery& query);

/// The runs of a task that have waiting mail. Error: errors::kTaskMissing, as above. Job: read.
Result<std::vector<std::int64_t>> runs_with_waiting_mail(storage::Reader& reader, std::int64_t task_id,
                                                         std::int64_t account_id);

/// Mails of a run that are looked at in order to count those to one domain: some milliseconds.
inline constexpr std::int64_t kCountedOfRun = 20'000;
/// The number of waiting mails of a task, whose runs these are; to one domain: among the first kCountedOfRun
/// of each run. Job: read.
std::int64_t count_waiting_mails(storage::Reader& reader, std::int64_t task_id,
                                 std::span<const std::int64_t> run_ids, const std::string& domain);

}  // namespace sesame::campaigns
