#include "audience/columns.hpp"

#include <zstd.h>

#include <algorithm>
#include <memory>

namespace sesame::audience {
namespace {

// Measured on mixed addresses: level 1 gives 6.3 bytes each, level 3 gives 6.1 for a third more time.
constexpr int kCompressionLevel = 1;
// For shorter text a frame's header costs more than compression gains.
constexpr std::size_t kMinCompressedText = 128;

struct FreeContext {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

// One context per thread: making one costs more than compressing a small block.
ZSTD_CCtx* compressor() {
  thread_local const std::unique_ptr<ZSTD_CCtx, FreeContext> context(ZSTD_createCCtx());
  return context.get();
}

ZSTD_DCtx* decompressor() {
  thread_local const std::unique_ptr<ZSTD_DCtx, FreeContext> context(ZSTD_createDCtx());
  return context.get();
}

}  // namespace

void put_number(std::string& out, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7) out.push_back(static_cast<char>(number | 0x80));
  out.push_back(static_cast<char>(number));
}

void put_column(std::string& out, std::string_view text) {
  put_number(out, text.size());
  if (text.empty()) return;
  if (text.size() >= kMinCompressedText) {
    // Kept from column to column: fresh pages would cost about as much as the compression.
    thread_local std::string packed;
    packed.resize(std::max(packed.size(), ZSTD_compressBound(text.size())));
    const std::size_t size = ZSTD_compressCCtx(compressor(), packed.data(), packed.size(), text.data(),
                                               text.size(), kCompressionLevel);
    if (!ZSTD_isError(size) && size < text.size()) {
      put_number(out, size);
      out.append(packed, 0, size);
      return;
    }
  }
  put_number(out, 0);  // Uncompressed.
  out.append(text);
}

std::optional<std::uint64_t> ColumnReader::number() {
  std::uint64_t number = 0;
  for (unsigned shift = 0; shift < 63 && !rest_.empty(); shift += 7) {
    const auto byte = std::to_integer<std::uint64_t>(rest_.front());
    rest_ = rest_.subspan(1);
    number |= (byte & 0x7f) << shift;
    if (byte < 0x80) return number;
  }
  rest_ = {};
  return std::nullopt;
}

std::optional<std::string> ColumnReader::column() {
  const auto size = number();
  if (!size || *size > kMaxColumnBytes) return std::nullopt;
  if (*size == 0) return std::string();
  const auto packed = number();
  if (!packed) return std::nullopt;
  const std::size_t stored = *packed == 0 ? *size : *packed;
  if (stored > rest_.size()) return std::nullopt;
  const auto* from = reinterpret_cast<const char*>(rest_.data());
  rest_ = rest_.subspan(stored);
  if (*packed == 0) return std::string(from, stored);
  std::string text(*size, '\0');
  const std::size_t got = ZSTD_decompressDCtx(decompressor(), text.data(), text.size(), from, stored);
  if (ZSTD_isError(got) || got != text.size()) return std::nullopt;
  return text;
}

}  // namespace sesame::audience
