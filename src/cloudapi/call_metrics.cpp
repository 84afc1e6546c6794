#include "cloudapi/call_metrics.hpp"

#include <vector>

#include "base/metrics.hpp"

namespace sesame::cloudapi {
namespace {

Histogram& duration_of(const std::string& action) {
  static const std::vector<double> kBounds{0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30};
  return histogram("sesame_api_call_seconds", "Duration of API calls by action", kBounds,
                   {{"action", action}});
}

Counter& calls_of(const std::string& action, const std::string& code) {
  return counter("sesame_api_calls_total", "API calls by action and code",
                 {{"action", action}, {"code", code}});
}

}  // namespace

void CallMetrics::record(std::string_view action, std::string_view code, double seconds) {
  Counter* calls = nullptr;
  Histogram* duration = nullptr;
  {
    const MutexLock lock(mutex_);
    auto known = actions_.find(action);
    if (known == actions_.end()) known = actions_.try_emplace(std::string(action)).first;
    OfAction& of_action = known->second;
    if (of_action.duration == nullptr) of_action.duration = &duration_of(known->first);
    auto counted = of_action.calls.find(code);
    if (counted == of_action.calls.end()) {
      Counter& made = calls_of(known->first, std::string(code));
      counted = of_action.calls.emplace(std::string(code), &made).first;
    }
    calls = counted->second;
    duration = of_action.duration;
  }
  calls->add();
  duration->observe(seconds);
}

}  // namespace sesame::cloudapi
