#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <shared_mutex>
#include <utility>

// Marks say what a lock guards, and clang checks them (-Wthread-safety in the preset `clang`): a member that
// is SESAME_GUARDED_BY(mutex_) is touched only while mutex_ is held. Other compilers see nothing of it. The
// locks of the standard library carry no such marks, so state that threads share is guarded by those below,
// which are the same locks.
#if defined(__clang__)
#define SESAME_THREAD_SAFETY(mark) __attribute__((mark))
#else
#define SESAME_THREAD_SAFETY(mark)
#endif

#define SESAME_GUARDED_BY(mutex) SESAME_THREAD_SAFETY(guarded_by(mutex))
/// On functions and lambdas: the caller holds the mutex.
#define SESAME_REQUIRES(...) SESAME_THREAD_SAFETY(requires_capability(__VA_ARGS__))
/// On functions that open a lock of their caller for a while, which clang cannot follow.
#define SESAME_UNCHECKED_LOCKS SESAME_THREAD_SAFETY(no_thread_safety_analysis)

namespace sesame {

/// A std::mutex. Thread: any.
class SESAME_THREAD_SAFETY(capability("mutex")) Mutex {
 public:
  void lock() SESAME_THREAD_SAFETY(acquire_capability()) { mutex_.lock(); }
  void unlock() SESAME_THREAD_SAFETY(release_capability()) { mutex_.unlock(); }

 private:
  friend class MutexLock;
  std::mutex mutex_;
};

/// Holds a Mutex as long as it lives, but for the time between unlock() and lock().
class SESAME_THREAD_SAFETY(scoped_lockable) MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) SESAME_THREAD_SAFETY(acquire_capability(mutex)) : lock_(mutex.mutex_) {}
  ~MutexLock() SESAME_THREAD_SAFETY(release_capability()) {}
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

  void lock() SESAME_THREAD_SAFETY(acquire_capability()) { lock_.lock(); }
  void unlock() SESAME_THREAD_SAFETY(release_capability()) { lock_.unlock(); }

 private:
  friend class ConditionVariable;
  std::unique_lock<std::mutex> lock_;
};

/// A std::condition_variable. A predicate that reads what the mutex guards says so:
/// `changed_.wait(lock, [this]() SESAME_REQUIRES(mutex_) { return stopped_; });`. Thread: any.
class ConditionVariable {
 public:
  void notify_one() { condition_.notify_one(); }
  void notify_all() { condition_.notify_all(); }

  void wait(MutexLock& lock) { condition_.wait(lock.lock_); }
  template <class Predicate>
  void wait(MutexLock& lock, Predicate predicate) {
    condition_.wait(lock.lock_, std::move(predicate));
  }
  template <class Rep, class Period>
  std::cv_status wait_for(MutexLock& lock, std::chrono::duration<Rep, Period> time) {
    return condition_.wait_for(lock.lock_, time);
  }
  template <class Rep, class Period, class Predicate>
  bool wait_for(MutexLock& lock, std::chrono::duration<Rep, Period> time, Predicate predicate) {
    return condition_.wait_for(lock.lock_, time, std::move(predicate));
  }

 private:
  std::condition_variable condition_;
};

/// A std::shared_mutex. Thread: any.
class SESAME_THREAD_SAFETY(capability("mutex")) SharedMutex {
 private:
  friend class ExclusiveLock;
  friend class SharedLock;
  std::shared_mutex mutex_;
};

/// Holds a SharedMutex alone.
class SESAME_THREAD_SAFETY(scoped_lockable) ExclusiveLock {
 public:
  explicit ExclusiveLock(SharedMutex& mutex) SESAME_THREAD_SAFETY(acquire_capability(mutex))
      : lock_(mutex.mutex_) {}
  ~ExclusiveLock() SESAME_THREAD_SAFETY(release_capability()) {}
  ExclusiveLock(const ExclusiveLock&) = delete;
  ExclusiveLock& operator=(const ExclusiveLock&) = delete;

 private:
  std::unique_lock<std::shared_mutex> lock_;
};

/// Holds a SharedMutex together with others that only read.
class SESAME_THREAD_SAFETY(scoped_lockable) SharedLock {
 public:
  explicit SharedLock(SharedMutex& mutex) SESAME_THREAD_SAFETY(acquire_shared_capability(mutex))
      : lock_(mutex.mutex_) {}
  ~SharedLock() SESAME_THREAD_SAFETY(release_capability()) {}
  SharedLock(const SharedLock&) = delete;
  SharedLock& operator=(const SharedLock&) = delete;

 private:
  std::shared_lock<std::shared_mutex> lock_;
};

}  // namespace sesame
