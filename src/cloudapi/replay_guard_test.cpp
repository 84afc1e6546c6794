#include "cloudapi/replay_guard.hpp"

#include <gtest/gtest.h>

#include "testkit/signed_request.hpp"

namespace sesame::cloudapi {
namespace {

using std::chrono::seconds;

ReplayGuard::Key key(unsigned char number) { return {number}; }

std::string_view outcome(const Status& status) { return status ? "fresh" : status.error().reason(); }

TEST(ReplayGuard, refuses_a_key_for_as_long_as_its_signature_can_be_valid) {
  ReplayGuard guard(seconds(300));
  const ReplayGuard::Clock::time_point begin{};
  EXPECT_EQ(outcome(guard.enter(key(1), begin)), "fresh");
  EXPECT_EQ(outcome(guard.enter(key(2), begin + seconds(1))), "fresh");
  EXPECT_EQ(outcome(guard.enter(key(1), begin + seconds(599))), "auth.replayed");
  EXPECT_EQ(outcome(guard.enter(key(1), begin + seconds(600))), "fresh");
  EXPECT_EQ(outcome(guard.enter(key(2), begin + seconds(600))), "auth.replayed");
}

TEST(ReplayGuard, a_forgotten_key_may_come_again_and_then_counts_anew) {
  ReplayGuard guard(seconds(300));
  const ReplayGuard::Clock::time_point begin{};
  EXPECT_EQ(outcome(guard.enter(key(1), begin)), "fresh");
  guard.forget(key(1));
  EXPECT_EQ(outcome(guard.enter(key(1), begin + seconds(100))), "fresh");
  EXPECT_EQ(outcome(guard.enter(key(1), begin + seconds(650))), "auth.replayed") << "the first entry ended";
}

TEST(ReplayGuard, refuses_by_name_what_it_cannot_remember) {
  ReplayGuard guard(seconds(300), 2);
  const ReplayGuard::Clock::time_point begin{};
  EXPECT_EQ(outcome(guard.enter(key(1), begin)), "fresh");
  EXPECT_EQ(outcome(guard.enter(key(2), begin)), "fresh");
  EXPECT_EQ(outcome(guard.enter(key(3), begin)), "net.overloaded");
  EXPECT_EQ(outcome(guard.enter(key(1), begin)), "auth.replayed");
  EXPECT_EQ(outcome(guard.enter(key(3), begin + seconds(601))), "fresh");
}

TEST(ReplayGuard, a_key_names_all_that_the_signature_may_leave_open) {
  net::HttpRequest request;
  request.body = "{}";
  RequestHead head;
  head.action = "SendEmail";
  head.version = "2020-10-02";
  head.region = "ap-guangzhou";
  const ReplayGuard::Key whole = ReplayGuard::key_of(request, head, "abc");
  EXPECT_EQ(ReplayGuard::key_of(request, head, "abc"), whole);
  EXPECT_NE(ReplayGuard::key_of(request, head, "abd"), whole);
  RequestHead other = head;
  other.action = "BatchSendEmail";
  EXPECT_NE(ReplayGuard::key_of(request, other, "abc"), whole);
  other = head;
  other.region = "ap-hongkong";
  EXPECT_NE(ReplayGuard::key_of(request, other, "abc"), whole);
  testkit::set_header(request, "X-TC-Content-SHA256", "UNSIGNED-PAYLOAD");
  const ReplayGuard::Key open = ReplayGuard::key_of(request, head, "abc");
  request.body = "{ }";
  EXPECT_NE(ReplayGuard::key_of(request, head, "abc"), open);
}

}  // namespace
}  // namespace sesame::cloudapi
