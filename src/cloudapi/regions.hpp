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

  /// Checks a region; `named_in` is the place that named it ("X-TC-Region"). Errors: "api.missing" (name:
  /// Region); "api.region" (name: no such region in the cloud); "api.region_unserved" (one of the cloud's,
  /// but not served here).
  Status check(std::string_view region, std::string_view named_in) const;

 private:
  const std::vector<std::string> served_;
};

}  // namespace sesame::cloudapi
