#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "content/findings.hpp"
#include "content/html_check.hpp"
#include "content/links.hpp"
#include "content/mailing.hpp"
#include "content/variables.hpp"

/// The checks of a mail's content that need neither data sets nor the network. Pure. Thread: any.
namespace sesame::content {

/// One place of a variable.
struct VariableUse {
  MailPart part = MailPart::mail;
  std::size_t at = 0;  // The byte of the part's source.
  HtmlContext context = HtmlContext::content;
};

struct UsedVariable {
  std::string name;
  std::vector<VariableUse> uses;  // At most kUsesShownMax, in the order of subject, html and text.
  std::size_t total = 0;          // All uses.
};

/// The sizes and counts of a mail.
struct MailFigures {
  std::size_t html_bytes = 0;  // Rendered.
  std::size_t text_bytes = 0;
  std::size_t images = 0;
  std::size_t links = 0;
};

struct MailCheck {
  static constexpr std::size_t kUsesShownMax = 50;

  std::vector<UsedVariable> variables;  // In the order of their first use.
  MailFigures figures;
  Findings findings;
};

/// The parts of a check beside the mailing. `values` null: there are no data, so no variable lacks a value.
struct CheckContext {
  const Variables* values = nullptr;
  const Links* links = nullptr;  // As composing takes them.
};

/// Finds the variables of subject, html and text and what breaks a rule of placeholders. Fills `variables`
/// and `findings`.
MailCheck check_variables(const Mailing& mailing, const CheckContext& context);

/// Checks a mail by all rules of findings.hpp, those of placeholders included. Fills everything.
MailCheck check_mail(const Mailing& mailing, const CheckContext& context);

}  // namespace sesame::content
