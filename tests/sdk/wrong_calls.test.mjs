// The official Node SDK, unmodified, makes calls that are refused; their RequestIds are printed as lines "call NAME ID".
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import test from "node:test";

const require = createRequire(import.meta.url);
const { ses } = require("tencentcloud-sdk-nodejs-ses");

function client(secretKey = process.env.TENCENTCLOUD_SECRET_KEY, secretId = process.env.TENCENTCLOUD_SECRET_ID) {
  return new ses.v20201002.Client({
    credential: { secretId, secretKey },
    region: "ap-guangzhou",
    profile: { httpProfile: { endpoint: process.env.SESAME_ENDPOINT, protocol: "http://" } },
  });
}

async function refused(name, call, code) {
  await assert.rejects(call, (error) => {
    assert.equal(error.code, code);
    console.log(`call ${name} ${error.requestId}`);
    return true;
  });
}

test("calls that are refused, each with its code", async () => {
  await refused("signature", client(`${process.env.TENCENTCLOUD_SECRET_KEY} `).ListReceivers({ Offset: 0, Limit: 1 }),
    "AuthFailure.SignatureFailure");
  await refused("stranger", client("x", "AKIDnobodyknowsnobodyknowsnobodyknow").ListReceivers({ Offset: 0, Limit: 1 }),
    "AuthFailure.SecretIdNotFound");
  await refused("exchanged", client(process.env.TENCENTCLOUD_SECRET_ID, process.env.TENCENTCLOUD_SECRET_KEY)
    .ListReceivers({ Offset: 0, Limit: 1 }), "AuthFailure.SecretIdNotFound");
  await refused("password", client().UpdateEmailSmtpPassWord({ EmailAddress: "news@mail.shop.test", Password: process.env.SESAME_PASSWORD }),
    "InvalidParameterValue.InvalidSmtpPassWord");
  await refused("template", client().SendEmail({ FromEmailAddress: "news@mail.shop.test", Destination: ["ann.private@post.test"],
    Subject: "Hi", Template: { TemplateID: 4711, TemplateData: '{"name":"private data"}' },
    Attachments: [{ FileName: "a.txt", Content: Buffer.from("private file").toString("base64") }] }),
  "FailedOperation.InvalidTemplateID");
});
