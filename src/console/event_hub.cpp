#include "console/event_hub.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "accounts/roles.hpp"
#include "base/log.hpp"
#include "base/start_thread.hpp"
#include "base/thread_name.hpp"
#include "console/errors.hpp"
#include "console/event_stream.hpp"

namespace sesame::console {
namespace {

constexpr std::size_t kTopicsPerJob = 100;  // A read job stays short.
constexpr std::size_t kSessionsPerJob = 200;

bool may_read(accounts::Role role, const Topic& topic) {
  const std::string_view action = action_of(topic);
  return action.empty() || accounts::role_permissions(role).allow(action, true);
}

/// A new mail in the inbox is what a person waits for: it is looked for at every tick.
bool is_urgent(const Topic& topic) { return topic.kind == Topic::Kind::inbox; }

}  // namespace

EventHub::EventHub(const Parts& parts, accounts::SessionLimits limits, std::vector<std::string> regions)
    : parts_(parts),
      limits_(limits),
      regions_(std::move(regions)),
      board_(std::make_shared<EventBoard>(accounts::make_link_token(parts.random).substr(0, 8))),
      sessions_at_(parts.clock.steady_now()) {
  parts_.database.on_changes([signal = signal_](std::span<const std::uint64_t> keys) {
    if (std::ranges::find(keys, accounts::kSessionsChangedKey) == keys.end()) return;
    const MutexLock lock(signal->mutex);
    signal->sessions_changed = true;
    signal->changed.notify_all();
  });
}

EventHub::~EventHub() { stop(); }

void EventHub::start() {
  thread_ = start_thread([this] { run(); });
}

void EventHub::close() { board_->close(); }

void EventHub::stop() {
  close();
  {
    const MutexLock lock(signal_->mutex);
    signal_->stopping = true;
  }
  signal_->changed.notify_all();
  if (thread_.joinable()) thread_.join();
}

void EventHub::run() {
  name_this_thread("events");
  Signal& signal = *signal_;
  const auto is_wanted = [&signal]() SESAME_REQUIRES(signal.mutex) {
    return signal.stopping || signal.urgent || signal.sessions_changed;
  };
  for (;;) {
    {
      MutexLock lock(signal.mutex);
      const bool watched = !watches_.empty() || board_->streams() > 0;
      if (watched) {
        signal.changed.wait_for(lock, board_->streams() > 0 ? kTick : kPace, is_wanted);
      } else {
        signal.changed.wait(lock, is_wanted);
      }
      if (signal.stopping) return;
      signal.urgent = false;
    }
    look();
  }
}

Result<std::shared_ptr<net::BodySource>> EventHub::open(const accounts::ConsoleSession& session,
                                                        std::vector<Topic> topics, std::string last_id) {
  std::erase_if(topics, [&](const Topic& topic) { return !may_read(session.user.role, topic); });
  const Topic own{Topic::Kind::session};
  if (std::ranges::find(topics, own) == topics.end()) topics.push_back(own);
  EventBoard::Order order;
  order.session_digest = session.digest;
  order.account_id = session.user.account_id;
  order.topics = std::move(topics);
  order.last_id = std::move(last_id);
  auto subscriber = board_->subscribe(std::move(order), parts_.clock.steady_now());
  if (!subscriber) return Error(errors::kTooManyStreams);
  {
    const MutexLock lock(signal_->mutex);
    // The session may have ended since it was read, and before it was on the board.
    signal_->urgent = signal_->sessions_changed = true;
  }
  signal_->changed.notify_all();
  return std::shared_ptr<net::BodySource>(
      std::make_shared<EventStream>(board_, std::move(subscriber), parts_.clock));
}

void EventHub::look() {
  const EventBoard::Time now = parts_.clock.steady_now();
  adopt(now);
  std::vector<WatchedTopic> left = due(now);
  while (!left.empty()) {
    const std::size_t count = std::min(left.size(), kTopicsPerJob);
    look_at_some({left.end() - static_cast<std::ptrdiff_t>(count), left.end()}, now);
    left.resize(left.size() - count);
  }
  check_sessions(now);
  board_->wake_due(now);
}

/// Watches what streams ask for now, and lists that they asked for as long as events are kept: else a page
/// that comes back would miss what happened without it. A single object is looked at anew when its page comes
/// back, and that first look is an event.
void EventHub::adopt(EventBoard::Time now) {
  for (WatchedTopic& wanted : board_->topics()) {
    if (wanted.topic.kind != Topic::Kind::session) watches_[std::move(wanted)].wanted_at = now;
  }
  std::erase_if(watches_, [&](const auto& entry) {
    const bool kept = entry.first.topic.object.empty() && now - entry.second.wanted_at < EventBoard::kKept;
    return entry.second.wanted_at != now && !kept;
  });
}

std::vector<WatchedTopic> EventHub::due(EventBoard::Time now) {
  const bool all = now - paced_at_ >= kPace;
  if (all) {
    paced_at_ = now;
    check_accounts();
  }
  std::vector<WatchedTopic> topics;
  for (const auto& [watched, watch] : watches_) {
    if (all || !watch.state || is_urgent(watched.topic)) topics.push_back(watched);
  }
  return topics;
}

void EventHub::look_at_some(const std::vector<WatchedTopic>& some, EventBoard::Time now) {
  const std::int64_t now_ms = parts_.clock.now_ms();
  auto states = parts_.database.get<std::vector<TopicState>>(
      [&](storage::Reader& reader) -> Result<std::vector<TopicState>> {
        std::vector<TopicState> seen;
        for (const WatchedTopic& watched : some)
          seen.push_back(look_at(reader, watched.account_id, regions_, watched.topic, now_ms));
        return seen;
      });
  if (!states) return;  // The database is busy, or stops: the next look tries again.
  for (std::size_t i = 0; i < some.size(); ++i) compare(some[i], (*states)[i], now);
}

void EventHub::compare(const WatchedTopic& watched, TopicState state, EventBoard::Time now) {
  Watch& watch = watches_[watched];
  if (watch.state && *watch.state == state) return;
  // A topic has one event a second. A later change shows at the next look.
  if (watch.state && now - watch.published_at < kPace) return;
  // The first state has nothing to be compared with: a page that read before may have read something else.
  watch.state = state;
  watch.published_at = now;
  board_->publish(watched, now);
}

void EventHub::check_accounts() {
  std::set<std::int64_t> accounts;
  for (const EventBoard::SessionOf& session : board_->sessions()) accounts.insert(session.account_id);
  for (const std::int64_t account_id : accounts) {
    if (!parts_.keyring.is_enabled(account_id)) board_->end_account(account_id);
  }
}

void EventHub::check_sessions(EventBoard::Time now) {
  bool changed = false;
  {
    const MutexLock lock(signal_->mutex);
    changed = std::exchange(signal_->sessions_changed, false);
  }
  if (!changed && sessions_checked_ && now - sessions_at_ < kSessionCheck) return;
  const std::vector<EventBoard::SessionOf> sessions = board_->sessions();
  const std::int64_t now_ms = parts_.clock.now_ms();
  sessions_at_ = now;
  sessions_checked_ = true;
  for (std::size_t at = 0; at < sessions.size(); at += kSessionsPerJob) {
    const std::size_t end = std::min(sessions.size(), at + kSessionsPerJob);
    auto found = parts_.database.get<std::vector<std::optional<accounts::Role>>>(
        [&](storage::Reader& reader) -> Result<std::vector<std::optional<accounts::Role>>> {
          std::vector<std::optional<accounts::Role>> roles;
          for (std::size_t i = at; i < end; ++i) {
            const auto session = accounts::find_session(reader, sessions[i].digest, limits_, now_ms);
            roles.push_back(session ? std::optional(session->user.role) : std::nullopt);
          }
          return roles;
        });
    if (!found) sessions_checked_ = false;  // The database is busy: the next look tries again.
    for (std::size_t i = at; found && i < end; ++i) {
      const std::optional<accounts::Role> role = (*found)[i - at];
      if (!role) {
        board_->end_session(sessions[i].digest);
      } else {
        board_->restrict(sessions[i].digest, [&](const Topic& topic) { return may_read(*role, topic); });
      }
    }
  }
}

}  // namespace sesame::console
