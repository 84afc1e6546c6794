// One golden request for each action, in the order in which they make sense. Run by conformance.test.mjs once for each way
// of signing and each HTTP method; `w` is the world of that round:
//   w.tag     its name, for names that must differ from round to round    w.call(action, request)  a call that is not checked
//   whatever the steps keep: w.template, w.group, ...
// A step: {action, request, expect?, keep?, until?, version?}
//   request(w)         the parameters
//   expect(w)          what must come back, as differences() of answer_checker.mjs reads it; every step that reads has one
//   keep(answer, w)    remembers what later steps name
//   until(answer, w)   the call is repeated until this is true
// An action that has no step fails the suite; a step whose action is not described is left out.

import { differences } from "./answer_checker.mjs";

export const OWN = "2026-12-01";

export const base64 = (text) => Buffer.from(text).toString("base64");
export const day = (offset) => new Date(Date.now() + 8 * 3600_000 + offset * 86_400_000).toISOString().slice(0, 10);
// What was made in this run, as the API writes times and as it counts seconds.
export const justNow = (time) => Math.abs(Date.parse(`${time.replace(" ", "T")}+08:00`) - Date.now()) < 300_000;
export const secondsNow = (seconds) => Math.abs(Number(seconds) * 1000 - Date.now()) < 300_000;
export const one = (wanted) => (rows) => rows.filter((row) => differences(wanted, row, "").length === 0).length === 1;
const domain = (w) => `mail.${w.tag}.test`;
const sender = (w) => `news@${domain(w)}`;
const dataOf = (i) => JSON.stringify({ name: `N ${i} & co = "x"` });
const dkim = (w, bits) => ({ Type: "TXT", SendDomain: `sesame${bits}._domainkey.${domain(w)}`, Status: true,
                             ExpectedValue: /^v=DKIM1; k=rsa; p=MI[A-Za-z0-9+/]+=*$/ });
const identity = (w, option, ...keys) => ({
  IdentityType: "DOMAIN", VerifiedForSendingStatus: true, DKIMOption: option,
  Attributes: [{ Type: "MX", SendDomain: domain(w) }, { Type: "TXT", SendDomain: domain(w), ExpectedValue: /^v=spf1 include:/ },
               ...keys.map((bits) => dkim(w, bits)), { Type: "TXT", SendDomain: `_dmarc.${domain(w)}`, ExpectedValue: /^v=DMARC1;/ }],
});
const tags = [{ TagKey: "team", TagValue: "books & more" }];
const status = (w, to, more) => ({
  MessageId: w.message, ToEmailAddress: `${to}.${w.tag}@post.test`, FromEmailAddress: sender(w), SendStatus: 0, DeliverStatus: 1,
  RequestTime: secondsNow, DeliverTime: secondsNow, UserOpened: false, UserClicked: false, UserUnsubscribed: false,
  UserComplainted: false, UserComplained: false, ...more,
});
const volume = (date, requested, delivered, bounced) => ({
  SendDate: date, RequestCount: requested, AcceptedCount: requested, DeliveredCount: delivered, BounceCount: bounced,
  OpenedCount: 0, ClickedCount: 0, UnsubscribeCount: 0,
});
const tracked = (date, delivered) => ({
  SendDate: date, DeliveredCount: delivered, OpenedCount: 0, ClickedCount: 0, MachineOpenedCount: 0, MachineClickedCount: 0,
});
const task = (w) => ({
  TaskId: w.task, FromEmailAddress: sender(w), ReceiverId: w.group, TaskStatus: 10, TaskType: 1, RequestCount: 12, SendCount: 12,
  CacheCount: 0, CreateTime: justNow, UpdateTime: justNow, Subject: "For {{name}}", Template: template(w), CycleParam: null,
  TimedParam: null, ErrMsg: "", ReceiversName: `顾客 ${w.tag}`,
});
const readers = (w) => ({ ReceiverId: w.group, ReceiversName: `顾客 ${w.tag}`, Count: 12, Desc: "Bought a book, 50 % or more",
                          ReceiversStatus: 3, CreateTime: justNow, InvalidCount: 0 });
const template = (w) => ({ TemplateID: w.template, TemplateData: '{"name":"reader","code":"a & b = c?"}' });

// Against a server that mails through a relay which refuses gone.* for good: the rows that no sandbox has.
export const bounceSteps = [
  { action: "CreateEmailIdentity", request: (w) => ({ EmailIdentity: domain(w) }) },
  { action: "CreateEmailAddress", request: (w) => ({ EmailAddress: sender(w) }) },
  { action: "CreateEmailTemplate", request: (w) => ({ TemplateName: `letter ${w.tag}`, TemplateContent: { Text: base64("Hello") } }),
    keep: (answer, w) => { w.template = answer.TemplateID; } },
  { action: "SendEmail",
    request: (w) => ({ FromEmailAddress: sender(w), Subject: "s", Destination: [`gone.${w.tag}@post.test`, `one.${w.tag}@post.test`],
                       Template: template(w) }),
    keep: (answer, w) => { w.message = answer.MessageId; } },
  { action: "GetSendEmailStatus",
    request: (w) => ({ RequestDate: day(0), Offset: 0, Limit: 10, MessageId: w.message }),
    until: (answer) => answer.EmailStatusList.map((row) => row.DeliverStatus).sort().join() === "1,3",
    expect: (w) => ({ EmailStatusList: [
      status(w, "gone", { DeliverStatus: 3, DeliverMessage: /^550 5\.1\.1 no such user/, DeliverTime: 0 }),
      status(w, "one", { DeliverMessage: /^250 / })] }) },
  { action: "ListBlackEmailAddress",
    request: (w) => ({ StartDate: day(0), EndDate: day(0), Offset: 0, Limit: 10, EmailAddress: `gone.${w.tag}@post.test` }),
    until: (answer) => answer.BlackList.length === 1,
    expect: (w) => ({ TotalCount: 1, BlackList: [
      { BounceTime: justNow, EmailAddress: `gone.${w.tag}@post.test`, IspDesc: /^550 5\.1\.1 no such user/ }] }) },
  { action: "DeleteBlackList", request: (w) => ({ EmailAddressList: [`gone.${w.tag}@post.test`] }) },
  { action: "ListBlackEmailAddress", request: () => ({ StartDate: day(0), EndDate: day(0), Offset: 0, Limit: 10 }),
    expect: () => ({ TotalCount: 0, BlackList: [] }) },
  { action: "GetStatisticsReport", request: (w) => ({ StartDate: day(0), EndDate: day(0), Domain: domain(w) }),
    until: (answer) => answer.OverallVolume.BounceCount === 1,
    expect: () => ({ DailyVolumes: [volume(day(0), 2, 1, 1)], OverallVolume: volume(day(0), 2, 1, 1) }) },
];

export const steps = [
  // Sender domains and addresses.
  { action: "CreateEmailIdentity",
    request: (w) => ({ EmailIdentity: domain(w), DKIMOption: 1, TagList: tags }),
    expect: (w) => identity(w, 1, 2048) },
  { action: "GetEmailIdentity", request: (w) => ({ EmailIdentity: domain(w) }),
    expect: (w) => ({ ...identity(w, 1, 2048), TagList: tags }) },
  { action: "UpdateEmailIdentity", request: (w) => ({ EmailIdentity: domain(w), DKIMOption: 2, NewAPI: true }),
    expect: (w) => identity(w, 2, 1024, 2048) },
  { action: "ListEmailIdentities", request: () => ({ Offset: 0, Limit: 100, TagList: tags }),
    expect: (w) => ({ Total: 1, MaxReputationLevel: 20, MaxDailyQuota: 1_000_000, EmailIdentities: [
      { IdentityName: domain(w), IdentityType: "DOMAIN", SendingEnabled: true, CurrentReputationLevel: 1, DailyQuota: 500, SendIp: [],
        TagList: tags, DKIMOption: 2 }] }) },
  { action: "CreateEmailAddress", request: (w) => ({ EmailAddress: sender(w), EmailSenderName: "书店 News" }) },
  { action: "ListEmailAddress", request: () => ({}),
    expect: (w) => ({ EmailSenders: one({ EmailAddress: sender(w), EmailSenderName: "书店 News", CreatedTimestamp: secondsNow,
                                          SmtpPwdType: 0 }) }) },
  { action: "UpdateEmailSmtpPassWord", request: (w) => ({ EmailAddress: sender(w), Password: "Ab12cd34EF56" }) },
  { action: "ListEmailAddress", request: () => ({}),
    expect: (w) => ({ EmailSenders: one({ EmailAddress: sender(w), SmtpPwdType: 1 }) }) },
  { action: "CreateAddressUnsubscribeConfig", request: (w) => ({ Address: sender(w), UnsubscribeConfig: "1", Status: 1 }) },
  { action: "ListAddressUnsubscribeConfig", request: () => ({ Offset: 0, Limit: "10" }),
    expect: (w) => ({ Total: 1, AddressUnsubscribeConfigList: [{ Address: sender(w), UnsubscribeConfig: "1", Status: 1 }] }) },
  { action: "UpdateAddressUnsubscribeConfig", request: (w) => ({ Address: sender(w), UnsubscribeConfig: "0", Status: 0 }) },
  { action: "ListAddressUnsubscribeConfig", request: () => ({}),
    expect: (w) => ({ Total: 1, AddressUnsubscribeConfigList: [{ Address: sender(w), UnsubscribeConfig: "0", Status: 0 }] }) },
  { action: "DeleteAddressUnsubscribeConfig", request: (w) => ({ Address: sender(w) }) },

  // Templates.
  { action: "CreateEmailTemplate",
    request: (w) => ({ TemplateName: `letter ${w.tag}`,
                       TemplateContent: { Html: base64("<p>Hello {{name}}</p>"), Text: base64("Hello {{name}}, 你好") } }),
    keep: (answer, w) => { w.template = answer.TemplateID; } },
  { action: "UpdateEmailTemplate",
    request: (w) => ({ TemplateID: w.template, TemplateName: `letter 2 ${w.tag}`,
                       TemplateContent: { Html: base64("<p>Dear {{name}}</p>"), Text: base64("Dear {{name}}") } }) },
  { action: "ReviewEmailTemplate", version: OWN, request: (w) => ({ TemplateID: w.template, Approved: true, Reason: "fine" }) },
  { action: "GetEmailTemplate", request: (w) => ({ TemplateID: w.template }),
    expect: (w) => ({ TemplateName: `letter 2 ${w.tag}`, TemplateStatus: 0,
                      TemplateContent: { Html: base64("<p>Dear {{name}}</p>"), Text: base64("Dear {{name}}") } }) },
  { action: "ListEmailTemplates", request: () => ({ Offset: 0, Limit: 10 }),
    expect: (w) => ({ TotalCount: 1, TemplatesMetadata: [{ TemplateID: w.template, TemplateName: `letter 2 ${w.tag}`, TemplateStatus: 0,
                                                           CreatedTimestamp: secondsNow, ReviewReason: "fine" }] }) },

  { action: "ListEmailTemplateVersions", version: OWN, request: (w) => ({ TemplateID: w.template, Offset: 0, Limit: 10 }),
    expect: () => ({ TotalCount: 2, TemplateContent: null, Data: [
      { Number: 2, CreateTime: justNow, Author: /./, Bytes: 33, RestoredFrom: 0, Current: true }, { Number: 1, Current: false }] }) },
  { action: "ListEmailTemplateVersions", version: OWN, request: (w) => ({ TemplateID: w.template, Offset: 0, Limit: 1, Number: 1 }),
    expect: () => ({ TotalCount: 1, TemplateContent: { Html: base64("<p>Hello {{name}}</p>"), Text: base64("Hello {{name}}, 你好") } }) },
  // The content is that of version 2 already.
  { action: "RestoreEmailTemplateVersion", version: OWN, request: (w) => ({ TemplateID: w.template, Number: 2 }),
    expect: () => ({ TemplateStatus: 0, Version: { Number: 2, RestoredFrom: 0, Current: true } }) },

  // Recipient groups.
  { action: "CreateReceiver", request: (w) => ({ ReceiversName: `顾客 ${w.tag}`, Desc: "Bought a book, 50 % or more" }),
    keep: (answer, w) => { w.group = answer.ReceiverId; } },
  { action: "CreateReceiverDetailWithData",
    request: (w) => ({ ReceiverId: w.group, Datas: Array.from({ length: 12 }, (_, i) => (
      { Email: `r${i}+${w.tag}@post.test`, TemplateData: dataOf(i) })) }),
    expect: () => ({ TotalCount: 12, ValidCount: 12, TooLongCount: 0, EmptyEmailCount: 0, RepeatCount: 0 }) },
  { action: "CreateReceiver", request: (w) => ({ ReceiversName: `plain ${w.tag}` }), keep: (answer, w) => { w.plain = answer.ReceiverId; } },
  { action: "CreateReceiverDetail",
    request: (w) => ({ ReceiverId: w.plain, Emails: [`ann.${w.tag}@post.test`, `ANN.${w.tag}@post.test`, "broken"] }),
    expect: () => ({ TotalCount: 3, ValidCount: 2, TooLongCount: 0, EmptyEmailCount: 0, RepeatCount: 1 }) },
  // A group that the keyword of the next steps does not find.
  { action: "CreateReceiver", request: (w) => ({ ReceiversName: `imported ${[...w.tag].reverse().join("")}` }),
    keep: (answer, w) => { w.imports = answer.ReceiverId; } },
  { action: "ImportRecipients", version: OWN,
    request: (w) => ({ ReceiverId: w.imports, FileName: "people.csv", FileBytes: 40, RecipientCount: 2, LeaveOutMalformed: true, Part: 1,
                       FirstLine: 2, Emails: [`ann.${w.tag}@post.test`, `ANN.${w.tag}@post.test`, "broken"] }),
    expect: (w) => ({ RoomCount: (n) => n > 0, Import: { ReceiverId: w.imports, FileName: "people.csv", State: "open", PartCount: 1,
                      CreateTime: justNow, TotalCount: 3, ValidCount: 1, InvalidCount: 1, RepeatCount: 1, AddedCount: 1, RefusedCount: 0 } }),
    keep: (answer, w) => { w.import = answer.Import.ImportId; } },
  { action: "ImportRecipients", version: OWN,
    request: (w) => ({ ImportId: w.import, Part: 2, FirstLine: 5, Last: true,
                       Datas: [{ Email: `tag.${w.tag}@post.test`, TemplateData: '{"name":"<b>x</b>"}' }] }),
    expect: () => ({ Import: { State: "finished", PartCount: 2, TotalCount: 4, RefusedCount: 1, AddedCount: 1 } }) },
  { action: "ListImports", version: OWN, request: (w) => ({ Offset: 0, Limit: 10, ReceiverId: w.imports }),
    expect: (w) => ({ TotalCount: 1, Data: [{ ImportId: w.import, State: "finished", Author: /./, LeaveOutMalformed: true }] }) },
  { action: "GetImport", version: OWN, request: (w) => ({ ImportId: w.import, WithRows: true, OddOnly: true, After: 1, Limit: 2 }),
    until: (answer) => answer.Rows.length > 0,
    expect: (w) => ({ NextAfter: (n) => n >= 3, Rows: [
      { Number: 2, Line: 3, Email: `ANN.${w.tag}@post.test`, Verdict: "repeat", Reason: /../, MatchLine: 2, MatchEmailId: 0 },
      { Number: 3, Line: 4, Email: "broken", Verdict: "invalid", Reason: /../, MatchLine: 0 }] }) },
  { action: "UndoImport", version: OWN, request: (w) => ({ ImportId: w.import }), expect: () => ({ Import: { ImportId: (id) => id > 0 } }) },
  { action: "GetImport", version: OWN, request: (w) => ({ ImportId: w.import }), until: (answer) => answer.Import.State === "undone",
    expect: () => ({ NextAfter: 0, Rows: [], Import: { State: "undone", AddedCount: 1, RemovedCount: 1 } }) },
  { action: "ListReceivers", request: (w) => ({ Offset: 0, Limit: 10, KeyWord: w.tag }),
    until: (answer) => answer.Data.every((row) => row.ReceiversStatus === 3),
    expect: (w) => ({ TotalCount: 2, Data: [
      { ReceiverId: w.plain, ReceiversName: `plain ${w.tag}`, Count: 2, Desc: "", ReceiversStatus: 3, InvalidCount: 1 }, readers(w)] }) },
  { action: "ListReceivers", request: (w) => ({ Offset: 1, Limit: 1, Status: 3, KeyWord: w.tag }),
    expect: (w) => ({ TotalCount: 2, Data: [readers(w)] }) },
  { action: "ListReceiverDetails", request: (w) => ({ ReceiverId: w.group, Offset: 10, Limit: 10, Email: "post.test", Status: 1 }),
    expect: (w) => ({ TotalCount: 12, ValidCount: 12, InvalidCount: 0, Data: [10, 11].map((i) => (
      { Email: `r${i}+${w.tag}@post.test`, TemplateData: dataOf(i), CreateTime: justNow, Status: 1, Reason: "", EmailId: (id) => id > 0 })) }) },
  { action: "ListReceiverDetails", request: (w) => ({ ReceiverId: w.plain, Offset: 0, Limit: 10 }),
    expect: (w) => ({ TotalCount: 2, ValidCount: 1, InvalidCount: 1, Data: [
      { Email: `ann.${w.tag}@post.test`, TemplateData: "", Status: 1, Reason: "" }, { Email: "broken", Status: 2, Reason: /../ }] }) },

  // Sending.
  { action: "SendEmail",
    request: (w) => ({ FromEmailAddress: `书店 <${sender(w)}>`, Destination: [`one.${w.tag}@post.test`, `two.${w.tag}@post.test`],
                       Cc: [`cc.${w.tag}@post.test`], Bcc: [`bcc.${w.tag}@post.test`], Subject: "Hi {{name}} & you",
                       ReplyToAddresses: "desk@post.test", Template: template(w), TriggerType: 1, Unsubscribe: "0",
                       Attachments: [{ FileName: "note.txt", Content: base64("attached + more/=") }] }),
    keep: (answer, w) => { w.message = answer.MessageId; } },
  { action: "GetSendEmailStatus",
    request: (w) => ({ RequestDate: day(0), Offset: 0, Limit: 10, MessageId: w.message }),
    until: (answer) => answer.EmailStatusList.length === 4 && answer.EmailStatusList.every((row) => row.DeliverStatus === 1),
    expect: (w) => ({ EmailStatusList: ["one", "two", "cc", "bcc"].map((to) => status(w, to, { DeliverMessage: /^250 / })) }) },
  { action: "GetSendEmailStatus",
    request: (w) => ({ RequestDate: day(0), Offset: 0, Limit: 10, ToEmailAddress: `cc.${w.tag}@post.test` }),
    expect: (w) => ({ EmailStatusList: [status(w, "cc")] }) },
  { action: "BatchSendEmail",
    request: (w) => ({ FromEmailAddress: sender(w), ReceiverId: w.group, Subject: "For {{name}}", TaskType: 1,
                       ReplyToAddresses: "desk@post.test", Template: template(w), Unsubscribe: "0", ADLocation: 0 }),
    keep: (answer, w) => { w.task = answer.TaskId; } },
  { action: "ListSendTasks", request: (w) => ({ Offset: 0, Limit: 10, ReceiverId: w.group, TaskType: 1 }),
    until: (answer) => answer.Data[0].TaskStatus === 10,
    expect: (w) => ({ TotalCount: 1, Data: [task(w)] }) },
  { action: "GetSendTask", version: OWN, request: (w) => ({ TaskId: w.task }),
    expect: (w) => ({ Task: task(w), RecipientCount: 12, DeliveredCount: 12, RefusedCount: 0, DroppedCount: 0, DeferredCount: 0,
                      WithheldCount: 0, SkippedCount: 0, WaitingCount: 0, StoppedCount: 0, OriginTaskId: 0, LeftOutCount: 0, WaitingReasons: [],
                      StartTime: justNow, FinishTime: justNow }) },
  { action: "ListSendTaskRecipients", version: OWN,
    request: (w) => ({ TaskId: w.task, Offset: 0, Limit: 1, States: ["delivered", "refused"], After: 1 }),
    expect: () => ({ TotalCount: 12, Data: [{ Number: 2, Email: /@post\.test$/, State: "delivered", Reason: "", Reply: /^250 /, Class: "",
                                              SendStatus: 0, Attempts: 1, FirstAttemptTime: justNow, NextAttemptTime: "",
                                              DeliverTime: justNow, MessageId: /./ }] }) },
  { action: "ListMails", version: OWN, request: (w) => ({ Limit: 1, TaskId: w.task, State: "delivered" }),
    expect: (w) => ({ Data: [{ TaskId: w.task, State: "delivered", Subject: "For {{name}}", RequestTime: justNow, Attempts: 1, Reason: "" }],
                      Position: /^\d+-\d+$/, ScannedCount: 1, ScannedTo: justNow }),
    keep: (answer, w) => { w.mailed = answer.Data[0]; } },
  { action: "GetMail", version: OWN, request: (w) => ({ MessageId: w.mailed.MessageId }),
    expect: (w) => ({ Mail: w.mailed, Recipients: [w.mailed.ToEmailAddress], SenderDomain: domain(w), Lists: [], ReturnedMails: [],
                      Attempts: [{ Number: 1, DurationMs: null, Host: "sandbox", Stage: "dot", Result: "delivered", ReplyCode: 250 }],
                      WebhookEvents: [], WebhookEventsComplete: true }) },
  { action: "PauseDelivery", version: OWN,
    request: (w) => ({ Domain: `Held.${w.tag}.test`, UntilTime: `${day(30)} 09:00:00`, Reason: "they move" }),
    expect: (w) => ({ Pause: { Domain: `held.${w.tag}.test`, AppId: 0, SinceTime: justNow, UntilTime: `${day(30)} 09:00:00`, Reason: "they move" } }),
    keep: (answer, w) => { w.pause = answer.Pause; } },
  { action: "ListDeliveryPauses", version: OWN, request: (w) => ({ Domain: `held.${w.tag}.test`, Offset: 0, Limit: 10 }),
    expect: (w) => ({ TotalCount: 1, Data: [w.pause] }) },
  { action: "ResumeDelivery", version: OWN, request: (w) => ({ Domain: `held.${w.tag}.test` }), expect: (w) => ({ Pause: w.pause }) },
  { action: "ListDeliveryQueues", version: OWN, request: (w) => ({ Domain: `held.${w.tag}.test`, Order: "age", Offset: 0, Limit: 10 }),
    expect: () => ({ TotalCount: 0, WaitingCount: 0, Data: [] }) },
  { action: "ListWaitingMails", version: OWN, request: (w) => ({ TaskId: w.task, Offset: 0, Limit: 10 }),
    expect: () => ({ TotalCount: 0, Data: [] }) },
  { action: "RetryWaitingMail", version: OWN, request: (w) => ({ TaskId: w.task }), expect: () => ({ Count: 0, EndedHoldCount: 0 }) },
  { action: "DropWaitingMail", version: OWN, request: (w) => ({ TaskId: w.task, Reason: "sold" }), expect: () => ({ Count: 0 }) },
  // Mode sandbox has no sites.
  { action: "GetDeliverySite", version: OWN, request: (w) => ({ Domain: `Held.${w.tag}.test` }),
    expect: (w) => ({ Available: false, Domain: `held.${w.tag}.test`, Hosts: [], NoRoute: "", Binding: "none", Limits: [], Sites: [],
                      WaitingCount: 0, Holds: [], Replies: [] }) },
  { action: "EndDeliveryHold", version: OWN, request: () => ({ Path: "provider gmail" }), expect: () => ({ Holds: [] }) },
  { action: "ReloadDeliveryRules", version: OWN, request: () => ({}), expect: () => ({ Reloaded: false, Faults: [] }) },
  ...["ListDeliverySites", "ListDeliveryHolds"].map((action) => ({ action, version: OWN, request: () => ({ Offset: 0, Limit: 10 }),
    expect: () => ({ Available: false, TotalCount: 0, Data: [] }) })),
  { action: "SimulateMailEvent", version: OWN, request: (w) => ({ MessageId: w.mailed.MessageId, Event: "delivered" }),
    expect: (w) => ({ Mail: w.mailed }) },
  { action: "DryRunSendTask", version: OWN,
    request: (w) => ({ FromEmailAddress: sender(w), ReceiverId: w.group, Subject: "For {{name}}", TaskType: 1, Template: template(w) }),
    expect: () => ({ GroupCount: 12, RecipientCount: 12, MailedCount: 12, State: "finished", Verdict: "warnings", Blocking: [], MissingVariables: [] }),
    keep: (answer, w) => { w.rehearsal = answer; } },
  ...["GetDryRun", "StopDryRun"].map((action) => ({ action, version: OWN, request: (w) => ({ DryRunId: w.rehearsal.DryRunId }),
    expect: (w) => ({ ...w.rehearsal, RequestId: /./ }) })),
  { action: "ResendSendTask", version: OWN,
    request: (w) => ({ TaskId: w.task, States: ["delivered"], BeginTime: `${day(30)} 09:00:00` }),
    keep: (answer, w) => { w.again = answer.TaskId; } },
  { action: "GetSendTask", version: OWN, request: (w) => ({ TaskId: w.again }),
    expect: (w) => ({ Task: { TaskId: w.again, TaskStatus: 1, RequestCount: 12 }, OriginTaskId: w.task, RecipientCount: 0 }) },
  { action: "StopSendTask", version: OWN, request: (w) => ({ TaskId: w.again }), expect: () => ({ TaskStatus: 7 }) },
  { action: "PauseSendTask", version: OWN,
    request: async (w) => {
      const timed = { FromEmailAddress: sender(w), ReceiverId: w.plain, Subject: "Later", TaskType: 2, Template: template(w),
                      TimedParam: { BeginTime: `${day(30)} 09:00:00` } };
      w.later = (await w.call("BatchSendEmail", timed)).TaskId;
      return { TaskId: w.later };
    },
    expect: () => ({ TaskStatus: 6 }) },
  { action: "ListSendTasks", request: (w) => ({ Offset: 0, Limit: 10, ReceiverId: w.plain, TaskType: 2, Status: 6 }),
    expect: (w) => ({ TotalCount: 1, Data: [{ TaskId: w.later, TaskStatus: 6, TimedParam: { BeginTime: `${day(30)} 09:00:00` },
                                              CycleParam: null, RequestCount: 1, SendCount: 0, Subject: "Later" }] }) },
  { action: "ResumeSendTask", version: OWN, request: (w) => ({ TaskId: w.later }), expect: () => ({ TaskStatus: 1 }) },
  { action: "UpdateSendTask", version: OWN, request: (w) => ({ TaskId: w.later, BeginTime: `${day(31)} 10:00:00`, MailsPerHour: 500 }),
    expect: (w) => ({ Task: { TaskId: w.later, TaskStatus: 1, TimedParam: { BeginTime: `${day(31)} 10:00:00` } }, MailsPerHour: 500,
                      MailsPerDay: 0, SpreadHours: 0, EstimatedEndTime: `${day(31)} 10:00:07` }) },
  { action: "StopSendTask", version: OWN, request: (w) => ({ TaskId: w.later }), expect: () => ({ TaskStatus: 7 }) },
  { action: "GetSendTask", version: OWN, request: (w) => ({ TaskId: w.later }),
    expect: (w) => ({ Task: { TaskId: w.later, TaskStatus: 7, ErrMsg: /../ }, StartTime: "", DeliveredCount: 0 }) },

  // Who is not mailed.
  { action: "CreateCustomBlacklist",
    request: (w) => ({ Emails: [`no.${w.tag}@post.test`, `no.${w.tag}@post.test`, "broken"], ExpireDate: day(7) }),
    expect: () => ({ TotalCount: 3, ValidCount: 1, TooLongCount: 0, RepeatCount: 1, InvalidCount: 1 }) },
  { action: "ListCustomBlacklist", request: (w) => ({ Offset: 0, Limit: 10, Status: 1, Email: `no.${w.tag}@post.test` }),
    expect: (w) => ({ TotalCount: 1, Data: [{ Email: `no.${w.tag}@post.test`, ExpireDate: day(7), Status: 1, CreateTime: justNow,
                                              Id: (id) => id > 0 }] }),
    keep: (answer, w) => { w.blocked = answer.Data[0].Id; } },
  { action: "UpdateCustomBlackList",
    request: (w) => ({ Id: w.blocked, Email: `never.${w.tag}@post.test`, ExpireDate: day(9) }) },
  { action: "ListCustomBlacklist", request: () => ({ Offset: 0, Limit: 10, Status: 2 }),
    expect: (w) => ({ TotalCount: 1, Data: [{ Id: w.blocked, Email: `never.${w.tag}@post.test`, ExpireDate: day(9), Status: 1 }] }) },
  { action: "DeleteCustomBlackList", request: (w) => ({ Emails: [`never.${w.tag}@post.test`, "unknown@post.test"] }) },
  { action: "ListCustomBlacklist", request: () => ({ Offset: 0, Limit: 10, Status: 2 }), expect: () => ({ TotalCount: 0, Data: [] }) },
  { action: "ListBlackEmailAddress",
    request: () => ({ StartDate: day(-1), EndDate: day(0), Offset: 0, Limit: 10, EmailAddress: "nobody@post.test" }),
    expect: () => ({ TotalCount: 0, BlackList: [] }) },
  { action: "DeleteBlackList", request: () => ({ EmailAddressList: ["nobody@post.test", "else@post.test"] }) },

  // Reports.
  { action: "GetStatisticsReport",
    request: (w) => ({ StartDate: day(-2), EndDate: day(0), Domain: domain(w), ReceivingMailboxType: "post.test" }),
    expect: () => ({ DailyVolumes: [volume(day(0), 16, 16, 0)], OverallVolume: volume(day(-2), 16, 16, 0) }) },
  { action: "GetAbuseReport", request: () => ({ StartTime: day(-7), EndTime: day(0), Offset: 0, Limit: 10 }),
    expect: () => ({ TotalCount: 0, Data: [] }) },

  // The sandbox inbox.
  { action: "ListInboxMails", version: OWN, request: (w) => ({ Offset: 0, Limit: 2, To: w.tag, Subject: "N 1" }),
    expect: (w) => ({ TotalCount: 3, Data: [11, 10].map((i) => (
      { From: sender(w), To: `r${i}+${w.tag}@post.test`, Subject: `For N ${i} & co = "x"`, ReceivedTime: justNow,
        Bytes: (bytes) => bytes > 500, MailId: (id) => id > 0 })) }),
    keep: (answer, w) => { w.mail = answer.Data[0].MailId; } },
  { action: "GetInboxMail", version: OWN, request: (w) => ({ MailId: w.mail }),
    expect: (w) => ({ From: sender(w), To: `r11+${w.tag}@post.test`, Subject: 'For N 11 & co = "x"', ReceivedTime: justNow,
                      Raw: (raw) => /^To: .*r11\+/m.test(Buffer.from(raw, "base64").toString()) }) },
  { action: "DeleteInboxMails", version: OWN, request: () => ({}), expect: () => ({ DeletedCount: 16 }) },
  { action: "ListInboxMails", version: OWN, request: () => ({ Offset: 0, Limit: 2 }), expect: () => ({ TotalCount: 0, Data: [] }) },

  // Accounts and credentials.
  { action: "CreateAccount", version: OWN, request: (w) => ({ Name: `Bookshop ${w.tag}` }),
    keep: (answer, w) => { w.account = answer.AppId; } },
  { action: "ListAccounts", version: OWN, request: () => ({ Offset: 0, Limit: 100 }),
    expect: (w) => ({ Data: one({ AppId: w.account, Name: `Bookshop ${w.tag}`, Administers: false, CredentialCount: 0, CreateTime: justNow }) }) },
  { action: "GetLimits", version: OWN, request: () => ({}),
    expect: () => ({ RecipientsPerRequest: 20000, RecipientsPerGroup: 50000, TemplateDataBytes: 800, SubmissionServers: [] }) },
  { action: "CreateCredential", version: OWN,
    request: (w) => ({ AppId: w.account, Name: "web shop", Permission: "list", Actions: ["SendEmail", "GetSendEmailStatus"] }),
    keep: (answer, w) => { w.credential = answer.SecretId; } },
  { action: "ListCredentials", version: OWN, request: (w) => ({ AppId: w.account, Offset: 0, Limit: 10 }),
    expect: (w) => ({ TotalCount: 1, Data: [{ SecretId: w.credential, Name: "web shop", Permission: "list", Enabled: true,
                                              Actions: ["GetSendEmailStatus", "SendEmail"], CreateTime: justNow }] }) },
  { action: "DisableCredential", version: OWN, request: (w) => ({ AppId: w.account, CredentialId: w.credential }) },
  { action: "ListCredentials", version: OWN, request: (w) => ({ AppId: w.account, Offset: 0, Limit: 10 }),
    expect: (w) => ({ TotalCount: 1, Data: [{ SecretId: w.credential, Enabled: false }] }) },
  { action: "EnableCredential", version: OWN, request: (w) => ({ AppId: w.account, CredentialId: w.credential }) },
  { action: "DeleteCredential", version: OWN,
    request: async (w) => {
      await w.call("DisableCredential", { AppId: w.account, CredentialId: w.credential }, OWN);
      return { AppId: w.account, CredentialId: w.credential };
    } },
  { action: "CreateSessionToken", version: OWN,
    request: () => ({ DurationSeconds: 900, Permission: "list", Actions: ["ListReceivers"] }),
    expect: () => ({ ExpiredTime: (seconds) => secondsNow(Number(seconds) - 900), TmpSecretId: /^AKID/, Token: /.{100}/ }),
    keep: (answer, w) => { w.session = answer; } },

  // People of the console.
  { action: "PutUser", version: OWN, request: (w) => ({ AppId: w.account, Name: `u.${w.tag}`, Role: "operator", Link: true }),
    expect: (w) => ({ Name: `u.${w.tag}`, Role: "operator", Enabled: true, HasPassword: false, HasSecondFactor: false, CreateTime: justNow, LoginTime: "",
                      LoginToken: /^[0-9a-f]{32}$/ }) },
  { action: "PutUser", version: OWN, request: (w) => ({ AppId: w.account, Name: `U.${w.tag}`, Role: "analyst", Password: "a good long password", Enabled: false }),
    expect: (w) => ({ Name: `u.${w.tag}`, Role: "analyst", Enabled: false, HasPassword: true }) },
  { action: "ListUsers", version: OWN, request: (w) => ({ AppId: w.account, Offset: 0, Limit: 10 }),
    expect: (w) => ({ TotalCount: 1, Data: [{ Name: `u.${w.tag}`, Role: "analyst", Enabled: false, HasPassword: true, CreateTime: justNow, LoginTime: "" }] }) },
  { action: "ListAuditEntries", version: OWN, request: (w) => ({ AppId: w.account, Limit: 1, ActionName: "PutUser" }),
    expect: (w) => ({ Data: [{ AppId: w.account, ActorType: "credential", Action: "PutUser", Target: new RegExp(`Name=u\\.${w.tag}`, "i"),
                               Client: /^SDK_/, Code: "OK", Count: 1, Time: justNow, CallId: /^[0-9a-f-]{36}$/ }] }) },
  { action: "DeleteUser", version: OWN, request: (w) => ({ AppId: w.account, Name: `u.${w.tag}` }) },
  { action: "ListUsers", version: OWN, request: (w) => ({ AppId: w.account, Offset: 0, Limit: 10 }), expect: () => ({ TotalCount: 0, Data: [] }) },

  // Opens and clicks.
  { action: "UpdateTrackingSetting", version: OWN, request: (w) => ({ Address: sender(w), Opens: "off", Clicks: "inherit" }),
    expect: (w) => ({ Address: sender(w), Opens: "off", Clicks: "inherit", OpensTracked: false, ClicksTracked: true }) },
  { action: "GetTrackingSetting", version: OWN, request: (w) => ({ Address: sender(w) }),
    expect: (w) => ({ Address: sender(w), Opens: "off", Clicks: "inherit", OpensTracked: false, ClicksTracked: true }) },
  { action: "GetTrackingReport", version: OWN,
    request: (w) => ({ StartDate: day(0), EndDate: day(0), Domain: domain(w), ReceivingMailboxType: "post.test" }),
    expect: () => ({ DailyVolumes: [tracked(day(0), 16)], OverallVolume: tracked(day(0), 16) }) },

  // Who unsubscribed.
  { action: "CreateUnsubscribe", version: OWN,
    request: (w) => ({ SenderDomain: domain(w), Emails: [`left.${w.tag}@post.test`, `left.${w.tag}@post.test`, "no address"] }),
    expect: () => ({ TotalCount: 3, ValidCount: 1, RepeatCount: 1, InvalidCount: 1 }) },
  { action: "ListUnsubscribes", version: OWN, request: (w) => ({ Offset: 0, Limit: 10, SenderDomain: domain(w) }),
    expect: (w) => ({ TotalCount: 1, Data: [
      { SenderDomain: domain(w), Email: `left.${w.tag}@post.test`, Reason: "unsubscribed", CreateTime: justNow, Simulated: false }] }) },
  { action: "CheckRecipient", version: OWN, request: (w) => ({ EmailAddress: `left.${w.tag}@post.test`, SenderDomain: domain(w) }),
    expect: (w) => ({ MayBeMailed: false, SendStatus: 1013, Lists: [{ List: "unsubscribed", SenderDomain: domain(w), Since: justNow }] }) },
  { action: "DeleteUnsubscribe", version: OWN, request: (w) => ({ SenderDomain: domain(w), Emails: [`left.${w.tag}@post.test`] }),
    expect: () => ({ RemovedCount: 1 }) },

  // Webhooks.
  { action: "PutWebhook", version: OWN, request: (w) => ({ Url: `http://${w.tag}.invalid/events`, Address: sender(w), Events: ["bounce", "open"], Enabled: false }),
    expect: () => ({ Secret: /^[0-9a-f]{48}$/ }), keep: (answer, w) => { w.webhook = answer.WebhookId; } },
  { action: "ListWebhooks", version: OWN, request: () => ({ Offset: 0, Limit: 100 }),
    expect: (w) => ({ Data: one({ WebhookId: w.webhook, Address: sender(w), Url: `http://${w.tag}.invalid/events`, Events: ["bounce", "open"],
                                  Enabled: false, WaitingCount: 0, CreateTime: justNow }) }) },
  { action: "ListWebhookEvents", version: OWN, request: (w) => ({ WebhookId: w.webhook, Offset: 0, Limit: 10, State: "given_up" }),
    expect: () => ({ TotalCount: 0, Data: [] }) },
  { action: "RedeliverWebhookEvents", version: OWN, request: (w) => ({ WebhookId: w.webhook }), expect: () => ({ Count: 0 }) },
  { action: "DeleteWebhook", version: OWN, request: (w) => ({ Address: sender(w) }) },

  { action: "RenderEmailTemplate", version: OWN,
    request: (w) => ({ TemplateID: w.template, Subject: "For {{name}}", TemplateData: '{"name":"A & B","code":"c"}' }),
    expect: () => ({ Subject: "For A & B", Html: /./, Variables: one({ Name: "name", HasValue: true }) }) },
  { action: "CheckEmailTemplate", version: OWN,
    request: () => ({ TemplateContent: { Html: base64("<img src='https://shop.test/a.png'>") } }),
    expect: () => ({ ImageCount: 1, HtmlBytes: 35, Findings: one({ Rule: "alt_missing", Part: "Html", Line: 1, Column: 1 }) }) },
  { action: "SetChaos", version: OWN, request: () => ({ Faults: [{ Stage: "rcpt", Percent: 1, Code: 550, Reply: "5.1.1 no such user" }], Minutes: 1 }),
    expect: () => ({ On: true, EndTime: /^\d{4}-/, Faults: one({ Stage: "rcpt", Code: 550, Close: false, Reply: "5.1.1 no such user" }) }) },
  { action: "SetChaos", version: OWN, request: () => ({}), expect: () => ({ Available: true, On: false, Faults: [] }) },
  { action: "GetChaos", version: OWN, request: () => ({}), expect: () => ({ Available: true, On: false, EndTime: "" }) },
  { action: "UpdateEmailIdentitySandbox", version: OWN, request: (w) => ({ EmailIdentity: domain(w), Sandbox: false }),
    expect: () => ({ Sandbox: false }) },
  { action: "CheckEmailIdentity", version: OWN, request: (w) => ({ EmailIdentity: domain(w) }),
    expect: (w) => ({ VerifiedForSendingStatus: true, Records: one({ Type: "TXT", SendDomain: `_dmarc.${domain(w)}` }) }) },
  { action: "CheckOutboundPort", version: OWN, request: () => ({}),
    expect: () => ({ Verdict: "closed", Servers: one({ Server: "127.0.0.1:1", Finding: "refused", Greeting: "" }) }) },
  { action: "GetHealth", version: OWN, request: () => ({}),
    expect: () => ({ Checks: one({ Name: "store", State: "ok" }) }) },

  // Who called.
  { action: "ListCalls", version: OWN, request: () => ({ ActionName: "GetHealth", Limit: 1 }),
    expect: () => ({ Data: one({ Action: "GetHealth", Version: OWN, Code: "", Time: justNow, Client: /^SDK_NODEJS/ }),
                     Groups: one({ Action: "GetHealth", Code: "" }), ScannedCount: (n) => n > 0 }),
    keep: (answer, w) => { w.call = answer.Data[0]; } },
  { action: "GetCall", version: OWN, request: (w) => ({ RequestId: w.call.RequestId }),
    expect: (w) => ({ Call: w.call, Reason: "", MessageEn: "", Remedy: "", HasEvidence: false, Headers: [], Body: "" }) },

  // What bounces mean.
  { action: "ClassifyMail", version: OWN, request: () => ({ Reply: "550 5.1.1 no such user" }),
    expect: () => ({ Kind: "reply", MessageId: "", Recipients: [
      { Address: "", Class: "hard_unknown_user", Status: "5.1.1", ReplyCode: "550", Evidence: "550 5.1.1 no such user",
        Rule: "unknown-user", Suppresses: true }] }) },
  { action: "ClassifyMail", version: OWN,
    request: () => ({ Mail: Buffer.from("From: MAILER-DAEMON@relay.test\nSubject: failure notice\n\n<ann@shop.test>:\n" +
      "552 the mailbox is full\n\n--- Below this line is a copy of the message.\n\nMessage-ID: <m1@mail.test>\n").toString("base64") }),
    expect: () => ({ Kind: "bounce", MessageId: "m1@mail.test", Recipients: [
      { Address: "ann@shop.test", Class: "soft_mailbox_full", Status: "", ReplyCode: "552", Rule: "mailbox-full", Suppresses: false }] }) },

  // What came back (tests/promises/conformance.py put it there).
  { action: "ListReturnedMails", version: OWN, request: () => ({ Offset: 0, Limit: 10, ToEmailAddress: "back@post.test" }),
    expect: () => ({ TotalCount: 1, Data: [
      { ReceivedTime: justNow, MessageId: "message to back@post.test", ToEmailAddress: "back@post.test",
        ReportedAddress: "back@post.test", Class: "hard_unknown_user", Status: "5.1.1", ReplyCode: "550",
        Reason: "user unknown", Effect: "suppressed", From: "", To: "b-token@bounces.test", PeerAddress: "192.0.2.25" }] }),
    keep: (answer, w) => { w.returned = answer.Data[0].ReturnedMailId; } },
  { action: "GetReturnedMail", version: OWN, request: (w) => ({ ReturnedMailId: w.returned }),
    expect: (w) => ({ Mail: { ReturnedMailId: w.returned, ToEmailAddress: "back@post.test", Effect: "suppressed" },
                      Raw: Buffer.from("To: back@post.test\r\n\r\nuser unknown\r\n").toString("base64") }) },

  // What was made goes again.
  { action: "DeleteReceiver", request: (w) => ({ ReceiverId: w.plain }) },
  { action: "DeleteEmailTemplate", request: (w) => ({ TemplateID: w.template }) },
  { action: "DeleteEmailAddress", request: (w) => ({ EmailAddress: sender(w) }) },
  { action: "DeleteEmailIdentity", request: (w) => ({ EmailIdentity: domain(w) }) },
];
