// The HTTP server over real sockets, against polite and hostile clients.
#include "net/http_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <stdexcept>

#include "net/loops.hpp"
#include "net/task.hpp"
#include "testkit/eventually.hpp"
#include "testkit/tcp_peer.hpp"

namespace sesame::net {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using testkit::eventually;
using testkit::TcpPeer;

/// Answers with what it was asked; "/slow" waits until it is released, "/throw" throws.
class Echo final : public HttpHandler {
 public:
  Task<HttpResponse> handle(HttpRequest request) override {
    ++requests;
    if (request.path() == "/throw") throw std::runtime_error("a bug");
    if (request.path() == "/slow") {
      while (!released) co_await sleep_for(milliseconds(2));
    }
    HttpResponse response;
    response.content_type = "text/plain";
    response.body = request.method + " " + request.target + " host=" + std::string(request.header("HOST")) +
                    " body=" + request.body + " from=" + request.peer_address;
    if (request.path() == "/large") response.body.assign(300'000, 'x');
    if (request.path() == "/none") response.status = 204;
    if (request.path() == "/inject") response.headers.emplace_back("X-Bad", "a\r\nX-Forged: yes");
    co_return response;
  }
  HttpResponse too_large(const HttpRequest& head) override {
    HttpResponse response;
    response.body = "too large for " + head.target + " of " + std::string(head.header("X-Name"));
    return response;
  }

  std::atomic<int> requests{0};
  std::atomic<bool> released{false};
};

class HttpServerTest : public testing::Test {
 protected:
  HttpServerTest() {
    options_.max_body_bytes = 100'000;
    options_.max_header_bytes = 4096;
  }
  ~HttpServerTest() override {
    echo_.released = true;
    server_.reset();
    loops_.stop();
  }

  TcpPeer client() {
    if (!server_) start();
    return TcpPeer::connect(port_);
  }
  void start() {
    loops_.start();
    server_.emplace(loops_, echo_, options_);
    const auto port = server_->start();
    ASSERT_TRUE(port.ok()) << port.error().cause();
    port_ = *port;
  }
  /// Sends `bytes`; what comes back until the server closes.
  std::string refused(std::string_view bytes) {
    TcpPeer peer = client();
    peer.send(bytes);
    bool closed = false;
    std::string answer = peer.read_to_end(&closed);
    EXPECT_TRUE(closed);
    return answer;
  }

  HttpServerOptions options_;
  Echo echo_;
  Loops loops_{2};
  std::optional<HttpServer> server_;
  std::uint16_t port_ = 0;
};

TEST_F(HttpServerTest, AnswersAndKeepsTheConnection) {
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

TEST_F(HttpServerTest, AnswersPipelinedRequestsInOrder) {
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

TEST_F(HttpServerTest, ReadsARequestThatComesByteByByte) {
  TcpPeer peer = client();
  for (const char c : std::string(
           "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")) {
    ASSERT_TRUE(peer.send(std::string_view(&c, 1)));
  }
  EXPECT_THAT(peer.read_http_answer(), HasSubstr("POST /x host=a body=abc"));
}

TEST_F(HttpServerTest, JoinsChunksAndDropsTrailers) {
  TcpPeer peer = client();
  peer.send(
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
      "Chunked\r\n\r\n5;x=y\r\nhello\r\n1\r\n!\r\n0\r\nHost: evil\r\n\r\n"
      "GET /next HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(peer.read_http_answer(), HasSubstr("host=a body=hello!"));
  EXPECT_THAT(peer.read_http_answer(), HasSubstr("GET /next host=a"));
}

// The official Python client writes a URL there, and signs it.
TEST_F(HttpServerTest, TakesAnyHost) {
  TcpPeer peer = client();
  for (const char* host : {"http://127.0.0.1:8080", "127.0.0.1:8080", "", "a b", "[::1]:80"}) {
    peer.send(std::string("GET / HTTP/1.1\r\nHost: ") + host + "\r\n\r\n");
    EXPECT_THAT(peer.read_http_answer(), HasSubstr(std::string("GET / host=") + host + " body="));
  }
}

TEST_F(HttpServerTest, UnwrapsAbsoluteTargets) {
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

TEST_F(HttpServerTest, InvitesABodyThatIsAnnounced) {
  TcpPeer peer = client();
  peer.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-Continue\r\n\r\n");
  EXPECT_EQ(peer.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  peer.send("body");
  EXPECT_THAT(peer.read_http_answer(), HasSubstr("body=body"));
}

TEST_F(HttpServerTest, RefusesAnAnnouncedBodyThatIsTooLargeBeforeItComes) {
  const std::string answer = refused(
      "POST /up HTTP/1.1\r\nHost: a\r\nX-Name: me\r\nContent-Length: 100001\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK"));
  EXPECT_THAT(answer, HasSubstr("too large for /up of me"));
  EXPECT_THAT(answer, HasSubstr("Connection: close"));
}

TEST_F(HttpServerTest, LetsAClientThatSendsTooMuchReadTheAnswer) {
  const std::string body(5'000'000, 'x');
  EXPECT_THAT(refused("POST /up HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000\r\n\r\n" + body),
              HasSubstr("too large for /up"));
}

TEST_F(HttpServerTest, CountsChunksAgainstTheLimit) {
  std::string request = "POST /up HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 11; ++i) request += "2710\r\n" + std::string(10'000, 'x') + "\r\n";
  EXPECT_THAT(refused(request), HasSubstr("too large for /up"));
  EXPECT_THAT(
      refused("POST /up HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nx"),
      Not(HasSubstr("POST /up")));
}

TEST_F(HttpServerTest, TakesABodyOfExactlyTheLimit) {
  TcpPeer peer = client();
  const std::string body(100'000, 'x');
  peer.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n" + body);
  EXPECT_THAT(peer.read_http_answer(), HasSubstr("body=" + body));
}

struct Malformed {
  const char* name;
  const char* bytes;
};
class MalformedRequest : public HttpServerTest, public testing::WithParamInterface<Malformed> {};

TEST_P(MalformedRequest, IsRefusedAndNothingOfItIsRun) {
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

TEST_F(HttpServerTest, RefusesHeaderBombs) {
  EXPECT_THAT(refused("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(5000, 'x')),
              StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(refused("GET /" + std::string(100'000, 'x')), StartsWith("HTTP/1.1 400"));
  std::string many = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (int i = 0; i < 200; ++i) many += "X: y\r\n";
  EXPECT_THAT(refused(many + "\r\n"), AllOf(StartsWith("HTTP/1.1 400"), HasSubstr("too many headers")));
  EXPECT_THAT(refused("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;" +
                      std::string(90'000, 'x')),
              StartsWith("HTTP/1.1 400"));
  EXPECT_EQ(echo_.requests, 0);
}

TEST_F(HttpServerTest, SpeaksHttp10) {
  TcpPeer peer = client();
  peer.send("GET /1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_THAT(peer.read_http_answer(), HasSubstr("Connection: keep-alive\r\n"));
  peer.send("GET /2 HTTP/1.0\r\n\r\n");
  EXPECT_THAT(peer.read_to_end(), HasSubstr("GET /2 "));
}

TEST_F(HttpServerTest, SendsNoBodyWhereNoneMayBe) {
  TcpPeer peer = client();
  peer.send(
      "HEAD /large HTTP/1.1\r\nHost: a\r\n\r\nGET /none HTTP/1.1\r\nHost: a\r\n\r\nGET /end "
      "HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(peer.read_until("\r\n\r\n"), HasSubstr("Content-Length: 300000\r\n"));
  EXPECT_THAT(peer.read_until("\r\n\r\n"),
              AllOf(StartsWith("HTTP/1.1 204"), Not(HasSubstr("Content-Length"))));
  EXPECT_THAT(peer.read_http_answer(), HasSubstr("GET /end "));
}

TEST_F(HttpServerTest, SendsLargeAnswersWhole) {
  TcpPeer peer = client();
  peer.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(peer.read_http_answer(), testing::EndsWith("\r\n\r\n" + std::string(300'000, 'x')));
}

TEST_F(HttpServerTest, AnswersAClientThatHasFinishedWriting) {
  TcpPeer peer = client();
  peer.send("GET /half HTTP/1.1\r\nHost: a\r\n\r\n");
  peer.finish_writing();
  bool closed = false;
  EXPECT_THAT(peer.read_to_end(&closed), HasSubstr("GET /half "));
  EXPECT_TRUE(closed);
}

TEST_F(HttpServerTest, LeavesOutAHeaderThatWouldForgeAnother) {
  TcpPeer peer = client();
  peer.send("GET /inject HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(peer.read_http_answer(), Not(HasSubstr("X-Forged")));
}

TEST_F(HttpServerTest, SurvivesAHandlerThatThrows) {
  TcpPeer peer = client();
  peer.send("GET /throw HTTP/1.1\r\nHost: a\r\n\r\nGET /after HTTP/1.1\r\nHost: a\r\n\r\n");
  const std::string answer = peer.read_http_answer();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 500"));
  EXPECT_THAT(answer, Not(HasSubstr("a bug")));
  EXPECT_THAT(peer.read_http_answer(), HasSubstr("GET /after "));
}

TEST_F(HttpServerTest, SurvivesClientsThatBreakOff) {
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

TEST_F(HttpServerTest, GivesUpOnSlowHeadsBodiesAndIdlers) {
  options_.header_timeout = options_.body_timeout = options_.idle_timeout = milliseconds(60);
  EXPECT_EQ(refused(""), "");
  EXPECT_EQ(refused("GET / HTTP/1.1\r\nHo"), "");
  EXPECT_EQ(refused("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc"), "");
}

TEST_F(HttpServerTest, CountsTheTimeOfAHeadAsAWhole) {
  options_.header_timeout = milliseconds(150);
  TcpPeer peer = client();
  // Each byte comes soon after the one before; together they take too long.
  EXPECT_TRUE(eventually([&] { return !peer.send("G"); }));
  EXPECT_EQ(echo_.requests, 0);
}

TEST_F(HttpServerTest, GivesUpOnAClientThatDoesNotRead) {
  options_.write_timeout = milliseconds(100);
  TcpPeer peer = client();
  std::string many;
  for (int i = 0; i < 200; ++i) many += "GET /large HTTP/1.1\r\nHost: a\r\n\r\n";
  peer.send(many);
  EXPECT_TRUE(eventually([&] { return server_->connections() == 0; }));
}

TEST_F(HttpServerTest, TurnsAwayConnectionsBeyondItsLimit) {
  options_.max_connections = 2;
  TcpPeer one = client(), two = client();
  one.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
  two.send("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
  one.read_http_answer();
  two.read_http_answer();
  TcpPeer third = client();
  EXPECT_THAT(third.read_to_end(), StartsWith("HTTP/1.1 503"));
  one.close();
  EXPECT_TRUE(eventually([&] { return server_->connections() == 1; }));
  TcpPeer fourth = client();
  fourth.send("GET /4 HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(fourth.read_http_answer(), HasSubstr("GET /4 "));
}

TEST_F(HttpServerTest, StopsAfterTheRequestsInProgress) {
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

TEST_F(HttpServerTest, ClosesWhatDoesNotFinishInTime) {
  options_.drain_timeout = milliseconds(50);
  TcpPeer busy = client();
  busy.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
  ASSERT_TRUE(eventually([&] { return server_->connections() == 1; }));
  server_->stop();
  EXPECT_EQ(busy.read_to_end(), "");
  EXPECT_EQ(server_->connections(), 0u);
}

TEST_F(HttpServerTest, NamesWhyItCannotListen) {
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
