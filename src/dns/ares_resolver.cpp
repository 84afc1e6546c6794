#include "dns/ares_resolver.hpp"

#include <ares.h>
#include <arpa/nameser.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <deque>
#include <map>
#include <thread>
#include <utility>

#include "base/start_thread.hpp"
#include "base/thread_name.hpp"
#include "base/thread_safety.hpp"
#include "dns/errors.hpp"
#include "dns/wire_answer.hpp"

namespace sesame::dns {
namespace {

// Questions under way at once. With some hundreds, UDP answers get lost and run into their timeout.
constexpr std::size_t kUnderWayMax = 100;
// An EDNS size that is never fragmented (DNS flag day 2020).
constexpr int kUdpBytesMax = 1232;
constexpr int kPollMsMax = 60'000;

using Reply = std::function<void(Result<std::string>)>;  // The whole message; empty: nothing is published.

struct Question {
  std::string name;
  int type = 0;
  Reply reply;
};

Error no_answer(std::string name, std::string cause) {
  return Error(errors::kNoAnswer).with("name", std::move(name)).because(std::move(cause));
}

Result<std::string> judge(std::string name, int status, WireBytes message) {
  switch (status) {
    case ARES_SUCCESS:
      return std::string(reinterpret_cast<const char*>(message.data()), message.size());
    case ARES_EBADNAME:  // Too long to exist.
      return std::string();
    case ARES_ENODATA:
    case ARES_ENOTFOUND:
      if (may_deny(message)) return std::string();
      return no_answer(std::move(name), "the server neither resolves nor has the zone");
    case ARES_ECANCELLED:
      return Error(errors::kStopped);
    default:
      return no_answer(std::move(name), ares_strerror(status));
  }
}

WireBytes bytes_of(const std::string& message) {
  return {reinterpret_cast<const unsigned char*>(message.data()), message.size()};
}

/// Passes the records that were read from the message to the caller.
template <class T>
Reply reading(Result<T> (*read)(WireBytes), std::function<void(Result<T>)> answer) {
  return [read, answer = std::move(answer)](Result<std::string> message) {
    if (!message) return answer(std::move(message).error());
    if (message->empty()) return answer(T());
    answer(read(bytes_of(*message)));
  };
}

}  // namespace

class AresResolver::Loop {
 public:
  explicit Loop(std::size_t questions_max) : questions_max_(questions_max) {}

  ~Loop() {
    stop();
    if (ready_) ares_destroy(channel_);
    if (wake_ >= 0) ::close(wake_);
  }

  Status open(const AresOptions& options) {
    static const int library = ares_library_init(ARES_LIB_INIT_ALL);
    ares_options settings = {};
    settings.flags = ARES_FLAG_EDNS | ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES;
    settings.ednspsz = kUdpBytesMax;
    settings.timeout = static_cast<int>(options.timeout.count());
    settings.tries = options.tries;
    settings.sock_state_cb = &Loop::on_socket;
    settings.sock_state_cb_data = this;
    constexpr int kGiven =
        ARES_OPT_FLAGS | ARES_OPT_EDNSPSZ | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB;
    int status = library == ARES_SUCCESS ? ares_init_options(&channel_, &settings, kGiven) : library;
    ready_ = status == ARES_SUCCESS;
    const std::string server = options.server ? to_text(*options.server) : "";
    if (ready_ && options.server) status = ares_set_servers_ports_csv(channel_, server.c_str());
    wake_ = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (status != ARES_SUCCESS || wake_ < 0)
      return Error(errors::kSetup).with("value", server).because(ares_strerror(status));
    thread_ = start_thread([this] { run(); });
    return Done{};
  }

  void ask(const std::string& name, int type, Reply reply) {
    const ErrorName* refusal = nullptr;
    {
      const MutexLock lock(mutex_);
      if (stopping_) {
        refusal = &errors::kStopped;
      } else if (open_ >= questions_max_) {
        refusal = &errors::kOverloaded;
      } else {
        ++open_;
        asked_.push_back({name, type, reply});
      }
    }
    if (refusal != nullptr) return reply(Error(*refusal));
    wake();
  }

  void stop() {
    {
      const MutexLock lock(mutex_);
      stopping_ = true;
    }
    wake();
    if (thread_.joinable()) thread_.join();
  }

 private:
  struct Pending {
    Loop* loop;
    Question question;
  };

  static void on_socket(void* self, ares_socket_t socket, int readable, int writable) {
    auto& sockets = static_cast<Loop*>(self)->sockets_;
    if (readable == 0 && writable == 0) {
      sockets.erase(socket);
    } else {
      sockets[socket] = static_cast<short>((readable != 0 ? POLLIN : 0) | (writable != 0 ? POLLOUT : 0));
    }
  }

  static void on_answer(void* given, int status, int /*timeouts*/, unsigned char* message, int size) {
    const std::unique_ptr<Pending> pending(static_cast<Pending*>(given));
    const WireBytes bytes(message, message == nullptr || size < 0 ? 0 : static_cast<std::size_t>(size));
    Question& question = pending->question;
    pending->loop->close_one();
    question.reply(judge(std::move(question.name), status, bytes));
  }

  void close_one() {
    --under_way_;
    const MutexLock lock(mutex_);
    --open_;
  }

  void wake() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wake_, &one, sizeof one);
  }

  void run() {
    name_this_thread("dns");
    while (begin_asked()) wait_and_process();
    // Cancelling answers the questions under way; the ones never begun are answered here.
    ares_cancel(channel_);
    std::deque<Question> left;
    {
      const MutexLock lock(mutex_);
      left.swap(asked_);
    }
    for (Question& question : left) question.reply(Error(errors::kStopped));
  }

  /// False when it is time to stop.
  bool begin_asked() {
    while (true) {
      auto pending = std::make_unique<Pending>(Pending{this, {}});
      {
        const MutexLock lock(mutex_);
        if (stopping_) return false;
        if (asked_.empty() || under_way_ >= kUnderWayMax) return true;
        pending->question = std::move(asked_.front());
        asked_.pop_front();
      }
      ++under_way_;
      const std::string name = pending->question.name;
      const int type = pending->question.type;
      ares_query(channel_, name.c_str(), ns_c_in, type, &Loop::on_answer, pending.release());
    }
  }

  void wait_and_process() {
    std::vector<pollfd> polled{{wake_, POLLIN, 0}};
    for (const auto& [socket, events] : sockets_) polled.push_back({socket, events, 0});
    timeval longest{kPollMsMax / 1000, 0};
    timeval room{};
    const timeval* wait = ares_timeout(channel_, &longest, &room);
    const int wait_ms = static_cast<int>(wait->tv_sec * 1000 + (wait->tv_usec + 999) / 1000);
    if (::poll(polled.data(), polled.size(), wait_ms) > 0) {
      std::uint64_t woken = 0;
      if (polled[0].revents != 0) [[maybe_unused]]
        const auto read = ::read(wake_, &woken, sizeof woken);
      for (std::size_t i = 1; i < polled.size(); ++i) {
        const int events = polled[i].revents;
        if (events == 0) continue;
        const bool failed = (events & (POLLERR | POLLHUP | POLLNVAL)) != 0;
        const bool readable = failed || (events & POLLIN) != 0;
        const bool writable = failed || (events & POLLOUT) != 0;
        ares_process_fd(channel_, readable ? polled[i].fd : ARES_SOCKET_BAD,
                        writable ? polled[i].fd : ARES_SOCKET_BAD);
      }
    }
    // Answers the questions whose time has run out.
    ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
  }

  // Constant after open().
  const std::size_t questions_max_;
  ares_channel channel_ = nullptr;
  bool ready_ = false;
  int wake_ = -1;
  std::thread thread_;

  // Only on thread_.
  std::map<ares_socket_t, short> sockets_;
  std::size_t under_way_ = 0;

  Mutex mutex_;
  std::deque<Question> asked_ SESAME_GUARDED_BY(mutex_);
  std::size_t open_ SESAME_GUARDED_BY(mutex_) = 0;  // Questions asked and not answered.
  bool stopping_ SESAME_GUARDED_BY(mutex_) = false;
};

Result<std::unique_ptr<AresResolver>> AresResolver::start(AresOptions options) {
  auto loop = std::make_unique<Loop>(options.questions_max);
  if (Status opened = loop->open(options); !opened) return std::move(opened).error();
  return std::unique_ptr<AresResolver>(new AresResolver(std::move(loop)));
}

AresResolver::AresResolver(std::unique_ptr<Loop> loop) : loop_(std::move(loop)) {}

AresResolver::~AresResolver() = default;

void AresResolver::texts(const std::string& name, TextAnswer answer) {
  loop_->ask(name, ns_t_txt, reading(&read_texts, std::move(answer)));
}

void AresResolver::mail_hosts(const std::string& name, MailHostAnswer answer) {
  loop_->ask(name, ns_t_mx, reading(&read_mail_hosts, std::move(answer)));
}

void AresResolver::stop() { loop_->stop(); }

}  // namespace sesame::dns
