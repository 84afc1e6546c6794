#include <chrono>
#include <cstdio>
#include <stdexcept>

#include "base/ascii.hpp"
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
  if (!ascii::is_ascii(text) || text.find("=?") != std::string_view::npos) return false;
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
  std::string text(value);
  for (char& c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) c = '?';
    if (c < ' ' || c == 0x7f) c = ' ';
  }
  write_words(field, trimmed(std::move(text)));
  field.end();
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
