// The budget of all request bodies together: bodies arrive before their clients are authenticated.
#include <gmock/gmock.h>

#include "base/metrics.hpp"
#include "net/body_share.hpp"
#include "net/http_server_fixture.hpp"
#include "testkit/eventually.hpp"

namespace sesame::net {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using testkit::eventually;

constexpr std::size_t kChargedBytes = 100'000;  // Bytes of one body above the free ones.
constexpr std::size_t kLargeBytes = BodyShare::kFreeBytes + kChargedBytes;

// A budget for two large bodies and a half.
class HttpBodyBudgetTest : public HttpServerTest {
 protected:
  HttpBodyBudgetTest() {
    options_.max_body_bytes = 1'000'000;
    options_.max_bodies_bytes = kChargedBytes * 5 / 2;
  }

  static std::string head(std::string_view path, std::size_t body_bytes) {
    return "POST " + std::string(path) +
           " HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body_bytes) + "\r\n\r\n";
  }
  static std::string large_request(std::string_view path) {
    return head(path, kLargeBytes) + std::string(kLargeBytes, 'x');
  }
  bool bodies_come_to_hold(std::size_t bytes) {
    return eventually([&] { return server_->bodies_bytes() == bytes; });
  }
};

TEST_F(HttpBodyBudgetTest, half_sent_uploads_keep_further_ones_out_but_not_small_calls) {
  TcpPeer first = client(), second = client();
  for (TcpPeer* peer : {&first, &second})
    peer->send(head("/half", kLargeBytes + 1) + std::string(kLargeBytes, 'x'));
  ASSERT_TRUE(bodies_come_to_hold(2 * kChargedBytes));

  Counter& refusals =
      counter("sesame_http_refused_total", "Connections that ended with a refusal", {{"why", "body_budget"}});
  const double before = refusals.value();
  EXPECT_THAT(refused(large_request("/third")),
              AllOf(StartsWith("HTTP/1.1 503"), HasSubstr("Connection: close")));
  EXPECT_EQ(refusals.value(), before + 1);
  EXPECT_EQ(echo_.requests, 0);
  TcpPeer small = client();
  small.send(head("/small", 60'000) + std::string(60'000, 'x'));
  EXPECT_THAT(small.read_http_answer(), HasSubstr("POST /small "));

  first.send("y");
  EXPECT_THAT(first.read_http_answer(), HasSubstr("POST /half "));
  ASSERT_TRUE(bodies_come_to_hold(kChargedBytes));
  TcpPeer fourth = client();
  fourth.send(large_request("/fourth"));
  EXPECT_THAT(fourth.read_http_answer(), HasSubstr("POST /fourth "));
}

TEST_F(HttpBodyBudgetTest, a_promised_length_takes_nothing) {
  std::vector<TcpPeer> promising;
  for (int i = 0; i < 10; ++i) {
    promising.push_back(client());
    promising.back().send(head("/promised", 1'000'000) + "x");
  }
  TcpPeer peer = client();
  peer.send(large_request("/real"));
  EXPECT_THAT(peer.read_http_answer(), HasSubstr("POST /real "));
}

TEST_F(HttpBodyBudgetTest, a_body_counts_until_its_request_is_answered) {
  TcpPeer peer = client();
  peer.send(large_request("/slow"));
  ASSERT_TRUE(eventually([&] { return echo_.requests == 1; }));
  EXPECT_EQ(server_->bodies_bytes(), kChargedBytes);
  echo_.released = true;
  EXPECT_THAT(peer.read_http_answer(), HasSubstr("POST /slow "));
  EXPECT_TRUE(bodies_come_to_hold(0)) << "the connection is still open";
}

TEST_F(HttpBodyBudgetTest, a_client_that_breaks_off_gives_its_part_back) {
  TcpPeer cut = client();
  cut.send(head("/cut", kLargeBytes + 1) + std::string(kLargeBytes, 'x'));
  ASSERT_TRUE(bodies_come_to_hold(kChargedBytes));
  cut.reset();
  EXPECT_TRUE(bodies_come_to_hold(0));
}

TEST_F(HttpBodyBudgetTest, chunks_count_like_any_body) {
  std::string chunk = "2710\r\n" + std::string(10'000, 'x') + "\r\n";
  std::string request = "POST /chunks HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (std::size_t bytes = 0; bytes < BodyShare::kFreeBytes + options_.max_bodies_bytes; bytes += 10'000)
    request += chunk;
  EXPECT_THAT(refused(request), StartsWith("HTTP/1.1 503"));
  EXPECT_TRUE(bodies_come_to_hold(0));
}

}  // namespace
}  // namespace sesame::net
