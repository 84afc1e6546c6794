#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

/// The byte level of a block: numbers of variable length and compressed columns. Pure. Thread: any.
namespace sesame::audience {

/// A column of a block never decodes to more than this, for any bytes.
inline constexpr std::size_t kMaxColumnBytes = 4 << 20;

inline void put_number(std::string& out, std::uint64_t number) { ByteWriter(out).varint(number); }
/// Appends the length, then the text, compressed when that makes it smaller.
void put_column(std::string& out, std::string_view text);

/// Reads the bytes that the functions above wrote. After the first failure every call fails.
class ColumnReader {
 public:
  explicit ColumnReader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  std::optional<std::uint64_t> number() {
    const std::uint64_t number = bytes_.varint();
    if (bytes_.failed()) return std::nullopt;
    return number;
  }
  std::optional<std::string> column();
  bool skip(std::uint64_t bytes) {
    if (bytes > left()) return false;
    bytes_.raw(bytes);
    return true;
  }
  std::size_t left() const { return bytes_.rest().size(); }
  bool at_end() const { return bytes_.at_end(); }

 private:
  ByteReader bytes_;
};

}  // namespace sesame::audience
