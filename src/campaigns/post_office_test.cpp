// The one way in for single sends.
#include "campaigns/post_office.hpp"

#include "campaigns/campaign_fixture.hpp"
#include "campaigns/frequency_gate.hpp"
#include "campaigns/send_shelf.hpp"

namespace sesame::campaigns {
namespace {

class Tray final : public SendTray {
 public:
  void put(storage::Writer&, const NewSend& send, const StoredSend& stored,
           std::span<const Verdict> verdicts) override {
    sends.push_back(stored);
    withheld.push_back(send.withheld);
    judged += verdicts.size();
    mailing = content::unpack_mailing(send.mailing).value();
  }
  std::vector<StoredSend> sends;
  std::vector<std::size_t> withheld;
  std::size_t judged = 0;
  content::Mailing mailing;  // The last one.
};

/// Withholds whoever is called "blocked" or "gone".
class Doorman final : public Gatekeeper {
 public:
  void judge(storage::Reader&, const Mailer& mailer, std::span<const std::string_view> addresses,
             std::int64_t, std::span<Verdict> verdicts) override {
    EXPECT_EQ(mailer.sender_domain, "mail.shop.test");
    for (std::size_t i = 0; i < addresses.size(); ++i) {
      if (addresses[i].starts_with("blocked")) verdicts[i] = {3020, "blocked"};
      if (addresses[i].starts_with("gone")) verdicts[i] = {1013, "unsubscribed"};
    }
  }
  bool counts() const override { return true; }
  void take_back(const accounts::Scope&, std::span<const std::string_view> addresses, std::int64_t) override {
    taken_back += addresses.size();
  }
  std::size_t taken_back = 0;
};

class PostOfficeTest : public CampaignTest {
 protected:
  PostOfficeTest() {
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
    const PostOffice office(gate_, DailyQuota(quota_), random_, tray_, server_tracks_);
    return database_.change(
        [&](storage::Writer& writer) { return office.accept(writer, mailing_, {}, std::move(send)); });
  }

  content::Mailing mailing_;
  std::int64_t quota_ = 0;
  senders::Tracking server_tracks_;
  Doorman doorman_;
  Gate gate_{{&doorman_}};
  Tray tray_;
};

TEST_F(PostOfficeTest, stores_a_send_and_queues_its_envelopes) {
  const auto stored = send({"ann@post.test", "blocked@post.test"}, {"bob@post.test"});
  ASSERT_TRUE(stored);
  ASSERT_EQ(tray_.sends.size(), 1u);
  EXPECT_EQ(tray_.sends[0].envelopes.size(), 3u);
  EXPECT_EQ(tray_.withheld[0], 1u);
  EXPECT_EQ(tray_.judged, 3u);
}

TEST_F(PostOfficeTest, refuses_a_send_that_nobody_would_get) {
  const auto stored = send({"blocked@post.test"});
  ASSERT_FALSE(stored);
  EXPECT_EQ(stored.error().reason(), "mail.recipients_suppressed");
  EXPECT_EQ(send({"gone@post.test", "blocked@post.test"}).error().reason(), "mail.recipients_unsubscribed");
  EXPECT_TRUE(tray_.sends.empty());
}

TEST_F(PostOfficeTest, counts_against_the_quota_only_what_is_mailed) {
  quota_ = 2;
  EXPECT_TRUE(send({"ann@post.test", "blocked@post.test"}));
  const auto over = send({"bob@post.test", "cid@post.test"});
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error().reason(), "campaigns.quota_exceeded");
  EXPECT_EQ(doorman_.taken_back, 2u);
  EXPECT_TRUE(send({"bob@post.test"}));
  EXPECT_EQ(tray_.sends.size(), 2u);
}

TEST_F(PostOfficeTest, settles_what_is_followed) {
  server_tracks_.opens = false;
  ASSERT_TRUE(send({"ann@post.test"}));
  EXPECT_FALSE(tray_.mailing.track_opens);
  EXPECT_TRUE(tray_.mailing.track_clicks);
  const senders::TrackingSetting setting{.opens = true, .clicks = false};
  ASSERT_TRUE(database_.change([&](storage::Writer& writer) {
    return senders::set_tracking(writer, scope_, "news@mail.shop.test", setting);
  }));
  // What the caller says counts for nothing.
  mailing_.track_clicks = true;
  ASSERT_TRUE(send({"ann@post.test"}));
  EXPECT_TRUE(tray_.mailing.track_opens);
  EXPECT_FALSE(tray_.mailing.track_clicks);
}

TEST_F(PostOfficeTest, refuses_content_that_cannot_be_composed) {
  mailing_.text.clear();
  const auto stored = send({"ann@post.test"});
  ASSERT_FALSE(stored);
  EXPECT_EQ(stored.error().reason(), "content.empty");
}

}  // namespace
}  // namespace sesame::campaigns
