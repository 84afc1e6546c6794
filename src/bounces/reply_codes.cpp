#include "bounces/reply_codes.hpp"

#include "base/ascii.hpp"

namespace sesame::bounces {
namespace {

bool is_wordlike(char c) { return ascii::is_digit(c) || ascii::is_alpha(c) || c == '_'; }

std::size_t digits_at(std::string_view text, std::size_t at) {
  std::size_t count = 0;
  while (at + count < text.size() && ascii::is_digit(text[at + count])) ++count;
  return count;
}

/// The length of an enhanced code at `at`; 0 when there is no code.
std::size_t status_length(std::string_view text, std::size_t at, std::string_view classes) {
  if (at + 5 > text.size() || classes.find(text[at]) == classes.npos || text[at + 1] != '.') return 0;
  // RFC 3463 §3: subjects 0 to 7.
  if (text[at + 2] < '0' || text[at + 2] > '7' || text[at + 3] != '.') return 0;
  const std::size_t detail = digits_at(text, at + 4);
  if (detail == 0 || detail > 3) return 0;
  const std::size_t end = at + 4 + detail;
  if (end < text.size() && is_wordlike(text[end])) return 0;
  if (end + 1 < text.size() && text[end] == '.' && ascii::is_digit(text[end + 1])) return 0;
  if (at > 0 && (is_wordlike(text[at - 1]) || text[at - 1] == '.')) return 0;
  return end - at;
}

/// Confidence that a reply code stands at `at`; 0: it does not.
int reply_rank(std::string_view text, std::size_t at, std::size_t status_at) {
  if (at + 3 > text.size() || (text[at] != '4' && text[at] != '5')) return 0;
  if (digits_at(text, at) != 3 || text[at + 1] > '9') return 0;
  const char before = at == 0 ? '\n' : text[at - 1];
  const char after = at + 3 == text.size() ? ' ' : text[at + 3];
  if (is_wordlike(before) || before == '.' || before == '/' || before == '=' || before == '-') return 0;
  if (after != ' ' && after != '-' && after != '\n' && after != ':' && after != ',' && after != '_') return 0;
  if (at + 4 == status_at) return 4;
  std::string_view ahead = text.substr(0, at);
  while (!ahead.empty() && (ahead.back() == ' ' || ahead.back() == '\'' || ahead.back() == '"')) {
    ahead.remove_suffix(1);
  }
  if (ahead.empty()) return 3;
  const char last = ahead.back();
  if (last == ':' || last == '<' || last == '[' || last == '\n' || last == '(') return 2;
  return after == ' ' || after == '-' || after == ',' ? 1 : 0;
}

std::string deciding_reply(std::string_view words, std::size_t status_at) {
  int best = 0;
  std::string reply;
  for (std::size_t at = 0; at + 3 <= words.size(); ++at) {
    const int rank = reply_rank(words, at, status_at);
    if (rank > best) {
      best = rank;
      reply = words.substr(at, 3);
    }
  }
  return reply;
}

}  // namespace

std::vector<CodeAt> find_statuses(std::string_view text) {
  std::vector<CodeAt> found;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::size_t length = status_length(text, at, "45");
    if (length > 0) found.push_back({std::string(text.substr(at, length)), at});
  }
  return found;
}

Codes codes_of_success(std::string_view words, std::string_view status_field) {
  Codes codes;
  if (words.size() >= 3 && words[0] == '2' && digits_at(words, 0) == 3) codes.reply = words.substr(0, 3);
  for (const std::string_view text : {words, status_field}) {
    for (std::size_t at = 0; at < text.size() && codes.status.empty(); ++at)
      codes.status = text.substr(at, status_length(text, at, "2"));
  }
  return codes;
}

std::string_view nested_reply(std::string_view words) {
  std::string_view innermost;
  for (std::size_t at = 1; at + 4 <= words.size(); ++at) {
    const bool code = (words[at] == '4' || words[at] == '5') && digits_at(words, at) == 3 &&
                      (words[at + 3] == ' ' || words[at + 3] == '-');
    if (!code) continue;
    const std::size_t pair = std::string_view("\"'`([{<").find(words[at - 1]);
    if (pair == std::string_view::npos) continue;
    const std::size_t end = words.find("\"'')]}>"[pair], at);
    // A code alone says too little.
    if (end == std::string_view::npos || end - at < 8) continue;
    innermost = words.substr(at, end - at);
  }
  return innermost;
}

bool says_nothing(std::string_view status) { return status.ends_with(".0.0") && status.size() == 5; }

Codes deciding_codes(std::string_view words, std::string_view status_field) {
  Codes codes;
  std::size_t status_at = std::string_view::npos;
  for (const CodeAt& found : find_statuses(words)) {
    if (!codes.status.empty() && !says_nothing(codes.status) && says_nothing(found.code)) continue;
    codes.status = found.code;
    status_at = found.at;
  }
  codes.reply = deciding_reply(words, status_at);
  const std::vector<CodeAt> field = find_statuses(status_field);
  if (!field.empty() &&
      (codes.status.empty() || (says_nothing(codes.status) && !says_nothing(field[0].code))))
    codes.status = field[0].code;
  return codes;
}

}  // namespace sesame::bounces
