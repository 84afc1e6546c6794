// The HTTP server over real sockets: what polite clients get, and how it stops.
#include "net/http_server.hpp"

#include <gmock/gmock.h>

#include <future>

#include "base/clock.hpp"
#include "net/http_server_fixture.hpp"
#include "testkit/eventually.hpp"

namespace sesame::net {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using testkit::eventually;

TEST_F(HttpServerTest, answers_and_keeps_the_connection) {
  TcpPeer peer = client();
  for (int i = 0; i < 3; ++i) {
    peer.send("POST /a?b=%20c HTTP/1.1\r\nHost: ses.test\r\nContent-Length: 5\r\n\r\nhello");
    const std::string answer = peer.read_http_answer();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\nDate: "));
    EXPECT_THAT(answer, HasSubstr("\r\nContent-Type: text/plain\r\n"));
    EXPECT_THAT(answer, HasSubstr("POST /a?b=%20c host=ses.test body=hello from=127.0.0.1"));
    EXPECT_THAT(answer, Not(HasSubstr("Connection:")));
  }
}

TEST_F(HttpServerTest, sends_a_body_as_it_is_made_and_closes_at_its_end) {
  TcpPeer peer = client();
  peer.send("GET /count HTTP/1.1\r\nHost: a\r\n\r\n");
  const std::string all = peer.read_to_end();
  EXPECT_THAT(all, HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(all, Not(HasSubstr("Content-Length")));
  EXPECT_THAT(all, testing::EndsWith("\r\n\r\n1\n2\n3\n"));
  TcpPeer head = client();
  head.send("HEAD /count HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(head.read_to_end(), testing::EndsWith("\r\n\r\n"));
}

TEST_F(HttpServerTest, a_body_without_end_ends_with_its_client) {
  {
    TcpPeer peer = client();
    peer.send("GET /endless HTTP/1.1\r\nHost: a\r\n\r\n");
    ASSERT_TRUE(eventually([&] { return echo_.requests == 1; }));
  }
  EXPECT_TRUE(eventually([&] { return server_->connections() == 0; }));
}

TEST_F(HttpServerTest, a_client_that_does_not_read_a_body_without_end_is_left) {
  options_.stall_timeout = std::chrono::milliseconds(50);
  TcpPeer peer = client();
  peer.send("GET /flood HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(eventually([&] { return echo_.requests == 1; }));
  EXPECT_TRUE(eventually([&] { return server_->connections() == 0; }));
}

TEST_F(HttpServerTest, a_body_without_end_holds_up_no_stop) {
  TcpPeer peer = client();
  peer.send("GET /endless HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(eventually([&] { return echo_.requests == 1; }));
  const auto begin = SystemClock().steady_now();
  server_->stop();
  EXPECT_LT(SystemClock().steady_now() - begin, options_.drain_timeout / 2);
  EXPECT_EQ(server_->connections(), 0u);
}

TEST_F(HttpServerTest, answers_pipelined_requests_in_order) {
  TcpPeer peer = client();
  peer.send(
      "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nPOST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi"
      "GET /3 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(peer.read_http_answer(), HasSubstr("GET /1 "));
  EXPECT_THAT(peer.read_http_answer(), HasSubstr("POST /2 host=a body=hi"));
  const std::string last = peer.read_to_end();
  EXPECT_THAT(last, HasSubstr("GET /3 "));
  EXPECT_THAT(last, HasSubstr("Connection: close\r\n"));
}

TEST_F(HttpServerTest, reads_a_request_that_comes_byte_by_byte) {
  TcpPeer peer = client();
  for (const char c : std::string(
           "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")) {
    ASSERT_TRUE(peer.send(std::string_view(&c, 1)));
  }
  EXPECT_THAT(peer.read_http_answer(), HasSubstr("POST /x host=a body=abc"));
}

TEST_F(HttpServerTest, reads_an_empty_chunked_body_that_comes_byte_by_byte) {
  TcpPeer peer = client();
  for (const char c :
       std::string("POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")) {
    ASSERT_TRUE(peer.send(std::string_view(&c, 1)));
  }
  EXPECT_THAT(peer.read_http_answer(), HasSubstr("POST /x host=a body= from"));
}

TEST_F(HttpServerTest, joins_chunks_and_drops_trailers) {
  TcpPeer peer = client();
  peer.send(
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
      "Chunked\r\n\r\n5;x=y\r\nhello\r\n1\r\n!\r\n0\r\nHost: evil\r\n\r\n"
      "GET /next HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(peer.read_http_answer(), HasSubstr("host=a body=hello!"));
  EXPECT_THAT(peer.read_http_answer(), HasSubstr("GET /next host=a"));
}

// The official Python client writes a URL there, and signs it.
TEST_F(HttpServerTest, takes_any_host) {
  TcpPeer peer = client();
  for (const char* host : {"http://127.0.0.1:8080", "127.0.0.1:8080", "", "a b", "[::1]:80"}) {
    peer.send(std::string("GET / HTTP/1.1\r\nHost: ") + host + "\r\n\r\n");
    EXPECT_THAT(peer.read_http_answer(), HasSubstr(std::string("GET / host=") + host + " body="));
  }
}

TEST_F(HttpServerTest, unwraps_absolute_targets) {
  TcpPeer peer = client();
  const std::pair<const char*, const char*> targets[] = {{"http://ses.test:80/a?b=c", "/a?b=c"},
                                                         {"HTTPS://ses.test", "/"},
                                                         {"http://ses.test?Action=X", "/?Action=X"},
                                                         {"/http://x", "/http://x"}};
  for (const auto& [sent, seen] : targets) {
    peer.send(std::string("GET ") + sent + " HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_THAT(peer.read_http_answer(), HasSubstr(std::string("GET ") + seen + " host=a"));
  }
}

TEST_F(HttpServerTest, invites_a_body_that_is_announced) {
  TcpPeer peer = client();
  peer.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-Continue\r\n\r\n");
  EXPECT_EQ(peer.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  peer.send("body");
  EXPECT_THAT(peer.read_http_answer(), HasSubstr("body=body"));
}

TEST_F(HttpServerTest, takes_a_body_of_exactly_the_limit) {
  TcpPeer peer = client();
  const std::string body(100'000, 'x');
  peer.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n" + body);
  EXPECT_THAT(peer.read_http_answer(), HasSubstr("body=" + body));
}

TEST_F(HttpServerTest, speaks_http_1_0) {
  TcpPeer peer = client();
  peer.send("GET /1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_THAT(peer.read_http_answer(), HasSubstr("Connection: keep-alive\r\n"));
  peer.send("GET /2 HTTP/1.0\r\n\r\n");
  EXPECT_THAT(peer.read_to_end(), HasSubstr("GET /2 "));
}

TEST_F(HttpServerTest, sends_no_body_where_none_may_be) {
  TcpPeer peer = client();
  peer.send(
      "HEAD /large HTTP/1.1\r\nHost: a\r\n\r\nGET /none HTTP/1.1\r\nHost: a\r\n\r\nGET /end "
      "HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(peer.read_until("\r\n\r\n"), HasSubstr("Content-Length: 300000\r\n"));
  EXPECT_THAT(peer.read_until("\r\n\r\n"),
              AllOf(StartsWith("HTTP/1.1 204"), Not(HasSubstr("Content-Length"))));
  EXPECT_THAT(peer.read_http_answer(), HasSubstr("GET /end "));
}

TEST_F(HttpServerTest, sends_large_answers_whole) {
  TcpPeer peer = client();
  peer.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(peer.read_http_answer(), testing::EndsWith("\r\n\r\n" + std::string(300'000, 'x')));
}

TEST_F(HttpServerTest, answers_a_client_that_has_finished_writing) {
  TcpPeer peer = client();
  peer.send("GET /half HTTP/1.1\r\nHost: a\r\n\r\n");
  peer.finish_writing();
  bool closed = false;
  EXPECT_THAT(peer.read_to_end(&closed), HasSubstr("GET /half "));
  EXPECT_TRUE(closed);
}

TEST_F(HttpServerTest, survives_a_handler_that_throws) {
  TcpPeer peer = client();
  peer.send("GET /throw HTTP/1.1\r\nHost: a\r\n\r\nGET /after HTTP/1.1\r\nHost: a\r\n\r\n");
  const std::string answer = peer.read_http_answer();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 500"));
  EXPECT_THAT(answer, Not(HasSubstr("a bug")));
  EXPECT_THAT(peer.read_http_answer(), HasSubstr("GET /after "));
}

TEST_F(HttpServerTest, stops_after_the_requests_in_progress) {
  TcpPeer idle = client(), busy = client();
  busy.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(eventually([&] { return echo_.requests == 1; }));
  auto stopping = std::async(std::launch::async, [&] { server_->stop(); });
  EXPECT_EQ(idle.read_to_end(), "");
  EXPECT_EQ(stopping.wait_for(milliseconds(20)), std::future_status::timeout);
  EXPECT_THROW(TcpPeer::connect(port_), std::runtime_error);
  echo_.released = true;
  EXPECT_THAT(busy.read_http_answer(), AllOf(HasSubstr("GET /slow "), HasSubstr("Connection: close")));
  busy.close();
  stopping.get();
  EXPECT_EQ(server_->connections(), 0u);
}

TEST_F(HttpServerTest, closes_what_does_not_finish_in_time) {
  options_.drain_timeout = milliseconds(50);
  TcpPeer busy = client();
  busy.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
  ASSERT_TRUE(eventually([&] { return server_->connections() == 1; }));
  server_->stop();
  EXPECT_EQ(busy.read_to_end(), "");
  EXPECT_EQ(server_->connections(), 0u);
}

TEST_F(HttpServerTest, shares_the_time_of_its_end_with_the_servers_closed_with_it) {
  options_.drain_timeout = milliseconds(1'200);
  TcpPeer first = client();
  HttpServer other(loops_, echo_, options_);
  TcpPeer second = TcpPeer::connect(other.start().value());
  for (TcpPeer* peer : {&first, &second})
    peer->send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
  ASSERT_TRUE(eventually([&] { return server_->connections() == 1 && other.connections() == 1; }));
  const SystemClock clock;
  const auto closed = clock.steady_now();
  server_->close();
  other.close();
  server_->stop();
  const auto stopped = clock.steady_now();
  EXPECT_GE(stopped - closed, options_.drain_timeout) << "the first waits for what is under way";
  other.stop();
  EXPECT_LT(clock.steady_now() - stopped, options_.drain_timeout) << "its time began with that of the first";
  EXPECT_EQ(second.read_to_end(), "");
  EXPECT_EQ(server_->connections() + other.connections(), 0u);
}

TEST_F(HttpServerTest, names_why_it_cannot_listen) {
  client();
  HttpServerOptions same;
  same.port = port_;
  HttpServer second(loops_, echo_, same);
  EXPECT_EQ(second.start().error().reason(), "net.address_in_use");
  HttpServerOptions nowhere;
  nowhere.host = "nowhere.invalid";
  HttpServer third(loops_, echo_, nowhere);
  EXPECT_EQ(third.start().error().reason(), "net.unresolved");
}

}  // namespace
}  // namespace sesame::net
