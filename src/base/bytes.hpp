#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace sesame {

/// Appends numbers and text to a string in the forms in which they are stored. Stored bytes are read for
/// years: a form never changes, and a record that gains a field says so with a version at its start. Thread:
/// any.
class ByteWriter {
 public:
  static constexpr std::size_t kVarintBytesMax = 10;
  /// Writes a varint at `at`, where there is room for kVarintBytesMax; its end. For many numbers that are
  /// appended at once.
  static char* encode_varint(std::uint64_t number, char* at) {
    for (; number >= 0x80; number >>= 7) *at++ = static_cast<char>(number | 0x80);
    *at++ = static_cast<char>(number);
    return at;
  }

  explicit ByteWriter(std::string& out) : out_(out) {}

  void byte(std::uint8_t number) { out_ += static_cast<char>(number); }
  /// Seven bits a byte, the lowest first; the highest bit says that more follow (LEB128).
  void varint(std::uint64_t number) {
    std::array<char, kVarintBytesMax> bytes;
    out_.append(bytes.data(), encode_varint(number, bytes.data()));
  }
  /// Four bytes, the lowest first.
  void fixed32(std::uint32_t number) {
    for (int shift = 0; shift < 32; shift += 8) out_ += static_cast<char>(number >> shift & 0xff);
  }
  /// The length as fixed32, then the bytes.
  void text32(std::string_view text) {
    fixed32(static_cast<std::uint32_t>(text.size()));
    out_ += text;
  }

 private:
  std::string& out_;
};

/// Reads what ByteWriter wrote, from bytes that are borrowed. After the first thing that is not there it says
/// failed() and reads only zeros and emptiness. Any thread.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}
  explicit ByteReader(std::span<const std::byte> bytes)
      : rest_(reinterpret_cast<const char*>(bytes.data()), bytes.size()) {}

  std::uint8_t byte() {
    const std::string_view bytes = raw(1);
    return bytes.empty() ? 0 : static_cast<std::uint8_t>(bytes.front());
  }
  /// Numbers of more than nine bytes are refused: nothing that is stored needs them.
  std::uint64_t varint() {
    std::uint64_t number = 0;
    for (unsigned shift = 0; shift < 63 && !rest_.empty(); shift += 7) {
      const auto byte = static_cast<std::uint8_t>(rest_.front());
      rest_.remove_prefix(1);
      number |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return number;
    }
    fail();
    return 0;
  }
  std::uint32_t fixed32() {
    std::uint32_t number = 0;
    int shift = 0;
    for (const char c : raw(4)) {
      number |= static_cast<std::uint32_t>(static_cast<std::uint8_t>(c)) << shift;
      shift += 8;
    }
    return number;
  }
  std::string_view text32() { return raw(fixed32()); }
  std::string_view raw(std::uint64_t size) {
    if (size > rest_.size()) fail();
    if (failed_) return {};
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  bool failed() const { return failed_; }
  bool at_end() const { return rest_.empty(); }
  std::string_view rest() const { return rest_; }

 private:
  void fail() {
    failed_ = true;
    rest_ = {};
  }

  std::string_view rest_;
  bool failed_ = false;
};

}  // namespace sesame
