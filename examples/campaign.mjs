import sdk from "tencentcloud-sdk-nodejs-ses";
import { setTimeout as pause } from "node:timers/promises";

const endpoint = new URL(process.env.SESAME_ENDPOINT ?? "http://127.0.0.1:8080");
const client = new sdk.ses.v20201002.Client({
  credential: { secretId: process.env.TENCENTCLOUD_SECRET_ID, secretKey: process.env.TENCENTCLOUD_SECRET_KEY },
  region: "ap-guangzhou",
  profile: { httpProfile: { endpoint: endpoint.host, protocol: `${endpoint.protocol}//` } },
});

const { ReceiverId } = await client.CreateReceiver({ ReceiversName: "readers" });
await client.CreateReceiverDetailWithData({
  ReceiverId,
  Datas: [{ Email: "ada@example.com", TemplateData: JSON.stringify({ name: "Ada", city: "Paris", voucher: "AB12" }) }],
});
const uploaded = 3; // The status is 2 while the upload is merged.
for (let status = 0; status !== uploaded; await pause(200)) {
  status = (await client.ListReceivers({ Offset: 0, Limit: 1, KeyWord: "readers" })).Data[0].ReceiversStatus;
}
const { TaskId } = await client.BatchSendEmail({
  FromEmailAddress: "news@mail.sesame.example", ReceiverId, Subject: "Hi {{name}}", TaskType: 1,
  Template: { TemplateID: 1, TemplateData: "{}" },
});
console.log(`task ${TaskId} mails them`);
