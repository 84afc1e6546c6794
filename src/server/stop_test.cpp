// How the assemblies stop while a handler is still at work.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>

#include "base/random.hpp"
#include "campaigns/sends.hpp"
#include "jobs/await.hpp"
#include "messages/rows.hpp"
#include "server/listener_assembly.hpp"
#include "storage/errors.hpp"
#include "testkit/eventually.hpp"
#include "testkit/tcp_peer.hpp"
#include "testkit/temp_dir.hpp"

namespace sesame::server {
namespace {

using testing::StartsWith;
using testkit::TcpPeer;

constexpr std::int64_t kHourMs = 3'600'000;
constexpr storage::Sql kOne{"test.one", "SELECT 1"};

/// A port that is free at this moment.
std::uint16_t free_port() {
  return testkit::TcpServer([](TcpPeer&) {}).port();
}

class StopTest : public testing::Test {
 protected:
  explicit StopTest(const std::map<std::string, std::string>& more = {}) {
    Settings::Sources sources;
    sources.flags = {{"data_dir", folder_.path().string()}, {"listen", "127.0.0.1:0"}, {"http.threads", "1"}};
    sources.flags.insert(more.begin(), more.end());
    settings_.emplace(Settings::load(sources).value());
    store_ = StoreAssembly::open(*settings_, clock_, random_).value();
  }

  testkit::TempDir folder_;
  SystemClock clock_;
  SystemRandom random_;
  std::optional<Settings> settings_;
  std::unique_ptr<StoreAssembly> store_;
};

TEST_F(StopTest, the_next_start_knows_the_credentials_before_it_listens) {
  ASSERT_TRUE(store_->open_credentials(*settings_, {}));
  const std::string id = store_->first_credential->secret_id;
  EXPECT_TRUE(store_->keyring.find(id));
  store_->stop();
  store_.reset();
  store_ = StoreAssembly::open(*settings_, clock_, random_).value();
  EXPECT_TRUE(store_->keyring.find(id));
}

/// The answers to a handler that uses the database again and again.
struct Uses {
  std::atomic<int> answered = 0;
  std::atomic<const ErrorName*> written = nullptr;
  std::atomic<const ErrorName*> read = nullptr;
  std::atomic<const ErrorName*> read_here = nullptr;
};

net::Task<void> use_until_stopped(StoreAssembly* store, Uses* uses) {
  for (;;) {
    jobs::WriteJob<Done> write = [](storage::Writer& writer) -> Result<Done> {
      return writer.query(kOne)->next(), Done{};
    };
    const Result<Done> written =
        co_await jobs::write(*store->database, storage::Priority::interactive, std::move(write));
    if (!written) uses->written = &written.error().name();
    if (!written) break;
    ++uses->answered;
  }
  jobs::ReadJob<Done> read = [](storage::Reader&) -> Result<Done> { return Done{}; };
  const Result<Done> late = co_await jobs::read(*store->database, read);
  const Result<Done> late_here = co_await jobs::quick_read(*store->database, read);
  uses->read = late ? nullptr : &late.error().name();
  uses->read_here = late_here ? nullptr : &late_here.error().name();
}

TEST_F(StopTest, a_handler_that_outlasts_its_server_is_answered_stopped) {
  Uses uses;
  store_->loops->spawn(0, [&] { return use_until_stopped(store_.get(), &uses); });
  ASSERT_TRUE(testkit::eventually([&] { return uses.answered > 0; }));
  store_->stop();
  EXPECT_EQ(uses.written, &storage::errors::kStopped);
  EXPECT_EQ(uses.read, &storage::errors::kStopped);
  EXPECT_EQ(uses.read_here, &storage::errors::kStopped);
}

class ListenerStopTest : public StopTest {
 protected:
  explicit ListenerStopTest(std::uint16_t port = free_port())
      : StopTest(
            {{"bounces.domain", "back.shop.test"}, {"bounces.listen", "127.0.0.1:" + std::to_string(port)}}),
        port_(port) {
    webhooks_ = WebhookAssembly::open(*settings_, *store_).value();
    effects_ = EffectsAssembly::open(*settings_, *store_, *webhooks_).value();
    mail_ = MailAssembly::open(*settings_, *store_, *effects_).value();
    api_ = ApiAssembly::open(*settings_, *store_, *webhooks_, *effects_, *mail_).value();
    listeners_ = ListenerAssembly::open(*settings_, *store_, *effects_, *mail_, *api_).value();
  }

  /// Stops in the order of Server::stop().
  void stop() {
    const std::initializer_list<Assembly*> assemblies = {listeners_.get(), api_.get(),      mail_.get(),
                                                         effects_.get(),   webhooks_.get(), store_.get()};
    for (Assembly* assembly : assemblies) assembly->close();
    for (Assembly* assembly : assemblies) assembly->stop();
  }

  /// A single send whose next attempt is an hour away.
  accounts::MailId deferred_mail() {
    campaigns::NewSend send;
    send.scope = {1, "ap-guangzhou"};
    send.from_address = "news@shop.test";
    send.sender_domain = "shop.test";
    send.to = {"ann@post.test"};
    send.now_ms = clock_.now_ms();
    const auto stored = store_->database->change<campaigns::StoredSend>(
        storage::Priority::interactive, [&](storage::Writer& writer) -> Result<campaigns::StoredSend> {
          return campaigns::create_send(writer, random_, send);
        });
    messages::Outcome outcome;
    outcome.id = {1, accounts::MailId::Kind::send, stored->id, 0};
    outcome.scope = send.scope;
    outcome.message_id = stored->message_id;
    outcome.from_address = send.from_address;
    outcome.to_address = send.to.front();
    outcome.requested_ms = outcome.happened_ms = clock_.now_ms();
    outcome.next_attempt_ms = clock_.now_ms() + kHourMs;
    EXPECT_TRUE(store_->database->write_and_wait(
        storage::Priority::interactive, [&](storage::Writer& writer) -> Status {
          messages::Outcome again = outcome;
          return messages::record_outcomes(writer, std::span(&again, 1)), Done{};
        }));
    return outcome.id;
  }

  const std::uint16_t port_;
  std::unique_ptr<WebhookAssembly> webhooks_;
  std::unique_ptr<EffectsAssembly> effects_;
  std::unique_ptr<MailAssembly> mail_;
  std::unique_ptr<ApiAssembly> api_;
  std::unique_ptr<ListenerAssembly> listeners_;
};

TEST_F(ListenerStopTest, a_report_that_waits_for_an_outcome_is_deferred_at_once) {
  const accounts::MailId mail = deferred_mail();
  TcpPeer mx = TcpPeer::connect(port_);
  mx.read_line();
  for (const std::string& line : {std::string("HELO mx.post.test"), std::string("MAIL FROM:<>"),
                                  "RCPT TO:<" + mail_->links->return_path(mail) + ">", std::string("DATA")}) {
    mx.send(line + "\r\n");
    ASSERT_THAT(mx.read_line(), testing::AnyOf(StartsWith("250"), StartsWith("354"))) << line;
  }
  mx.send(
      "Subject: failed\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n"
      "--x\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.post.test\r\n\r\n"
      "Final-Recipient: rfc822; ann@post.test\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--x--\r\n.\r\n");
  const auto begun = clock_.steady_now();
  auto stopped = std::async(std::launch::async, [&] { stop(); });
  EXPECT_THAT(mx.read_line(), StartsWith("451 4.3.0"));
  EXPECT_THAT(mx.read_line(), StartsWith("421 4.3.2"));
  stopped.get();
  EXPECT_LT(clock_.steady_now() - begun, std::chrono::seconds(5));
}

}  // namespace
}  // namespace sesame::server
