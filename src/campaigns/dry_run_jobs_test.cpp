#include "campaigns/dry_run_jobs.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <future>
#include <latch>
#include <thread>

#include "campaigns/errors.hpp"
#include "campaigns/runner_fixture.hpp"
#include "storage/errors.hpp"
#include "testkit/eventually.hpp"

namespace sesame::campaigns {
namespace {

using State = DryRunJobs::State;
using Progress = DryRunJobs::Progress;

constexpr std::uint32_t kSlice = 10;
constexpr std::uint32_t kFirst = 20;

/// Holds a dry run before its slice of this number, the first being 1, until it is released.
class Gate {
 public:
  explicit Gate(int slice) : slice_(slice) {}
  std::function<bool(storage::Reader&)> function() {
    return [this](storage::Reader&) {
      if (++seen_ == slice_) {
        reached_.count_down();
        released_.wait();
      }
      return allows_.load();
    };
  }
  void wait() { reached_.wait(); }
  void release(bool allows = true) {
    allows_ = allows;
    released_.count_down();
  }
  int seen() const { return seen_; }

 private:
  const int slice_;
  std::atomic<int> seen_{0};
  std::atomic<bool> allows_{true};
  std::latch reached_{1};
  std::latch released_{1};
};

class DryRunJobsTest : public RunnerTest {
 protected:
  static std::function<bool(storage::Reader&)> allowed() {
    return [](storage::Reader&) { return true; };
  }
  std::future<Result<Progress>> begin(std::function<bool(storage::Reader&)> may_go_on) {
    const auto promise = std::make_shared<std::promise<Result<Progress>>>();
    jobs_.begin(
        {std::make_shared<const TaskOrder>(order()), {}, {filters_, DailyQuota(0), {}}, std::move(may_go_on)},
        [promise](Result<Progress> progress) { promise->set_value(std::move(progress)); });
    return promise->get_future();
  }
  Progress begun(std::function<bool(storage::Reader&)> may_go_on) {
    Result<Progress> progress = begin(std::move(may_go_on)).get();
    EXPECT_TRUE(progress);
    return progress ? std::move(*progress) : Progress();
  }
  bool missing(const std::string& id) {
    const Result<Progress> found = jobs_.find(scope_, id);
    return !found && found.error().is(errors::kDryRunMissing);
  }
  Progress ended(const std::string& id) {
    Progress last;
    EXPECT_TRUE(testkit::eventually([&] {
      Result<Progress> found = jobs_.find(scope_, id);
      if (found) last = std::move(*found);
      return found && last.state != State::running;
    }));
    return last;
  }

  const MailFilters filters_{{&lists_}};
  DryRunJobs jobs_{
      *database_, clock_, random_, {.slice = kSlice, .first_answer = kFirst, .per_account = 2, .all = 3}};
};

TEST_F(DryRunJobsTest, answers_a_small_group_at_once) {
  upload(readers(15));
  const Progress progress = begun(allowed());
  EXPECT_EQ(progress.state, State::finished);
  EXPECT_TRUE(progress.run.complete);
  EXPECT_EQ(progress.run.counts.mailed, 15U);
  EXPECT_EQ(ended(progress.id).run.counts.mailed, 15U);
}

TEST_F(DryRunJobsTest, goes_on_behind_its_first_answer) {
  upload(readers(45));
  Gate gate(3);
  const Progress first = begun(gate.function());
  EXPECT_EQ(first.state, State::running);
  EXPECT_EQ(first.run.counts.recipients, kFirst);
  EXPECT_FALSE(first.run.complete);
  gate.release();
  EXPECT_EQ(ended(first.id).run.counts.mailed, 45U);
  EXPECT_EQ(gate.seen(), 5);
}

TEST_F(DryRunJobsTest, reads_no_further_once_it_is_stopped) {
  upload(readers(45));
  Gate gate(3);
  const Progress first = begun(gate.function());
  gate.wait();
  const Result<Progress> stopped = jobs_.stop(scope_, first.id);
  ASSERT_TRUE(stopped);
  EXPECT_EQ(stopped->state, State::stopped);
  EXPECT_EQ(stopped->run.counts.recipients, kFirst);
  gate.release();
  jobs_.close();
  EXPECT_EQ(gate.seen(), 3);
  EXPECT_TRUE(missing(first.id));
}

TEST_F(DryRunJobsTest, ends_when_who_began_it_may_not_any_more) {
  upload(readers(45));
  Gate gate(3);
  const Progress first = begun(gate.function());
  gate.wait();
  gate.release(false);
  EXPECT_TRUE(testkit::eventually([&] { return missing(first.id); }));
  EXPECT_EQ(gate.seen(), 3);
}

TEST_F(DryRunJobsTest, ends_when_nobody_asks_for_it) {
  upload(readers(45));
  Gate gate(3);
  const Progress first = begun(gate.function());
  gate.wait();
  clock_.advance(std::chrono::seconds(61));
  gate.release();
  // Another one is read behind it, so its slice has ended then.
  EXPECT_EQ(begun(allowed()).state, State::running);
  EXPECT_EQ(gate.seen(), 3);
  EXPECT_TRUE(missing(first.id));
}

TEST_F(DryRunJobsTest, belongs_to_its_account_and_region) {
  upload(readers(5));
  const std::string id = begun(allowed()).id;
  for (const accounts::Scope& other :
       {accounts::Scope{2, scope_.region}, accounts::Scope{scope_.account_id, "ap-hongkong"}}) {
    EXPECT_FALSE(jobs_.find(other, id));
    EXPECT_FALSE(jobs_.stop(other, id));
  }
  EXPECT_TRUE(jobs_.find(scope_, id));
}

TEST_F(DryRunJobsTest, an_account_has_only_so_many_under_way) {
  upload(readers(45));
  Gate gate(3);
  const Progress first = begun(gate.function());
  gate.wait();
  std::future<Result<Progress>> second = begin(allowed());
  const Result<Progress> third = begin(allowed()).get();
  ASSERT_FALSE(third);
  EXPECT_TRUE(third.error().is(errors::kDryRunsUnderWay));
  ASSERT_TRUE(jobs_.stop(scope_, first.id));
  std::future<Result<Progress>> fourth = begin(allowed());
  gate.release();
  EXPECT_TRUE(second.get());
  EXPECT_TRUE(fourth.get());
}

TEST_F(DryRunJobsTest, forgets_ended_ones_to_make_room) {
  upload(readers(5));
  std::vector<std::string> ids;
  for (int i = 0; i < 4; ++i) {
    ids.push_back(begun(allowed()).id);
    clock_.advance(std::chrono::seconds(1));
  }
  EXPECT_TRUE(missing(ids[0]));
  EXPECT_TRUE(jobs_.find(scope_, ids[3]));
  clock_.advance(std::chrono::minutes(16));
  EXPECT_TRUE(missing(ids[3]));
}

TEST_F(DryRunJobsTest, answers_who_waits_when_it_is_closed) {
  upload(readers(45));
  Gate gate(1);
  std::future<Result<Progress>> first = begin(gate.function());
  gate.wait();
  std::thread closing([&] { jobs_.close(); });
  const auto is_closing = [&] {
    const auto refused = begin(allowed());
    return refused.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
  };
  EXPECT_TRUE(testkit::eventually(is_closing));
  gate.release();
  closing.join();
  EXPECT_TRUE(first.get().error().is(storage::errors::kStopped));
  EXPECT_TRUE(begin(allowed()).get().error().is(storage::errors::kStopped));
}

TEST_F(DryRunJobsTest, counts_the_places_of_removed_recipients_as_read) {
  upload_and_remove(readers(45));
  const Result<Progress> first = begin(allowed()).get();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->run.counts.recipients, 0);
  EXPECT_GE(first->run.counts.erased, kFirst) << "it is not read to its end before the answer";
}

}  // namespace
}  // namespace sesame::campaigns
