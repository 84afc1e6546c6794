#pragma once

#include "base/error.hpp"

namespace sesame::cloudapi::errors {

// The HTTP method is neither GET nor POST. Facts: value.
inline constexpr ErrorName kMethod{"api.method", Fault::input};
// The query or the body of a request is larger than it may be. Facts: limit.
inline constexpr ErrorName kTooLarge{"api.too_large", Fault::input};
// The bytes of a connection are not an HTTP request. Facts: rule.
inline constexpr ErrorName kNotHttp{"api.not_http",
                                    Fault::input,
                                    {"The request is not a complete HTTP/1.1 message{?: {rule}}.",
                                     "请求不是完整的 HTTP/1.1 报文{?：{rule}}。"}};
// The body of a request has a content type that the API does not read. Facts: value.
inline constexpr ErrorName kContentType{
    "api.content_type",
    Fault::input,
    {"The content type{? `{value}`} is not supported. Send `application/json` with POST.",
     "不支持的 Content-Type{? `{value}`}，请用 POST 发送 `application/json`。"}};
// The body of a request is not a JSON object in UTF-8. Facts: rule, at (the byte), limit.
inline constexpr ErrorName kNotJson{"api.not_json",
                                    Fault::input,
                                    {"The request body is not a JSON object in UTF-8{?: {rule}}.",
                                     "请求正文不是 UTF-8 编码的 JSON 对象{?：{rule}}。"}};
// The JSON of a request is nested too deeply. Facts: limit.
inline constexpr ErrorName kTooDeep{
    "api.too_deep",
    Fault::input,
    {"The request body is nested more deeply than any action needs{? (at most {limit} levels)}.",
     "请求正文的嵌套层数过深{?（最多 {limit} 层）}。"}};
// A piece of a query or form has no `=`, or a `%` without two hex digits.
inline constexpr ErrorName kForm{
    "api.form",
    Fault::input,
    {"Url key and value should be splited by `=`.", "Url key and value should be splited by `=`."}};
// No action has the version. Facts: action, version, service.
inline constexpr ErrorName kNoVersion{"api.no_version", Fault::input};
// The version has no such action. Facts: action, version, service.
inline constexpr ErrorName kNoAction{"api.no_action", Fault::input};
// The cloud has no such region. Facts: name (where the caller named it).
inline constexpr ErrorName kRegion{
    "api.region",
    Fault::input,
    {"A value specified in {?`{name}`|`X-TC-Region`} is not valid, is unsupported, or cannot be used.",
     "{?`{name}`|`X-TC-Region`} 的值不正确、不受支持或无法使用。"}};
// The region exists in the cloud, and this server does not serve it. Facts: name.
inline constexpr ErrorName kRegionUnserved{"api.region_unserved", Fault::input};
// A caller makes more calls, or submits more mails, in a second than it may. Facts: count, limit.
inline constexpr ErrorName kTooFrequent{"api.too_frequent", Fault::temporary};
// Chaos refuses the call, as the account asked for. Facts: code.
inline constexpr ErrorName kChaos{"api.chaos", Fault::temporary};
// The code that answers a request threw.
inline constexpr ErrorName kHandlerFailed{"api.handler_failed", Fault::internal};
// A required parameter or header is absent. Facts: name, code.
inline constexpr ErrorName kMissing{"api.missing", Fault::input};
// The action has no such parameter. Facts: name.
inline constexpr ErrorName kUnknown{"api.unknown", Fault::input};
// A parameter has another type than the description says. Facts: name, type (the expected one).
inline constexpr ErrorName kType{"api.type", Fault::input};
// The value of a parameter breaks a rule of the description. Facts: name, value, rule, limit, code.
inline constexpr ErrorName kValue{"api.value", Fault::input};
// The Authorization header cannot be read. Facts: rule.
inline constexpr ErrorName kAuthMalformed{"auth.malformed", Fault::input};
// The timestamp of a request is too far from the clock of the server. Facts: value, limit.
inline constexpr ErrorName kAuthExpired{"auth.expired", Fault::input};
// The same signed request was carried out before, and the setting api.replays refuses repetitions.
inline constexpr ErrorName kReplayed{
    "auth.replayed",
    Fault::input,
    {"This signed request was carried out before, and the server's setting `api.replays` is `refuse`: a "
     "signature is good for one call. Sign the call again with a new timestamp; two equal calls need "
     "different "
     "seconds.",
     "该签名的请求已执行过，且服务器设置 `api.replays` 为 "
     "`refuse`，每个签名只能使用一次。请用新的时间戳重新签名；"
     "两次相同的调用须在不同的秒内发起。"}};
// No enabled credential has the SecretId.
inline constexpr ErrorName kUnknownId{"auth.unknown_id", Fault::input};
// The signature was not made with the key of the SecretId.
inline constexpr ErrorName kWrongSignature{"auth.wrong_signature", Fault::input};
// The body of a request with a signature of version 1 is larger than that version allows.
inline constexpr ErrorName kV1TooLarge{
    "auth.v1_too_large",
    Fault::input,
    {"The provided credentials could not be validated because of exceeding request size limit, please use "
     "new signature method `TC3-HMAC-SHA256`.",
     "由于请求包大小超过限制，请求签名验证失败，请使用新的签名方法 `TC3-HMAC-SHA256` "}};
// A temporary SecretId comes without its token, or a permanent one with a token.
inline constexpr ErrorName kToken{"auth.token", Fault::input};
// The credential lacks the permission for the action. Facts: request_id, service, action.
inline constexpr ErrorName kNotAllowed{"auth.not_allowed", Fault::state};
// An idempotency key is empty, too long, or has blanks, control characters or letters outside of ASCII.
// Facts: name, limit.
inline constexpr ErrorName kIdempotencyKey{
    "api.idempotency_key",
    Fault::input,
    {"{?The header `{name}`|An idempotency key} takes 1 to {limit} visible ASCII characters. Send a UUID, "
     "for example.",
     "{?请求头 `{name}`|幂等键}须为 1 到 {limit} 个可见 ASCII 字符，例如 UUID。"}};
// An idempotency key was used before, for another action or other parameters. Facts: name.
inline constexpr ErrorName kIdempotencyKeyUsed{
    "api.idempotency_key_used",
    Fault::input,
    {"The key in {?the header `{name}`|a header} was used in the last 24 hours for another action or other "
     "parameters. "
     "Send a new key with a new request, and the same parameters when you repeat one.",
     "{?请求头 `{name}`|请求头}中的键在过去 24 "
     "小时内已用于其他接口或其他参数。新请求请使用新的键，重试时请保持参数不变。"}};
// The first call with an idempotency key is not answered yet. Facts: name.
inline constexpr ErrorName kIdempotencyKeyUnderWay{
    "api.idempotency_key_under_way",
    Fault::temporary,
    {"A call with the same {?`{name}`|key} is still under way. Repeat the call in a moment: then it gets "
     "that one's "
     "answer.",
     "使用相同{? `{name}` |键}的调用仍在处理中，请稍后重试，届时将返回该次调用的结果。"}};
// A mail has no recipient, or an empty one. Facts: name.
inline constexpr ErrorName kRecipientMissing{"mail.recipient_missing", Fault::input};
// A recipient is not a mail address. Facts: name, value, rule.
inline constexpr ErrorName kRecipientMalformed{"mail.recipient_malformed", Fault::input};
// An address stands in Bcc and in Destination. Facts: name, value.
inline constexpr ErrorName kRecipientsOverlap{
    "mail.recipients_overlap",
    Fault::input,
    {"{?The address `{value}`|An address} stands in Bcc and in Destination. Name it once.",
     "参数值错误。{?地址 `{value}`|地址}同时出现在 Bcc 和 Destination 中，请只保留一处。"}};
// The address for replies is not a mailbox. Facts: name, value.
inline constexpr ErrorName kReplyToMalformed{"mail.reply_to_malformed", Fault::input};
// A given Message-ID is not `id@domain`. Facts: name, value, rule.
inline constexpr ErrorName kMessageIdMalformed{"mail.message_id_malformed", Fault::input};
// A mail has neither a template nor a content of its own. Facts: name.
inline constexpr ErrorName kContentMissing{"mail.content_missing", Fault::input};
// The content of a mail is not base64 of UTF-8 text. Facts: name.
inline constexpr ErrorName kContentNotBase64{"mail.content_not_base64", Fault::input};
// The server does not allow a content without a template. Facts: name.
inline constexpr ErrorName kCustomForbidden{"mail.custom_forbidden", Fault::state};
// The content of an attachment is not base64. Facts: name.
inline constexpr ErrorName kAttachmentNotBase64{"mail.attachment_not_base64", Fault::input};
// An attachment has no bytes. Facts: name.
inline constexpr ErrorName kAttachmentEmpty{
    "mail.attachment_empty",
    Fault::input,
    {"`{name}` is empty: a file needs at least one byte. Leave the attachment out, or give its bytes in "
     "base64.",
     "`{name}` 为空：附件至少须有一个字节。请去掉该附件，或以 base64 填写其内容。"}};
// An attachment is named by URL, which is not offered. Facts: name.
inline constexpr ErrorName kAttachmentByUrl{"mail.attachment_by_url", Fault::input};

}  // namespace sesame::cloudapi::errors
