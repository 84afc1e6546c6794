#include "delivery/relay.hpp"

#include <algorithm>
#include <utility>

namespace sesame::delivery {

Relay::Relay(RelayOptions given, const Clock& the_clock, Random& random)
    : options(std::move(given)), clock(the_clock), site(options.site, options.connections, random) {}

void Relay::begin(Outlet::Deliver to_engine, int lanes) {
  {
    const MutexLock lock(deliver_mutex_);
    to_engine_ = std::move(to_engine);
  }
  const MutexLock lock(mutex_);
  lanes_running_ = lanes;
}

std::deque<Parcel>& Relay::queue_of(const Parcel& parcel) {
  return parcel.draft.id.kind == accounts::MailId::Kind::send ? urgent_ : others_;
}

bool Relay::add(std::vector<Parcel> parcels) {
  std::size_t idle = 0;
  {
    const MutexLock lock(mutex_);
    if (stopping_) return false;
    for (Parcel& parcel : parcels) queue_of(parcel).push_back(std::move(parcel));
    idle = idle_.size();
  }
  wake_idle();
  return idle < parcels.size();
}

std::optional<Parcel> Relay::take() {
  const MutexLock lock(mutex_);
  if (stopping_ || waiting_locked() == 0) return std::nullopt;
  std::deque<Parcel>& queue = urgent_.empty() ? others_ : urgent_;
  std::optional<Parcel> parcel(std::move(queue.front()));
  queue.pop_front();
  ++dialogues_;
  return parcel;
}

void Relay::put_back(Parcel parcel) {
  const MutexLock lock(mutex_);
  if (!stopping_) queue_of(parcel).push_front(std::move(parcel));
}

std::size_t Relay::waiting() const {
  const MutexLock lock(mutex_);
  return waiting_locked();
}

void Relay::dialogue_ended() {
  const MutexLock lock(mutex_);
  if (--dialogues_ == 0) changed_.notify_all();
}

void Relay::deliver(DeliveryReport handed) {
  const MutexLock lock(deliver_mutex_);
  if (!to_engine_) return;
  std::vector<DeliveryReport> one;
  one.push_back(std::move(handed));
  to_engine_(std::move(one));
}

void Relay::park(Idle idle) {
  {
    const MutexLock lock(mutex_);
    if (!stopping_ && waiting_locked() == 0) {
      idle_.push_back(std::move(idle));
      return;
    }
  }
  idle.wake(!stopping_);
}

void Relay::wake_idle() {
  std::vector<Idle> woken;
  {
    const MutexLock lock(mutex_);
    // The last parked connection wakes first: unneeded ones reach their idle limit.
    for (std::size_t left = waiting_locked(); left > 0 && !idle_.empty(); --left) {
      woken.push_back(std::move(idle_.back()));
      idle_.pop_back();
    }
  }
  for (const Idle& one : woken) one.wake(true);
}

void Relay::send_away_idle_since(Time longest) {
  std::vector<Idle> leaving;
  {
    const MutexLock lock(mutex_);
    while (!idle_.empty() && idle_.front().since <= longest) {
      leaving.push_back(std::move(idle_.front()));
      idle_.pop_front();
    }
  }
  for (const Idle& one : leaving) one.wake(false);
}

bool Relay::stop() {
  std::deque<Parcel> urgent;
  std::deque<Parcel> others;
  {
    const MutexLock lock(mutex_);
    if (stopping_.exchange(true)) return false;
    urgent_.swap(urgent);
    others_.swap(others);
  }
  send_away_idle_since(Time::max());
  return true;
}

void Relay::lane_ended() {
  const MutexLock lock(mutex_);
  --lanes_running_;
  changed_.notify_all();
}

bool Relay::wait_until_quiet(std::chrono::milliseconds patience) {
  MutexLock lock(mutex_);
  return changed_.wait_for(
      lock, patience, [this]() SESAME_REQUIRES(mutex_) { return dialogues_ == 0 && lanes_running_ == 0; });
}

void Relay::close() {
  const MutexLock lock(deliver_mutex_);
  to_engine_ = nullptr;
}

}  // namespace sesame::delivery
