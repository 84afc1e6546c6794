#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace sesame {

/// Random numbers, as an argument. Thread: any.
class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::byte> bytes) = 0;

  std::uint64_t next() {
    std::uint64_t value = 0;
    fill(std::as_writable_bytes(std::span(&value, 1)));
    return value;
  }
};

/// The kernel's generator: good enough for keys and secrets. Small amounts come from a buffer of each thread
/// (a system call costs more than a whole UUID); returned bytes are wiped from it.
class SystemRandom final : public Random {
 public:
  void fill(std::span<std::byte> bytes) override;
};

}  // namespace sesame
