#include "audience/import_verdicts.hpp"

#include <algorithm>

#include "audience/columns.hpp"
#include "audience/errors.hpp"
#include "audience/uploads.hpp"
#include "base/utf8.hpp"

// On disk: the verdicts as a column of one byte each, the matches of the repeats as numbers, then for
// each row that is not stored the length of its address, and the addresses.
namespace sesame::audience {
namespace {

static_assert(kPartRowsMax * kVerdictTextBytesMax <= kMaxColumnBytes, "each part can be read again");

std::span<const std::byte> bytes_of(const std::string& text) { return std::as_bytes(std::span(text)); }

}  // namespace

std::string verdict_text(std::string_view address) {
  std::string text = utf8::mended_to_store(utf8::truncate(address, kVerdictTextBytesMax));
  // Mending a byte makes three of it.
  text.resize(utf8::truncate(text, kVerdictTextBytesMax).size());
  return text;
}

PartVerdicts judge_part(const PreparedPart& part, std::span<const std::uint32_t> repeats) {
  PartVerdicts judged{.verdicts = part.verdicts};
  const std::size_t rows = part.verdicts.size();
  judged.matches.resize(rows);
  judged.texts.resize(rows);
  std::size_t text = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    if (is_stored(part.verdicts[row])) continue;
    judged.texts[row] = part.texts[text++];
    if (part.verdicts[row] == RowVerdict::repeat_in_part) judged.matches[row] = part.firsts[row];
  }
  for (std::size_t i = 0; i < repeats.size(); ++i) {
    if (repeats[i] == AcceptedUpload::kNew) continue;
    const std::uint32_t row = part.places[i];
    judged.verdicts[row] = RowVerdict::repeat;
    judged.matches[row] = repeats[i];
    judged.texts[row] = verdict_text(part.upload.rows[i].address);
  }
  return judged;
}

std::string encode_verdicts(const PartVerdicts& judged) {
  const auto is_valid = [](RowVerdict verdict) { return verdict == RowVerdict::valid; };
  if (std::ranges::all_of(judged.verdicts, is_valid)) return {};
  std::string codes, matches, sizes, texts;
  for (std::size_t row = 0; row < judged.verdicts.size(); ++row) {
    const RowVerdict verdict = judged.verdicts[row];
    codes.push_back(static_cast<char>(verdict));
    if (is_repeat(verdict)) put_number(matches, judged.matches[row]);
    if (is_stored(verdict)) continue;
    put_number(sizes, judged.texts[row].size());
    texts.append(judged.texts[row]);
  }
  std::string bytes;
  for (const std::string* column : {&codes, &matches, &sizes, &texts}) put_column(bytes, *column);
  return bytes;
}

Result<PartVerdicts> decode_verdicts(std::span<const std::byte> bytes, std::uint32_t rows) {
  PartVerdicts judged;
  judged.verdicts.resize(rows);
  judged.matches.resize(rows);
  judged.texts.resize(rows);
  if (bytes.empty()) return judged;
  ColumnReader reader(bytes);
  const auto codes = reader.column();
  const auto match_column = reader.column();
  const auto size_column = reader.column();
  const auto texts = reader.column();
  const Error damaged(errors::kBlockDamaged);
  if (!codes || !match_column || !size_column || !texts || codes->size() != rows) return damaged;
  ColumnReader matches(bytes_of(*match_column));
  ColumnReader sizes(bytes_of(*size_column));
  std::size_t at = 0;
  for (std::uint32_t row = 0; row < rows; ++row) {
    const auto verdict = static_cast<RowVerdict>((*codes)[row]);
    if (verdict > RowVerdict::data_differs) return damaged;
    judged.verdicts[row] = verdict;
    if (is_repeat(verdict)) {
      const auto match = matches.number();
      if (!match) return damaged;
      if (verdict == RowVerdict::repeat_in_part && *match >= row) return damaged;
      judged.matches[row] = static_cast<std::uint32_t>(*match);
    }
    if (is_stored(verdict)) continue;
    const auto size = sizes.number();
    if (!size || *size > texts->size() - at) return damaged;
    judged.texts[row] = texts->substr(at, *size);
    at += *size;
  }
  return judged;
}

}  // namespace sesame::audience
