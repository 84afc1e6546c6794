#include "audience/imports.hpp"

#include <algorithm>
#include <numeric>

#include "audience/import_work.hpp"
#include "audience/imports_fixture.hpp"

namespace sesame::audience {
namespace {

class Imports : public ImportTest {};

TEST_F(Imports, every_row_is_counted_once_and_has_a_verdict_with_its_reason) {
  open(tiny_options());
  const std::int64_t id = group();
  ASSERT_TRUE(upload(id, {"old@shop.test"}));
  const Import import = begin(id);
  ASSERT_TRUE(feed(import, 1, {"ann@shop.test", "ANN@shop.test", "old@shop.test", "", "no-at"}, 2));
  const auto last =
      feed(import, 2, {"bob@shop.test", "ann@shop.test", std::string(255, 'x') + "@y.test"}, 7, true);
  ASSERT_TRUE(last);
  const ImportCounts& sum = last->counts;
  EXPECT_EQ(sum.total, 8u);
  EXPECT_EQ(sum.valid, 2u);
  EXPECT_EQ(sum.invalid, 1u);
  EXPECT_EQ(sum.repeat, 3u);
  EXPECT_EQ(sum.empty, 1u);
  EXPECT_EQ(sum.too_long, 1u);
  EXPECT_EQ(sum.refused, 0u);
  EXPECT_EQ(sum.added, 3u);
  EXPECT_EQ(last->state, ImportState::finished);
  merge_all();
  const std::vector<ImportRow> rows = rows_of(import.id);
  ASSERT_EQ(rows.size(), 8u);
  EXPECT_EQ(rows[0].address, "ann@shop.test");
  EXPECT_EQ(rows[0].line, 2u);
  EXPECT_EQ(rows[1].match_line, 2u);  // In the same part.
  EXPECT_EQ(rows[2].match_line, 0u);
  EXPECT_EQ(rows[2].match_id, static_cast<std::uint64_t>(id) << 32);  // Somebody from before.
  EXPECT_EQ(rows[3].verdict, RowVerdict::empty);
  EXPECT_EQ(rows[4].reason, "there is no @ in the address");
  EXPECT_EQ(rows[6].match_line, 2u);  // In an earlier part.
  EXPECT_EQ(rows[6].line, 8u);
  EXPECT_EQ(rows[7].verdict, RowVerdict::too_long);
  EXPECT_EQ(rows[7].address.size(), 200u);
  EXPECT_EQ(rows_of(import.id, 1).size(), 8u);
  EXPECT_EQ(rows_of(import.id, 2, true).size(), 6u);
}

TEST_F(Imports, faults_of_template_data_refuse_their_row_alone) {
  open();
  const std::int64_t id = group();
  const Import import = begin(id);
  const std::string long_data = R"({"name":")" + std::string(801, 'x') + R"("})";
  const auto fed = feed_data(import, 1,
                             {{"a@shop.test", R"({"name":"Ann"})"},
                              {"b@shop.test", R"({"name":"<b>Bob</b>"})"},
                              {"c@shop.test", long_data},
                              {"d@shop.test", R"({"other":"D"})"},
                              {"e@shop.test", "no json"},
                              {"f@shop.test", R"({"name":"Fay"})"}},
                             true, 1, true);
  ASSERT_TRUE(fed) << fed.error().reason();
  EXPECT_EQ(fed->counts.valid, 2u);
  EXPECT_EQ(fed->counts.refused, 4u);
  merge_all();
  const std::vector<ImportRow> rows = rows_of(import.id);
  ASSERT_EQ(rows.size(), 6u);
  EXPECT_EQ(rows[1].verdict, RowVerdict::data_html);
  EXPECT_EQ(rows[1].address, "b@shop.test");
  EXPECT_EQ(rows[2].verdict, RowVerdict::data_too_long);
  EXPECT_EQ(rows[3].verdict, RowVerdict::data_differs);
  EXPECT_EQ(rows[4].verdict, RowVerdict::data_not_json);
  EXPECT_EQ(rows[5].address, "f@shop.test");
}

TEST_F(Imports, malformed_addresses_are_left_out_when_that_is_wanted) {
  open();
  const std::int64_t id = group();
  const Import import = begin(id, true);
  const auto fed = feed(import, 1, {"no-at", "ann@shop.test", "no-at"}, 1, true);
  ASSERT_TRUE(fed);
  EXPECT_EQ(fed->counts.invalid, 2u);
  EXPECT_EQ(fed->counts.added, 1u);
  merge_all();
  EXPECT_EQ(addresses(id), std::vector<std::string>{"ann@shop.test"});
  EXPECT_EQ(rows_of(import.id).front().reason, "there is no @ in the address");
}

TEST_F(Imports, a_part_that_is_on_disk_changes_nothing_and_a_later_one_is_refused) {
  open();
  const std::int64_t id = group();
  const Import import = begin(id);
  ASSERT_TRUE(feed(import, 1, people(0, 5)));
  const auto again = feed(import, 1, people(0, 5));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->counts.total, 5u);
  EXPECT_EQ(refusal(feed(import, 3, people(5, 9))), "audience.part_unexpected");
  ASSERT_TRUE(feed(import, 2, people(5, 9), 6, true));
  ASSERT_TRUE(feed(import, 2, people(5, 9), 6, true));
  EXPECT_EQ(refusal(feed(import, 3, people(9, 12))), "audience.import_over");
  merge_all();
  EXPECT_EQ(look(id).recipients(), 9u);
}

TEST_F(Imports, a_file_that_cannot_fit_is_refused_before_it_begins) {
  GroupOptions options = tiny_options();
  options.recipients_per_group = 10;
  open(options);
  const std::int64_t id = group();
  EXPECT_EQ(refusal(try_begin(id, false, 11)), "audience.group_full");
  EXPECT_EQ(rows_in("audience_import"), 0);
  ASSERT_TRUE(try_begin(id, false, 10));
}

TEST_F(Imports, undoing_removes_what_the_import_added_and_nothing_else) {
  open(tiny_options());
  const std::int64_t id = group();
  ASSERT_TRUE(upload(id, people(0, 50)));
  const Import import = begin(id);
  ASSERT_TRUE(feed(import, 1, people(40, 90)));
  ASSERT_TRUE(upload(id, people(90, 95)));
  ASSERT_TRUE(feed(import, 2, people(80, 150), 51, true));
  merge_all();
  EXPECT_EQ(look(id).recipients(), 150u);
  ASSERT_TRUE(undo(import.id));
  EXPECT_EQ(look(id).status, GroupStatus::uploading);
  merge_all();
  const Import undone = find(import.id);
  EXPECT_EQ(undone.state, ImportState::undone);
  EXPECT_EQ(undone.removed, 95u);
  EXPECT_EQ(undone.counts.added, 95u);
  const Group after = look(id);
  EXPECT_EQ(after.recipients(), 55u);
  EXPECT_EQ(after.status, GroupStatus::uploaded);
  EXPECT_EQ(after.invalid, 0u);
  std::vector<std::string> left = people(0, 50);
  for (const std::string& one : people(90, 95)) left.push_back(one);
  EXPECT_EQ(addresses(id), left);
  EXPECT_EQ(details(id, {.offset = 48, .limit = 4}).details.size(), 4u);
  EXPECT_EQ(details(id).total, 55u);
  EXPECT_EQ(details(id, {.address = "p60@shop.test"}).total, 0u);
  EXPECT_EQ(refusal(undo(import.id)), "audience.import_undone");
  // They may come back, also after a restart, and are found as repeats then.
  restart();
  const auto back = upload(id, people(85, 100));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->repeat, 5u);
  EXPECT_EQ(back->valid, 10u);
}

TEST_F(Imports, removed_people_leave_room_for_others) {
  GroupOptions options = tiny_options();
  options.recipients_per_group = 20;
  open(options);
  const std::int64_t id = group();
  const Import import = begin(id);
  ASSERT_TRUE(feed(import, 1, people(0, 20), 1, true));
  EXPECT_EQ(refusal(upload(id, {"one@more.test"})), "audience.group_full");
  ASSERT_TRUE(undo(import.id));
  merge_all();
  const auto again = upload(id, people(100, 120));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->valid, 20u);
}

TEST_F(Imports, undoing_goes_on_after_a_restart_and_can_be_stopped_between_blocks) {
  open({.recipients_per_group = 0});
  const std::int64_t id = group();
  const Import import = begin(id);
  for (int part = 0; part < 6; ++part)
    ASSERT_TRUE(feed(import, static_cast<std::uint32_t>(part) + 1, people(part * 10'000, (part + 1) * 10'000),
                     1, part == 5));
  merge_all();
  ASSERT_TRUE(undo(import.id));
  // Two blocks, as if the program had been killed then.
  for (int step = 0; step < 2; ++step)
    ASSERT_TRUE(database_.change([&](storage::Writer& w) -> Result<bool> { return import_step(w); }));
  restart();
  const auto stopped = stop(import.id);
  ASSERT_TRUE(stopped);
  EXPECT_EQ(stopped->removed, 20'000u);
  merge_all();
  EXPECT_EQ(look(id).recipients(), 40'000u);
  EXPECT_EQ(look(id).status, GroupStatus::uploaded);
  ASSERT_TRUE(undo(import.id));
  merge_all();
  EXPECT_EQ(look(id).recipients(), 0u);
  EXPECT_EQ(find(import.id).removed, 60'000u);
  EXPECT_EQ(refusal(stop(import.id)), "audience.not_undoing");
}

TEST_F(Imports, undoing_finds_all_of_many_small_parts_in_one_block) {
  open();
  const std::int64_t id = group();
  const Import import = begin(id);
  for (int part = 0; part < 600; ++part)
    ASSERT_TRUE(feed(import, static_cast<std::uint32_t>(part) + 1, people(part, part + 1)));
  merge_all();
  ASSERT_TRUE(undo(import.id));
  merge_all();
  EXPECT_EQ(look(id).recipients(), 0u);
  EXPECT_EQ(find(import.id).removed, 600u);
}

TEST_F(Imports, undoing_ends_a_day_after_the_last_part) {
  open();
  const std::int64_t id = group();
  const Import import = begin(id);
  ASSERT_TRUE(feed(import, 1, people(0, 3), 1, true));
  clock_.advance(std::chrono::milliseconds(kUndoMs));
  EXPECT_EQ(refusal(undo(import.id)), "audience.undo_too_late");
}

TEST_F(Imports, old_imports_and_those_of_deleted_groups_go_with_all_their_rows) {
  open();
  const std::int64_t kept = group("kept"), gone = group("gone");
  ASSERT_TRUE(feed(begin(kept), 1, people(0, 3), 1, true));
  ASSERT_TRUE(feed(begin(gone), 1, people(0, 3), 1, true));
  merge_all();
  ASSERT_TRUE(
      database_.change([&](storage::Writer& w) { return delete_group(w, scope_, gone, now()); }).ok());
  merge_all();
  EXPECT_EQ(rows_in("audience_import"), 1);
  EXPECT_EQ(rows_in("audience_import_part"), 1);
  ASSERT_TRUE(database_.change(
      [&](storage::Writer& w) -> Result<std::int64_t> { return delete_expired_imports(w, now() + 1, 10); }));
  merge_all();
  EXPECT_EQ(rows_in("audience_import"), 0);
  EXPECT_EQ(rows_in("audience_import_part"), 0);
  EXPECT_EQ(look(kept).recipients(), 3u);
}

TEST_F(Imports, another_scope_sees_no_import) {
  open();
  const Import import = begin(group());
  const accounts::Scope other{2, "ap-guangzhou"};
  const auto found = database_.look([&](storage::Reader& r) { return find_import(r, other, import.id); });
  EXPECT_EQ(refusal(found), "audience.import_missing");
  const auto page = database_.look([&](storage::Reader& r) { return list_imports(r, other, 0, 0, 10); });
  EXPECT_EQ(page.total, 0u);
}

}  // namespace
}  // namespace sesame::audience
