#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "audience/unsubscribes.hpp"
#include "campaigns/campaign_fixture.hpp"
#include "campaigns/run_ledger.hpp"
#include "campaigns/suppression_filter.hpp"
#include "campaigns/timetable.hpp"
#include "messages/due_fixture.hpp"
#include "messages/rows.hpp"

namespace sesame::campaigns {

/// Runs whose mail is judged, deferred, retried, paused and stopped, as the delivery does it.
class RunnerTest : public CampaignTest {
 protected:
  /// Deletes the sender address, which ends a run when its next recipients are judged.
  void delete_sender() {
    static constexpr storage::Sql kDelete{"test.delete_sender", "DELETE FROM sender_address"};
    database_.change([](storage::Writer& writer) { writer.run(kDelete); });
  }
  Runner runner_with_lists() {
    return {*database_, ComposeContext{signers_.get(), &clock_}, changes_, {MailFilters({&lists_}), {}}};
  }
  /// The permission of each draft, judged from the tables as they are now.
  std::vector<messages::Permission> judge(Runner& runner, std::vector<messages::Draft>& drafts) {
    std::vector<messages::Draft*> pointers;
    for (messages::Draft& draft : drafts) pointers.push_back(&draft);
    EXPECT_TRUE(runner.judge(pointers));
    std::vector<messages::Permission> permissions;
    for (const messages::Draft& draft : drafts) permissions.push_back(draft.permission);
    return permissions;
  }
  std::vector<std::uint32_t> changed(const std::vector<messages::Draft>& drafts) {
    std::vector<std::uint32_t> ordinals;
    for (const messages::Draft& draft : drafts) {
      if (changes_.any_since(draft.judged, draft)) ordinals.push_back(draft.id.ordinal);
    }
    return ordinals;
  }
  std::vector<accounts::MailId> ids_of(const std::vector<messages::Draft>& drafts) {
    std::vector<accounts::MailId> ids;
    for (const messages::Draft& draft : drafts) ids.push_back(draft.id);
    return ids;
  }
  /// Records an outcome of the mails, as the recorder does.
  void end(const std::vector<messages::Draft>& drafts, messages::DeliverStatus status, int send_status = 0) {
    RunLedger ledger(clock_);
    database_.change([&](storage::Writer& writer) {
      std::vector<messages::Outcome> outcomes;
      for (const messages::Draft& draft : drafts) {
        messages::Outcome outcome{messages::Envelope(draft)};
        outcome.status = status;
        outcome.send_status = send_status;
        outcome.attempts = 1;
        outcome.first_attempt_ms = outcome.happened_ms = clock_.now_ms();
        outcome.next_attempt_ms = clock_.now_ms() + 300'000;
        outcomes.push_back(std::move(outcome));
      }
      messages::record_outcomes(writer, outcomes);
      ledger.record(writer, outcomes);
    });
  }
  void defer(const std::vector<messages::Draft>& drafts) { end(drafts, messages::DeliverStatus::deferred); }
  /// The drafts of the mail that is due, postponed where it is held, as the delivery does.
  std::vector<messages::Draft> retry_due(Runner& runner) {
    const auto found = due();
    auto drafts = runner.drafts(found);
    EXPECT_TRUE(drafts);
    if (!drafts) return {};
    std::vector<messages::HeldMessage> held;
    for (const messages::Draft& draft : *drafts) {
      if (draft.permission != messages::Permission::held) continue;
      for (const messages::DueMessage& message : found) {
        if (message.id == draft.id) held.push_back({message.row_id, clock_.now_ms() + kThreeDaysMs});
      }
    }
    database_.change([&](storage::Writer& writer) { messages::postpone(writer, held); });
    return std::move(*drafts);
  }
  std::set<messages::Permission> permissions_of(const std::vector<messages::Draft>& drafts) {
    std::set<messages::Permission> permissions;
    for (const messages::Draft& draft : drafts) permissions.insert(draft.permission);
    return permissions;
  }
  bool may(Status (*action)(storage::Writer&, const accounts::Scope&, std::int64_t, std::int64_t),
           std::int64_t task_id) {
    return static_cast<bool>(database_->write_and_wait(
        storage::Priority::interactive,
        [&](storage::Writer& writer) { return action(writer, scope_, task_id, clock_.now_ms()); }));
  }
  /// A recurring task that has started its first run.
  std::int64_t recurring(const TaskOrder& order) {
    const std::int64_t hour_ms = 3'600'000;
    const std::int64_t id = *plan({TaskType::recurring, clock_.now_ms() + hour_ms, 1}, order);
    next_start();
    return id;
  }
  bool next_start() {
    clock_.advance(std::chrono::hours(1));
    return Timetable(*database_, random_, clock_).look();
  }
  std::vector<messages::DueMessage> due() {
    return database_.look(
        [&](storage::Reader& reader) { return messages::due_rows(reader, clock_.now_ms()); });
  }
  void unsubscribe(const std::string& address) {
    database_.change([&](storage::Writer& writer) {
      audience::add_unsubscribe(writer, {scope_, "mail.shop.test", address});
    });
  }

  static constexpr std::int64_t kThreeDaysMs = 259'200'000;
  using Permissions = std::set<messages::Permission>;
  SuppressionFilter lists_{{}};
};

}  // namespace sesame::campaigns
