#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// The byte level of a block: numbers of variable length and compressed columns. Pure. Thread: any.
namespace sesame::audience {

/// A column of a block never decodes to more than this, for any bytes.
inline constexpr std::size_t kMaxColumnBytes = 4 << 20;

void put_number(std::string& out, std::uint64_t number);
/// Appends the length, then the text, compressed when that makes it smaller.
void put_column(std::string& out, std::string_view text);

/// Reads the bytes that the functions above wrote. After the first failure every call fails.
class ColumnReader {
 public:
  explicit ColumnReader(std::span<const std::byte> bytes) : rest_(bytes) {}

  std::optional<std::uint64_t> number();
  std::optional<std::string> column();
  bool skip(std::uint64_t bytes) {
    if (bytes > rest_.size()) return false;
    rest_ = rest_.subspan(bytes);
    return true;
  }
  std::size_t left() const { return rest_.size(); }
  bool at_end() const { return rest_.empty(); }

 private:
  std::span<const std::byte> rest_;
};

}  // namespace sesame::audience
