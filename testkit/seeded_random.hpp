#pragma once

#include <cstdint>
#include <mutex>
#include <random>

#include "base/random.hpp"

namespace sesame::testkit {

/// A random source that gives the same bytes in every run. Thread: any.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed = 1) : engine_(seed) {}

  void fill(std::span<std::byte> bytes) override {
    const std::lock_guard lock(mutex_);
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(engine_() >> 24);
  }

 private:
  std::mutex mutex_;
  std::mt19937_64 engine_;  // Guarded by mutex_.
};

}  // namespace sesame::testkit
