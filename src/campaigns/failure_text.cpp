#include "campaigns/failure_text.hpp"

#include <string_view>

#include "audience/errors.hpp"
#include "campaigns/errors.hpp"
#include "content/errors.hpp"
#include "senders/errors.hpp"

namespace sesame::campaigns {

namespace {

struct Sentence {
  const ErrorName& why;
  std::string_view text;
};

constexpr Sentence kSentences[] = {
    {audience::errors::kGroupMissing, "the recipient group no longer exists"},
    {audience::errors::kBlockMissing, "the recipient group no longer exists"},
    {errors::kRecipientsExpired, "the recipients of the earlier task are not kept any more"},
    {errors::kRecipientGone, "the recipient is not in the group any more"},
    {errors::kGroupNotReady, "the recipient group is empty"},
    {errors::kVariablesDiffer, "the recipients lack values for variables of the template"},
    {senders::errors::kSenderUnknown, "the sender address no longer exists"},
    {senders::errors::kSenderNotVerified, "the sender domain is not verified any more"},
    {senders::errors::kSenderDomainMissing, "the sender domain no longer exists"},
    {senders::errors::kDomainMissing, "the sender domain no longer exists"},
    {senders::errors::kKeyUnreadable, "the signing key of the sender domain cannot be read"},
    {content::errors::kPlaceholderIllegal,
     "the subject or the template has braces without a legal placeholder"},
    {content::errors::kTemplateMissing, "the template no longer exists"},
    {content::errors::kTemplateNotApproved, "the template is not approved any more"},
};

}  // namespace

std::string failure_text(const Error& error) {
  std::string detail(error.reason());
  for (const Error::Fact& fact : error.facts()) detail += " " + std::string(fact.name) + "=" + fact.value;
  for (const auto& [why, sentence] : kSentences) {
    if (error.is(why)) return std::string(sentence) + " (" + detail + ")";
  }
  return detail;
}

std::string failure_text(std::string_view dropped) {
  const std::string_view reason = dropped.substr(0, dropped.find(','));
  for (const auto& [why, sentence] : kSentences) {
    if (reason == why.name()) return std::string(sentence) + " (" + std::string(dropped) + ")";
  }
  return std::string(dropped);
}

}  // namespace sesame::campaigns
