#include "messages/hold.hpp"

#include "base/metrics.hpp"

namespace sesame::messages {

void Hold::set(std::int64_t since_ms) {
  static Gauge& gauge_of_hold = gauge(
      "sesame_delivery_held", "1 while delivery is held: nothing is mailed, posted or started until resumed");
  since_ms_.store(since_ms, std::memory_order_relaxed);
  gauge_of_hold.set(since_ms == 0 ? 0 : 1);
}

}  // namespace sesame::messages
