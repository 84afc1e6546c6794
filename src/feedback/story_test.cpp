#include "feedback/story.hpp"

#include <gtest/gtest.h>

#include <set>
#include <utility>
#include <vector>

#include "audience/suppression.hpp"
#include "base/beijing_time.hpp"
#include "feedback/complaints.hpp"
#include "feedback/volumes.hpp"
#include "testkit/manual_clock.hpp"
#include "testkit/temp_database.hpp"

namespace sesame::feedback {
namespace {

constexpr std::int64_t kNoon = 1'796'126'400'000;  // 2026-12-01 12:00 UTC.
const content::MailRef kMail{1, content::MailRef::Kind::run, 5, 17};

/// One mail, and what was marked on it.
class OneMail final : public MailBook {
 public:
  std::optional<StoredMail> find(storage::Reader&, const content::MailRef& ref) override {
    if (ref != kMail) return std::nullopt;
    StoredMail mail;
    mail.ref = ref;
    mail.scope = {1, "ap-guangzhou"};
    mail.message_id = "qcloudses-30-1";
    mail.from_address = "news@shop.test";
    mail.to_address = "reader@post.test";
    mail.requested_ms = kNoon;
    mail.delivered = !returned_;
    mail.subject = "Offers";
    return mail;
  }
  bool mark(storage::Writer&, const StoredMail&, MailMark mark) override {
    return marks_.insert(mark).second;
  }
  bool mark_bounced(storage::Writer&, const StoredMail&, std::string_view) override {
    return !std::exchange(returned_, true);
  }

 private:
  std::set<MailMark> marks_;
  bool returned_ = false;
};

class Ears final : public EventOutlet {
 public:
  void queue(storage::Writer&, std::span<const Event> events) override {
    heard.insert(heard.end(), events.begin(), events.end());
  }
  std::vector<Event> heard;
};

class StoryTest : public ::testing::Test {
 protected:
  std::size_t tell(EventKind kind, bool hard = false, const content::MailRef& mail = kMail) {
    Happening happening;
    happening.kind = kind;
    happening.mail = mail;
    happening.happened_ms = kNoon + 1000;
    happening.reason = "550 5.1.1 no such user";
    happening.hard = hard;
    happening.link = "https://shop.test/";
    return database_.change(
        [&](storage::Writer& writer) { return story_.record(writer, std::span(&happening, 1)); });
  }
  Volume volume() {
    const VolumeQuery query{scope_, beijing_day(kNoon), beijing_day(kNoon), "", ""};
    const auto days = database_.look([&](storage::Reader& reader) { return daily_volumes(reader, query); });
    return days.empty() ? Volume{} : days.front().volume;
  }
  audience::Suppression suppression(std::string_view address) {
    return database_.look([&](storage::Reader& reader) {
      return audience::find_suppressed(reader, scope_, std::span(&address, 1), {}, clock_.now_ms()).front();
    });
  }

  testkit::TempDatabase database_;
  testkit::ManualClock clock_;
  const accounts::Scope scope_{1, "ap-guangzhou"};
  OneMail book_;
  Ears ears_;
  const Story story_{{book_, ears_, {}, clock_}};
};

TEST_F(StoryTest, every_open_counts_and_every_reader_clicks_once) {
  tell(EventKind::open);
  tell(EventKind::open);
  tell(EventKind::click);
  tell(EventKind::click);
  EXPECT_EQ(volume().opened, 2);
  EXPECT_EQ(volume().clicked, 1);
  ASSERT_EQ(ears_.heard.size(), 4U);
  EXPECT_EQ(ears_.heard.back().link, "https://shop.test/");
}

TEST_F(StoryTest, who_unsubscribes_or_complains_again_changes_nothing) {
  for (int i = 0; i < 2; ++i) {
    tell(EventKind::unsubscribe);
    tell(EventKind::spamreport);
  }
  EXPECT_EQ(volume().unsubscribed, 1);
  EXPECT_EQ(volume().complained, 1);
  EXPECT_EQ(ears_.heard.size(), 2U);
  const auto page = database_.look([&](storage::Reader& reader) {
    ComplaintFilter filter;
    filter.to_ms = kNoon * 2;
    return list_complaints(reader, scope_, filter);
  });
  ASSERT_EQ(page.total, 1);
  EXPECT_EQ(page.complaints.front().subject, "Offers");
}

TEST_F(StoryTest, a_returned_mail_is_no_longer_delivered_and_a_hard_one_suppresses) {
  tell(EventKind::bounce, true);
  tell(EventKind::bounce, true);
  EXPECT_EQ(volume().bounced, 1);
  EXPECT_EQ(volume().delivered, -1);
  ASSERT_EQ(ears_.heard.size(), 1U);
  EXPECT_TRUE(ears_.heard.front().hard);
  EXPECT_EQ(suppression("reader@post.test"), audience::Suppression::bounced);
}

TEST_F(StoryTest, a_soft_bounce_suppresses_nobody) {
  tell(EventKind::bounce);
  EXPECT_EQ(volume().bounced, 1);
  EXPECT_EQ(suppression("reader@post.test"), audience::Suppression::none);
}

TEST_F(StoryTest, what_concerns_no_known_mail_is_left_out) {
  EXPECT_EQ(tell(EventKind::open, false, {2, content::MailRef::Kind::run, 5, 17}), 0U);
  EXPECT_TRUE(ears_.heard.empty());
}

}  // namespace
}  // namespace sesame::feedback
