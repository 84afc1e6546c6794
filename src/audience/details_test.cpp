#include "audience/details.hpp"

#include <gtest/gtest.h>

#include "audience/audience_fixture.hpp"

namespace sesame::audience {
namespace {

/// 12,000 recipients in two blocks: u0@… to u11999@…, each thousandth faulty, half of them a day later.
class DetailsTest : public AudienceTest {
 protected:
  DetailsTest() {
    open();
    id_ = group();
    for (int batch = 0; batch < 2; ++batch) {
      std::vector<std::string> rows;
      for (int i = batch * 6'000; i < (batch + 1) * 6'000; ++i) {
        rows.push_back("u" + std::to_string(i) + (i % 1'000 == 0 ? "" : "@Mail.test"));
      }
      EXPECT_TRUE(upload(id_, rows));
      merge_all();
      if (batch == 0) clock_.advance(std::chrono::hours(24));
    }
  }
  std::int64_t id_ = 0;
};

TEST_F(DetailsTest, pages_follow_the_order_of_acceptance) {
  const DetailPage page = details(id_, {.offset = 5'998, .limit = 4});
  EXPECT_EQ(page.total, 12'000u);
  EXPECT_EQ(page.valid, 11'988u);
  EXPECT_EQ(page.invalid, 12u);
  ASSERT_EQ(page.details.size(), 4u);
  EXPECT_EQ(page.details[0].address, "u5998@Mail.test");
  EXPECT_EQ(page.details[2].address, "u6000");
  EXPECT_FALSE(page.details[2].valid);
  EXPECT_TRUE(details(id_, {.offset = 12'000}).details.empty());
  EXPECT_TRUE(details(id_, {.offset = ~std::uint64_t{0}}).details.empty());
}

TEST_F(DetailsTest, ids_are_stable) {
  const std::uint64_t before = details(id_, {.offset = 11'999}).details.at(0).id;
  ASSERT_TRUE(upload(id_, {"late@x.test"}));
  merge_all();
  EXPECT_EQ(details(id_, {.offset = 11'999}).details.at(0).id, before);
}

TEST_F(DetailsTest, filters_combine) {
  EXPECT_EQ(details(id_, {.address = "U11999@mail"}).total, 1u);
  EXPECT_EQ(details(id_, {.address = "u119"}).total, 111u);
  EXPECT_EQ(details(id_, {.valid = false}).total, 12u);
  EXPECT_EQ(details(id_, {.valid = false, .offset = 10}).details.size(), 2u);
  EXPECT_EQ(details(id_, {.valid = true, .offset = 11'987}).details.at(0).address, "u11999@Mail.test");
  const std::int64_t second_day = now();
  EXPECT_EQ(details(id_, {.created_from_ms = second_day}).total, 6'000u);
  EXPECT_EQ(details(id_, {.created_to_ms = second_day - 1}).total, 6'000u);
  EXPECT_EQ(details(id_, {.created_from_ms = second_day, .valid = false}).total, 6u);
  EXPECT_EQ(details(id_, {.address = "u1", .created_to_ms = second_day - 1, .valid = false}).total, 1u);
  EXPECT_EQ(details(id_, {.created_from_ms = second_day + 1}).total, 0u);
}

TEST_F(DetailsTest, a_whole_address_finds_that_recipient_only) {
  EXPECT_EQ(details(id_, {.address = "U11@mail.test"}).total, 1u);
  EXPECT_EQ(details(id_, {.address = "U11@mail.test"}).details.at(0).address, "u11@Mail.test");
  EXPECT_TRUE(details(id_, {.address = "u11@mail.test", .offset = 1}).details.empty());
  EXPECT_EQ(details(id_, {.address = "u11@mail.test", .valid = false}).total, 0u);
  EXPECT_EQ(details(id_, {.address = "u11@mail.test", .created_from_ms = now()}).total, 0u);
  // No recipient has this address, so it is searched as a part of addresses.
  EXPECT_EQ(details(id_, {.address = "u119@mail.tes"}).total, 1u);
}

TEST_F(DetailsTest, pages_of_a_filtered_list_do_not_overlap) {
  std::vector<std::string> found;
  for (std::uint64_t offset = 0; offset < 120; offset += 50) {
    for (const Detail& d : details(id_, {.address = "u119", .offset = offset, .limit = 50}).details) {
      found.push_back(d.address);
    }
  }
  EXPECT_EQ(found.size(), 111u);
  EXPECT_EQ(std::set<std::string>(found.begin(), found.end()).size(), 111u);
}

TEST_F(DetailsTest, search_text_is_bounded) {
  const std::string text(51, 'x');
  const DetailFilter filter{.address = text};
  EXPECT_EQ(refusal(database_.look([&](storage::Reader& r) { return list_details(r, scope_, id_, filter); })),
            "audience.search_too_long");
}

}  // namespace
}  // namespace sesame::audience
