"""Uploads over signed HTTP beside a bare SQLite program, and what they leave: memory, disk, the next start."""
import json
import time

import figures
import peers
from setting import bytes_under, folder, healthy, load, new_groups, program, say, sesame, tool

CONNECTIONS = 8


def upload_round(path, sizes):
    with sesame(path) as server:
        client = server.client()
        groups = new_groups(client, min(sizes.groups, sizes.recipients // sizes.batch), "bench")
        idle = peers.cpu_seconds(server.process.pid)
        report = load("upload", server.port, CONNECTIONS, sizes.recipients, sizes.batch, *groups)
        acknowledged = time.monotonic()
        for group in groups:
            program.wait_uploaded(client, group, 120)
        merged = time.monotonic() - acknowledged
        cpu = peers.cpu_seconds(server.process.pid) - idle
        stored = sum(program.group_row(client, group)["Count"] for group in groups)
        if stored != sizes.recipients:
            raise RuntimeError(f"{stored} recipients stored, {sizes.recipients} sent")
        memory = server.memory_kib() / 1024
        client.close()
    return {"rate": sizes.recipients / report["seconds"], "per_cpu": sizes.recipients / cpu, "merged": merged,
            "worst_ms": report["worst_ms"], "memory": memory, "disk": bytes_under(path / "data") / sizes.recipients}


def start_seconds(path):
    """From starting the process until /healthz answers 200, with everything of the round before stored."""
    begin = time.monotonic()
    with sesame(path) as server:
        program.eventually(lambda: healthy(server.port), 30, "/healthz")
        return time.monotonic() - begin


def measure(sizes):
    rounds, bare, starts = [], [], []
    for number in range(sizes.rounds):
        with folder() as path:
            bare.append(json.loads(tool("bare_rows", sizes.recipients, path)))
            rounds.append(upload_round(path, sizes))
            starts.append(start_seconds(path))
        say(f"upload {number + 1}/{sizes.rounds}: {rounds[-1]['rate']:,.0f}/s, bare {bare[-1]['rows_per_s']:,.0f}/s, "
            f"merged {rounds[-1]['merged']:.2f} s later, slowest answer {rounds[-1]['worst_ms']:.0f} ms")
    rates = [one["rate"] for one in rounds]
    count = f"{sizes.recipients:,}"
    return [
        figures.beside("upload", "recipients/s", "bare SQLite rows/s",
                       [(rate, one["rows_per_s"]) for rate, one in zip(rates, bare)], figures.at_least(8),
                       f"{count} recipients, {sizes.batch:,} a call, {sizes.groups} groups, {CONNECTIONS} connections"),
        figures.alone("upload, absolute", "recipients/s", rates, figures.at_least(1e6)),
        figures.beside("upload, per CPU second", "recipients", "bare SQLite rows",
                       [(one["per_cpu"], row["rows_per_cpu_s"]) for one, row in zip(rounds, bare)], None,
                       "merging included; tells most when other programs take the machine's time"),
        figures.alone(f"peak memory, {count} uploaded", "MiB", [one["memory"] for one in rounds],
                      figures.at_most(128)),
        figures.beside("disk for a recipient", "bytes", "bare SQLite row",
                       [(one["disk"], row["bytes_each"]) for one, row in zip(rounds, bare)], figures.at_most(0.5)),
        figures.alone(f"start with {count} stored", "s", starts, figures.at_most(0.5)),
    ]


def measure_growth(sizes):
    """The cost of a recipient in an ever larger group, from the CPU time of each step of an upload."""
    with folder() as path:
        lines = tool("upload_bench", sizes.growth, path, seconds=240).splitlines()
    rows = [line.split() for line in lines if len(line.split()) == 8 and line.split()[0].isdigit()]
    cost = {int(row[0]): (float(row[1]) + float(row[2]) + float(row[4])) * 1000 / sizes.batch for row in rows}
    for size, each in cost.items():
        say(f"growth: {size:>10,} in the group: {each:.3f} us of CPU a recipient")
    cheapest, last = min(cost, key=cost.get), max(cost)
    return [figures.beside(f"recipient no. {last:,}", "us CPU", f"no. {cheapest:,}, the cheapest",
                           [(cost[last], cost[cheapest])], figures.at_most(2),
                           "one group; checking, accepting and merging, without HTTP")]
