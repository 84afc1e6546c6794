# Sourced by ./dev test: the steps, which are every check and test of the project, and how one of them is run alone.
# The last line counts what passed and failed; the table above it says where the time went.

passed=0
failed=0
failures=()
times=()
begin_all=$SECONDS

step_done() { # NAME BEGIN RESULT [WORDS..]
  local seconds=$((SECONDS - $2))
  times+=("$seconds $1")
  printf '%-7s %-40s %4ds  %s\n' "$3" "$1" "$seconds" "${*:4}"
}

# One check: a command that passes or fails as a whole.
check() { # NAME COMMAND..
  local begin=$SECONDS status=0
  run_logged "$@" || status=$?
  count_check "$1" "$status" "$begin"
}

log_of() { echo "build/test-$(echo "$1" | tr ' /' '__').log"; } # NAME

run_logged() { # NAME COMMAND..
  mkdir -p build
  ("${@:2}") >"$(log_of "$1")" 2>&1
}

count_check() { # NAME STATUS BEGIN
  local log
  log=$(log_of "$1")
  if [ "$2" -eq 0 ]; then
    passed=$((passed + 1))
    step_done "$1" "$3" ok "$(tail -1 "$log" | cut -c1-80)"
  else
    failed=$((failed + 1))
    failures+=("$1")
    step_done "$1" "$3" FAILED "see $log"
    tail -30 "$log"
  fi
}

# Checks that wait more than they compute, as many at a time as there are processors.
checks_together() { # FUNCTION NAME..: runs FUNCTION NAME for each
  local run=$1 each pid status
  local -A name_of=() begin_of=()
  shift
  for each in "$@" ''; do
    while [ ${#name_of[@]} -ge "$(nproc)" ] || { [ -z "$each" ] && [ ${#name_of[@]} -gt 0 ]; }; do
      status=0
      wait -n -p pid "${!name_of[@]}" || status=$?
      count_check "${name_of[$pid]}" "$status" "${begin_of[$pid]}"
      unset "name_of[$pid]" "begin_of[$pid]"
    done
    [ -n "$each" ] || return 0
    run_logged "$each" "$run" "$each" &
    name_of[$!]=$each
    begin_of[$!]=$SECONDS
  done
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
    step_done "$name" "$begin" ok "$cases tests in $programs programs"
  else
    failures+=("$name")
    step_done "$name" "$begin" FAILED "see $log"
    grep -aE '^\[  FAILED  \]|Failure$|ERROR: AddressSanitizer|runtime error|\*\*\*' "$log" | head -40 || true
  fi
}

# The steps in the order in which they run, and what each is for.
fixed_steps=(
  "source       rules of the sources and the tests that a compiler does not know"
  "format       the layout of the C++ sources"
  "web          the console's front end: types, unit tests, licences, size"
  "build        build/sesame, optimised"
  "unit         the unit tests, built with g++ and sanitizers (preset check)"
  "fuzz         the fuzzers, built with clang and sanitizers (preset clang, which also compiles each header alone)"
  "tidy         mistakes that clang-tidy finds (.clang-tidy), in the build of the fuzzers"
  "coroutines   expressions that g++ 12 miscompiles around co_await"
  "package      the Debian package: installed into a bare Debian, started, upgraded, removed"
  "bench        the measurements still run"
)
# Steps that run only when they are named.
more_steps=(
  "visual       pictures of every page of the console, in build/visual, to be looked at"
)
promises() { local each; for each in tests/promises/*.py; do basename "$each" .py; done; }
unit_tests() { local each; for each in $(grep -v '^#' src/floors.txt); do compgen -G "src/$each/*_test.cpp" >/dev/null && echo "${each}_test"; done; }
fuzzers() { local each; for each in src/*/*_fuzz.cpp; do basename "$each" .cpp; done; }

list_steps() {
  printf '%s\n' "${fixed_steps[@]}"
  echo; echo "only when named:"; printf '%s\n' "${more_steps[@]}"
  echo; echo "unit tests (also by room, by suite or by the name of a test):"; unit_tests | sed 's/^/  /'
  echo; echo "fuzzers:"; fuzzers | sed 's/^/  /'
  echo; echo "promises:"; promises | sed 's/^/  /'
}

# A promise that nobody runs would be a promise that nobody keeps.
promises_are_executable() {
  local each left=0
  for each in tests/promises/*.py; do
    [ -x "$each" ] || { echo "$each is not executable: git update-index --chmod=+x $each, chmod +x $each"; left=1; }
  done
  [ "$left" -eq 0 ] && echo "$(promises | wc -l) promises"
}

promise() { "tests/promises/$1.py"; } # NAME

run_promises() { # NAME..
  # Fetched apart, so that this does not count as a test's time.
  case " $* " in *" bounces_find_their_mail "* | *" mail_finds_its_way "*) check "mail servers of others" /usr/bin/python3 tests/lib/mail_servers.py ;; esac
  checks_together promise "$@"
}

run_step() { # NAME
  case "$1" in
    source) check source python3 tests/source_check.py; check "rules of the tests" python3 tests/tests_check.py
      check "promises are executable" promises_are_executable ;;
    format) check format python3 tests/static_checks.py format ;;
    web) check web web_is_sound ;;
    build) check "build the console" build_web; check "build (release)" build_preset release sesame; program_built=yes ;;
    unit)
      check "build with sanitizers (g++)" build_preset check
      ctests unit build/check
      # Write jobs may run more than once (storage/database.hpp): each is undone and run again.
      SESAME_TEST_RUN_JOBS_TWICE=1 ctests jobs-run-twice build/check -E '^storage$|_fuzz$' ;;
    fuzz) check "build with clang" build_preset clang; ctests fuzz build/clang -R '_fuzz$' ;;
    tidy) check tidy static_check tidy clang ;;
    coroutines) check coroutines static_check coroutines check ;;
    package) need_program; check package package_works ;;
    bench) check "bench, what needs nobody else" bench_runs ;;
    visual) need_program; check visual python3 -B tests/visual.py ;;
    promises) run_promises $(promises) ;;
  esac
}

# One unit test program, or some of its tests, from the build for development: small steps, no sanitizers.
run_unit() { # PROGRAM [FILTER]
  check "build $1" build_preset dev "$1"
  check "$1${2:+ $2}" "build/dev/src/${1%_test}/$1" ${2:+--gtest_filter="$2"}
}

run_fuzzer() { # NAME
  check "build $1" build_preset clang "$1"
  ctests "$1" build/clang -R "^$1\$"
}

# A word on the command line names a step, a program, a promise, a suite or a test; else it is part of such names.
run_named() { # WORD
  local word=${1%.py} each found=0 file
  word=${word##*/}
  case " promises $(printf '%s ' "${fixed_steps[@]%% *}" "${more_steps[@]%% *}")" in *" $word "*) run_step "$word"; return ;; esac
  if promises | grep -qx "$word"; then need_program; run_promises "$word"; return; fi
  if unit_tests | grep -qxE "$word(_test)?"; then run_unit "${word%_test}_test"; return; fi
  if fuzzers | grep -qx "$word"; then run_fuzzer "$word"; return; fi
  local suite=${word%%.*} name=${word#*.}
  [ "$suite" != "$word" ] || name=
  for file in $(grep -lE "^ *(TEST|TEST_F|TEST_P|RC_GTEST_PROP)\( *($suite, *${name:-[A-Za-z0-9_]+}|[A-Za-z0-9]+, *$word)\b" src/*/*_test.cpp); do
    each=$(basename "$(dirname "$file")")_test
    run_unit "$each" "*$word*"
    return
  done
  for each in $(promises | grep -F -- "$word" || true); do need_program; run_promises "$each"; found=1; done
  for each in $(unit_tests | grep -F -- "$word" || true); do run_unit "$each"; found=1; done
  for each in $(fuzzers | grep -F -- "$word" || true); do run_fuzzer "$each"; found=1; done
  [ "$found" -eq 1 ] || die "no test is named '$1'; ./dev test --list names them all"
}

# Built once, however many promises are named.
need_program() {
  [ -n "${program_built:-}" ] || run_step build
}

run_tests() { # [--list] [--long] [NAME..]
  local word long=0 words=()
  for word in "$@"; do
    case "$word" in
      --list) list_steps; return ;;
      --long) long=1 ;;
      -*) die "unknown option '$word' of ./dev test: --list, --long or names" ;;
      *) words+=("$word") ;;
    esac
  done
  # How long each fuzzer of what a stranger sends first runs (tests/fuzz.sh); the others run for a second.
  export SESAME_FUZZ_SECONDS=${SESAME_FUZZ_SECONDS:-$([ "$long" -eq 1 ] && echo 300 || echo 15)}
  [ "$long" -eq 0 ] || export SESAME_MUTANTS=${SESAME_MUTANTS:-40000}
  if [ ${#words[@]} -gt 0 ]; then
    for word in "${words[@]}"; do run_named "$word"; done
  else
    for word in "${fixed_steps[@]%% *}" promises; do run_step "$word"; done
  fi
  echo
  echo "where $((SECONDS - begin_all)) s went:"
  printf '%s\n' "${times[@]}" | sort -rn | awk '{n = $1; $1 = ""; printf "%6d s %s\n", n, $0}'
  for word in "${failures[@]:-}"; do [ -z "$word" ] || echo "failed: $word"; done
  echo "$passed passed, $failed failed"
  [ "$failed" -eq 0 ]
}

package_works() {
  install "${packages_package[@]}" mmdebstrap
  . packaging/package.sh
  make_package
  local as_root=()
  [ "$(id -u)" = 0 ] || as_root=(sudo)
  "${as_root[@]}" /usr/bin/python3 -B tests/package_test.py "$package"
}

# The log-in of the console, and the scripts of the first page behind it, are at most this large, compressed.
web_login_kib_max=40
web_script_kib_max=250

web_is_sound() {
  build_web &&
    cd web &&
    { [ -e node_modules/.package-lock.json ] || npm ci; } &&
    npx tsc --noEmit &&
    node build/licences.mjs --check &&
    node build/size.mjs "$web_login_kib_max" "$web_script_kib_max" &&
    npx vitest run
}

# Tiny sizes: that the measurements still run, not how fast anything is.
bench_runs() {
  compile build bench_load bare_rows upload_bench webhook_bench
  python3 -B bench/bench.py --quick upload growth lookups webhooks | tail -1
}

# The preset need not be built, only configured: the check reads its list of units.
static_check() { configure "$2" && python3 tests/static_checks.py "$1" "build/$2"; } # NAME PRESET

build_preset() { # PRESET [TARGET..]
  local folder=build/$1
  [ "$1" != release ] || folder=build
  configure "$1"
  compile "$folder" "${@:2}"
}
