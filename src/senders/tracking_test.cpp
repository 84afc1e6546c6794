#include "senders/tracking.hpp"

#include <gtest/gtest.h>

#include "senders/addresses.hpp"
#include "testkit/temp_database.hpp"

namespace sesame::senders {
namespace {

class TrackingTest : public testing::Test {
 protected:
  TrackingTest() {
    database_.change([this](storage::Writer& writer) {
      static constexpr storage::Sql kAccount{"test.account",
                                             "INSERT INTO account (id, app_id, created_ms) VALUES (1, 1, 0)"};
      static constexpr storage::Sql kDomain{
          "test.domain",
          "INSERT INTO sender_domain (account_id, region, name, dkim_option, tags, verified_ms, created_ms) "
          "VALUES (1, 'ap-guangzhou', 'shop.test', 0, '[]', 1, 0)"};
      writer.run(kAccount);
      writer.run(kDomain);
      EXPECT_TRUE(create_address(writer, scope_, "news@shop.test", "", 0));
    });
  }

  std::string set(std::string_view address, TrackingSetting setting) {
    const Status status = database_.change(
        [&](storage::Writer& writer) { return set_tracking(writer, scope_, address, setting); });
    return status ? "done" : std::string(status.error().reason());
  }
  Tracking holds(std::string_view address, Tracking server = {}) {
    return database_.look(
        [&](storage::Reader& reader) { return tracking_of(reader, scope_, address, server); });
  }

  testkit::TempDatabase database_;
  const accounts::Scope scope_{1, "ap-guangzhou"};
};

TEST_F(TrackingTest, the_server_decides_where_nobody_said_anything) {
  EXPECT_EQ(holds("news@shop.test"), (Tracking{true, true}));
  EXPECT_EQ(holds("news@shop.test", {false, true}), (Tracking{false, true}));
  EXPECT_EQ(holds(""), (Tracking{true, true}));
}

TEST_F(TrackingTest, a_sender_overrules_the_account_and_the_account_the_server) {
  EXPECT_EQ(set("", {.opens = false, .clicks = false}), "done");
  EXPECT_EQ(holds("news@shop.test"), (Tracking{false, false}));
  EXPECT_EQ(set("News@SHOP.test", {.clicks = true}), "done");
  EXPECT_EQ(holds("news@shop.test"), (Tracking{false, true}));
  EXPECT_EQ(holds("other@shop.test"), (Tracking{false, false}));
  EXPECT_EQ(holds(""), (Tracking{false, false}));
  EXPECT_EQ(set("news@shop.test", {}), "done");
  EXPECT_EQ(holds("news@shop.test"), (Tracking{false, false}));
}

TEST_F(TrackingTest, other_regions_have_settings_of_their_own) {
  EXPECT_EQ(set("", {.opens = false}), "done");
  EXPECT_EQ(database_.look([](storage::Reader& reader) {
    return tracking_of(reader, {1, "ap-hongkong"}, "", {});
  }),
            (Tracking{true, true}));
}

TEST_F(TrackingTest, an_address_must_be_one) {
  EXPECT_EQ(set("no address", {}), "senders.address_illegal");
  EXPECT_EQ(set("other@shop.test", {}), "senders.address_missing");
}

TEST_F(TrackingTest, a_deleted_address_takes_its_setting_along) {
  EXPECT_EQ(set("news@shop.test", {.opens = false}), "done");
  database_.change([this](storage::Writer& writer) {
    EXPECT_TRUE(delete_address(writer, scope_, "news@shop.test"));
    EXPECT_TRUE(create_address(writer, scope_, "news@shop.test", "", 0));
  });
  EXPECT_EQ(holds("news@shop.test"), (Tracking{true, true}));
}

}  // namespace
}  // namespace sesame::senders
