// Every action of the description through the official Node SDK, unmodified: with each signature, by POST and by GET, its
// answer checked field by field, and what was sent before comes back. The golden requests are in conformance_cases.mjs, the
// shapes of the cloud's own samples in sample_cases.mjs.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import test from "node:test";
import { answerFaults, describe, differences, documents } from "./answer_checker.mjs";
import { OWN, bounceSteps, steps } from "./conformance_cases.mjs";
import { sampleSteps } from "./sample_cases.mjs";

const require = createRequire(import.meta.url);
const { ses } = require("tencentcloud-sdk-nodejs-ses");
const { CommonClient } = require("tencentcloud-sdk-nodejs-common");

const credential = { secretId: process.env.TENCENTCLOUD_SECRET_ID, secretKey: process.env.TENCENTCLOUD_SECRET_KEY };

const BOUNCES = process.env.SESAME_CONFORMANCE === "bounces";
const PLAYED = BOUNCES ? { golden: bounceSteps } : { golden: steps, sample: sampleSteps };

const ROUNDS = ["TC3-HMAC-SHA256", "HmacSHA1", "HmacSHA256"].flatMap((signMethod) =>
  ["POST", "GET"].map((reqMethod) => ({ signMethod, reqMethod })));

function clients(round, more = {}) {
  const config = {
    credential, region: "ap-guangzhou", ...more,
    profile: { signMethod: round.signMethod, language: more.language,
               httpProfile: { endpoint: process.env.SESAME_ENDPOINT, protocol: "http://", reqMethod: round.reqMethod } },
  };
  const own = new CommonClient(process.env.SESAME_ENDPOINT, OWN, config);
  const cloud = new ses.v20201002.Client(config);
  // The cloud's actions by the SDK's own methods; ours, and what is newer than the SDK, by its client for any action.
  return (action, request, version) => {
    if (version === OWN) return own.request(action, request);
    return cloud[action] ? cloud[action](request) : cloud.request(action, request);
  };
}

async function answerOf(call, step, w) {
  const end = Date.now() + 20_000;
  const request = await step.request(w);
  for (;;) {
    const answer = await call(step.action, request, step.version);
    if (!step.until || step.until(answer, w)) return answer;
    assert.ok(Date.now() < end, `${step.action}: what was waited for did not come: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

test("every described action has a golden request", () => {
  const described = documents.flatMap((document) => Object.keys(document.actions));
  const covered = new Set(steps.map((step) => step.action));
  const lacking = described.filter((action) => !covered.has(action));
  assert.deepEqual(lacking, [], `described, but without a step in tests/sdk/conformance_cases.mjs: ${lacking.join(", ")}`);
});

test("every step that reads says what it expects to come back", () => {
  const reads = [...steps, ...bounceSteps, ...sampleSteps].filter((step) => describe(step.action)?.kind === "read");
  assert.deepEqual(reads.filter((step) => !step.expect).map((step) => step.action), []);
});

test("the examples of the description are answers as it describes them", () => {
  for (const document of documents) {
    for (const [action, { example }] of Object.entries(document.actions)) {
      const answer = { ...example.response, RequestId: "6ef4a0d2-8f6b-4b2f-9d4e-3f1f0e6b7a01" };
      assert.deepEqual(answerFaults(action, answer), []);
    }
  }
});

for (const [number, round] of ROUNDS.entries()) {
  test(`${round.signMethod} by ${round.reqMethod}`, async (t) => {
    const call = clients(round);
    const w = { tag: `round${number}`, call };
    for (const [kind, played] of Object.entries(PLAYED)) {
      for (const step of played.filter((each) => describe(each.action))) {
        await t.test(`${step.action} (${kind})`, async () => {
          const answer = await answerOf(call, step, w);
          assert.deepEqual(answerFaults(step.action, answer), []);
          if (step.expect) assert.deepEqual(differences(step.expect(w), answer, step.action), []);
          if (step.keep) step.keep(answer, w);
        });
      }
    }
    if (BOUNCES) return;
    await t.test("refusals are the SDK's exceptions, in the language asked for", async () => {
      await assert.rejects(call("DeleteReceiver", { ReceiverId: 999_999 }), { code: "OperationDenied.ReceiverNotExist" });
      await assert.rejects(call("GetEmailTemplate", {}), { code: "MissingParameter", message: /`TemplateID`/ });
      await assert.rejects(call("ListReceivers", { Offset: 0, Limit: 1, Colour: "red" }), { code: "UnknownParameter" });
      const chinese = clients(round, { language: "zh-CN" });
      await assert.rejects(chinese("DeleteReceiver", { ReceiverId: 999_999 }), { message: /[\u4e00-\u9fff]/ });
      const wrong = clients(round, { credential: { ...credential, secretKey: "wrong" } });
      await assert.rejects(wrong("ListEmailAddress", {}), { code: "AuthFailure.SignatureFailure" });
      const elsewhere = clients(round, { region: "ap-beijing" });
      await assert.rejects(elsewhere("ListEmailAddress", {}), { code: "UnsupportedRegion" });
    });
    await t.test("a temporary credential signs with its token", async () => {
      const { TmpSecretId, TmpSecretKey, Token } = w.session;
      const temporary = { secretId: TmpSecretId, secretKey: TmpSecretKey, token: Token };
      const held = clients(round, { credential: temporary });
      assert.ok((await held("ListReceivers", { Offset: 0, Limit: 1 })).TotalCount >= 1);
      await assert.rejects(held("ListEmailAddress", {}), { code: "AuthFailure.UnauthorizedOperation" });
      const bare = clients(round, { credential: { ...temporary, token: undefined } });
      await assert.rejects(bare("ListReceivers", { Offset: 0, Limit: 1 }), { code: "AuthFailure.TokenFailure" });
    });
  });
}
