#include "mime/encoded_words.hpp"

#include <optional>
#include <utility>

#include "base/ascii.hpp"
#include "base/charset.hpp"
#include "base/utf8.hpp"
#include "mime/read_mail.hpp"
#include "mime/transfer_decoding.hpp"

namespace sesame::mime {
namespace {

constexpr std::string_view kStart = "=?";
constexpr std::string_view kEnd = "?=";
// RFC 2047 §2 says 75, some writers exceed it; the limit bounds the search for the end.
constexpr std::size_t kMaxEncodedWordBytes = 1000;
constexpr std::size_t kMaxCharsetBytes = 60;
constexpr std::string_view kBase64Letters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";

struct EncodedWord {
  std::size_t size = 0;  // The bytes that it takes in the field.
  std::string_view charset;
  std::string bytes;  // Its content, not yet converted.
};

/// The encoded word that `text` begins with; nullopt when it begins with other text, or the charset is
/// unknown.
std::optional<EncodedWord> read_word(std::string_view text) {
  if (!text.starts_with(kStart)) return {};
  text = text.substr(0, kMaxEncodedWordBytes);
  const std::size_t charset_end = text.substr(0, kMaxCharsetBytes + 2).find('?', 2);
  if (charset_end == text.npos || charset_end + 2 >= text.size() || text[charset_end + 2] != '?') return {};
  const std::size_t start = charset_end + 3;
  const std::size_t end = text.find('?', start);
  if (end == text.npos || !text.substr(end).starts_with(kEnd)) return {};
  const std::string_view encoded = text.substr(start, end - start);
  const char encoding = ascii::to_lower(text[charset_end + 1]);
  const bool base64 = encoding == 'b';
  // Programs forget to write blanks as `_` in the Q encoding.
  if (!base64 && encoding != 'q') return {};
  if (base64 && encoded.find_first_not_of(kBase64Letters) != encoded.npos) return {};
  // RFC 2231 §5: a language may follow the charset.
  std::string_view charset = text.substr(2, charset_end - 2);
  charset = charset.substr(0, charset.find('*'));
  if (charset::encoding_of(charset).empty()) return {};
  return EncodedWord{end + kEnd.size(), charset, base64 ? from_base64(encoded) : from_q_encoding(encoded)};
}

/// Adjacent encoded words of one charset. They are converted together.
class Words {
 public:
  void add(EncodedWord word, std::string& out) {
    if (!ascii::iequals(word.charset, charset_)) flush(out);
    charset_ = word.charset;
    bytes_ += word.bytes;
    any_ = true;
  }
  void flush(std::string& out) {
    if (any_) out += as_utf8(bytes_, charset_);
    bytes_.clear();
    any_ = false;
  }

 private:
  std::string_view charset_;
  std::string bytes_;
  bool any_ = false;
};

}  // namespace

bool looks_encoded(std::string_view text) {
  for (std::size_t at = text.find(kStart); at != text.npos; at = text.find(kStart, at + 1)) {
    const std::size_t encoding = text.find('?', at + 2);
    if (encoding == text.npos || encoding + 2 >= text.size()) return false;
    const bool named =
        ascii::to_lower(text[encoding + 1]) == 'b' || ascii::to_lower(text[encoding + 1]) == 'q';
    if (named && text[encoding + 2] == '?') return true;
  }
  return false;
}

std::string decode_words(std::string_view value) {
  std::string converted;
  if (!utf8::valid(value) || value.find('\x1b') != value.npos) {
    converted = as_utf8(value, "");
    value = converted;
  }
  if (value.find(kStart) == value.npos) return std::string(value);
  std::string text;
  Words words;
  std::size_t done = 0;
  bool after_word = false;
  for (std::size_t at = value.find(kStart); at != value.npos; at = value.find(kStart, at)) {
    std::optional<EncodedWord> word = read_word(value.substr(at));
    if (!word) {
      ++at;
      continue;
    }
    const std::string_view between = value.substr(done, at - done);
    const bool dropped = after_word && between.find_first_not_of(" \t") == between.npos;
    if (!dropped) {
      words.flush(text);
      text += between;
    }
    at += word->size;
    words.add(*std::move(word), text);
    done = at;
    after_word = true;
  }
  words.flush(text);
  text += value.substr(done);
  return text;
}

std::string unfolded(std::string_view raw) {
  std::string value;
  value.reserve(raw.size());
  for (const char c : raw) {
    if (c != '\r' && c != '\n') value += c;
  }
  return value;
}

}  // namespace sesame::mime
