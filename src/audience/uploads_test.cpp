#include "audience/uploads.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "audience/audience_fixture.hpp"

namespace sesame::audience {
namespace {

constexpr ErrorName kChangedMyMind{"test.changed_my_mind", Fault::state};

using Strings = std::vector<std::string>;

std::string fact(const Error& error, std::string_view name) {
  for (const auto& fact : error.facts()) {
    if (fact.name == name) return fact.value;
  }
  return {};
}

class UploadTest : public AudienceTest {
 protected:
  UploadTest() { open(); }
};

TEST_F(UploadTest, counts_add_up) {
  const auto id = group();
  const std::string too_long = std::string(250, 'a') + "@x.test";
  const auto counts = upload(id, {"a@x.test", "", "A@X.test", too_long, "123", "b@x.test"});
  ASSERT_TRUE(counts);
  EXPECT_EQ(counts->total, 6u);
  EXPECT_EQ(counts->valid, 3u);  // 123 is stored, too
  EXPECT_EQ(counts->too_long, 1u);
  EXPECT_EQ(counts->empty, 1u);
  EXPECT_EQ(counts->repeat, 1u);
}

TEST_F(UploadTest, repeats_against_the_group_are_found_before_and_after_merging) {
  const auto id = group();
  ASSERT_TRUE(upload(id, {"a@x.test", "b@x.test"}));
  EXPECT_EQ(upload(id, {"B@x.test", "c@x.test"})->repeat, 1u);
  merge_all();
  const auto counts = upload(id, {"a@X.TEST", "b@x.test", "c@x.test"});
  EXPECT_EQ(counts->repeat, 3u);
  EXPECT_EQ(counts->valid, 0u);
  merge_all();
  EXPECT_EQ(addresses(id), (Strings{"a@x.test", "b@x.test", "c@x.test"}));
}

TEST_F(UploadTest, both_forms_of_an_international_domain_are_one_recipient) {
  const auto id = group();
  const auto counts = upload(id, {"anna@bücher.test", "ANNA@xn--bcher-kva.test", "жан@bücher.test"});
  EXPECT_EQ(counts->valid, 2u);
  EXPECT_EQ(counts->repeat, 1u);
  EXPECT_EQ(upload(id, {"anna@BÜCHER.test"})->repeat, 1u);
  merge_all();
  EXPECT_EQ(look(id).invalid, 0u);
}

TEST_F(UploadTest, faulty_addresses_are_stored_with_a_reason) {
  const auto id = group();
  ASSERT_TRUE(upload(id, {"123", "a@x.test", "line\nbreak", "123"}));
  merge_all();
  const DetailPage page = details(id);
  ASSERT_EQ(page.details.size(), 3u);
  EXPECT_FALSE(page.details[0].valid);
  EXPECT_NE(page.details[0].reason, "");
  EXPECT_TRUE(page.details[1].valid);
  EXPECT_EQ(page.details[1].reason, "");
  EXPECT_EQ(page.details[2].address, "line\nbreak");
  EXPECT_EQ(look(id).invalid, 2u);
}

TEST_F(UploadTest, status_and_count_grow) {
  const auto id = group();
  EXPECT_EQ(look(id).status, GroupStatus::to_upload);
  ASSERT_TRUE(upload(id, {"a@x.test"}));
  EXPECT_EQ(look(id).status, GroupStatus::uploading);
  EXPECT_EQ(look(id).recipients(), 0u);
  EXPECT_TRUE(blocks(id).empty());
  EXPECT_TRUE(addresses(id).empty());
  merge_all();
  EXPECT_EQ(look(id).status, GroupStatus::uploaded);
  EXPECT_EQ(look(id).recipients(), 1u);
  ASSERT_TRUE(upload(id, {"b@x.test"}));
  EXPECT_EQ(look(id).status, GroupStatus::uploading);
  EXPECT_EQ(look(id).recipients(), 1u);
}

TEST_F(UploadTest, an_upload_without_any_address_leaves_the_group_untouched) {
  const auto id = group();
  EXPECT_EQ(upload(id, {"", ""})->empty, 2u);
  EXPECT_EQ(look(id).status, GroupStatus::to_upload);
}

TEST_F(UploadTest, batches_are_bounded) {
  const auto id = group();
  EXPECT_EQ(refusal(upload(id, {})), "audience.batch_empty");
  const auto refused = upload(id, Strings(20'001, "a@x.test"));
  EXPECT_EQ(refusal(refused), "audience.batch_too_large");
  EXPECT_EQ(fact(refused.error(), "limit"), "20000");
  EXPECT_TRUE(upload(id, Strings(20'000, "a@x.test")));
}

TEST_F(UploadTest, a_batch_that_would_pass_the_groups_limit_is_refused_whole) {
  GroupOptions options;
  options.recipients_per_group = 3;
  open(options);
  const auto id = group();
  ASSERT_TRUE(upload(id, {"a@x.test", "b@x.test"}));
  EXPECT_EQ(refusal(upload(id, {"c@x.test", "d@x.test"})), "audience.group_full");
  // Nothing of it stayed, in the tables or in the index; repeats don't count against the limit.
  EXPECT_EQ(upload(id, {"a@x.test", "b@x.test", "c@x.test"})->valid, 1u);
  merge_all();
  EXPECT_EQ(look(id).recipients(), 3u);
}

TEST_F(UploadTest, groups_that_cannot_take_uploads_say_so) {
  GroupOptions options;
  options.queued_blocks_per_group = 2;
  open(options);
  EXPECT_EQ(refusal(upload(99, {"a@x.test"})), "audience.group_missing");
  const auto id = group();
  ASSERT_TRUE(upload(id, {"a@x.test"}));
  ASSERT_TRUE(upload(id, {"b@x.test"}));
  EXPECT_EQ(refusal(upload(id, {"c@x.test"})), "audience.group_operating");
  merge_all();
  EXPECT_TRUE(upload(id, {"c@x.test"}));
}

TEST_F(UploadTest, template_data_is_checked_row_by_row) {
  const auto id = group();
  const std::string large = "{\"name\":\"" + std::string(800, 'x') + "\"}";
  const std::vector<std::pair<std::string, std::string>> faults = {
      {"not json", "audience.data_not_json"},
      {"[1]", "audience.data_not_json"},
      {R"({"name":{}})", "audience.data_not_json"},
      {"", "audience.data_not_json"},
      {R"({"name":null})", "audience.data_not_json"},
      {R"({"name":"<b>x</b>"})", "audience.data_html"},
      {large, "audience.data_too_long"},
      {R"({"other":"x"})", "audience.data_inconsistent"}};
  for (const auto& [data, reason] : faults) {
    const auto refused = upload_data(id, {{"a@x.test", R"({"name":"A"})"}, {"b@x.test", data}});
    EXPECT_EQ(refusal(refused), reason) << data;
    ASSERT_FALSE(refused);
    EXPECT_EQ(fact(refused.error(), "index"), "1");
  }
  const auto malformed = upload_data(id, {{"123", R"({"name":"A"})"}});
  EXPECT_EQ(refusal(malformed), "audience.address_malformed");
  EXPECT_EQ(fact(malformed.error(), "value"), "123");
  EXPECT_EQ(look(id).status, GroupStatus::to_upload);
  EXPECT_TRUE(upload_data(id, {{"a@x.test", R"({"name":"1 < 2 > 1"})"}}));
}

TEST_F(UploadTest, all_rows_of_a_group_have_the_same_variables) {
  const auto id = group();
  ASSERT_TRUE(
      upload_data(id, {{"a@x.test", R"({"name":"A","age":1})"}, {"b@x.test", R"({"age":true,"name":"B"})"}}));
  EXPECT_EQ(refusal(upload_data(id, {{"c@x.test", R"({"name":"C"})"}})), "audience.data_inconsistent");
  EXPECT_EQ(refusal(upload(id, {"c@x.test"})), "audience.data_inconsistent");
  merge_all();
  EXPECT_EQ(database_.look([&](storage::Reader& r) { return variable_names(r, id); }),
            (Strings{"age", "name"}));
  EXPECT_EQ(details(id).details[1].data, R"({"age":true,"name":"B"})");
}

TEST_F(UploadTest, invisible_characters_make_no_second_recipient) {
  const auto id = group();
  ASSERT_TRUE(upload(id, {"ann@x.test", "an\u200bn@x.test", "ann@x\u00ad.test"}));
  merge_all();
  EXPECT_EQ(look(id).invalid, 2u);
  EXPECT_NE(details(id).details[1].reason.find("invisible"), std::string::npos);
  EXPECT_EQ(refusal(upload_data(group("others"), {{"ann\u2060@x.test", R"({"name":"A"})"}})),
            "audience.address_malformed");
}

TEST_F(UploadTest, variables_have_names_that_a_placeholder_can_hold) {
  const auto id = group();
  for (const char* data : {R"({"":"x"})", R"({"a}}b":"x"})", "{\"ci\u200bty\":\"x\"}", R"({"a/b":"x"})"}) {
    const auto refused = upload_data(id, {{"a@x.test", data}});
    EXPECT_EQ(refusal(refused), "audience.data_name_illegal") << data;
    EXPECT_EQ(fact(refused.error(), "index"), "0");
  }
  ASSERT_TRUE(
      upload_data(id, {{"a@x.test", R"({"First Name":"A"})"}, {"b@x.test", R"({" First  Name":"B"})"}}));
  ASSERT_TRUE(upload_data(id, {{"c@x.test", "{\"First\u00a0Name\u200b\":\"C\"}"}}));
  EXPECT_EQ(database_.look([&](storage::Reader& r) { return variable_names(r, id); }),
            (Strings{"First Name"}));
}

TEST_F(UploadTest, thousands_of_small_uploads_become_full_blocks) {
  const auto id = group();
  for (int i = 0; i < 1'500; ++i) {
    ASSERT_TRUE(upload(id, {"user" + std::to_string(i) + "@x.test"}));
    if (i % 100 == 0) merge_once();
  }
  merge_all();
  EXPECT_EQ(look(id).recipients(), 1'500u);
  ASSERT_EQ(blocks(id).size(), 1u);
  const auto names = addresses(id);
  for (int i = 0; i < 1'500; ++i) ASSERT_EQ(names[i], "user" + std::to_string(i) + "@x.test");
}

TEST_F(UploadTest, large_uploads_become_visible_step_by_step) {
  GroupOptions options;
  options.recipients_per_group = 0;
  open(options);
  const auto id = group();
  for (int batch = 0; batch < 4; ++batch) {
    Strings batch_addresses;
    for (int i = 0; i < 20'000; ++i) {
      batch_addresses.push_back("u" + std::to_string(batch * 20'000 + i) + "@x.test");
    }
    EXPECT_EQ(upload(id, batch_addresses)->valid, 20'000u);
  }
  std::vector<std::uint64_t> seen;
  while (merge_once()) seen.push_back(look(id).recipients());
  EXPECT_EQ(look(id).recipients(), 80'000u);
  EXPECT_EQ(seen.front(), 20'000u);
  EXPECT_EQ(blocks(id).size(), 8u);
  EXPECT_EQ(details(id, {.offset = 79'999}).details.at(0).address, "u79999@x.test");
  EXPECT_EQ(upload(id, {"u0@x.test", "u65535@x.test", "u79999@x.test", "new@x.test"})->repeat, 3u);
}

TEST_F(UploadTest, colliding_hashes_never_cost_a_recipient) {
  // An index that was rolled back is read from the blocks again, and has their true hashes.
  database_.options().run_jobs_twice = false;
  database_.reopen();
  open(tiny_options());
  const auto id = group();
  const auto upload_colliding = [&](const Strings& addresses) {
    const std::vector<std::string_view> views(addresses.begin(), addresses.end());
    auto prepared = prepare_upload(uploads_->rules(), views, now());
    std::ranges::fill(prepared->hashes, 42);
    return accept(id, std::move(prepared));
  };
  for (int i = 0; i < 100; ++i) {  // Through the table in memory and every level of runs.
    const std::string name = "user" + std::to_string(i);
    const auto counts = upload_colliding({name + "@x.test", "user0@x.test", name + "@y.test"});
    ASSERT_EQ(counts->valid, 2u) << i;
    ASSERT_EQ(counts->repeat, 1u) << i;
    merge_all();
  }
  EXPECT_EQ(look(id).recipients(), 200u);
}

TEST_F(UploadTest, what_a_rolled_back_job_did_is_forgotten) {
  const auto id = group();
  ASSERT_TRUE(upload(id, {"a@x.test"}));
  const Strings names = {"b@x.test"};
  const std::vector<std::string_view> views(names.begin(), names.end());
  const Status undone = database_->write_and_wait(storage::Priority::bulk, [&](storage::Writer& w) -> Status {
    auto prepared = prepare_upload(uploads_->rules(), views, now());
    EXPECT_TRUE(uploads_->accept(w, scope_, id, *prepared));
    return Error(kChangedMyMind);
  });
  EXPECT_FALSE(undone);
  EXPECT_EQ(upload(id, {"b@x.test"})->valid, 1u);
}

TEST_F(UploadTest, the_merger_works_until_nothing_is_left) {
  const auto id = group();
  Merger merger(*database_, *uploads_);
  merger.wake();
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(upload(id, {"user" + std::to_string(i) + "@x.test"}));
    merger.wake();
  }
  EXPECT_TRUE(merger.wait_until_idle());
  EXPECT_EQ(look(id).recipients(), 50u);
}

}  // namespace
}  // namespace sesame::audience
