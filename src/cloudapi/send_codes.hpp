#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

#include "audience/errors.hpp"
#include "campaigns/errors.hpp"
#include "cloudapi/error_codes.hpp"
#include "cloudapi/errors.hpp"
#include "content/errors.hpp"
#include "senders/errors.hpp"

namespace sesame::cloudapi {

/// A reason that refuses a mail, and its codes in the actions that send. Mail submitted by SMTP is answered
/// as SendEmail answers it.
struct SendCode {
  /// An empty code: the reason cannot arise in that action.
  constexpr SendCode(const ErrorName& why, std::string_view of_send_email,
                     std::string_view of_batch_send_email)
      : name(why), send_email(of_send_email), batch_send_email(of_batch_send_email) {}

  const ErrorName& name;
  std::string_view send_email;
  std::string_view batch_send_email;
};

inline constexpr SendCode kSendReasons[] = {
    {errors::kRecipientMissing, "InvalidParameterValue.EmailAddressIsNULL", ""},
    {errors::kRecipientMalformed, "FailedOperation.IncorrectEmail", ""},
    {errors::kReplyToMalformed, "FailedOperation.IncorrectEmail", "InvalidParameterValue"},
    {errors::kMessageIdMalformed, "InvalidParameterValue", ""},
    {errors::kContentMissing, "FailedOperation.MissingEmailContent", "MissingParameter.SendParamNecessary"},
    {errors::kContentNotBase64, "InvalidParameterValue.EmailContentIsWrong",
     "InvalidParameterValue.EmailContentIsWrong"},
    {errors::kCustomForbidden, "FailedOperation.WithOutPermission", "FailedOperation.WithOutPermission"},
    {errors::kAttachmentNotBase64, "InvalidParameterValue.AttachContentIsWrong",
     "InvalidParameterValue.AttachContentIsWrong"},
    {errors::kAttachmentEmpty, "InvalidParameterValue.AttachContentIsWrong",
     "InvalidParameterValue.AttachContentIsWrong"},
    {errors::kAttachmentByUrl, "FailedOperation.FileURLNotExist",
     "InvalidParameterValue.EmailContentIsWrong"},
    {content::errors::kTooLarge, "FailedOperation.EmailContentToolarge",
     "FailedOperation.EmailContentToolarge"},
    {content::errors::kTooManyAttachments, "FailedOperation.TooManyAttachments",
     "FailedOperation.TooManyAttachments"},
    {content::errors::kAttachmentsTooLarge, "FailedOperation.AttachContentToolarge",
     "FailedOperation.AttachContentToolarge"},
    {content::errors::kAttachmentNameIllegal, "FailedOperation.InvalidAttachName",
     "FailedOperation.InvalidAttachName"},
    {content::errors::kNotJson, "FailedOperation.WrongContentJson",
     "InvalidParameterValue.TemplateDataError"},
    {content::errors::kNotPlain, "FailedOperation.WrongContentJson",
     "InvalidParameterValue.TemplateDataError"},
    {content::errors::kTemplateMissing, "FailedOperation.InvalidTemplateID",
     "OperationDenied.TemplateStatusError"},
    {content::errors::kTemplateNotApproved, "FailedOperation.InvalidTemplateID",
     "OperationDenied.TemplateStatusError"},
    {content::errors::kHeaderFromIllegal, "FailedOperation.IncorrectSender", ""},
    {content::errors::kHeaderFromForeign, "FailedOperation.IncorrectSender", ""},
    {content::errors::kFromIllegal, "FailedOperation.IncorrectSender", ""},
    {senders::errors::kSenderMalformed, "FailedOperation.IncorrectSender",
     "OperationDenied.SendAddressStatusError"},
    {senders::errors::kSenderUnknown, "FailedOperation.NotAuthenticatedSender",
     "OperationDenied.SendAddressStatusError"},
    {senders::errors::kSenderDomainMissing, "FailedOperation.NotAuthenticatedSender",
     "OperationDenied.SendAddressStatusError"},
    {senders::errors::kSenderNotVerified, "FailedOperation.NotAuthenticatedSender",
     "OperationDenied.SendAddressStatusError"},
    {campaigns::errors::kRecipientsSuppressed, "FailedOperation.EmailAddrInBlacklist", ""},
    {campaigns::errors::kRecipientsUnsubscribed, "FailedOperation.ReceiverHasUnsubscribed", ""},
    {campaigns::errors::kTooFrequent, "FailedOperation.FrequencyLimit", ""},
    {campaigns::errors::kQuotaExceeded, "FailedOperation.ExceedSendLimit", ""},
    {campaigns::errors::kGroupNotReady, "", "OperationDenied.ReceiverStatusError"},
    {campaigns::errors::kVariablesDiffer, "", "InvalidParameterValue.TemplateNotMatchData"},
    {content::errors::kPlaceholderIllegal, "", "InvalidParameterValue.TemplateNotMatchData"},
    {audience::errors::kGroupMissing, "", "OperationDenied.ReceiverNotExist"},
};

/// One column of the table (&SendCode::send_email), behind the codes that only its actions have.
template <std::string_view SendCode::*Column, std::size_t Own = 0>
consteval auto send_codes(const std::array<ErrorCode, Own>& own = {}) {
  constexpr auto kReasons =
      std::ranges::count_if(kSendReasons, [](const SendCode& reason) { return !(reason.*Column).empty(); });
  std::array<ErrorCode, Own + static_cast<std::size_t>(kReasons)> codes;
  std::size_t next = 0;
  for (const ErrorCode& code : own) codes[next++] = code;
  for (const SendCode& reason : kSendReasons) {
    if (!(reason.*Column).empty()) codes[next++] = ErrorCode(reason.name, reason.*Column);
  }
  return codes;
}

}  // namespace sesame::cloudapi
