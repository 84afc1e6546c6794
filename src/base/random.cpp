#include "base/random.hpp"

#include <sodium.h>

namespace sesame {

void SystemRandom::fill(std::span<std::byte> bytes) { randombytes_buf(bytes.data(), bytes.size()); }

}  // namespace sesame
