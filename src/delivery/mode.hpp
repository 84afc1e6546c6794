#pragma once

#include <cstdint>

namespace sesame::delivery {

/// The way of mail that is not marked for the sandbox: setting `delivery.mode`.
enum class Mode : std::uint8_t {
  sandbox,  // Into the sandbox inbox; none leaves.
  relay,    // To a smarthost.
  direct,   // To the servers that the DNS names for each destination.
};

}  // namespace sesame::delivery
