#include "net/loops.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <stdexcept>
#include <thread>

#include "net/blocking_pool.hpp"
#include "testkit/eventually.hpp"

namespace sesame::net {
namespace {

using std::chrono::milliseconds;
using testkit::eventually;

Task<void> note_thread(std::thread::id* id, std::atomic<int>* done) {
  *id = std::this_thread::get_id();
  ++*done;
  co_return;
}

TEST(Loops, run_each_coroutine_on_its_own_loop) {
  Loops loops(2);
  std::thread::id ids[4];
  std::atomic<int> done{0};
  for (std::size_t i = 0; i < 4; ++i) {
    std::thread::id* const id = &ids[i];
    loops.spawn(i % 2, [id, &done] { return note_thread(id, &done); });
  }
  loops.start();
  ASSERT_TRUE(eventually([&] { return done == 4; }));
  EXPECT_EQ(ids[0], ids[2]);
  EXPECT_EQ(ids[1], ids[3]);
  EXPECT_NE(ids[0], ids[1]);
}

/// A timer is what the loops have to wait for or to drop; nothing is expected of its moment.
Task<void> wait_a_little(milliseconds duration, std::atomic<int>* done) {
  co_await sleep_for(duration);
  ++*done;
}

TEST(Loops, finish_in_their_grace_and_drop_the_rest) {
  std::atomic<int> done{0};
  Loops loops(1);
  loops.start();
  loops.spawn(0, [&] { return wait_a_little(milliseconds(20), &done); });
  loops.stop(std::chrono::seconds(10));
  EXPECT_EQ(done, 1);

  Loops hasty(1);
  hasty.start();
  hasty.spawn(0, [&] { return wait_a_little(std::chrono::hours(1), &done); });
  hasty.stop(milliseconds(10));
  EXPECT_EQ(done, 1);
  hasty.stop();
}

Task<void> throw_something(std::atomic<bool>* about_to) {
  *about_to = true;
  if (*about_to) throw std::runtime_error("a bug");
  co_return;
}

TEST(Loops, survive_a_coroutine_that_throws) {
  Loops loops(1);
  loops.start();
  std::atomic<bool> about_to{false};
  loops.spawn(0, [&] { return throw_something(&about_to); });
  ASSERT_TRUE(eventually([&] { return about_to.load(); }));
  std::atomic<int> done{0};
  std::thread::id thread;
  loops.spawn(0, [&] { return note_thread(&thread, &done); });
  EXPECT_TRUE(eventually([&] { return done == 1; }));
}

Task<void> wait_for_value(std::function<void(std::function<void(std::string)>)> start, std::string* value,
                          std::thread::id* id, std::atomic<int>* done) {
  *value = co_await from_callback<std::string>(std::move(start));
  *id = std::this_thread::get_id();
  ++*done;
}

TEST(FromCallback, resumes_on_its_own_loop_whoever_calls) {
  Loops loops(1);
  loops.start();
  std::thread::id loop_id, id;
  std::atomic<int> done{0};
  loops.spawn(0, [&] { return note_thread(&loop_id, &done); });
  std::string value;
  std::thread outside;
  std::function<void(std::function<void(std::string)>)> start = [&](std::function<void(std::string)> answer) {
    outside = std::thread([answer] { answer("a value long enough to live on the heap"); });
  };
  loops.spawn(0, [&] { return wait_for_value(start, &value, &id, &done); });
  ASSERT_TRUE(eventually([&] { return done == 2; }));
  outside.join();
  EXPECT_EQ(value, "a value long enough to live on the heap");
  EXPECT_EQ(id, loop_id);
}

TEST(FromCallback, takes_an_answer_that_comes_at_once) {
  Loops loops(1);
  loops.start();
  std::string value;
  std::thread::id id;
  std::atomic<int> done{0};
  std::function<void(std::function<void(std::string)>)> start = [](std::function<void(std::string)> answer) {
    answer("now");
  };
  loops.spawn(0, [&] { return wait_for_value(start, &value, &id, &done); });
  ASSERT_TRUE(eventually([&] { return done == 1; }));
  EXPECT_EQ(value, "now");
}

TEST(FromCallback, goes_quietly_when_the_answer_never_comes) {
  std::string value;
  std::thread::id id;
  std::atomic<int> done{0};
  std::function<void(std::string)> kept;
  {
    Loops loops(1);
    loops.start();
    std::function<void(std::function<void(std::string)>)> start =
        [&](std::function<void(std::string)> answer) {
          kept = std::move(answer);
          ++done;
        };
    loops.spawn(0, [&] { return wait_for_value(start, &value, &id, &done); });
    ASSERT_TRUE(eventually([&] { return done == 1; }));
    loops.stop();
    kept = nullptr;
  }
  EXPECT_EQ(value, "");
}

TEST(BlockingPool, refuses_work_beyond_its_bound_and_finishes_the_rest) {
  std::promise<void> release;
  std::shared_future<void> released = release.get_future().share();
  std::atomic<int> ran{0};
  BlockingPool pool(1, 2);
  std::function<void()> work = [&, released] {
    ++ran;
    released.wait();
  };
  ASSERT_TRUE(pool.submit(work));
  ASSERT_TRUE(eventually([&] { return ran == 1; }));
  EXPECT_TRUE(pool.submit(work));
  EXPECT_TRUE(pool.submit(work));
  EXPECT_FALSE(pool.submit(work));
  release.set_value();
  pool.stop();
  EXPECT_EQ(ran, 3);
  EXPECT_FALSE(pool.submit(work));
}

TEST(BlockingPool, survives_work_that_throws) {
  BlockingPool pool(1, 10);
  std::atomic<bool> ran{false};
  ASSERT_TRUE(pool.submit([] { throw std::runtime_error("a bug"); }));
  ASSERT_TRUE(pool.submit([&] { ran = true; }));
  EXPECT_TRUE(eventually([&] { return ran.load(); }));
}

Task<void> run_three(BlockingPool* pool, std::vector<std::string>* results, std::atomic<int>* done) {
  std::string made;
  std::function<void()> work = [&made] { made = "made on the pool"; };
  const Status ran = co_await run_on(*pool, std::move(work));
  results->push_back(ran ? made : "refused");

  std::function<void()> bug = [] { throw std::runtime_error("thrown"); };
  try {
    co_await run_on(*pool, std::move(bug));
  } catch (const std::exception& exception) {
    results->push_back(exception.what());
  }
  pool->stop();
  std::function<void()> late = [] {};
  const Status refused = co_await run_on(*pool, std::move(late));
  results->push_back(refused ? "ran" : std::string(refused.error().reason()));
  ++*done;
}

TEST(BlockingPool, runs_for_a_coroutine) {
  Loops loops(1);
  loops.start();
  BlockingPool pool(1, 10);
  std::vector<std::string> results;
  std::atomic<int> done{0};
  loops.spawn(0, [&] { return run_three(&pool, &results, &done); });
  ASSERT_TRUE(eventually([&] { return done == 1; }));
  EXPECT_EQ(results, (std::vector<std::string>{"made on the pool", "thrown", "net.overloaded"}));
}

}  // namespace
}  // namespace sesame::net
