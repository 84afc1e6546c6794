#pragma once

#include "base/error.hpp"

namespace sesame::campaigns::errors {

// The scope has no such task. Facts: value.
inline constexpr ErrorName kTaskMissing{"campaigns.task_missing", Fault::state};
// A task that is to be paused, resumed or changed has ended, or one that is to be stopped and has no mail
// that waits.
// Facts: value.
inline constexpr ErrorName kTaskEnded{
    "campaigns.task_ended",
    Fault::state,
    {"The send task{? `{value}`} has ended, and no mail of it waits for another attempt: there is nothing to "
     "pause, resume, stop or change.",
     "操作被拒绝。发送任务{? `{value}`} 已结束，且没有等待重试的邮件：无可暂停、恢复、停止或修改的内容。"}};
// A task whose time is to be changed has no start to come. Facts: value.
inline constexpr ErrorName kNoStartToCome{
    "campaigns.no_start_to_come",
    Fault::state,
    {"The send task{? `{value}`} has no start to come: its time can't be changed any more.",
     "操作被拒绝。发送任务{? `{value}`} 没有后续的开始时间，不能再修改时间。"}};
// The ledger of a task's run was deleted, since it ended long ago. Facts: value.
inline constexpr ErrorName kRecipientsExpired{
    "campaigns.recipients_expired",
    Fault::state,
    {"The recipients of the send task{? `{value}`} are not kept any more: its run ended more than "
     "`limits.message_days` days ago. GetSendTask still has their counts.",
     "发送任务{? `{value}`} 的收件人明细已不再保留：其发送结束已超过 `limits.message_days` 天。"
     "各项计数仍可用 GetSendTask 查询。"}};
// The run of a task that is to be sent again has not ended, or not begun. Facts: value.
inline constexpr ErrorName kRunUnfinished{
    "campaigns.run_unfinished",
    Fault::state,
    {"The send task{? `{value}`} has not ended: it can be sent again when each of its recipients has an "
     "outcome, or after StopSendTask.",
     "操作被拒绝。发送任务{? `{value}`} 尚未结束：全部收件人有结果后，或用 StopSendTask 终止后，才能重发。"}};
// The content of a task that is to be sent again was deleted, since its run ended long ago. Facts: value.
inline constexpr ErrorName kContentExpired{
    "campaigns.content_expired",
    Fault::state,
    {"The content of the send task{? `{value}`} is not kept any more: its run ended more than "
     "`limits.resend_days` days ago. Start a new task with BatchSendEmail.",
     "操作被拒绝。发送任务{? `{value}`} 的内容已不再保留：其发送结束已超过 `limits.resend_days` 天。"
     "请用 BatchSendEmail 新建任务。"}};
// No recipient of a task that is to be sent again is in one of the states. Facts: value, states.
inline constexpr ErrorName kNobodyInStates{
    "campaigns.nobody_in_states",
    Fault::state,
    {"No recipient of the send task{? `{value}`} is in one of the `States`{? ({states})}. "
     "ListSendTaskRecipients shows the state of each.",
     "操作被拒绝。发送任务{? `{value}`} 没有处于所填 `States`{?（{states}）} 的收件人。"
     "可用 ListSendTaskRecipients 查询各收件人的状态。"}};
// The group of a task is empty, or its uploads are not merged yet. Facts: name, value.
inline constexpr ErrorName kGroupNotReady{"campaigns.group_not_ready", Fault::state};
// The recipients lack values for variables of the template or the subject. Facts: name, value.
inline constexpr ErrorName kVariablesDiffer{"campaigns.variables_differ", Fault::state};
// As many dry runs are under way as one account, or the program, carries out at once.
inline constexpr ErrorName kDryRunsUnderWay{
    "campaigns.dry_runs_under_way",
    Fault::temporary,
    {"As many dry runs are under way as may be at once, of this account or of the whole server. Stop one of "
     "your own with StopDryRun, or ask again when one has ended.",
     "本账号或整个服务器正在进行的预演已达同时进行的上限。请用 StopDryRun "
     "停止自己的一个，或待其结束后重试。"}};
// There is no such dry run in the scope. Facts: value.
inline constexpr ErrorName kDryRunMissing{
    "campaigns.dry_run_missing",
    Fault::state,
    {"There is no dry run{? `{value}`}: it was stopped, nobody asked for it within a minute, its caller lost "
     "the "
     "permission, or the server was restarted. Begin again with DryRunSendTask.",
     "没有{?预演 `{value}`|该预演}：可能已停止、一分钟内无人查询、发起者已失去权限，或服务器已重启。"
     "请用 DryRunSendTask 重新开始。"}};
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
