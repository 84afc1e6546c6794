#include "effects/volumes.hpp"

#include <gtest/gtest.h>

#include "testkit/temp_database.hpp"

namespace sesame::effects {
namespace {

const accounts::Scope kScope{1, "ap-guangzhou"};
constexpr std::int64_t kDay = 20'000;

class Volumes : public testing::Test {
 protected:
  void add(std::vector<VolumeChange> changes) {
    database.change([&](storage::Writer& writer) { add_volumes(writer, changes); });
  }
  void add(std::int64_t day, std::string sender, std::string recipient, Volume volume) {
    add({{kScope, day, std::move(sender), std::move(recipient), volume}});
  }
  std::vector<DailyVolume> find(std::string_view sender = "", std::string_view recipient = "",
                                std::int64_t first = kDay, std::int64_t last = kDay + 10) {
    return database.look([&](storage::Reader& reader) {
      return daily_volumes(reader, {kScope, first, last, sender, recipient});
    });
  }
  std::int64_t requested(std::string_view sender = "", std::string_view recipient = "") {
    std::int64_t sum = 0;
    for (const DailyVolume& day : find(sender, recipient)) sum += day.volume.requested;
    return sum;
  }
  testkit::TempDatabase database;
};

TEST_F(Volumes, add_up_by_day_and_domain) {
  add(kDay, "a.test", "x.test", {.requested = 3, .accepted = 2, .delivered = 1, .bounced = 1});
  add(kDay, "a.test", "y.test", {.requested = 4});
  add(kDay + 2, "b.test", "x.test",
      {.requested = 5, .opened = 7, .clicked = 6, .unsubscribed = 1, .complained = 1});
  add(kDay, "a.test", "x.test", {.delivered = 1});
  const auto days = find();
  ASSERT_EQ(days.size(), 2u);
  EXPECT_EQ(days[0].day, kDay);
  EXPECT_EQ(days[0].volume, (Volume{.requested = 7, .accepted = 2, .delivered = 2, .bounced = 1}));
  EXPECT_EQ(days[1].day, kDay + 2);
  EXPECT_EQ(days[1].volume.opened, 7);
  EXPECT_EQ(requested("a.test"), 7);
  EXPECT_EQ(requested("", "x.test"), 8);
  EXPECT_EQ(requested("a.test", "x.test"), 3);
  EXPECT_EQ(requested("a.test", "z.test"), 0);
}

TEST_F(Volumes, of_one_transaction_are_summed_first) {
  std::vector<VolumeChange> changes(100, {kScope, kDay, "a.test", "x.test", {.requested = 1}});
  add(changes);
  EXPECT_EQ(requested(), 100);
}

TEST_F(Volumes, are_read_for_a_range_including_both_days) {
  for (int i = 0; i < 5; ++i) add(kDay + i, "a.test", "x.test", {.requested = 1});
  EXPECT_EQ(find("", "", kDay + 1, kDay + 3).size(), 3u);
  EXPECT_TRUE(find("", "", kDay + 5, kDay + 9).empty());
}

TEST_F(Volumes, of_other_scopes_are_not_read) {
  add({{{2, "ap-guangzhou"}, kDay, "a.test", "x.test", {.requested = 1}},
       {{1, "ap-hongkong"}, kDay, "a.test", "x.test", {.requested = 1}}});
  EXPECT_TRUE(find().empty());
}

TEST_F(Volumes, count_a_domain_under_one_spelling) {
  EXPECT_EQ(counted_domain("Ann@Shop.TEST"), "shop.test");
  EXPECT_EQ(counted_domain("a@b\"@bücher.test"), "xn--bcher-kva.test");
  EXPECT_EQ(counted_domain("no domain"), "");
}

TEST_F(Volumes, expire_by_day_a_few_domains_at_a_time) {
  for (int domain = 0; domain < 5; ++domain) {
    for (int day = 0; day < 4; ++day)
      add(kDay + day, "a.test", "x" + std::to_string(domain) + ".test", {.requested = 1});
  }
  // The walk covers other regions and accounts, too.
  for (const accounts::Scope& other : {accounts::Scope{1, "zz"}, accounts::Scope{2, "aa"}})
    add({{other, kDay, "a.test", "x.test", {.requested = 1}}});
  std::optional<VolumePlace> place = VolumePlace();
  std::int64_t rows = 0;
  int steps = 0;
  for (; place && steps < 10; ++steps) {
    ExpiredVolumes expired = database.change(
        [&](storage::Writer& writer) { return delete_expired_volumes(writer, kDay + 3, *place, 2); });
    rows += expired.rows;
    place = std::move(expired.next);
  }
  // Each scope has one more row for all recipients, and the last call finds nothing.
  EXPECT_EQ(steps, (6 + 2 + 2) / 2 + 1);
  EXPECT_EQ(rows, 6 * 3 + 2 + 2);
  ASSERT_EQ(find().size(), 1u);
  EXPECT_EQ(find().front().day, kDay + 3);
  EXPECT_EQ(requested(), 5);
  EXPECT_EQ(requested("", "x4.test"), 1);
}

}  // namespace
}  // namespace sesame::effects
