#include "audience/block.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>
#include <utility>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "audience/columns.hpp"
#include "audience/errors.hpp"

// A block on disk: version, number of rows, then columns. The local parts are lines, because that compresses
// better than lengths; the domains are numbers into a dictionary, because a group has few of them.
namespace sesame::audience {
namespace {

constexpr std::uint64_t kVersion = 1;
constexpr char kLine = '\n';
constexpr char kEscape = '\x01';  // Only faulty addresses contain one of the two.

/// The domains of a block (with their `@`), numbered in the order of their first use. Number 0: an address
/// without `@`.
class Domains {
 public:
  explicit Domains(std::size_t rows) : slots_(std::bit_ceil(rows * 2 + 2)) { names_.emplace_back(); }

  std::uint16_t number_of(std::string_view domain) {
    if (domain.empty()) return 0;
    const std::size_t mask = slots_.size() - 1;
    std::size_t slot = XXH3_64bits(domain.data(), domain.size()) & mask;
    for (; slots_[slot] != 0; slot = (slot + 1) & mask) {
      if (names_[slots_[slot]] == domain) return slots_[slot];
    }
    names_.push_back(domain);
    return slots_[slot] = static_cast<std::uint16_t>(names_.size() - 1);
  }
  std::span<const std::string_view> names() const { return std::span(names_).subspan(1); }

 private:
  std::vector<std::uint16_t> slots_;
  std::vector<std::string_view> names_;
};
static_assert(kMaxBlockRows < 0xffff, "domain numbers have 16 bits");

std::size_t at_sign(std::string_view address) {
  // The address of a removed recipient is empty, and has no place in memory.
  if (address.empty()) return 0;
  const void* at = memrchr(address.data(), '@', address.size());
  return at == nullptr ? address.size() : static_cast<const char*>(at) - address.data();
}

void append_line(std::string& lines, std::string_view text, bool faulty) {
  if (!faulty) {
    lines.append(text);
  } else {
    for (const char c : text) {
      if (c == kLine || c == kEscape) lines.push_back(kEscape);
      lines.push_back(c == kLine ? 'n' : c);
    }
  }
  lines.push_back(kLine);
}

/// The numbers of the domains: one byte each while there are few, else all low bytes, then all high bytes.
std::string pack_numbers(std::span<const std::uint16_t> numbers, std::size_t domains) {
  const bool wide = domains > 0xff;
  std::string packed(numbers.size() * (wide ? 2 : 1), '\0');
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    packed[i] = static_cast<char>(numbers[i]);
    if (wide) packed[numbers.size() + i] = static_cast<char>(numbers[i] >> 8);
  }
  return packed;
}

void put_addresses(std::string& out, std::span<const RowView> rows) {
  Domains domains(rows.size());
  std::vector<std::uint16_t> numbers(rows.size());
  std::string lines;
  lines.reserve(rows.size() * 16);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string_view address = rows[i].address;
    const std::size_t at = at_sign(address);
    append_line(lines, address.substr(0, at), rows[i].state != kRowValid);
    numbers[i] = domains.number_of(address.substr(at));
  }
  std::string names;
  for (const std::string_view name : domains.names()) {
    put_number(names, name.size());
    names.append(name);
  }
  put_number(out, domains.names().size());
  put_column(out, names);
  put_column(out, pack_numbers(numbers, domains.names().size()));
  put_column(out, lines);
}

void put_data(std::string& out, std::span<const RowView> rows) {
  std::string data, sizes;
  for (const RowView& row : rows) {
    data.append(row.data);
    put_number(sizes, row.data.size());
  }
  put_column(out, data.empty() ? std::string_view() : sizes);
  put_column(out, data);
}

void put_states(std::string& out, std::span<const RowView> rows, bool all_valid) {
  std::string states;
  if (!all_valid) {
    for (const RowView& row : rows) states.push_back(static_cast<char>(row.state));
  }
  put_column(out, states);
}

/// Pairs of (rows, milliseconds since the pair before).
void put_times(std::string& out, std::span<const RowView> rows) {
  std::string times;
  std::int64_t before = 0;
  for (std::size_t i = 0; i < rows.size();) {
    const std::size_t from = i;
    while (i < rows.size() && rows[i].created_ms == rows[from].created_ms) ++i;
    put_number(times, i - from);
    const std::int64_t step = rows[from].created_ms - before;  // May be negative: clocks are set back.
    put_number(times, (static_cast<std::uint64_t>(step) << 1) ^ static_cast<std::uint64_t>(step >> 63));
    before = rows[from].created_ms;
  }
  put_column(out, times);
}

std::span<const std::byte> bytes_of(const std::string& text) { return std::as_bytes(std::span(text)); }

}  // namespace

EncodedBlock encode_block(std::span<const RowView> rows) {
  assert(!rows.empty() && rows.size() <= kMaxBlockRows);
  EncodedBlock block;
  block.count = static_cast<std::uint32_t>(rows.size());
  block.first_created_ms = block.last_created_ms = rows.front().created_ms;
  for (const RowView& row : rows) {
    block.erased += row.state == kRowErased;
    block.invalid += row.state != kRowValid && row.state != kRowErased;
    block.raw_bytes += static_cast<std::uint32_t>(row.address.size() + row.data.size());
    block.first_created_ms = std::min(block.first_created_ms, row.created_ms);
    block.last_created_ms = std::max(block.last_created_ms, row.created_ms);
  }
  put_number(block.bytes, kVersion);
  put_number(block.bytes, rows.size());
  put_addresses(block.bytes, rows);
  put_data(block.bytes, rows);
  put_states(block.bytes, rows, block.invalid + block.erased == 0);
  put_times(block.bytes, rows);
  return block;
}

std::vector<EncodedBlock> encode_blocks(std::span<const RowView> rows) {
  // Even pieces: 20,000 rows become two full blocks, 10,001 two halves, never a full block and a tiny one.
  const std::size_t pieces = (rows.size() + kMaxBlockRows - 1) / kMaxBlockRows;
  const std::size_t piece_rows = pieces == 0 ? 0 : (rows.size() + pieces - 1) / pieces;
  std::vector<EncodedBlock> blocks;
  std::size_t from = 0, bytes = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::size_t row_bytes = rows[i].address.size() + rows[i].data.size();
    if (i - from == piece_rows || (i > from && bytes + row_bytes > kMaxBlockBytes)) {
      blocks.push_back(encode_block(rows.subspan(from, i - from)));
      from = i;
      bytes = 0;
    }
    bytes += row_bytes;
  }
  if (from < rows.size()) blocks.push_back(encode_block(rows.subspan(from)));
  return blocks;
}

/// Takes the columns of a block apart, in the order in which encode_block puts them.
class BlockDecoder {
 public:
  BlockDecoder(std::span<const std::byte> bytes, Block& block) : reader_(bytes), block_(block) {}

  bool decode() {
    const auto version = reader_.number();
    const auto count = reader_.number();
    if (version != kVersion || !count || *count == 0 || *count > kMaxBlockRows) return false;
    block_.size_ = static_cast<std::uint32_t>(*count);
    return addresses() && data() && states() && times() && reader_.at_end();
  }

 private:
  bool domain_names() {
    const auto count = reader_.number();
    const auto text = reader_.column();
    if (!count || *count > block_.size_ || !text) return false;
    dictionary_ = std::move(*text);
    names_.emplace_back();
    ColumnReader names(bytes_of(dictionary_));
    const char* end = dictionary_.data() + dictionary_.size();
    while (!names.at_end()) {
      const auto size = names.number();
      const char* from = end - names.left();
      if (!size || !names.skip(*size)) return false;
      names_.emplace_back(from, *size);
    }
    return names_.size() == *count + 1;
  }

  bool domain_numbers() {
    const auto packed = reader_.column();
    const std::size_t rows = block_.size_;
    const bool wide = names_.size() - 1 > 0xff;
    if (!packed || packed->size() != rows * (wide ? 2 : 1)) return false;
    numbers_.resize(rows);
    for (std::size_t i = 0; i < rows; ++i) {
      numbers_[i] = static_cast<unsigned char>((*packed)[i]);
      if (wide) numbers_[i] |= static_cast<unsigned char>((*packed)[rows + i]) << 8;
      if (numbers_[i] >= names_.size()) return false;
    }
    return true;
  }

  bool addresses() {
    if (!domain_names() || !domain_numbers()) return false;
    const auto lines = reader_.column();
    if (!lines) return false;
    std::size_t size = lines->size();
    for (const std::uint16_t number : numbers_) size += names_[number].size();
    if (size > kMaxColumnBytes) return false;
    block_.text_.resize(size);
    block_.ends_.resize(block_.size_);
    const bool escaped = memchr(lines->data(), kEscape, lines->size()) != nullptr;
    const char* from = lines->data();
    const char* end = from + lines->size();
    char* to = block_.text_.data();
    for (std::size_t i = 0; i < numbers_.size(); ++i) {
      const auto* line_end = static_cast<const char*>(memchr(from, kLine, end - from));
      if (line_end == nullptr) return false;
      to = escaped ? unescape(from, line_end, to) : std::copy(from, line_end, to);
      const std::string_view domain = names_[numbers_[i]];
      to = std::copy(domain.begin(), domain.end(), to);
      block_.ends_[i] = static_cast<std::uint32_t>(to - block_.text_.data());
      from = line_end + 1;
    }
    return from == end;
  }

  static char* unescape(const char* from, const char* end, char* to) {
    for (; from != end; ++from) {
      if (*from == kEscape && from + 1 != end) {
        ++from;
        *to++ = *from == 'n' ? kLine : *from;
      } else {
        *to++ = *from;
      }
    }
    return to;
  }

  bool data() {
    const auto sizes_column = reader_.column();
    auto text = reader_.column();
    if (!sizes_column || !text) return false;
    if (sizes_column->empty()) return text->empty();
    block_.data_ = std::move(*text);
    ColumnReader sizes(bytes_of(*sizes_column));
    std::uint64_t end = 0;
    for (std::uint32_t i = 0; i < block_.size_; ++i) {
      const auto size = sizes.number();
      if (!size || *size > block_.data_.size() - end) return false;
      end += *size;
      block_.data_ends_.push_back(static_cast<std::uint32_t>(end));
    }
    return sizes.at_end() && end == block_.data_.size();
  }

  bool states() {
    const auto column = reader_.column();
    if (!column || (!column->empty() && column->size() != block_.size_)) return false;
    block_.states_.assign(column->begin(), column->end());
    return true;
  }

  bool times() {
    const auto column = reader_.column();
    if (!column) return false;
    ColumnReader times(bytes_of(*column));
    std::uint64_t row = 0;
    std::uint64_t now = 0;
    while (!times.at_end()) {
      const auto rows = times.number();
      const auto step = times.number();
      if (!rows || !step || *rows == 0 || *rows > block_.size_ - row) return false;
      now += (*step >> 1) ^ (0 - (*step & 1));
      block_.times_.emplace_back(static_cast<std::uint32_t>(row), static_cast<std::int64_t>(now));
      row += *rows;
    }
    return row == block_.size_;
  }

  ColumnReader reader_;
  Block& block_;
  std::string dictionary_;
  std::vector<std::string_view> names_;
  std::vector<std::uint16_t> numbers_;
};

Result<Block> decode_block(std::span<const std::byte> bytes, std::uint32_t first_ordinal) {
  Block block;
  block.first_ordinal_ = first_ordinal;
  if (!BlockDecoder(bytes, block).decode()) return Error(errors::kBlockDamaged);
  return block;
}

std::string_view Block::address(std::uint32_t i) const {
  const std::uint32_t from = i == 0 ? 0 : ends_[i - 1];
  return std::string_view(text_).substr(from, ends_[i] - from);
}

std::string_view Block::data(std::uint32_t i) const {
  if (data_ends_.empty()) return {};
  const std::uint32_t from = i == 0 ? 0 : data_ends_[i - 1];
  return std::string_view(data_).substr(from, data_ends_[i] - from);
}

std::int64_t Block::created_ms(std::uint32_t i) const {
  const auto after = std::ranges::upper_bound(times_, i, {}, &std::pair<std::uint32_t, std::int64_t>::first);
  return std::prev(after)->second;
}

}  // namespace sesame::audience
