#include "base/invisible.hpp"

#include <fmt/format.h>
#include <unictype.h>
#include <unistr.h>

#include <cstdint>

#include "base/ascii.hpp"
#include "base/utf8.hpp"

namespace sesame {
namespace {

constexpr ucs4_t kNonJoiner = 0x200C, kJoiner = 0x200D;
constexpr ucs4_t kNone = 0;  // In place of a neighbour beyond the ends of the text.

const std::uint8_t* bytes_of(std::string_view text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

ucs4_t point_at(std::string_view text, std::size_t at, std::size_t& size) {
  ucs4_t point = kNone;
  const int length = u8_mbtouc(&point, bytes_of(text.substr(at)), text.size() - at);
  size = static_cast<std::size_t>(length);
  return point;
}

/// The position of the last character; `text` is not empty.
std::size_t last_start(std::string_view text) {
  std::size_t at = text.size() - 1;
  while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) --at;
  return at;
}

ucs4_t last_point(std::string_view text) {
  std::size_t size = 0;
  return text.empty() ? kNone : point_at(text, last_start(text), size);
}

bool is_joiner(ucs4_t point) { return point == kNonJoiner || point == kJoiner; }

bool is_unseen(ucs4_t point) {
  if (point < 0x80) return false;
  return uc_is_general_category_withtable(
             point, UC_CATEGORY_MASK_Cf | UC_CATEGORY_MASK_Cn | UC_CATEGORY_MASK_Co | UC_CATEGORY_MASK_Cs) ||
         uc_is_property_default_ignorable_code_point(point);
}

/// The joining type of the nearest character that joins at all; U when there is none.
int joining_before(std::string_view text) {
  for (; !text.empty(); text = text.substr(0, last_start(text))) {
    const int type = uc_joining_type(last_point(text));
    if (type != UC_JOINING_TYPE_T) return type;
  }
  return UC_JOINING_TYPE_U;
}

int joining_after(std::string_view text) {
  for (std::size_t at = 0, size = 0; at < text.size(); at += size) {
    const int type = uc_joining_type(point_at(text, at, size));
    if (type != UC_JOINING_TYPE_T) return type;
  }
  return UC_JOINING_TYPE_U;
}

/// RFC 5892 appendix A.1 (U+200C) and A.2 (U+200D).
bool is_needed(ucs4_t joiner, std::string_view before, std::string_view after) {
  if (before.empty()) return false;
  if (uc_combining_class(last_point(before)) == UC_CCC_VR) return true;
  if (joiner == kJoiner) return false;
  const int left = joining_before(before), right = joining_after(after);
  return (left == UC_JOINING_TYPE_L || left == UC_JOINING_TYPE_D) &&
         (right == UC_JOINING_TYPE_R || right == UC_JOINING_TYPE_D);
}

bool is_blank_or_unseen(ucs4_t point) {
  return uc_is_property_white_space(point) || is_unseen(point) ||
         uc_is_general_category_withtable(point, UC_CATEGORY_MASK_Cc);
}

}  // namespace

std::size_t find_invisible(std::string_view text) {
  if (ascii::is_ascii(text)) return std::string_view::npos;
  for (std::size_t at = 0, size = 0; at < text.size(); at += size) {
    const ucs4_t point = point_at(text, at, size);
    if (!is_unseen(point)) continue;
    if (!is_joiner(point) || !is_needed(point, text.substr(0, at), text.substr(at + size))) return at;
  }
  return std::string_view::npos;
}

std::string code_point_name(std::string_view text, std::size_t at) {
  std::size_t size = 0;
  return fmt::format("U+{:04X}", point_at(text, at, size));
}

std::string_view trim_unseen(std::string_view text) {
  if (!utf8::valid(text)) return ascii::trim(text);
  while (!text.empty()) {
    std::size_t size = 0;
    if (!is_blank_or_unseen(point_at(text, 0, size))) break;
    text.remove_prefix(size);
  }
  while (!text.empty() && is_blank_or_unseen(last_point(text))) text = text.substr(0, last_start(text));
  return text;
}

}  // namespace sesame
