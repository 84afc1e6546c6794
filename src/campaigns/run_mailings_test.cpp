#include "campaigns/run_mailings.hpp"

#include "campaigns/errors.hpp"
#include "campaigns/runner_fixture.hpp"

namespace sesame::campaigns {
namespace {

class RunMailingsTest : public RunnerTest {
 protected:
  Result<std::shared_ptr<const RunMailing>> open(RunMailings& mailings, std::int64_t run_id) {
    return database_.look([&](storage::Reader& reader) { return mailings.open(reader, run_id); });
  }
  void set_mailing(const std::string& packed) {
    static constexpr storage::Sql kSet{"test.set_mailing", "UPDATE run SET mailing = ?1"};
    database_.change(
        [&](storage::Writer& writer) { writer.run(kSet, storage::Blob(std::as_bytes(std::span(packed)))); });
  }
};

TEST_F(RunMailingsTest, a_run_is_opened_once_as_long_as_it_is_in_use) {
  upload(readers(1));
  for (int i = 0; i < 2; ++i) start(1, packed_mailing());
  RunMailings mailings(ComposeContext{signers_.get(), &clock_});
  auto first = *open(mailings, 1);
  EXPECT_EQ(*open(mailings, 1), first);
  auto other = *open(mailings, 2);
  EXPECT_NE(other, first);
  EXPECT_EQ(*open(mailings, 1), first) << "another run changes nothing";
  EXPECT_EQ(first.use_count(), 1) << "it goes with its last user";
  first.reset();
  set_mailing("not a mailing");
  EXPECT_FALSE(open(mailings, 1)) << "it is read again";
  EXPECT_EQ(*open(mailings, 2), other);
  EXPECT_TRUE(open(mailings, 3).error().is(errors::kRunMissing));
}

TEST_F(RunMailingsTest, drafts_of_later_calls_share_the_content_of_earlier_ones) {
  upload(readers(6));
  start(6, packed_mailing());
  Runner runner = runner_with_lists();
  auto taken = runner.take(10);
  defer(taken);
  taken.clear();
  EXPECT_TRUE(runner.take(10).empty()) << "the run is closed";
  clock_.advance(std::chrono::minutes(6));
  const auto waiting = due();
  ASSERT_EQ(waiting.size(), 6U);
  auto first = runner.drafts(std::span(waiting).first(3));
  ASSERT_TRUE(first);
  set_mailing("not a mailing");
  auto second = runner.drafts(std::span(waiting).last(3));
  ASSERT_TRUE(second);
  for (const messages::Draft& draft : *second) EXPECT_TRUE(draft.compose()) << draft.to_address;
  first->clear();
  second->clear();
  const auto third = runner.drafts(waiting);
  ASSERT_TRUE(third);
  for (const messages::Draft& draft : *third) EXPECT_FALSE(draft.compose()) << "it is read again";
}

}  // namespace
}  // namespace sesame::campaigns
