#include "cloudapi/refusal_log.hpp"

#include "base/log.hpp"

namespace sesame::cloudapi {

void RefusalLog::count(const Refusal& refusal, std::chrono::steady_clock::time_point now) {
  std::int64_t refused = 0;
  {
    const MutexLock lock(mutex_);
    ++unlogged_;
    if (now < next_) return;
    next_ = now + std::chrono::seconds(1);
    refused = unlogged_;
    unlogged_ = 0;
  }
  log_info("api.calls_refused", {{"count", refused},
                                 {"code", refusal.code},
                                 {"action", refusal.action},
                                 {"peer", refusal.peer},
                                 {"reason", refusal.error->reason()},
                                 {"cause", std::string_view(refusal.error->cause())}});
}

}  // namespace sesame::cloudapi
