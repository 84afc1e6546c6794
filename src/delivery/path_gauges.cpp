#include "delivery/path_gauges.hpp"

#include "base/metrics.hpp"

namespace sesame::delivery {

void PathGauges::add(const std::string& provider, const shaping::Pace::Standing& standing) {
  Sums& sums = sums_[provider.empty() ? "other" : provider];
  ++sums.paths;
  sums.connections += standing.connections;
  if (standing.held_until_ms != 0) {
    ++sums.held;
  } else {
    sums.mails_per_second_allowed += standing.mails_per_second_allowed;
  }
}

void PathGauges::publish() {
  for (auto& [provider, sums] : sums_) {
    const Labels labels{{"provider", provider}};
    gauge("sesame_delivery_paths", "Paths that have mail or had some a moment ago", labels).set(sums.paths);
    gauge("sesame_delivery_holds", "Paths on which nothing is sent, since their servers refused it", labels)
        .set(sums.held);
    gauge("sesame_delivery_connections", "Connections, open and opening", labels).set(sums.connections);
    gauge("sesame_delivery_rate_allowed", "Mails per second that the paths allow", labels)
        .set(sums.mails_per_second_allowed);
    sums = {};
  }
}

}  // namespace sesame::delivery
