import type { Json } from '../../../api/json';
import { objectStatements, type ObjectSyntax } from './objects';
import { addressOf, fileOf, isSes, type NoteKey, type Sample, type SampleInput, type SampleLanguage } from './sample';

/** Ruby reads only \\ and \' in single quotes, so that #{} stays what it is. */
function rubyText(text: string): string {
  return `'${text.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`;
}

const kSyntax: ObjectSyntax = {
  variable: snake,
  make: (type, variable) => `${variable} = ${type}.new`,
  set: (target, member, value) => `${target}.${member} = ${value}`,
  text: rubyText,
  whole: (value: Json) => (value === null ? 'nil' : String(value)),
  list: (items) => `[${items.join(', ')}]`,
};

function snake(name: string): string {
  return name.replace(/[A-Z]+/g, (capitals, at: number) => (at > 0 ? '_' : '') + capitals.toLowerCase());
}

function write(input: SampleInput): Sample {
  const { action } = input;
  const address = addressOf(input.base);
  const install = 'gem install tencentcloud-sdk-ses';
  if (!isSes(input)) return { install, code: '', notes: ['rubyNoCommon'], impossible: true };
  const file = fileOf(input);
  const notes: NoteKey[] = [...(file ? (['file'] as const) : [])];
  if (address.port) notes.push('rubyPort');
  const statements = objectStatements(input, kSyntax, 'request');
  const fill = file
    ? `request.deserialize(JSON.parse(File.read(${rubyText(file.name)})))`
    : statements.join('\n');
  return {
    install,
    code: `require 'json'
require 'tencentcloud-sdk-ses'

include TencentCloud::Common
include TencentCloud::Ses::V20201002

http = HttpProfile.new
http.scheme = '${address.scheme}'
http.endpoint = '${address.hostname}'
profile = ClientProfile.new
profile.http_profile = http
profile.language = '${input.language}'
key = Credential.new(ENV.fetch('TENCENTCLOUD_SECRET_ID'), ENV.fetch('TENCENTCLOUD_SECRET_KEY'))
client = Client.new(key, '${input.region}', profile)
request = ${action.name}Request.new
${fill}
begin
  puts client.${action.name}(request).serialize
rescue TencentCloudSDKException => e
  warn "#{e.code} #{e.message} #{e.request_id}"
  exit 1
end
`,
    notes,
    file,
  };
}

export const ruby: SampleLanguage = { key: 'ruby', title: 'Ruby', flavours: ['typed'], runs: false, write };
