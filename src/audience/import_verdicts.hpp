#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "audience/prepare.hpp"
#include "base/result.hpp"

/// The verdicts on the rows of one part of an import, as they lie on disk. Pure. Thread: any.
namespace sesame::audience {

/// Bytes of an address that is not stored, kept with its verdict at most.
inline constexpr std::size_t kVerdictTextBytesMax = 200;

/// The address as it is kept with the verdict: storable, and cut.
std::string verdict_text(std::string_view address);

struct PartVerdicts {
  std::vector<RowVerdict> verdicts;  // For each row.
  /// For a repeat: the row of the part, or the ordinal in the group (RowVerdict::repeat), that it repeats;
  /// else 0.
  std::vector<std::uint32_t> matches;
  std::vector<std::string> texts;  // The addresses of the rows that are not stored, perhaps cut; else empty.
};

/// The verdicts on a part whose kept rows were accepted: `repeats` as AcceptedUpload has them.
PartVerdicts judge_part(const PreparedPart& part, std::span<const std::uint32_t> repeats);

/// Empty when all rows are valid. A part of kPartRowsMax rows with the longest texts can be decoded.
std::string encode_verdicts(const PartVerdicts& verdicts);

/// `rows`: the number of rows of the part. Error: errors::kBlockDamaged for bytes that encode_verdicts cannot
/// have written; memory stays bounded.
Result<PartVerdicts> decode_verdicts(std::span<const std::byte> bytes, std::uint32_t rows);

/// Whether the row is a recipient of the group.
inline bool is_stored(RowVerdict verdict) { return verdict <= RowVerdict::invalid; }
inline bool is_repeat(RowVerdict verdict) {
  return verdict == RowVerdict::repeat_in_part || verdict == RowVerdict::repeat;
}

}  // namespace sesame::audience
