#!/usr/bin/env python3
"""Reads the C++ sources with clang's tools: layout, findings of clang-tidy, and expressions that g++ 12 miscompiles.

Usage: static_checks.py format | tidy BUILD_FOLDER | coroutines BUILD_FOLDER. Exit status 1 when something was found.

What passed is kept by content in build/checked/, so that only what has changed is read again. tidy and coroutines read the
units of a build folder, many sources in one, as the compiler does. A coroutine check that misses a fault of the canary
(tests/coroutine_canary.cpp and its header) fails: it would be blind. See docs/decisions/0002-coroutines.md.
"""
import concurrent.futures
import functools
import hashlib
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
CHECKED = ROOT / "build" / "checked"
CANARY = ROOT / "tests" / "coroutine_canary.cpp"
CANARY_FAULTS = {("coroutine_canary.cpp", "aggregate-temporary"), ("coroutine_canary.cpp", "copying-lambda"),
                 ("coroutine_canary.cpp", "conditional"), ("coroutine_canary.hpp", "aggregate-temporary")}
OWN_SOURCES = r"/(src|testkit)/[^:]*\.[ch]pp$"
INCLUDE = re.compile(rb'^[ \t]*#include "([^"]+)"', re.M)
# A temporary aggregate that owns memory, a lambda that copies something, a conditional: each beside a co_await.
QUERY = """set output diag
let owner qualType(hasCanonicalType(recordType(hasDeclaration(cxxRecordDecl(has(cxxDestructorDecl()))))))
let ours isExpansionInFileMatching("/(src|testkit)/[^/]*/?[^/]*[.][ch]pp$|coroutine_canary")
m exprWithCleanups(hasDescendant(coawaitExpr()), unless(hasDescendant(lambdaExpr(hasDescendant(coawaitExpr())))), \
forEachDescendant(initListExpr(hasType(owner)).bind("aggregate-temporary")), ours)
m coawaitExpr(forEachDescendant(initListExpr(hasType(owner)).bind("aggregate-temporary")), ours)
m coawaitExpr(forEachDescendant(lambdaExpr(hasType(cxxRecordDecl(has(fieldDecl(hasType(qualType(hasCanonicalType(\
recordType())))))))).bind("copying-lambda")), ours)
m conditionalOperator(hasDescendant(coawaitExpr()), unless(hasDescendant(lambdaExpr())), ours).bind("conditional")
"""
COROUTINE_FAULT = re.compile(r'^(.*note: "(?:aggregate-temporary|copying-lambda|conditional)" binds here)', re.M)


@functools.cache
def content(path):
    return path.read_bytes()


@functools.cache
def own_includes(path):
    """Project files that a file includes directly."""
    found = []
    for name in INCLUDE.findall(content(path)):
        for folder in (path.parent, ROOT / "src", ROOT):
            file = folder / os.fsdecode(name)
            if file.is_file():
                found.append(file.resolve())
                break
    return found


def all_content(path):
    """The file and, in a fixed order, all project files that it includes."""
    seen, waiting = {}, [path]
    while waiting:
        file = waiting.pop()
        if file not in seen:
            seen[file] = content(file)
            waiting += own_includes(file)
    return seen


def key_of(tool, parts):
    whole = hashlib.sha256(tool.encode())
    for part in parts:
        whole.update(b"\0" + hashlib.sha256(part).digest())
    return CHECKED / whole.hexdigest()


def run(command):
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, errors="replace", check=False)


def check_all(what, jobs):
    """Runs the jobs (key, name, function that returns the faults as text) whose key has not passed before."""
    CHECKED.mkdir(parents=True, exist_ok=True)
    due = [job for job in jobs if not job[0].exists()]
    faulty = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for (key, name, _), faults in zip(due, pool.map(lambda job: job[2](), due)):
            if faults:
                faulty += 1
                print(faults, flush=True)
            else:
                key.write_text(name + "\n")
    print(f"{what}: {len(jobs)} files, {len(due)} read, {faulty} with faults")
    return faulty == 0


def check_format():
    files = run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.cpp", "*.hpp"]).stdout.split()
    style = (ROOT / ".clang-format").read_bytes()
    jobs = []
    for name in files:
        path = ROOT / name
        if path.is_file():
            command = ["clang-format-14", "--dry-run", "-Werror", name]
            jobs.append((key_of("format", [style, content(path)]), name, lambda command=command: run(command).stderr))
    return check_all("format", jobs)


def units(build):
    """(compile command, file) of what the build folder compiles, without what it makes itself from data."""
    for entry in json.loads((build / "compile_commands.json").read_text()):
        path = pathlib.Path(entry["file"])
        written = path.is_relative_to(ROOT / "build") and "_unity_" not in path.name
        if not written and not path.is_relative_to(ROOT / "bench"):
            yield entry["command"], path


def flags_of(command):
    """What decides about the meaning of a unit, without folders."""
    return " ".join(word for word in shlex.split(command) if re.match(r"-(D|std|W|f)", word)).encode()


def check_tidy(build):
    def faults(path):
        done = run(["clang-tidy-14", "--quiet", "-p", str(build), "--header-filter=" + OWN_SOURCES, str(path)])
        return done.stdout + (done.stderr if done.returncode else "")

    config = (ROOT / ".clang-tidy").read_bytes()
    jobs = []
    for command, path in units(build):
        if path.name.endswith("_fuzz.cpp"):
            continue  # The tests are left out, and this is one.
        parts = [config, flags_of(command), *all_content(path).values()]
        jobs.append((key_of("tidy", parts), path.name, lambda path=path: faults(path)))
    return check_all("tidy", jobs)


def coroutine_faults(build, query, path):
    # The flags are g++'s, and what clang warns of is for the build with clang to say.
    done = run(["clang-query-14", "-p", str(build), "--extra-arg=-Wno-error", "-f", str(query), str(path)])
    text = done.stdout + done.stderr
    errors = [line for line in text.splitlines() if "error:" in line]
    return "\n".join(errors[:3] + sorted(set(COROUTINE_FAULT.findall(text))))


def coroutine_units(build):
    """(compile command, file, all that it includes, the files among these that have a co_await) of each unit."""
    for command, path in units(build):
        files = all_content(path)
        yield command, path, files, {file for file, text in files.items() if b"co_await" in text}


def check_coroutines(build):
    query = build / "coroutines.query"
    query.write_text(QUERY)
    seen = coroutine_faults(build, query, CANARY)
    missed = CANARY_FAULTS - set(re.findall(r'/(coroutine_canary[.][ch]pp):.*note: "([\w-]+)" binds here', seen))
    if missed or "error:" in seen:
        print(f"coroutines: not all faults of {CANARY.name} and its header were noticed, the check is blind: {missed}\n{seen}")
        return False
    jobs, read = [], set()
    for command, path, files, awaiting in sorted(coroutine_units(build), key=lambda unit: -len(unit[3])):
        # A header is read where the first unit includes it; the others need not read it again.
        if not awaiting <= read:
            read |= awaiting
            parts = [QUERY.encode(), flags_of(command), *files.values()]
            jobs.append((key_of("coroutines", parts), path.name,
                         lambda path=path: coroutine_faults(build, query, path)))
    return check_all("coroutines", jobs)


def main():
    arguments = sys.argv[1:]
    if arguments == ["format"]:
        passed = check_format()
    elif len(arguments) == 2 and arguments[0] in ("tidy", "coroutines"):
        passed = {"tidy": check_tidy, "coroutines": check_coroutines}[arguments[0]](ROOT / arguments[1])
    else:
        sys.exit(__doc__)
    sys.exit(0 if passed else 1)


if __name__ == "__main__":
    main()
