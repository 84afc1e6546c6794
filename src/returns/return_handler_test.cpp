#include "returns/return_handler.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "content/links.hpp"
#include "effects/sent_mail_fixture.hpp"
#include "net/loops.hpp"
#include "smtp/server.hpp"
#include "testkit/eventually.hpp"
#include "testkit/manual_clock.hpp"
#include "testkit/tcp_peer.hpp"
#include "testkit/temp_database.hpp"

namespace sesame::returns {
namespace {

content::MailTokens::Key some_key() {
  content::MailTokens::Key key;
  key.fill(4);
  return key;
}

constexpr const char* kReport =
    "Subject: failed\r\nContent-Type: multipart/report; report-type=delivery-status; "
    "boundary=x\r\n\r\n--x\r\n"
    "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.post.test\r\n\r\n"
    "Final-Recipient: rfc822; ann@post.test\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--x--\r\n.\r\n";

class ReturnHandlerTest : public ::testing::Test {
 protected:
  ReturnHandlerTest() {
    loops_.start();
    const Result<std::uint16_t> port = server_.start();
    line_.emplace(testkit::TcpPeer::connect(port.value()));
    line_->read_line();
    ask("HELO mx.post.test");
  }
  ~ReturnHandlerTest() override {
    line_->close();
    server_.stop();
    pool_.stop();
    database_.close();
    loops_.stop();
  }

  std::string ask(const std::string& line) {
    line_->send(line + "\r\n");
    return line_->read_line();
  }
  /// The reply to a whole mail.
  std::string bring(const std::string& to) {
    ask("MAIL FROM:<>");
    const std::string taken = ask("RCPT TO:<" + to + ">");
    if (!taken.starts_with("250")) return taken;
    ask("DATA");
    line_->send(kReport);
    return line_->read_line();
  }
  std::int64_t kept() {
    return database_
        .look([&](storage::Reader& reader) {
          return list_evidence(reader, {1, "ap-guangzhou"}, {});
        })
        .total;
  }

  storage::SqliteOptions counted() {
    storage::SqliteOptions options;
    options.on_commit = [this](const storage::CommitReport&) { ++commits_; };
    return options;
  }

  std::atomic<int> commits_ = 0;
  testkit::TempDatabase database_{counted()};
  testkit::ManualClock clock_;
  net::Loops loops_{1};
  net::BlockingPool pool_{1, 4};
  const content::MailTokens tokens_{some_key()};
  const content::Links links_{tokens_, "", "back.shop.test"};
  const ReturnAddresses addresses_{tokens_, "back.shop.test", {"abuse"}};
  const bounces::Classifier classifier_;
  effects::SentMails mails_{database_, "ann@post.test"};
  effects::RecordedEvents events_;
  const effects::MailEffects effects_{{events_, {}, clock_}};
  const Intake intake_{{addresses_, classifier_, effects_, clock_}, {}};
  ReturnHandler handler_{{addresses_, intake_, *database_, pool_}};
  smtp::Server server_{loops_, handler_, {}};
  std::optional<testkit::TcpPeer> line_;
};

TEST_F(ReturnHandlerTest, accepts_a_report_when_it_is_on_disk) {
  mails_.record(1, messages::DeliverStatus::delivered);
  EXPECT_TRUE(bring(links_.return_path(mails_.id(1))).starts_with("250"));
  EXPECT_TRUE(mails_.returned(1));
  EXPECT_EQ(kept(), 1);
}

TEST_F(ReturnHandlerTest, refuses_mail_for_other_addresses) {
  ask("MAIL FROM:<>");
  EXPECT_TRUE(ask("RCPT TO:<nobody@back.shop.test>").starts_with("550 5.1.1"));
  EXPECT_TRUE(ask("RCPT TO:<b-aaaaaaaaaaaaaaaaaaaaaaaaaa@back.shop.test>").starts_with("550 5.1.1"));
  EXPECT_TRUE(ask("RCPT TO:<ann@post.test>").starts_with("550 5.7.1"));
  EXPECT_TRUE(ask("RCPT TO:<postmaster>").starts_with("250"));
}

TEST_F(ReturnHandlerTest, waits_for_the_outcome_of_a_mail_that_is_being_handed_over) {
  mails_.record(1, messages::DeliverStatus::deferred);
  auto answer = std::async(std::launch::async, [&] { return bring(links_.return_path(mails_.id(1))); });
  EXPECT_EQ(answer.wait_for(std::chrono::milliseconds(250)), std::future_status::timeout);
  EXPECT_EQ(kept(), 0);
  mails_.record(1, messages::DeliverStatus::delivered);
  EXPECT_TRUE(answer.get().starts_with("250"));
  EXPECT_TRUE(mails_.returned(1));
  EXPECT_EQ(kept(), 1);
}

TEST_F(ReturnHandlerTest, leaves_the_writer_alone_while_it_waits) {
  mails_.record(1, messages::DeliverStatus::deferred);
  const int before = commits_;
  auto answer = std::async(std::launch::async, [&] { return bring(links_.return_path(mails_.id(1))); });
  ASSERT_TRUE(testkit::eventually([&] { return commits_ > before; }));
  EXPECT_EQ(answer.wait_for(std::chrono::milliseconds(350)), std::future_status::timeout);
  EXPECT_EQ(commits_, before + 1);
  mails_.record(1, messages::DeliverStatus::delivered);
  EXPECT_TRUE(answer.get().starts_with("250"));
}

TEST_F(ReturnHandlerTest, defers_a_report_instead_of_waiting_when_the_program_ends) {
  mails_.record(1, messages::DeliverStatus::deferred);
  auto answer = std::async(std::launch::async, [&] { return bring(links_.return_path(mails_.id(1))); });
  EXPECT_EQ(answer.wait_for(std::chrono::milliseconds(50)), std::future_status::timeout);
  handler_.stop_waiting();
  EXPECT_EQ(answer.wait_for(std::chrono::seconds(5)), std::future_status::ready);
  EXPECT_TRUE(answer.get().starts_with("451 4.3.0 the mail it is about"));
  EXPECT_EQ(kept(), 0);
}

TEST_F(ReturnHandlerTest, defers_mail_that_cannot_be_stored) {
  const Status closed = database_.change([](storage::Writer& writer) -> Result<Done> {
    writer.run({"test.lose", "DROP TABLE returned_mail"});
    return Done{};
  });
  ASSERT_TRUE(closed);
  mails_.record(1, messages::DeliverStatus::delivered);
  EXPECT_TRUE(bring(links_.return_path(mails_.id(1))).starts_with("451 4.3.0"));
  EXPECT_FALSE(mails_.returned(1));
}

}  // namespace
}  // namespace sesame::returns
