import type { Json } from '../../../api/json';
import type { Field } from '../description';
import {
  addressOf,
  fileOf,
  isSes,
  membersOf,
  quoted,
  type NoteKey,
  type Sample,
  type SampleInput,
  type SampleLanguage,
} from './sample';

/** A value as Python writes it. */
export function pythonLiteral(value: Json, indent = 0): string {
  const inner = ' '.repeat(indent + 4);
  const outer = ' '.repeat(indent);
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) {
    if (value.every((item) => item === null || typeof item !== 'object')) {
      return `[${value.map((item) => pythonLiteral(item)).join(', ')}]`;
    }
    return `[\n${value.map((item) => inner + pythonLiteral(item, indent + 4)).join(',\n')},\n${outer}]`;
  }
  const members = Object.entries(value);
  if (members.length === 0) return '{}';
  const lines = members.map(([name, member]) => `${inner}${quoted(name)}: ${pythonLiteral(member, indent + 4)},`);
  return `{\n${lines.join('\n')}\n${outer}}`;
}

/** Statements that fill the request object. */
function setters(input: SampleInput, target: string, fields: Field[], doc: { [name: string]: Json }): string[] {
  return Object.entries(doc).flatMap(([name, value]) => {
    const field = fields.find((known) => known.name === name);
    const members = field ? membersOf(input, field) : [];
    const place = `${target}.${name}`;
    if (field && members.length > 0 && Array.isArray(value)) {
      return [
        `${place} = []`,
        ...value.flatMap((item) => [
          `item = models.${field.of}()`,
          ...setters(input, 'item', members, item as { [name: string]: Json }),
          `${place}.append(item)`,
        ]),
      ];
    }
    if (field && members.length > 0 && value !== null && typeof value === 'object') {
      return [`${place} = models.${field.of}()`, ...setters(input, place, members, value as { [name: string]: Json })];
    }
    return [`${place} = ${pythonLiteral(value)}`];
  });
}

function write(input: SampleInput): Sample {
  const { action } = input;
  const address = addressOf(input.base);
  const file = fileOf(input);
  const notes: NoteKey[] = [...(file ? (['file'] as const) : []), 'proxy'];
  const params = file
    ? `with open(${quoted(file.name)}, encoding="utf-8") as file:\n    params = json.load(file)`
    : `params = ${pythonLiteral(input.params)}`;
  const head = `import json
import os

from tencentcloud.common import credential
${isSes(input) ? '' : 'from tencentcloud.common.common_client import CommonClient\n'}from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
${isSes(input) ? 'from tencentcloud.ses.v20201002 import models, ses_client\n' : ''}
key = credential.Credential(os.environ["TENCENTCLOUD_SECRET_ID"], os.environ["TENCENTCLOUD_SECRET_KEY"])
profile = ClientProfile(httpProfile=HttpProfile(protocol="${address.scheme}", endpoint="${address.host}"))
profile.language = "${input.language}"
`;
  let act: string;
  if (!isSes(input)) {
    notes.push('genericClient');
    act = `client = CommonClient("${action.service}", "${action.version}", key, "${input.region}", profile=profile)
${params}
try:
    print(json.dumps(client.call_json("${action.name}", params), indent=2, ensure_ascii=False))`;
  } else {
    const fill =
      input.flavour === 'typed' && !file
        ? setters(input, 'request', action.input, input.params).join('\n')
        : `${params}\nrequest.from_json_string(json.dumps(params))`;
    act = `client = ses_client.SesClient(key, "${input.region}", profile)
request = models.${action.name}Request()
${fill}
try:
    print(client.${action.name}(request).to_json_string(indent=2))`;
  }
  const code = `${head}${act}
except TencentCloudSDKException as error:
    print(error.code, error.message, error.requestId)
`;
  const install = isSes(input)
    ? 'pip install tencentcloud-sdk-python-ses==3.1.162'
    : 'pip install tencentcloud-sdk-python-common==3.1.162';
  return { install, code, notes, file };
}

export const python: SampleLanguage = { key: 'python', title: 'Python', flavours: ['typed', 'json'], runs: false, write };
