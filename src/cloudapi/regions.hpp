#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace sesame::cloudapi {

/// The regions that a caller may name. Immutable. Thread: any.
class Regions {
 public:
  explicit Regions(std::vector<std::string> served) : served_(std::move(served)) {}

  /// Checks a region; `named_in` is the place that named it ("X-TC-Region"). Errors: errors::kMissing (name:
  /// Region); errors::kRegion (name: no such region in the cloud); errors::kRegionUnserved (one of the
  /// cloud's, but not served here).
  Status check(std::string_view region, std::string_view named_in) const;

 private:
  const std::vector<std::string> served_;
};

}  // namespace sesame::cloudapi
