#include "delivery/engine.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <stdexcept>

#include "audience/recipient_key.hpp"
#include "content/errors.hpp"
#include "delivery/sandbox_outlet.hpp"
#include "messages/rows.hpp"
#include "messages/statuses.hpp"
#include "storage/errors.hpp"
#include "testkit/eventually.hpp"
#include "testkit/faulty_disk.hpp"
#include "testkit/manual_clock.hpp"
#include "testkit/seeded_random.hpp"
#include "testkit/temp_database.hpp"

namespace sesame::delivery {
namespace {

using namespace std::chrono_literals;
using testkit::eventually;

const accounts::Scope kScope{1, "ap-guangzhou"};

messages::Draft draft_of(accounts::MailId key) {
  messages::Draft draft;
  draft.id = key;
  draft.scope = kScope;
  draft.message_id = "id-" + std::to_string(key.ordinal);
  draft.from_address = "a@sender.test";
  draft.to_address = "user" + std::to_string(key.ordinal) + "@rcpt.test";
  draft.requested_ms = testkit::ManualClock::kStartMs;
  draft.compose = [to = draft.to_address]() -> Result<content::Mail> {
    return content::Mail{"a@sender.test", to, "Subject: hi\r\n\r\nHello " + to + "\r\n"};
  };
  return draft;
}

/// A run of `recipients` recipients; like the real one, it remembers only in memory what it handed out.
class FakeRun : public messages::DraftSource, public messages::OutcomeSink {
 public:
  explicit FakeRun(std::uint32_t size) : size_(size) {}
  std::vector<messages::Draft> take(std::size_t room) override {
    ++asked;
    const std::lock_guard lock(mutex);
    std::vector<messages::Draft> drafts;
    while (next_ < size_ && drafts.size() < room) {
      const std::uint32_t ordinal = next_++;
      if (done.contains(ordinal)) continue;
      messages::Draft draft = draft_of({1, accounts::MailId::Kind::run, 1, ordinal});
      if (ordinal == broken)
        draft.compose = [why = broken_because] { return Result<content::Mail>(Error(*why)); };
      if (withheld_every > 0 && ordinal % withheld_every == 0) {
        draft.permission = messages::Permission::withheld;
        draft.send_status = 3020;
        draft.compose = nullptr;
      }
      drafts.push_back(std::move(draft));
      ++taken;
    }
    return drafts;
  }
  void record(storage::Writer& writer, std::span<const messages::Outcome> outcomes) override {
    holding.wait(true);
    if (refusing > 0) {
      --refusing;
      throw std::runtime_error("the database takes nothing");
    }
    writer.after_commit([this, kept = std::vector(outcomes.begin(), outcomes.end())] { keep(kept); });
  }
  void keep(const std::vector<messages::Outcome>& outcomes) {
    const std::lock_guard lock(mutex);
    for (const messages::Outcome& outcome : outcomes) {
      if (outcome.id.kind == accounts::MailId::Kind::run) done.insert(outcome.id.ordinal);
      last[outcome.id] = outcome;
      ++recorded;
    }
  }
  void restart() { next_ = 0; }

  std::uint32_t broken = UINT32_MAX;
  const ErrorName* broken_because = &content::errors::kNotJson;
  std::uint32_t withheld_every = 0;  // Every n-th recipient is withheld; 0: none is.
  std::atomic<bool> holding{false};  // Holds transactions up.
  std::atomic<int> refusing{0};      // Transactions that will fail.
  std::atomic<int> asked{0};         // Calls of take().
  std::atomic<std::size_t> taken{0};
  std::atomic<std::size_t> recorded{0};
  std::mutex mutex;
  std::set<std::uint32_t> done;
  std::map<accounts::MailId, messages::Outcome> last;

 private:
  const std::uint32_t size_;
  std::uint32_t next_ = 0;
};

class FakeMaker : public messages::DraftMaker {
 public:
  explicit FakeMaker(const messages::Changes& changes) : changes_(changes) {}
  Result<std::vector<messages::Draft>> drafts(std::span<const messages::DueMessage> due) override {
    ++asked;
    if (unreadable > 0) return --unreadable, Error(storage::errors::kFailed);
    std::vector<messages::Draft> made;
    for (const messages::DueMessage& message : due) {
      if (message.id.parent_id == without_content) continue;
      made.push_back(draft_of(message.id));
      decide(made.back());
    }
    return made;
  }
  Status judge(std::span<messages::Draft* const> drafts) override {
    if (unreadable > 0) return --unreadable, Error(storage::errors::kFailed);
    for (messages::Draft* draft : drafts) decide(*draft);
    return Done{};
  }
  void take_back(std::span<const accounts::MailId> ids) override {
    const std::lock_guard lock(mutex_);
    back_.insert(ids.begin(), ids.end());
  }
  std::set<accounts::MailId> back() {
    const std::lock_guard lock(mutex_);
    return back_;
  }
  std::atomic<int> asked = 0;  // Calls of drafts().
  std::int64_t without_content = -1;
  std::atomic<int> unreadable = 0;  // Calls that will fail as when the database can't be read.
  std::atomic<messages::Permission> permission{
      messages::Permission::granted};  // All mail gets it from now on.

 private:
  void decide(messages::Draft& draft) const {
    draft.judged = changes_.number();
    draft.permission = permission;
    draft.send_status = draft.withheld() ? 1013 : 0;
    draft.because = draft.granted() ? "" : "the reason";
  }

  const messages::Changes& changes_;
  std::mutex mutex_;
  std::set<accounts::MailId> back_;
};

/// Orders every draft at once. Reports the next of the planned verdicts for each parcel that may begin, or
/// holds all parcels back.
/// One crowd, with as many places as the test gives.
class OneCrowd final : public messages::Admission {
 public:
  void begin_look() override {}
  std::optional<messages::Crowd> ask(const messages::PlaceRequest&) override {
    if (places == 0) return 7;
    --places;
    return std::nullopt;
  }
  std::size_t room(messages::Crowd) override { return places; }

  std::atomic<std::size_t> places{0};
};

class FakeOutlet : public Outlet {
 public:
  messages::Admission* admission() override { return crowd; }
  void start(Dispatch& engine) override { engine_ = &engine; }
  void submit(std::vector<DueDraft> drafts) override { engine_->compose(std::move(drafts)); }
  void composed(std::vector<Parcel> parcels, std::vector<std::uint64_t>) override {
    {
      const std::lock_guard lock(mutex_);
      for (Parcel& parcel : parcels) held_.push_back(std::move(parcel));
      composed_count += parcels.size();
      if (holding) return;
    }
    release();
  }
  void release() {
    std::vector<DeliveryReport> reports;
    std::vector<Parcel> not_begun;
    {
      const std::lock_guard lock(mutex_);
      holding = false;
      for (Parcel& parcel : held_) {
        if (engine_->may_begin(parcel.draft)) {
          ++seen_[parcel.mail.envelope_to];
          ++begun;
          reports.push_back(attempt(std::move(parcel)));
        } else {
          not_begun.push_back(std::move(parcel));
        }
      }
      held_.clear();
    }
    if (!reports.empty()) engine_->attempted(std::move(reports));
    if (!not_begun.empty()) engine_->take_back(std::move(not_begun));
  }
  void stop(std::chrono::milliseconds) override {}
  unsigned seen(const std::string& to) {
    const std::lock_guard lock(mutex_);
    return seen_[to];
  }

  messages::Admission* crowd = nullptr;
  std::atomic<bool> holding{false};
  std::atomic<std::size_t> begun{0};  // Attempts.
  std::atomic<std::size_t> composed_count{0};
  std::vector<smtp::Verdict> plan;

 private:
  DeliveryReport attempt(Parcel parcel) {
    smtp::Attempt attempt;
    attempt.verdict = smtp::Verdict::delivered;
    const unsigned before = parcel.draft.attempts;
    if (before < plan.size()) attempt.verdict = plan[before];
    attempt.text = "what the server said";
    return {std::move(parcel), attempt};
  }
  Dispatch* engine_ = nullptr;
  std::mutex mutex_;
  std::vector<Parcel> held_;
  std::map<std::string, unsigned> seen_;
};

class DeliveryEngine : public testing::Test {
 protected:
  explicit DeliveryEngine(storage::SqliteOptions options = {}) : database(std::move(options)) {}
  Engine& begin(Outlet& outlet, messages::DraftSource* source = nullptr) {
    EngineParts parts{*database, clock,  random,        changes, outlet, maker,
                      {},        {&run}, RetryPolicy{}, limits,  &hold};
    if (source != nullptr) parts.sources.push_back(source);
    engine = std::make_unique<Engine>(std::move(parts));
    engine->start();
    return *engine;
  }
  void accept(std::uint32_t count) {
    std::vector<messages::NewMessage> messages;
    for (std::uint32_t i = 0; i < count; ++i) {
      const messages::Draft draft = draft_of({1, accounts::MailId::Kind::send, 5, accepted++});
      messages.push_back(
          {draft.id, kScope, draft.message_id, draft.from_address, draft.to_address, clock.now_ms()});
    }
    database.change([&](storage::Writer& writer) { messages::enqueue(writer, messages); });
  }
  std::size_t rows(messages::DeliverStatus status) {
    constexpr std::int64_t kFirstDay = testkit::ManualClock::kStartMs / 86'400'000;
    std::size_t count = 0;
    for (const std::int64_t day : {kFirstDay, kFirstDay + 1}) {
      const messages::StatusQuery query{kScope, day, {}, {}, 0, 100'000};
      const auto found =
          database.look([&](storage::Reader& reader) { return messages::find_statuses(reader, query); });
      for (const messages::MessageStatus& one : found) count += one.deliver_status == status ? 1 : 0;
    }
    return count;
  }
  void change_run(std::int64_t run_id) {
    database.change([&](storage::Writer& writer) { writer.publish({messages::change_key_of_run(run_id)}); });
  }
  std::size_t held_rows() {
    static constexpr storage::Sql kHeld{"test.held", "SELECT count(*) FROM message WHERE held = 1"};
    return database.look([](storage::Reader& reader) {
      const auto row = reader.query(kHeld);
      row->next();
      return row->next_integer<std::size_t>();
    });
  }
  bool idle() { return engine->counts().in_flight == 0 && engine->counts().bytes == 0; }

  std::uint32_t accepted = 0;
  testkit::TempDatabase database;
  testkit::ManualClock clock;
  testkit::SeededRandom random;
  messages::Changes changes{*database};
  FakeMaker maker{changes};
  FakeRun run{5000};
  FakeRun small{10};
  FakeRun medium{300};
  FakeOutlet outlet;
  FakeOutlet second;
  SandboxOutlet sandbox{5, clock};
  EngineLimits limits{.messages_in_flight = 400, .gather = 1ms, .look_again = 5ms, .write_pause = 5ms};
  messages::Hold hold;
  std::unique_ptr<Engine> engine;
};

struct Disk {
  testkit::FaultyDisk disk;
};

/// An engine whose database is on a disk that fails on demand.
class DeliveryEngineOnFaultyDisk : public Disk, public DeliveryEngine {
 protected:
  DeliveryEngineOnFaultyDisk() : DeliveryEngine(on(disk)) {}
  ~DeliveryEngineOnFaultyDisk() override {
    engine.reset();
    database.close();
  }
  static storage::SqliteOptions on(const testkit::FaultyDisk& disk) {
    storage::SqliteOptions options;
    options.vfs = disk.name();
    return options;
  }
  /// Defers the mail of ten recipients, whose task is paused when it is due.
  void defer_and_hold() {
    outlet.plan.assign(9, smtp::Verdict::deferred);
    begin(outlet, &small);
    ASSERT_TRUE(eventually([&] { return rows(messages::DeliverStatus::deferred) == 10; }));
    ASSERT_TRUE(eventually([&] { return idle(); }));
    maker.permission = messages::Permission::held;
  }
};

TEST_F(DeliveryEngine, delivers_every_message_of_a_run_once) {
  begin(outlet, &run);
  ASSERT_TRUE(eventually([&] { return run.recorded == 5000; }));
  ASSERT_TRUE(eventually([&] { return idle(); }));
  EXPECT_EQ(outlet.begun, 5000u);
  EXPECT_EQ(rows(messages::DeliverStatus::delivered), 5000u);
  for (std::uint32_t i = 0; i < 5000; ++i)
    ASSERT_EQ(outlet.seen("user" + std::to_string(i) + "@rcpt.test"), 1u);
}

TEST_F(DeliveryEngine, nothing_is_taken_while_delivery_is_held) {
  hold.begin(clock.now_ms());
  run.withheld_every = 10;
  accept(5);
  clock.advance(100h);  // Nothing is recorded as expired, either.
  begin(outlet, &run);
  // Each costs a sync, in which the feeder would have had its turn.
  for (int i = 0; i < 20; ++i) {
    engine->wake();
    database.change([](storage::Writer& writer) { writer.publish({1}); });
  }
  EXPECT_EQ(run.taken, 0u);
  EXPECT_EQ(run.recorded, 0u);
  EXPECT_EQ(outlet.composed_count, 0u);
  hold.end();
  engine->wake();
  ASSERT_TRUE(eventually([&] { return run.recorded == 5005; }));
  ASSERT_TRUE(eventually([&] { return idle(); }));
  EXPECT_EQ(outlet.begun, 4505u);
}

TEST_F(DeliveryEngine, records_withheld_mail_without_submitting_it) {
  run.withheld_every = 10;
  begin(outlet, &run);
  ASSERT_TRUE(eventually([&] { return run.recorded == 5000; }));
  ASSERT_TRUE(eventually([&] { return idle(); }));
  EXPECT_EQ(outlet.begun, 4500u);
  EXPECT_EQ(rows(messages::DeliverStatus::dropped), 500u);
  EXPECT_EQ(run.last.at({1, accounts::MailId::Kind::run, 1, 10}).send_status, 3020);
  EXPECT_EQ(outlet.seen("user10@rcpt.test"), 0u);
}

TEST_F(DeliveryEngine, due_mail_whose_servers_have_no_room_stays_where_it_lies) {
  limits.look_again = 1h;
  OneCrowd crowd;
  outlet.crowd = &crowd;
  crowd.places = 10;
  accept(50);
  begin(outlet);
  ASSERT_TRUE(eventually([&] { return rows(messages::DeliverStatus::delivered) == 10; }));
  EXPECT_EQ(maker.asked, 1) << "the content of the other mails is not read";
  crowd.places = 1000;
  engine->wake();
  ASSERT_TRUE(eventually([&] { return rows(messages::DeliverStatus::delivered) == 50; }));
  EXPECT_EQ(outlet.begun, 50u);
}

TEST_F(DeliveryEngine, delivers_sends_when_woken) {
  limits.look_again = 1h;
  begin(outlet);
  accept(50);
  engine->wake();
  ASSERT_TRUE(eventually([&] { return rows(messages::DeliverStatus::delivered) == 50; }));
  EXPECT_EQ(outlet.begun, 50u);
}

TEST_F(DeliveryEngine, retries_deferred_messages_until_they_succeed) {
  outlet.plan = {smtp::Verdict::deferred, smtp::Verdict::uncertain};
  begin(outlet, &small);
  ASSERT_TRUE(eventually([&] { return rows(messages::DeliverStatus::deferred) == 10; }));
  EXPECT_EQ(outlet.begun, 10u);
  clock.advance(6min);
  ASSERT_TRUE(eventually([&] { return outlet.begun == 20; }));
  ASSERT_TRUE(eventually([&] { return idle(); }));
  EXPECT_EQ(rows(messages::DeliverStatus::deferred), 10u);
  clock.advance(29min);
  engine->wake();
  EXPECT_EQ(outlet.begun, 20u) << "an unanswered message rests for half an hour";
  clock.advance(10min);
  ASSERT_TRUE(eventually([&] { return rows(messages::DeliverStatus::delivered) == 10; }));
  ASSERT_TRUE(eventually([&] { return idle(); }));
  EXPECT_EQ(outlet.begun, 30u);
  EXPECT_EQ(run.last.begin()->second.attempts, 3u);
}

TEST_F(DeliveryEngine, gives_up_after_three_days) {
  outlet.plan.assign(1000, smtp::Verdict::deferred);
  accept(3);
  begin(outlet);
  ASSERT_TRUE(eventually([&] { return rows(messages::DeliverStatus::deferred) == 3; }));
  clock.advance(71h + 55min);
  ASSERT_TRUE(eventually([&] { return rows(messages::DeliverStatus::dropped) == 3; }));
  ASSERT_TRUE(eventually([&] { return idle(); }));
  EXPECT_EQ(run.last.begin()->second.text, "4.4.7 expired: what the server said");
}

TEST_F(DeliveryEngine, waiting_for_the_first_attempt_expires_no_message) {
  outlet.plan = {smtp::Verdict::deferred};
  accept(3);
  clock.advance(100h);  // The program was not running.
  begin(outlet, &small);
  ASSERT_TRUE(eventually([&] { return rows(messages::DeliverStatus::deferred) == 13; }));
  clock.advance(6min);
  ASSERT_TRUE(eventually([&] { return rows(messages::DeliverStatus::delivered) == 13; }));
  EXPECT_EQ(outlet.begun, 26u);
}

TEST_F(DeliveryEngine, attempted_messages_expire_also_without_further_attempts) {
  outlet.plan.assign(2, smtp::Verdict::deferred);
  accept(3);
  begin(outlet);
  ASSERT_TRUE(eventually([&] { return rows(messages::DeliverStatus::deferred) == 3; }));
  engine.reset();
  clock.advance(73h);
  begin(outlet);
  ASSERT_TRUE(eventually([&] { return rows(messages::DeliverStatus::dropped) == 3; }));
  EXPECT_EQ(outlet.begun, 3u);
}

TEST_F(DeliveryEngine, a_time_that_was_wrong_for_a_moment_expires_no_mail) {
  outlet.plan = {smtp::Verdict::deferred};
  begin(outlet, &small);
  ASSERT_TRUE(eventually([&] { return rows(messages::DeliverStatus::deferred) == 10; }));
  ASSERT_TRUE(eventually([&] { return idle(); }));
  const std::int64_t right_ms = clock.now_ms();
  clock.set_ms(right_ms + std::chrono::milliseconds(365 * 24h).count());
  const int before = small.asked;
  ASSERT_TRUE(eventually([&] { return small.asked >= before + 3; }));
  EXPECT_EQ(rows(messages::DeliverStatus::deferred), 10U);
  EXPECT_TRUE(engine->waits_for_clock());
  clock.set_ms(right_ms);
  ASSERT_TRUE(eventually([&] { return small.asked >= before + 6; }));
  clock.advance(10min);
  ASSERT_TRUE(eventually([&] { return rows(messages::DeliverStatus::delivered) == 10; }));
  EXPECT_EQ(outlet.begun, 20U);
  EXPECT_FALSE(engine->waits_for_clock());
}

TEST_F(DeliveryEngine, ends_refused_messages_and_those_without_content) {
  outlet.plan = {smtp::Verdict::refused};
  accept(3);
  small.broken = 4;
  begin(outlet, &small);
  ASSERT_TRUE(eventually([&] { return rows(messages::DeliverStatus::refused) == 12; }));
  ASSERT_TRUE(eventually([&] { return rows(messages::DeliverStatus::dropped) == 1; }));
  engine->stop();
  maker.without_content = 5;
  accept(2);
  begin(outlet);
  ASSERT_TRUE(eventually([&] { return rows(messages::DeliverStatus::dropped) == 3; }));
}

TEST_F(DeliveryEngine, mails_what_a_fault_of_ours_held_up_once_it_is_mended) {
  small.broken = 4;
  small.broken_because = &content::errors::kMailingUnreadable;
  begin(outlet, &small);
  ASSERT_TRUE(eventually([&] { return rows(messages::DeliverStatus::deferred) == 1; }));
  ASSERT_TRUE(eventually([&] { return rows(messages::DeliverStatus::delivered) == 9; }));
  clock.advance(6min);  // The maker composes it without the fault.
  EXPECT_TRUE(eventually([&] { return rows(messages::DeliverStatus::delivered) == 10; }));
  EXPECT_EQ(rows(messages::DeliverStatus::dropped), 0);
}

TEST_F(DeliveryEngine, retries_content_that_could_not_be_read) {
  maker.unreadable = 2;
  begin(outlet, &run);
  accept(3);
  ASSERT_TRUE(eventually([&] { return rows(messages::DeliverStatus::delivered) >= 3; }));
  EXPECT_EQ(rows(messages::DeliverStatus::dropped), 0);
}

TEST_F(DeliveryEngine, holds_no_more_than_its_bounds) {
  outlet.holding = true;
  begin(outlet, &run);
  ASSERT_TRUE(eventually([&] { return outlet.composed_count >= 300; }));
  accept(40);
  ASSERT_TRUE(eventually([&] { return outlet.composed_count >= 390; })) << "room is kept for sends";
  EXPECT_LE(engine->counts().in_flight, 400u);
  EXPECT_EQ(run.recorded, 0u);
  outlet.release();
  ASSERT_TRUE(eventually([&] { return run.recorded == 5040; }));
}

TEST_F(DeliveryEngine, holds_no_more_bytes_than_its_bound) {
  limits.bytes_in_flight = 1000;
  limits.composers = 1;
  outlet.holding = true;
  begin(outlet, &run);
  ASSERT_TRUE(eventually([&] { return engine->counts().bytes >= 1000; }));
  EXPECT_LE(engine->counts().bytes, 1100u);
  while (run.recorded < 5000) {
    outlet.release();
    ASSERT_TRUE(eventually([&] { return run.recorded > 0; }));
  }
}

TEST_F(DeliveryEngine, copies_count_until_they_are_on_disk) {
  limits.bytes_in_flight = 1000;
  run.holding = true;
  begin(sandbox, &medium);
  EXPECT_TRUE(eventually([&] { return engine->counts().bytes >= 1000; }));
  EXPECT_LE(engine->counts().bytes, 1100u);
  run.holding = false;
  run.holding.notify_all();
  ASSERT_TRUE(eventually([&] { return run.recorded == 300; }));
  ASSERT_TRUE(eventually([&] { return idle(); }));
}

TEST_F(DeliveryEngine, copies_that_were_refused_are_given_back_once) {
  run.refusing = 5;
  begin(sandbox, &small);
  ASSERT_TRUE(eventually([&] { return rows(messages::DeliverStatus::delivered) == 10; }));
  ASSERT_TRUE(eventually([&] { return idle(); }));
  EXPECT_EQ(run.refusing, 0);
}

TEST_F(DeliveryEngine, a_composer_that_waits_for_room_submits_its_mail_first) {
  limits.bytes_in_flight = 100;
  limits.composers = 1;
  begin(outlet, &run);
  ASSERT_TRUE(eventually([&] { return run.recorded == 5000; }));
}

TEST_F(DeliveryEngine, repeats_after_a_crash_only_what_was_in_flight) {
  outlet.holding = true;
  outlet.plan = {};
  begin(outlet, &run);
  ASSERT_TRUE(eventually([&] { return outlet.composed_count >= 300; }));
  const std::size_t in_flight = outlet.composed_count;
  engine->stop();  // The outlet keeps its parcels: these get no outcome.
  engine.reset();
  database.reopen();
  run.restart();
  begin(second, &run);
  ASSERT_TRUE(eventually([&] { return run.recorded == 5000; }));
  ASSERT_TRUE(eventually([&] { return idle(); })) << "recorded counts what is not yet committed";
  EXPECT_EQ(second.begun, 5000u);
  EXPECT_LE(in_flight, 400u);
  EXPECT_EQ(rows(messages::DeliverStatus::delivered), 5000u);
}

TEST_F(DeliveryEngine, sends_survive_a_restart_with_their_attempts) {
  outlet.plan = {smtp::Verdict::deferred};
  accept(5);
  begin(outlet);
  ASSERT_TRUE(eventually([&] { return rows(messages::DeliverStatus::deferred) == 5; }));
  engine.reset();
  database.reopen();
  second.plan = {smtp::Verdict::refused};
  begin(second);
  clock.advance(6min);
  ASSERT_TRUE(eventually([&] { return rows(messages::DeliverStatus::delivered) == 5; }));
  // The sink keeps outcomes a moment after their rows can be read.
  ASSERT_TRUE(eventually([&] { return idle(); }));
  EXPECT_EQ(run.last.begin()->second.attempts, 2u);
}

TEST_F(DeliveryEngine, stops_in_the_middle_without_losing_or_doubling) {
  begin(outlet, &run);
  ASSERT_TRUE(eventually([&] { return run.recorded > 500; }));
  engine.reset();
  const std::size_t first = outlet.begun;
  EXPECT_EQ(run.recorded, first) << "what was handed over is recorded";
  run.restart();
  begin(outlet, &run);
  ASSERT_TRUE(eventually([&] { return run.recorded == 5000; }));
  EXPECT_EQ(outlet.begun, 5000u);
}

TEST_F(DeliveryEngine, mail_in_hand_is_judged_again_when_something_was_committed) {
  outlet.holding = true;
  begin(outlet, &small);
  ASSERT_TRUE(eventually([&] { return outlet.composed_count == 10; }));
  maker.permission = messages::Permission::withheld;
  change_run(1);
  outlet.release();
  ASSERT_TRUE(eventually([&] { return run.recorded == 10; }));
  ASSERT_TRUE(eventually([&] { return idle(); }));
  EXPECT_EQ(outlet.begun, 0U);
  EXPECT_EQ(rows(messages::DeliverStatus::dropped), 10U);
  EXPECT_EQ(run.last.begin()->second.send_status, 1013);
}

TEST_F(DeliveryEngine, mail_in_hand_goes_when_the_change_was_about_something_else) {
  outlet.holding = true;
  begin(outlet, &small);
  ASSERT_TRUE(eventually([&] { return outlet.composed_count == 10; }));
  change_run(1);  // Resumed a moment after it was paused, say.
  maker.unreadable = 2;
  outlet.release();
  ASSERT_TRUE(eventually([&] { return run.recorded == 10; }));
  EXPECT_EQ(rows(messages::DeliverStatus::delivered), 10U);
}

TEST_F(DeliveryEngine, mail_that_takes_up_all_room_is_judged_again) {
  limits.messages_in_flight = 10;
  outlet.holding = true;
  accept(10);
  begin(outlet);
  ASSERT_TRUE(eventually([&] { return outlet.composed_count == 10; }));
  maker.permission = messages::Permission::withheld;
  database.change([](storage::Writer& writer) {
    std::string scratch;
    for (int i = 0; i < 10; ++i)
      writer.publish({audience::change_key("user" + std::to_string(i) + "@rcpt.test", scratch)});
  });
  maker.unreadable = 2;
  outlet.release();
  ASSERT_TRUE(eventually([&] { return rows(messages::DeliverStatus::dropped) == 10; }));
  ASSERT_TRUE(eventually([&] { return idle(); }));
  EXPECT_EQ(outlet.begun, 0U);
}

TEST_F(DeliveryEngine, mail_of_a_paused_task_goes_back_to_its_source_and_leaves_no_row) {
  outlet.holding = true;
  begin(outlet, &small);
  ASSERT_TRUE(eventually([&] { return outlet.composed_count == 10; }));
  maker.permission = messages::Permission::held;
  change_run(1);
  outlet.release();
  ASSERT_TRUE(eventually([&] { return maker.back().size() == 10; }));
  ASSERT_TRUE(eventually([&] { return idle(); }));
  EXPECT_EQ(outlet.begun, 0U);
  EXPECT_EQ(run.recorded, 0U);
}

TEST_F(DeliveryEngine, mail_of_a_stopped_task_that_was_not_begun_leaves_no_row) {
  outlet.holding = true;
  begin(outlet, &small);
  ASSERT_TRUE(eventually([&] { return outlet.composed_count == 10; }));
  maker.permission = messages::Permission::stopped;
  change_run(1);
  outlet.release();
  ASSERT_TRUE(eventually([&] { return idle(); }));
  EXPECT_EQ(outlet.begun, 0U);
  EXPECT_EQ(run.recorded, 0U);
  EXPECT_TRUE(maker.back().empty());
}

TEST_F(DeliveryEngine, a_retry_of_a_stopped_task_is_dropped_with_the_reason) {
  outlet.plan.assign(9, smtp::Verdict::deferred);
  begin(outlet, &small);
  ASSERT_TRUE(eventually([&] { return rows(messages::DeliverStatus::deferred) == 10; }));
  maker.permission = messages::Permission::stopped;
  clock.advance(6min);
  ASSERT_TRUE(eventually([&] { return rows(messages::DeliverStatus::dropped) == 10; }));
  ASSERT_TRUE(eventually([&] { return idle(); }));
  EXPECT_EQ(outlet.begun, 10U);
  EXPECT_EQ(run.last.begin()->second.text, "the reason");
  EXPECT_EQ(run.last.begin()->second.attempts, 1U);
}

TEST_F(DeliveryEngine, a_retry_to_somebody_who_said_no_meanwhile_is_withheld) {
  outlet.plan.assign(9, smtp::Verdict::deferred);
  accept(3);
  begin(outlet);
  ASSERT_TRUE(eventually([&] { return rows(messages::DeliverStatus::deferred) == 3; }));
  maker.permission = messages::Permission::withheld;
  clock.advance(6min);
  ASSERT_TRUE(eventually([&] { return rows(messages::DeliverStatus::dropped) == 3; }));
  EXPECT_EQ(outlet.begun, 3U);
  EXPECT_EQ(run.last.begin()->second.send_status, 1013);
}

TEST_F(DeliveryEngine, a_retry_of_a_paused_task_waits_until_it_is_expedited) {
  outlet.plan = {smtp::Verdict::deferred};
  begin(outlet, &small);
  ASSERT_TRUE(eventually([&] { return rows(messages::DeliverStatus::deferred) == 10; }));
  maker.permission = messages::Permission::held;
  clock.advance(6min);
  ASSERT_TRUE(eventually([&] { return held_rows() == 10; }));
  ASSERT_TRUE(eventually([&] { return idle(); }));
  maker.permission = messages::Permission::granted;
  clock.advance(10h);
  // Older due messages are found before a mail that was accepted later, or with it.
  accept(1);
  engine->wake();
  ASSERT_TRUE(eventually([&] { return rows(messages::DeliverStatus::deferred) == 11; }));
  ASSERT_TRUE(eventually([&] { return idle(); }));
  EXPECT_EQ(outlet.begun, 11U);
  EXPECT_EQ(held_rows(), 10U);
  database.change([&](storage::Writer& writer) { messages::expedite(writer, 1, true, clock.now_ms(), 100); });
  engine->wake();
  ASSERT_TRUE(eventually([&] { return rows(messages::DeliverStatus::delivered) == 10; }));
  EXPECT_EQ(held_rows(), 0U);
}

TEST_F(DeliveryEngine, the_feeder_rests_when_delivery_is_paused_for_all_mail_that_is_due) {
  limits.look_again = 1h;
  maker.permission = messages::Permission::delivery_paused;
  accept(3);
  begin(outlet);
  ASSERT_TRUE(eventually([&] { return maker.asked > 0; }));
  EXPECT_FALSE(eventually([&] { return maker.asked > 2; }, 100ms));
  maker.permission = messages::Permission::granted;
  engine->wake();
  ASSERT_TRUE(eventually([&] { return rows(messages::DeliverStatus::delivered) == 3; }));
}

TEST_F(DeliveryEngineOnFaultyDisk, the_feeder_rests_after_held_mail_could_not_be_postponed) {
  limits.look_again = 1h;
  ASSERT_NO_FATAL_FAILURE(defer_and_hold());
  disk.set_write_errors(true);
  clock.advance(6min);
  engine->wake();
  ASSERT_TRUE(eventually([&] { return maker.asked > 0; }));
  engine->wake();
  EXPECT_FALSE(eventually([&] { return maker.asked > 1; }, 100ms));
  engine.reset();  // The rest does not delay the end.
  EXPECT_EQ(maker.asked, 1);
  disk.set_write_errors(false);
}

class DeliveryEngineUnderAnyFault : public DeliveryEngineOnFaultyDisk,
                                    public testing::WithParamInterface<std::uint64_t> {};

INSTANTIATE_TEST_SUITE_P(Seeds, DeliveryEngineUnderAnyFault, testing::Range<std::uint64_t>(1, 6));

/// Whatever goes wrong meanwhile, no mail is open longer than 72 hours after its first attempt.
TEST_P(DeliveryEngineUnderAnyFault, no_mail_outlives_its_deadline) {
  testkit::SeededRandom random(GetParam());  // Decides the faults.
  static constexpr storage::Sql kDue{
      "test.due", "SELECT count(*) FROM message WHERE next_attempt_ms IS NOT NULL AND next_attempt_ms <= ?1"};
  static constexpr storage::Sql kOverdue{
      "test.overdue",
      "SELECT count(*) FROM message WHERE next_attempt_ms IS NOT NULL AND first_attempt_ms < ?1"};
  const auto count = [&](const storage::Sql& sql, std::int64_t time_ms) {
    return database.look([&](storage::Reader& reader) {
      const auto row = reader.query(sql, time_ms);
      row->next();
      return row->next_integer();
    });
  };
  const std::int64_t lifetime_ms = std::chrono::milliseconds(RetryPolicy{}.expires_after).count();
  // The verdict that would end it is never given; the third uncertain one would.
  outlet.plan.assign(1000, smtp::Verdict::deferred);
  outlet.plan[random.next() % 8] = smtp::Verdict::uncertain;
  outlet.plan[8 + random.next() % 8] = smtp::Verdict::uncertain;
  accept(5);
  begin(outlet, &small);
  ASSERT_TRUE(eventually([&] { return rows(messages::DeliverStatus::deferred) == 15; }));
  const std::int64_t end_ms = clock.now_ms() + lifetime_ms;
  for (int turn = 0; clock.now_ms() <= end_ms; ++turn) {
    const std::uint64_t fault = random.next() % 7;
    switch (fault) {
      case 0:
        disk.set_write_errors(true);
        break;
      case 1:
        maker.unreadable = 3;
        break;
      case 2:
        maker.permission = messages::Permission::held;
        break;
      case 3:
        hold.begin(clock.now_ms());
        break;
      case 4:
        run.refusing = 2;
        break;
      case 5:
        engine.reset();
        break;
      default:
        break;
    }
    const int before = small.asked;
    clock.advance(std::chrono::minutes(1 + random.next() % 240));
    if (fault == 5) {
      begin(outlet, &small);
    } else if (fault != 3) {
      ASSERT_TRUE(eventually([&] { return small.asked > before; }));
    }
    disk.set_write_errors(false);
    maker.permission = messages::Permission::granted;
    hold.end();
    // Resuming the task; every other pause lasts on.
    if (fault == 2 && turn % 2 == 0)
      database.change(
          [&](storage::Writer& writer) { messages::expedite(writer, 1, true, clock.now_ms(), 100); });
    engine->wake();
    ASSERT_TRUE(eventually([&] { return count(kDue, clock.now_ms()) == 0 && idle(); }))
        << "turn " << turn << ", fault " << fault;
    ASSERT_EQ(count(kOverdue, clock.now_ms() - lifetime_ms), 0) << "turn " << turn << ", fault " << fault;
  }
  EXPECT_EQ(count(kDue, INT64_MAX), 0);
  for (const auto& [id, outcome] : run.last) EXPECT_NE(outcome.status, messages::DeliverStatus::deferred);
  EXPECT_EQ(run.last.size(), 15U);
}

TEST_F(DeliveryEngineOnFaultyDisk, held_mail_is_postponed_once_the_disk_takes_it) {
  ASSERT_NO_FATAL_FAILURE(defer_and_hold());
  disk.set_write_errors(true);
  clock.advance(6min);
  ASSERT_TRUE(eventually([&] { return maker.asked > 2; }));
  EXPECT_EQ(held_rows(), 0U);
  disk.set_write_errors(false);
  ASSERT_TRUE(eventually([&] { return held_rows() == 10; }));
  ASSERT_TRUE(eventually([&] { return idle(); }));
  EXPECT_EQ(outlet.begun, 10U);
}

TEST_F(DeliveryEngine, a_pause_that_outlasts_the_time_of_a_mail_ends_it) {
  outlet.plan.assign(9, smtp::Verdict::deferred);
  begin(outlet, &small);
  ASSERT_TRUE(eventually([&] { return rows(messages::DeliverStatus::deferred) == 10; }));
  maker.permission = messages::Permission::held;
  clock.advance(6min);
  ASSERT_TRUE(eventually([&] { return held_rows() == 10; }));
  clock.advance(73h);
  ASSERT_TRUE(eventually([&] { return rows(messages::DeliverStatus::dropped) == 10; }));
  ASSERT_TRUE(eventually([&] { return idle(); }));
  EXPECT_EQ(run.last.begin()->second.text, "4.4.7 expired while its task was paused: what the server said");
}

TEST_F(DeliveryEngine, fills_the_sandbox_inbox_with_the_outcomes) {
  accept(3);
  begin(sandbox, &small);
  ASSERT_TRUE(eventually([&] { return rows(messages::DeliverStatus::delivered) == 13; }));
  const InboxPage page =
      database.look([&](storage::Reader& reader) { return list_inbox(reader, kScope, {}, 0, 1000); });
  EXPECT_EQ(page.total, 5) << "the newest are kept";
  EXPECT_EQ(page.entries.at(0).subject, "hi");
}

}  // namespace
}  // namespace sesame::delivery
