#include <algorithm>
#include <chrono>
#include <cstdio>
#include <optional>
#include <stdexcept>

#include "base/ascii.hpp"
#include "mime/address.hpp"
#include "mime/encoded_words.hpp"
#include "mime/field_writer.hpp"
#include "mime/message.hpp"
#include "mime/unicode.hpp"

namespace sesame::mime {
namespace {

constexpr std::size_t kMaxNameBytes = 64;
constexpr std::size_t kMaxGapBytes = 60;
constexpr std::string_view kBlanks = " \t";

// Calls `take(word, gap before it)` for each word.
template <class Take>
void for_each_word(std::string_view text, Take take) {
  std::size_t end = 0;
  while (true) {
    const std::size_t start = text.find_first_not_of(' ', end);
    if (start == std::string_view::npos) return;
    const std::string_view gap = text.substr(end, start - end);
    end = std::min(text.find(' ', start), text.size());
    take(text.substr(start, end - start), gap.empty() ? " " : gap);
  }
}

// Whether a reader gets back exactly `text` when it is written unencoded.
bool readable_as_it_is(std::string_view text) {
  // RFC 2047 §5: text that looks like an encoded word would be decoded.
  if (!ascii::is_ascii(text) || looks_encoded(text)) return false;
  bool readable = true;
  for_each_word(text, [&readable](std::string_view word, std::string_view gap) {
    const bool fits = word.size() <= kMaxLineBytes - kMaxNameBytes - kMaxGapBytes - 1;
    readable = readable && fits && gap.size() <= kMaxGapBytes;
  });
  return readable;
}

std::string trimmed(std::string text) {
  text.erase(text.find_last_not_of(kBlanks) + 1);
  return text.erase(0, std::min(text.find_first_not_of(kBlanks), text.size()));
}

void write_words(FieldWriter& field, std::string_view text) {
  for_each_word(text, [&field](std::string_view word, std::string_view gap) { field.word(word, gap); });
}

// Takes the next piece of a structured value: an angle bracket with its content, or what stands before one.
std::string_view next_piece(std::string_view& rest) {
  const std::size_t open = rest.find('<');
  std::size_t size = open;
  if (open == 0) {
    const std::size_t close = rest.find('>');
    size = close == std::string_view::npos ? close : close + 1;
  }
  const std::string_view piece = rest.substr(0, size);
  rest.remove_prefix(piece.size());
  return piece;
}

// A URL or an address in angle brackets as ASCII; nullopt when it has no such form.
std::optional<std::string> bracketed(std::string_view piece) {
  if (ascii::is_ascii(piece)) return std::string(piece);
  const std::string_view content = piece.substr(1, piece.size() - (piece.ends_with('>') ? 2 : 1));
  if (const std::optional<std::string> address = envelope_address(content)) {
    if (!ascii::is_ascii(*address)) return std::nullopt;
    return '<' + *address + '>';
  }
  if (content.find(':') == std::string_view::npos) return std::nullopt;
  // RFC 3987 §3.1: characters beyond ASCII of a URL are percent-encoded.
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string url = "<";
  for (const char c : content) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      url += c;
    } else {
      url += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return url += '>';
}

// Text around angle brackets: words beyond ASCII become encoded words, without the quotes and separators
// around them.
void write_phrase(FieldWriter& field, std::string_view piece) {
  if (ascii::is_ascii(piece)) return write_words(field, piece);
  constexpr std::string_view kAround = " \t,;";
  const std::size_t start = std::min(piece.find_first_not_of(kAround), piece.size());
  const std::size_t end = piece.find_last_not_of(kAround) + 1;
  write_words(field, trimmed(std::string(piece.substr(0, start))));
  std::string_view phrase = piece.substr(start, end - start);
  if (phrase.size() > 1 && phrase.starts_with('"') && phrase.ends_with('"'))
    phrase = phrase.substr(1, phrase.size() - 2);
  field.encoded_words(phrase);
  write_words(field, trimmed(std::string(piece.substr(end))));
}

void write_structure(FieldWriter& field, std::string_view text) {
  while (!text.empty()) {
    const std::string_view piece = next_piece(text);
    if (piece.front() != '<') {
      write_phrase(field, piece);
      continue;
    }
    std::string ascii_only = bracketed(piece).value_or(std::string(piece));
    for (char& c : ascii_only) {
      if (static_cast<unsigned char>(c) >= 0x80) c = '?';
    }
    for (; text.starts_with(',') || text.starts_with(';'); text.remove_prefix(1)) ascii_only += text.front();
    write_words(field, ascii_only);
  }
}

}  // namespace

bool valid_header_name(std::string_view name) {
  if (name.empty() || name.size() > kMaxNameBytes) return false;
  for (const char c : name) {
    if (c <= ' ' || c >= 0x7f || c == ':') return false;
  }
  return true;
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
  FieldWriter field(out, name);
  const std::string text = trimmed(printable_utf8(value));
  if (readable_as_it_is(text)) {
    write_words(field, text);
  } else {
    field.encoded_words(text);
  }
  field.end();
}

void append_structured_header(std::string& out, std::string_view name, std::string_view value) {
  FieldWriter field(out, name);
  if (ascii::is_ascii(value)) {
    std::string text(value);
    for (char& c : text) {
      if (c < ' ' || c == 0x7f) c = ' ';
    }
    write_words(field, trimmed(std::move(text)));
  } else {
    write_structure(field, trimmed(printable_utf8(value)));
  }
  field.end();
}

bool is_structured_field(std::string_view name) {
  constexpr std::string_view kNames[] = {"References",
                                         "In-Reply-To",
                                         "Message-ID",
                                         "Auto-Submitted",
                                         "Archived-At",
                                         "Supersedes",
                                         "Obsoletes",
                                         "Disposition-Notification-To",
                                         "Return-Receipt-To",
                                         "Errors-To",
                                         "Reply-By",
                                         "Expires",
                                         "Mail-Followup-To",
                                         "Mail-Reply-To",
                                         "Original-Message-ID",
                                         "X-Confirm-Reading-To",
                                         "Autocrypt"};
  const auto same = [name](std::string_view known) { return ascii::iequals(name, known); };
  // RFC 2369, 2919, 8058: all fields of lists.
  return std::ranges::any_of(kNames, same) || ascii::istarts_with(name, "List-");
}

bool is_writable_structure(std::string_view value) {
  const std::string text = printable_utf8(value);
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view piece = next_piece(rest);
    if (piece.front() == '<' && !bracketed(piece)) return false;
  }
  return true;
}

void append_any_header(std::string& out, std::string_view name, std::string_view value) {
  if (is_structured_field(name)) {
    append_structured_header(out, name, value);
  } else {
    append_header(out, name, value);
  }
}

void append_date(std::string& out, std::int64_t unix_s) {
  using namespace std::chrono;
  constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const sys_seconds time{seconds(unix_s)};
  const sys_days day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(time - day);
  char text[64];
  // RFC 5322 §3.3; always UTC, so that no place of the sender shows.
  std::snprintf(text, sizeof text, "Date: %s, %02u %s %d %02d:%02d:%02d +0000\r\n",
                kDays[weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
                kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  out += text;
}

void append_message_id(std::string& out, std::string_view id) {
  append_structured_header(out, "Message-ID", '<' + std::string(id) + '>');
}

void append_mime_version(std::string& out) { out += "MIME-Version: 1.0\r\n"; }

}  // namespace sesame::mime
