#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/thread_safety.hpp"
#include "campaigns/set_aside.hpp"
#include "messages/admission.hpp"

namespace sesame::campaigns {

/// Recipients of a run who were passed over, since their destination takes no
/// mail now.
struct PassedOver {
  std::int64_t count = 0;
  std::string text;           // About the destination of most of them, for people; may be empty.
  std::int64_t since_ms = 0;  // Since when that takes none; 0: not known.
};

using PassedOverRuns = std::map<std::int64_t, PassedOver>;  // By run.

/// The recipients who were passed over, as people and metrics see them. Thread: feeder for publish(), any
/// for get().
class PassedOverBoard {
 public:
  /// Sums up at most once a second, since a run may wait for thousands of
  /// destinations. `admission`: may be null.
  void publish(const SetAside& aside, messages::Admission* admission,
               std::chrono::steady_clock::time_point now);
  /// Never null.
  std::shared_ptr<const PassedOverRuns> get() const;

 private:
  std::optional<std::chrono::steady_clock::time_point> published_;  // Used by publish() alone.
  mutable Mutex mutex_;
  std::shared_ptr<const PassedOverRuns> runs_ SESAME_GUARDED_BY(mutex_) =
      std::make_shared<const PassedOverRuns>();
};

}  // namespace sesame::campaigns
