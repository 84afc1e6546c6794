#pragma once

#include "base/error.hpp"

namespace sesame::actions::errors {

// A date cannot be used, or the range of two dates is too long. Facts: name, value, rule, limit.
inline constexpr ErrorName kDateMalformed{"api.date_malformed", Fault::input};
// The start of a time range is not a moment. Facts: value.
inline constexpr ErrorName kStartMalformed{"api.start_malformed", Fault::input};
// The end of a time range is not a moment, or is before its start. Facts: value.
inline constexpr ErrorName kEndMalformed{"api.end_malformed", Fault::input};
// A bound of a time range is not a moment. Facts: name, value, rule.
inline constexpr ErrorName kTimeMalformed{"api.time_malformed", Fault::input};
// The number of rows that a page is to have is not a number, or above the limit. Facts: name, value, limit.
inline constexpr ErrorName kLimit{"api.limit", Fault::input};
// A timed task has no time to begin at. Facts: name.
inline constexpr ErrorName kTimedMissing{"task.timed_missing", Fault::input};
// A recurring task has no time to begin at or no interval. Facts: name.
inline constexpr ErrorName kCycleMissing{"task.cycle_missing", Fault::input};
// The time that a task is to begin at is over. Facts: name, value.
inline constexpr ErrorName kBeginPast{"task.begin_past", Fault::input};
// A task is to be changed, and nothing says what.
inline constexpr ErrorName kNothingToChange{
    "task.nothing_to_change",
    Fault::input,
    {"Give at least one of BeginTime, IntervalTime, MailsPerHour, MailsPerDay and SpreadHours.",
     "BeginTime、IntervalTime、MailsPerHour、MailsPerDay 与 SpreadHours 须至少填写一个。"}};
// Delivery is to be paused or resumed, and nothing says for which mail.
inline constexpr ErrorName kNothingPaused{
    "delivery.nothing_paused",
    Fault::input,
    {"Give at least one of Domain and AppId: without them the delivery of all mail would be meant.",
     "Domain 与 AppId 须至少填写一个，否则将涉及全部邮件的投递。"}};
// Waiting mail is to be dropped, and nothing says which.
inline constexpr ErrorName kNothingDropped{
    "delivery.nothing_dropped",
    Fault::input,
    {"Give at least one of Domain, AppId and TaskId: without them all waiting mail would be meant.",
     "Domain、AppId 与 TaskId 须至少填写一个，否则将涉及全部等待的邮件。"}};
// Delivery is to be resumed, and no such pause is in force.
inline constexpr ErrorName kPauseMissing{
    "delivery.pause_missing",
    Fault::state,
    {"There is no pause of exactly this domain and account. See ListDeliveryPauses.",
     "没有与该域名和账号完全一致的暂停，可用 ListDeliveryPauses 查看。"}};
// The end of a pause is over already. Facts: name, value.
inline constexpr ErrorName kEndPast{
    "delivery.end_past",
    Fault::input,
    {"`{name}`{? `{value}`} is not in the future.", "`{name}`{? `{value}`} 须晚于当前时间。"}};
// The day whose mails are asked for is not a date. Facts: name, value.
inline constexpr ErrorName kStatusDateMalformed{"status.date_malformed", Fault::input};
// The day whose mails are asked for is in the future, or too long ago. Facts: name, value, limit.
inline constexpr ErrorName kStatusDateOutside{"status.date_outside", Fault::input};
// Neither a mail nor a reply is given for classification, or both are. Facts: name.
inline constexpr ErrorName kOneOfTwo{
    "classify.one_of_two",
    Fault::input,
    {"Give either Mail or Reply, and not both.", "Mail 与 Reply 须且只能填写一个。"}};
// The account has no mail with this MessageId, or none to this recipient. Facts: value.
inline constexpr ErrorName kMailMissing{"mail.missing", Fault::state};
// No call with this RequestId is kept, or it is another account's. Facts: value.
inline constexpr ErrorName kCallMissing{
    "call.missing",
    Fault::state,
    {"No call with the RequestId{? `{value}`} is kept: it is older than a day, another account's, or of "
     "another "
     "server.",
     "没有保存 RequestId 为{? `{value}`} 的调用：可能已超过一天、属于其他账号，或来自其他服务器。"}};
// A mail whose event is to be simulated is not in the sandbox inbox. Facts: value.
inline constexpr ErrorName kMailNotInInbox{
    "mail.not_in_inbox",
    Fault::state,
    {"The mail{? `{value}`} is not in the sandbox inbox: it waits, left for its recipient, or was deleted "
     "there. "
     "Events are simulated for mails in the inbox only.",
     "邮件{? `{value}`} "
     "不在沙箱收件箱中：可能仍在等待、已发给收件人，或已从收件箱删除。只能为收件箱中的邮件模拟事件。"}};
// Chaos is asked for where mail leaves.
inline constexpr ErrorName kChaosOutside{
    "chaos.outside",
    Fault::state,
    {"Chaos is for the sandbox: this server's `delivery.mode` lets mail leave, and faults that nobody meant "
     "would look like those of receiving servers.",
     "混沌测试仅用于沙箱：本服务器的 `delivery.mode` 会真实发信，模拟的故障会与收件服务器的故障混淆。"}};
// A fault of chaos neither replies nor closes nor waits. Facts: name.
inline constexpr ErrorName kChaosWithoutEffect{
    "chaos.without_effect",
    Fault::input,
    {"Each of `{name}` needs an effect: a Code, Close or a DelayMs.",
     "`{name}` 的每一项都须有效果：填写 Code、Close 或 DelayMs。"}};
// Neither a template nor content is given, or both are. Facts: name.
inline constexpr ErrorName kTemplateOrContent{"template.one_of_two",
                                              Fault::input,
                                              {"Give either TemplateID or TemplateContent, and not both.",
                                               "TemplateID 与 TemplateContent 须且只能填写一个。"}};
// The mail that is given for classification is not base64. Facts: name.
inline constexpr ErrorName kMailNotBase64{
    "classify.not_base64",
    Fault::input,
    {"Mail must be base64 of the whole mail.", "Mail 须为整封邮件的 base64 编码。"}};

}  // namespace sesame::actions::errors
