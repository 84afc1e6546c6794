#include "net/http_fetcher.hpp"

#include <openssl/ssl.h>

#include <utility>

#include "net/transfers.hpp"

namespace sesame::net {

namespace {

/// A connection is seldom used again: a host is asked once a day.
constexpr std::size_t kIdleConnectionsMax = 8;
constexpr std::size_t kHeadBytesMax = 64 * 1024;

class FetchTransfer final : public Transfer {
 public:
  FetchTransfer(HttpFetch fetch, HttpFetcher::Done done, const HttpFetcherOptions& options)
      : Transfer(options.allow_private),
        fetch_(std::move(fetch)),
        done_(std::move(done)),
        system_authorities_(options.ca_file.empty()) {}

  void set_up(CURL* easy) override {
    curl_easy_setopt(easy, CURLOPT_URL, fetch_.url.c_str());
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "https");
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(fetch_.timeout.count()));
    curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, keep_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, count_head);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
    if (!system_authorities_) return;
    // libcurl knows the path of one file; OpenSSL, as for SMTP, also what the environment names.
    curl_easy_setopt(easy, CURLOPT_CAINFO, nullptr);
    curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, trust_system);
  }

  void ended(CURL* easy, CURLcode code) override {
    HttpFetched fetched;
    if (code == CURLE_OK) {
      long status = 0;
      curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
      fetched.status = static_cast<unsigned>(status);
      const char* type = nullptr;
      curl_easy_getinfo(easy, CURLINFO_CONTENT_TYPE, &type);
      if (type != nullptr) fetched.content_type = type;
      fetched.body = std::move(body_);
    } else {
      fetched.problem = problem_of(code);
    }
    done_(std::move(fetched));
  }

  void stopped() override { done_({.problem = "stopped", .stopped = true}); }

 private:
  // A smaller number than given ends the transfer.
  static std::size_t keep_body(char* bytes, std::size_t size, std::size_t count, void* given) {
    auto* fetch = static_cast<FetchTransfer*>(given);
    fetch->too_long_ = fetch->body_.size() + size * count > fetch->fetch_.bytes_max;
    if (fetch->too_long_) return 0;
    fetch->body_.append(bytes, size * count);
    return size * count;
  }
  static std::size_t count_head(char*, std::size_t size, std::size_t count, void* given) {
    auto* fetch = static_cast<FetchTransfer*>(given);
    fetch->head_bytes_ += size * count;
    fetch->too_long_ = fetch->head_bytes_ > kHeadBytesMax;
    return fetch->too_long_ ? 0 : size * count;
  }
  static CURLcode trust_system(CURL*, void* context, void*) {
    const int done = SSL_CTX_set_default_verify_paths(static_cast<SSL_CTX*>(context));
    return done == 1 ? CURLE_OK : CURLE_SSL_CACERT_BADFILE;
  }

  std::string problem_of(CURLcode code) const {
    if (address_refused()) return "the host has no public address";
    if (too_long_) return "the answer is longer than " + std::to_string(fetch_.bytes_max) + " bytes";
    return error_text(code);
  }

  const HttpFetch fetch_;
  const HttpFetcher::Done done_;
  const bool system_authorities_;
  std::size_t head_bytes_ = 0;
  bool too_long_ = false;
  std::string body_;
};

}  // namespace

struct HttpFetcher::Parts {
  explicit Parts(const HttpFetcherOptions& given)
      : options(given), transfers("http fetcher", kIdleConnectionsMax, given.ca_file) {}

  const HttpFetcherOptions options;
  Transfers transfers;
};

HttpFetcher::HttpFetcher(const HttpFetcherOptions& options) : parts_(std::make_unique<Parts>(options)) {}

HttpFetcher::~HttpFetcher() = default;

void HttpFetcher::fetch(HttpFetch fetch, Done done) {
  parts_->transfers.start(
      std::make_unique<FetchTransfer>(std::move(fetch), std::move(done), parts_->options));
}

void HttpFetcher::stop() { parts_->transfers.stop(); }

}  // namespace sesame::net
