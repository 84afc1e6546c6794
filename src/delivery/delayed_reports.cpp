#include "delivery/delayed_reports.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/start_thread.hpp"
#include "base/thread_name.hpp"

namespace sesame::delivery {
namespace {

constexpr std::chrono::milliseconds kLookAgain{100};  // The clock may step; then nothing waits too long.

}  // namespace

void DelayedReports::add(Dispatch& engine, DeliveryReport report, std::chrono::milliseconds delay) {
  {
    const MutexLock lock(mutex_);
    if (stopping_) return;
    const std::size_t bytes = report.parcel.charged_bytes;
    if (waiting_.size() < kReportsMax && bytes_ + bytes <= kBytesMax) {
      bytes_ += bytes;
      waiting_.emplace(clock_.steady_now() + delay, std::move(report));
      if (!thread_.joinable()) thread_ = start_thread([this, &engine] { run(engine); });
      changed_.notify_all();
      return;
    }
  }
  std::vector<DeliveryReport> reports;
  reports.push_back(std::move(report));
  engine.attempted(std::move(reports));
}

void DelayedReports::run(Dispatch& engine) {
  name_this_thread("chaos delays");
  MutexLock lock(mutex_);
  while (!stopping_) {
    const Time now = clock_.steady_now();
    std::vector<DeliveryReport> due;
    while (!waiting_.empty() && waiting_.begin()->first <= now) {
      bytes_ -= waiting_.begin()->second.parcel.charged_bytes;
      due.push_back(std::move(waiting_.begin()->second));
      waiting_.erase(waiting_.begin());
    }
    if (!due.empty()) {
      lock.unlock();
      engine.attempted(std::move(due));
      lock.lock();
    } else if (waiting_.empty()) {
      changed_.wait(lock, [this]() SESAME_REQUIRES(mutex_) { return stopping_ || !waiting_.empty(); });
    } else {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(waiting_.begin()->first - now) +
                        std::chrono::milliseconds(1);
      changed_.wait_for(lock, std::min(left, kLookAgain));
    }
  }
}

void DelayedReports::stop() {
  std::thread ended;
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
    waiting_.clear();
    bytes_ = 0;
    changed_.notify_all();
    ended.swap(thread_);
  }
  if (ended.joinable()) ended.join();
}

}  // namespace sesame::delivery
