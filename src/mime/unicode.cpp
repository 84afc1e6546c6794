#include "mime/unicode.hpp"

#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>

#include "base/ascii.hpp"

namespace sesame::mime {
namespace {

constexpr ucs4_t kByteOrderMark = 0xFEFF;

using Transform = std::uint8_t* (*)(const std::uint8_t*, std::size_t, std::size_t*);

const std::uint8_t* bytes_of(std::string_view text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

std::string transformed(std::string_view text, Transform transform) {
  if (text.empty()) return {};
  std::size_t size = 0;
  const std::unique_ptr<std::uint8_t, decltype(&std::free)> result(
      transform(bytes_of(text), text.size(), &size), &std::free);
  if (result == nullptr) throw std::bad_alloc();  // Valid UTF-8 fails for no other reason.
  return std::string(reinterpret_cast<const char*>(result.get()), size);
}

std::uint8_t* decompose(const std::uint8_t* text, std::size_t size, std::size_t* result_size) {
  return u8_normalize(UNINORM_NFD, text, size, nullptr, result_size);
}

std::uint8_t* fold_and_compose(const std::uint8_t* text, std::size_t size, std::size_t* result_size) {
  return u8_casefold(text, size, nullptr, UNINORM_NFC, nullptr, result_size);
}

}  // namespace

std::string folded(std::string_view text) {
  if (ascii::is_ascii(text)) return ascii::lower(text);
  // Unicode §3.13, D145: canonical caseless matching decomposes before it folds. Composing afterwards can
  // yield a character that folds again (U+0345 and its kin), hence until nothing changes.
  constexpr int kMaxRounds = 4;
  std::string current(text);
  for (int round = 0; round < kMaxRounds; ++round) {
    std::string next = transformed(transformed(current, decompose), fold_and_compose);
    if (next == current) break;
    current = std::move(next);
  }
  return current;
}

bool has_control_or_separator(std::string_view utf8) {
  const std::uint8_t* next = bytes_of(utf8);
  const std::uint8_t* end = next + utf8.size();
  while (next < end) {
    ucs4_t character = 0;
    next += u8_mbtouc(&character, next, static_cast<std::size_t>(end - next));
    if (character == ' ') continue;
    if (character < 0x20 || character == 0x7f) return true;
    if (character < 0x80) continue;
    if (uc_is_general_category_withtable(character, UC_CATEGORY_MASK_Cc | UC_CATEGORY_MASK_Z)) return true;
  }
  return false;
}

std::size_t character_bytes(std::string_view utf8) {
  std::size_t size = 1;
  while (size < utf8.size() && (static_cast<unsigned char>(utf8[size]) & 0xc0) == 0x80) ++size;
  return size;
}

std::string printable_utf8(std::string_view text) {
  std::string printable;
  printable.reserve(text.size());
  const std::uint8_t* next = bytes_of(text);
  const std::uint8_t* end = next + text.size();
  while (next < end) {
    ucs4_t character = 0;
    const int size = u8_mbtoucr(&character, next, static_cast<std::size_t>(end - next));
    if (size <= 0) {
      printable += "\xEF\xBF\xBD";
      ++next;
      continue;
    }
    const bool control = character < 0x20 || (character >= 0x7f && character < 0xa0);
    if (control) {
      printable += ' ';
    } else if (character != kByteOrderMark) {
      printable.append(reinterpret_cast<const char*>(next), static_cast<std::size_t>(size));
    }
    next += size;
  }
  return printable;
}

}  // namespace sesame::mime
