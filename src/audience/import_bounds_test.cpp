#include <algorithm>

#include "audience/imports_fixture.hpp"

/// The bounds of what an import stores, and of what a page of its rows costs.
namespace sesame::audience {
namespace {

class ImportBounds : public ImportTest {};

TEST_F(ImportBounds, the_largest_part_can_be_read_again_page_by_page) {
  GroupOptions options;
  options.recipients_per_request = 50'000;
  open(options);
  const Import import = begin(group());
  // A NUL takes three bytes when it is mended to be stored.
  const std::vector<std::string> rows(kPartRowsMax, std::string(300, '\0'));
  ASSERT_TRUE(feed(import, 1, rows));
  const auto page = database_.look(
      [&](storage::Reader& r) { return list_import_rows(r, find(import.id), {.limit = kPartRowsMax}); });
  ASSERT_TRUE(page) << page.error().reason();
  std::size_t bytes = 0;
  for (const ImportRow& row : page->rows) bytes += row.address.size();
  EXPECT_LT(bytes, std::size_t{4} << 20);
  EXPECT_LT(page->rows.size(), kPartRowsMax);
  EXPECT_EQ(rows_of(import.id, kPartRowsMax).size(), kPartRowsMax);
  EXPECT_EQ(refusal(feed(import, 2, std::vector<std::string>(kPartRowsMax + 1, "a@shop.test"))),
            "audience.batch_too_large");
}

TEST_F(ImportBounds, more_parts_and_more_verdicts_are_refused_by_name) {
  open();
  const Import import = begin(group());
  ASSERT_TRUE(feed(import, 1, people(0, 3)));
  set(import.id, "parts", kImportPartsMax);
  EXPECT_EQ(refusal(feed(import, kImportPartsMax + 1, people(3, 5))), "audience.import_full");
  set(import.id, "parts", 1);
  ASSERT_TRUE(feed(import, 2, {"no-at", "", "p1@shop.test"}));
  EXPECT_GT(find(import.id).verdict_bytes, 3u);
  set(import.id, "verdict_bytes", kImportVerdictBytesMax - 1);
  ASSERT_TRUE(feed(import, 3, {"no-at too", "", "p2@shop.test"}));
  EXPECT_EQ(refusal(feed(import, 4, people(5, 9))), "audience.verdicts_full");
  ASSERT_TRUE(call(import, 0, true));
  // The refused people are not known to the group.
  ASSERT_TRUE(feed(begin(find(import.id).group_id), 1, people(3, 9)));
  merge_all();
  EXPECT_EQ(look(find(import.id).group_id).recipients(), 11u);
}

TEST_F(ImportBounds, a_page_of_rows_that_repeat_many_parts_is_cut_and_goes_on) {
  open({.recipients_per_group = 0});
  const std::int64_t id = group();
  const Import import = begin(id);
  constexpr int kParts = 150;
  for (int part = 0; part < kParts; ++part)
    ASSERT_TRUE(feed(import, static_cast<std::uint32_t>(part) + 1, people(part, part + 1),
                     static_cast<std::uint64_t>(part) + 1));
  std::vector<std::string> backwards = people(0, kParts);
  std::ranges::reverse(backwards);
  ASSERT_TRUE(feed(import, kParts + 1, backwards, kParts + 1, true));
  merge_all();
  const auto page = database_.look([&](storage::Reader& r) {
    return list_import_rows(r, find(import.id), {.after = kParts, .limit = 1000});
  });
  ASSERT_TRUE(page);
  EXPECT_LT(page->rows.size(), static_cast<std::size_t>(kParts));
  EXPECT_GT(page->next_after, 0u);
  const std::vector<ImportRow> rows = rows_of(import.id);
  ASSERT_EQ(rows.size(), 2u * kParts);
  for (std::size_t row = kParts; row < rows.size(); ++row) {
    EXPECT_EQ(rows[row].verdict, RowVerdict::repeat);
    EXPECT_EQ(rows[row].match_line, 2 * kParts - row);
  }
  EXPECT_EQ(rows_of(import.id, 7, true).size(), static_cast<std::size_t>(kParts));
}

}  // namespace
}  // namespace sesame::audience
