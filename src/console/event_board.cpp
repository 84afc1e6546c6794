#include "console/event_board.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <utility>

#include "base/metrics.hpp"

namespace sesame::console {

namespace json = boost::json;

namespace {

constexpr std::string_view kRetry = "retry: 3000\n";  // Milliseconds until the browser tries again.
constexpr std::string_view kSessionEnded = "event: session\ndata: {\"ended\":true}\n\n";

Gauge& open_streams() {
  static Gauge& open = gauge("sesame_console_streams", "Open event streams of the console");
  return open;
}

Counter& published_events() {
  static Counter& published =
      counter("sesame_console_events_total", "Events published to the console's streams");
  return published;
}

bool subscribes(const EventBoard::Subscriber& subscriber, const WatchedTopic& watched) {
  return subscriber.account_id == watched.account_id &&
         std::ranges::find(subscriber.topics, watched.topic) != subscriber.topics.end();
}

std::string ready_event(const std::vector<Topic>& topics, const std::string& id) {
  json::array names;
  for (const Topic& topic : topics) names.emplace_back(topic.name());
  return "id: " + id +
         "\nevent: ready\ndata: " + json::serialize(json::object{{"topics", std::move(names)}}) + "\n\n";
}

}  // namespace

bool EventBoard::has_room(const Order& order) const {
  const auto of_session = std::ranges::count_if(
      subscribers_, [&](const auto& other) { return other->session_digest == order.session_digest; });
  if (static_cast<std::size_t>(of_session) >= kStreamsPerSessionMax) return false;
  const auto found = shares_.find(order.account_id);
  const Share own = found == shares_.end() ? Share{} : found->second;
  const std::size_t streams = subscribers_.size() + 1;
  // Most pages watch what others of the account watch already.
  const auto fresh = static_cast<std::size_t>(
      std::ranges::count_if(order.topics, [&](const Topic& topic) SESAME_REQUIRES(mutex_) {
        return !topics_.contains({order.account_id, topic});
      }));
  const std::size_t topics = topics_.size() + fresh;
  const bool more_streams = own.streams >= kSureStreams;
  const bool more_topics = own.topics + fresh > kSureTopics;
  return streams <= (more_streams ? kStreamsMax / 4 * 3 : kStreamsMax) &&
         (fresh == 0 || topics <= (more_topics ? kTopicsMax / 4 * 3 : kTopicsMax));
}

void EventBoard::watch(const WatchedTopic& watched) {
  if (++topics_[watched] == 1) ++shares_[watched.account_id].topics;
}

void EventBoard::unwatch(const WatchedTopic& watched) {
  const auto found = topics_.find(watched);
  if (found == topics_.end() || --found->second > 0) return;
  topics_.erase(found);
  --shares_[watched.account_id].topics;
}

std::shared_ptr<EventBoard::Subscriber> EventBoard::subscribe(Order order, Time now) {
  const MutexLock lock(mutex_);
  if (closed_ || !has_room(order)) return nullptr;
  auto subscriber = std::make_shared<Subscriber>();
  subscriber->session_digest = std::move(order.session_digest);
  subscriber->account_id = order.account_id;
  subscriber->topics = std::move(order.topics);
  subscriber->parked_at = subscriber->written_at = now;
  ++shares_[order.account_id].streams;
  for (const Topic& topic : subscriber->topics) watch({order.account_id, topic});
  resume(*subscriber, order.last_id, now);
  subscribers_.push_back(subscriber);
  open_streams().add(1);
  return subscriber;
}

/// Puts the events that the page has missed before the new ones.
void EventBoard::resume(Subscriber& subscriber, const std::string& last_id, Time now) {
  drop_old(now);
  const std::optional<std::uint64_t> seen = number_of(last_id);
  subscriber.reset = !last_id.empty() && (!seen || *seen > number_ || *seen < dropped_);
  if (subscriber.reset) return;
  for (const auto& event : kept_) {
    const bool missed = (seen && event->number > *seen) || now - event->at < kLoading;
    if (missed && subscribes(subscriber, event->watched)) subscriber.pending[event->watched.topic] = event;
  }
}

std::optional<std::uint64_t> EventBoard::number_of(std::string_view id) const {
  if (!id.starts_with(epoch_)) return std::nullopt;
  id.remove_prefix(epoch_.size());
  if (!id.starts_with('-')) return std::nullopt;
  id.remove_prefix(1);
  std::uint64_t number = 0;
  const auto [end, fault] = std::from_chars(id.data(), id.data() + id.size(), number);
  if (fault != std::errc() || end != id.data() + id.size()) return std::nullopt;
  return number;
}

void EventBoard::unsubscribe(const std::shared_ptr<Subscriber>& subscriber) {
  std::function<void()> dropped;  // Outside of the lock: it may hold a coroutine.
  const MutexLock lock(mutex_);
  if (std::erase(subscribers_, subscriber) == 0) return;
  open_streams().add(-1);
  dropped = std::exchange(subscriber->wake, nullptr);
  for (const Topic& topic : subscriber->topics) unwatch({subscriber->account_id, topic});
  if (--shares_[subscriber->account_id].streams == 0) shares_.erase(subscriber->account_id);
}

bool EventBoard::has_something(const Subscriber& subscriber, Time now) const {
  return !subscriber.begun || !subscriber.pending.empty() || subscriber.end != Subscriber::End::none ||
         now - subscriber.written_at >= kSignOfLife;
}

void EventBoard::park(Subscriber& subscriber, std::function<void()> wake, Time now) {
  {
    const MutexLock lock(mutex_);
    if (!has_something(subscriber, now)) {
      subscriber.wake = std::move(wake);
      subscriber.parked_at = now;
      return;
    }
  }
  wake();
}

std::optional<std::string> EventBoard::take(Subscriber& subscriber, Time now) {
  using End = Subscriber::End;
  const MutexLock lock(mutex_);
  if (subscriber.end == End::program || subscriber.end == End::sent) return std::nullopt;
  if (subscriber.end == End::session) {
    subscriber.end = End::sent;
    return std::string(kSessionEnded);
  }
  std::string bytes;
  if (!subscriber.begun) bytes += kRetry;
  if (subscriber.reset) bytes += "event: reset\ndata: {}\n\n";
  std::vector<std::shared_ptr<const Event>> events;
  for (auto& [topic, event] : subscriber.pending) events.push_back(std::move(event));
  subscriber.pending.clear();
  std::ranges::sort(events, {}, [](const auto& event) { return event->number; });
  for (const auto& event : events) bytes += event->text;
  // A page that comes back says what it has seen: also in quiet times it must know the newest number.
  if (!subscriber.begun) {
    bytes += ready_event(subscriber.topics, id_of(number_));
  } else if (bytes.empty() && now - subscriber.written_at >= kSignOfLife) {
    bytes = ": still here\nid: " + id_of(number_) + "\nevent: beat\ndata: {}\n\n";
  }
  subscriber.begun = true;
  subscriber.reset = false;
  if (!bytes.empty()) subscriber.written_at = now;
  return bytes;
}

void EventBoard::publish(const WatchedTopic& watched, Time now) {
  const json::object data{{"topic", watched.topic.name()}};
  auto event = std::make_shared<Event>();
  event->at = now;
  event->watched = watched;
  event->text = "\ndata: " + json::serialize(data) + "\n\n";
  published_events().add();
  const MutexLock lock(mutex_);
  event->number = ++number_;
  event->text.insert(0, "id: " + id_of(number_));
  for (const auto& subscriber : subscribers_) {
    if (subscribes(*subscriber, watched)) subscriber->pending[watched.topic] = event;
  }
  kept_.push_back(std::move(event));
  drop_old(now);
}

void EventBoard::drop_old(Time now) {
  while (!kept_.empty() && (kept_.size() > kKeptEventsMax || now - kept_.front()->at >= kKept)) {
    dropped_ = kept_.front()->number;
    kept_.pop_front();
  }
}

void EventBoard::end_where(const std::function<bool(const Subscriber&)>& ends, bool with_event) {
  using End = Subscriber::End;
  Wakes wakes;
  {
    const MutexLock lock(mutex_);
    for (const auto& subscriber : subscribers_) {
      if (subscriber->end != End::none || !ends(*subscriber)) continue;
      subscriber->end = with_event ? End::session : End::program;
      if (subscriber->wake) wakes.push_back(std::exchange(subscriber->wake, nullptr));
    }
  }
  for (const auto& wake : wakes) wake();
}

void EventBoard::end_session(std::string_view digest) {
  end_where([digest](const Subscriber& subscriber) { return subscriber.session_digest == digest; }, true);
}

void EventBoard::end_account(std::int64_t account_id) {
  end_where([account_id](const Subscriber& subscriber) { return subscriber.account_id == account_id; }, true);
}

void EventBoard::close() {
  {
    const MutexLock lock(mutex_);
    closed_ = true;
  }
  end_where([](const Subscriber&) { return true; }, false);
}

void EventBoard::restrict(std::string_view digest, const std::function<bool(const Topic&)>& may_read) {
  const MutexLock lock(mutex_);
  for (const auto& subscriber : subscribers_) {
    if (subscriber->session_digest != digest) continue;
    for (const Topic& topic : subscriber->topics) {
      if (may_read(topic)) continue;
      subscriber->pending.erase(topic);
      unwatch({subscriber->account_id, topic});
    }
    std::erase_if(subscriber->topics, [&](const Topic& topic) { return !may_read(topic); });
  }
}

void EventBoard::wake_due(Time now) {
  Wakes wakes;
  {
    const MutexLock lock(mutex_);
    for (const auto& subscriber : subscribers_) {
      if (!subscriber->wake) continue;
      if (has_something(*subscriber, now) || now - subscriber->parked_at >= kRest)
        wakes.push_back(std::exchange(subscriber->wake, nullptr));
    }
  }
  for (const auto& wake : wakes) wake();
}

std::vector<WatchedTopic> EventBoard::topics() const {
  const MutexLock lock(mutex_);
  std::vector<WatchedTopic> all;
  all.reserve(topics_.size());
  for (const auto& [watched, streams] : topics_) all.push_back(watched);
  return all;
}

std::vector<EventBoard::SessionOf> EventBoard::sessions() const {
  const MutexLock lock(mutex_);
  std::map<std::string, std::int64_t> found;
  for (const auto& subscriber : subscribers_)
    found.emplace(subscriber->session_digest, subscriber->account_id);
  std::vector<SessionOf> all;
  for (const auto& [digest, account_id] : found) all.push_back({digest, account_id});
  return all;
}

std::size_t EventBoard::streams() const {
  const MutexLock lock(mutex_);
  return subscribers_.size();
}

}  // namespace sesame::console
