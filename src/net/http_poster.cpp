#include "net/http_poster.hpp"

#include <curl/curl.h>
#include <sys/socket.h>

#include <algorithm>
#include <deque>
#include <new>
#include <thread>
#include <unordered_map>

#include "base/start_thread.hpp"
#include "base/thread_name.hpp"
#include "base/thread_safety.hpp"
#include "net/public_address.hpp"

namespace sesame::net {

namespace {

constexpr std::size_t kAnswerBytesMax = 1 << 20;
constexpr int kPollMs = 1000;
constexpr curl_off_t kRetryAfterMax = 86'400;

void begin_curl() {
  static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (code != CURLE_OK) throw std::bad_alloc();
}

/// One post under way. Never moves, since libcurl holds its address.
struct Exchange {
  HttpPost post;
  HttpPoster::Done done;
  bool allow_private = false;
  bool address_refused = false;
  std::size_t answer_bytes = 0;
  curl_slist* headers = nullptr;
  char error[CURL_ERROR_SIZE] = {};

  ~Exchange() { curl_slist_free_all(headers); }
};

curl_socket_t open_socket(void* given, curlsocktype, curl_sockaddr* address) {
  auto* exchange = static_cast<Exchange*>(given);
  if (!exchange->allow_private && !is_public_address(address->addr)) {
    exchange->address_refused = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

std::size_t swallow(char*, std::size_t size, std::size_t count, void* given) {
  auto* exchange = static_cast<Exchange*>(given);
  exchange->answer_bytes += size * count;
  // A smaller number than given ends the transfer.
  return exchange->answer_bytes > kAnswerBytesMax ? 0 : size * count;
}

std::string problem_of(const Exchange& exchange, CURLcode code) {
  // One text for both: whoever may name URLs must not learn which names an internal DNS knows.
  if (exchange.address_refused || (code == CURLE_COULDNT_RESOLVE_HOST && !exchange.allow_private)) {
    return "the host has no public address; private ones and this machine's own are allowed with "
           "webhooks.allow_private";
  }
  if (exchange.answer_bytes > kAnswerBytesMax) return "the answer is longer than 1 MiB";
  return exchange.error[0] != '\0' ? exchange.error : curl_easy_strerror(code);
}

}  // namespace

struct HttpPoster::Parts {
  explicit Parts(HttpPosterOptions given) : options(std::move(given)), multi(curl_multi_init()) {
    if (multi == nullptr) throw std::bad_alloc();
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, static_cast<long>(options.idle_connections_max));
  }
  ~Parts() {
    for (CURL* easy : spare) curl_easy_cleanup(easy);
    curl_multi_cleanup(multi);
  }

  void run() {
    name_this_thread("http poster");
    while (begin_waiting()) {
      int running = 0;
      curl_multi_perform(multi, &running);
      finish_answered();
      curl_multi_poll(multi, nullptr, 0, kPollMs, nullptr);
    }
    for (auto& [easy, exchange] : under_way) {
      curl_multi_remove_handle(multi, easy);
      curl_easy_cleanup(easy);
      exchange->done({.problem = "stopped", .stopped = true});
    }
    under_way.clear();
  }

  /// False when the thread is to end.
  bool begin_waiting() {
    std::deque<std::unique_ptr<Exchange>> begun;
    bool goes_on = true;
    {
      const MutexLock lock(mutex);
      begun.swap(waiting);
      goes_on = !stopping;
    }
    for (std::unique_ptr<Exchange>& exchange : begun) begin(std::move(exchange));
    return goes_on;
  }

  void begin(std::unique_ptr<Exchange> exchange) {
    CURL* easy = nullptr;
    if (!spare.empty()) {
      easy = spare.back();
      spare.pop_back();
      curl_easy_reset(easy);
    } else {
      easy = curl_easy_init();
    }
    if (easy == nullptr) throw std::bad_alloc();
    set_up(easy, *exchange);
    curl_multi_add_handle(multi, easy);
    under_way.emplace(easy, std::move(exchange));
  }

  void set_up(CURL* easy, Exchange& exchange) const {
    const HttpPost& post = exchange.post;
    for (const auto& [name, value] : post.headers)
      exchange.headers = curl_slist_append(exchange.headers, (name + ": " + value).c_str());
    exchange.headers = curl_slist_append(exchange.headers, "Expect:");  // It would wait for 100 Continue.
    curl_easy_setopt(easy, CURLOPT_URL, post.url.c_str());
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    // A look-up that is too slow is abandoned; waiting for it would block all other posts.
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(post.timeout.count()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, post.body.data());
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, static_cast<long>(post.body.size()));
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, exchange.headers);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "sesame");
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &exchange);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, swallow);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &exchange);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, swallow);  // Endless headers end like an endless body.
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, &exchange);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, exchange.error);
    if (!options.ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, options.ca_file.c_str());
  }

  void finish_answered() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      CURL* easy = message->easy_handle;
      const CURLcode code = message->data.result;
      const auto found = under_way.find(easy);
      const std::unique_ptr<Exchange> exchange = std::move(found->second);
      under_way.erase(found);
      HttpPosted posted;
      if (code == CURLE_OK) {
        long status = 0;
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
        posted.status = static_cast<unsigned>(status);
        curl_off_t retry_after = 0;
        curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &retry_after);
        posted.retry_after = std::chrono::seconds(std::clamp<curl_off_t>(retry_after, 0, kRetryAfterMax));
      } else {
        posted.problem = problem_of(*exchange, code);
      }
      curl_multi_remove_handle(multi, easy);
      spare.push_back(easy);
      exchange->done(std::move(posted));
    }
  }

  const HttpPosterOptions options;
  CURLM* const multi;
  Mutex mutex;
  std::deque<std::unique_ptr<Exchange>> waiting SESAME_GUARDED_BY(mutex);
  bool stopping SESAME_GUARDED_BY(mutex) = false;
  // Only on the poster's thread.
  std::unordered_map<CURL*, std::unique_ptr<Exchange>> under_way;
  std::vector<CURL*> spare;
  std::thread thread;
};

HttpPoster::HttpPoster(HttpPosterOptions options) {
  begin_curl();
  parts_ = std::make_unique<Parts>(std::move(options));
  parts_->thread = start_thread([parts = parts_.get()] { parts->run(); });
}

HttpPoster::~HttpPoster() { stop(); }

void HttpPoster::post(HttpPost post, Done done) {
  auto exchange = std::make_unique<Exchange>();
  exchange->post = std::move(post);
  exchange->done = std::move(done);
  exchange->allow_private = parts_->options.allow_private;
  {
    const MutexLock lock(parts_->mutex);
    if (parts_->stopping) return;
    parts_->waiting.push_back(std::move(exchange));
  }
  curl_multi_wakeup(parts_->multi);
}

void HttpPoster::stop() {
  {
    const MutexLock lock(parts_->mutex);
    parts_->stopping = true;
  }
  curl_multi_wakeup(parts_->multi);
  if (parts_->thread.joinable()) parts_->thread.join();
}

}  // namespace sesame::net
