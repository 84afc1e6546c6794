#include "content/placeholder_check.hpp"

#include <algorithm>
#include <map>

#include "base/ascii.hpp"
#include "base/variable_name.hpp"
#include "content/template.hpp"

namespace sesame::content {

namespace {

std::string_view rule_of_context(HtmlContext context) {
  switch (context) {
    case HtmlContext::link:
      return "variable_in_link";
    case HtmlContext::style:
      return "variable_in_style";
    case HtmlContext::comment:
      return "variable_in_comment";
    case HtmlContext::content:
    case HtmlContext::attribute:
      break;
  }
  return {};
}

HtmlContext context_at(const HtmlSurvey* html, std::size_t at) {
  return html == nullptr ? HtmlContext::content : html->context_at(at);
}

/// The rule that braces break which open no placeholder.
std::string_view rule_of_braces(std::string_view text, MailPart part) {
  if (part != MailPart::html) return "placeholder_unknown";
  if (text.find('<') != text.npos) return "placeholder_split";
  if (text.find('&') != text.npos) return "placeholder_encoded";
  return "placeholder_unknown";
}

/// A name as programs write them, so that `{ color }` in prose and JSON are left alone.
bool is_plain_name(std::string_view text) {
  constexpr std::size_t kNameBytesMax = 32;
  if (text.empty() || text.size() > kNameBytesMax || !(ascii::is_alpha(text.front()) || text.front() == '_'))
    return false;
  return std::ranges::all_of(text, [](char c) {
    return ascii::is_alpha(c) || ascii::is_digit(c) || c == '_' || c == '-' || c == '.';
  });
}

void find_single_braces(MailPart part, std::string_view source, const HtmlSurvey* html, Findings& findings) {
  for (std::size_t at = source.find('{'); at != source.npos; at = source.find('{', at + 1)) {
    const std::size_t end = source.find_first_of("{}", at + 1);
    if (end == source.npos) return;
    const bool doubled =
        (at > 0 && source[at - 1] == '{') || source[end] == '{' || source.substr(end + 1).starts_with('}');
    if (doubled || !is_plain_name(source.substr(at + 1, end - at - 1))) continue;
    // Last, since it looks through the whole map.
    const HtmlContext context = context_at(html, at);
    if (context != HtmlContext::style && context != HtmlContext::comment)
      findings.add("single_braces", part, at, source.substr(at, end + 1 - at));
  }
}

void find_encoded_braces(std::string_view source, Findings& findings) {
  constexpr std::string_view kOpening[] = {"&#123;&#123;", "&lbrace;&lbrace;", "&lcub;&lcub;", "&#x7b;&#x7b;",
                                           "%7B%7B"};
  constexpr std::size_t kShownBytes = 60;
  const std::string lower = ascii::lower(source);
  for (const std::string_view opening : kOpening) {
    const std::string wanted = ascii::lower(opening);
    for (std::size_t at = lower.find(wanted); at != lower.npos; at = lower.find(wanted, at + 1))
      findings.add("placeholder_encoded", MailPart::html, at, source.substr(at, kShownBytes));
  }
}

}  // namespace

void find_uses(MailPart part, std::string_view source, const HtmlSurvey* html,
               std::vector<UsedVariable>& variables, Findings& findings) {
  std::map<std::string, std::size_t, std::less<>> known;
  for (std::size_t i = 0; i < variables.size(); ++i) known.emplace(variables[i].name, i);
  const Template whole(source);
  std::size_t at = 0;
  for (const Template::Piece& piece : whole.pieces()) {
    const std::size_t begin = at;
    at += piece.text.size();
    if (!piece.is_slot()) continue;
    const std::string& name = whole.names()[piece.slot];
    const auto [place, is_new] = known.try_emplace(name, variables.size());
    if (is_new) variables.push_back({name, {}, 0});
    UsedVariable& variable = variables[place->second];
    const HtmlContext context = context_at(html, begin);
    if (++variable.total <= MailCheck::kUsesShownMax) variable.uses.push_back({part, begin, context});
    if (const std::string_view rule = rule_of_context(context); !rule.empty())
      findings.add(rule, part, begin, piece.text);
    const std::string_view inner = std::string_view(piece.text).substr(2, piece.text.size() - 4);
    if (ascii::trim(inner).size() != inner.size())
      findings.add("placeholder_blanks", part, begin, piece.text);
  }
}

void find_braces(MailPart part, std::string_view source, const HtmlSurvey* html, Findings& findings) {
  constexpr std::size_t kLookedAtMax = 1000;
  for (const IllegalPlaceholder& illegal : find_illegal_placeholders(source, kLookedAtMax)) {
    if (context_at(html, illegal.at) == HtmlContext::style) continue;  // Nested rules of a style sheet.
    findings.add(rule_of_braces(illegal.text, part), part, illegal.at, illegal.text);
  }
  find_single_braces(part, source, html, findings);
  if (part == MailPart::html) find_encoded_braces(source, findings);
}

}  // namespace sesame::content
