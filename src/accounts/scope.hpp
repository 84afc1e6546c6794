#pragma once

#include <cstdint>
#include <string>

namespace sesame::accounts {

/// An account and a region: every table of the domain is divided by both, every query names both.
struct Scope {
  std::int64_t account_id = 0;
  std::string region;

  friend bool operator==(const Scope&, const Scope&) = default;
};

}  // namespace sesame::accounts
