#include "campaigns/passed_over.hpp"

#include <utility>

namespace sesame::campaigns {
namespace {

constexpr std::chrono::seconds kPublishedEach{1};

}  // namespace

void PassedOverBoard::publish(const SetAside& aside, messages::Admission* admission,
                              std::chrono::steady_clock::time_point now) {
  if (published_ && now - *published_ < kPublishedEach) return;
  published_ = now;
  auto runs = std::make_shared<PassedOverRuns>();
  for (const auto& [run_id, sum] : aside.sums()) {
    messages::CrowdReason reason;
    if (admission != nullptr) reason = admission->reason_of(sum.largest);
    (*runs)[run_id] = {static_cast<std::int64_t>(sum.count), std::move(reason.text), reason.since_ms};
  }
  const MutexLock lock(mutex_);
  runs_ = std::move(runs);
}

std::shared_ptr<const PassedOverRuns> PassedOverBoard::get() const {
  const MutexLock lock(mutex_);
  return runs_;
}

}  // namespace sesame::campaigns
