#include "delivery/port_check.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "delivery/errors.hpp"
#include "testkit/manual_clock.hpp"
#include "testkit/tcp_peer.hpp"

namespace sesame::delivery {
namespace {

class PortCheckTest : public testing::Test {
 protected:
  PortCheckTest() { loops_.start(); }

  static HostPort local(std::uint16_t port) { return {"127.0.0.1", port}; }
  std::future<Result<std::vector<PortProbe>>> begin(PortCheck& check) {
    const auto promise = std::make_shared<std::promise<Result<std::vector<PortProbe>>>>();
    check.begin([promise](Result<std::vector<PortProbe>> probes) { promise->set_value(std::move(probes)); });
    return promise->get_future();
  }

  SystemClock clock_;
  net::Loops loops_{1};
};

TEST_F(PortCheckTest, tells_who_greets_from_who_does_not) {
  std::promise<std::string> said;
  testkit::TcpServer greeting([&](testkit::TcpPeer& peer) {
    peer.send("220 mx.test ESMTP\r\n");
    said.set_value(peer.read_to_end());
  });
  testkit::TcpServer silent([](testkit::TcpPeer& peer) { peer.close(); });
  testkit::TcpServer refusing([](testkit::TcpPeer& peer) { peer.send("550 5.7.1 not you\r\n"); });
  testkit::TcpServer other([](testkit::TcpPeer& peer) { peer.send("HTTP/1.1 400 Bad Request\r\n"); });
  std::uint16_t nobody = 0;
  {
    nobody = testkit::TcpServer([](testkit::TcpPeer&) {}).port();
  }
  PortCheck check(loops_, clock_,
                  {{local(greeting.port()), local(silent.port()), local(other.port()), local(nobody),
                    local(refusing.port())}});
  const auto probes = begin(check).get();
  ASSERT_TRUE(probes);
  ASSERT_EQ(probes->size(), 5U);
  EXPECT_EQ(probes->at(0).finding, PortFinding::open);
  EXPECT_EQ(probes->at(0).greeting, "220 mx.test ESMTP");
  EXPECT_EQ(probes->at(1).finding, PortFinding::silent);
  EXPECT_EQ(probes->at(2).finding, PortFinding::failed);
  EXPECT_EQ(probes->at(3).finding, PortFinding::refused);
  EXPECT_EQ(probes->at(4).finding, PortFinding::open) << "it refuses this machine, over an open port";
  EXPECT_EQ(verdict_of(*probes), PortVerdict::open);
  EXPECT_EQ(said.get_future().get(), "QUIT\r\n");  // Nothing else was sent.
}

TEST_F(PortCheckTest, runs_once_at_a_time) {
  std::promise<void> asked;
  std::promise<void> answers;
  testkit::TcpServer slow([&, waits = answers.get_future().share()](testkit::TcpPeer& peer) {
    asked.set_value();
    waits.wait();
    peer.send("220 mx.test\r\n");
  });
  PortCheck check(loops_, clock_, {{local(slow.port())}});
  auto first = begin(check);
  asked.get_future().wait();
  const auto second = begin(check).get();
  ASSERT_FALSE(second);
  EXPECT_TRUE(second.error().is(errors::kPortCheckUnderWay));
  answers.set_value();
  EXPECT_TRUE(first.get());
}

TEST_F(PortCheckTest, answers_again_what_it_saw_for_half_a_minute) {
  std::atomic<int> connected{0};
  testkit::TcpServer server([&](testkit::TcpPeer& peer) {
    ++connected;
    peer.send("220 mx.test\r\n");
  });
  testkit::ManualClock clock;
  PortCheck check(loops_, clock, {{local(server.port())}});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(begin(check).get().value().at(0).finding, PortFinding::open);
  EXPECT_EQ(connected, 1);
  clock.advance(kPortCheckPause);
  EXPECT_TRUE(begin(check).get());
  EXPECT_EQ(connected, 2);
}

TEST_F(PortCheckTest, connects_to_five_servers_at_most) {
  std::atomic<int> connected{0};
  testkit::TcpServer server([&](testkit::TcpPeer& peer) {
    ++connected;
    peer.send("220 mx.test\r\n");
  });
  PortCheck check(loops_, clock_, {std::vector<HostPort>(9, local(server.port()))});
  const auto probes = begin(check).get();
  ASSERT_TRUE(probes);
  EXPECT_EQ(probes->size(), kPortCheckServersMax);
  PortCheck without(loops_, clock_, {{}});
  EXPECT_EQ(verdict_of(*begin(without).get()), PortVerdict::unknown);
}

TEST(PortVerdictTest, is_closed_when_servers_are_known_and_nobody_greets) {
  const auto verdict = [](std::vector<PortFinding> findings) {
    std::vector<PortProbe> probes;
    for (const PortFinding finding : findings) probes.push_back({{}, finding, {}, 0});
    return verdict_of(probes);
  };
  EXPECT_EQ(verdict({PortFinding::timeout, PortFinding::unresolved}), PortVerdict::closed);
  EXPECT_EQ(verdict({PortFinding::silent}), PortVerdict::closed);
  EXPECT_EQ(verdict({PortFinding::timeout, PortFinding::open}), PortVerdict::open);
  EXPECT_EQ(verdict({PortFinding::unresolved, PortFinding::failed}), PortVerdict::unknown);
}

}  // namespace
}  // namespace sesame::delivery
