#include "bounces/retry_hint.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/ascii.hpp"

namespace sesame::bounces {
namespace {

constexpr std::size_t kReplyBytesMax = 2000;  // A hint stands in the first lines.
constexpr std::size_t kWordsBetween = 6;      // Words between the request to come back and the pause.
constexpr std::uint64_t kNumberMax = 1'000'000;

/// A word (ASCII letters, or bytes beyond ASCII), a number, or the end of a clause.
struct Token {
  enum class Kind : std::uint8_t { word, number, colon, end };
  Kind kind = Kind::end;
  std::string_view word;
  std::uint64_t number = 0;

  bool is(std::string_view other) const { return kind == Kind::word && word == other; }
  bool is_one_of(std::span<const std::string_view> words) const {
    return kind == Kind::word && std::ranges::find(words, word) != words.end();
  }
};

struct NamedNumber {
  std::string_view word;
  std::uint64_t number;
};
constexpr NamedNumber kNumbers[] = {
    {"a", 1},       {"an", 1},       {"one", 1},     {"two", 2},     {"three", 3}, {"four", 4},
    {"five", 5},    {"six", 6},      {"seven", 7},   {"eight", 8},   {"nine", 9},  {"ten", 10},
    {"twelve", 12}, {"fifteen", 15}, {"twenty", 20}, {"thirty", 30}, {"sixty", 60}};
constexpr NamedNumber kUnits[] = {
    {"s", 1},      {"sec", 1},     {"secs", 1},     {"second", 1},   {"seconds", 1},  {"m", 60},
    {"min", 60},   {"mins", 60},   {"minute", 60},  {"minutes", 60}, {"h", 3600},     {"hr", 3600},
    {"hrs", 3600}, {"hour", 3600}, {"hours", 3600}, {"day", 86'400}, {"days", 86'400}};
/// "5 minutes later" in Chinese: the unit, then the word for later.
constexpr NamedNumber kChineseUnits[] = {{"秒", 1},    {"秒钟", 1},    {"分", 60},    {"分钟", 60},
                                         {"分鐘", 60}, {"小时", 3600}, {"小時", 3600}};
constexpr std::string_view kChineseLater[] = {"后", "後", "之后", "以后"};

constexpr std::string_view kRequestsBefore[] = {
    "again",       "retry",       "retrying", "back",      "later",      "wait",
    "waiting",     "reconnect",   "resend",   "reattempt", "greylisted", "graylisted",
    "greylisting", "graylisting", "deferred", "delayed",   "blocked",    "suspended"};
constexpr std::string_view kRequestsBehind[] = {"try",       "trying", "retry",     "retrying", "come",
                                                "reconnect", "resend", "reattempt", "again"};
constexpr std::string_view kBetween[] = {
    "in",    "after", "for", "at", "least", "about", "another", "the", "next", "approximately",
    "later", "than",  "up",  "to", "or",    "a",     "minimum", "of",  "time", "please"};
constexpr std::string_view kBehindPause[] = {"and", "then", "before", "please", "you", "can", "may"};
constexpr std::string_view kBeforePause[] = {"in", "after", "for", "least", "allow"};

std::size_t length_while(std::string_view text, bool (*fits)(char)) {
  return static_cast<std::size_t>(std::ranges::find_if_not(text, fits) - text.begin());
}
bool is_digit_byte(char c) { return ascii::is_digit(c); }
bool is_ascii_letter(char c) { return ascii::is_alpha(c); }
bool is_beyond_ascii(char c) { return static_cast<unsigned char>(c) >= 0x80; }

/// Splits "in 5min." into "in", 5, "min" and an end. `text` is in lower case and outlives the tokens.
std::vector<Token> tokens_of(std::string_view text) {
  constexpr std::string_view kEnds = ".,;!?\n";
  std::vector<Token> tokens;
  while (!text.empty()) {
    const char first = text.front();
    std::size_t length = 1;
    if (is_digit_byte(first)) {
      length = length_while(text, is_digit_byte);
      Token token{Token::Kind::number, {}, 0};
      for (const char digit : text.substr(0, length))
        token.number = std::min(token.number * 10 + static_cast<std::uint64_t>(digit - '0'), kNumberMax);
      tokens.push_back(token);
    } else if (is_ascii_letter(first) || is_beyond_ascii(first)) {
      length = length_while(text, is_ascii_letter(first) ? is_ascii_letter : is_beyond_ascii);
      tokens.push_back({Token::Kind::word, text.substr(0, length), 0});
    } else if (first == ':') {
      tokens.push_back({Token::Kind::colon, {}, 0});
    } else if (kEnds.find(first) != kEnds.npos) {
      tokens.push_back({});
    }
    text.remove_prefix(length);
  }
  return tokens;
}

std::optional<std::uint64_t> named(std::span<const NamedNumber> names, const Token& token) {
  const auto found =
      std::ranges::find_if(names, [&](const NamedNumber& each) { return token.is(each.word); });
  if (found == names.end()) return std::nullopt;
  return found->number;
}

struct Pause {
  std::uint64_t seconds = 0;
  std::size_t tokens = 0;    // Its length.
  bool is_complete = false;  // It says by itself that it is a time to come back.
};

/// The time that the number at the start of `rest` belongs to.
std::optional<Pause> pause_at(std::span<const Token> rest) {
  const bool digits = rest[0].kind == Token::Kind::number;
  const std::optional<std::uint64_t> number = digits ? rest[0].number : named(kNumbers, rest[0]);
  if (rest.size() >= 3 && rest[0].is("half") && rest[1].is("an") && rest[2].is("hour"))
    return Pause{1800, 3, false};
  if (!number || rest.size() < 2) return std::nullopt;
  if (const auto unit = named(kUnits, rest[1])) return Pause{*number * *unit, 2, false};
  const auto is_number = [&](std::size_t at) { return rest[at].kind == Token::Kind::number; };
  const bool is_clock = digits && rest.size() >= 5 && rest[1].kind == Token::Kind::colon && is_number(2) &&
                        rest[3].kind == Token::Kind::colon && is_number(4);
  if (is_clock) return Pause{rest[0].number * 3600 + rest[2].number * 60 + rest[4].number, 5, false};
  for (const NamedNumber& unit : kChineseUnits) {
    if (rest[1].kind != Token::Kind::word || !rest[1].word.starts_with(unit.word)) continue;
    const std::string_view behind = rest[1].word.substr(unit.word.size());
    if (std::ranges::any_of(kChineseLater, [&](std::string_view later) { return behind.starts_with(later); }))
      return Pause{*number * unit.number, 2, true};
  }
  return std::nullopt;
}

/// "try again in", "please wait for at least another".
bool requested_before(std::span<const Token> before) {
  for (std::size_t back = 0; back < kWordsBetween && back < before.size(); ++back) {
    const Token& token = before[before.size() - 1 - back];
    if (token.is_one_of(kRequestsBefore)) return true;
    if (token.kind == Token::Kind::end) return false;
    if (token.kind == Token::Kind::word && !token.is_one_of(kBetween)) return false;
  }
  return false;
}

/// "in 5 minutes please try again".
bool requested_behind(std::span<const Token> before, std::span<const Token> behind) {
  if (before.empty() || !before.back().is_one_of(kBeforePause)) return false;
  for (std::size_t at = 0; at < kWordsBetween && at < behind.size(); ++at) {
    if (behind[at].is_one_of(kRequestsBehind)) return true;
    if (!behind[at].is_one_of(kBehindPause)) return false;
  }
  return false;
}

}  // namespace

std::optional<std::chrono::seconds> retry_hint(std::string_view reply) {
  const std::string text = ascii::lower(reply.substr(0, kReplyBytesMax));
  const std::vector<Token> tokens = tokens_of(text);
  const std::span<const Token> all(tokens);
  for (std::size_t at = 0; at < all.size(); ++at) {
    const std::optional<Pause> pause = pause_at(all.subspan(at));
    if (!pause) continue;
    const std::span<const Token> before = all.first(at);
    const bool is_hint = pause->is_complete || requested_before(before) ||
                         requested_behind(before, all.subspan(at + pause->tokens));
    if (is_hint) return std::clamp(std::chrono::seconds(pause->seconds), kRetryHintMin, kRetryHintMax);
  }
  return std::nullopt;
}

}  // namespace sesame::bounces
