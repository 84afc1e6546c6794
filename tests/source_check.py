#!/usr/bin/env python3
"""Reads the project's sources and names what breaks a house rule: floors, sizes, banned calls, words (docs/style.md).

Usage: source_check.py [--not-yet [ROOM..]]. Exit status 1 when a rule is broken. Each rule says what to do instead.
The rules of words do not hold yet in the rooms of NOT_YET; --not-yet prints what they would find there. The check of
the checker, one fault a rule, runs first.
"""
import collections
import json
import os
import pathlib
import re
import subprocess
import sys

import source_errors
import source_words



def read_floors(text):
    """One floor a line, the lowest first, its rooms separated by blanks; `#` begins a comment."""
    lines = [line.split("#")[0].split() for line in text.split("\n")]
    return [rooms for rooms in lines if rooms]


# A room includes from its own folder and from lower floors only.
FLOORS_FILE = pathlib.Path("src/floors.txt")
FLOORS = read_floors(FLOORS_FILE.read_text(encoding="utf-8"))
FLOOR_OF = {room: level for level, rooms in enumerate(FLOORS) for room in rooms}
LINE_COLUMNS = 110
FILE_LINES = 400
FUNCTION_LINES = 70

# (pattern, where it is allowed, what to do instead)
BANNED = [
    (r"system_clock::now|steady_clock::now", ["src/base/clock.cpp"], "take a Clock& (base/clock.hpp)"),
    (r"\bstd::rand\b|\brand\(\)|std::random_device", ["src/base/random.cpp"],
     "take a Random& (base/random.hpp); in tests SeededRandom"),
    (r"\btime\((nullptr|NULL|0)\)|gettimeofday|clock_gettime", ["src/base/clock.cpp", "bench/"], "take a Clock& (base/clock.hpp)"),
    (r"std::this_thread::sleep|\busleep\(|\bsleep\(|\bnanosleep\(", ["testkit/eventually.hpp", "testkit/eventually.cpp"],
     "wait until true with eventually() (testkit/eventually.hpp), or use a timer"),
    (r"\b(strcpy|strcat|sprintf|gets|strtok)\(", [], "use std::string, fmt::format"),
    (r"std::cout|\bprintf\(", ["src/commands/", "src/main.cpp", "testkit/fuzz_replay.cpp", "bench/"],
     "log through base/log.hpp; only commands talk to the terminal"),
    (r"#include <regex>", [], "write the small parser; <regex> is slow to run and to compile"),
    (r"spdlog", ["src/base/log.cpp"], "use base/log.hpp"),
    (r"\bsqlite3_", ["src/storage/", "bench/", "testkit/faulty_disk"], "use storage/database.hpp"),
    (r"#include <boost/beast", ["src/net/"], "keep the templates of Beast in net/*.cpp"),
    (r"\bassert\(.*(\+\+|--)", [], "no side effects in assert"),
]
# In the texts of statements; every statement has one text for all databases.
BANNED_SQL = re.compile(r"\"[^\"]*\b(hex\(|x''|rowid\b|INSERT OR\b)")
MARKS = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|not (yet )?implemented")
BAD_NAMES = re.compile(r"(^|/)(util|utils|common|helper|helpers|manager|misc)(\.|/|$|_)")
INCLUDE = re.compile(r'^\s*#include "([a-z0-9_]+)/')
FUNCTION_START = re.compile(r"^[A-Za-z].*[)\w>]\s*(const|noexcept|override|\s)*\{\s*$|^\}?\s*[A-Za-z_].*\)\s*\{\s*$")


def without_text(line):
    """The line without string literals and comments, so that words in them do not count as calls."""
    line = re.sub(r'"(\\.|[^"\\])*"', '""', line)
    return re.sub(r"//.*", "", line)


def check_includes(path, lines):
    room = path.split("/")[1]
    if not path.startswith("src/") or room not in FLOOR_OF or path.endswith(("_test.cpp", "_fixture.hpp")):
        return
    for number, line in enumerate(lines, 1):
        found = INCLUDE.match(line)
        if not found:
            continue
        other = found.group(1)
        if other == "testkit":
            yield number, "a room includes nothing of the test kit"
        elif other in FLOOR_OF and other != room and FLOOR_OF[other] >= FLOOR_OF[room]:
            yield number, (f"{room} (floor {FLOOR_OF[room]}) includes {other} (floor {FLOOR_OF[other]}): declare an "
                           "interface in the lower room and wire it in server/")


def check_lines(path, lines):
    for number, line in enumerate(lines, 1):
        if len(line) > LINE_COLUMNS and "http" not in line and "R\"" not in line:
            yield number, f"{len(line)} columns, at most {LINE_COLUMNS}"
        if MARKS.search(line) and not path.endswith("source_check.py"):
            yield number, "a left-over mark: finish it, or say it in docs"
        if '"' in line and BANNED_SQL.search(line) and not path.startswith(("src/storage/", "src/mime/", "bench/")):
            yield number, "SQL that only SQLite has (hex(, x'', rowid, INSERT OR): bind blobs, format in C++, use ON CONFLICT"
        code = without_text(line)
        for pattern, allowed, instead in BANNED:
            if re.search(pattern, code) and not any(path.startswith(place) for place in allowed):
                yield number, f"banned ({pattern.split('|')[0]}): {instead}"


def check_functions(path, lines):
    """Functions start at column 0 or inside a namespace or class; measured from the line with { to its }."""
    start, indent = None, 0
    for number, line in enumerate(lines, 1):
        stripped = line.rstrip()
        if start is None:
            inner = stripped.lstrip()
            depth = len(stripped) - len(inner)
            if (stripped.endswith("{") and "(" in stripped + lines[max(0, number - 2)] and depth <= 4
                    and not re.match(r"(namespace|class|struct|enum|union|extern|if|for|while|switch|else|do|try)\b", inner)
                    and not re.match(r"(inline )?constexpr [\w:<>, ]+ k[A-Z]\w*\{$", inner)  # a constant's value
                    and "=" not in inner.split("(")[0]):
                start, indent = number, depth
        elif stripped.startswith(" " * indent + "}") and len(stripped) - len(stripped.lstrip()) == indent:
            if number - start + 1 > FUNCTION_LINES:
                yield start, f"a function of {number - start + 1} lines, at most {FUNCTION_LINES}: cut it at its pure parts"
            start = None


def check_file(path, text):
    lines = text.split("\n")
    if BAD_NAMES.search(path):
        yield 1, "a name that says nothing (util, common, helpers, manager, misc): name it after its noun"
    if path.endswith((".cpp", ".hpp")):
        if len(lines) > FILE_LINES and not path.endswith("_test.cpp"):
            yield 1, f"{len(lines)} lines, at most {FILE_LINES}: it wants to be two rooms"
        if path.endswith(".hpp") and "#pragma once" not in text:
            yield 1, "a header without #pragma once"
        yield from check_includes(path, lines)
        yield from check_lines(path, lines)
        yield from check_functions(path, lines)
    elif MARKS.search(text) and path.split("/")[0] in ("src", "api", "testkit", "dev") and not path.endswith(".json"):
        yield 1, "a left-over mark: finish it, or say it in docs"


def flow_floors(text):
    """The floors as docs/flow.md lists them: `base` · `net` `storage` · .."""
    found = re.search(r"^`base`(?: |\n|·|`[a-z_]+`)*$", text, re.MULTILINE)
    return [re.findall(r"`([a-z_]+)`", floor) for floor in found.group().split("·")] if found else []


def check_flow(floors, text):
    written = flow_floors(text)
    if written != floors:
        apart = [pair for pair in zip(written, floors) if pair[0] != pair[1]] or [(len(written), len(floors))]
        yield 1, f"the floors are not those of {FLOORS_FILE}: {apart[0][0]} here, {apart[0][1]} there"


LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)|`((?:[a-z_0-9]+/)+[a-z_0-9.-]+\.(?:hpp|cpp|h|py|sh|toml|json|md|txt|cmake))`")


def check_links(path, text, exists):
    """The files that a document links to, or names in backquotes (from the root or from src/), must be there."""
    folder = path.rpartition("/")[0]
    for number, line in enumerate(text.split("\n"), 1):
        for link, name in LINK.findall(line):
            if link and not exists(os.path.normpath(os.path.join(folder, link))):
                yield number, f"the link to {link} leads nowhere"
            if name and not exists(name) and not exists(f"src/{name}"):
                yield number, f"there is no file {name}: where did it go?"


def check_records(index, records):
    """Decision records have one form, and docs/decisions/README.md lists them all."""
    for path, text in sorted(records.items()):
        name = path.rpartition("/")[2]
        title = re.match(rf"# {name[:4]} (\S.*)\n\n\d{{4}}-\d\d-\d\d\n\n", text)
        if not title:
            yield path, "begins with `# NNNN Title`, an empty line, the date as YYYY-MM-DD, an empty line"
        elif f"| [{name[:4]}]({name}) | {title.group(1)} |" not in index:
            yield path, "docs/decisions/README.md does not list it by its number and title"


def self_test():
    """The checker must notice each kind of fault, or its silence means nothing."""
    faults = {
        "src/base/a.hpp": '#pragma once\n#include "storage/database.hpp"\n',
        "src/smtp/a.cpp": '#include "dkim/signer.hpp"\n',
        "src/net/a.cpp": "auto t = std::chrono::system_clock::now();\n",
        "src/net/b.cpp": "x" * 111,
        "src/net/c.cpp": "int f(int x) {\n" + "  x;\n" * 80 + "}\n",
        "src/net/d.cpp": "// TO" + "DO later\n",
        "src/net/e.hpp": "int f();\n",
        "src/net/util.cpp": "int x;\n",
        "src/net/f.cpp": "int x;\n" * 401,
        "testkit/x_test.cpp": "std::this_thread::sleep_for(x);\n",
        "src/content/sql.cpp": 'constexpr Sql kAdd{"content.add", "INSERT OR IGNORE INTO x VALUES (?1)"};\n',
    }
    silent = [path for path, text in faults.items() if not list(check_file(path, text))]
    clean = 'int f() {\n  return g("system_clock::now");  // rand()\n}\n'
    if silent or list(check_file("src/net/clean.cpp", clean)):
        sys.exit(f"source_check: self test failed: {silent or 'a clean file was refused'}")
    floors = read_floors("# lowest first\nbase\n\nnet storage  # both\n")
    page = "Floors:\n\n`base` ·\n`net` `storage`\n"
    if floors != [["base"], ["net", "storage"]] or list(check_flow(floors, page)) or not list(check_flow(floors[:1], page)):
        sys.exit("source_check: self test failed: the floors of docs/flow.md")
    links = "[a](b.md#c) `net/x.hpp` `bounces.domain` [e](https://x)\n[f](../g.md) `net/y.hpp`\n"
    if [number for number, _ in check_links("docs/a.md", links, {"docs/b.md", "src/net/x.hpp"}.__contains__)] != [2, 2]:
        sys.exit("source_check: self test failed: links of documents")
    records = {"docs/decisions/0001-a.md": "# 0001 A\n\n2026-01-01\n\nSo.\n", "docs/decisions/0002-b.md": "# 2. B\n"}
    if len(list(check_records("| [0001](0001-a.md) | A |", records))) != 1 or len(list(check_records("", records))) != 2:
        sys.exit("source_check: self test failed: records of decisions")
    left = collections.Counter([("verb", "net")])
    if len(list(done_rooms({"net": "verb tag", "gone": "tag"}, left, {"net"}))) != 1:
        sys.exit("source_check: self test failed: a rule that holds and is still put off")
    if fault := source_words.self_test(without_text) or source_errors.self_test():
        sys.exit(f"source_check: self test failed: {fault}")


def done_rooms(not_yet, postponed, rooms):
    """NOT_YET only shrinks: it must not name a rule that holds in a room."""
    for room, rules in not_yet.items():
        for rule in rules.split():
            if room in rooms and not postponed[rule, room]:
                yield f"{rule} holds in {room} now: take it off NOT_YET[\"{room}\"]"


def check_errors(files):
    """The names of errors of all rooms; tests may declare their own."""
    sources = {path: pathlib.Path(path).read_text(encoding="utf-8", errors="replace") for path in files
               if re.match(r"src/.*\.[ch]pp$", path) and not path.endswith(("_test.cpp", "_fuzz.cpp", "_fixture.hpp"))}
    headers = {path: text for path, text in sources.items() if path.endswith("/errors.hpp")}
    codes = {code for path in files if re.match(r"api/.*\.json$", path)
             for code in json.loads(pathlib.Path(path).read_text(encoding="utf-8")).get("errors", {})}
    others = {path: text for path, text in sources.items() if path not in headers}
    return source_errors.check_errors(headers, others, codes)


def main():
    self_test()
    wanted = sys.argv[2:] if sys.argv[1:2] == ["--not-yet"] else None
    files = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "src", "testkit", "tests", "bench",
                            "dev", "api", "rules", "docs", "cmake", "packaging", "*.md"], capture_output=True, text=True, check=True).stdout
    files = [path for path in files.split() if pathlib.Path(path).is_file() and "_corpus/" not in path
             and not path.startswith(("docs/api/", "tests/nodemailer/", "bench/results/"))]
    faults, postponed, records = 0, collections.Counter(), {}
    for path in files:
        text = pathlib.Path(path).read_text(encoding="utf-8", errors="replace")
        found = list(check_file(path, text))
        room = source_words.room_of(path)
        for number, rule, what in source_words.check_words(path, text, without_text):
            if rule not in source_words.NOT_YET.get(room, "").split():
                found.append((number, what))
            else:
                postponed[rule, room] += 1
                if wanted is not None and (not wanted or room in wanted):
                    print(f"{path}:{number}: not yet: {what}")
        if path == "docs/flow.md":
            found += check_flow(FLOORS, text)
        if path.endswith(".md"):
            found += check_links(path, text, os.path.exists)
        if re.match(r"docs/decisions/\d", path):
            records[path] = text
        for number, what in found:
            print(f"{path}:{number}: {what}")
        faults += len(found)
    for path, number, what in check_errors(files):
        print(f"{path}:{number}: {what}")
        faults += 1
    index = pathlib.Path("docs/decisions/README.md").read_text(encoding="utf-8")
    for path, what in check_records(index, records):
        print(f"{path}:1: {what}")
        faults += 1
    rooms = {source_words.room_of(path) for path in files}
    for what in done_rooms(source_words.NOT_YET, postponed, rooms):
        print(f"tests/source_words.py: {what}")
        faults += 1
    left = f", {sum(postponed.values())} not yet in {len({room for _, room in postponed})} rooms (--not-yet shows them)" if postponed else ""
    print(f"source check: {len(files)} files, {faults} faults{left}")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
