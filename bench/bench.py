#!/usr/bin/env python3
"""Measures the figures of the README, each as a ratio to a baseline measured in the same run.

Usage: bench.py [--quick] [--full] [NAME..]; NAME is one of upload, growth, calls, mail, submission, lookups, webhooks,
tracking, streams, following, memory (part of --full). Writes bench/results/DATE.json; with names or --quick DATE.local.json, which git ignores.
"""
import argparse
import dataclasses
import json
import os
import pathlib
import platform
import signal
import subprocess
import sys
import time
import traceback

import calls
import figures
import lookups
import mail
import setting
import streams
import submission
import tracking
import upload
import webhooks

MEASURES = {"upload": upload.measure, "calls": calls.measure, "mail": mail.measure,
            "submission": submission.measure, "lookups": lookups.measure, "webhooks": webhooks.measure,
            "tracking": tracking.measure, "streams": streams.measure, "following": mail.measure_following,
            "growth": upload.measure_growth, "memory": mail.measure_memory}
ONLY_FULL = {"memory"}
MINUTES, FULL_MINUTES = 14, 32


class OutOfTime(Exception):
    pass


def out_of_time(*_):
    raise OutOfTime("the whole run's time is up")


def machine():
    model = next((line.split(":")[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), platform.machine())
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=setting.ROOT, capture_output=True,
                            text=True)
    return {"cpu": model, "cores": os.cpu_count(), "kernel": platform.release(), "commit": commit.stdout.strip(),
            "load_before": os.getloadavg()[0]}


def run(names, sizes):
    """(figures, names that could not be measured)."""
    found, failed = [], []
    for name in names:
        began = time.monotonic()
        try:
            found += MEASURES[name](sizes)
            setting.say(f"{name}: done in {time.monotonic() - began:.0f} s")
        except OutOfTime as late:
            failed.append(name)
            setting.say(f"{name}: {late}")
            break
        except Exception:
            failed.append(name)
            traceback.print_exc()
    return found, failed


def main():
    parser = argparse.ArgumentParser(prog="./dev bench")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(MEASURES))
    parser.add_argument("--quick", action="store_true", help="tiny sizes: does it run, not how fast")
    parser.add_argument("--full", action="store_true", help="also the slow ones")
    asked = parser.parse_args()
    unknown = set(asked.names) - set(MEASURES)
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(MEASURES)}")
    names = asked.names or [name for name in MEASURES if asked.full or name not in ONLY_FULL]
    signal.signal(signal.SIGALRM, out_of_time)
    signal.alarm((FULL_MINUTES if "memory" in names else MINUTES) * 60)
    where = machine()
    found, failed = run(names, setting.QUICK if asked.quick else setting.Sizes())
    signal.alarm(0)
    where["load_after"] = os.getloadavg()[0]
    print(f"{where['cpu']}, {where['cores']} cores, {where['commit']}, "
          f"load {where['load_before']:.1f} before and {where['load_after']:.1f} after")
    print(figures.table(found))
    local = ".local" if asked.names or asked.quick else ""
    path = setting.ROOT / "bench" / "results" / f"{time.strftime('%Y-%m-%d', time.gmtime())}{local}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"machine": where, "not_measured": failed,
                                "figures": [dataclasses.asdict(figure) for figure in found]}, indent=1) + "\n")
    print(f"written to {path.relative_to(setting.ROOT)}" + (f"; NOT MEASURED: {', '.join(failed)}" if failed else ""))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
