#include "mime/read_addresses.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "mime/encoded_words.hpp"
#include "mime/unicode.hpp"

namespace sesame::mime {
namespace {

constexpr std::size_t kFieldBytesMax = 256 * 1024;

/// Reads the list from left to right. Whatever stands between two separators is one entry.
class ListReader {
 public:
  ListReader(std::string_view text, std::size_t mailboxes_max) : text_(text), most_(mailboxes_max) {}

  std::vector<Mailbox> read() {
    while (at_ < text_.size() && mailboxes_.size() < most_) step();
    finish_entry();
    return std::move(mailboxes_);
  }

 private:
  void step() {
    switch (text_[at_]) {
      case ',':
      case ';':  // The end of a group; some programs separate addresses by it.
        ++at_;
        return finish_entry();
      case ':':
        ++at_;
        return clear_entry();  // The words before the colon are the name of a group.
      case '"':
        return take_quoted();
      case '(':
        return take_comment();
      case '<':
        return take_angle();
      default:
        take_words();
    }
  }

  void take_quoted() {
    const std::size_t start = at_;
    std::string content;
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      content += text_[at_];
    }
    if (at_ < text_.size()) ++at_;
    bare_ += text_.substr(start, at_ - start);
    // Encoded words do not belong into quotes (RFC 2047 §5), but many programs write them there.
    phrase_ += decode_words(content);
  }

  void take_comment() {
    std::string content;
    std::size_t depth = 0;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '\\' && at_ + 1 < text_.size()) {
        content += text_[++at_];
        continue;
      }
      if (c == '(' && depth++ == 0) continue;
      if (c == ')' && --depth == 0) break;
      content += c;
    }
    if (at_ < text_.size()) ++at_;
    comment_ = decode_words(content);
    phrase_ += ' ';
  }

  void take_angle() {
    const std::size_t start = ++at_;
    bool quoted = false;
    for (; at_ < text_.size() && (quoted || text_[at_] != '>'); ++at_) {
      if (text_[at_] == '"') quoted = !quoted;
      if (text_[at_] == '\\') ++at_;
    }
    at_ = std::min(at_, text_.size());
    std::string_view address = ascii::trim(text_.substr(start, at_ - start));
    if (at_ < text_.size()) ++at_;
    // A source route (RFC 5321 §4.1.2, obsolete) goes before the address.
    if (address.starts_with('@')) address.remove_prefix(std::min(address.find(':'), address.size() - 1) + 1);
    if (!has_angle_) angle_ = address;
    has_angle_ = true;
  }

  void take_words() {
    const std::size_t start = at_;
    at_ = std::min(text_.find_first_of(",;:\"(<=", start + 1), text_.size());
    // An encoded word may hold separators, although it must not (RFC 2047 §5).
    if (text_.substr(start).starts_with("=?")) at_ = std::max(at_, encoded_end(start));
    phrase_ += text_.substr(start, at_ - start);
    bare_ += text_.substr(start, at_ - start);
  }

  /// The end of the encoded word at `start`; 0 when none begins there.
  std::size_t encoded_end(std::size_t start) const {
    constexpr std::size_t kWordBytesMax = 1000;
    const std::string_view word = text_.substr(start, kWordBytesMax);
    const std::size_t charset = word.find('?', 2);
    const std::size_t encoding = charset == word.npos ? charset : word.find('?', charset + 1);
    const std::size_t end = encoding == word.npos ? encoding : word.find('?', encoding + 1);
    const bool whole = end != word.npos && word.substr(end).starts_with("?=") &&
                       word.substr(0, end).find_first_of(" \t") == word.npos;
    return whole ? start + end + 2 : 0;
  }

  void finish_entry() {
    std::string address = address_of(has_angle_ ? angle_ : bare_);
    std::string name = has_angle_ ? name_of(decode_words(phrase_)) : std::string();
    if (name.empty()) name = name_of(comment_);
    if (check_address(address) == AddressFault::none && mailboxes_.size() < most_)
      mailboxes_.push_back({std::move(name), std::move(address)});
    clear_entry();
  }

  void clear_entry() {
    phrase_.clear();
    bare_.clear();
    comment_.clear();
    angle_.clear();
    has_angle_ = false;
  }

  /// Blanks around `@` and dots are allowed (RFC 5322 §4.4); elsewhere they make it no address.
  static std::string address_of(std::string_view bare) {
    std::string address;
    bool quoted = false;
    for (std::size_t at = 0; at < bare.size(); ++at) {
      if (bare[at] == '"') quoted = !quoted;
      if (quoted || !ascii::is_space(bare[at])) {
        address += bare[at];
        continue;
      }
      std::size_t next = at + 1;
      while (next < bare.size() && ascii::is_space(bare[next])) ++next;
      if (next == bare.size()) break;
      const bool beside = address.empty() || address.back() == '@' || address.back() == '.' ||
                          bare[next] == '@' || bare[next] == '.';
      if (!beside) address += ' ';
      at = next - 1;
    }
    return address;
  }

  static std::string name_of(std::string_view text) {
    const std::string printable = printable_utf8(text);
    std::string name;
    for (const char c : ascii::trim(printable)) {
      if (c != ' ' || !name.ends_with(' ')) name += c;
    }
    return std::string(ascii::trim(utf8::truncate(name, kMaxAliasBytes)));
  }

  const std::string_view text_;
  const std::size_t most_;
  std::size_t at_ = 0;
  std::vector<Mailbox> mailboxes_;
  // The entry that is being read.
  std::string phrase_;   // Its words and quoted strings, these without their quotes.
  std::string bare_;     // The same as written.
  std::string comment_;  // Its last comment.
  std::string angle_;    // The text between its angle brackets.
  bool has_angle_ = false;
};

}  // namespace

std::vector<Mailbox> read_addresses(std::string_view field, std::size_t mailboxes_max) {
  const std::string text = unfolded(field.substr(0, kFieldBytesMax));
  return ListReader(text, mailboxes_max).read();
}

}  // namespace sesame::mime
