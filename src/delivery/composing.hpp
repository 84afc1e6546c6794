#pragma once

#include <deque>
#include <thread>
#include <vector>

#include "base/thread_safety.hpp"
#include "delivery/budget.hpp"
#include "delivery/engine.hpp"
#include "delivery/recorder.hpp"

namespace sesame::delivery {

/// The composer threads: compose the drafts that the outlet ordered, within the budget of bytes, and give it
/// the parcels. Drafts that may not be mailed any more are taken back uncomposed. Thread: one, but for add().
class Composing {
 public:
  /// All arguments outlive it.
  Composing(const EngineParts& parts, Dispatch& engine, Budget& budget, Recorder& recorder)
      : parts_(parts), engine_(engine), budget_(budget), recorder_(recorder) {}
  ~Composing() { stop(); }

  void start();
  void add(std::vector<DueDraft> drafts);  // Never blocks. Thread: any.
  /// Ends the threads after their current mail; waiting drafts are dropped. Call budget.close() first.
  void stop();

 private:
  void run();
  std::vector<DueDraft> next();
  void compose(std::vector<DueDraft> drafts);

  const EngineParts& parts_;
  Dispatch& engine_;
  Budget& budget_;
  Recorder& recorder_;
  std::vector<std::thread> threads_;
  Mutex mutex_;
  ConditionVariable changed_;
  std::deque<DueDraft> waiting_ SESAME_GUARDED_BY(mutex_);
  bool stopping_ SESAME_GUARDED_BY(mutex_) = false;
};

}  // namespace sesame::delivery
