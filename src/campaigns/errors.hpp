#pragma once

#include "base/error.hpp"

namespace sesame::campaigns::errors {

// The scope has no such task. Facts: value.
inline constexpr ErrorName kTaskMissing{"campaigns.task_missing", Fault::state};
// A task that is to be paused or resumed has ended, or one that is to be stopped and has no mail that waits.
// Facts: value.
inline constexpr ErrorName kTaskEnded{
    "campaigns.task_ended",
    Fault::state,
    {"The send task{? `{value}`} has ended: it can't be paused or resumed. StopSendTask ends only mail of it "
     "that waits for another attempt.",
     "操作被拒绝。发送任务{? `{value}`} 已结束，不能再暂停或恢复。StopSendTask 只能终止其等待重试的邮件。"}};
// The group of a task is empty, or its uploads are not merged yet. Facts: name, value.
inline constexpr ErrorName kGroupNotReady{"campaigns.group_not_ready", Fault::state};
// The recipients lack values for variables of the template or the subject. Facts: name, value.
inline constexpr ErrorName kVariablesDiffer{"campaigns.variables_differ", Fault::state};
// A message names a run that is not stored.
inline constexpr ErrorName kRunMissing{"campaigns.run_missing", Fault::internal};
// A message names a send that is not stored, or an envelope that it does not have.
inline constexpr ErrorName kSendMissing{"campaigns.send_missing", Fault::internal};
// The recipient of a message is not stored any more: the group was deleted meanwhile.
inline constexpr ErrorName kRecipientGone{"campaigns.recipient_gone", Fault::state};
// The mails would exceed the daily quota of the domain. Facts: value, limit.
inline constexpr ErrorName kQuotaExceeded{"campaigns.quota_exceeded", Fault::state};
// No recipient may be mailed, the first because it is suppressed. Facts: value.
inline constexpr ErrorName kRecipientsSuppressed{"mail.recipients_suppressed", Fault::state};
// No recipient may be mailed, the first because it has unsubscribed. Facts: value.
inline constexpr ErrorName kRecipientsUnsubscribed{"mail.recipients_unsubscribed", Fault::state};
// No recipient may be mailed, the first because it was mailed too often in the last hour. Facts: value.
inline constexpr ErrorName kTooFrequent{"mail.too_frequent", Fault::state};

}  // namespace sesame::campaigns::errors
