#include "smtp/reply.hpp"

#include <algorithm>
#include <utility>

namespace sesame::smtp {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The length of "d.ddd.ddd" at the start of `text` when its class is that of the code, else 0 (RFC 2034 §4).
std::size_t enhanced_length(std::string_view text, unsigned kind) {
  if (text.size() < 5 || text[0] != static_cast<char>('0' + kind) || text[1] != '.') return 0;
  std::size_t at = 2;
  for (int part = 0; part < 2; ++part) {
    const std::size_t start = at;
    while (at < text.size() && is_digit(text[at])) ++at;
    if (at == start || at - start > 3) return 0;
    if (part == 0 && (at == text.size() || text[at++] != '.')) return 0;
  }
  if (at < text.size() && text[at] != ' ') return 0;
  return at;
}

}  // namespace

std::size_t ReplyParser::feed(std::string_view bytes) {
  std::size_t used = 0;
  while (state_ == State::more && used < bytes.size()) {
    const std::string_view rest = bytes.substr(used);
    const std::size_t end = rest.find('\n');
    const std::string_view part = rest.substr(0, end);
    line_.append(part.substr(0, kReplyLineBytesMax - line_.size()));
    const std::size_t taken = end == std::string_view::npos ? rest.size() : end + 1;
    used += taken;
    bytes_ += taken;
    if (end != std::string_view::npos) end_of_line();
    if (state_ == State::more && bytes_ > kReplyBytesMax) state_ = State::broken;
  }
  return used;
}

Reply ReplyParser::take() {
  state_ = State::more;
  lines_ = 0;
  bytes_ = 0;
  return std::exchange(reply_, Reply{});
}

void ReplyParser::end_of_line() {
  std::string_view line = line_;
  if (line.ends_with('\r')) line.remove_suffix(1);
  accept_line(line);
  if (state_ != State::broken) line_.clear();
}

void ReplyParser::accept_line(std::string_view line) {
  state_ = State::broken;
  if (line.size() < 3 || !is_digit(line[0]) || !is_digit(line[1]) || !is_digit(line[2])) return;
  if (line[0] < '2' || line[0] > '5') return;  // RFC 5321 §4.2.1 defines no other codes.
  if (line.size() > 3 && line[3] != ' ' && line[3] != '-') return;
  const unsigned code = (line[0] - '0') * 100u + (line[1] - '0') * 10u + (line[2] - '0');
  if (lines_ > 0 && code / 100 != reply_.kind()) return;  // RFC 5321 §4.2.1: one reply, one code.
  if (++lines_ > kReplyLinesMax) return;
  reply_.code = code;
  append_text(line.substr(std::min<std::size_t>(line.size(), 4)));
  state_ = line.size() > 3 && line[3] == '-' ? State::more : State::complete;
}

void ReplyParser::append_text(std::string_view text) {
  if (const std::size_t length = enhanced_length(text, reply_.kind()); length > 0) {
    reply_.enhanced.assign(text.substr(0, length));
    text.remove_prefix(std::min(length + 1, text.size()));
  }
  if (lines_ > 1) reply_.text += '\n';
  reply_.text.append(text);
}

}  // namespace sesame::smtp
