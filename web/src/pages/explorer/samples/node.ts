import { writeJson } from '../../../api/json';
import {
  addressOf,
  fileOf,
  hasBigNumber,
  isSes,
  quoted,
  type NoteKey,
  type Sample,
  type SampleInput,
  type SampleLanguage,
} from './sample';

function write(input: SampleInput): Sample {
  const { action } = input;
  const address = addressOf(input.base);
  const file = fileOf(input);
  const notes: NoteKey[] = [...(file ? (['file'] as const) : []), 'nodeProtocol'];
  if (hasBigNumber(input.params)) notes.push('nodeBig');
  if (!isSes(input)) notes.push('genericClient');
  const params = file
    ? `const params = JSON.parse(require("node:fs").readFileSync(${quoted(file.name)}, "utf8"));`
    : `const params = ${writeJson(input.params, 2)};`;
  const profile = `{
  credential: {
    secretId: process.env.TENCENTCLOUD_SECRET_ID,
    secretKey: process.env.TENCENTCLOUD_SECRET_KEY,
  },
  region: "${input.region}",
  profile: {
    language: "${input.language}",
    httpProfile: { protocol: "${address.scheme}://", endpoint: "${address.host}" },
  },
}`;
  const client = isSes(input)
    ? `const { ses } = require("tencentcloud-sdk-nodejs-ses");

const client = new ses.v20201002.Client(${profile});`
    : `const { CommonClient } = require("tencentcloud-sdk-nodejs-common");

const client = new CommonClient("${address.host}", "${action.version}", ${profile});`;
  const call = isSes(input) ? `client.${action.name}(params)` : `client.request("${action.name}", params)`;
  return {
    install: isSes(input) ? 'npm install tencentcloud-sdk-nodejs-ses@4.1.76' : 'npm install tencentcloud-sdk-nodejs-common@4.1.76',
    code: `${client}

${params}

${call}
  .then((answer) => console.log(JSON.stringify(answer, null, 2)))
  .catch((error) => {
    console.error(error.code, error.message, error.requestId);
    process.exitCode = 1;
  });
`,
    notes,
    file,
  };
}

export const node: SampleLanguage = { key: 'node', title: 'Node.js', flavours: ['json'], runs: true, write };
