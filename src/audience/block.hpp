#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

/// A block: some thousands of recipients of one group as compressed columns. Pure. Thread: any.
namespace sesame::audience {

/// A block is split before it passes either bound, so that reading a group needs the memory of one block.
inline constexpr std::size_t kMaxBlockRows = 10'000;
inline constexpr std::size_t kMaxBlockBytes = 1 << 20;  // Bytes of addresses and data, before compression.

/// The state of a stored recipient. The numbers are on disk: append, never renumber. 0 is valid, the numbers
/// of mime::AddressFault are faults of the address, and kRowErased marks a removed person.
using RowState = std::uint8_t;
inline constexpr RowState kRowValid = 0;
inline constexpr RowState kRowErased = 255;

/// One recipient. Borrowed text.
struct RowView {
  std::string_view address;
  std::string_view data;  // JSON text, or empty
  RowState state = kRowValid;
  std::int64_t created_ms = 0;
};

struct EncodedBlock {
  std::string bytes;
  std::uint32_t count = 0;
  std::uint32_t invalid = 0;  // Faulty addresses.
  std::uint32_t erased = 0;
  std::uint32_t raw_bytes = 0;        // Bytes that count against kMaxBlockBytes.
  std::int64_t first_created_ms = 0;  // The oldest row.
  std::int64_t last_created_ms = 0;   // The newest row.
};

/// A decoded block: owns its columns; the views live as long as it.
class Block {
 public:
  Block(Block&&) = default;
  Block& operator=(Block&&) = default;

  std::uint32_t first_ordinal() const { return first_ordinal_; }
  std::uint32_t size() const { return size_; }
  std::string_view address(std::uint32_t i) const;
  /// All addresses, one after the other.
  std::string_view addresses() const { return text_; }
  /// JSON text; empty when the recipient has no template data.
  std::string_view data(std::uint32_t i) const;
  /// Whether the recipient may be mailed: neither faulty nor erased.
  bool valid(std::uint32_t i) const { return state(i) == kRowValid; }
  RowState state(std::uint32_t i) const { return states_.empty() ? kRowValid : states_[i]; }
  std::int64_t created_ms(std::uint32_t i) const;
  RowView row(std::uint32_t i) const { return {address(i), data(i), state(i), created_ms(i)}; }

 private:
  friend class BlockDecoder;
  friend Result<Block> decode_block(std::span<const std::byte> bytes, std::uint32_t first_ordinal);
  Block() = default;

  std::uint32_t first_ordinal_ = 0;
  std::uint32_t size_ = 0;
  std::string text_;                 // All addresses, one after the other.
  std::vector<std::uint32_t> ends_;  // The end of each address in text_.
  std::string data_;                 // The template data of all rows, one after the other.
  std::vector<std::uint32_t> data_ends_;
  std::vector<RowState> states_;  // Empty when all rows are valid.
  /// (first row, time of creation) of each stretch of rows.
  std::vector<std::pair<std::uint32_t, std::int64_t>> times_;
};

/// Encodes rows that fit one block (see kMaxBlockRows, kMaxBlockBytes).
EncodedBlock encode_block(std::span<const RowView> rows);
/// Encodes any number of rows as blocks, each within the bounds.
std::vector<EncodedBlock> encode_blocks(std::span<const RowView> rows);

/// Error: errors::kBlockDamaged for bytes that encode_block cannot have written; memory stays bounded.
Result<Block> decode_block(std::span<const std::byte> bytes, std::uint32_t first_ordinal);

}  // namespace sesame::audience
