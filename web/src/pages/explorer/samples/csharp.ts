import { writeJson, type Json } from '../../../api/json';
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

function csharpValue(input: SampleInput, field: Field | undefined, value: Json, indent: string): string {
  const members = field ? membersOf(input, field) : [];
  if (field && members.length > 0 && value !== null && typeof value === 'object') {
    const one = (doc: { [name: string]: Json }, at: string) => {
      const lines = Object.entries(doc).map(
        ([name, member]) =>
          `${at}    ${name} = ${csharpValue(input, members.find((known) => known.name === name), member, `${at}    `)},`,
      );
      return `new ${field.of}\n${at}{\n${lines.join('\n')}\n${at}}`;
    };
    if (!Array.isArray(value)) return one(value, indent);
    const items = value.map((item) => `${indent}    ${one(item as { [name: string]: Json }, `${indent}    `)},`);
    return `new[]\n${indent}{\n${items.join('\n')}\n${indent}}`;
  }
  if (Array.isArray(value)) {
    const type = field?.of === 'uint64' ? 'ulong?' : field?.of === 'int64' ? 'long?' : 'string';
    return `new ${type}[] { ${value.map((item) => (typeof item === 'string' ? quoted(item) : String(item))).join(', ')} }`;
  }
  if (typeof value === 'string') return quoted(value);
  return String(value);
}

function write(input: SampleInput): Sample {
  const { action } = input;
  const address = addressOf(input.base);
  const file = fileOf(input);
  const ses = isSes(input);
  const notes: NoteKey[] = [...(file ? (['file'] as const) : []), 'csharpLanguage'];
  if (!ses) notes.push('genericClient');
  const json = file ? `System.IO.File.ReadAllText(${quoted(file.name)})` : quoted(writeJson(input.params));
  const members = Object.entries(input.params).map(
    ([name, value]) =>
      `    ${name} = ${csharpValue(input, action.input.find((known) => known.name === name), value, '    ')},`,
  );
  const request = !ses
    ? `var request = new CommonRequest(${json});`
    : input.flavour === 'typed' && !file
      ? `var request = new ${action.name}Request\n{\n${members.join('\n')}\n};`
      : `var request = AbstractModel.FromJsonString<${action.name}Request>(${json});`;
  const client = ses
    ? `var client = new SesClient(key, "${input.region}", profile);`
    : `var client = new CommonClient("${action.service}", "${action.version}", key, "${input.region}", profile);`;
  const call = ses
    ? `Console.WriteLine(AbstractModel.ToJsonString(await client.${action.name}(request)));`
    : `Console.WriteLine(client.Call(request, "${action.name}"));`;
  const language = input.language === 'zh-CN' ? 'ZH_CN' : 'EN_US';
  return {
    install: `dotnet add package TencentCloudSDK.${ses ? 'Ses --version 3.0.1464' : 'Common --version 3.0.1493'}`,
    code: `using System;
using TencentCloud.Common;
using TencentCloud.Common.Profile;
${ses ? 'using TencentCloud.Ses.V20201002;\nusing TencentCloud.Ses.V20201002.Models;\n' : ''}
var key = new Credential
{
    SecretId = Environment.GetEnvironmentVariable("TENCENTCLOUD_SECRET_ID"),
    SecretKey = Environment.GetEnvironmentVariable("TENCENTCLOUD_SECRET_KEY"),
};
var profile = new ClientProfile
{
    Language = Language.${language},
    HttpProfile = new HttpProfile { Protocol = "${address.scheme}://", Endpoint = "${address.host}" },
};
${client}
${request}
try
{
    ${call}
}
catch (TencentCloudSDKException error)
{
    Console.Error.WriteLine($"{error.ErrorCode} {error.Message} {error.RequestId}");
    Environment.Exit(1);
}
`,
    notes,
    file,
  };
}

export const csharp: SampleLanguage = { key: 'csharp', title: 'C#', flavours: ['typed', 'json'], runs: false, write };
