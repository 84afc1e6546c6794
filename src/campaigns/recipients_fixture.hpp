#pragma once

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "campaigns/campaign_fixture.hpp"
#include "campaigns/recipients.hpp"
#include "campaigns/run_ledger.hpp"
#include "messages/rows.hpp"

namespace sesame::campaigns {

/// A campaign whose mails get outcomes as from the recorder, and whose recipients are listed.
class RecipientListTest : public CampaignTest {
 protected:
  Runner make_runner() { return {*database_, ComposeContext{signers_.get(), &clock_}, changes_}; }

  /// Records one outcome for each draft, with its message row, as the recorder does.
  void finish(const std::vector<messages::Draft>& drafts, messages::DeliverStatus status,
              const std::string& text, int send_status = 0) {
    RunLedger ledger(clock_);
    database_.change([&](storage::Writer& writer) {
      std::vector<messages::Outcome> outcomes;
      for (const messages::Draft& draft : drafts) {
        messages::Outcome outcome{messages::Envelope(draft)};
        outcome.status = status;
        outcome.text = text;
        outcome.send_status = send_status;
        outcome.attempts = send_status == 0 ? 1 : 0;
        outcome.first_attempt_ms = send_status == 0 ? clock_.now_ms() : 0;
        outcome.happened_ms = clock_.now_ms();
        outcome.next_attempt_ms = clock_.now_ms() + 300'000;
        outcomes.push_back(std::move(outcome));
      }
      messages::record_outcomes(writer, outcomes);
      ledger.record(writer, outcomes);
    });
  }

  Result<RecipientPage> list(const RecipientQuery& query) {
    return database_.look(
        [&](storage::Reader& reader) { return list_recipients(reader, query, classifier_); });
  }
  RecipientQuery query(std::int64_t task_id, std::initializer_list<RecipientState> states = {}) {
    RecipientQuery query;
    query.scope = scope_;
    query.task_id = task_id;
    query.limit = 1000;
    for (const RecipientState state : states) query.states.set(static_cast<std::size_t>(state));
    if (states.size() == 0) query.states.set();
    return query;
  }
  TaskRecipient only(std::int64_t task_id, RecipientState state) {
    const auto page = list(query(task_id, {state}));
    EXPECT_TRUE(page);
    EXPECT_EQ(page->recipients.size(), 1U) << name_of(state);
    return page->recipients.empty() ? TaskRecipient() : page->recipients.front();
  }
  std::vector<messages::Draft> part(std::vector<messages::Draft>& drafts, std::size_t count) {
    std::vector<messages::Draft> some;
    for (; count > 0 && !drafts.empty(); --count) {
      some.push_back(std::move(drafts.back()));
      drafts.pop_back();
    }
    return some;
  }

  /// The equation of a task's numbers: each recipient is counted once.
  void expect_every_recipient_once(const Task& task) {
    EXPECT_EQ(task.recipients, task.delivered + task.refused + task.dropped + task.withheld + task.skipped +
                                   task.deferred + task.not_begun() + task.stopped());
  }

  bounces::Classifier classifier_;
};

}  // namespace sesame::campaigns
