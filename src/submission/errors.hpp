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
// A mail has more parts or headers than are read.
inline constexpr ErrorName kTooComplex{"submission.too_complex", Fault::input};

}  // namespace sesame::submission::errors
