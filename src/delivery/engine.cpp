#include "delivery/engine.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <string>
#include <thread>
#include <utility>

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "base/start_thread.hpp"
#include "base/thread_name.hpp"
#include "base/thread_safety.hpp"
#include "delivery/budget.hpp"
#include "delivery/composing.hpp"
#include "delivery/due_messages.hpp"
#include "delivery/recorder.hpp"

namespace sesame::delivery {
namespace {

/// The share of messages in flight that is reserved for due ones, so that a large run can't delay single
/// sends.
constexpr std::size_t kKeptShare = 8;

std::string_view status_name(messages::DeliverStatus status) {
  switch (status) {
    case messages::DeliverStatus::waiting:
      return "waiting";
    case messages::DeliverStatus::delivered:
      return "delivered";
    case messages::DeliverStatus::dropped:
      return "dropped";
    case messages::DeliverStatus::refused:
      return "refused";
    case messages::DeliverStatus::deferred:
      return "deferred";
  }
  return "";
}

Counter& outcome_counter(messages::DeliverStatus status) {
  const Labels labels{{"status", std::string(status_name(status))}};
  return counter("sesame_delivery_outcomes_total", "Outcomes of attempts, recorded", labels);
}

/// Looked up once, since a look-up takes a lock.
struct Meters {
  Counter& delivered = outcome_counter(messages::DeliverStatus::delivered);
  Counter& dropped = outcome_counter(messages::DeliverStatus::dropped);
  Counter& refused = outcome_counter(messages::DeliverStatus::refused);
  Counter& deferred = outcome_counter(messages::DeliverStatus::deferred);
  Counter& parked = counter("sesame_delivery_parked_total", "Mails put off without an attempt");
  Gauge& in_flight =
      gauge("sesame_delivery_in_flight", "Mails between their source and their recorded outcome");

  Counter& of(messages::DeliverStatus status) {
    if (status == messages::DeliverStatus::delivered) return delivered;
    if (status == messages::DeliverStatus::refused) return refused;
    if (status == messages::DeliverStatus::deferred) return deferred;
    return dropped;
  }
};

}  // namespace

class Engine::Threads final : private Dispatch {
 public:
  explicit Threads(EngineParts parts)
      : parts_(std::move(parts)),
        admission_(parts_.admission != nullptr ? parts_.admission : parts_.outlet.admission()),
        budget_(parts_.limits.messages_in_flight, parts_.limits.bytes_in_flight),
        due_(parts_.database, parts_.maker, parts_.clock, parts_.retry, admission_, &parts_.changes),
        recorder_(parts_, [this](std::span<const messages::Outcome> outcomes,
                                 std::span<const DeliveryReport> stored) { recorded(outcomes, stored); }),
        composing_(parts_, *this, budget_, recorder_) {}

  void start();
  void wake();
  void stop(std::chrono::milliseconds patience);
  EngineCounts counts() const { return {budget_.messages(), budget_.bytes()}; }
  bool waits_for_clock() const { return due_.waits_for_clock(); }

 private:
  void compose(std::vector<DueDraft> drafts) override { composing_.add(std::move(drafts)); }
  bool may_begin(const DueDraft& draft) const override {
    return !parts_.changes.any_since(draft.judged, draft);
  }
  void take_back(std::vector<Parcel> parcels) override;
  void attempted(std::vector<DeliveryReport> reports) override;
  void has_room() override { wake(); }

  void feed();
  bool feed_once();
  bool feed_due(std::size_t& room);
  bool feed_taken_back();
  bool hand_on(std::vector<DueDraft> drafts);
  void postpone(const std::vector<DueDraft>& held);
  bool wait_for_more(bool found);
  void recorded(std::span<const messages::Outcome> outcomes, std::span<const DeliveryReport> stored);

  const EngineParts parts_;
  Meters meters_;
  messages::Admission* const admission_;
  Budget budget_;
  DueMessages due_;
  Recorder recorder_;
  Composing composing_;
  std::thread feeder_;
  Mutex mutex_;
  ConditionVariable changed_;
  std::vector<DueDraft> taken_back_ SESAME_GUARDED_BY(mutex_);  // To be judged again.
  bool woken_ SESAME_GUARDED_BY(mutex_) = false;
  bool started_ SESAME_GUARDED_BY(mutex_) = false;
  bool stopping_ SESAME_GUARDED_BY(mutex_) = false;
};

void Engine::Threads::start() {
  parts_.outlet.start(*this);
  recorder_.start();
  composing_.start();
  {
    const MutexLock lock(mutex_);
    started_ = true;
  }
  feeder_ = start_thread([this] { feed(); });
}

void Engine::Threads::wake() {
  const MutexLock lock(mutex_);
  woken_ = true;
  changed_.notify_all();
}

void Engine::Threads::stop(std::chrono::milliseconds patience) {
  {
    const MutexLock lock(mutex_);
    if (!started_ || stopping_) return;
    stopping_ = true;
    changed_.notify_all();
  }
  feeder_.join();
  budget_.close();
  composing_.stop();
  parts_.outlet.stop(patience);
  recorder_.stop();
}

void Engine::Threads::feed() {
  name_this_thread("feeder");
  bool found = true;
  while (wait_for_more(found)) found = feed_once();
}

/// Waits until the feeder should look for mail. Without a result of the last look: until wake() or the next
/// regular look. Then until there is mail to be judged again, or room: after a wake(), which may be about a
/// due message, some of the reserved room; otherwise room for runs, too.
bool Engine::Threads::wait_for_more(bool found) {
  MutexLock lock(mutex_);
  const std::size_t kept = budget_.messages_max() / kKeptShare;
  const std::size_t some = std::max<std::size_t>(kept, 1);
  if (!found)
    changed_.wait_for(lock, parts_.limits.look_again,
                      [this]() SESAME_REQUIRES(mutex_) { return stopping_ || woken_; });
  // Mail that was taken back still takes up room, perhaps all of it.
  while (!stopping_ && taken_back_.empty() && budget_.room() < (woken_ ? some : kept + some)) {
    // Messages may have become due meanwhile.
    if (changed_.wait_for(lock, parts_.limits.look_again) == std::cv_status::timeout) woken_ = true;
  }
  woken_ = false;
  return !stopping_;
}

bool Engine::Threads::feed_once() {
  if (parts_.hold != nullptr && parts_.hold->held()) return false;
  if (admission_ != nullptr) admission_->begin_look();
  bool found = feed_taken_back();
  std::size_t room = budget_.room();
  found = feed_due(room) || found;
  const std::size_t kept = budget_.messages_max() / kKeptShare;
  room -= std::min(room, kept);
  for (messages::DraftSource* source : parts_.sources) {
    // A source that was skipped for lack of room may still have mail: look again when there is room.
    found = found || room == 0;
    if (room == 0) break;
    std::vector<messages::Draft> drafts = source->take(room);
    found = found || source->has_more();
    if (drafts.empty()) continue;
    budget_.take_messages(drafts.size());
    room -= std::min(room, drafts.size());
    found =
        hand_on({std::make_move_iterator(drafts.begin()), std::make_move_iterator(drafts.end())}) || found;
  }
  meters_.in_flight.set(static_cast<double>(budget_.messages()));
  return found;
}

bool Engine::Threads::feed_due(std::size_t& room) {
  DueMessages::DueBatch due = due_.take(room);
  const std::size_t count = due.drafts.size() + due.ended.size();
  if (count == 0) return due.sweeps_on;
  budget_.take_messages(count);
  room -= std::min(room, count);
  std::vector<Recorder::Entry> ended;
  for (messages::Outcome& outcome : due.ended)
    ended.push_back(Recorder::Entry{std::move(outcome), std::nullopt});
  const bool any_ended = !ended.empty();
  if (any_ended) recorder_.add(std::move(ended));
  return hand_on(std::move(due.drafts)) || any_ended || due.sweeps_on;
}

/// Judges again what the outlet and the composers gave back. False when there was nothing; when the database
/// could not be read, after a pause.
bool Engine::Threads::feed_taken_back() {
  std::vector<DueDraft> drafts;
  {
    const MutexLock lock(mutex_);
    drafts.swap(taken_back_);
  }
  if (drafts.empty()) return false;
  std::vector<messages::Draft*> judged;
  for (DueDraft& draft : drafts) judged.push_back(&draft);
  if (const Status status = parts_.maker.judge(judged); !status) {
    log_warning("delivery.drafts_not_judged",
                {{"reason", status.error().reason()}, {"cause", status.error().cause()}});
    MutexLock lock(mutex_);
    std::ranges::move(drafts, std::back_inserter(taken_back_));
    changed_.wait_for(lock, parts_.limits.look_again, [this]() SESAME_REQUIRES(mutex_) { return stopping_; });
    return false;
  }
  return hand_on(std::move(drafts));
}

/// Gives each draft where its permission leads: to the outlet, to the recorder, or back. False when delivery
/// is paused for all of them: another look would find them again.
bool Engine::Threads::hand_on(std::vector<DueDraft> drafts) {
  std::vector<DueDraft> granted;
  std::vector<DueDraft> held;
  std::vector<Recorder::Entry> ended;
  std::vector<accounts::MailId> back;
  std::vector<std::int64_t> left;  // Rows that stay due: their queue waits until delivery is resumed.
  std::size_t stopped = 0;
  std::size_t paused = 0;
  for (DueDraft& draft : drafts) {
    const bool is_paused = draft.permission == messages::Permission::delivery_paused;
    // Mail that was never begun leaves no row: a stopped run counts it, a paused one hands it out again.
    const bool begun = draft.row_id != 0;
    if (std::optional<messages::Outcome> dropped = due_.dropped(draft)) {
      ended.push_back(Recorder::Entry{std::move(*dropped), std::nullopt});
    } else if (draft.granted()) {
      granted.push_back(std::move(draft));
    } else if (!begun && draft.waits()) {
      back.push_back(draft.id);
      if (is_paused) ++paused;
    } else if (is_paused) {
      left.push_back(draft.row_id);
      ++paused;
    } else if (draft.permission == messages::Permission::held) {
      held.push_back(std::move(draft));
    } else if (begun || draft.withheld()) {
      ended.push_back(Recorder::Entry{refuse(draft, parts_.clock.now_ms()), std::nullopt});
    } else {
      ++stopped;
    }
  }
  if (!granted.empty()) parts_.outlet.submit(std::move(granted));
  if (!ended.empty()) recorder_.add(std::move(ended));
  if (!held.empty()) postpone(held);
  if (!back.empty()) parts_.maker.take_back(back);
  if (!left.empty()) due_.released(left);
  budget_.give_back_messages(held.size() + back.size() + left.size() + stopped);
  return paused < drafts.size();
}

/// Postpones messages of paused tasks to the end of their time. When the database refuses, they are found due
/// again, after a pause: nothing else would slow the feeder down.
void Engine::Threads::postpone(const std::vector<DueDraft>& held) {
  std::vector<messages::HeldMessage> rows;
  std::vector<std::int64_t> row_ids;
  for (const DueDraft& draft : held) {
    rows.push_back({draft.row_id, expires_ms(draft, parts_.retry) + 1});
    row_ids.push_back(draft.row_id);
  }
  const Status status =
      parts_.database.write_and_wait(storage::Priority::bulk, [&rows](storage::Writer& writer) -> Status {
        messages::postpone(writer, rows);
        return Done{};
      });
  if (!status) {
    log_warning("delivery.mail_not_postponed",
                {{"reason", status.error().reason()}, {"cause", status.error().cause()}});
    MutexLock lock(mutex_);
    changed_.wait_for(lock, parts_.limits.look_again, [this]() SESAME_REQUIRES(mutex_) { return stopping_; });
  }
  due_.released(row_ids);
}

void Engine::Threads::take_back(std::vector<Parcel> parcels) {
  std::size_t bytes = 0;
  {
    const MutexLock lock(mutex_);
    for (Parcel& parcel : parcels) {
      bytes += parcel.charged_bytes;
      taken_back_.push_back(std::move(parcel.draft));
    }
    woken_ = true;
    changed_.notify_all();
  }
  if (bytes > 0) budget_.give_back_bytes(bytes);
}

void Engine::Threads::attempted(std::vector<DeliveryReport> reports) {
  std::vector<Recorder::Entry> entries;
  entries.reserve(reports.size());
  const std::int64_t now_ms = parts_.clock.now_ms();
  std::size_t bytes = 0;
  for (DeliveryReport& one : reports) {
    if (!one.parcel.copy) bytes += one.parcel.charged_bytes;  // A copy counts until it is on disk.
    const DueDraft& draft = one.parcel.draft;
    const auto judged = one.attempted ? &judge : &park;
    Recorder::Entry entry{judged(draft, one.attempt, parts_.retry, now_ms, parts_.random, one.retry_in),
                          std::nullopt};
    if (log_enabled(Level::debug)) {
      log_debug("delivery.attempt_ended", {{"message_id", entry.outcome.message_id},
                                           {"to", entry.outcome.to_address},
                                           {"status", status_name(entry.outcome.status)},
                                           {"stage", smtp::stage_name(one.attempt.stage)},
                                           {"attempt", entry.outcome.attempts},
                                           {"remote", one.attempt.remote},
                                           {"text", entry.outcome.text}});
    }
    if (one.parcel.copy) entry.handed = std::move(one);
    entries.push_back(std::move(entry));
  }
  budget_.give_back_bytes(bytes);
  recorder_.add(std::move(entries));
}

void Engine::Threads::recorded(std::span<const messages::Outcome> outcomes,
                               std::span<const DeliveryReport> stored) {
  std::array<unsigned, 9> counts{};
  unsigned parked = 0;
  for (const messages::Outcome& outcome : outcomes) {
    const bool put_off = !outcome.final() && !outcome.attempt;
    ++(put_off ? parked : counts[static_cast<std::size_t>(outcome.status)]);
  }
  if (parked > 0) meters_.parked.add(parked);
  for (const messages::DeliverStatus status :
       {messages::DeliverStatus::delivered, messages::DeliverStatus::dropped,
        messages::DeliverStatus::refused, messages::DeliverStatus::deferred}) {
    if (const unsigned count = counts[static_cast<std::size_t>(status)]) meters_.of(status).add(count);
  }
  std::size_t bytes = 0;
  for (const DeliveryReport& one : stored) bytes += one.parcel.charged_bytes;
  budget_.give_back_bytes(bytes);
  due_.finished(outcomes);
  budget_.give_back_messages(outcomes.size());
  const MutexLock lock(mutex_);
  woken_ = woken_ || due_.sweep_waits();
  changed_.notify_all();
}

Engine::Engine(EngineParts parts) : threads_(std::make_unique<Threads>(std::move(parts))) {}
Engine::~Engine() { stop(); }
void Engine::start() { threads_->start(); }
void Engine::wake() { threads_->wake(); }
void Engine::stop(std::chrono::milliseconds patience) { threads_->stop(patience); }
EngineCounts Engine::counts() const { return threads_->counts(); }

bool Engine::waits_for_clock() const { return threads_->waits_for_clock(); }

}  // namespace sesame::delivery
