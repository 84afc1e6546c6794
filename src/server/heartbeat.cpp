#include "server/heartbeat.hpp"

#include <utility>

#include "base/start_thread.hpp"
#include "base/thread_name.hpp"

namespace sesame::server {

Heartbeat::Heartbeat(const char* thread_name, std::chrono::milliseconds every, std::function<void()> tick)
    : thread_(start_thread([this, thread_name, every, tick = std::move(tick)] {
        name_this_thread(thread_name);
        MutexLock lock(mutex_);
        while (!changed_.wait_for(lock, every, [this]() SESAME_REQUIRES(mutex_) { return stopped_; })) {
          lock.unlock();
          tick();
          lock.lock();
        }
      })) {}

Heartbeat::~Heartbeat() { stop(); }

void Heartbeat::stop() {
  {
    const MutexLock lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

}  // namespace sesame::server
