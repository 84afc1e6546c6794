#include "content/mail_check.hpp"

#include <algorithm>
#include <utility>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "content/link_check.hpp"
#include "content/placeholder_check.hpp"
#include "content/rendering.hpp"

namespace sesame::content {

namespace {

std::size_t visible_bytes_of_text(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return !ascii::is_space(c); }));
}

void check_values(const MailCheck& check, const Variables& values, Findings& findings) {
  for (const UsedVariable& variable : check.variables) {
    const VariableUse& first = variable.uses.front();
    if (values.find(variable.name) == nullptr)
      findings.add("variable_missing", first.part, first.at, variable.name);
  }
  for (const auto& [name, value] : values) {
    const bool used = std::ranges::any_of(
        check.variables, [&name = name](const UsedVariable& one) { return one.name == name; });
    if (!used) findings.add("value_unused", MailPart::mail, 0, name);
  }
}

/// Subject, html and text, with the survey of the html.
MailCheck check_placeholders(const Mailing& mailing, const HtmlSurvey& html, const CheckContext& context) {
  MailCheck check;
  for (const auto& [part, source] :
       {std::pair(MailPart::subject, &mailing.subject), std::pair(MailPart::html, &mailing.html),
        std::pair(MailPart::text, &mailing.text)}) {
    const HtmlSurvey* survey = part == MailPart::html ? &html : nullptr;
    find_uses(part, *source, survey, check.variables, check.findings);
    find_braces(part, *source, survey, check.findings);
  }
  if (context.values != nullptr) check_values(check, *context.values, check.findings);
  return check;
}

void check_sizes(const MailFigures& figures, Findings& findings) {
  constexpr std::size_t kGmailCutsBytes = 102 * 1024;
  if (figures.html_bytes > kGmailCutsBytes)
    findings.add("html_large", MailPart::html, 0, std::to_string(figures.html_bytes));
  if (figures.html_bytes + figures.text_bytes > kBodiesBytesMax)
    findings.add("mail_too_large", MailPart::mail);
}

void check_text_part(const Mailing& mailing, const HtmlSurvey& html, Findings& findings) {
  constexpr std::size_t kMuchText = 400;
  constexpr std::size_t kFarShorter = 5;
  if (mailing.html.empty() && mailing.text.empty()) findings.add("text_empty", MailPart::mail);
  if (mailing.html.empty()) return;
  if (mailing.text.empty()) return findings.add("text_missing", MailPart::text);
  const std::size_t bytes = visible_bytes_of_text(mailing.text);
  if (html.visible_bytes > kMuchText && bytes * kFarShorter < html.visible_bytes)
    findings.add("text_far_shorter", MailPart::text);
}

void check_subject(std::string_view subject, Findings& findings) {
  constexpr std::ptrdiff_t kLettersMin = 8;
  const auto letters = std::ranges::count_if(subject, ascii::is_alpha);
  if (letters >= kLettersMin && letters == std::ranges::count_if(subject, ascii::is_upper))
    findings.add("subject_capitals", MailPart::subject, 0, subject);
}

void check_unsubscribing(const Mailing& mailing, const HtmlSurvey& html, const Links* links,
                         Findings& findings) {
  if (mailing.unsubscribe.value_or(0) == 0) {
    if (!html.names_unsubscribing && !names_unsubscribing(mailing.text))
      findings.add("unsubscribe_missing", MailPart::mail);
    return;
  }
  if (offered_option(mailing, links) == 0) return findings.add("unsubscribe_no_url", MailPart::mail);
  if (!links->preview_url().starts_with("https://")) findings.add("unsubscribe_not_https", MailPart::mail);
}

/// The numbers of the cloud's review of templates.
void check_for_review(const Mailing& mailing, const HtmlSurvey& html, const MailCheck& check,
                      Findings& findings) {
  constexpr std::size_t kCharactersMin = 160;
  constexpr std::size_t kShare = 5;
  const std::size_t bytes = mailing.html.empty() ? visible_bytes_of_text(mailing.text) : html.visible_bytes;
  if (bytes < kCharactersMin) findings.add("review_short", MailPart::mail);
  std::size_t of_variables = 0;
  const MailPart part = mailing.html.empty() ? MailPart::text : MailPart::html;
  constexpr std::size_t kBraces = 4;
  for (const UsedVariable& variable : check.variables) {
    for (const VariableUse& use : variable.uses) {
      if (use.part == part && use.context == HtmlContext::content)
        of_variables += variable.name.size() + kBraces;
    }
  }
  if (of_variables * kShare > bytes && of_variables > 0) findings.add("review_variables", MailPart::mail);
}

}  // namespace

MailCheck check_variables(const Mailing& mailing, const CheckContext& context) {
  Findings about_html;  // Only the places of variables are wanted.
  return check_placeholders(mailing, check_html(mailing.html, about_html), context);
}

MailCheck check_mail(const Mailing& mailing, const CheckContext& context) {
  Findings findings;
  const HtmlSurvey html = check_html(mailing.html, findings);
  MailCheck check = check_placeholders(mailing, html, context);
  const RenderedTexts rendered =
      render_preview(mailing, context.values != nullptr ? *context.values : Variables(), context.links);
  check.figures = {rendered.html.size(), rendered.text.size(), html.images, html.links};
  check_sizes(check.figures, findings);
  check_text_part(mailing, html, findings);
  check_subject(mailing.subject, findings);
  check_unsubscribing(mailing, html, context.links, findings);
  check_for_review(mailing, html, check, findings);
  check.findings.merge(findings);
  return check;
}

}  // namespace sesame::content
