#include "audience/find_recipient.hpp"

#include "audience/audience_fixture.hpp"

namespace sesame::audience {
namespace {

class FindRecipient : public AudienceTest {
 protected:
  std::optional<std::uint32_t> find(std::int64_t group_id, std::string_view address,
                                    std::uint64_t end = 1'000'000) {
    const std::uint64_t visible = std::min(end, look(group_id).places);
    auto found =
        database_.look([&](storage::Reader& r) { return find_recipient(r, group_id, address, visible); });
    EXPECT_TRUE(found) << found.error().reason();
    return found ? *found : std::nullopt;
  }
};

TEST_F(FindRecipient, finds_everybody_in_runs_of_every_size_and_behind_them) {
  open(tiny_options());
  const std::int64_t id = group();
  for (int batch = 0; batch < 30; ++batch) {
    std::vector<std::string> rows;
    for (int i = batch * 7; i < (batch + 1) * 7; ++i) rows.push_back("u" + std::to_string(i) + "@shop.test");
    ASSERT_TRUE(upload(id, rows));
    merge_all();
  }
  for (std::uint32_t i = 0; i < 210; ++i) EXPECT_EQ(find(id, "U" + std::to_string(i) + "@shop.test"), i);
  EXPECT_FALSE(find(id, "u210@shop.test"));
  EXPECT_FALSE(find(id, "u1@shop.tes"));
  EXPECT_FALSE(find(id, "u100@shop.test", 100)) << "is not visible yet";
  EXPECT_FALSE(find(group("others"), "u1@shop.test"));
}

TEST_F(FindRecipient, knows_an_address_in_its_other_spellings) {
  open();
  const std::int64_t id = group();
  ASSERT_TRUE(upload(id, {"ann@bücher.test", "\"bob\"@shop.test", "eve@xn--bcher-kva.test"}));
  merge_all();
  EXPECT_EQ(find(id, "Ann@xn--bcher-kva.test"), 0u);
  EXPECT_EQ(find(id, "bob@shop.test"), 1u);
  EXPECT_EQ(find(id, "eve@BÜCHER.test"), 2u);
}

}  // namespace
}  // namespace sesame::audience
