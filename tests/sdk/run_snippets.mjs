// Runs the documents' examples for the official Node SDK: one line of JSON text on standard input is the code of one example,
// which sees `client`; the line that comes back holds what the client answered, or the error.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const require = createRequire(import.meta.url);
const { ses } = require("tencentcloud-sdk-nodejs-ses");
const client = new ses.v20201002.Client({
  credential: { secretId: process.env.TENCENTCLOUD_SECRET_ID, secretKey: process.env.TENCENTCLOUD_SECRET_KEY },
  region: "ap-guangzhou",
  profile: { httpProfile: { endpoint: process.env.SESAME_ENDPOINT, protocol: "http://" } },
});
const AsyncFunction = (async () => {}).constructor;

for await (const line of createInterface({ input: process.stdin })) {
  let said;
  const kept = new Proxy(client, {
    get: (target, name) => async (...words) => (said = await target[name](...words)),
  });
  try {
    await new AsyncFunction("client", JSON.parse(line))(kept);
    console.log(JSON.stringify({ answer: said ?? null }));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error.code ?? error) }));
  }
}
