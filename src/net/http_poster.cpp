#include "net/http_poster.hpp"

#include <algorithm>
#include <utility>

#include "net/transfers.hpp"

namespace sesame::net {

namespace {

constexpr std::size_t kAnswerBytesMax = 1 << 20;
constexpr curl_off_t kRetryAfterMax = 86'400;

class PostTransfer final : public Transfer {
 public:
  PostTransfer(HttpPost post, HttpPoster::Done done, bool allow_private)
      : Transfer(allow_private), post_(std::move(post)), done_(std::move(done)) {}
  ~PostTransfer() override { curl_slist_free_all(headers_); }

  void set_up(CURL* easy) override {
    for (const auto& [name, value] : post_.headers)
      headers_ = curl_slist_append(headers_, (name + ": " + value).c_str());
    headers_ = curl_slist_append(headers_, "Expect:");  // It would wait for 100 Continue.
    curl_easy_setopt(easy, CURLOPT_URL, post_.url.c_str());
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(post_.timeout.count()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, post_.body.data());
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, static_cast<long>(post_.body.size()));
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers_);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, swallow);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, swallow);  // Endless headers end like an endless body.
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
  }

  void ended(CURL* easy, CURLcode code) override {
    HttpPosted posted;
    if (code == CURLE_OK) {
      long status = 0;
      curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
      posted.status = static_cast<unsigned>(status);
      curl_off_t retry_after = 0;
      curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &retry_after);
      posted.retry_after = std::chrono::seconds(std::clamp<curl_off_t>(retry_after, 0, kRetryAfterMax));
    } else {
      posted.problem = problem_of(code);
    }
    done_(std::move(posted));
  }

  void stopped() override { done_({.problem = "stopped", .stopped = true}); }

 private:
  static std::size_t swallow(char*, std::size_t size, std::size_t count, void* given) {
    auto* post = static_cast<PostTransfer*>(given);
    post->answer_bytes_ += size * count;
    // A smaller number than given ends the transfer.
    return post->answer_bytes_ > kAnswerBytesMax ? 0 : size * count;
  }

  std::string problem_of(CURLcode code) const {
    // One text for both: whoever may name URLs must not learn which names an internal DNS knows.
    if (address_refused() || (code == CURLE_COULDNT_RESOLVE_HOST && !allow_private())) {
      return "the host has no public address; private ones and this machine's own are allowed with "
             "webhooks.allow_private";
    }
    if (answer_bytes_ > kAnswerBytesMax) return "the answer is longer than 1 MiB";
    return error_text(code);
  }

  const HttpPost post_;
  const HttpPoster::Done done_;
  std::size_t answer_bytes_ = 0;
  curl_slist* headers_ = nullptr;
};

}  // namespace

struct HttpPoster::Parts {
  explicit Parts(const HttpPosterOptions& options)
      : allow_private(options.allow_private),
        transfers("http poster", options.idle_connections_max, options.ca_file) {}

  const bool allow_private;
  Transfers transfers;
};

HttpPoster::HttpPoster(const HttpPosterOptions& options) : parts_(std::make_unique<Parts>(options)) {}

HttpPoster::~HttpPoster() = default;

void HttpPoster::post(HttpPost post, Done done) {
  parts_->transfers.start(
      std::make_unique<PostTransfer>(std::move(post), std::move(done), parts_->allow_private));
}

void HttpPoster::stop() { parts_->transfers.stop(); }

}  // namespace sesame::net
