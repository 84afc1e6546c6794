#include "server/waiting_gauges.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "campaigns/waiting.hpp"

namespace sesame::server {

namespace {

constexpr std::chrono::seconds kPause{10};

}  // namespace

WaitingGauges::WaitingGauges(storage::Database& database, const Clock& clock,
                             std::function<std::optional<messages::Standstill>()> standstill,
                             std::function<std::shared_ptr<const campaigns::PassedOverRuns>()> passed_over)
    : database_(database),
      clock_(clock),
      standstill_(std::move(standstill)),
      passed_over_(std::move(passed_over)) {
  for (const messages::WaitingReason reason : messages::kWaitingReasons) {
    gauges_.push_back(&gauge("sesame_oldest_waiting_seconds",
                             "Age of the oldest accepted mail that waits for the reason; 0: none waits",
                             {{"reason", std::string(messages::name_of(reason))}}));
  }
}

void WaitingGauges::tick() {
  if (clock_.steady_now() < next_look_) return;
  next_look_ = clock_.steady_now() + kPause;
  const std::optional<messages::Standstill> standstill = standstill_();
  const auto passed_over = passed_over_();
  const auto oldest = database_.get<campaigns::OldestWaiting>(
      [&](storage::Reader& reader) -> Result<campaigns::OldestWaiting> {
        return campaigns::find_oldest_waiting(reader, standstill, *passed_over);
      });
  if (!oldest) return;  // The next look tries again.
  const std::int64_t now_ms = clock_.now_ms();
  for (std::size_t i = 0; i < gauges_.size(); ++i) {
    const std::int64_t since_ms = (*oldest)[i];
    gauges_[i]->set(since_ms == 0 ? 0.0
                                  : static_cast<double>(std::max<std::int64_t>(now_ms - since_ms, 1)) / 1000);
  }
}

}  // namespace sesame::server
