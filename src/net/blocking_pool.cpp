#include "net/blocking_pool.hpp"

#include <algorithm>
#include <exception>
#include <memory>

#include "base/log.hpp"
#include "base/start_thread.hpp"
#include "base/thread_name.hpp"
#include "net/errors.hpp"

namespace sesame::net {

BlockingPool::BlockingPool(unsigned threads, std::size_t max_queued) : max_queued_(max_queued) {
  for (unsigned i = 0; i < std::max(threads, 1u); ++i)
    threads_.push_back(start_thread([this] { work_until_stopped(); }));
}

BlockingPool::~BlockingPool() { stop(); }

bool BlockingPool::submit(std::function<void()> work) {
  {
    const MutexLock lock(mutex_);
    if (stopping_ || queue_.size() >= max_queued_) return false;
    queue_.push_back(std::move(work));
  }
  changed_.notify_one();
  return true;
}

void BlockingPool::stop() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void BlockingPool::work_until_stopped() {
  name_this_thread("pool");
  MutexLock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this]() SESAME_REQUIRES(mutex_) { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    std::function<void()> work = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    try {
      work();
    } catch (const std::exception& exception) {
      log_error("net.pool_work_failed", {{"cause", exception.what()}});
    }
    work = nullptr;  // Destroys the captured objects here, not under the lock.
    lock.lock();
  }
}

Task<Status> run_on(BlockingPool& pool, std::function<void()> work) {
  const auto thrown = std::make_shared<std::exception_ptr>();
  std::function<void(std::function<void(bool)>)> start = [&pool, &work,
                                                          thrown](std::function<void(bool)> done) {
    auto run = [work = std::move(work), thrown, done] {
      try {
        work();
      } catch (...) {
        *thrown = std::current_exception();
      }
      done(true);
    };
    if (!pool.submit(std::move(run))) done(false);
  };
  const bool ran = co_await from_callback<bool>(std::move(start));
  if (!ran) co_return Error(errors::kOverloaded);
  if (*thrown) std::rethrow_exception(*thrown);
  co_return Done();
}

}  // namespace sesame::net
