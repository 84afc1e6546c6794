# Sourced by ./dev test: every check and test of the project. The last line counts them.

# How long each fuzzer of what a stranger sends first runs (tests/fuzz.sh); the others run for a second.
export SESAME_FUZZ_SECONDS=${SESAME_FUZZ_SECONDS:-60}

passed=0
failed=0
failures=()

# One check: a command that passes or fails as a whole.
check() { # NAME COMMAND..
  local name=$1 log
  shift
  log=build/test-$(echo "$name" | tr ' /' '__').log
  mkdir -p build
  local begin=$SECONDS
  if ("$@") >"$log" 2>&1; then
    passed=$((passed + 1))
    printf 'ok      %-34s %4ds  %s\n' "$name" $((SECONDS - begin)) "$(tail -1 "$log" | cut -c1-90)"
  else
    failed=$((failed + 1))
    failures+=("$name")
    printf 'FAILED  %-34s %4ds  see %s\n' "$name" $((SECONDS - begin)) "$log"
    tail -30 "$log"
  fi
}

# The tests of one build folder, counted one by one.
ctests() { # NAME FOLDER [ctest options..]
  local name=$1 folder=$2 begin=$SECONDS log
  shift 2
  log=build/test-$name.log
  local status=0
  ctest --test-dir "$folder" -j "$(nproc)" --output-on-failure --no-tests=error "$@" >"$log" 2>&1 || status=$?
  local all=$folder/Testing/Temporary/LastTest.log cases lost programs
  cases=$({ grep -aoE '^\[  PASSED  \] [0-9]+ test' "$all" || true; } | awk '{n += $4} END {print n + 0}')
  lost=$({ grep -aoE '^\[  FAILED  \] [0-9]+ test' "$all" || true; } | awk '{n += $4} END {print n + 0}')
  programs=$(grep -acE '^(Test Passed|Test Failed)\.' "$all" || true)
  [ "$status" -eq 0 ] || [ "$lost" -gt 0 ] || lost=1
  passed=$((passed + cases + $(grep -acE '^replayed|^Done [0-9]+ runs|^DONE ' "$all" || true)))
  failed=$((failed + lost))
  if [ "$status" -eq 0 ]; then
    printf 'ok      %-34s %4ds  %s tests in %s programs\n' "$name" $((SECONDS - begin)) "$cases" "$programs"
  else
    failures+=("$name")
    printf 'FAILED  %-34s %4ds  see %s\n' "$name" $((SECONDS - begin)) "$log"
    grep -aE '^\[  FAILED  \]|Failure$|ERROR: AddressSanitizer|runtime error|\*\*\*' "$log" | head -40 || true
  fi
}

run_tests() { # [NAME..]: only the steps whose name contains one of the words
  local wanted=("$@")
  on() {
    [ ${#wanted[@]} -eq 0 ] && return 0
    local word
    for word in "${wanted[@]}"; do case "$1" in *"$word"*) return 0 ;; esac; done
    return 1
  }
  local step
  on source && check source python3 tests/source_check.py
  on source && check "rules of the tests" python3 tests/tests_check.py
  if on unit || on lint; then
    check "build with sanitizers (g++)" build_preset check
  fi
  if on unit; then ctests unit build/check; fi
  if on lint; then check "coroutine lint" tests/coroutine_lint.sh build/check; fi
  if on clang || on fuzz; then
    check "build with clang" build_preset clang
    ctests fuzz build/clang -R '_fuzz$'
  fi
  if on bench; then check "bench, what needs nobody else" bench_runs; fi
  # So that fetching them does not count as a test's time.
  if on bounces_find_their_mail.py; then check "mail servers of others" /usr/bin/python3 tests/lib/mail_servers.py; fi
  for step in tests/promises/*.py; do
    [ -x "$step" ] && [ -f "$step" ] && on "$(basename "$step")" && check "$(basename "$step")" "$step"
  done
  local name
  for name in "${failures[@]:-}"; do [ -z "$name" ] || echo "failed: $name"; done
  echo "$passed passed, $failed failed"
  [ "$failed" -eq 0 ]
}

# Tiny sizes: that the measurements still run, not how fast anything is.
bench_runs() {
  compile build bench_load bare_rows upload_bench webhook_bench
  python3 -B bench/bench.py --quick upload growth lookups webhooks | tail -1
}

build_preset() { configure "$1" && compile "build/$1"; }
