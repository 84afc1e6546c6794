#pragma once

#include <array>
#include <string_view>
#include <utility>

namespace sesame::cloudapi {

/// The API's codes for the reasons that refuse a single mail, of SendEmail or submitted by SMTP.
inline constexpr std::array<std::pair<std::string_view, std::string_view>, 30> kSendCodes{{
    {"mail.recipient_missing", "InvalidParameterValue.EmailAddressIsNULL"},
    {"mail.recipient_malformed", "FailedOperation.IncorrectEmail"},
    {"mail.recipients_overlap", "InvalidParameterValue#overlap"},
    {"mail.reply_to_malformed", "FailedOperation.IncorrectEmail"},
    {"mail.message_id_malformed", "InvalidParameterValue"},
    {"mail.recipients_suppressed", "FailedOperation.EmailAddrInBlacklist"},
    {"mail.recipients_unsubscribed", "FailedOperation.ReceiverHasUnsubscribed"},
    {"mail.too_frequent", "FailedOperation.FrequencyLimit"},
    {"campaigns.quota_exceeded", "FailedOperation.ExceedSendLimit"},
    {"mail.content_missing", "FailedOperation.MissingEmailContent"},
    {"mail.content_not_base64", "InvalidParameterValue.EmailContentIsWrong"},
    {"mail.content_too_large", "FailedOperation.EmailContentToolarge"},
    {"mail.custom_forbidden", "FailedOperation.WithOutPermission"},
    {"mail.attachment_not_base64", "InvalidParameterValue.AttachContentIsWrong"},
    {"mail.attachment_by_url", "FailedOperation.FileURLNotExist"},
    {"senders.sender_malformed", "FailedOperation.IncorrectSender"},
    {"senders.sender_unknown", "FailedOperation.NotAuthenticatedSender"},
    {"senders.sender_not_verified", "FailedOperation.NotAuthenticatedSender"},
    {"content.template_missing", "FailedOperation.InvalidTemplateID"},
    {"content.template_not_approved", "FailedOperation.InvalidTemplateID"},
    {"content.not_json", "FailedOperation.WrongContentJson"},
    {"content.not_plain", "FailedOperation.WrongContentJson"},
    {"content.too_many_attachments", "FailedOperation.TooManyAttachments"},
    {"content.attachments_too_large", "FailedOperation.AttachContentToolarge"},
    {"content.attachment_name_illegal", "FailedOperation.InvalidAttachName"},
    {"content.header_illegal", "InvalidParameterValue#header"},
    {"content.too_many_headers", "InvalidParameterValue#header"},
    {"content.header_from_illegal", "FailedOperation.IncorrectSender#header_from"},
    {"content.header_from_foreign", "FailedOperation.IncorrectSender#header_from_domain"},
    {"content.from_illegal", "FailedOperation.IncorrectSender"},
}};

}  // namespace sesame::cloudapi
