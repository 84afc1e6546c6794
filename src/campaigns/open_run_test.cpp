#include "campaigns/open_run.hpp"

#include <stdexcept>

#include "campaigns/frequency_filter.hpp"
#include "campaigns/runner_fixture.hpp"

namespace sesame::campaigns {
namespace {

/// Blocks one address, and throws when it is asked for the `fails_at`-th time, as when the disk can't be
/// read.
class FaultyFilter : public MailFilter {
 public:
  explicit FaultyFilter(std::string blocked) : blocked_(std::move(blocked)) {}
  void judge(storage::Reader&, const Mailer&, std::span<const std::string_view> addresses, std::int64_t,
             std::span<Verdict> verdicts) override {
    if (++asked == fails_at) throw std::runtime_error("the lists can't be read");
    for (std::size_t i = 0; i < addresses.size(); ++i) {
      if (addresses[i] == blocked_) verdicts[i] = {3020, "blocked"};
    }
  }
  int asked = 0;
  int fails_at = 0;

 private:
  const std::string blocked_;
};

class OpenRunTest : public RunnerTest {
 protected:
  Runner runner_with(std::vector<MailFilter*> filters) {
    return {
        *database_, ComposeContext{signers_.get(), &clock_}, changes_, {MailFilters(std::move(filters)), {}}};
  }
  /// Takes everything, also when a call gives nothing because the lists could not be read.
  std::vector<messages::Draft> take_through_a_fault(Runner& runner) {
    std::vector<messages::Draft> all = take_all(runner);
    for (messages::Draft& draft : take_all(runner)) all.push_back(std::move(draft));
    return all;
  }
};

TEST_F(OpenRunTest, hands_out_nobody_unjudged_when_the_lists_can_not_be_read_for_a_moment) {
  const auto count = OpenRun::kJudgedTogether + 50;
  upload(readers(static_cast<int>(count)));
  struct Case {
    const char* when;
    int fails_at;
    std::string blocked;
    std::vector<OrdinalRange> blocks;
  };
  const std::string last = "reader" + std::to_string(count - 1) + "@post.test";
  for (const Case& one : {Case{"first portion", 1, "reader0@post.test", {{0, count}}},
                          Case{"first portion", 1, "reader1999@post.test", {{0, count}}},
                          Case{"second portion", 2, last, {{0, count}}},
                          Case{"second block", 2, "reader40@post.test", {{0, 40}, {40, count - 40}}},
                          Case{"portion of the second block", 3, last, {{0, 40}, {40, count - 40}}},
                          Case{"never", 0, last, {{0, count}}}}) {
    const std::int64_t id = start(new_task(count, packed_mailing()), one.blocks);
    FaultyFilter filter(one.blocked);
    filter.fails_at = one.fails_at;
    Runner runner = runner_with({&filter});
    std::vector<messages::Draft> granted;
    std::vector<messages::Draft> withheld;
    for (messages::Draft& draft : take_through_a_fault(runner))
      (draft.withheld() ? withheld : granted).push_back(std::move(draft));
    EXPECT_EQ(granted.size(), count - 1) << one.when;
    ASSERT_EQ(withheld.size(), 1U) << one.when << ": " << one.blocked;
    EXPECT_EQ(withheld[0].to_address, one.blocked) << one.when;
    record(granted, LedgerState::delivered);
    record(withheld, LedgerState::withheld);
    EXPECT_EQ(task(id).status, TaskStatus::finished) << one.when;
  }
}

TEST_F(OpenRunTest, a_fault_while_judging_counts_nobody_against_the_limit_of_the_hour) {
  upload(readers(6));
  start(6, packed_mailing());
  // Two were let through by the day's quota before a crash: they are judged beside the others.
  const std::uint32_t let_through[] = {0, 1};
  database_.change([&](storage::Writer& writer) { mark_let_through(writer, 1, 0, let_through); });
  for (const int fails_at : {1, 2}) {
    FaultyFilter lists("nobody@post.test");
    lists.fails_at = fails_at;
    FrequencyFilter once_an_hour(1, random_);
    Runner runner = runner_with({&lists, &once_an_hour});
    const auto drafts = take_through_a_fault(runner);
    EXPECT_EQ(drafts.size(), 6U);
    EXPECT_EQ(permissions_of(drafts), Permissions{messages::Permission::granted}) << fails_at;
  }
}

}  // namespace
}  // namespace sesame::campaigns
