#include "audience/groups.hpp"

#include <gtest/gtest.h>

#include "audience/audience_fixture.hpp"

namespace sesame::audience {
namespace {

class GroupTest : public AudienceTest {
 protected:
  GroupTest() { open(); }

  Result<std::int64_t> create(const NewGroup& fresh, std::size_t max_groups = 1000) {
    return database_.change(
        [&](storage::Writer& w) { return create_group(w, scope_, fresh, now(), max_groups); });
  }
  Status remove(std::int64_t id) {
    return database_.change([&](storage::Writer& w) { return delete_group(w, scope_, id, now()); });
  }
  GroupPage list(const GroupFilter& filter) {
    return database_.look([&](storage::Reader& r) { return list_groups(r, scope_, filter); });
  }
};

TEST_F(GroupTest, names_have_rules) {
  for (const char* good :
       {"a", "Spring 2026_news-A", "春季促销", "Müller", "뉴스", "ニュース", "Новости", "ข่าว"}) {
    EXPECT_TRUE(create({.name = good})) << good;
  }
  const std::string longest(50, 'x');
  EXPECT_TRUE(create({.name = longest}));
  EXPECT_EQ(refusal(create({.name = longest + "x"})), "audience.name_illegal");
  for (const char* bad : {"", " a", "a ", "a<b", "a\tb", "a/b", "\xff", "a😀"}) {
    EXPECT_EQ(refusal(create({.name = bad})), "audience.name_illegal") << bad;
  }
}

TEST_F(GroupTest, descriptions_have_rules) {
  EXPECT_TRUE(create({.name = "a", .description = "All, of 2026: it's 春 & (draft) 😀!"}));
  const std::string too_long(301, 'x');
  for (const char* bad : {"", "<b>", "a\\b", "\"", "line\nbreak", "\xff", too_long.c_str()}) {
    EXPECT_EQ(refusal(create({.name = "b", .description = bad})), "audience.description_illegal") << bad;
  }
}

TEST_F(GroupTest, a_name_is_taken_once_per_scope) {
  const auto id = group("news");
  EXPECT_EQ(refusal(create({.name = "news"})), "audience.name_taken");
  const accounts::Scope elsewhere{1, "ap-hongkong"};
  EXPECT_TRUE(
      database_.change([&](storage::Writer& w) { return create_group(w, elsewhere, {.name = "news"}, 0); }));
  EXPECT_TRUE(remove(id));
  const auto again = create({.name = "news"});
  ASSERT_TRUE(again);
  EXPECT_GT(*again, id);  // Ids are never used again.
}

TEST_F(GroupTest, the_number_of_groups_is_bounded) {
  EXPECT_TRUE(create({.name = "a"}, 1));
  EXPECT_EQ(refusal(create({.name = "b"}, 1)), "audience.too_many_groups");
  EXPECT_TRUE(create({.name = "b"}, 0));
}

TEST_F(GroupTest, lists_are_filtered_and_paged) {
  const auto first = group("news one");
  group("news two");
  group("other");
  EXPECT_EQ(list({}).total, 3u);
  EXPECT_EQ(list({}).groups.front().name, "other");
  const GroupPage page = list({.keyword = "news", .offset = 1, .limit = 1});
  EXPECT_EQ(page.total, 2u);
  ASSERT_EQ(page.groups.size(), 1u);
  EXPECT_EQ(page.groups[0].name, "news one");
  ASSERT_TRUE(upload(first, {"a@x.test"}));
  EXPECT_EQ(list({.status = GroupStatus::uploading}).total, 1u);
  EXPECT_EQ(list({.status = GroupStatus::to_upload}).total, 2u);
}

TEST_F(GroupTest, a_deleted_group_is_gone_for_everybody) {
  const auto id = group();
  ASSERT_TRUE(upload(id, {"a@x.test"}));
  EXPECT_EQ(refusal(remove(id)), "audience.group_operating");
  merge_all();
  EXPECT_TRUE(remove(id));
  EXPECT_EQ(refusal(remove(id)), "audience.group_missing");
  EXPECT_EQ(refusal(upload(id, {"b@x.test"})), "audience.group_missing");
  EXPECT_EQ(list({}).total, 0u);
  EXPECT_TRUE(blocks(id).empty());
}

TEST_F(GroupTest, a_large_group_is_removed_step_by_step) {
  open(tiny_options());
  const auto id = group();
  for (int batch = 0; batch < 40; ++batch) {
    std::vector<std::string> rows;
    for (int i = 0; i < 6'000; ++i) rows.push_back(std::to_string(batch * 6'000 + i) + "@x.test");
    ASSERT_TRUE(upload(id, rows));
    merge_all();
  }
  EXPECT_EQ(blocks(id).size(), 40u);
  EXPECT_TRUE(remove(id));
  EXPECT_EQ(refusal(upload(id, {"b@x.test"})), "audience.group_operating");
  EXPECT_EQ(list({}).total, 0u);
  merge_all();
  EXPECT_EQ(refusal(upload(id, {"b@x.test"})), "audience.group_missing");
  for (const char* table : {"audience_group", "audience_block", "audience_run", "audience_run_chunk"}) {
    EXPECT_EQ(rows_in(table), 0) << table;
  }
}

TEST_F(GroupTest, other_scopes_see_nothing) {
  const auto id = group();
  const accounts::Scope other{2, "ap-guangzhou"};
  EXPECT_EQ(refusal(database_.look([&](storage::Reader& r) { return find_group(r, other, id); })),
            "audience.group_missing");
}

}  // namespace
}  // namespace sesame::audience
