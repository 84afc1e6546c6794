import { writeJson, type Json } from '../../../api/json';
import type { Field } from '../description';
import {
  addressOf,
  fileOf,
  indented,
  isSes,
  membersOf,
  quoted,
  type NoteKey,
  type Sample,
  type SampleInput,
  type SampleLanguage,
} from './sample';

function goText(text: string): string {
  return text.includes('`') || text.includes('\r') ? quoted(text) : `\`${text}\``;
}

const kPointers: Record<string, string> = { uint64: 'Uint64Ptr', int64: 'Int64Ptr', bool: 'BoolPtr' };

function goValue(input: SampleInput, field: Field | undefined, value: Json): string {
  const members = field ? membersOf(input, field) : [];
  if (field && members.length > 0) {
    const one = (doc: Json, type: string) => {
      const lines = Object.entries(doc as { [name: string]: Json }).map(
        ([name, member]) => `\t${name}: ${goValue(input, members.find((known) => known.name === name), member)},`,
      );
      return `${type}{\n${lines.join('\n').replace(/\n(?=[^\t])/g, '\n\t')}\n}`;
    };
    if (Array.isArray(value)) {
      return `[]*ses.${field.of}{\n${value.map((item) => indented(`${one(item, '')},`, 0)).join('\n')}\n}`;
    }
    return one(value, `&ses.${field.of}`);
  }
  if (Array.isArray(value)) {
    const numbers = field?.of === 'uint64';
    return numbers
      ? `[]*uint64{${value.map((item) => `common.Uint64Ptr(${String(item)})`).join(', ')}}`
      : `common.StringPtrs([]string{${value.map((item) => quoted(String(item))).join(', ')}})`;
  }
  if (typeof value === 'string') return `common.StringPtr(${quoted(value)})`;
  return `common.${kPointers[field?.type ?? ''] ?? 'Int64Ptr'}(${String(value)})`;
}

function write(input: SampleInput): Sample {
  const { action } = input;
  const address = addressOf(input.base);
  const file = fileOf(input);
  const ses = isSes(input);
  const typed = ses && input.flavour === 'typed' && !file;
  const notes: NoteKey[] = [...(file ? (['file'] as const) : []), 'goPointers'];
  if (!ses) notes.push('genericClient');
  const text = file ? 'string(text)' : goText(writeJson(input.params, 2));
  const read = file
    ? `\ttext, err := os.ReadFile(${quoted(file.name)})
\tif err != nil {
\t\tpanic(err)
\t}
`
    : '';
  const fill = typed
    ? Object.entries(input.params)
        .map(([name, value]) => {
          const field = action.input.find((known) => known.name === name);
          return `\trequest.${name} = ${goValue(input, field, value).replace(/\n/g, '\n\t')}\n`;
        })
        .join('')
    : ses
      ? `${read}\tif err := request.FromJsonString(${text}); err != nil {\n\t\tpanic(err)\n\t}\n`
      : `${read}\tif err := request.SetActionParameters(${text}); err != nil {\n\t\tpanic(err)\n\t}\n`;
  const imports = [
    '"errors"',
    '"fmt"',
    '"os"',
    '',
    '"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common"',
    'sdkerrors "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/errors"',
    ...(ses ? [] : ['tchttp "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/http"']),
    '"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/profile"',
    ...(ses ? ['ses "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/ses/v20201002"'] : []),
  ];
  const begin = ses
    ? `\tclient, err := ses.NewClient(key, "${input.region}", options)
\tif err != nil {
\t\tpanic(err)
\t}
\trequest := ses.New${action.name}Request()
`
    : `\tclient := common.NewCommonClient(key, "${input.region}", options)
\trequest := tchttp.NewCommonRequest("${action.service}", "${action.version}", "${action.name}")
`;
  const call = ses
    ? `\tresponse, err := client.${action.name}(request)`
    : `\tresponse := tchttp.NewCommonResponse()\n\t${file ? 'err =' : 'err :='} client.Send(request, response)`;
  const print = ses ? 'fmt.Println(response.ToJsonString())' : 'fmt.Println(string(response.GetBody()))';
  return {
    install: ses
      ? 'go get github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/ses@v1.3.166'
      : 'go get github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common@v1.3.166',
    code: `package main

import (
${imports.map((line) => (line ? `\t${line}` : '')).join('\n')}
)

func main() {
\tkey := common.NewCredential(os.Getenv("TENCENTCLOUD_SECRET_ID"), os.Getenv("TENCENTCLOUD_SECRET_KEY"))
\toptions := profile.NewClientProfile()
\toptions.HttpProfile.Scheme = "${address.scheme.toUpperCase()}"
\toptions.HttpProfile.Endpoint = "${address.host}"
\toptions.Language = "${input.language}"
${begin}${fill}${call}
\tvar refused *sdkerrors.TencentCloudSDKError
\tif errors.As(err, &refused) {
\t\tfmt.Fprintln(os.Stderr, refused.Code, refused.Message, refused.RequestId)
\t\tos.Exit(1)
\t}
\tif err != nil {
\t\tpanic(err)
\t}
\t${print}
}
`,
    notes,
    file,
  };
}

export const go: SampleLanguage = { key: 'go', title: 'Go', flavours: ['typed', 'json'], runs: false, write };
