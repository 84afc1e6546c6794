#pragma once

#include <map>
#include <string>

#include "shaping/pace.hpp"

namespace sesame::delivery {

/// The metrics of paths, by provider: their number is bounded by the rules. Paths of no provider count as
/// "other". Thread: one.
class PathGauges {
 public:
  /// Counts a path of this look.
  void add(const std::string& provider, const shaping::Pace::Standing& standing);
  /// Publishes the sums of this look, and begins the next one.
  void publish();

 private:
  struct Sums {
    unsigned paths = 0;
    unsigned held = 0;
    unsigned connections = 0;
    double mails_per_second_allowed = 0;
  };
  std::map<std::string, Sums> sums_;  // Providers of earlier looks stay, with 0.
};

}  // namespace sesame::delivery
