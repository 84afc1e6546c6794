import { writeJson } from '../../../api/json';
import { shellQuoted } from '../../../format/shell';
import { addressOf, fileOf, type SampleInput, type SampleLanguage } from './sample';

function write(input: SampleInput) {
  const { action } = input;
  const address = addressOf(input.base);
  const file = fileOf(input);
  const body = file ? `body=$(cat ${file.name})` : `body=${shellQuoted(writeJson(input.params))}`;
  const code = `#!/usr/bin/env bash
# Needs TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY in the environment.
set -euo pipefail
${body}
host=${address.host} timestamp=$(date +%s)
day=$(date -u -d "@$timestamp" +%F)

sha256() { openssl dgst -sha256 -hex "$@" | sed 's/.*= *//'; }
canonical=$(printf 'POST\\n/\\n\\ncontent-type:application/json\\nhost:%s\\n\\ncontent-type;host\\n%s' \\
  "$host" "$(printf %s "$body" | sha256)")
key=$(printf %s "$day" | sha256 -mac HMAC -macopt "key:TC3$TENCENTCLOUD_SECRET_KEY")
for part in ${action.service} tc3_request; do
  key=$(printf %s "$part" | sha256 -mac HMAC -macopt "hexkey:$key")
done
signature=$(printf 'TC3-HMAC-SHA256\\n%s\\n%s/${action.service}/tc3_request\\n%s' \\
  "$timestamp" "$day" "$(printf %s "$canonical" | sha256)" | sha256 -mac HMAC -macopt "hexkey:$key")

curl -sS ${address.scheme}://$host/ \\
  -H 'Content-Type: application/json' \\
  -H 'X-TC-Action: ${action.name}' \\
  -H 'X-TC-Version: ${action.version}' \\
  -H 'X-TC-Region: ${input.region}' \\
  -H 'X-TC-Language: ${input.language}' \\
  -H "X-TC-Timestamp: $timestamp" \\
  -H "Authorization: TC3-HMAC-SHA256 Credential=$TENCENTCLOUD_SECRET_ID/$day/${action.service}/tc3_request, SignedHeaders=content-type;host, Signature=$signature" \\
  --data-binary "$body"
`;
  return {
    install: 'apt-get install curl openssl',
    code,
    notes: [...(file ? (['file'] as const) : []), 'timestamp' as const, 'keyInProcessList' as const],
    file,
  };
}

export const curl: SampleLanguage = { key: 'curl', title: 'curl', flavours: ['json'], runs: true, write };
