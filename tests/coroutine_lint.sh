#!/usr/bin/env bash
# coroutine_lint.sh BUILD_FOLDER: names expressions that g++ 12 miscompiles around co_await (a temporary aggregate that
# owns memory, a lambda that copies something, a conditional). See docs/decisions/0002-coroutines.md.
set -euo pipefail
cd "$(dirname "$0")/.."
build=$1
query=build/coroutine.query
cat >"$query" <<'Q'
set output diag
let rec qualType(hasCanonicalType(recordType(hasDeclaration(cxxRecordDecl(has(cxxDestructorDecl()))))))
m exprWithCleanups(hasDescendant(coawaitExpr()), unless(hasDescendant(lambdaExpr(hasDescendant(coawaitExpr())))), forEachDescendant(initListExpr(hasType(rec)).bind("aggregate-temporary")), isExpansionInMainFile())
m coawaitExpr(forEachDescendant(initListExpr(hasType(rec)).bind("aggregate-temporary")), isExpansionInMainFile())
m coawaitExpr(forEachDescendant(lambdaExpr(hasType(cxxRecordDecl(has(fieldDecl(hasType(qualType(hasCanonicalType(recordType())))))))).bind("copying-lambda")), isExpansionInMainFile())
m conditionalOperator(hasDescendant(coawaitExpr()), unless(hasDescendant(lambdaExpr())), isExpansionInMainFile()).bind("conditional")
Q
mapfile -t files < <(git ls-files --cached --others --exclude-standard '*.cpp' | xargs grep -l co_await | grep -v '^bench/')
files+=(tests/coroutine_lint_canary.cpp)
printf '%s\n' "${files[@]}" | sort -u | xargs -P "$(nproc)" -I{} sh -c \
  'clang-query-14 -p "$1" -f "$2" "$3" >"build/lint-$(echo "$3" | tr / _).txt" 2>&1 || true' _ "$build" "$query" {}
faults=0
for file in "${files[@]}"; do
  result=build/lint-$(echo "$file" | tr / _).txt
  grep -q 'error:' "$result" && { grep -m3 'error:' "$result"; faults=$((faults + 1)); }
  hits=$(grep -cE 'note: "(aggregate-temporary|copying-lambda|conditional)" binds here' "$result" || true)
  if [ "$file" = tests/coroutine_lint_canary.cpp ]; then
    [ "$hits" -ge 3 ] || { echo "coroutine lint: the canary was not noticed ($hits of 3), the lint is blind"; faults=$((faults + 1)); }
  elif [ "$hits" -gt 0 ]; then
    grep -E 'note: "(aggregate-temporary|copying-lambda|conditional)" binds here' "$result" | sort -u
    faults=$((faults + 1))
  fi
done
echo "coroutine lint: ${#files[@]} files, $faults with faults"
[ "$faults" -eq 0 ]
