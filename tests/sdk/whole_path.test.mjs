// The official Node SDK, unmodified, runs the whole path: sender, template, group, upload, mailing, status.
// SESAME_ENDPOINT is host:port; the credential is in the environment as the SDK's own tools use it.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import test from "node:test";

const require = createRequire(import.meta.url);
const { ses } = require("tencentcloud-sdk-nodejs-ses");
const client = new ses.v20201002.Client({
  credential: { secretId: process.env.TENCENTCLOUD_SECRET_ID, secretKey: process.env.TENCENTCLOUD_SECRET_KEY },
  region: "ap-guangzhou",
  profile: { httpProfile: { endpoint: process.env.SESAME_ENDPOINT, protocol: "http://" } },
});
const base64 = (text) => Buffer.from(text).toString("base64");

async function until(condition, what) {
  const end = Date.now() + 30_000;
  for (;;) {
    const value = await condition();
    if (value) return value;
    assert.ok(Date.now() < end, `${what} did not happen in time`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test("the whole path through the official SDK", async (t) => {
  let templateId, groupId, messageId;
  await t.test("a sender domain with DKIM records", async () => {
    const made = await client.CreateEmailIdentity({ EmailIdentity: "mail.sdk.test", DKIMOption: 1 });
    assert.equal(made.IdentityType, "DOMAIN");
    assert.ok(made.Attributes.some((row) => row.SendDomain.endsWith("_domainkey.mail.sdk.test")));
    assert.equal((await client.GetEmailIdentity({ EmailIdentity: "mail.sdk.test" })).DKIMOption, 1);
    await client.UpdateEmailIdentity({ EmailIdentity: "mail.sdk.test" });
    await client.CreateEmailAddress({ EmailAddress: "news@mail.sdk.test", EmailSenderName: "新闻" });
    assert.equal((await client.ListEmailAddress({})).EmailSenders[0].EmailSenderName, "新闻");
  });
  await t.test("a template", async () => {
    const content = { Html: base64("<p>Hello {{name}}</p>"), Text: base64("Hello {{name}}") };
    templateId = (await client.CreateEmailTemplate({ TemplateName: "greeting", TemplateContent: content })).TemplateID;
    assert.equal((await client.GetEmailTemplate({ TemplateID: templateId })).TemplateContent.Html, content.Html);
    assert.equal((await client.ListEmailTemplates({ Offset: 0, Limit: 10 })).TotalCount, 1);
  });
  await t.test("a group, filled", async () => {
    groupId = (await client.CreateReceiver({ ReceiversName: "sdk readers", Desc: "made by the SDK" })).ReceiverId;
    const Datas = Array.from({ length: 300 }, (_, i) => ({ Email: `r${i}@post.test`, TemplateData: `{"name":"N${i}"}` }));
    const counts = await client.CreateReceiverDetailWithData({ ReceiverId: groupId, Datas });
    assert.deepEqual([counts.TotalCount, counts.ValidCount, counts.RepeatCount], [300, 300, 0]);
    const row = await until(async () => {
      const list = await client.ListReceivers({ Offset: 0, Limit: 10, KeyWord: "sdk" });
      return list.Data[0].ReceiversStatus === 3 && list.Data[0];
    }, "status 3");
    assert.equal(row.Count, 300);
    const page = await client.ListReceiverDetails({ ReceiverId: groupId, Offset: 299, Limit: 10 });
    assert.equal(page.Data[0].Email, "r299@post.test");
  });
  await t.test("the group is mailed", async () => {
    const { TaskId } = await client.BatchSendEmail({
      FromEmailAddress: "新闻 <news@mail.sdk.test>", ReceiverId: groupId, Subject: "Hello {{name}}", TaskType: 1,
      Template: { TemplateID: templateId, TemplateData: "{}" },
    });
    const task = await until(async () => {
      const list = await client.ListSendTasks({ Offset: 0, Limit: 10 });
      const found = list.Data.find((each) => each.TaskId === TaskId);
      return found.TaskStatus === 10 && found;
    }, "the end of the task");
    assert.equal(task.SendCount, 300);
  });
  await t.test("a single mail and its status", async () => {
    messageId = (await client.SendEmail({
      FromEmailAddress: "news@mail.sdk.test", Subject: "你好 {{name}}", Destination: ["one@post.test"], Cc: ["two@post.test"],
      ReplyToAddresses: "desk@sdk.test", Template: { TemplateID: templateId, TemplateData: '{"name":"Ada"}' },
      Attachments: [{ FileName: "note.txt", Content: base64("attached") }],
    })).MessageId;
    assert.match(messageId, /^qcloudses-30-\d+-date-\d{14}-[0-9A-Za-z]{12}1$/);
    const RequestDate = new Date(Date.now() + 8 * 3600_000).toISOString().slice(0, 10);
    const rows = await until(async () => {
      const answer = await client.GetSendEmailStatus({ RequestDate, Offset: 0, Limit: 10, MessageId: messageId });
      const list = answer.EmailStatusList;
      return list.length === 2 && list.every((each) => each.DeliverStatus === 1) && list;
    }, "delivery");
    assert.deepEqual(rows.map((each) => each.ToEmailAddress).sort(), ["one@post.test", "two@post.test"]);
  });
  await t.test("errors arrive as the SDK's exceptions", async () => {
    await assert.rejects(client.CreateReceiver({ ReceiversName: "sdk readers" }), (error) => {
      assert.equal(error.code, "InvalidParameterValue.RepeatReceiverName");
      assert.match(error.requestId, /^[0-9a-f-]{36}$/);
      return true;
    });
    await assert.rejects(client.SendEmail({ Subject: "x" }), { code: "MissingParameter" });
  });
  await t.test("the group is deleted", async () => {
    await client.DeleteReceiver({ ReceiverId: groupId });
    assert.equal((await client.ListReceivers({ Offset: 0, Limit: 10 })).TotalCount, 0);
  });
});
