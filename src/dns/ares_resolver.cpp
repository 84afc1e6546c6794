#include "dns/ares_resolver.hpp"

#include <ares.h>
#include <arpa/nameser.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cstring>
#include <deque>
#include <map>
#include <thread>
#include <utility>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/start_thread.hpp"
#include "base/thread_name.hpp"
#include "base/thread_safety.hpp"
#include "dns/errors.hpp"
#include "dns/read_records.hpp"

namespace sesame::dns {
namespace {

// Questions under way at once. With some hundreds, UDP answers get lost and run into their timeout.
constexpr std::size_t kUnderWayMax = 100;
// An EDNS size that is never fragmented (DNS flag day 2020).
constexpr int kUdpBytesMax = 1232;
constexpr int kPollMsMax = 60'000;

struct Question {
  std::string name;
  RecordType type = RecordType::txt;
  Resolver::Callback callback;
  std::chrono::steady_clock::time_point asked;
};

Error no_answer(std::string name, std::string cause) {
  return Error(errors::kNoAnswer).with("name", std::move(name)).because(std::move(cause));
}

/// The answer to a name that no message can carry, and so no zone can have.
Answer denial(const std::string& name) {
  return {.code = Rcode::no_such_name, .records = {}, .canonical = name, .ttl_s = kDenialTtlS};
}

struct FreeAres {
  void operator()(unsigned char* text) const { ares_free_string(text); }
};

/// A query that asks for the resolver's word on signatures too (RFC 6840 §5.7).
class Query {
 public:
  Query(const Question& question, std::uint16_t id) {
    unsigned char* bytes = nullptr;
    status_ = ares_create_query(question.name.c_str(), ns_c_in, static_cast<int>(question.type), id, 1,
                                &bytes, &size_, kUdpBytesMax);
    bytes_.reset(bytes);
    if (status_ == ARES_SUCCESS) bytes_.get()[kFlagsAt] |= kAuthentic;
  }
  int status() const { return status_; }
  const unsigned char* bytes() const { return bytes_.get(); }
  int size() const { return size_; }

 private:
  static constexpr std::size_t kFlagsAt = 3;
  static constexpr unsigned char kAuthentic = 0x20;

  std::unique_ptr<unsigned char, FreeAres> bytes_;
  int size_ = 0;
  int status_ = ARES_SUCCESS;
};

}  // namespace

class AresResolver::Loop {
 public:
  explicit Loop(const AresOptions& options)
      : questions_max_(options.questions_max), waiting_max_(options.timeout * ((1 << options.tries) - 1)) {}

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
    trusted_ = options.trust_ad;
    wake_ = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (status != ARES_SUCCESS || wake_ < 0)
      return Error(errors::kSetup).with("value", server).because(ares_strerror(status));
    thread_ = start_thread([this] { run(); });
    return Done{};
  }

  void ask(const std::string& name, RecordType type, Callback callback) {
    const ErrorName* refusal = nullptr;
    {
      const MutexLock lock(mutex_);
      if (stopping_) {
        refusal = &errors::kStopped;
      } else if (open_ >= questions_max_) {
        refusal = &errors::kOverloaded;
      } else {
        ++open_;
        asked_.push_back({name, type, callback, clock_.steady_now()});
      }
    }
    if (refusal != nullptr) return callback(Error(*refusal));
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
    pending->loop->end(pending->question, pending->loop->judge(pending->question, status, bytes));
  }

  Result<Answer> judge(const Question& question, int status, WireBytes message) const {
    if (status == ARES_ECANCELLED || status == ARES_EDESTRUCTION) return Error(errors::kStopped);
    if (status != ARES_SUCCESS) return no_answer(question.name, ares_strerror(status));
    std::optional<ServerAnswer> server = read_server_answer(message);
    if (!server) return no_answer(question.name, "the message cannot be read");
    const Trust trust = !trusted_ ? Trust::unknown : server->authentic ? Trust::secure : Trust::insecure;
    return pick_answer(std::move(*server), question.name, question.type, trust);
  }

  void end(const Question& question, Result<Answer> answer) {
    close_one();
    question.callback(std::move(answer));
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
    for (const Question& question : left) question.callback(Error(errors::kStopped));
  }

  /// False when it is time to stop.
  bool begin_asked() {
    while (true) {
      auto pending = std::make_unique<Pending>(Pending{this, {}});
      bool expired = false;
      {
        const MutexLock lock(mutex_);
        if (stopping_) return false;
        if (asked_.empty()) return true;
        expired = clock_.steady_now() - asked_.front().asked > waiting_max_;
        if (under_way_ >= kUnderWayMax && !expired) return true;
        pending->question = std::move(asked_.front());
        asked_.pop_front();
      }
      ++under_way_;
      if (expired) {
        end(pending->question, Error(errors::kOverloaded));
      } else {
        begin(std::move(pending));
      }
    }
  }

  void begin(std::unique_ptr<Pending> pending) {
    const Question& question = pending->question;
    const Query query(question, static_cast<std::uint16_t>(random_.next()));
    // A label or name too long to be asked for; names that RFC 7686 §2 keeps out of the DNS.
    if (query.status() == ARES_EBADNAME || query.status() == ARES_ENOTFOUND)
      return end(question, denial(question.name));
    if (query.status() != ARES_SUCCESS)
      return end(question, no_answer(question.name, ares_strerror(query.status())));
    ares_send(channel_, query.bytes(), query.size(), &Loop::on_answer, pending.release());
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
  const std::chrono::milliseconds waiting_max_;
  const SystemClock clock_;
  bool trusted_ = false;  // The resolver's word on signatures is believed.
  ares_channel channel_ = nullptr;
  bool ready_ = false;
  int wake_ = -1;
  std::thread thread_;

  // Only on thread_.
  std::map<ares_socket_t, short> sockets_;
  std::size_t under_way_ = 0;
  SystemRandom random_;  // The numbers of messages, which a forger must not guess (RFC 5452 §4.3).

  Mutex mutex_;
  std::deque<Question> asked_ SESAME_GUARDED_BY(mutex_);
  std::size_t open_ SESAME_GUARDED_BY(mutex_) = 0;  // Questions asked and not answered.
  bool stopping_ SESAME_GUARDED_BY(mutex_) = false;
};

Result<std::unique_ptr<AresResolver>> AresResolver::start(AresOptions options) {
  auto loop = std::make_unique<Loop>(options);
  if (Status opened = loop->open(options); !opened) return std::move(opened).error();
  return std::unique_ptr<AresResolver>(new AresResolver(std::move(loop)));
}

AresResolver::AresResolver(std::unique_ptr<Loop> loop) : loop_(std::move(loop)) {}

AresResolver::~AresResolver() = default;

void AresResolver::ask(const std::string& name, RecordType type, Callback callback) {
  loop_->ask(name, type, std::move(callback));
}

void AresResolver::stop() { loop_->stop(); }

}  // namespace sesame::dns
