#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "accounts/scope.hpp"
#include "bounces/classifier.hpp"
#include "campaigns/recipient_state.hpp"
#include "campaigns/tasks.hpp"
#include "messages/mail_record.hpp"
#include "messages/waiting_reason.hpp"
#include "storage/database.hpp"

/// The recipients of a send task's newest run, one by one: who got the mail, who did not, and why.
namespace sesame::campaigns {

/// The number of the task's recipients in a state.
std::int64_t count_of(const Task& task, RecipientState state);
std::int64_t count_of(const Task& task, const RecipientStates& states);

struct TaskRecipient {
  std::uint64_t number = 0;  // The place in the group, from 1; it never changes.
  RecipientState state = RecipientState::waiting;
  std::string address;  // Empty when neither the group nor a record of the mail has it any more.
  std::string reason;   // In words; empty when the mail was delivered.
  std::string reply;    // The receiving server's reply, or that of the bounce mail; may be empty.
  std::optional<bounces::BounceClass> bounce_class;  // The class of the reply to an undelivered mail.
  messages::MailRecord record;                       // Empty when there is none.
};

struct RecipientQuery {
  accounts::Scope scope;
  std::int64_t task_id = 0;
  RecipientStates states;   // Recipients in one of these states.
  std::uint64_t after = 0;  // Only recipients with larger numbers.
  std::uint64_t offset = 0;
  std::uint64_t limit = 100;
  std::optional<messages::Standstill> standstill;  // A reason that holds for all mail.
};

struct RecipientPage {
  std::uint64_t total = 0;  // Recipients in these states, whatever their number.
  std::vector<TaskRecipient> recipients;
};

/// Lists recipients by their numbers. Reads the ledger from `after` on, a byte per recipient, and the records
/// of the page. Errors: errors::kTaskMissing, errors::kRecipientsExpired, audience::errors::kBlockDamaged.
/// Job: read.
Result<RecipientPage> list_recipients(storage::Reader& reader, const RecipientQuery& query,
                                      const bounces::Classifier& classifier);

}  // namespace sesame::campaigns
