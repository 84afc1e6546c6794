#include "server/return_desk.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "content/links.hpp"
#include "effects/mail_effects_fixture.hpp"
#include "net/loops.hpp"
#include "smtp/server.hpp"
#include "testkit/eventually.hpp"
#include "testkit/manual_clock.hpp"
#include "testkit/tcp_peer.hpp"
#include "testkit/temp_database.hpp"

namespace sesame::server {
namespace {

const accounts::MailId kMail{1, accounts::MailId::Kind::send, 5, 0};

/// One mail, whose outcome is recorded when the test says so.
class Book final : public effects::MailBook {
 public:
  std::optional<effects::StoredMail> find(storage::Reader&, const accounts::MailId& ref) override {
    ++looks;
    if (ref != kMail) return std::nullopt;
    effects::StoredMail mail;
    mail.ref = ref;
    mail.scope = {1, "ap-guangzhou"};
    mail.from_address = "news@shop.test";
    mail.to_address = "ann@post.test";
    mail.under_way = !recorded;
    mail.delivered = recorded && !returned;
    return mail;
  }
  bool mark(storage::Writer&, const effects::StoredMail&, effects::MailMark) override { return true; }
  bool mark_bounced(storage::Writer&, const effects::StoredMail&, std::string_view) override {
    return !returned.exchange(true);
  }
  std::atomic<bool> recorded{true};
  std::atomic<bool> returned{false};
  std::atomic<int> looks{0};
};

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

class ReturnDeskTest : public ::testing::Test {
 protected:
  ReturnDeskTest() {
    loops_.start();
    const Result<std::uint16_t> port = server_.start();
    line_.emplace(testkit::TcpPeer::connect(port.value()));
    line_->read_line();
    ask("HELO mx.post.test");
  }
  ~ReturnDeskTest() override {
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
  /// The answer to a whole mail.
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
          return returns::list_evidence(reader, {1, "ap-guangzhou"}, {});
        })
        .total;
  }

  testkit::TempDatabase database_;
  testkit::ManualClock clock_;
  net::Loops loops_{1};
  net::BlockingPool pool_{1, 4};
  const content::MailTokens tokens_{some_key()};
  const content::Links links_{tokens_, "", "back.shop.test"};
  const returns::ReturnAddresses addresses_{tokens_, "back.shop.test", {"abuse"}};
  const bounces::Classifier classifier_;
  Book book_;
  effects::Ears outlet_;
  const effects::Story story_{{book_, outlet_, {}, clock_}};
  const returns::Intake intake_{{addresses_, classifier_, book_, story_, clock_}, {}};
  ReturnDesk desk_{{addresses_, intake_, *database_, pool_}};
  smtp::Server server_{loops_, desk_, {}};
  std::optional<testkit::TcpPeer> line_;
};

TEST_F(ReturnDeskTest, takes_a_report_when_it_is_on_disk) {
  EXPECT_TRUE(bring(links_.return_path(kMail)).starts_with("250"));
  EXPECT_TRUE(book_.returned);
  EXPECT_EQ(kept(), 1);
}

TEST_F(ReturnDeskTest, refuses_what_is_not_for_it) {
  ask("MAIL FROM:<>");
  EXPECT_TRUE(ask("RCPT TO:<nobody@back.shop.test>").starts_with("550 5.1.1"));
  EXPECT_TRUE(ask("RCPT TO:<b-aaaaaaaaaaaaaaaaaaaaaaaaaa@back.shop.test>").starts_with("550 5.1.1"));
  EXPECT_TRUE(ask("RCPT TO:<ann@post.test>").starts_with("550 5.7.1"));
  EXPECT_TRUE(ask("RCPT TO:<postmaster>").starts_with("250"));
}

TEST_F(ReturnDeskTest, waits_for_the_outcome_of_a_mail_that_is_being_handed_over) {
  book_.recorded = false;
  auto answer = std::async(std::launch::async, [&] { return bring(links_.return_path(kMail)); });
  EXPECT_TRUE(testkit::eventually([&] { return book_.looks >= 2; }));
  EXPECT_FALSE(book_.returned);
  book_.recorded = true;
  EXPECT_TRUE(answer.get().starts_with("250"));
  EXPECT_TRUE(book_.returned);
  EXPECT_EQ(kept(), 1);
}

TEST_F(ReturnDeskTest, asks_for_another_time_when_nothing_can_be_stored) {
  const Status closed = database_.change([](storage::Writer& writer) -> Result<Done> {
    writer.run({"test.lose", "DROP TABLE returned_mail"});
    return Done{};
  });
  ASSERT_TRUE(closed);
  EXPECT_TRUE(bring(links_.return_path(kMail)).starts_with("451 4.3.0"));
  EXPECT_FALSE(book_.returned);
}

}  // namespace
}  // namespace sesame::server
