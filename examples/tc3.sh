#!/usr/bin/env bash
# tc3.sh ACTION [JSON [VERSION]]: calls an action of the API with bash, openssl and curl, signed with TC3-HMAC-SHA256.
# Takes SESAME_ENDPOINT (http://127.0.0.1:8080), TENCENTCLOUD_SECRET_ID, TENCENTCLOUD_SECRET_KEY and TENCENTCLOUD_REGION
# (ap-guangzhou) from the environment. It shows how a call is signed; programs use an SDK.
set -euo pipefail
[ $# -ge 1 ] || { sed -n '2,4p' "$0" | sed 's/^# \{0,1\}//'; exit 2; }
: "${TENCENTCLOUD_SECRET_ID:?names the credential}" "${TENCENTCLOUD_SECRET_KEY:?is the key of the credential}"

action=$1 body=${2:-"{}"} version=${3:-2020-10-02} service=ses
endpoint=${SESAME_ENDPOINT:-http://127.0.0.1:8080}
host=${endpoint#*://} host=${host%%/*}
timestamp=$(date +%s)
day=$(date -u -d "@$timestamp" +%Y-%m-%d)

hex() { od -An -v -tx1 | tr -d ' \n'; }
unhex() { # HEX
  local escaped='' i
  for ((i = 0; i < ${#1}; i += 2)); do escaped+="\\x${1:i:2}"; done
  printf %b "$escaped"
}
sha256() { openssl dgst -sha256 -binary | hex; }

# HMAC (RFC 2104) by hand: openssl would take the key as an argument, where every user of the machine can read it.
hmac() { # KEY_HEX < TEXT
  local key=$1 inner='' outer='' byte i
  [ ${#key} -le 128 ] || key=$(unhex "$key" | sha256)
  for ((i = 0; i < 128; i += 2)); do
    byte=$((16#0${key:i:2}))
    printf -v inner '%s%02x' "$inner" $((byte ^ 0x36))
    printf -v outer '%s%02x' "$outer" $((byte ^ 0x5c))
  done
  inner=$({ unhex "$inner"; cat; } | sha256)
  unhex "$outer$inner" | sha256
}

canonical="POST
/

content-type:application/json
host:$host

content-type;host
$(printf %s "$body" | sha256)"
to_sign="TC3-HMAC-SHA256
$timestamp
$day/$service/tc3_request
$(printf %s "$canonical" | sha256)"

key=$(printf 'TC3%s' "$TENCENTCLOUD_SECRET_KEY" | hex)
for part in "$day" "$service" tc3_request "$to_sign"; do key=$(printf %s "$part" | hmac "$key"); done # the last is the signature

curl -sS --fail-with-body "$endpoint/" -H "Content-Type: application/json" -H "X-TC-Action: $action" -H "X-TC-Version: $version" \
  -H "X-TC-Timestamp: $timestamp" -H "X-TC-Region: ${TENCENTCLOUD_REGION:-ap-guangzhou}" \
  -H "Authorization: TC3-HMAC-SHA256 Credential=$TENCENTCLOUD_SECRET_ID/$day/$service/tc3_request, SignedHeaders=content-type;host, Signature=$key" \
  --data-binary "$body"
echo
