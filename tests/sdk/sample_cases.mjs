// The shapes of the samples in the cloud's public documentation, with values of our own: what programs copy from it. Which
// fields a sample has, which it leaves out, and those it gives although nothing needs them. Steps as in conformance_cases.mjs,
// played behind them in the same world.
import { base64, day, justNow, one, secondsNow } from "./conformance_cases.mjs";

const domain = (w) => `mail.sample${w.tag}.test`;
const sender = (w) => `service@${domain(w)}`;
const letter = (w) => ({ TemplateID: w.letter, TemplateData: '{"name":"Lin"}' });

const setUp = [
  // Nothing but the name.
  { action: "CreateEmailIdentity", request: (w) => ({ EmailIdentity: domain(w) }),
    expect: (w) => ({ DKIMOption: 0, Attributes: one({ SendDomain: `sesame1024._domainkey.${domain(w)}` }) }) },
  { action: "UpdateEmailIdentity", request: (w) => ({ EmailIdentity: domain(w) }), expect: () => ({ IdentityType: "DOMAIN", DKIMOption: 0 }) },
  { action: "ListEmailIdentities", request: () => ({}),
    expect: (w) => ({ EmailIdentities: one({ IdentityName: domain(w), SendingEnabled: true, TagList: [] }) }) },
  { action: "CreateEmailAddress", request: (w) => ({ EmailAddress: sender(w), EmailSenderName: "读书通知" }) },
  { action: "CreateAddressUnsubscribeConfig", request: (w) => ({ Address: sender(w), UnsubscribeConfig: "7", Status: 1 }) },
  { action: "ListAddressUnsubscribeConfig", request: () => ({ Offset: 0, Limit: "10" }),
    expect: (w) => ({ Total: 1, AddressUnsubscribeConfigList: [{ Address: sender(w), UnsubscribeConfig: "7", Status: 1 }] }) },
  { action: "UpdateAddressUnsubscribeConfig", request: (w) => ({ Address: sender(w), UnsubscribeConfig: "1", Status: 1 }) },
  { action: "ListAddressUnsubscribeConfig", request: () => ({ Offset: 0, Limit: "1" }),
    expect: (w) => ({ Total: 1, AddressUnsubscribeConfigList: [{ Address: sender(w), UnsubscribeConfig: "1", Status: 1 }] }) },
  { action: "DeleteAddressUnsubscribeConfig", request: (w) => ({ Address: sender(w) }) },

  // A template of one part only, and a page from the tenth with a limit of nothing.
  { action: "CreateEmailTemplate",
    request: (w) => ({ TemplateName: `HtmlOnly${w.tag}`, TemplateContent: { Html: base64("<p>Your code: {{code}}</p>") } }),
    keep: (answer, w) => { w.html = answer.TemplateID; } },
  { action: "GetEmailTemplate", request: (w) => ({ TemplateID: w.html }),
    expect: () => ({ TemplateContent: { Html: base64("<p>Your code: {{code}}</p>"), Text: "" } }) },
  { action: "CreateEmailTemplate",
    request: (w) => ({ TemplateName: `TextOnly${w.tag}`, TemplateContent: { Text: base64("Good day, {{name}}") } }),
    keep: (answer, w) => { w.letter = answer.TemplateID; } },
  { action: "GetEmailTemplate", request: (w) => ({ TemplateID: w.letter }),
    expect: () => ({ TemplateContent: { Html: "", Text: base64("Good day, {{name}}") } }) },
  { action: "ListEmailTemplates", request: () => ({ Limit: 0, Offset: 10 }), expect: () => ({ TotalCount: 2, TemplatesMetadata: [] }) },
  { action: "ListEmailTemplates", request: () => ({ Limit: 0, Offset: 0 }),
    expect: (w) => ({ TotalCount: 2, TemplatesMetadata: [
      { TemplateID: w.letter, TemplateName: `TextOnly${w.tag}`, CreatedTimestamp: secondsNow, TemplateStatus: 0, ReviewReason: "" },
      { TemplateID: w.html, TemplateName: `HtmlOnly${w.tag}` }] }) },
];

const groups = [
  { action: "CreateReceiver", request: (w) => ({ ReceiversName: `读者${w.tag}`, Desc: "周刊的读者" }),
    keep: (answer, w) => { w.readers = answer.ReceiverId; } },
  { action: "CreateReceiverDetailWithData",
    request: (w) => ({ ReceiverId: w.readers, Datas: [{ Email: `lin.${w.tag}@post.test`, TemplateData: '{"name":"Lin","age":"31"}' }] }),
    expect: () => ({ TotalCount: 1, ValidCount: 1 }) },
  { action: "ListReceivers", request: (w) => ({ Status: 3, Offset: 0, Limit: 1, KeyWord: `读者${w.tag}` }),
    until: (answer) => answer.TotalCount === 1,
    expect: (w) => ({ Data: [{ ReceiverId: w.readers, ReceiversName: `读者${w.tag}`, Desc: "周刊的读者", Count: 1, CreateTime: justNow }] }) },
  { action: "ListReceivers", request: () => ({ Status: 1, Offset: 1, Limit: 1, KeyWord: "nobody" }), expect: () => ({ TotalCount: 0, Data: [] }) },
  // The second page of a search that finds one.
  { action: "ListReceiverDetails", request: (w) => ({ ReceiverId: w.readers, Email: `lin.${w.tag}@post.test`, Offset: 1, Limit: 10 }),
    expect: () => ({ TotalCount: 1, Data: [] }) },
  { action: "ListReceiverDetails", request: (w) => ({ ReceiverId: w.readers, Email: `lin.${w.tag}@post.test`, Offset: 0, Limit: 10 }),
    expect: (w) => ({ TotalCount: 1, Data: [
      { Email: `lin.${w.tag}@post.test`, CreateTime: justNow, TemplateData: (data) => JSON.parse(data).age === "31" }] }) },
];

const sending = [
  // Both contents (the template counts), both schedules, though it starts now and their times are past.
  { action: "BatchSendEmail",
    request: (w) => ({
      Attachments: [{ Content: base64("price list"), FileName: "价格.txt" }], TimedParam: { BeginTime: "2021-09-10 11:10:11" },
      FromEmailAddress: sender(w), ReplyToAddresses: sender(w), Simple: { Text: "not", Html: "used" }, ReceiverId: w.readers,
      Template: letter(w), CycleParam: { IntervalTime: 1, BeginTime: "2021-09-10 11:10:11" }, Subject: "本周新书", TaskType: 1, ADLocation: 0,
    }),
    keep: (answer, w) => { w.batch = answer.TaskId; } },
  { action: "ListSendTasks", request: (w) => ({ Offset: 0, Limit: 1, ReceiverId: w.readers, TaskType: 1 }),
    until: (answer) => answer.Data[0].TaskStatus === 10,
    expect: (w) => ({ TotalCount: 1, Data: [
      { TaskId: w.batch, TaskType: 1, RequestCount: 1, SendCount: 1, CacheCount: 0, Subject: "本周新书", Template: letter(w), TimedParam: null,
        CycleParam: null, ErrMsg: "", FromEmailAddress: sender(w), ReceiversName: `读者${w.tag}` }] }) },
  { action: "ListSendTasks", request: (w) => ({ Status: 10, Offset: 1, Limit: 1, ReceiverId: w.readers, TaskType: 1 }),
    expect: () => ({ TotalCount: 1, Data: [] }) },
  { action: "ListInboxMails", version: "2026-12-01", request: (w) => ({ Offset: 0, Limit: 10, To: `lin.${w.tag}@post.test` }),
    expect: () => ({ TotalCount: 1, Data: [{ Subject: "本周新书" }] }), keep: (answer, w) => { w.sampleMail = answer.Data[0].MailId; } },
  { action: "GetInboxMail", version: "2026-12-01", request: (w) => ({ MailId: w.sampleMail }),
    expect: () => ({ Raw: (raw) => Buffer.from(raw, "base64").toString().replaceAll("=\r\n", "").includes("Good day, Lin") }) },
  { action: "SendEmail",
    request: (w) => ({ FromEmailAddress: `读书通知 <${sender(w)}>`, ReplyToAddresses: "desk@post.test", Destination: [`user.${w.tag}@post.test`],
                       Simple: { Html: base64("<html><div>Good evening</div></html>"), Text: base64("Good evening") }, Subject: "Tonight" }),
    expect: () => ({ MessageId: /^qcloudses-30-\d+-date-\d{14}-\w{13}$/ }) },
  { action: "SendEmail",
    request: (w) => ({ FromEmailAddress: `读书通知 <${sender(w)}>`, ReplyToAddresses: "desk@post.test", Destination: [`user.${w.tag}@post.test`],
                       Simple: { Text: base64("Good night") }, Subject: "Later" }) },
  { action: "SendEmail",
    request: (w) => ({ FromEmailAddress: `READERS <${sender(w)}>`, ReplyToAddresses: "desk@post.test", Destination: [`user.${w.tag}@post.test`],
                       Template: { TemplateID: w.html, TemplateData: '{"code":"4711"}' }, Subject: "Your code" }),
    keep: (answer, w) => { w.single = answer.MessageId; } },
  { action: "GetSendEmailStatus", request: (w) => ({ Limit: 10, Offset: 0, RequestDate: day(0), MessageId: w.single }),
    until: (answer) => answer.EmailStatusList[0].DeliverStatus === 1,
    expect: (w) => ({ EmailStatusList: [{ MessageId: w.single, ToEmailAddress: `user.${w.tag}@post.test`, FromEmailAddress: sender(w), SendStatus: 0,
                                          RequestTime: secondsNow }] }) },
  { action: "GetSendEmailStatus", request: (w) => ({ Limit: 10, Offset: 0, RequestDate: day(0), ToEmailAddress: `user.${w.tag}@post.test` }),
    expect: (w) => ({ EmailStatusList: (rows) => rows.length === 3 && rows[2].MessageId === w.single }) },
];

const listsAndReports = [
  { action: "CreateCustomBlacklist", request: (w) => ({ ExpireDate: day(30), Emails: [`b.${w.tag}@post.test`, `a.${w.tag}@post.test`] }),
    expect: () => ({ TotalCount: 2, ValidCount: 2, InvalidCount: 0 }) },
  { action: "CreateCustomBlacklist", request: (w) => ({ Emails: [`c.${w.tag}@post.test`, `c.${w.tag}@post.test`, "no address"] }),
    expect: () => ({ TotalCount: 3, ValidCount: 1, RepeatCount: 1, InvalidCount: 1, TooLongCount: 0 }) },
  { action: "ListCustomBlacklist", request: (w) => ({ Offset: 1, Limit: 1, Status: 1, Email: `a.${w.tag}@post.test` }),
    expect: () => ({ TotalCount: 1, Data: [] }) },
  { action: "ListCustomBlacklist", request: () => ({ Offset: 1, Limit: 1, Status: 1 }),
    expect: (w) => ({ TotalCount: 3, Data: [{ Email: `a.${w.tag}@post.test`, ExpireDate: day(30), CreateTime: justNow, Status: 1 }] }),
    keep: (answer, w) => { w.entry = answer.Data[0].Id; } },
  { action: "UpdateCustomBlackList", request: (w) => ({ Id: w.entry, ExpireDate: day(60), Email: `d.${w.tag}@post.test` }) },
  { action: "ListCustomBlacklist", request: () => ({ Offset: 1, Limit: 1, Status: 1 }),
    expect: (w) => ({ Data: [{ Id: w.entry, Email: `d.${w.tag}@post.test`, ExpireDate: day(60) }] }) },
  { action: "DeleteCustomBlackList", request: (w) => ({ Emails: ["b", "c", "d"].map((name) => `${name}.${w.tag}@post.test`) }) },
  { action: "ListBlackEmailAddress", request: () => ({ StartDate: day(0), EndDate: day(0), Limit: 10, Offset: 0 }),
    expect: () => ({ TotalCount: 0, BlackList: [] }) },
  { action: "DeleteBlackList", request: () => ({ EmailAddressList: ["23@post.test"] }) },
  { action: "GetStatisticsReport",
    request: (w) => ({ Domain: domain(w), StartDate: day(-2), EndDate: day(0), ReceivingMailboxType: "post.test" }),
    expect: () => ({ DailyVolumes: [{ SendDate: day(0), RequestCount: 4, AcceptedCount: 4, BounceCount: 0 }], OverallVolume: { RequestCount: 4 } }) },
  // Without Offset.
  { action: "GetAbuseReport", request: () => ({ StartTime: day(-6), EndTime: day(0), Limit: 1 }), expect: () => ({ TotalCount: 0, Data: [] }) },
];

const clearing = [
  { action: "UpdateEmailTemplate",
    request: (w) => ({ TemplateID: w.html, TemplateName: `myTemplate${w.tag}`,
                       TemplateContent: { Html: base64("<p>{{code}}</p>"), Text: base64("{{code}}") } }) },
  { action: "GetEmailTemplate", request: (w) => ({ TemplateID: w.html }),
    expect: (w) => ({ TemplateName: `myTemplate${w.tag}`, TemplateContent: { Html: base64("<p>{{code}}</p>"), Text: base64("{{code}}") } }) },
  { action: "DeleteEmailTemplate", request: (w) => ({ TemplateID: w.html }) },
  { action: "DeleteEmailTemplate", request: (w) => ({ TemplateID: w.letter }) },
  { action: "DeleteReceiver", request: (w) => ({ ReceiverId: w.readers }) },
  { action: "DeleteEmailAddress", request: (w) => ({ EmailAddress: sender(w) }) },
  { action: "DeleteEmailIdentity", request: (w) => ({ EmailIdentity: domain(w) }) },
  { action: "ListEmailTemplates", request: () => ({ Limit: 10, Offset: 0 }), expect: () => ({ TotalCount: 0, TemplatesMetadata: [] }) },
  { action: "ListEmailAddress", request: () => ({}), expect: () => ({ EmailSenders: [] }) },
  { action: "DeleteInboxMails", version: "2026-12-01", request: () => ({}), expect: () => ({ DeletedCount: 4 }) },
];

export const sampleSteps = [...setUp, ...groups, ...sending, ...listsAndReports, ...clearing];
