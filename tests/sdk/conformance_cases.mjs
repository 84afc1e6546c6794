// One golden request for each action, in the order in which they make sense. Run by conformance.test.mjs once for each way
// of signing and each HTTP method; `w` is the world of that round:
//   w.tag     its name, for names that must differ from round to round    w.call(action, request)  a call that is not checked
//   whatever the steps keep: w.template, w.group, ...
// A step: {action, request, keep?, until?, version?}
//   request(w)         the parameters
//   keep(answer, w)    remembers what later steps name
//   until(answer, w)   the call is repeated until this is true
// An action that has no step fails the suite; a step whose action is not described is left out.

export const OWN = "2026-12-01";

const base64 = (text) => Buffer.from(text).toString("base64");
const day = (offset) => new Date(Date.now() + 8 * 3600_000 + offset * 86_400_000).toISOString().slice(0, 10);
const domain = (w) => `mail.${w.tag}.test`;
const sender = (w) => `news@${domain(w)}`;
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
    until: (answer) => answer.EmailStatusList.map((row) => row.DeliverStatus).sort().join() === "1,3" },
  { action: "ListBlackEmailAddress",
    request: (w) => ({ StartDate: day(0), EndDate: day(0), Offset: 0, Limit: 10, EmailAddress: `gone.${w.tag}@post.test` }),
    until: (answer) => answer.BlackList.length === 1 },
  { action: "DeleteBlackList", request: (w) => ({ EmailAddressList: [`gone.${w.tag}@post.test`] }) },
  { action: "GetStatisticsReport", request: (w) => ({ StartDate: day(0), EndDate: day(0), Domain: domain(w) }),
    until: (answer) => answer.OverallVolume.BounceCount === 1 },
];

export const steps = [
  // Sender domains and addresses.
  { action: "CreateEmailIdentity",
    request: (w) => ({ EmailIdentity: domain(w), DKIMOption: 1, TagList: [{ TagKey: "team", TagValue: "books & more" }] }) },
  { action: "GetEmailIdentity", request: (w) => ({ EmailIdentity: domain(w) }) },
  { action: "UpdateEmailIdentity", request: (w) => ({ EmailIdentity: domain(w), DKIMOption: 2, NewAPI: true }) },
  { action: "ListEmailIdentities", request: () => ({ Offset: 0, Limit: 100 }) },
  { action: "CreateEmailAddress", request: (w) => ({ EmailAddress: sender(w), EmailSenderName: "书店 News" }) },
  { action: "ListEmailAddress", request: () => ({}) },
  { action: "UpdateEmailSmtpPassWord", request: (w) => ({ EmailAddress: sender(w), Password: "Ab12cd34EF56" }) },
  { action: "CreateAddressUnsubscribeConfig", request: (w) => ({ Address: sender(w), UnsubscribeConfig: "1", Status: 1 }) },
  { action: "ListAddressUnsubscribeConfig", request: () => ({ Offset: 0, Limit: "10" }) },
  { action: "UpdateAddressUnsubscribeConfig", request: (w) => ({ Address: sender(w), UnsubscribeConfig: "0", Status: 0 }) },
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
  { action: "GetEmailTemplate", request: (w) => ({ TemplateID: w.template }) },
  { action: "ListEmailTemplates", request: () => ({ Offset: 0, Limit: 10 }) },

  // Recipient groups.
  { action: "CreateReceiver", request: (w) => ({ ReceiversName: `顾客 ${w.tag}`, Desc: "Bought a book, 50 % or more" }),
    keep: (answer, w) => { w.group = answer.ReceiverId; } },
  { action: "CreateReceiverDetailWithData",
    request: (w) => ({ ReceiverId: w.group, Datas: Array.from({ length: 12 }, (_, i) => (
      { Email: `r${i}+${w.tag}@post.test`, TemplateData: JSON.stringify({ name: `N ${i} & co = "x"` }) })) }) },
  { action: "CreateReceiver", request: (w) => ({ ReceiversName: `plain ${w.tag}` }), keep: (answer, w) => { w.plain = answer.ReceiverId; } },
  { action: "CreateReceiverDetail",
    request: (w) => ({ ReceiverId: w.plain, Emails: [`ann.${w.tag}@post.test`, `ANN.${w.tag}@post.test`, "broken"] }) },
  { action: "ListReceivers", request: (w) => ({ Offset: 0, Limit: 10, KeyWord: w.tag }),
    until: (answer) => answer.Data.every((row) => row.ReceiversStatus === 3) },
  { action: "ListReceivers", request: (w) => ({ Offset: 1, Limit: 1, Status: 3, KeyWord: w.tag }) },
  { action: "ListReceiverDetails", request: (w) => ({ ReceiverId: w.group, Offset: 10, Limit: 10, Email: "post.test", Status: 1 }) },

  // Sending.
  { action: "SendEmail",
    request: (w) => ({ FromEmailAddress: `书店 <${sender(w)}>`, Destination: [`one.${w.tag}@post.test`, `two.${w.tag}@post.test`],
                       Cc: [`cc.${w.tag}@post.test`], Bcc: [`bcc.${w.tag}@post.test`], Subject: "Hi {{name}} & you",
                       ReplyToAddresses: "desk@post.test", Template: template(w), TriggerType: 1, Unsubscribe: "0",
                       Attachments: [{ FileName: "note.txt", Content: base64("attached + more/=") }] }),
    keep: (answer, w) => { w.message = answer.MessageId; } },
  { action: "GetSendEmailStatus",
    request: (w) => ({ RequestDate: day(0), Offset: 0, Limit: 10, MessageId: w.message }),
    until: (answer) => answer.EmailStatusList.length === 4 && answer.EmailStatusList.every((row) => row.DeliverStatus === 1) },
  { action: "GetSendEmailStatus",
    request: (w) => ({ RequestDate: day(0), Offset: 0, Limit: 10, ToEmailAddress: `cc.${w.tag}@post.test` }) },
  { action: "BatchSendEmail",
    request: (w) => ({ FromEmailAddress: sender(w), ReceiverId: w.group, Subject: "For {{name}}", TaskType: 1,
                       ReplyToAddresses: "desk@post.test", Template: template(w), Unsubscribe: "0", ADLocation: 0 }),
    keep: (answer, w) => { w.task = answer.TaskId; } },
  { action: "ListSendTasks", request: (w) => ({ Offset: 0, Limit: 10, ReceiverId: w.group, TaskType: 1 }),
    until: (answer) => answer.Data[0].TaskStatus === 10 },
  { action: "GetSendTask", version: OWN, request: (w) => ({ TaskId: w.task }) },
  { action: "PauseSendTask", version: OWN,
    request: async (w) => {
      const timed = { FromEmailAddress: sender(w), ReceiverId: w.plain, Subject: "Later", TaskType: 2, Template: template(w),
                      TimedParam: { BeginTime: `${day(30)} 09:00:00` } };
      w.later = (await w.call("BatchSendEmail", timed)).TaskId;
      return { TaskId: w.later };
    } },
  { action: "ResumeSendTask", version: OWN, request: (w) => ({ TaskId: w.later }) },
  { action: "StopSendTask", version: OWN, request: (w) => ({ TaskId: w.later }) },

  // Who is not mailed.
  { action: "CreateCustomBlacklist",
    request: (w) => ({ Emails: [`no.${w.tag}@post.test`, `no.${w.tag}@post.test`, "broken"], ExpireDate: day(7) }) },
  { action: "ListCustomBlacklist", request: (w) => ({ Offset: 0, Limit: 10, Status: 1, Email: `no.${w.tag}@post.test` }),
    keep: (answer, w) => { w.blocked = answer.Data[0].Id; } },
  { action: "UpdateCustomBlackList",
    request: (w) => ({ Id: w.blocked, Email: `never.${w.tag}@post.test`, ExpireDate: day(9) }) },
  { action: "DeleteCustomBlackList", request: (w) => ({ Emails: [`never.${w.tag}@post.test`, "unknown@post.test"] }) },
  { action: "ListBlackEmailAddress",
    request: () => ({ StartDate: day(-1), EndDate: day(0), Offset: 0, Limit: 10, EmailAddress: "nobody@post.test" }) },
  { action: "DeleteBlackList", request: () => ({ EmailAddressList: ["nobody@post.test", "else@post.test"] }) },

  // Reports.
  { action: "GetStatisticsReport",
    request: (w) => ({ StartDate: day(-2), EndDate: day(0), Domain: domain(w), ReceivingMailboxType: "post.test" }) },
  { action: "GetAbuseReport", request: () => ({ StartTime: day(-7), EndTime: day(0), Offset: 0, Limit: 10 }) },

  // The sandbox inbox.
  { action: "ListInboxMails", version: OWN, request: (w) => ({ Offset: 0, Limit: 2, To: w.tag, Subject: "N 1" }),
    keep: (answer, w) => { w.mail = answer.Data[0].MailId; } },
  { action: "GetInboxMail", version: OWN, request: (w) => ({ MailId: w.mail }) },
  { action: "DeleteInboxMails", version: OWN, request: () => ({}) },

  // Accounts and credentials.
  { action: "CreateAccount", version: OWN, request: (w) => ({ Name: `Bookshop ${w.tag}` }),
    keep: (answer, w) => { w.account = answer.AppId; } },
  { action: "ListAccounts", version: OWN, request: () => ({ Offset: 0, Limit: 100 }) },
  { action: "CreateCredential", version: OWN,
    request: (w) => ({ AppId: w.account, Name: "web shop", Permission: "list", Actions: ["SendEmail", "GetSendEmailStatus"] }),
    keep: (answer, w) => { w.credential = answer.SecretId; } },
  { action: "ListCredentials", version: OWN, request: (w) => ({ AppId: w.account, Offset: 0, Limit: 10 }) },
  { action: "DisableCredential", version: OWN, request: (w) => ({ AppId: w.account, CredentialId: w.credential }) },
  { action: "EnableCredential", version: OWN, request: (w) => ({ AppId: w.account, CredentialId: w.credential }) },
  { action: "DeleteCredential", version: OWN,
    request: async (w) => {
      await w.call("DisableCredential", { AppId: w.account, CredentialId: w.credential }, OWN);
      return { AppId: w.account, CredentialId: w.credential };
    } },
  { action: "CreateSessionToken", version: OWN,
    request: () => ({ DurationSeconds: 900, Permission: "list", Actions: ["ListReceivers"] }),
    keep: (answer, w) => { w.session = answer; } },

  // What was made goes again.
  { action: "DeleteReceiver", request: (w) => ({ ReceiverId: w.plain }) },
  { action: "DeleteEmailTemplate", request: (w) => ({ TemplateID: w.template }) },
  { action: "DeleteEmailAddress", request: (w) => ({ EmailAddress: sender(w) }) },
  { action: "DeleteEmailIdentity", request: (w) => ({ EmailIdentity: domain(w) }) },
];
