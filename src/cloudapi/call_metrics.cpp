#include "cloudapi/call_metrics.hpp"

#include <vector>

#include "base/metrics.hpp"

namespace sesame::cloudapi {

void CallMetrics::record(std::string_view action, std::string_view code, double seconds) {
  static const std::vector<double> kBounds{0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30};
  std::string name(action);
  std::string name_and_code = name + "/" + std::string(code);
  Counter* calls = nullptr;
  Histogram* duration = nullptr;
  {
    const MutexLock lock(mutex_);
    Counter*& counter_slot = counters_[std::move(name_and_code)];
    if (counter_slot == nullptr) {
      counter_slot = &counter("sesame_api_calls_total", "API calls by action and code",
                              {{"action", name}, {"code", std::string(code)}});
    }
    Histogram*& histogram_slot = histograms_[name];
    if (histogram_slot == nullptr) {
      histogram_slot = &histogram("sesame_api_call_seconds", "Duration of API calls by action", kBounds,
                                  {{"action", name}});
    }
    calls = counter_slot;
    duration = histogram_slot;
  }
  calls->add();
  duration->observe(seconds);
}

}  // namespace sesame::cloudapi
