#!/usr/bin/env bash
# fuzz.sh FUZZER [libFuzzer options, corpus folders..]: runs one fuzzer for its time. Those of what a stranger sends before
# anybody knows who it is run for SESAME_FUZZ_SECONDS (./dev test sets it), the others for a second.
set -euo pipefail
case $(basename "$1") in
  http_request_fuzz | authorization_fuzz | form_fuzz | envelope_fuzz | address_fuzz | server_input_fuzz | judged_mail_fuzz)
    seconds=${SESAME_FUZZ_SECONDS:-1} ;;
  *) seconds=1 ;;
esac
exec "$1" -max_total_time="$seconds" "${@:2}"
