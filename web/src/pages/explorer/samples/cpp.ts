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
  make: (type, name) => `Model::${type} ${name};`,
  set: (target, member, value) => `${target}.Set${member}(${value});`,
  text: quoted,
  whole: (value) => String(value),
  list: (items) => `{${items.join(', ')}}`,
};

function write(input: SampleInput): Sample {
  const { action } = input;
  const address = addressOf(input.base);
  const file = fileOf(input);
  const typed = isSes(input) && !file;
  const notes: NoteKey[] = [...(file ? (['file'] as const) : [])];
  if (!address.hostname.includes('.')) notes.push('cppDot');
  if (!typed) notes.push('genericClient');
  const profile = `  HttpProfile http;
  http.SetProtocol(HttpProfile::Scheme::${address.scheme.toUpperCase()});
  http.SetEndpoint("${address.host}");
  ClientProfile profile(http);
  Credential key(std::getenv("TENCENTCLOUD_SECRET_ID"), std::getenv("TENCENTCLOUD_SECRET_KEY"));
`;
  const failed = `    std::cerr << outcome.GetError().GetErrorCode() << ' ' << outcome.GetError().GetErrorMessage() << ' '
              << outcome.GetError().GetRequestId() << '\\n';`;
  const code = typed
    ? `#include <cstdlib>
#include <iostream>

#include <tencentcloud/core/Credential.h>
#include <tencentcloud/core/TencentCloud.h>
#include <tencentcloud/core/profile/ClientProfile.h>
#include <tencentcloud/core/profile/HttpProfile.h>
#include <tencentcloud/ses/v20201002/SesClient.h>
#include <tencentcloud/ses/v20201002/model/${action.name}Request.h>

using namespace TencentCloud;
using namespace TencentCloud::Ses::V20201002;

int main() {
  InitAPI();
${profile}  SesClient client(key, "${input.region}", profile);
  Model::${action.name}Request request;
  ${objectStatements(input, kSyntax, 'request').join('\n  ')}
  const auto outcome = client.${action.name}(request);
  if (outcome.IsSuccess()) {
    std::cout << outcome.GetResult().ToJsonString() << '\\n';
  } else {
${failed}
  }
  ShutdownAPI();
  return outcome.IsSuccess() ? 0 : 1;
}
`
    : `#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

#include <tencentcloud/core/CommonClient.h>
#include <tencentcloud/core/Credential.h>
#include <tencentcloud/core/TencentCloud.h>
#include <tencentcloud/core/profile/ClientProfile.h>
#include <tencentcloud/core/profile/HttpProfile.h>

using namespace TencentCloud;

int main() {
  InitAPI();
${profile}  CommonClient client("${action.service}", "${action.version}", key, "${input.region}", profile);
${
  file
    ? `  std::stringstream text;
  text << std::ifstream(${quoted(file.name)}).rdbuf();
  const auto outcome = client.MakeRequestJson("${action.name}", text.str());`
    : `  const auto outcome = client.MakeRequestJson("${action.name}", ${quoted(writeJson(input.params))});`
}
  if (outcome.IsSuccess()) {
    const auto answer = outcome.GetResult();
    std::cout << std::string(answer.Body(), answer.BodySize()) << '\\n';
  } else {
${failed}
  }
  ShutdownAPI();
  return outcome.IsSuccess() ? 0 : 1;
}
`;
  return {
    install: 'cmake -DBUILD_MODULES="ses" .. && make && make install   # tencentcloud-sdk-cpp; needs libcurl and openssl',
    code,
    notes,
    file,
  };
}

export const cpp: SampleLanguage = { key: 'cpp', title: 'C++', flavours: ['typed'], runs: false, write };
