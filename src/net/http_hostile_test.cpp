// The HTTP server against clients that are broken, slow, greedy or hostile.
#include <gmock/gmock.h>

#include "net/http_server_fixture.hpp"
#include "testkit/eventually.hpp"

namespace sesame::net {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using testkit::eventually;

TEST_F(HttpServerTest, refuses_an_announced_body_that_is_too_large_before_it_comes) {
  const std::string answer = refused(
      "POST /up HTTP/1.1\r\nHost: a\r\nX-Name: me\r\nContent-Length: 100001\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK"));
  EXPECT_THAT(answer, HasSubstr("too large for /up of me"));
  EXPECT_THAT(answer, HasSubstr("Connection: close"));
}

TEST_F(HttpServerTest, lets_a_client_that_sends_too_much_read_the_answer) {
  const std::string body(5'000'000, 'x');
  EXPECT_THAT(refused("POST /up HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000\r\n\r\n" + body),
              HasSubstr("too large for /up"));
}

TEST_F(HttpServerTest, counts_chunks_against_the_limit) {
  std::string request = "POST /up HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 11; ++i) request += "2710\r\n" + std::string(10'000, 'x') + "\r\n";
  EXPECT_THAT(refused(request), HasSubstr("too large for /up"));
  EXPECT_THAT(
      refused("POST /up HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nx"),
      Not(HasSubstr("POST /up")));
}

struct Malformed {
  const char* name;
  const char* bytes;
};
class MalformedRequest : public HttpServerTest, public testing::WithParamInterface<Malformed> {};

TEST_P(MalformedRequest, is_refused_and_nothing_of_it_is_run) {
  const std::string answer = refused(GetParam().bytes);
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 400 Bad Request\r\n"));
  EXPECT_EQ(answer.find("HTTP/1.1", 1), std::string::npos) << "a second request was seen";
  EXPECT_EQ(echo_.requests, 0);
}

INSTANTIATE_TEST_SUITE_P(
    All, MalformedRequest,
    testing::Values(
        Malformed{"garbage", "\x16\x03\x01\x02\r\n\r\n"}, Malformed{"no_version", "GET /\r\nHost: a\r\n\r\n"},
        Malformed{"version_2", "GET / HTTP/2.0\r\nHost: a\r\n\r\n"},
        Malformed{"no_host", "GET / HTTP/1.1\r\nX: a\r\n\r\n"},
        Malformed{"two_hosts", "GET / HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n"},
        Malformed{"bare_line_feeds", "GET / HTTP/1.1\nHost: a\n\n\r\n\r\n"},
        Malformed{"blank_before_colon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n"},
        Malformed{"control_in_value", "GET / HTTP/1.1\r\nHost: a\r\nX: a\x01z\r\n\r\n"},
        Malformed{"relative_target", "GET index HTTP/1.1\r\nHost: a\r\n\r\n"},
        Malformed{"authority_target", "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n"},
        Malformed{"other_scheme", "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n"},
        Malformed{"two_lengths",
                  "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"},
        Malformed{"same_length_twice",
                  "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc"},
        Malformed{"length_list", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3, 3\r\n\r\nabc"},
        Malformed{"signed_length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc"},
        Malformed{"negative_length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n"},
        Malformed{"endless_length",
                  "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n"},
        Malformed{"length_then_chunked",
                  "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
                  "0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"},
        Malformed{
            "chunked_then_length",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"},
        Malformed{"chunked_twice",
                  "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: "
                  "chunked\r\n\r\n0\r\n\r\n"},
        Malformed{"unknown_coding",
                  "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"},
        Malformed{"not_quite_chunked",
                  "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"},
        Malformed{"chunked_in_1_0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        Malformed{"bad_chunk_size",
                  "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n\r\n"},
        Malformed{
            "chunk_without_end",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcdef\r\n0\r\n\r\n"}),
    [](const auto& info) { return info.param.name; });

TEST_F(HttpServerTest, refuses_header_bombs) {
  EXPECT_THAT(refused("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(5000, 'x')),
              StartsWith("HTTP/1.1 431"));
  EXPECT_THAT(refused("GET /" + std::string(100'000, 'x')), StartsWith("HTTP/1.1 431"));
  EXPECT_THAT(refused("GET http://a.test/x?y=" + std::string(100'000, 'x')), StartsWith("HTTP/1.1 431"));
  EXPECT_THAT(refused(std::string(100'000, 'x')), StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(refused("GET\x01" + std::string(100'000, 'x')), StartsWith("HTTP/1.1 400"));
  std::string many = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (int i = 0; i < 200; ++i) many += "X: y\r\n";
  EXPECT_THAT(refused(many + "\r\n"), AllOf(StartsWith("HTTP/1.1 400"), HasSubstr("too many headers")));
  EXPECT_THAT(refused("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;" +
                      std::string(90'000, 'x')),
              StartsWith("HTTP/1.1 400"));
  EXPECT_EQ(echo_.requests, 0);
}

TEST_F(HttpServerTest, leaves_out_a_header_that_would_forge_another) {
  TcpPeer peer = client();
  peer.send("GET /inject HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(peer.read_http_answer(), Not(HasSubstr("X-Forged")));
}

TEST_F(HttpServerTest, survives_clients_that_break_off) {
  for (const char* bytes : {"", "GET", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc"}) {
    TcpPeer cut = client();
    cut.send(bytes);
    cut.reset();
    TcpPeer closed = client();
    closed.send(bytes);
  }
  EXPECT_TRUE(eventually([&] { return server_->connections() == 0; }));
  EXPECT_EQ(echo_.requests, 0);
}

TEST_F(HttpServerTest, gives_up_on_slow_heads_bodies_and_idlers) {
  options_.header_timeout = options_.body_timeout = options_.idle_timeout = milliseconds(60);
  EXPECT_EQ(refused(""), "");
  EXPECT_EQ(refused("GET / HTTP/1.1\r\nHo"), "");
  EXPECT_EQ(refused("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc"), "");
}

TEST_F(HttpServerTest, counts_the_time_of_a_head_as_a_whole) {
  options_.header_timeout = milliseconds(150);
  TcpPeer peer = client();
  // Each byte comes soon after the one before; together they take too long.
  EXPECT_TRUE(eventually([&] { return !peer.send("G"); }));
  EXPECT_EQ(echo_.requests, 0);
}

TEST_F(HttpServerTest, gives_up_on_a_client_that_does_not_read) {
  options_.write_timeout = milliseconds(100);
  TcpPeer peer = client();
  std::string many;
  for (int i = 0; i < 200; ++i) many += "GET /large HTTP/1.1\r\nHost: a\r\n\r\n";
  peer.send(many);
  EXPECT_TRUE(eventually([&] { return server_->connections() == 0; }));
}

}  // namespace
}  // namespace sesame::net
