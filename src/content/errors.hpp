#pragma once

#include "base/error.hpp"

namespace sesame::content::errors {

// Both reasons for which additional headers are rejected share one text.
inline constexpr ErrorText kHeaderText{
    "{?The header `{name}`|A header} in `SmtpHeaders` may not be set or is malformed. Give a JSON object of "
    "names and one-line values, without the headers that the server writes itself.",
    "参数值错误。`SmtpHeaders` 中的{?邮件头 `{name}`|邮件头}格式错误或不允许设置。请填写由名称和单行值组成的 "
    "JSON 对象，不含由服务器生成的邮件头。"};

// A mail has more attachments than it may have. Facts: value, limit.
inline constexpr ErrorName kTooManyAttachments{"content.too_many_attachments", Fault::input};
// The attachments of a mail have more bytes than they may have. Facts: value, limit.
inline constexpr ErrorName kAttachmentsTooLarge{"content.attachments_too_large", Fault::input};
// A file name is empty, too long, not UTF-8, has a character that it may not have, or a type that is not
// allowed. Facts: value.
inline constexpr ErrorName kAttachmentNameIllegal{"content.attachment_name_illegal", Fault::input};
// A mail has neither html nor text.
inline constexpr ErrorName kEmpty{"content.empty", Fault::input};
// The content of a mail is larger than it may be. Facts: name, value, limit.
inline constexpr ErrorName kTooLarge{"mail.content_too_large", Fault::input};
// The sender of a mail cannot be written into a header or a path. Facts: value.
inline constexpr ErrorName kFromIllegal{"content.from_illegal", Fault::input};
// The address for the From header is not a mailbox. Facts: value.
inline constexpr ErrorName kHeaderFromIllegal{
    "content.header_from_illegal",
    Fault::input,
    {"The value{? `{value}`} of parameter `HeaderFrom` is not a mailbox. Write `address` or `Name "
     "<address>`, or leave it out.",
     "操作失败。参数 `HeaderFrom` 的值{? `{value}`} 不是邮箱地址，请写作 `地址` 或 `名称 <地址>`，或不填。"}};
// The address for the From header is not at the domain of the sender. Facts: value, sender_domain.
inline constexpr ErrorName kHeaderFromForeign{
    "content.header_from_foreign",
    Fault::input,
    {"The value{? `{value}`} of parameter `HeaderFrom` is not at the domain{? `{sender_domain}`} of "
     "`FromEmailAddress`, the only one that the mail's signature speaks for. Use an address at that domain, "
     "or leave it out.",
     "操作失败。参数 `HeaderFrom` 的值{? `{value}`} 与 `FromEmailAddress` 的域名{? `{sender_domain}`} "
     "不一致，邮件签名只对该域名有效。请使用该域名的地址，或不填。"}};
// The address for replies is not a mailbox. Facts: value.
inline constexpr ErrorName kReplyToIllegal{"content.reply_to_illegal", Fault::input};
// A recipient cannot be written into a header or a path. Facts: value.
inline constexpr ErrorName kRecipientIllegal{"content.recipient_illegal", Fault::input};
// A Message-ID cannot be written into a header. Facts: value.
inline constexpr ErrorName kMessageIdIllegal{"content.message_id_illegal", Fault::input};
// An additional header may not be set, is malformed, or all of them cannot be read. Facts: name.
inline constexpr ErrorName kHeaderIllegal{"content.header_illegal", Fault::input, kHeaderText};
// A mail has more additional headers than it may have. Facts: limit.
inline constexpr ErrorName kTooManyHeaders{"content.too_many_headers", Fault::input, kHeaderText};
// Stored bytes are not a mailing that any version has written.
inline constexpr ErrorName kMailingUnreadable{"content.mailing_unreadable", Fault::internal};
// A part of a template is not base64. Facts: name.
inline constexpr ErrorName kNotBase64{"content.not_base64", Fault::input};
// The data of a template are not one JSON value in valid UTF-8.
inline constexpr ErrorName kNotJson{"content.not_json", Fault::input};
// The data of a template are not one JSON object of plain values. Facts: name.
inline constexpr ErrorName kNotPlain{"content.not_plain", Fault::input};
// A letter lacks values for placeholders of its template. Facts: names (separated by commas).
inline constexpr ErrorName kVariablesMissing{"content.variables_missing", Fault::input};
// The scope has no such template. Facts: value.
inline constexpr ErrorName kTemplateMissing{"content.template_missing", Fault::state};
// The template has no such version, or it is not kept any more. Facts: value.
inline constexpr ErrorName kVersionMissing{
    "content.version_missing",
    Fault::state,
    {"The template has no version{? `{value}`}; the newest 50 are kept. See ListEmailTemplateVersions.",
     "该模板没有{?版本 `{value}`|该版本}，仅保留最新的 50 个版本，可用 ListEmailTemplateVersions 查看。"}};
// The template is not approved. Facts: value.
inline constexpr ErrorName kTemplateNotApproved{"content.template_not_approved", Fault::state};
// The name of a template is not 1 to 50 characters of is_label(). Facts: value.
inline constexpr ErrorName kTemplateNameIllegal{"content.template_name_illegal", Fault::input};
// A template has neither html nor text.
inline constexpr ErrorName kTemplateEmpty{"content.template_empty", Fault::input};
// The content of a template is larger than it may be. Facts: value, limit.
inline constexpr ErrorName kTemplateTooLarge{"content.template_too_large", Fault::input};
// The content of a template is not UTF-8 or holds a NUL. Facts: name.
inline constexpr ErrorName kTemplateNotText{"content.template_not_text", Fault::input};
// Braces of a template or a subject open no placeholder. Facts: name, value.
inline constexpr ErrorName kPlaceholderIllegal{
    "content.placeholder_illegal",
    Fault::input,
    {"{?`{name}`|The content} has `{value}`, which is no placeholder: recipients would read it as it stands. "
     "Write only a name between double braces: letters, digits, `_`, `-`, `.` and blanks, up to 64 bytes; no "
     "tags, entities, conditions or filters.",
     "参数值错误。{?`{name}`|内容}中的 `{value}` "
     "不是占位符，收件人会看到原文。双花括号内只能填写变量名：字母、"
     "数字、`_`、`-`、`.` 和空格，最多 64 字节，不能包含标签、HTML 实体、条件或过滤器。"}};
// The scope has as many templates as it may have. Facts: limit.
inline constexpr ErrorName kTooManyTemplates{"content.too_many_templates", Fault::state};
// A template is rejected without a reason.
inline constexpr ErrorName kReviewReasonMissing{
    "content.review_reason_missing",
    Fault::input,
    {"A refusal needs a `Reason`: the template's author must know what to change.",
     "缺少参数 `Reason`：不通过时须说明原因。"}};

}  // namespace sesame::content::errors
