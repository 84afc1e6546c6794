#include "base/packed.hpp"

#include <zstd.h>

#include <new>

namespace sesame {

namespace {

constexpr int kLevel = 1;
constexpr std::size_t kSizeMax = 256 << 20;

}  // namespace

std::string pack(std::string_view bytes) {
  std::string packed(ZSTD_compressBound(bytes.size()), '\0');
  const std::size_t size = ZSTD_compress(packed.data(), packed.size(), bytes.data(), bytes.size(), kLevel);
  if (ZSTD_isError(size) != 0)
    throw std::bad_alloc();  // With room for the bound, only memory can be missing.
  packed.resize(size);
  packed.shrink_to_fit();
  return packed;
}

std::optional<std::string> unpack(std::span<const std::byte> packed, std::size_t size) {
  if (size > kSizeMax) return std::nullopt;
  std::string bytes(size, '\0');
  const std::size_t unpacked = ZSTD_decompress(bytes.data(), bytes.size(), packed.data(), packed.size());
  if (ZSTD_isError(unpacked) != 0 || unpacked != size) return std::nullopt;
  return bytes;
}

}  // namespace sesame
