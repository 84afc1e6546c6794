// Acceptance of single sends from the API and from SMTP.
#include "campaigns/send_intake.hpp"

#include "campaigns/campaign_fixture.hpp"
#include "campaigns/frequency_filter.hpp"
#include "campaigns/send_cache.hpp"
#include "messages/due_fixture.hpp"

namespace sesame::campaigns {
namespace {

class Observer final : public messages::SendObserver {
 public:
  void accepted(storage::Writer& writer, std::span<const messages::NewMessage> messages) override {
    writer.after_commit(
        [this, accepted = std::vector(messages.begin(), messages.end())] { sends.push_back(accepted); });
  }
  std::vector<std::vector<messages::NewMessage>> sends;
};

/// Withholds recipients named "blocked" or "gone".
class NameFilter final : public MailFilter {
 public:
  void judge(storage::Reader&, const Mailer& mailer, std::span<const std::string_view> addresses,
             std::int64_t, std::span<Verdict> verdicts) override {
    EXPECT_EQ(mailer.sender_domain, "mail.shop.test");
    for (std::size_t i = 0; i < addresses.size(); ++i) {
      if (addresses[i].starts_with("blocked")) verdicts[i] = {3020, "blocked"};
      if (addresses[i].starts_with("gone")) verdicts[i] = {1013, "unsubscribed"};
      if (!verdicts[i].withheld()) ++counted;
    }
  }
  bool counts() const override { return true; }
  void take_back(const accounts::Scope&, std::span<const std::string_view> addresses, std::int64_t) override {
    counted -= addresses.size();
  }
  std::size_t counted = 0;  // Let through and not taken back.
};

class SendIntakeTest : public CampaignTest {
 protected:
  SendIntakeTest() {
    mailing_.from = {"Shop", "news@mail.shop.test"};
    mailing_.subject = "Hello";
    mailing_.text = "Good news";
  }

  Result<StoredSend> send(std::vector<std::string> to, std::vector<std::string> bcc = {}) {
    NewSend send;
    send.scope = scope_;
    send.app_id = "1251000000";
    send.from_address = mailing_.from.address;
    send.sender_domain = "mail.shop.test";
    send.to = std::move(to);
    send.bcc = std::move(bcc);
    send.now_ms = clock_.now_ms();
    const SendIntake office(filters_, DailyQuota(quota_), random_, {&observer_}, server_tracks_);
    return database_.change(
        [&](storage::Writer& writer) { return office.accept(writer, mailing_, {}, send); });
  }

  /// The stored content of the last send.
  content::Mailing last_mailing() {
    static constexpr storage::Sql kLast{"test.last_mailing",
                                        "SELECT mailing FROM send ORDER BY send_id DESC LIMIT 1"};
    return database_.look([](storage::Reader& reader) {
      const auto row = reader.query(kLast);
      if (!row->next()) return content::Mailing{};
      const storage::Blob packed = row->next_blob();
      return content::unpack_mailing({reinterpret_cast<const char*>(packed.data()), packed.size()}).value();
    });
  }

  content::Mailing mailing_;
  std::int64_t quota_ = 0;
  senders::Tracking server_tracks_;
  NameFilter name_filter_;
  MailFilters filters_{{&name_filter_}};
  Observer observer_;
};

TEST_F(SendIntakeTest, stores_a_send_and_queues_its_envelopes) {
  const auto stored = send({"ann@post.test", "blocked@post.test"}, {"bob@post.test"});
  ASSERT_TRUE(stored);
  ASSERT_EQ(observer_.sends.size(), 1u);
  const std::vector<messages::NewMessage>& queued = observer_.sends[0];
  ASSERT_EQ(queued.size(), 3u);
  EXPECT_FALSE(queued[0].withheld());
  EXPECT_EQ(queued[1].to_address, "blocked@post.test");
  EXPECT_EQ(queued[1].send_status, 3020);
  EXPECT_EQ(queued[1].withheld_because, "blocked");
  EXPECT_EQ(queued[2].id, (accounts::MailId{scope_.account_id, accounts::MailId::Kind::send, stored->id, 2}));
  EXPECT_EQ(queued[2].message_id, stored->message_id);
  // The two mailed envelopes are due; the withheld one only has its row.
  const auto due =
      database_.look([&](storage::Reader& reader) { return messages::due_rows(reader, clock_.now_ms()); });
  ASSERT_EQ(due.size(), 2u);
  EXPECT_EQ(due[0].to_address, "ann@post.test");
  EXPECT_EQ(due[1].to_address, "bob@post.test");
}

TEST_F(SendIntakeTest, refuses_a_send_whose_recipients_are_all_withheld) {
  const auto stored = send({"blocked@post.test"});
  ASSERT_FALSE(stored);
  EXPECT_EQ(stored.error().reason(), "mail.recipients_suppressed");
  EXPECT_EQ(send({"gone@post.test", "blocked@post.test"}).error().reason(), "mail.recipients_unsubscribed");
  EXPECT_TRUE(observer_.sends.empty());
}

TEST_F(SendIntakeTest, counts_only_mailed_envelopes_against_the_quota) {
  quota_ = 2;
  EXPECT_TRUE(send({"ann@post.test", "blocked@post.test"}));
  EXPECT_EQ(name_filter_.counted, 1u);
  const auto over = send({"bob@post.test", "cid@post.test"});
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error().reason(), "campaigns.quota_exceeded");
  EXPECT_EQ(name_filter_.counted, 1u);
  EXPECT_TRUE(send({"bob@post.test"}));
  EXPECT_EQ(name_filter_.counted, 2u);
  EXPECT_EQ(observer_.sends.size(), 2u);
}

TEST_F(SendIntakeTest, decides_the_tracking) {
  server_tracks_.opens = false;
  ASSERT_TRUE(send({"ann@post.test"}));
  EXPECT_FALSE(last_mailing().track_opens);
  EXPECT_TRUE(last_mailing().track_clicks);
  const senders::TrackingSetting setting{.opens = true, .clicks = false};
  ASSERT_TRUE(database_.change([&](storage::Writer& writer) {
    return senders::set_tracking(writer, scope_, "news@mail.shop.test", setting);
  }));
  // The caller's own values are ignored.
  mailing_.track_clicks = true;
  ASSERT_TRUE(send({"ann@post.test"}));
  EXPECT_TRUE(last_mailing().track_opens);
  EXPECT_FALSE(last_mailing().track_clicks);
}

TEST_F(SendIntakeTest, refuses_content_that_cannot_be_composed) {
  mailing_.text.clear();
  const auto stored = send({"ann@post.test"});
  ASSERT_FALSE(stored);
  EXPECT_EQ(stored.error().reason(), "content.empty");
}

}  // namespace
}  // namespace sesame::campaigns
