#include "mime/parameters.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "mime/encoded_words.hpp"
#include "mime/read_mail.hpp"
#include "mime/unicode.hpp"

namespace sesame::mime {
namespace {

constexpr std::size_t kParametersMax = 100;
constexpr unsigned kSectionsMax = 1000;
constexpr std::size_t kMaxParameterLine = 76;
constexpr std::size_t kMaxSimpleBytes = 50;

/// Skips a comment at `at`, nested ones included; `at` stays when there is none.
std::size_t after_comment(std::string_view text, std::size_t at) {
  if (at >= text.size() || text[at] != '(') return at;
  std::size_t depth = 0;
  for (; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == '(') {
      ++depth;
    } else if (text[at] == ')' && --depth == 0) {
      return at + 1;
    }
  }
  return text.size();
}

class ParameterReader {
 public:
  explicit ParameterReader(std::string_view text) : text_(text) {}

  void read(ParameterizedValue& out) {
    out.value = ascii::lower(ascii::trim(until_semicolon()));
    while (at_ < text_.size() && found_.size() < kParametersMax) read_one();
    for (const std::string& name : order_) out.parameters.push_back({name, value_of(found_[name])});
  }

 private:
  struct Section {
    std::string text;
    bool encoded = false;  // `name*0*=`: percent-encoded.
  };
  using Sections = std::map<unsigned, Section>;

  std::string until_semicolon() {
    std::string value;
    while (at_ < text_.size() && text_[at_] != ';') {
      const std::size_t next = after_comment(text_, at_);
      if (next == at_) value += text_[at_++];
      at_ = std::max(at_, next);
    }
    return value;
  }

  void read_one() {
    ++at_;  // The semicolon.
    skip_blanks();
    std::string name;
    while (at_ < text_.size() && text_[at_] != '=' && text_[at_] != ';') name += text_[at_++];
    if (at_ >= text_.size() || text_[at_] == ';') return;
    ++at_;
    skip_blanks();
    std::string value = at_ < text_.size() && text_[at_] == '"' ? quoted() : bare();
    until_semicolon();
    take(ascii::lower(ascii::trim(name)), std::move(value));
  }

  void skip_blanks() {
    while (at_ < text_.size()) {
      const std::size_t next = after_comment(text_, at_);
      if (next == at_ && !ascii::is_space(text_[at_])) return;
      at_ = std::max(next, at_ + 1);
    }
  }

  std::string quoted() {
    std::string value;
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      // A backslash before another character is one of a Windows path that was not escaped.
      const bool escape =
          text_[at_] == '\\' && at_ + 1 < text_.size() && (text_[at_ + 1] == '"' || text_[at_ + 1] == '\\');
      if (escape) ++at_;
      value += text_[at_];
    }
    if (at_ < text_.size()) ++at_;
    return value;
  }

  /// Up to the semicolon: many programs forget the quotes around a name with blanks.
  std::string bare() {
    const std::size_t start = at_;
    while (at_ < text_.size() && text_[at_] != ';') ++at_;
    std::string_view value = text_.substr(start, at_ - start);
    if (const std::size_t comment = value.find(" ("); comment != value.npos && value.ends_with(')'))
      value = value.substr(0, comment);
    return std::string(ascii::trim(value));
  }

  /// Takes `name`, `name*`, `name*0` or `name*0*` (RFC 2231 §3 and §4). The first of equal ones counts.
  void take(std::string name, std::string value) {
    Section section{std::move(value), false};
    unsigned number = 0;
    if (name.ends_with('*')) {
      section.encoded = true;
      name.pop_back();
    }
    if (const std::size_t star = name.rfind('*'); star != name.npos) {
      const std::string_view digits = std::string_view(name).substr(star + 1);
      if (digits.empty() || digits.size() > 3 || !std::ranges::all_of(digits, ascii::is_digit)) return;
      for (const char c : digits) number = number * 10 + static_cast<unsigned>(c - '0');
      name.resize(star);
    }
    if (name.empty() || number >= kSectionsMax) return;
    if (!found_.contains(name)) order_.push_back(name);
    Sections& sections = found_[name];
    // RFC 2231 §4: programs write the plain form beside the encoded one for old readers.
    const auto known = sections.find(number);
    if (known != sections.end() && section.encoded && !known->second.encoded)
      known->second = std::move(section);
    else
      sections.emplace(number, std::move(section));
  }

  static std::string percent_decoded(std::string_view text) {
    std::string bytes;
    for (std::size_t at = 0; at < text.size(); ++at) {
      const auto digit = [&](std::size_t i) {
        const std::size_t found = std::string_view("0123456789abcdef").find(ascii::to_lower(text[i]));
        return found == std::string_view::npos ? -1 : static_cast<int>(found);
      };
      const bool escape = text[at] == '%' && at + 2 < text.size() && digit(at + 1) >= 0 && digit(at + 2) >= 0;
      bytes += escape ? static_cast<char>(digit(at + 1) * 16 + digit(at + 2)) : text[at];
      if (escape) at += 2;
    }
    return bytes;
  }

  static std::string value_of(const Sections& sections) {
    std::string bytes;
    std::string charset;
    unsigned expected = 0;
    bool encoded = false;
    for (const auto& [number, section] : sections) {
      if (number != expected++) break;  // One is missing: the rest can't be placed.
      std::string_view text = section.text;
      if (section.encoded && number == 0) {
        encoded = true;
        const std::size_t first = text.find('\'');
        const std::size_t second = first == text.npos ? first : text.find('\'', first + 1);
        if (second != text.npos) {
          charset = text.substr(0, first);
          text.remove_prefix(second + 1);
        }
      }
      bytes += section.encoded ? percent_decoded(text) : std::string(text);
    }
    return encoded ? as_utf8(bytes, charset) : decode_words(bytes);
  }

  const std::string_view text_;
  std::size_t at_ = 0;
  std::map<std::string, Sections> found_;
  std::vector<std::string> order_;
};

// RFC 2231 §7: attribute-char
bool stays_in_parameter(char c) {
  return ascii::is_alpha(c) || ascii::is_digit(c) ||
         std::string_view("!#$&+-.^_`{|}~").find(c) != std::string_view::npos;
}

std::string percent_encoded(std::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (stays_in_parameter(c)) {
      encoded += c;
    } else {
      encoded += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return encoded;
}

}  // namespace

std::string_view ParameterizedValue::parameter(std::string_view name) const {
  for (const Parameter& one : parameters) {
    if (one.name == name) return one.value;
  }
  return {};
}

ParameterizedValue read_parameters(std::string_view raw) {
  const std::string text = unfolded(raw);
  ParameterizedValue read;
  ParameterReader(text).read(read);
  return read;
}

std::string without_comments(std::string_view value) {
  std::string plain;
  for (std::size_t at = 0; at < value.size();) {
    const std::size_t next = after_comment(value, at);
    if (next == at) plain += value[at++];
    at = std::max(at, next);
  }
  return std::string(ascii::trim(plain));
}

void append_parameter(std::string& out, std::string_view name, std::string_view value) {
  const bool simple = ascii::is_ascii(value) && value.size() <= kMaxSimpleBytes && !looks_encoded(value) &&
                      value.find_first_of("\"\\") == std::string_view::npos;
  if (simple) {
    out.append("; ").append(name).append("=\"").append(value) += '"';
    return;
  }
  const std::string start = " " + std::string(name);
  std::string line = start + "*0*=utf-8''";
  unsigned section = 0;
  while (!value.empty()) {
    // Readers decode each section by itself, so no character may be cut.
    const std::size_t size = character_bytes(value);
    const std::string encoded = percent_encoded(value.substr(0, size));
    value.remove_prefix(size);
    if (line.size() + encoded.size() + 1 > kMaxParameterLine) {
      out += ";\r\n" + line;
      line = start + "*" + std::to_string(++section) + "*=";
    }
    line += encoded;
  }
  if (section == 0) line.replace(line.find("*0*="), 4, "*=");
  out += ";\r\n" + line;
}

}  // namespace sesame::mime
