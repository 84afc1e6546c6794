#include "net/http_client.hpp"

#include <gtest/gtest.h>

#include <optional>

#include "net/http_server.hpp"
#include "net/loops.hpp"
#include "testkit/certificate.hpp"
#include "testkit/tcp_peer.hpp"

namespace sesame::net {
namespace {

using std::chrono::milliseconds;
using testkit::Certificate;
using testkit::TcpPeer;
using testkit::TcpServer;

constexpr milliseconds kPlenty{10'000};

HttpTarget target_of(std::uint16_t port) { return *parse_http_target("127.0.0.1:" + std::to_string(port)); }

TEST(HttpTarget, reads_urls) {
  const auto plain = parse_http_target("http://ses.test:8080/a?b=c");
  EXPECT_EQ(plain->host, "ses.test");
  EXPECT_EQ(plain->port, 8080);
  EXPECT_EQ(plain->path, "/a?b=c");
  EXPECT_EQ(plain->host_header(), "ses.test:8080");
  const auto secure = parse_http_target("https://[::1]");
  EXPECT_TRUE(secure->https);
  EXPECT_EQ(secure->host, "::1");
  EXPECT_EQ(secure->port, 443);
  EXPECT_EQ(secure->path, "/");
  EXPECT_EQ(secure->host_header(), "[::1]");
  EXPECT_EQ(parse_http_target("127.0.0.1:8080")->host_header(), "127.0.0.1:8080");
  EXPECT_EQ(parse_http_target("http://ses.test?x=y")->path, "/?x=y");
}

TEST(HttpTarget, refuses_other_things) {
  for (const char* url : {"", "ftp://a", "http://", "http://a b", "http://user@a", "http://a:0",
                          "http://a:99999", "http://a#x", "://a"}) {
    const auto target = parse_http_target(url);
    EXPECT_FALSE(target.ok()) << url;
  }
}

TEST(HttpClient, sends_what_it_is_given_and_reads_the_answer) {
  std::string seen;
  TcpServer server([&](TcpPeer& peer) {
    seen = peer.read_http_answer();
    peer.send("HTTP/1.1 201 Created\r\nX-Name: v\r\nContent-Length: 4\r\n\r\ndone");
  });
  const HttpHeaders headers = {{"Content-Type", "application/json"}};
  const auto answer = http_post(target_of(server.port()), headers, "{}", kPlenty);
  ASSERT_TRUE(answer.ok()) << answer.error().cause();
  EXPECT_EQ(answer->status, 201u);
  EXPECT_EQ(answer->header("x-name"), "v");
  EXPECT_EQ(answer->body, "done");
  EXPECT_EQ(seen, "POST / HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server.port()) +
                      "\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
}

TEST(HttpClient, understands_every_kind_of_body) {
  for (const char* answer_text :
       {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
        "HTTP/1.0 200 OK\r\n\r\nhello"}) {
    TcpServer server([&](TcpPeer& peer) {
      peer.read_until("\r\n\r\n");
      peer.send(answer_text);
    });
    const auto answer = http_get(target_of(server.port()), {}, kPlenty);
    ASSERT_TRUE(answer.ok()) << answer_text;
    EXPECT_EQ(answer->body, "hello") << answer_text;
  }
}

TEST(HttpClient, keeps_its_connection_and_replaces_one_that_was_closed) {
  TcpServer server([](TcpPeer& peer) {
    for (int i = 0; i < 2; ++i) {
      if (peer.read_http_answer().empty()) return;
      peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    }
  });
  HttpClient client(target_of(server.port()));
  for (int i = 0; i < 6; ++i) {
    const auto answer = client.request("POST", "/", {}, "x", kPlenty);
    ASSERT_TRUE(answer.ok()) << i << " " << answer.error().reason() << " " << answer.error().cause();
  }
  EXPECT_EQ(server.accepted(), 3u);
}

TEST(HttpClient, names_what_went_wrong) {
  TcpServer not_http([](TcpPeer& peer) {
    peer.read_until("\r\n\r\n");
    peer.send("220 mail.test ESMTP\r\n");
  });
  EXPECT_EQ(http_get(target_of(not_http.port()), {}, kPlenty).error().reason(), "net.bad_answer");
  TcpServer cut([](TcpPeer& peer) {
    peer.read_until("\r\n\r\n");
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhal");
  });
  EXPECT_EQ(http_get(target_of(cut.port()), {}, kPlenty).error().reason(), "net.closed");
  TcpServer silent([](TcpPeer& peer) { peer.read_to_end(); });
  EXPECT_EQ(http_get(target_of(silent.port()), {}, milliseconds(50)).error().reason(), "net.timeout");
  TcpServer hangs_up([](TcpPeer&) {});
  EXPECT_EQ(http_get(target_of(hangs_up.port()), {}, kPlenty).error().reason(), "net.closed");
}

class Greeter final : public HttpHandler {
 public:
  Task<HttpResponse> handle(HttpRequest request) override {
    HttpResponse response;
    response.body = "hello " + request.body;
    co_return response;
  }
};

/// A server with a certificate for 127.0.0.1.
class HttpsTest : public testing::Test {
 protected:
  HttpsTest() {
    HttpServerOptions options;
    options.header_timeout = milliseconds(200);
    options.tls = TlsIdentity{certificate_.certificate_file(), certificate_.key_file()};
    server_.emplace(loops_, greeter_, options);
    loops_.start();
    const auto port = server_->start();
    if (port) target_.port = *port;
    target_.https = true;
    target_.host = "127.0.0.1";
    target_.ca_file = certificate_.certificate_file();
  }
  ~HttpsTest() override {
    server_.reset();
    loops_.stop();
  }

  Certificate certificate_{"127.0.0.1"};
  Greeter greeter_;
  Loops loops_{1};
  std::optional<HttpServer> server_;
  HttpTarget target_;
};

TEST_F(HttpsTest, answers) {
  HttpClient client(target_);
  for (int i = 0; i < 3; ++i) {
    const auto answer = client.request("POST", "/", {}, "you", kPlenty);
    ASSERT_TRUE(answer.ok()) << answer.error().reason() << " " << answer.error().cause();
    EXPECT_EQ(answer->body, "hello you");
  }
  const std::string large(3'000'000, 'x');
  const auto answer = client.request("POST", "/", {{"Connection", "close"}}, large, kPlenty);
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->body.size(), large.size() + 6);
}

TEST_F(HttpsTest, is_not_trusted_without_its_authority_or_under_another_name) {
  HttpTarget strangers = target_;
  strangers.ca_file.clear();
  EXPECT_EQ(http_get(strangers, {}, kPlenty).error().reason(), "net.tls");
  HttpTarget other_name = target_;
  other_name.host = "localhost";
  EXPECT_EQ(http_get(other_name, {}, kPlenty).error().reason(), "net.tls");
}

TEST_F(HttpsTest, drops_clients_that_speak_no_tls) {
  TcpPeer plain = TcpPeer::connect(target_.port);
  plain.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  plain.read_to_end();
  TcpPeer silent = TcpPeer::connect(target_.port);
  bool closed = false;
  silent.read_to_end(&closed);
  EXPECT_TRUE(closed);
  EXPECT_TRUE(http_get(target_, {}, kPlenty).ok());
}

TEST_F(HttpsTest, stops_while_a_handshake_waits) {
  TcpPeer silent = TcpPeer::connect(target_.port);
  server_->stop();
  EXPECT_EQ(server_->connections(), 0u);
}

TEST(TlsContext, names_the_file_that_is_wrong) {
  const Certificate one("a.test"), other("b.test");
  const auto missing = TlsContext::server(TlsIdentity{"/nowhere.pem", one.key_file()});
  EXPECT_EQ(missing.error().reason(), "net.tls");
  EXPECT_EQ(missing.error().facts().at(0).value, "/nowhere.pem");
  EXPECT_FALSE(TlsContext::server(TlsIdentity{one.certificate_file(), other.key_file()}).ok());
  TlsClientOptions options;
  options.ca_file = "/nowhere.pem";
  EXPECT_EQ(TlsContext::client(options).error().reason(), "net.tls");
}

}  // namespace
}  // namespace sesame::net
