#include "base/random.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>

namespace sesame {

namespace {

constexpr std::size_t kStoreBytes = 1024;

struct Store {
  std::array<std::byte, kStoreBytes> bytes;
  std::size_t left = 0;
  ~Store() { sodium_memzero(bytes.data(), bytes.size()); }
};

}  // namespace

void SystemRandom::fill(std::span<std::byte> bytes) {
  if (bytes.size() > kStoreBytes / 8) return randombytes_buf(bytes.data(), bytes.size());
  thread_local Store store;
  if (store.left < bytes.size()) {
    randombytes_buf(store.bytes.data(), store.bytes.size());
    store.left = store.bytes.size();
  }
  store.left -= bytes.size();
  const std::span<std::byte> given = std::span(store.bytes).subspan(store.left, bytes.size());
  std::ranges::copy(given, bytes.begin());
  sodium_memzero(given.data(), given.size());
}

}  // namespace sesame
