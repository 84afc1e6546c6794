#include "dns/ares_queries.hpp"

#include <ares.h>
#include <arpa/nameser.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <deque>
#include <list>
#include <map>
#include <thread>
#include <utility>

#include "base/start_thread.hpp"
#include "base/thread_name.hpp"
#include "base/thread_safety.hpp"
#include "dns/errors.hpp"
#include "dns/read_records.hpp"

namespace sesame::dns {
namespace {

constexpr int kUdpBytesMax = 1232;  // An EDNS size that is never fragmented (DNS flag day 2020).
constexpr int kTries = 2;           // The second waits twice as long as the first: a packet may be lost.
constexpr int kPollMs = 50;         // Deadlines are kept to this.

Error no_answer(const std::string& name, const char* why) {
  return Error(errors::kNoAnswer).with("name", name).because(why);
}

}  // namespace

class AresQueries::Loop {
 public:
  explicit Loop(std::optional<HostPort> resolver) : resolver_(std::move(resolver)) {
    wake_ = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  }
  ~Loop() {
    stop();
    if (wake_ >= 0) ::close(wake_);
  }

  void ask(ServerQuery query, Answer answer) {
    const ErrorName* refusal = nullptr;
    {
      const MutexLock lock(mutex_);
      if (stopping_) {
        refusal = &errors::kStopped;
      } else if (open_ >= kOpenMax) {
        refusal = &errors::kOverloaded;
      } else {
        ++open_;
        asked_.push_back({std::move(query), answer});
        if (!thread_.joinable()) thread_ = start_thread([this] { run(); });
      }
    }
    if (refusal != nullptr) return answer(Error(*refusal));
    wake();
  }

  void stop() {
    std::thread ended;
    {
      const MutexLock lock(mutex_);
      stopping_ = true;
      ended.swap(thread_);
    }
    wake();
    if (ended.joinable()) ended.join();
  }

 private:
  struct Asked {
    ServerQuery query;
    Answer answer;
  };
  /// A question under way, with a channel of its own: its server and its flags are the channel's.
  struct Open {
    Asked asked;
    ares_channel channel = nullptr;
    std::map<ares_socket_t, short> sockets;
    bool answered = false;
    std::optional<Result<ServerAnswer>> result;
  };

  static void on_socket(void* given, ares_socket_t socket, int readable, int writable) {
    auto& sockets = static_cast<Open*>(given)->sockets;
    if (readable == 0 && writable == 0) {
      sockets.erase(socket);
    } else {
      sockets[socket] = static_cast<short>((readable != 0 ? POLLIN : 0) | (writable != 0 ? POLLOUT : 0));
    }
  }

  static void on_answer(void* given, int status, int /*timeouts*/, unsigned char* message, int size) {
    Open& open = *static_cast<Open*>(given);
    open.answered = true;
    const std::string& name = open.asked.query.name;
    if (message == nullptr || size <= 0) {
      open.result = status == ARES_ECANCELLED || status == ARES_EDESTRUCTION
                        ? Error(errors::kStopped)
                        : no_answer(name, ares_strerror(status));
      return;
    }
    std::optional<ServerAnswer> read = read_server_answer({message, static_cast<std::size_t>(size)});
    if (!read) {
      open.result = no_answer(name, "the message cannot be read");
      return;
    }
    open.result = std::move(*read);
  }

  void wake() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wake_, &one, sizeof one);
  }

  void run() {
    name_this_thread("dns servers");
    while (begin_asked()) {
      wait_and_process();
      hand_out();
    }
    for (Open& open : under_way_) ares_cancel(open.channel);
    hand_out();
    std::deque<Asked> left;
    {
      const MutexLock lock(mutex_);
      left.swap(asked_);
    }
    for (Asked& one : left) one.answer(Error(errors::kStopped));
  }

  /// False when it is time to stop.
  bool begin_asked() {
    while (true) {
      Asked asked;
      {
        const MutexLock lock(mutex_);
        if (stopping_) return false;
        if (asked_.empty()) return true;
        asked = std::move(asked_.front());
        asked_.pop_front();
      }
      begin(std::move(asked));
    }
  }

  void begin(Asked asked) {
    Open& open = under_way_.emplace_back();
    open.asked = std::move(asked);
    const ServerQuery& query = open.asked.query;
    static const int library = ares_library_init(ARES_LIB_INIT_ALL);
    ares_options settings = {};
    settings.flags = ARES_FLAG_EDNS | ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_NOCHECKRESP |
                     (query.server ? ARES_FLAG_NORECURSE : 0);
    settings.ednspsz = kUdpBytesMax;
    settings.timeout = static_cast<int>(std::max<std::int64_t>(query.deadline.count() / 3, 1));
    settings.tries = kTries;
    settings.sock_state_cb = &Loop::on_socket;
    settings.sock_state_cb_data = &open;
    constexpr int kGiven =
        ARES_OPT_FLAGS | ARES_OPT_EDNSPSZ | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB;
    int status = library == ARES_SUCCESS ? ares_init_options(&open.channel, &settings, kGiven) : library;
    const std::optional<HostPort>& server = query.server ? query.server : resolver_;
    if (status == ARES_SUCCESS && server)
      status = ares_set_servers_ports_csv(open.channel, to_text(*server).c_str());
    if (status != ARES_SUCCESS) {
      open.answered = true;
      open.result = no_answer(query.name, ares_strerror(status));
      return;
    }
    ares_query(open.channel, query.name.c_str(), ns_c_in, static_cast<int>(query.type), &Loop::on_answer,
               &open);
  }

  void wait_and_process() {
    std::vector<pollfd> polled{{wake_, POLLIN, 0}};
    std::vector<Open*> owners{nullptr};
    bool waits = true;
    for (Open& open : under_way_) {
      waits = waits && !open.answered;
      for (const auto& [socket, events] : open.sockets) {
        polled.push_back({socket, events, 0});
        owners.push_back(&open);
      }
    }
    const int wait_ms = under_way_.empty() ? -1 : waits ? kPollMs : 0;
    if (::poll(polled.data(), polled.size(), wait_ms) > 0) {
      std::uint64_t woken = 0;
      if (polled[0].revents != 0) [[maybe_unused]]
        const auto read = ::read(wake_, &woken, sizeof woken);
      for (std::size_t i = 1; i < polled.size(); ++i) {
        const int events = polled[i].revents;
        if (events == 0) continue;
        const bool failed = (events & (POLLERR | POLLHUP | POLLNVAL)) != 0;
        ares_process_fd(owners[i]->channel, failed || (events & POLLIN) != 0 ? polled[i].fd : ARES_SOCKET_BAD,
                        failed || (events & POLLOUT) != 0 ? polled[i].fd : ARES_SOCKET_BAD);
      }
    }
    // Answers the questions whose time has run out.
    for (Open& open : under_way_) {
      if (open.channel != nullptr && !open.answered)
        ares_process_fd(open.channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    }
  }

  /// Passes the results on and gives their channels back.
  void hand_out() {
    for (auto open = under_way_.begin(); open != under_way_.end();) {
      if (!open->answered) {
        ++open;
        continue;
      }
      const Answer answer = std::move(open->asked.answer);
      Result<ServerAnswer> result = std::move(*open->result);
      if (open->channel != nullptr) ares_destroy(open->channel);
      open = under_way_.erase(open);
      {
        const MutexLock lock(mutex_);
        --open_;
      }
      answer(std::move(result));
    }
  }

  const std::optional<HostPort> resolver_;
  int wake_ = -1;
  std::list<Open> under_way_;  // Only on thread_; the addresses of its elements are c-ares'.

  Mutex mutex_;
  std::thread thread_ SESAME_GUARDED_BY(mutex_);
  std::deque<Asked> asked_ SESAME_GUARDED_BY(mutex_);
  std::size_t open_ SESAME_GUARDED_BY(mutex_) = 0;  // Questions asked and not answered.
  bool stopping_ SESAME_GUARDED_BY(mutex_) = false;
};

AresQueries::AresQueries(std::optional<HostPort> resolver)
    : loop_(std::make_unique<Loop>(std::move(resolver))) {}

AresQueries::~AresQueries() = default;

void AresQueries::ask(ServerQuery query, Answer answer) { loop_->ask(std::move(query), std::move(answer)); }

void AresQueries::stop() { loop_->stop(); }

}  // namespace sesame::dns
