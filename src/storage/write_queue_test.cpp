#include "storage/write_queue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace sesame::storage {
namespace {

class WriteQueueTest : public testing::Test {
 protected:
  bool push(Priority priority) {
    QueuedWrite write;
    write.priority = priority;
    return queue_.push(write);
  }
  void push(Priority priority, int times) {
    for (int i = 0; i < times; ++i) ASSERT_TRUE(push(priority));
  }
  /// "iib": what comes out, until the queue is empty.
  std::string drain() {
    std::string order;
    while (!queue_.empty()) order.push_back(queue_.pop().priority == Priority::bulk ? 'b' : 'i');
    return order;
  }

  WriteQueue queue_{{.jobs_per_priority = 8, .interactive_jobs_per_bulk_job = 3}};
};

TEST_F(WriteQueueTest, interactive_work_goes_before_bulk) {
  push(Priority::bulk, 2);
  push(Priority::interactive, 2);
  EXPECT_EQ(drain(), "iibb");
}

TEST_F(WriteQueueTest, bulk_work_is_not_starved) {
  push(Priority::interactive, 8);
  push(Priority::bulk, 3);
  EXPECT_EQ(drain(), "iiibiiibiib");
}

TEST_F(WriteQueueTest, interactive_work_alone_builds_up_no_claim_for_later_bulk_work) {
  push(Priority::interactive, 8);
  EXPECT_EQ(drain(), "iiiiiiii");
  push(Priority::bulk, 1);
  push(Priority::interactive, 2);
  EXPECT_EQ(drain(), "iib");
}

TEST_F(WriteQueueTest, each_priority_has_a_bound_of_its_own) {
  push(Priority::bulk, 8);
  EXPECT_FALSE(push(Priority::bulk));
  EXPECT_TRUE(push(Priority::interactive));
  EXPECT_EQ(queue_.size(), 9U);
}

}  // namespace
}  // namespace sesame::storage
