#include "net/http_poster.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "net/http_server_fixture.hpp"
#include "testkit/certificate.hpp"
#include "testkit/tcp_peer.hpp"

namespace sesame::net {
namespace {

using testing::HasSubstr;
using testkit::TcpPeer;
using testkit::TcpServer;

class HttpPosterTest : public testing::Test {
 protected:
  void post(HttpPoster& poster, const std::string& url,
            std::chrono::milliseconds timeout = std::chrono::seconds(10)) {
    poster.post(
        {url, {{"Content-Type", "application/json"}, {"X-Sesame-Test", "yes"}}, R"({"a":1})", timeout},
        [this](HttpPosted posted) {
          const std::lock_guard lock(mutex_);
          posted_.push_back(std::move(posted));
          changed_.notify_all();
        });
  }
  std::vector<HttpPosted> results(std::size_t count) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, std::chrono::seconds(20), [&] { return posted_.size() >= count; }));
    return posted_;
  }
  HttpPosted result(HttpPoster& poster, const std::string& url,
                    std::chrono::milliseconds timeout = std::chrono::seconds(10)) {
    post(poster, url, timeout);
    const auto all = results(1);
    return all.empty() ? HttpPosted{} : all.front();
  }
  static std::string url_of(const TcpServer& server) {
    return "http://127.0.0.1:" + std::to_string(server.port()) + "/hook?x=1";
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<HttpPosted> posted_;
  HttpPosterOptions private_{.allow_private = true};
};

TEST_F(HttpPosterTest, sends_what_it_was_given_and_tells_the_status) {
  std::string head;
  std::string body;
  TcpServer server([&](TcpPeer& peer) {
    head = peer.read_until("\r\n\r\n");
    body = peer.read_exactly(7);
    peer.send("HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\nok");
  });
  HttpPoster poster(private_);
  const HttpPosted posted = result(poster, url_of(server));
  EXPECT_TRUE(posted.accepted()) << posted.problem;
  EXPECT_EQ(posted.status, 202U);
  EXPECT_THAT(head, testing::StartsWith("POST /hook?x=1 HTTP/1.1\r\n"));
  EXPECT_THAT(head, HasSubstr("X-Sesame-Test: yes\r\n"));
  EXPECT_THAT(head, testing::Not(HasSubstr("Expect:")));
  EXPECT_EQ(body, R"({"a":1})");
}

TEST_F(HttpPosterTest, tells_the_pause_that_an_answer_asks_for) {
  const std::vector<std::pair<std::string, std::int64_t>> cases = {
      {"", 0},
      {"Retry-After: 7\r\n", 7},
      {"retry-after: 0\r\n", 0},
      {"Retry-After: 86401\r\n", 86'400},
      {"Retry-After: 9223372036854775807\r\n", 86'400},
      {"Retry-After: -7\r\n", 0},
      {"Retry-After: soon\r\n", 0},
      {"Retry-After: Wed, 21 Oct 2015 07:28:00 GMT\r\n", 0},
      {"Retry-After: Fri, 01 Jan 2100 00:00:00 GMT\r\n", 86'400},
  };
  std::size_t posts = 0;
  for (const auto& [field, seconds] : cases) {
    TcpServer server([&answer = field](TcpPeer& peer) {
      peer.read_until("\r\n\r\n");
      peer.send("HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n" + answer + "\r\n");
    });
    HttpPoster poster(private_);
    post(poster, url_of(server));
    const HttpPosted posted = results(++posts).back();
    EXPECT_EQ(posted.status, 429U) << posted.problem;
    EXPECT_EQ(posted.retry_after.count(), seconds) << field;
  }
}

TEST_F(HttpPosterTest, keeps_a_connection_for_the_next_post) {
  std::atomic<int> connections = 0;
  TcpServer server([&](TcpPeer& peer) {
    ++connections;
    while (!peer.read_until("\r\n\r\n").empty()) {
      peer.read_exactly(7);
      if (!peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) return;
    }
  });
  HttpPoster poster(private_);
  for (std::size_t i = 1; i <= 5; ++i) {
    post(poster, url_of(server));
    EXPECT_EQ(results(i).size(), i);
  }
  EXPECT_EQ(connections, 1);
}

TEST_F(HttpPosterTest, does_not_follow_redirects) {
  TcpServer server([&](TcpPeer& peer) {
    peer.read_until("\r\n\r\n");
    peer.send("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
  });
  HttpPoster poster(private_);
  EXPECT_EQ(result(poster, url_of(server)).status, 302U);
}

TEST_F(HttpPosterTest, does_not_reach_this_machine_unless_allowed_however_it_is_spelt) {
  std::atomic<int> connections = 0;
  TcpServer server([&](TcpPeer&) { ++connections; });
  const std::string port = ":" + std::to_string(server.port()) + "/";
  HttpPoster poster({});
  const std::vector<std::string> hosts{
      "127.0.0.1",          "localhost", "2130706433",          "0x7f.1", "127.1", "0.0.0.0",
      "[::ffff:127.0.0.1]", "[::1]",     "no-such-name.invalid"};
  for (const std::string& host : hosts) post(poster, "http://" + host + port);
  for (const HttpPosted& posted : results(hosts.size())) {
    EXPECT_EQ(posted.status, 0U);
    EXPECT_THAT(posted.problem, testing::StartsWith("the host has no public address"))
        << "which names resolve is nobody's business";
  }
  EXPECT_EQ(connections, 0);
}

TEST_F(HttpPosterTest, names_an_unknown_host_where_private_ones_are_allowed) {
  HttpPoster poster(private_);
  EXPECT_THAT(result(poster, "http://no-such-name.invalid/").problem, HasSubstr("no-such-name.invalid"));
}

TEST_F(HttpPosterTest, gives_up_in_time) {
  TcpServer server([&](TcpPeer& peer) { peer.read_to_end(); });
  HttpPoster poster(private_);
  const HttpPosted posted = result(poster, url_of(server), std::chrono::milliseconds(200));
  EXPECT_EQ(posted.status, 0U);
  EXPECT_FALSE(posted.problem.empty());
}

TEST_F(HttpPosterTest, does_not_read_for_ever) {
  TcpServer server([&](TcpPeer& peer) {
    peer.read_until("\r\n\r\n");
    peer.send("HTTP/1.1 200 OK\r\n\r\n");
    while (peer.send(std::string(65536, 'x'))) {
    }
  });
  HttpPoster poster(private_);
  EXPECT_THAT(result(poster, url_of(server)).problem, HasSubstr("1 MiB"));
}

TEST_F(HttpPosterTest, reads_no_endless_headers) {
  TcpServer server([&](TcpPeer& peer) {
    peer.read_until("\r\n\r\n");
    peer.send("HTTP/1.1 200 OK\r\n");
    while (peer.send("X-Filler: " + std::string(8192, 'x') + "\r\n")) {
    }
  });
  HttpPoster poster(private_);
  const HttpPosted posted = result(poster, url_of(server));
  EXPECT_EQ(posted.status, 0U);
  EXPECT_FALSE(posted.problem.empty());
}

class HttpsPosterTest : public HttpPosterTest {
 protected:
  HttpsPosterTest() {
    HttpServerOptions options;
    options.tls = TlsIdentity{certificate_.certificate_file(), certificate_.key_file()};
    loops_.start();
    server_.emplace(loops_, echo_, options);
    const auto port = server_->start();
    port_ = port ? *port : 0;
  }
  ~HttpsPosterTest() override {
    server_.reset();
    loops_.stop();
  }
  std::string url(const std::string& host) const { return "https://" + host + ":" + std::to_string(port_); }

  testkit::Certificate certificate_{"127.0.0.1"};
  Echo echo_;
  Loops loops_{1};
  std::optional<HttpServer> server_;
  std::uint16_t port_ = 0;
};

TEST_F(HttpsPosterTest, trusts_who_has_a_certificate_of_the_authority_it_was_given) {
  private_.ca_file = certificate_.certificate_file();
  HttpPoster poster(private_);
  EXPECT_EQ(result(poster, url("127.0.0.1")).status, 200U);
}

TEST_F(HttpsPosterTest, tells_nothing_to_strangers_and_under_another_name) {
  HttpPoster strangers(private_);
  post(strangers, url("127.0.0.1"));
  private_.ca_file = certificate_.certificate_file();
  HttpPoster other_name(private_);
  post(other_name, url("localhost"));
  for (const HttpPosted& posted : results(2)) {
    EXPECT_EQ(posted.status, 0U);
    EXPECT_FALSE(posted.problem.empty());
  }
  EXPECT_EQ(echo_.requests, 0);
}

TEST_F(HttpPosterTest, tells_why_there_was_no_answer) {
  HttpPoster poster(private_);
  post(poster, "http://127.0.0.1:1/");
  post(poster, "ftp://127.0.0.1/");
  post(poster, "file:///etc/passwd");
  for (const HttpPosted& posted : results(3)) {
    EXPECT_EQ(posted.status, 0U);
    EXPECT_FALSE(posted.problem.empty());
  }
}

TEST_F(HttpPosterTest, ends_what_is_under_way_when_it_stops) {
  TcpServer server([&](TcpPeer& peer) { peer.read_to_end(); });
  HttpPoster poster(private_);
  post(poster, url_of(server));
  poster.stop();
  EXPECT_TRUE(results(1).front().stopped);
  post(poster, url_of(server));
  poster.stop();
  const std::lock_guard lock(mutex_);
  EXPECT_EQ(posted_.size(), 1U) << "a post after the end is dropped";
}

}  // namespace
}  // namespace sesame::net
