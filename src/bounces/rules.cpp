#include "bounces/rules.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/ascii.hpp"
#include "bounces/rule_file.hpp"
#include "bounces/rule_samples.hpp"

namespace sesame::bounces {

namespace embedded {
extern const std::string_view bounces;
}  // namespace embedded

namespace {

bool any_phrase(const std::vector<Phrase>& phrases, const PlainText& text) {
  return std::ranges::any_of(phrases, [&](const Phrase& phrase) { return phrase.found_in(text); });
}

/// Matches a code with a pattern: "x.1.1" for both classes, "5.7.*" for all details, "5" for the whole class;
/// reply codes likewise.
bool code_fits(std::string_view pattern, std::string_view code) {
  if (code.empty()) return false;
  if (pattern.size() == 1) return code.front() == pattern.front();
  for (std::size_t at = 0;; ++at) {
    if (at < pattern.size() && pattern[at] == '*') return true;
    if (at == pattern.size() || at == code.size()) return at == pattern.size() && at == code.size();
    if (pattern[at] != 'x' && pattern[at] != code[at]) return false;
  }
}

bool any_code(const std::vector<std::string>& patterns, std::string_view code) {
  return std::ranges::any_of(patterns, [&](const std::string& each) { return code_fits(each, code); });
}

/// Whether a host name that ends in `suffix` stands in the text.
bool names_host(std::string_view text, std::string_view suffix) {
  const auto is_name = [](char c) { return ascii::is_alpha(c) || ascii::is_digit(c) || c == '-'; };
  for (std::size_t at = text.find(suffix); at != text.npos; at = text.find(suffix, at + 1)) {
    const std::size_t end = at + suffix.size();
    if (at > 0 && is_name(text[at - 1])) continue;
    if (end < text.size() && is_name(text[end])) continue;
    if (end + 1 < text.size() && text[end] == '.' && is_name(text[end + 1])) continue;
    return true;
  }
  return false;
}

template <class T>
void append(std::vector<T>& to, const std::vector<T>& more) {
  to.insert(to.end(), more.begin(), more.end());
}

constexpr std::array<std::pair<std::string_view, std::vector<Phrase> MailShapes::*>, 11> kPhraseLists{{
    {"sender_names", &MailShapes::sender_names},
    {"bounce_subjects", &MailShapes::bounce_subjects},
    {"delay_subjects", &MailShapes::delay_subjects},
    {"reply_subjects", &MailShapes::reply_subjects},
    {"reply_texts", &MailShapes::reply_texts},
    {"thanks_texts", &MailShapes::thanks_texts},
    {"complaint_subjects", &MailShapes::complaint_subjects},
    {"originals", &MailShapes::originals},
    {"footers", &MailShapes::footers},
    {"product_names", &MailShapes::product_names},
    {"other_addresses", &MailShapes::other_addresses},
}};

}  // namespace

std::vector<Phrase>* MailShapes::phrases_of(std::string_view name) {
  for (const auto& [known, list] : kPhraseLists) {
    if (known == name) return &(this->*list);
  }
  return nullptr;
}

void MailShapes::append(const MailShapes& more) {
  bounces::append(senders, more.senders);
  for (const auto& [name, list] : kPhraseLists) bounces::append(this->*list, more.*list);
}

bool BounceRule::fits(const Facts& facts) const {
  if (auto_reply != facts.auto_reply) return false;
  if (!status.empty() && !any_code(status, facts.status)) return false;
  if (!reply.empty() && !any_code(reply, facts.reply)) return false;
  if (!commands.empty() && std::ranges::find(commands, facts.command) == commands.end()) return false;
  if (!from.empty() &&
      std::ranges::none_of(from, [&](const std::string& host) { return names_host(facts.sources, host); }))
    return false;
  if (by_words()) {
    const bool linked = std::ranges::any_of(
        links, [&](const std::string& link) { return facts.text.links.find(link) != std::string::npos; });
    if (!linked && !any_phrase(text, facts.text)) return false;
  }
  return !any_phrase(unless, facts.text);
}

bool BounceRule::condemns(std::string_view code) const { return dead || any_code(dead_with, code); }

const BounceRules& BounceRules::built_in() {
  static const BounceRules rules = [] {
    Result<BounceRules> parsed = parse(embedded::bounces, "rules/bounces.toml");
    // A unit test parses this text: it cannot fail here.
    return parsed ? std::move(*parsed) : BounceRules();
  }();
  return rules;
}

std::string_view BounceRules::built_in_text() { return embedded::bounces; }

Result<BounceRules> BounceRules::parse(std::string_view toml, const std::string& path) {
  BounceRules rules;
  Status read = read_rules(toml, path, rules.rules_, rules.shapes_);
  if (!read) return std::move(read).error();
  return rules;
}

Result<BounceRules> BounceRules::built_in_with(const std::string& path) {
  Result<std::string> text = read_rule_file(path);
  if (!text) return std::move(text).error();
  const Result<BounceRules> own = parse(*text, path);
  if (!own) return own.error();
  BounceRules all = built_in().extended_by(*own);
  if (Status checked = check_samples(*own, all, path); !checked) return std::move(checked).error();
  return all;
}

BounceRules BounceRules::extended_by(const BounceRules& first) const {
  BounceRules all;
  std::vector<BounceRule> rest = rules_;
  for (const BounceRule& rule : first.rules_) {
    const auto same =
        std::ranges::find_if(rest, [&](const BounceRule& each) { return each.name == rule.name; });
    if (same != rest.end()) {
      *same = rule;
    } else {
      all.rules_.push_back(rule);
    }
  }
  append(all.rules_, rest);
  all.shapes_ = shapes_;
  all.shapes_.append(first.shapes_);
  return all;
}

}  // namespace sesame::bounces
