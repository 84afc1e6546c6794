#pragma once

#include <vector>

#include "content/mail_check.hpp"

/// The rules of placeholders (mail_check.hpp). Pure. Thread: any.
namespace sesame::content {

/// Adds the uses of the variables of one part. `html`: the survey of the part, null for other parts.
void find_uses(MailPart part, std::string_view source, const HtmlSurvey* html,
               std::vector<UsedVariable>& variables, Findings& findings);

/// Adds the braces of one part that open no placeholder although somebody meant one.
void find_braces(MailPart part, std::string_view source, const HtmlSurvey* html, Findings& findings);

}  // namespace sesame::content
