// The HTTP server's limits on connections, bodies and answers, and whom it takes for the client.
#include <gmock/gmock.h>

#include "base/metrics.hpp"
#include "net/http_server_fixture.hpp"
#include "testkit/eventually.hpp"

namespace sesame::net {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::StartsWith;
using testkit::eventually;

constexpr std::string_view kGet = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n";

class HttpLimitsTest : public HttpServerTest {
 protected:
  /// A client that has said nothing yet and is known to the server.
  TcpPeer silent() {
    if (!server_) start();
    const std::size_t before = server_->connections();
    TcpPeer peer = client();
    EXPECT_TRUE(eventually([&] { return server_->connections() > before; }));
    return peer;
  }
  static std::string ask(TcpPeer& peer, std::string_view request = kGet) {
    peer.send(request);
    return peer.read_http_answer();
  }
  static bool is_closed(TcpPeer& peer) {
    bool closed = false;
    return peer.read_to_end(&closed).empty() && closed;
  }
};

TEST_F(HttpLimitsTest, a_peer_has_so_many_connections_and_no_more) {
  options_.max_connections_per_peer = 2;
  TcpPeer first = silent(), second = silent();
  TcpPeer third = client();
  EXPECT_THAT(third.read_to_end(), StartsWith("HTTP/1.1 503"));
  EXPECT_THAT(ask(first), StartsWith("HTTP/1.1 200"));
  first.close();
  EXPECT_TRUE(eventually([&] { return server_->connections() == 1; }));
  TcpPeer fourth = client();
  EXPECT_THAT(ask(fourth), StartsWith("HTTP/1.1 200"));
}

TEST_F(HttpLimitsTest, without_a_limit_for_peers_only_that_of_all_counts) {
  options_.max_connections_per_peer = 0;
  options_.max_connections = 3;
  std::vector<TcpPeer> peers;
  for (int i = 0; i < 3; ++i) peers.push_back(silent());
  for (TcpPeer& peer : peers) EXPECT_THAT(ask(peer), StartsWith("HTTP/1.1 200"));
}

TEST_F(HttpLimitsTest, the_longest_idle_goes_when_one_more_comes) {
  options_.max_connections = 3;
  TcpPeer oldest = silent(), used = silent(), youngest = silent();
  EXPECT_THAT(ask(used), StartsWith("HTTP/1.1 200"));  // Idle anew, from now on.
  TcpPeer more = client();
  EXPECT_THAT(ask(more), StartsWith("HTTP/1.1 200"));
  EXPECT_TRUE(is_closed(oldest));
  EXPECT_THAT(ask(used), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(ask(youngest), StartsWith("HTTP/1.1 200"));
}

TEST_F(HttpLimitsTest, a_request_in_progress_is_never_closed_for_another) {
  options_.max_connections = 2;
  TcpPeer first = client(), second = client();
  for (TcpPeer* peer : {&first, &second}) peer->send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(eventually([&] { return echo_.requests == 2; }));
  TcpPeer third = client();
  EXPECT_THAT(third.read_to_end(), StartsWith("HTTP/1.1 503"));
  echo_.released = true;
  EXPECT_THAT(first.read_http_answer(), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(second.read_http_answer(), StartsWith("HTTP/1.1 200"));
  first.close();
  EXPECT_TRUE(eventually([&] { return server_->connections() == 1; }));
  TcpPeer fourth = client();
  EXPECT_THAT(ask(fourth), StartsWith("HTTP/1.1 200"));
}

TEST_F(HttpLimitsTest, a_new_connection_speaks_soon_and_a_used_one_may_rest) {
  options_.first_byte_timeout = milliseconds(1'000);
  options_.idle_timeout = milliseconds(60'000);
  TcpPeer used = client();
  EXPECT_THAT(ask(used), StartsWith("HTTP/1.1 200"));
  TcpPeer mute = client();
  EXPECT_TRUE(is_closed(mute));
  EXPECT_THAT(ask(used), StartsWith("HTTP/1.1 200"));
}

TEST_F(HttpLimitsTest, the_handler_judges_a_large_body_by_its_head) {
  options_.max_body_bytes = 1'000'000;
  const std::string head = "POST /stranger HTTP/1.1\r\nHost: a\r\nX-Name: me\r\n";
  EXPECT_THAT(refused(head + "Content-Length: 200000\r\nExpect: 100-continue\r\n\r\n"),
              AllOf(StartsWith("HTTP/1.1 200"), HasSubstr("too large for /stranger of me")));
  std::string chunked = head + "Transfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 20; ++i) chunked += "2710\r\n" + std::string(10'000, 'x') + "\r\n";
  EXPECT_THAT(refused(chunked), HasSubstr("too large for /stranger of me"));
  EXPECT_EQ(echo_.requests, 0);
  TcpPeer peer = client();
  peer.send(head + "Content-Length: 65536\r\n\r\n" + std::string(65'536, 'x'));
  EXPECT_THAT(peer.read_http_answer(), HasSubstr("POST /stranger"));
  peer.send("POST /known HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n" + std::string(200'000, 'x'));
  EXPECT_THAT(peer.read_http_answer(), HasSubstr("POST /known"));
}

TEST_F(HttpLimitsTest, strangers_leave_three_quarters_of_the_room_for_bodies) {
  options_.max_body_bytes = 400'000;
  options_.max_bodies_bytes = 400'000;
  const auto begin = [&](std::string_view target) {
    TcpPeer peer = client();
    peer.send("POST " + std::string(target) + " HTTP/1.1\r\nHost: a\r\nContent-Length: 150001\r\n\r\n" +
              std::string(150'000, 'x'));
    return peer;
  };
  TcpPeer first = begin("/unsure");
  EXPECT_TRUE(eventually([&] { return server_->bodies_bytes() == 150'000 - 65'536; }));
  TcpPeer second = begin("/unsure");
  EXPECT_THAT(second.read_http_answer(), StartsWith("HTTP/1.1 503"));
  TcpPeer known = begin("/known");
  known.send("x");
  EXPECT_THAT(known.read_http_answer(), HasSubstr("POST /known"));
  first.send("x");
  EXPECT_THAT(first.read_http_answer(), HasSubstr("POST /unsure"));
}

TEST_F(HttpLimitsTest, answers_that_nobody_reads_share_a_budget) {
  options_.max_answers_bytes = 25'000'000;
  options_.stall_timeout = milliseconds(60'000);
  TcpPeer first = client();
  first.send("GET /huge HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(eventually([&] { return server_->answers_bytes() > 0; }));
  TcpPeer second = client();
  second.send("GET /huge HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(second.read_to_end(), StartsWith("HTTP/1.1 503"));
  TcpPeer small = client();
  EXPECT_THAT(ask(small), StartsWith("HTTP/1.1 200")) << "small answers have room";
  EXPECT_EQ(first.read_http_answer().size() > 20'000'000, true);
  EXPECT_TRUE(eventually([&] { return server_->answers_bytes() == 0; }));
}

TEST_F(HttpLimitsTest, a_client_that_does_not_read_is_closed_early) {
  options_.stall_timeout = milliseconds(100);
  options_.write_timeout = milliseconds(60'000);
  TcpPeer peer = client();
  peer.send("GET /huge HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(eventually([&] { return echo_.requests == 1 && server_->connections() == 0; }));
  EXPECT_EQ(server_->answers_bytes(), 0u);
}

TEST_F(HttpLimitsTest, believes_the_headers_of_trusted_proxies_only) {
  const std::string forwarded =
      "GET /x HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 198.51.100.7\r\nX-Forwarded-Proto: https\r\n\r\n";
  TcpPeer direct = client();
  EXPECT_THAT(ask(direct, forwarded), HasSubstr("from=127.0.0.1 plain"));
  server_.reset();
  options_.trusted_proxies = {"127.0.0.0/8"};
  server_.emplace(loops_, echo_, options_);
  port_ = *server_->start();
  TcpPeer proxied = client();
  EXPECT_THAT(ask(proxied, forwarded), HasSubstr("from=198.51.100.7 secure"));
  EXPECT_THAT(ask(proxied), HasSubstr("from=127.0.0.1 plain")) << "of that request only";
}

TEST_F(HttpLimitsTest, behind_a_proxy_the_requests_of_each_client_are_counted) {
  options_.trusted_proxies = {"127.0.0.1"};
  options_.max_connections_per_peer = 1;
  const auto from = [](std::string_view target, std::string_view address) {
    return "GET " + std::string(target) + " HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: " + std::string(address) +
           "\r\n\r\n";
  };
  TcpPeer first = client(), second = client(), third = client();
  first.send(from("/slow", "198.51.100.7"));
  EXPECT_TRUE(eventually([&] { return echo_.requests == 1; }));
  const Counter& above =
      counter("sesame_http_refused_total", "Connections that ended with a refusal", {{"why", "peer_limit"}});
  const double before = above.value();
  EXPECT_THAT(ask(second, from("/x", "198.51.100.7")), StartsWith("HTTP/1.1 503"));
  EXPECT_EQ(above.value() - before, 1);
  EXPECT_THAT(ask(third, from("/x", "198.51.100.8")), StartsWith("HTTP/1.1 200"));
  echo_.released = true;
  EXPECT_THAT(first.read_http_answer(), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(ask(third, from("/x", "198.51.100.7")), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(ask(third, from("/x", "198.51.100.7")), StartsWith("HTTP/1.1 200")) << "the place came back";
}

TEST_F(HttpLimitsTest, refuses_proxies_that_are_no_addresses) {
  options_.trusted_proxies = {"127.0.0.1", "proxy.test"};
  loops_.start();
  server_.emplace(loops_, echo_, options_);
  EXPECT_EQ(server_->start().error().reason(), "net.bad_range");
}

}  // namespace
}  // namespace sesame::net
