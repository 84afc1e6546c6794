#!/usr/bin/env python3
"""Classifies a folder of labelled bounce mails with `sesame classify --json` and prints how many are right.

Usage: bounce_corpus.py FOLDER [--part learn|second|aside|all] [--wrong] [--program COMMAND]

FOLDER holds the mails and expected.json: {"file": [{"class": "...", "also": [...], "status": "...",
"replycode": "..."}, ...]}, one object a recipient in the order of the mail. `also` lists classes that are right as
well. A part is chosen by the hash of a file's name: `learn` (about 60 %) is what rules were written from, `second` (about
30 %) what they were first measured with and then corrected by, `aside` (about 10 %) what is only counted. A recipient
counts as right when its class is right; a recipient that is missing or one too many counts as wrong. Exit status 1 when
fewer than --least percent are right.
"""
import argparse
import collections
import hashlib
import json
import os
import pathlib
import shlex
import subprocess
import sys

UNDECIDED = ("onhold", "undefined")  # The label says that its source could not decide.


def is_aside(name):
    return hashlib.sha256(name.encode()).digest()[0] % 5 < 2


def is_second_look(name):
    """Three quarters of what was put aside: looked at and used for rules after the first measurements."""
    digest = hashlib.sha256(name.encode()).digest()
    return is_aside(name) and (digest[1] % 2 == 0 or digest[2] % 2 == 0)


def part_of(name):
    if not is_aside(name):
        return "learn"
    return "second" if is_second_look(name) else "aside"


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--part", choices=("learn", "second", "aside", "all"), default="all")
    parser.add_argument("--wrong", action="store_true", help="list what is wrong")
    parser.add_argument("--least", type=float, default=0, help="percent that must be right")
    default = os.environ.get("SESAME_BINARY", "build/sesame") + " classify --json"
    parser.add_argument("--program", default=default, help="command that takes the files and prints the JSON")
    return parser.parse_args()


def classify(program, folder, names):
    output = subprocess.run([*shlex.split(program), *(str(folder / name) for name in names)], check=True,
                            capture_output=True, text=True).stdout
    return {pathlib.Path(result["file"]).name: result["recipients"] for result in json.loads(output)}


def pairs(expected, found):
    """(label or None, result or None), one a recipient."""
    for index in range(max(len(expected), len(found))):
        yield (expected[index] if index < len(expected) else None, found[index] if index < len(found) else None)


def print_table(table, classes):
    used = [name for name in classes if any(name in pair for pair in table)]
    letters = {name: chr(ord("a") + index) for index, name in enumerate(used)}
    print(f"{'label (rows), answer (columns)':32}" + "".join(f"{letters[name]:>5}" for name in used))
    for row in used:
        counts = "".join(f"{table.get((row, column), 0) or '.':>5}" for column in used)
        print(f"{letters[row]} {row:30}{counts}")


def main():
    options = parse_arguments()
    labels = json.loads((options.folder / "expected.json").read_text(encoding="utf-8"))
    names = [name for name in labels if options.part in ("all", part_of(name))]
    results = classify(options.program, options.folder, names)
    table, counts = collections.Counter(), collections.Counter()
    for name in names:
        for label, result in pairs(labels[name], results[name]):
            counts["recipients"] += 1
            want = label["class"] if label else "(none)"
            got = result["class"] if result else "(none)"
            right = bool(label and result) and got in [label["class"], *label["also"]]
            undecided = bool(label and result) and not right and label.get("sisimai_reason") in UNDECIDED
            counts["right"] += right
            counts["undecided"] += undecided
            table[want, want if right else got] += 1
            if label and result and label["status"]:
                counts["statuses"] += 1
                counts["status right"] += label["status"] == result["status"]
            if label and result and label["replycode"]:
                counts["codes"] += 1
                counts["code right"] += label["replycode"] == result["replycode"]
            if options.wrong and not right:
                said = result["evidence"][:150] if result else ""
                print(f"{name}: {want}, not {got} ({result.get('rule', '') if result else ''}): {said}")
    share = 100 * counts["right"] / counts["recipients"]
    print(f"{options.part}: {len(names)} mails, {counts['recipients']} recipients, {counts['right']} right: {share:.1f} %"
          f" (and {counts['undecided']} whose label is undecided)")
    print(f"status {counts['status right']} of {counts['statuses']}, reply code {counts['code right']} of {counts['codes']}")
    classes = sorted({name for pair in table for name in pair})
    print_table(table, classes)
    sys.exit(share < options.least)


if __name__ == "__main__":
    main()
