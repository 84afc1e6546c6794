#include "audience/imports_fixture.hpp"

/// Calls that come twice, and from two sides: no row is stored twice, none is lost in silence.
namespace sesame::audience {
namespace {

class ImportRepeats : public ImportTest {};

TEST_F(ImportRepeats, a_part_is_known_by_its_rows_and_others_are_refused_by_name) {
  open();
  const std::int64_t id = group();
  const Import import = begin(id);
  ASSERT_TRUE(feed(import, 1, people(0, 5), 2));
  ASSERT_TRUE(feed(import, 1, people(0, 5), 2));
  EXPECT_EQ(refusal(feed(import, 1, people(5, 9), 2)), "audience.part_differs");
  EXPECT_EQ(refusal(feed(import, 1, people(0, 6), 2)), "audience.part_differs");
  EXPECT_EQ(refusal(feed(import, 1, people(0, 5), 7)), "audience.part_differs");
  EXPECT_EQ(refusal(feed_data(import, 1, {{"p0@shop.test", "{}"}}, true, 2, false)), "audience.part_differs");
  EXPECT_EQ(find(import.id).counts.total, 5u);
  merge_all();
  EXPECT_EQ(look(id).recipients(), 5u);
}

TEST_F(ImportRepeats, rows_are_parted_by_where_one_ends) {
  open();
  const Import import = begin(group());
  ASSERT_TRUE(feed(import, 1, {"ab@shop.test", "c@shop.test"}));
  EXPECT_EQ(refusal(feed(import, 1, {"a", "b@shop.testc@shop.test"})), "audience.part_differs");
}

TEST_F(ImportRepeats, rows_without_a_number_and_a_number_without_rows_are_refused) {
  open();
  const Import import = begin(group());
  EXPECT_EQ(refusal(feed(import, 0, people(0, 5))), "audience.part_unnamed");
  ASSERT_TRUE(feed(import, 1, people(0, 5)));
  EXPECT_EQ(refusal(feed(import, 0, people(5, 9))), "audience.part_unnamed");
  EXPECT_EQ(refusal(call(import, 1)), "audience.batch_empty");
  EXPECT_EQ(refusal(call(import, 2)), "audience.batch_empty");
  EXPECT_EQ(find(import.id).counts.total, 5u);
}

TEST_F(ImportRepeats, an_earlier_part_cannot_end_the_import) {
  open();
  const Import import = begin(group());
  ASSERT_TRUE(feed(import, 1, people(0, 5)));
  ASSERT_TRUE(feed(import, 2, people(5, 9)));
  EXPECT_EQ(refusal(feed(import, 1, people(0, 5), 1, true)), "audience.part_unexpected");
  ASSERT_TRUE(feed(import, 2, people(5, 9), 1, true));
  EXPECT_EQ(find(import.id).state, ImportState::finished);
  ASSERT_TRUE(call(import, 0, true));
}

TEST_F(ImportRepeats, two_who_send_the_same_file_come_to_one_import) {
  open();
  const std::int64_t id = group();
  const Import import = begin(id);
  for (std::uint32_t part = 1; part <= 10; ++part) {
    const int from = static_cast<int>(part) * 7;
    for (int sender = 0; sender < 2; ++sender)
      ASSERT_TRUE(feed(import, part, people(from, from + 7), part * 7, part == 10));
  }
  merge_all();
  EXPECT_EQ(find(import.id).counts.total, 70u);
  EXPECT_EQ(find(import.id).counts.repeat, 0u);
  EXPECT_EQ(look(id).recipients(), 70u);
}

TEST_F(ImportRepeats, a_token_finds_the_import_that_it_began) {
  open();
  const std::int64_t id = group(), other = group("others");
  const auto first = try_begin(id, false, 0, "once");
  ASSERT_TRUE(first);
  ASSERT_TRUE(feed(*first, 1, people(0, 5)));
  const auto again = try_begin(id, false, 0, "once");
  ASSERT_TRUE(again);
  EXPECT_EQ(again->id, first->id);
  EXPECT_EQ(again->parts, 1u);
  EXPECT_EQ(refusal(try_begin(other, false, 0, "once")), "audience.token_taken");
  EXPECT_EQ(refusal(try_begin(id, true, 0, "once")), "audience.token_taken");
  EXPECT_EQ(refusal(try_begin(id, false, 0, "once", "others.csv")), "audience.token_taken");
  EXPECT_NE(try_begin(id, false, 0, "twice")->id, first->id);
  EXPECT_NE(try_begin(id)->id, try_begin(id)->id);
  // The token of an import that is gone is free.
  ASSERT_TRUE(database_.change(
      [&](storage::Writer& w) -> Result<std::int64_t> { return delete_expired_imports(w, now() + 1, 10); }));
  const auto later = try_begin(id, false, 0, "once");
  ASSERT_TRUE(later);
  EXPECT_NE(later->id, first->id);
}

TEST_F(ImportRepeats, nobody_is_added_while_an_import_is_undone) {
  open();
  const std::int64_t id = group();
  const Import import = begin(id), other = begin(id);
  ASSERT_TRUE(feed(import, 1, people(0, 5)));
  ASSERT_TRUE(feed(other, 1, people(5, 9)));
  merge_all();
  ASSERT_TRUE(undo(import.id));
  EXPECT_EQ(refusal(upload(id, people(20, 25))), "audience.group_undoing");
  EXPECT_EQ(refusal(feed(other, 2, people(9, 12))), "audience.group_undoing");
  EXPECT_EQ(refusal(feed(other, 2, {""})), "audience.group_undoing");
  EXPECT_EQ(refusal(try_begin(id)), "audience.group_undoing");
  EXPECT_EQ(refusal(feed(import, 2, people(9, 12))), "audience.import_over");
  ASSERT_TRUE(feed(other, 1, people(5, 9)));  // A repeated part has its answer.
  ASSERT_TRUE(stop(import.id));
  ASSERT_TRUE(feed(other, 2, people(9, 12)));
  ASSERT_TRUE(undo(import.id));
  merge_all();
  EXPECT_EQ(find(import.id).state, ImportState::undone);
  ASSERT_TRUE(upload(id, people(20, 25)));
}

TEST_F(ImportRepeats, the_variables_of_a_group_are_after_an_undo_what_they_were_before) {
  open();
  const std::int64_t id = group();
  const auto named = [&](const Import& import, int from) {
    return feed_data(import, 1, {{people(from, from + 1).front(), R"({"name":"Ann"})"}}, true, 1, true);
  };
  const Import first = begin(id);
  ASSERT_TRUE(named(first, 0));
  const Import second = begin(id);
  ASSERT_TRUE(named(second, 1));
  merge_all();
  ASSERT_TRUE(undo(first.id));
  merge_all();
  EXPECT_EQ(variables(id), std::vector<std::string>{"name"});  // The second import has them.
  EXPECT_EQ(refusal(upload(id, people(5, 6))), "audience.data_inconsistent");
  ASSERT_TRUE(undo(second.id));
  merge_all();
  EXPECT_TRUE(variables(id).empty());
  ASSERT_TRUE(upload(id, people(5, 6)));
}

TEST_F(ImportRepeats, an_odd_row_is_refused_alone_wherever_it_stands) {
  open();
  const std::int64_t id = group();
  const Import import = begin(id);
  const std::string good = R"({"name":"A"})", odd = R"({"nmae":"A"})";
  const auto first = feed_data(
      import, 1, {{"a@shop.test", odd}, {"b@shop.test", good}, {"c@shop.test", good}}, true, 1, false);
  ASSERT_TRUE(first) << first.error().reason();
  EXPECT_EQ(first->counts.valid, 2u);
  EXPECT_EQ(first->counts.refused, 1u);
  const auto second = feed_data(
      import, 2, {{"d@shop.test", odd}, {"e@shop.test", odd}, {"f@shop.test", good}}, true, 4, false);
  ASSERT_TRUE(second) << second.error().reason();
  EXPECT_EQ(second->counts.valid, 3u);
  // A part of nothing else ends the file all the same.
  const auto third = feed_data(import, 3, {{"g@shop.test", odd}}, true, 7, true);
  ASSERT_TRUE(third) << third.error().reason();
  EXPECT_EQ(third->counts.refused, 4u);
  merge_all();
  EXPECT_EQ(addresses(id), (std::vector<std::string>{"b@shop.test", "c@shop.test", "f@shop.test"}));
  const std::vector<ImportRow> rows = rows_of(import.id);
  for (const std::size_t row : {0, 3, 4, 6}) EXPECT_EQ(rows[row].verdict, RowVerdict::data_differs) << row;
}

}  // namespace
}  // namespace sesame::audience
