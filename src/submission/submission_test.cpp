// Programs that submit mail, over real sockets and a real database.
#include "submission/submission.hpp"

#include <gmock/gmock.h>

#include "accounts/accounts.hpp"
#include "accounts/password_hash.hpp"
#include "base/base64.hpp"
#include "campaigns/send_cache.hpp"
#include "senders/addresses.hpp"
#include "senders/domains.hpp"
#include "smtp/server_fixture.hpp"
#include "testkit/manual_clock.hpp"
#include "testkit/seeded_random.hpp"
#include "testkit/temp_database.hpp"

namespace sesame::submission {
namespace {

using smtp::Talker;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view kPassword = "Ab12cd34EFgh";
constexpr std::string_view kMail =
    "From: Shop <news@shop.test>\r\nTo: Ann <ann@post.test>\r\nSubject: hi\r\n\r\nGood news\r\n.\r\n";

class SubmissionTest : public ::testing::Test {
 protected:
  SubmissionTest() : box_(accounts::SecretBox::open(database_.folder(), random_).value()) {
    EXPECT_TRUE(database_.change(
        [&](storage::Writer& writer) { return accounts::create_account(writer, random_, "shop", 10, 1); }));
    add_sender({1, "ap-guangzhou"}, "news", kPassword);
    add_sender({1, "ap-guangzhou"}, "idle", "");
    client_loops_.start();
    loops_.start();
  }
  ~SubmissionTest() override {
    server_.reset();
    client_loops_.stop();
    loops_.stop();
  }

  void add_sender(const accounts::Scope& scope, const std::string& local, std::string_view password) {
    static const Result<senders::DomainKeys> keys = senders::make_domain_keys();
    senders::NewDomain domain;
    domain.name = "shop.test";
    static_cast<void>(database_.change([&](storage::Writer& writer) {
      return senders::create_domain(writer, box_, scope, domain, *keys, 1, {});
    }));
    const std::string address = local + "@shop.test";
    database_
        .change(
            [&](storage::Writer& writer) { return senders::create_address(writer, scope, address, "", 1); })
        .value();
    if (password.empty()) return;
    const std::string hash = accounts::hash_password(password).value();
    ASSERT_TRUE(database_.change(
        [&](storage::Writer& writer) { return senders::set_smtp_hash(writer, scope, address, hash); }));
  }

  void start() {
    submission_ =
        std::move(
            Submission::open({*database_, office_, pool_, clock_, random_, [this] { ++woken_; }}, options_))
            .value();
    server_options_.name = "mail.test";
    server_options_.metrics_name = "submission_test";
    server_options_.auth = true;
    server_options_.max_logins = 100;
    server_options_.max_errors = 100;
    server_options_.tls = smtp::ServerTls::implicit;
    server_options_.tls_context =
        net::TlsContext::server({certificate_.certificate_file(), certificate_.key_file()}).value();
    server_.emplace(loops_, *submission_, server_options_);
    port_ = server_->start().value();
  }
  Talker client() {
    if (!server_) start();
    Talker talker(client_loops_, port_);
    talker.start_tls();
    talker.hear();
    talker.ask("EHLO program.test");
    return talker;
  }
  static std::string log_in(Talker& talker, std::string_view user, std::string_view password) {
    const std::string zero(1, '\0');
    return talker.ask("AUTH PLAIN " + encode_base64(zero + std::string(user) + zero + std::string(password)));
  }
  Talker logged_in() {
    Talker talker = client();
    EXPECT_THAT(log_in(talker, "news@shop.test", kPassword), StartsWith("235 2.0.0"));
    return talker;
  }
  static std::string send(Talker& talker, std::string_view mail, std::string_view to = "ann@post.test") {
    std::string answer = talker.ask("MAIL FROM:<news@shop.test>");
    if (!answer.starts_with("250")) return answer;
    answer = talker.ask("RCPT TO:<" + std::string(to) + ">");
    if (!answer.starts_with("250")) return answer;
    talker.ask("DATA");
    talker.say(std::string(mail));
    return talker.hear();
  }
  /// The newest row of table send.
  struct StoredSend {
    std::int64_t id = 0;
    accounts::Scope scope;
    std::string from_address;
    std::string sender_domain;
    std::string subject;
    std::string to;  // A line for each address.
  };
  std::optional<StoredSend> last_send() {
    static constexpr storage::Sql kLast{
        "test.last_send",
        "SELECT send_id, account_id, region, from_address, sender_domain, subject,"
        " to_list FROM send ORDER BY send_id DESC LIMIT 1"};
    return database_.look([](storage::Reader& reader) -> std::optional<StoredSend> {
      const auto row = reader.query(kLast);
      if (!row->next()) return std::nullopt;
      return StoredSend{row->next_integer(),           {row->next_integer(), std::string(row->next_text())},
                        std::string(row->next_text()), std::string(row->next_text()),
                        std::string(row->next_text()), std::string(row->next_text())};
    });
  }

  testkit::TempDatabase database_;
  testkit::ManualClock clock_;
  testkit::SeededRandom random_{7};
  accounts::SecretBox box_;
  testkit::Certificate certificate_{"mail.test"};
  campaigns::MailFilters filters_;
  campaigns::SendIntake office_{filters_, {}, random_, {}};
  net::BlockingPool pool_{1, 16};
  net::Loops client_loops_{1};
  net::Loops loops_{1};
  SubmissionOptions options_;
  smtp::ServerOptions server_options_;
  std::unique_ptr<Submission> submission_;
  std::optional<smtp::Server> server_;
  std::uint16_t port_ = 0;
  std::atomic<int> woken_{0};
};

TEST_F(SubmissionTest, accepts_a_mail_as_a_send_of_its_sender) {
  Talker talker = logged_in();
  EXPECT_THAT(send(talker, kMail), StartsWith("250 2.0.0 OK: queued as qcloudses-30-"));
  EXPECT_EQ(woken_, 1);
  const auto stored = last_send();
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->scope, (accounts::Scope{1, "ap-guangzhou"}));
  EXPECT_EQ(stored->from_address, "news@shop.test");
  EXPECT_EQ(stored->sender_domain, "shop.test");
  EXPECT_EQ(stored->subject, "hi");
  EXPECT_EQ(stored->to, "ann@post.test\n");
}

TEST_F(SubmissionTest, mails_the_envelope_and_shows_the_header) {
  Talker talker = logged_in();
  talker.ask("MAIL FROM:<NEWS@shop.test>");
  for (const std::string to : {"bob@post.test", "BOB@post.test", "cid@post.test"})
    EXPECT_THAT(talker.ask("RCPT TO:<" + to + ">"), StartsWith("250 2.1.5"));
  talker.ask("DATA");
  talker.say(std::string(kMail));
  EXPECT_THAT(talker.hear(), StartsWith("250 2.0.0 OK: queued"));
  EXPECT_EQ(last_send()->to, "bob@post.test\ncid@post.test\n");
  senders::SignerCache signers(box_);
  const std::int64_t last_send_id = last_send()->id;
  const auto mailing = database_.look([&](storage::Reader& reader) {
    return campaigns::SendMailing::open(reader, {&signers, &clock_}, last_send_id);
  });
  ASSERT_TRUE(mailing) << mailing.error().reason();
  const auto mail = mailing.value()->compose(1);
  ASSERT_TRUE(mail);
  EXPECT_EQ(mail.value().envelope_to, "cid@post.test");
  EXPECT_THAT(mail.value().bytes, HasSubstr("To: Ann <ann@post.test>\r\n"));
  EXPECT_THAT(mail.value().bytes, HasSubstr("From: Shop <news@shop.test>\r\n"));
  EXPECT_EQ(mail.value().bytes.find("bob@"), std::string::npos);
  EXPECT_THAT(mail.value().bytes, StartsWith("DKIM-Signature:"));
}

TEST_F(SubmissionTest, says_the_same_whatever_is_wrong_with_a_login) {
  Talker talker = client();
  const std::string wrong = log_in(talker, "news@shop.test", "wrong");
  EXPECT_THAT(wrong, StartsWith("535 5.7.8"));
  for (const std::string_view user : {"idle@shop.test", "nobody@shop.test", "x", "news@shop.test\n"})
    EXPECT_EQ(log_in(talker, user, "wrong"), wrong) << user;
  EXPECT_EQ(log_in(talker, "idle@shop.test", kPassword), wrong);
}

TEST_F(SubmissionTest, lets_the_password_decide_which_region_is_meant) {
  add_sender({1, "ap-hongkong"}, "news", "Zy98xw76VUts");
  Talker talker = client();
  EXPECT_THAT(log_in(talker, "news@shop.test", "Zy98xw76VUts"), StartsWith("235"));
  EXPECT_THAT(send(talker, kMail), StartsWith("250 2.0.0"));
  EXPECT_EQ(last_send()->scope, (accounts::Scope{1, "ap-hongkong"}));
  Talker first = logged_in();
  EXPECT_THAT(send(first, kMail), StartsWith("250 2.0.0"));
  EXPECT_EQ(last_send()->scope, (accounts::Scope{1, "ap-guangzhou"}));
}

TEST_F(SubmissionTest, puts_logins_off_once_it_is_stopped) {
  Talker talker = client();
  submission_->stop();
  EXPECT_THAT(log_in(talker, "news@shop.test", kPassword), StartsWith("454 4.7.0"));
}

TEST_F(SubmissionTest, stops_a_peer_that_guesses) {
  options_.failed_logins_max = 2;
  Talker talker = client();
  log_in(talker, "news@shop.test", "wrong");
  log_in(talker, "news@shop.test", "wronger");
  EXPECT_THAT(log_in(talker, "news@shop.test", kPassword), StartsWith("454 4.7.0"));
  clock_.advance(options_.failed_logins_period);
  EXPECT_THAT(log_in(talker, "news@shop.test", kPassword), StartsWith("235"));
}

TEST_F(SubmissionTest, is_no_relay) {
  Talker stranger = client();
  EXPECT_THAT(send(stranger, kMail), StartsWith("530 5.7.0"));
  Talker talker = logged_in();
  for (const std::string from : {"idle@shop.test", "news@evil.test", ""})
    EXPECT_THAT(talker.ask("MAIL FROM:<" + from + ">"), StartsWith("550 5.7.1")) << from;
  EXPECT_THAT(send(talker, kMail, "ann@[192.0.2.1]"), StartsWith("553 5.1.3"));
  talker.ask("RSET");
  const std::string foreign = "From: boss@bank.test\r\nSubject: hi\r\n\r\nx\r\n.\r\n";
  EXPECT_THAT(send(talker, foreign), HasSubstr("\"FailedOperation.IncorrectSender."));
  EXPECT_FALSE(last_send());
}

TEST_F(SubmissionTest, shows_another_address_of_the_senders_domain) {
  Talker talker = logged_in();
  const std::string sister =
      "From: Help <help@shop.test>\r\nTo: ann@post.test\r\nSubject: hi\r\n\r\nx\r\n.\r\n";
  EXPECT_THAT(send(talker, sister), StartsWith("250 2.0.0"));
  EXPECT_EQ(last_send()->from_address, "news@shop.test");
}

TEST_F(SubmissionTest, answers_in_the_documented_lines) {
  Talker talker = logged_in();
  EXPECT_THAT(send(talker, "From: news@shop.test\r\n\r\nx\r\n.\r\n"),
              StartsWith("554 5.0.0 Error: transaction failed, blame it on the weather: "
                         "##SES-response-json:{\"Response\":{\"RequestId\":\""));
  EXPECT_EQ(send(talker, "Subject: " + std::string(3000, 'x') + "\r\n.\r\n"),
            "554 5.0.0 Error: transaction failed, blame it on the weather: smtp: too longer line in input "
            "stream");
}

TEST_F(SubmissionTest, bounds_the_mails_of_an_account_in_a_second) {
  options_.mails_per_second = 2;
  Talker talker = logged_in();
  EXPECT_THAT(send(talker, kMail), StartsWith("250"));
  EXPECT_THAT(send(talker, kMail), StartsWith("250"));
  EXPECT_THAT(send(talker, kMail), HasSubstr("RequestLimitExceeded.SmtpRateLimit."));
  clock_.advance(std::chrono::seconds(1));
  EXPECT_THAT(send(talker, kMail), StartsWith("250"));
}

TEST_F(SubmissionTest, takes_a_large_mail_apart_on_the_pool) {
  std::string mail = "From: news@shop.test\r\nTo: ann@post.test\r\nSubject: hi\r\n\r\n";
  while (mail.size() < 1'000'000) mail += std::string(990, 'x') + "\r\n";
  Talker talker = logged_in();
  EXPECT_THAT(send(talker, mail + ".\r\n"), StartsWith("250 2.0.0"));
}

TEST_F(SubmissionTest, notices_that_a_sender_is_gone) {
  Talker talker = logged_in();
  ASSERT_TRUE(database_.change([&](storage::Writer& writer) {
    return senders::delete_address(writer, {1, "ap-guangzhou"}, "news@shop.test");
  }));
  EXPECT_THAT(send(talker, kMail), HasSubstr("\"FailedOperation.NotAuthenticatedSender."));
}

}  // namespace
}  // namespace sesame::submission
