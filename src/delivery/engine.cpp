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

class Engine::Threads {
 public:
  explicit Threads(EngineParts parts)
      : parts_(std::move(parts)),
        budget_(parts_.limits.messages_in_flight, parts_.limits.bytes_in_flight),
        due_(parts_.database, parts_.maker, parts_.clock, parts_.retry),
        recorder_(parts_, [this](std::span<const messages::Outcome> outcomes,
                                 std::span<const DeliveryReport> stored) { recorded(outcomes, stored); }),
        composing_(parts_, budget_, recorder_) {}

  void start();
  void wake();
  void stop(std::chrono::milliseconds patience);
  EngineCounts counts() const { return {budget_.messages(), budget_.bytes()}; }

 private:
  void feed();
  bool feed_once();
  void record_withheld(std::vector<messages::Draft>& drafts);
  bool wait_for_more(bool found);
  void handed_over(std::vector<DeliveryReport> handed);
  void recorded(std::span<const messages::Outcome> outcomes, std::span<const DeliveryReport> stored);

  const EngineParts parts_;
  Meters meters_;
  Budget budget_;
  DueMessages due_;
  Recorder recorder_;
  Composing composing_;
  std::thread feeder_;
  Mutex mutex_;
  ConditionVariable changed_;
  bool woken_ SESAME_GUARDED_BY(mutex_) = false;
  bool started_ SESAME_GUARDED_BY(mutex_) = false;
  bool stopping_ SESAME_GUARDED_BY(mutex_) = false;
};

void Engine::Threads::start() {
  parts_.outlet.start([this](std::vector<DeliveryReport> handed) { handed_over(std::move(handed)); });
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
/// regular look. Then until there is room: after a wake(), which may be about a due message, some of the
/// reserved room; otherwise room for runs, too.
bool Engine::Threads::wait_for_more(bool found) {
  MutexLock lock(mutex_);
  const std::size_t kept = budget_.messages_max() / kKeptShare;
  const std::size_t some = std::max<std::size_t>(kept, 1);
  if (!found)
    changed_.wait_for(lock, parts_.limits.look_again,
                      [this]() SESAME_REQUIRES(mutex_) { return stopping_ || woken_; });
  while (!stopping_ && budget_.room() < (woken_ ? some : kept + some)) {
    // Messages may have become due meanwhile.
    if (changed_.wait_for(lock, parts_.limits.look_again) == std::cv_status::timeout) woken_ = true;
  }
  woken_ = false;
  return !stopping_;
}

bool Engine::Threads::feed_once() {
  std::size_t room = budget_.room();
  DueMessages::DueBatch due = due_.take(room);
  budget_.take_messages(due.drafts.size() + due.ended.size());
  room -= due.drafts.size() + due.ended.size();
  bool found = !due.drafts.empty() || !due.ended.empty();
  if (!due.drafts.empty()) composing_.add(std::move(due.drafts));
  std::vector<Recorder::Entry> ended;
  for (messages::Outcome& outcome : due.ended)
    ended.push_back(Recorder::Entry{std::move(outcome), std::nullopt});
  if (!ended.empty()) recorder_.add(std::move(ended));

  const std::size_t kept = budget_.messages_max() / kKeptShare;
  room -= std::min(room, kept);
  for (messages::DraftSource* source : parts_.sources) {
    // A source that was skipped for lack of room may still have mail: look again when there is room.
    found = found || room == 0;
    if (room == 0) break;
    std::vector<messages::Draft> drafts = source->take(room);
    budget_.take_messages(drafts.size());
    room -= std::min(room, drafts.size());
    found = found || !drafts.empty();
    record_withheld(drafts);
    if (drafts.empty()) continue;
    composing_.add({std::make_move_iterator(drafts.begin()), std::make_move_iterator(drafts.end())});
  }
  meters_.in_flight.set(static_cast<double>(budget_.messages()));
  return found;
}

/// Removes the withheld drafts and records their outcomes.
void Engine::Threads::record_withheld(std::vector<messages::Draft>& drafts) {
  const auto withheld = std::stable_partition(drafts.begin(), drafts.end(),
                                              [](const messages::Draft& one) { return !one.withheld(); });
  if (withheld == drafts.end()) return;
  std::vector<Recorder::Entry> ended;
  for (auto draft = withheld; draft != drafts.end(); ++draft) {
    ended.push_back(Recorder::Entry{withhold(*draft, parts_.clock.now_ms()), std::nullopt});
  }
  drafts.erase(withheld, drafts.end());
  recorder_.add(std::move(ended));
}

void Engine::Threads::handed_over(std::vector<DeliveryReport> handed) {
  std::vector<Recorder::Entry> entries;
  entries.reserve(handed.size());
  const std::int64_t now_ms = parts_.clock.now_ms();
  std::size_t bytes = 0;
  for (DeliveryReport& one : handed) {
    if (!one.parcel.copy) bytes += one.parcel.charged_bytes;  // A copy counts until it is on disk.
    Recorder::Entry entry{judge(one.parcel.draft, one.attempt, parts_.retry, now_ms, parts_.random),
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
  for (const messages::Outcome& outcome : outcomes) ++counts[static_cast<std::size_t>(outcome.status)];
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
  changed_.notify_all();
}

Engine::Engine(EngineParts parts) : threads_(std::make_unique<Threads>(std::move(parts))) {}
Engine::~Engine() { stop(); }
void Engine::start() { threads_->start(); }
void Engine::wake() { threads_->wake(); }
void Engine::stop(std::chrono::milliseconds patience) { threads_->stop(patience); }
EngineCounts Engine::counts() const { return threads_->counts(); }

}  // namespace sesame::delivery
