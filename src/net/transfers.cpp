#include "net/transfers.hpp"

#include <sys/socket.h>

#include <new>
#include <utility>

#include "base/start_thread.hpp"
#include "base/thread_name.hpp"
#include "net/public_address.hpp"

namespace sesame::net {
namespace {

constexpr int kPollMs = 1000;

void begin_curl() {
  static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (code != CURLE_OK) throw std::bad_alloc();
}

}  // namespace

std::string Transfer::error_text(CURLcode code) const {
  return error_[0] != '\0' ? error_ : curl_easy_strerror(code);
}

curl_socket_t Transfer::open_socket(void* given, curlsocktype, curl_sockaddr* address) {
  auto* transfer = static_cast<Transfer*>(given);
  if (!transfer->allow_private_ && !is_public_address(address->addr)) {
    transfer->address_refused_ = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

Transfers::Transfers(const char* thread_name, std::size_t idle_connections_max, std::string ca_file)
    : thread_name_(thread_name), ca_file_(std::move(ca_file)) {
  begin_curl();
  multi_ = curl_multi_init();
  if (multi_ == nullptr) throw std::bad_alloc();
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(idle_connections_max));
  thread_ = start_thread([this] { run(); });
}

Transfers::~Transfers() {
  stop();
  for (CURL* easy : spare_) curl_easy_cleanup(easy);
  curl_multi_cleanup(multi_);
}

void Transfers::start(std::unique_ptr<Transfer> transfer) {
  {
    const MutexLock lock(mutex_);
    if (stopping_) return;
    waiting_.push_back(std::move(transfer));
  }
  curl_multi_wakeup(multi_);
}

void Transfers::stop() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  curl_multi_wakeup(multi_);
  if (thread_.joinable()) thread_.join();
}

void Transfers::run() {
  name_this_thread(thread_name_);
  while (begin_waiting()) {
    int running = 0;
    curl_multi_perform(multi_, &running);
    finish_ended();
    curl_multi_poll(multi_, nullptr, 0, kPollMs, nullptr);
  }
  for (auto& [easy, transfer] : under_way_) {
    curl_multi_remove_handle(multi_, easy);
    curl_easy_cleanup(easy);
    transfer->stopped();
  }
  under_way_.clear();
}

/// False when the thread is to end.
bool Transfers::begin_waiting() {
  std::deque<std::unique_ptr<Transfer>> begun;
  bool goes_on = true;
  {
    const MutexLock lock(mutex_);
    begun.swap(waiting_);
    goes_on = !stopping_;
  }
  for (std::unique_ptr<Transfer>& transfer : begun) begin(std::move(transfer));
  return goes_on;
}

void Transfers::begin(std::unique_ptr<Transfer> transfer) {
  CURL* easy = nullptr;
  if (!spare_.empty()) {
    easy = spare_.back();
    spare_.pop_back();
    curl_easy_reset(easy);
  } else {
    easy = curl_easy_init();
  }
  if (easy == nullptr) throw std::bad_alloc();
  set_up(easy, *transfer);
  curl_multi_add_handle(multi_, easy);
  under_way_.emplace(easy, std::move(transfer));
}

void Transfers::set_up(CURL* easy, Transfer& transfer) const {
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  // A look-up that is too slow is abandoned; waiting for it would block all other transfers.
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_USERAGENT, "sesame");
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &Transfer::open_socket);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer.error_);
  if (!ca_file_.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file_.c_str());
  transfer.set_up(easy);
}

void Transfers::finish_ended() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    CURL* easy = message->easy_handle;
    const CURLcode code = message->data.result;
    const auto found = under_way_.find(easy);
    const std::unique_ptr<Transfer> transfer = std::move(found->second);
    under_way_.erase(found);
    curl_multi_remove_handle(multi_, easy);
    transfer->ended(easy, code);
    spare_.push_back(easy);
  }
}

}  // namespace sesame::net
