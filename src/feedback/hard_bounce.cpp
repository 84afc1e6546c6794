#include "feedback/hard_bounce.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "base/ascii.hpp"

namespace sesame::feedback {
namespace {

// What servers without an enhanced code (RFC 3463), or with a meaningless one, say of a mailbox that is not
// there.
constexpr std::array<std::string_view, 24> kNoMailbox{
    "user unknown",
    "unknown user",
    "no such user",
    "user not found",
    "user not exist",
    "user doesn't exist",
    "user does not exist",
    "mailbox not found",
    "no such mailbox",
    "mailbox not exist",
    "no mailbox here",
    "mailbox does not exist",
    "unknown recipient",
    "recipient unknown",
    "recipient not found",
    "no such recipient",
    "unknown local",
    "account not found",
    "account that you tried to reach does not exist",
    "address unknown",
    "unknown address",
    "not a valid mailbox",
    "account does not exist",
    "no such account",
};

// Any of these makes the refusal one of something else.
constexpr std::array<std::string_view, 28> kOtherReasons{
    "spam",       "policy",     "policies", "blocked",    "block list", "blocklist", "blacklist",
    "black list", "reputation", "dnsbl",    " rbl",       "spf",        "dkim",      "dmarc",
    "content",    "virus",      "malware",  "sender",     "mail from",  "greylist",  "graylist",
    "quota",      "over limit", "too many", "rate limit", "relay",      "disabled",  "suspended",
};

bool holds_any(std::string_view text, auto& phrases) {
  return std::ranges::any_of(phrases,
                             [&](std::string_view phrase) { return text.find(phrase) != text.npos; });
}

/// The word at the front of `text`, which loses it.
std::string_view take_word(std::string_view& text) {
  const std::size_t end = std::min(text.find(' '), text.size());
  const std::string_view word = text.substr(0, end);
  text = ascii::trim(text.substr(end));
  return word;
}

bool is_enhanced(std::string_view word) {
  return word.starts_with("5.") && word.find('.', 2) != word.npos &&
         std::ranges::all_of(word, [](char c) { return ascii::is_digit(c) || c == '.'; });
}

/// In lower case and without words that are addresses or links: a mailbox may be called spam@.
std::string plain_words(std::string_view text) {
  std::string plain;
  for (std::string_view word : ascii::split(text, ' ')) {
    const bool quoted = word.find('@') != word.npos || word.find("://") != word.npos;
    if (!quoted) plain.append(ascii::lower(word)).push_back(' ');
  }
  return plain;
}

}  // namespace

bool says_no_such_mailbox(std::string_view reply) {
  const std::string_view code = take_word(reply);
  if (code.size() != 3 || code[0] != '5') return false;
  std::string_view rest = reply;
  const std::string_view enhanced = take_word(rest);
  const std::string words = plain_words(reply);
  if (holds_any(words, kOtherReasons)) return false;
  if (is_enhanced(enhanced)) {
    // RFC 3463 §3.2: no such mailbox, no such system. RFC 7505 §4.1: the domain takes no mail.
    if (enhanced == "5.1.1" || enhanced == "5.1.2" || enhanced == "5.1.10") return true;
    // RFC 3463 §3.1, §3.6: nothing but "an error".
    if (enhanced != "5.0.0" && enhanced != "5.5.0") return false;
  }
  // RFC 5321 §4.2.3: mailbox unavailable; mailbox name not allowed.
  return (code == "550" || code == "553") && holds_any(words, kNoMailbox);
}

}  // namespace sesame::feedback
