#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace sesame::cloudapi {

/// The regions a caller may name. Immutable: safe from any thread.
class Regions {
 public:
  explicit Regions(std::vector<std::string> served) : served_(std::move(served)) {}

  /// `named_in` is where the caller named it ("X-TC-Region"). "api.missing" (name: Region); "api.region"
  /// (name: no such region in the cloud); "api.region_unserved" (one of the cloud's, but not served here).
  Status check(std::string_view region, std::string_view named_in) const;

 private:
  const std::vector<std::string> served_;
};

}  // namespace sesame::cloudapi
