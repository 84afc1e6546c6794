// The foundations of the running program: secrets, the gate, the log, metrics.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <stdexcept>
#include <thread>

#include "base/gate.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "base/secret.hpp"
#include "testkit/eventually.hpp"

namespace sesame {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

TEST(Secret, moves_and_leaves_nothing_behind) {
  Secret secret(std::string("a secret longer than the small buffer of a string"));
  Secret other = std::move(secret);
  EXPECT_EQ(other.reveal(), "a secret longer than the small buffer of a string");
  EXPECT_TRUE(secret.empty());
  EXPECT_EQ(other.copy().reveal(), other.reveal());
  other = Secret();
  EXPECT_EQ(other.reveal(), "");
}

TEST(Secret, compares_whole_texts) {
  EXPECT_TRUE(constant_time_equal("", ""));
  EXPECT_TRUE(constant_time_equal("abc", "abc"));
  EXPECT_FALSE(constant_time_equal("abc", "abd"));
  EXPECT_FALSE(constant_time_equal("abc", "abcd"));
}

TEST(Gate, lets_nobody_in_once_closed) {
  Gate gate;
  EXPECT_TRUE(gate.enter());
  gate.close();
  EXPECT_FALSE(gate.enter());
  EXPECT_EQ(gate.inside(), 1u);
  EXPECT_FALSE(gate.close_and_wait(milliseconds(1)));
  gate.leave();
  gate.close_and_wait();
}

TEST(Gate, waits_for_those_inside) {
  Gate gate;
  ASSERT_TRUE(gate.enter());
  auto closing = std::async(std::launch::async, [&] { gate.close_and_wait(); });
  EXPECT_TRUE(testkit::eventually([&] { return gate.closed(); }));
  EXPECT_EQ(closing.wait_for(milliseconds(0)), std::future_status::timeout);
  gate.leave();
  closing.get();
}

TEST(Log, quotes_only_what_needs_it) {
  EXPECT_EQ(
      format_log_line(false, Level::info, "server.ready", {{"port", 8080}, {"host", "::1"}, {"tls", false}}),
      "level=info event=server.ready port=8080 host=::1 tls=false");
  EXPECT_EQ(format_log_line(false, Level::error, "x", {{"why", "no \"room\" left"}, {"empty", ""}}),
            "level=error event=x why=\"no \\\"room\\\" left\" empty=\"\"");
}

TEST(Log, cannot_be_forged_by_a_value) {
  const std::string line =
      format_log_line(false, Level::info, "x", {{"v", std::string("a\nlevel=error\x1b[2J\0\xff", 19)}});
  EXPECT_EQ(line, "level=info event=x v=\"a\\nlevel=error\\u001b[2J\\u0000?\"");
}

TEST(Log, writes_json) {
  EXPECT_EQ(format_log_line(true, Level::warning, "a.b", {{"n", -1}, {"t", "x\ty"}}),
            "\"level\":\"warning\",\"event\":\"a.b\",\"n\":-1,\"t\":\"x\\u0009y\"");
}

TEST(Log, knows_its_levels) {
  EXPECT_FALSE(log_enabled(Level::debug));
  EXPECT_TRUE(log_enabled(Level::error));
}

TEST(Metrics, are_one_for_a_name_and_labels) {
  Counter& red = counter("sesame_test_total", "for this test", {{"colour", "red"}});
  EXPECT_EQ(&red, &counter("sesame_test_total", "for this test", {{"colour", "red"}}));
  EXPECT_NE(&red, &counter("sesame_test_total", "for this test", {{"colour", "blue"}}));
  red.add();
  red.add(2);
  gauge("sesame_test_depth", "for this test").set(7);
  histogram("sesame_test_seconds", "for this test", {0.1, 1}).observe(0.5);
  const std::string text = metrics_text();
  EXPECT_THAT(text, HasSubstr("sesame_test_total{colour=\"red\"} 3"));
  EXPECT_THAT(text, HasSubstr("sesame_test_depth 7"));
  EXPECT_THAT(text, HasSubstr("sesame_test_seconds_bucket{le=\"1\"} 1"));
  EXPECT_THROW(gauge("sesame_test_total", "for this test"), std::invalid_argument);
}

}  // namespace
}  // namespace sesame
