import { writeJson } from '../../../api/json';
import { objectStatements, type ObjectSyntax } from './objects';
import {
  addressOf,
  fileOf,
  isSes,
  quoted,
  type NoteKey,
  type Sample,
  type SampleInput,
  type SampleLanguage,
} from './sample';

const kSyntax: ObjectSyntax = {
  variable: (name) => name,
  make: (type, name) => `${type} ${name} = new ${type}();`,
  set: (target, member, value) => `${target}.set${member}(${value});`,
  text: quoted,
  whole: (value, field) => (field?.type === 'uint64' || field?.type === 'int64' ? `${String(value)}L` : String(value)),
  list: (items, field) => `new ${javaType(field?.of)}[] {${items.join(', ')}}`,
};

function javaType(of: string | undefined): string {
  return of === undefined || of === 'string' ? 'String' : of === 'uint64' || of === 'int64' ? 'Long' : of;
}

function write(input: SampleInput): Sample {
  const { action } = input;
  const address = addressOf(input.base);
  const file = fileOf(input);
  const ses = isSes(input);
  const notes: NoteKey[] = [...(file ? (['file'] as const) : []), 'javaVersions'];
  if (!ses) notes.push('genericClient');
  const json = file
    ? `new String(Files.readAllBytes(Paths.get(${quoted(file.name)})), StandardCharsets.UTF_8)`
    : quoted(writeJson(input.params));
  const lines =
    ses && input.flavour === 'typed' && !file
      ? [`${action.name}Request request = new ${action.name}Request();`, ...objectStatements(input, kSyntax, 'request')]
      : ses
        ? [
            `String params = ${json};`,
            `${action.name}Request request = AbstractModel.fromJsonString(params, ${action.name}Request.class);`,
          ]
        : [`String params = ${json};`];
  const client = ses
    ? `SesClient client = new SesClient(key, "${input.region}", profile);`
    : `CommonClient client = new CommonClient("${action.service}", "${action.version}", key, "${input.region}", profile);`;
  const call = ses
    ? `System.out.println(AbstractModel.toJsonString(client.${action.name}(request)));`
    : `System.out.println(client.call("${action.name}", params));`;
  const imports = [
    ...(file
      ? ['java.nio.charset.StandardCharsets', 'java.nio.file.Files', 'java.nio.file.Paths']
      : []),
    ...(ses ? ['com.tencentcloudapi.common.AbstractModel'] : ['com.tencentcloudapi.common.CommonClient']),
    'com.tencentcloudapi.common.Credential',
    'com.tencentcloudapi.common.exception.TencentCloudSDKException',
    'com.tencentcloudapi.common.profile.ClientProfile',
    'com.tencentcloudapi.common.profile.HttpProfile',
    'com.tencentcloudapi.common.profile.Language',
    ...(ses ? ['com.tencentcloudapi.ses.v20201002.SesClient', 'com.tencentcloudapi.ses.v20201002.models.*'] : []),
  ];
  const language = input.language === 'zh-CN' ? 'ZH_CN' : 'EN_US';
  return {
    install: `<dependency>
  <groupId>com.tencentcloudapi</groupId>
  <artifactId>tencentcloud-sdk-java-${ses ? 'ses' : 'common'}</artifactId>
  <version>3.2.11</version>
</dependency>`,
    code: `${imports.map((name) => `import ${name};`).join('\n')}

public class ${action.name}Sample {
    public static void main(String[] arguments) throws Exception {
        Credential key = new Credential(System.getenv("TENCENTCLOUD_SECRET_ID"), System.getenv("TENCENTCLOUD_SECRET_KEY"));
        HttpProfile http = new HttpProfile();
        http.setProtocol("${address.scheme}://");
        http.setEndpoint("${address.host}");
        ClientProfile profile = new ClientProfile();
        profile.setHttpProfile(http);
        profile.setLanguage(Language.${language});
        ${client}
        ${lines.join('\n        ')}
        try {
            ${call}
        } catch (TencentCloudSDKException error) {
            System.err.println(error.getErrorCode() + " " + error.getMessage() + " " + error.getRequestId());
            System.exit(1);
        }
    }
}
`,
    notes,
    file,
  };
}

export const java: SampleLanguage = { key: 'java', title: 'Java', flavours: ['typed', 'json'], runs: false, write };
