#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "audience/block.hpp"

using namespace sesame::audience;

/// A decoded block can be read in full, and encodes to a block that decodes to the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto block = decode_block(std::as_bytes(std::span(data, size)), 0);
  if (!block) return 0;
  std::vector<RowView> rows;
  std::size_t text_bytes = 0;
  for (std::uint32_t i = 0; i < block->size(); ++i) {
    rows.push_back(block->row(i));
    text_bytes += rows.back().address.size() + rows.back().data.size();
  }
  if (text_bytes > kMaxBlockBytes) return 0;
  // Bytes of somebody else may hold a line break in an address that is not marked as faulty.
  for (RowView& row : rows) row.state = row.state == kRowValid ? kRowErased : row.state;
  const EncodedBlock again = encode_block(rows);
  const auto same = decode_block(std::as_bytes(std::span(again.bytes)), 0);
  if (!same || same->size() != block->size()) std::abort();
  for (std::uint32_t i = 0; i < block->size(); ++i) {
    if (same->address(i) != rows[i].address || same->data(i) != rows[i].data) std::abort();
  }
  return 0;
}
