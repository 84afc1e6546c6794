#include "effects/complaints.hpp"

#include <gtest/gtest.h>

#include "testkit/temp_database.hpp"

namespace sesame::effects {
namespace {

const accounts::Scope kScope{1, "ap-guangzhou"};

class Complaints : public testing::Test {
 protected:
  void complain(std::string from, std::string to, std::int64_t at_ms, std::string template_id = "7") {
    Complaint complaint;
    complaint.from_address = std::move(from);
    complaint.to_address = std::move(to);
    complaint.template_id = std::move(template_id);
    complaint.bulk_id = "bulk";
    complaint.header_id = "id@shop.test";
    complaint.subject = "News";
    complaint.delivered_ms = at_ms - 5;
    complaint.complained_ms = at_ms;
    complaint.inserted_ms = at_ms + 5;
    database.change([&](storage::Writer& writer) { record_complaint(writer, kScope, complaint); });
  }
  ComplaintPage find(ComplaintFilter filter, accounts::Scope scope = kScope) {
    if (filter.to_ms == 0) filter.to_ms = 1000;
    return database.look([&](storage::Reader& reader) { return list_complaints(reader, scope, filter); });
  }
  testkit::TempDatabase database;
};

TEST_F(Complaints, are_listed_as_recorded_the_newest_first) {
  complain("News@Shop.test", "Ann@Post.test", 10);
  complain("news@shop.test", "bob@post.test", 20);
  const ComplaintPage page = find({});
  EXPECT_EQ(page.total, 2);
  ASSERT_EQ(page.complaints.size(), 2u);
  EXPECT_EQ(page.complaints[0].to_address, "bob@post.test");
  const Complaint& older = page.complaints[1];
  EXPECT_EQ(older.from_address, "News@Shop.test");
  EXPECT_EQ(older.subject, "News");
  EXPECT_EQ(older.bulk_id, "bulk");
  EXPECT_EQ(older.header_id, "id@shop.test");
  EXPECT_EQ(older.delivered_ms, 5);
  EXPECT_EQ(older.complained_ms, 10);
  EXPECT_EQ(older.inserted_ms, 15);
}

TEST_F(Complaints, are_found_by_each_of_their_sides) {
  complain("news@shop.test", "ann@post.test", 10);
  complain("news@shop.test", "bob@mail.test", 20, "8");
  complain("info@other.test", "ann@post.test", 30);
  EXPECT_EQ(find({.from_domain = "SHOP.test"}).total, 2);
  EXPECT_EQ(find({.from_address = "Info@other.test"}).total, 1);
  EXPECT_EQ(find({.to_domain = "post.test"}).total, 2);
  EXPECT_EQ(find({.to_address = "ANN@post.test"}).total, 2);
  EXPECT_EQ(find({.template_id = "8"}).total, 1);
  EXPECT_EQ(find({.from_domain = "shop.test", .to_domain = "post.test"}).total, 1);
  EXPECT_EQ(find({.from_ms = 10, .to_ms = 30}).total, 2);
  EXPECT_EQ(find({}, {1, "ap-hongkong"}).total, 0);
  EXPECT_EQ(find({}, {2, "ap-guangzhou"}).total, 0);
}

TEST_F(Complaints, are_paged) {
  for (int i = 0; i < 10; ++i) complain("news@shop.test", "u" + std::to_string(i) + "@post.test", 10 + i);
  const ComplaintPage page = find({.offset = 8, .limit = 5});
  EXPECT_EQ(page.total, 10);
  ASSERT_EQ(page.complaints.size(), 2u);
  EXPECT_EQ(page.complaints[0].to_address, "u1@post.test");
  EXPECT_TRUE(find({.offset = 10}).complaints.empty());
}

TEST_F(Complaints, expire_the_oldest_first) {
  for (std::int64_t at_ms : {10, 20, 30}) complain("news@shop.test", "ann@post.test", at_ms);
  const auto expire = [&](std::int64_t before_ms, std::int64_t most) {
    return *database.change([&](storage::Writer& writer) -> Result<std::int64_t> {
      return delete_expired_complaints(writer, before_ms, most);
    });
  };
  EXPECT_EQ(expire(30, 1), 1);
  EXPECT_EQ(expire(30, 10), 1);
  EXPECT_EQ(expire(30, 10), 0);
  EXPECT_EQ(find({}).total, 1);
}

}  // namespace
}  // namespace sesame::effects
