#include "routing/sts_counts.hpp"

#include <string>

#include "base/metrics.hpp"

namespace sesame::routing {

void count_sts(std::string_view result) {
  counter("sesame_sts_total", "MTA-STS: looked up records, fetched policies, checked hosts and connections",
          {{"result", std::string(result)}})
      .add();
}

}  // namespace sesame::routing
