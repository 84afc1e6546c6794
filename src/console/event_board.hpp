#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/thread_safety.hpp"
#include "console/event_topics.hpp"

namespace sesame::console {

/// A topic of one account.
struct WatchedTopic {
  std::int64_t account_id = 0;
  Topic topic;
  auto operator<=>(const WatchedTopic&) const = default;
};

/// The open event streams and the events that each is still to be sent. A stream that is read slowly keeps
/// the last event of each topic and nothing more. Events of the last minutes are kept for streams that come
/// back. Knows no database. Thread: any.
class EventBoard {
 public:
  using Time = std::chrono::steady_clock::time_point;

  static constexpr std::size_t kStreamsMax = 2000;
  static constexpr std::size_t kStreamsPerSessionMax = 8;
  static constexpr std::size_t kTopicsMax = 10'000;  // Different ones of all streams together.
  /// The last quarter of streams and topics is for accounts that have no more than that: no account can use
  /// up all.
  static constexpr std::size_t kSureStreams = 100;
  static constexpr std::size_t kSureTopics = 500;
  static constexpr std::size_t kKeptEventsMax = 10'000;
  static constexpr std::chrono::minutes kKept{5};
  /// A stream begins with the events of this time: its page began to read what it shows before the stream
  /// opened.
  static constexpr std::chrono::seconds kLoading{10};
  /// A stream gets a comment line and the event `beat` when nothing else was sent for this time.
  static constexpr std::chrono::seconds kSignOfLife{15};
  static constexpr std::chrono::seconds kRest{2};  // A waiting stream is woken at least that often.

  /// The wishes of one stream.
  struct Order {
    std::string session_digest;
    std::int64_t account_id = 0;
    std::vector<Topic> topics;
    std::string last_id;  // The last event that the page has seen; empty: it is new.
  };
  struct SessionOf {
    std::string digest;
    std::int64_t account_id = 0;
  };
  /// One stream on the board. Its members belong to the board.
  struct Subscriber;

  /// `epoch`: a text that no other run of the program has, of letters and digits.
  explicit EventBoard(std::string epoch) : epoch_(std::move(epoch)) {}

  /// nullptr when the session, the account or the program has as many streams, or topics, as it may. After a
  /// subscriber, unsubscribe() must follow.
  std::shared_ptr<Subscriber> subscribe(Order order, Time now);
  void unsubscribe(const std::shared_ptr<Subscriber>& subscriber);

  /// Keeps `wake` until the stream has something to send, or kRest is over. Calls it at once when there is
  /// something already.
  void park(Subscriber& subscriber, std::function<void()> wake, Time now);
  /// The bytes to send now, perhaps none; nullopt at the end of the stream.
  std::optional<std::string> take(Subscriber& subscriber, Time now);

  /// A topic has changed.
  void publish(const WatchedTopic& watched, Time now);
  /// Ends the streams of a session, or of an account, with the event `session`.
  void end_session(std::string_view digest);
  void end_account(std::int64_t account_id);
  /// Takes the topics away that the session may not read any more.
  void restrict(std::string_view digest, const std::function<bool(const Topic&)>& may_read);
  /// Ends all streams: the program stops. Later ones are refused.
  void close();
  /// Wakes the streams that have something to send, and those that have rested long enough.
  void wake_due(Time now);

  std::vector<WatchedTopic> topics() const;
  /// The sessions with open streams, each once.
  std::vector<SessionOf> sessions() const;
  std::size_t streams() const;

 private:
  struct Event {
    std::uint64_t number = 0;
    Time at;
    WatchedTopic watched;
    std::string text;
  };
  using Wakes = std::vector<std::function<void()>>;

  /// An account's part of the board.
  struct Share {
    std::size_t streams = 0;
    std::size_t topics = 0;  // Different ones.
  };
  bool has_room(const Order& order) const SESAME_REQUIRES(mutex_);
  void watch(const WatchedTopic& watched) SESAME_REQUIRES(mutex_);
  void unwatch(const WatchedTopic& watched) SESAME_REQUIRES(mutex_);
  void resume(Subscriber& subscriber, const std::string& last_id, Time now) SESAME_REQUIRES(mutex_);
  std::optional<std::uint64_t> number_of(std::string_view id) const;
  std::string id_of(std::uint64_t number) const { return epoch_ + "-" + std::to_string(number); }
  void drop_old(Time now) SESAME_REQUIRES(mutex_);
  bool has_something(const Subscriber& subscriber, Time now) const SESAME_REQUIRES(mutex_);
  void end_where(const std::function<bool(const Subscriber&)>& ends, bool with_event);

  const std::string epoch_;
  mutable Mutex mutex_;
  std::vector<std::shared_ptr<Subscriber>> subscribers_ SESAME_GUARDED_BY(mutex_);
  std::map<WatchedTopic, std::size_t> topics_ SESAME_GUARDED_BY(mutex_);  // With the number of their streams.
  std::map<std::int64_t, Share> shares_ SESAME_GUARDED_BY(mutex_);        // By account with streams.
  std::deque<std::shared_ptr<const Event>> kept_ SESAME_GUARDED_BY(mutex_);
  std::uint64_t number_ SESAME_GUARDED_BY(mutex_) = 0;   // The last event's.
  std::uint64_t dropped_ SESAME_GUARDED_BY(mutex_) = 0;  // That of the last event which is not kept any more.
  bool closed_ SESAME_GUARDED_BY(mutex_) = false;
};

struct EventBoard::Subscriber {
  enum class End : std::uint8_t { none, session, program, sent };

  std::string session_digest;
  std::int64_t account_id = 0;
  std::vector<Topic> topics;
  std::map<Topic, std::shared_ptr<const Event>> pending;
  std::function<void()> wake;
  Time parked_at;
  Time written_at;
  bool begun = false;
  bool reset = false;  // Events may be missing: the page reads everything again.
  End end = End::none;
};

}  // namespace sesame::console
