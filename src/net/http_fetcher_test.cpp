#include "net/http_fetcher.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <vector>

#include "net/http_server_fixture.hpp"
#include "testkit/certificate.hpp"
#include "testkit/eventually.hpp"

namespace sesame::net {
namespace {

using testing::HasSubstr;

/// Documents, and answers that are too long, too slow or elsewhere.
class Documents final : public HttpHandler {
 public:
  Task<HttpResponse> handle(HttpRequest request) override {
    ++requests;
    HttpResponse response;
    response.content_type = "text/plain; charset=utf-8";
    response.body = request.method + " " + request.target;
    if (request.path() == "/moved") {
      response.status = 302;
      response.headers.emplace_back("Location", "/elsewhere");
    }
    if (request.path() == "/full") response.body.assign(64 * 1024, 'x');
    if (request.path() == "/too-long") response.body.assign(64 * 1024 + 1, 'x');
    if (request.path() == "/endless") response.source = std::make_shared<Counting>(1'000'000'000, 4096);
    if (request.path() == "/slow") response.source = std::make_shared<Counting>(1'000'000'000);
    co_return response;
  }
  std::atomic<int> requests = 0;
};

class Fetching : public testing::Test {
 protected:
  Fetching() {
    HttpServerOptions options;
    options.tls = TlsIdentity{certificate_.certificate_file(), certificate_.key_file()};
    loops_.start();
    server_.emplace(loops_, documents_, options);
    port_ = *server_->start();
    options_.ca_file = certificate_.certificate_file();
  }
  ~Fetching() override {
    server_.reset();
    loops_.stop();
  }

  void fetch(HttpFetcher& fetcher, HttpFetch wanted) {
    fetcher.fetch(std::move(wanted), [this](HttpFetched fetched) {
      const std::lock_guard lock(mutex_);
      fetched_.push_back(std::move(fetched));
      changed_.notify_all();
    });
  }
  HttpFetched result(HttpFetcher& fetcher, HttpFetch wanted) {
    fetch(fetcher, std::move(wanted));
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, std::chrono::seconds(20), [&] { return !fetched_.empty(); }));
    if (fetched_.empty()) return {};
    HttpFetched first = std::move(fetched_.front());
    fetched_.clear();
    return first;
  }
  HttpFetch document(const std::string& path, const std::string& host = "127.0.0.1") const {
    return {.url = "https://" + host + ":" + std::to_string(port_) + path};
  }

  testkit::Certificate certificate_{"127.0.0.1"};
  Documents documents_;
  Loops loops_{1};
  std::optional<HttpServer> server_;
  std::uint16_t port_ = 0;
  HttpFetcherOptions options_{.allow_private = true};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<HttpFetched> fetched_;
};

TEST_F(Fetching, brings_a_document_with_its_type) {
  HttpFetcher fetcher(options_);
  const HttpFetched fetched = result(fetcher, document("/policy.txt"));
  EXPECT_EQ(fetched.status, 200U) << fetched.problem;
  EXPECT_EQ(fetched.content_type, "text/plain; charset=utf-8");
  EXPECT_EQ(fetched.body, "GET /policy.txt");
}

TEST_F(Fetching, follows_no_redirect) {
  HttpFetcher fetcher(options_);
  EXPECT_EQ(result(fetcher, document("/moved")).status, 302U);
  EXPECT_EQ(documents_.requests, 1);
}

TEST_F(Fetching, takes_no_more_than_it_was_told) {
  HttpFetcher fetcher(options_);
  EXPECT_EQ(result(fetcher, document("/full")).body.size(), 64U * 1024);
  for (const char* path : {"/too-long", "/endless"}) {
    const HttpFetched fetched = result(fetcher, document(path));
    EXPECT_EQ(fetched.status, 0U) << path;
    EXPECT_THAT(fetched.problem, HasSubstr("longer than 65536 bytes")) << path;
    EXPECT_EQ(fetched.body, "") << path;
  }
}

TEST_F(Fetching, ends_a_slow_answer_at_its_deadline) {
  HttpFetcher fetcher(options_);
  HttpFetch slow = document("/slow");
  slow.timeout = std::chrono::milliseconds(300);
  const HttpFetched fetched = result(fetcher, std::move(slow));
  EXPECT_EQ(fetched.status, 0U);
  EXPECT_FALSE(fetched.problem.empty());
}

TEST_F(Fetching, asks_only_servers_that_prove_their_name) {
  HttpFetcher fetcher(options_);
  HttpFetcher strangers({.allow_private = true});  // The system does not know the authority.
  EXPECT_THAT(result(fetcher, document("/", "localhost")).problem, HasSubstr("certificate"));
  EXPECT_THAT(result(strangers, document("/")).problem, HasSubstr("certificate"));
  EXPECT_EQ(result(fetcher, {.url = "http://127.0.0.1:" + std::to_string(port_) + "/"}).status, 0U);
  EXPECT_EQ(documents_.requests, 0);
}

TEST_F(Fetching, asks_public_addresses_only) {
  options_.allow_private = false;
  HttpFetcher fetcher(options_);
  EXPECT_THAT(result(fetcher, document("/")).problem, HasSubstr("public address"));
  EXPECT_EQ(documents_.requests, 0);
}

TEST_F(Fetching, ends_what_is_under_way_when_it_stops) {
  HttpFetcher fetcher(options_);
  fetch(fetcher, document("/slow"));
  testkit::eventually([&] { return documents_.requests == 1; });
  fetcher.stop();
  const std::lock_guard lock(mutex_);
  ASSERT_EQ(fetched_.size(), 1U);
  EXPECT_TRUE(fetched_.front().stopped);
}

}  // namespace
}  // namespace sesame::net
