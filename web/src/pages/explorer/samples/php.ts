import { writeJson } from '../../../api/json';
import { objectStatements, type ObjectSyntax } from './objects';
import {
  addressOf,
  fileOf,
  isSes,
  type NoteKey,
  type Sample,
  type SampleInput,
  type SampleLanguage,
} from './sample';

/** PHP reads only \\ and \' in single quotes, so that `$` and `{` stay what they are. */
export function phpText(text: string): string {
  return `'${text.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`;
}

const kSyntax: ObjectSyntax = {
  variable: (name) => `$${name}`,
  make: (type, variable) => `${variable} = new ${type}();`,
  set: (target, member, value) => `${target}->set${member}(${value});`,
  text: phpText,
  whole: (value) => String(value),
  list: (items) => `[${items.join(', ')}]`,
};

function write(input: SampleInput): Sample {
  const { action } = input;
  const address = addressOf(input.base);
  const file = fileOf(input);
  const ses = isSes(input);
  const typed = ses && input.flavour === 'typed' && !file;
  const notes: NoteKey[] = [...(file ? (['file'] as const) : []), 'phpGuzzle'];
  if (!ses) notes.push('genericClient');
  const json = file ? `file_get_contents(${phpText(file.name)})` : phpText(writeJson(input.params, 2));
  const uses = [
    ...(ses ? [] : ['TencentCloud\\Common\\CommonClient']),
    'TencentCloud\\Common\\Credential',
    'TencentCloud\\Common\\Exception\\TencentCloudSDKException',
    'TencentCloud\\Common\\Profile\\ClientProfile',
    'TencentCloud\\Common\\Profile\\HttpProfile',
    ...(ses ? [`TencentCloud\\Ses\\V20201002\\Models\\${action.name}Request`, 'TencentCloud\\Ses\\V20201002\\SesClient'] : []),
    ...(typed
      ? action.input
          .filter((field) => field.name in input.params && input.api.members(action, field).length > 0)
          .map((field) => `TencentCloud\\Ses\\V20201002\\Models\\${field.of}`)
      : []),
  ].sort();
  const language = input.language === 'zh-CN' ? 'ZH_CN' : 'EN_US';
  const client = ses
    ? `$client = new SesClient($key, '${input.region}', $profile);
$request = new ${action.name}Request();
${typed ? objectStatements(input, kSyntax, 'request').join('\n') : `$request->fromJsonString(${json});`}`
    : `$client = new CommonClient('${action.service}', '${action.version}', $key, '${input.region}', $profile);`;
  const call = ses
    ? `echo $client->${action.name}($request)->toJsonString(), "\\n";`
    : `echo json_encode($client->callJson('${action.name}', json_decode(${json}, true))), "\\n";`;
  return {
    install: `composer require tencentcloud/${ses ? 'ses' : 'common'}:3.0.1656`,
    code: `<?php
require __DIR__ . '/vendor/autoload.php';

${uses.map((name) => `use ${name};`).join('\n')}

$key = new Credential(getenv('TENCENTCLOUD_SECRET_ID'), getenv('TENCENTCLOUD_SECRET_KEY'));
$http = new HttpProfile();
$http->setProtocol('${address.scheme}://');
$http->setEndpoint('${address.host}');
$profile = new ClientProfile('TC3-HMAC-SHA256', $http);
$profile->setLanguage(ClientProfile::$${language});
${client}
try {
    ${call}
} catch (TencentCloudSDKException $error) {
    fwrite(STDERR, $error->getErrorCode() . ' ' . $error->getMessage() . ' ' . $error->getRequestId() . "\\n");
    exit(1);
}
`,
    notes,
    file,
  };
}

export const php: SampleLanguage = { key: 'php', title: 'PHP', flavours: ['typed', 'json'], runs: false, write };
