#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "accounts/console_sessions.hpp"
#include "accounts/keyring.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/thread_safety.hpp"
#include "console/event_board.hpp"
#include "net/http_server.hpp"
#include "storage/database.hpp"

namespace sesame::console {

/// The one source of the console's events: a thread that looks at the topics of all open streams and
/// publishes what has changed, at most one event of a topic a second. A topic is looked at once for all of
/// its streams, once a second (the sandbox inbox four times), and for some minutes after its last stream, for
/// a page that comes back. Without streams and such topics it sleeps. Ended sessions are published by the job
/// that ends them. Thread: any.
class EventHub {
 public:
  struct Parts {
    storage::Database& database;
    const accounts::Keyring& keyring;
    const Clock& clock;
    Random& random;
  };
  static constexpr std::chrono::milliseconds kTick{250};
  static constexpr std::chrono::seconds kPace{1};
  static constexpr std::chrono::seconds kSessionCheck{60};

  /// Listens to the changes of the database; the parts outlive the hub.
  EventHub(const Parts& parts, accounts::SessionLimits limits, std::vector<std::string> regions);
  ~EventHub();  // stop()
  EventHub(const EventHub&) = delete;
  EventHub& operator=(const EventHub&) = delete;

  /// Starts the thread. Without it somebody calls look().
  void start();
  /// The body of a new stream with those of the topics that the person's role may read. It may outlive the
  /// hub. `last_id`: the last event that the page has seen, or empty. Error: errors::kTooManyStreams.
  Result<std::shared_ptr<net::BodySource>> open(const accounts::ConsoleSession& session,
                                                std::vector<Topic> topics, std::string last_id);
  /// Ends all streams, at once. May be called again.
  void close();
  /// close(), then ends the thread.
  void stop();

  /// Looks once at everything that is due. After start() only the hub's thread does. Thread: one.
  void look();
  std::size_t streams() const { return board_->streams(); }

 private:
  struct Watch {
    std::optional<TopicState> state;  // As it was published last.
    EventBoard::Time published_at;
    EventBoard::Time wanted_at;
  };
  /// Shared with the database, which may outlive the hub, and with the streams.
  struct Signal {
    Mutex mutex;
    ConditionVariable changed;
    bool urgent SESAME_GUARDED_BY(mutex) = false;            // Somebody waits for the next look.
    bool sessions_changed SESAME_GUARDED_BY(mutex) = false;  // Some have ended.
    bool stopping SESAME_GUARDED_BY(mutex) = false;
  };

  void run();
  void adopt(EventBoard::Time now);
  std::vector<WatchedTopic> due(EventBoard::Time now);
  void look_at_some(const std::vector<WatchedTopic>& some, EventBoard::Time now);
  void compare(const WatchedTopic& watched, TopicState state, EventBoard::Time now);
  void check_sessions(EventBoard::Time now);
  void check_accounts();

  const Parts parts_;
  const accounts::SessionLimits limits_;
  const std::vector<std::string> regions_;
  const std::shared_ptr<EventBoard> board_;
  const std::shared_ptr<Signal> signal_ = std::make_shared<Signal>();

  // Only the hub's thread.
  std::map<WatchedTopic, Watch> watches_;
  EventBoard::Time paced_at_;      // The last look at all topics.
  EventBoard::Time sessions_at_;   // The last check of all sessions,
  bool sessions_checked_ = false;  // which all could be read.

  std::thread thread_;
};

}  // namespace sesame::console
