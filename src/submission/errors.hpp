#pragma once

#include "base/error.hpp"

namespace sesame::submission::errors {

// The user or the password of a login is wrong.
inline constexpr ErrorName kLoginWrong{"submission.login_wrong", Fault::input};
// A mail has no From header with one address.
inline constexpr ErrorName kFromMissing{
    "submission.from_missing",
    Fault::input,
    {"msg.From is null. Give the mail one `From` header with one address.",
     "msg.From is null。请填写 `From` 邮件头，且只含一个地址。"}};
// A mail has no Subject header.
inline constexpr ErrorName kSubjectMissing{"submission.subject_missing",
                                           Fault::input,
                                           {"msg.Subject is null. Give the mail a `Subject` header.",
                                            "msg.Subject is null。请填写 `Subject` 邮件头。"}};
// A mail has neither a text nor an html part.
inline constexpr ErrorName kBodyMissing{
    "submission.body_missing",
    Fault::input,
    {"msg.Body is null. The mail has no text. Give it a `text/plain` or a `text/html` part that is not an "
     "attachment.",
     "msg.Body is null。邮件没有正文，请提供非附件的 `text/plain` 或 `text/html` 部分。"}};
// A part of a mail has a type that cannot be composed anew. Facts: value.
inline constexpr ErrorName kContentType{
    "submission.content_type",
    Fault::input,
    {"Content-Type must in text/plain, text/html, multipart/mixed, multipart/related, "
     "multipart/alternative{?; the mail has `{value}`}. Signed, encrypted and forwarded mails can't be sent "
     "on.",
     "Content-Type must in text/plain, text/html, multipart/mixed, multipart/related, "
     "multipart/alternative{?，邮件中为 `{value}`}。不支持签名、加密或转发的邮件。"}};
// A part of a mail has an unknown transfer encoding. Facts: value.
inline constexpr ErrorName kTransferEncoding{"submission.transfer_encoding",
                                             Fault::input,
                                             {"Content-Transfer-Encoding must in base64, quoted-printable, "
                                              "7bit, 8bit, binary{?; the mail has `{value}`}.",
                                              "Content-Transfer-Encoding must in base64, quoted-printable, "
                                              "7bit, 8bit, binary{?，邮件中为 `{value}`}。"}};
// A mail has a MIME version other than 1.0. Facts: value.
inline constexpr ErrorName kMimeVersion{
    "submission.mime_version",
    Fault::input,
    {"Mime-Version must in 1.0{?; the mail has `{value}`}, or be left out.",
     "Mime-Version must in 1.0{?，邮件中为 `{value}`}，也可省略。"}};
// A mail has more parts or headers than are read. Facts: value (what there is too much of).
inline constexpr ErrorName kTooComplex{
    "submission.too_complex",
    Fault::input,
    {"The mail is too complex{?: its {value} exceed what is read}. It may have 100 parts in 10 levels and "
     "10,000 header fields of at most 256 KiB.",
     "邮件结构过于复杂{?：超出限制的是 {value}}。最多允许 100 个部分、10 层嵌套、10,000 "
     "个邮件头字段，每个字段最长 256 KiB。"}};
// A header can't be kept as it is. Facts: name.
inline constexpr ErrorName kHeader{
    "submission.header",
    Fault::input,
    {"The header{? `{name}`} can't be written into the mail: its name has more than 64 bytes, its value more "
     "than 64 KiB, an identifier more than 900 bytes or characters beyond ASCII; or it is repeated by events "
     "(X-Tencentcloudses-Cb-) and has more than 900 bytes or is the 21st of its kind. Shorten it, or leave "
     "it "
     "out.",
     "邮件头{? `{name}`} 无法写入邮件：名称超过 64 字节、值超过 64 KiB，或其中的标识符超过 900 字节或含有非 "
     "ASCII 字符；或者它会在事件中回传（X-Tencentcloudses-Cb-）且值超过 900 字节或数量超过 20 个。"
     "请缩短或删除该邮件头。"}};
// A mail has more headers than can be kept. Facts: limit.
inline constexpr ErrorName kTooManyHeaders{
    "submission.too_many_headers",
    Fault::input,
    {"The mail has more than{? {limit}} headers of its own. Leave some out.",
     "邮件自定义邮件头的数量超过上限{? {limit}}，请删除一部分。"}};
// An address field has more addresses than can be shown. Facts: name, limit.
inline constexpr ErrorName kTooManyMailboxes{
    "submission.too_many_mailboxes",
    Fault::input,
    {"The header{? `{name}`} has more than{? {limit}} addresses. Name fewer there: the recipients of the "
     "envelope get the mail in any case.",
     "邮件头{? `{name}`} 中的地址数量超过上限{? {limit}}。请减少地址数量：信封中的收件人仍会收到邮件。"}};

}  // namespace sesame::submission::errors
