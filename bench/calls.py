"""Small signed calls and uploads of one address, beside nginx serving a static file of the same size."""
import figures
import peers
from setting import folder, load, new_groups, program, say, sesame

CONNECTIONS = 64
LIST = ("ListEmailTemplates", '{"Limit":10,"Offset":0}')


def costed(pids, work):
    """(answers/s, CPU us of the server an answer, the report)."""
    before = peers.cpu_seconds(*pids)
    report = work()
    spent = peers.cpu_seconds(*pids) - before
    return report["answers"] / report["seconds"], spent / report["answers"] * 1e6, report


def single_uploads(server, client, sizes, name):
    """The CPU counts until everything is merged."""
    group, = new_groups(client, 1, name)

    def work():
        report = load("upload", server.port, CONNECTIONS, sizes.single_uploads, 1, group)
        program.wait_uploaded(client, group, 120)
        return report
    return costed([server.process.pid], work)


def measure(sizes):
    nginx, calls, singles = [], [], []
    with folder() as path, sesame(path / "sesame") as server:
        client = server.client()
        program.prepare_sender(client)
        body_bytes = load("call", server.port, 1, 0.1, *LIST)["body_bytes"]
        (path / "nginx").mkdir()
        with peers.nginx(path / "nginx", body_bytes) as (port, workers):
            for number in range(sizes.rounds):
                nginx.append(costed(workers, lambda: load("get", port, CONNECTIONS, sizes.call_seconds, "/file")))
                calls.append(costed([server.process.pid], lambda: load("call", server.port, CONNECTIONS,
                                                                       sizes.call_seconds, *LIST)))
                singles.append(single_uploads(server, client, sizes, f"single {number}"))
                say(f"calls {number + 1}/{sizes.rounds}: " + ", ".join(
                    f"{name} {last[0]:,.0f}/s {last[1]:.1f} us p99 {last[2]['p99_ms']:.1f} ms" for name, last in
                    (("nginx", nginx[-1]), ("list", calls[-1]), ("one address", singles[-1]))))
        client.close()
    rate, cost = 0, 1
    return [
        figures.beside("small signed call, per CPU second", "calls", "nginx, static file",
                       [(1e6 / call[cost], 1e6 / base[cost]) for call, base in zip(calls, nginx)],
                       figures.at_least(0.5), f"ListEmailTemplates, {body_bytes} bytes, {CONNECTIONS} connections"),
        figures.beside("small signed call", "calls/s", "nginx, static file",
                       [(call[rate], base[rate]) for call, base in zip(calls, nginx)]),
        figures.beside("upload of one address", "calls/s", "small signed call",
                       [(single[rate], call[rate]) for single, call in zip(singles, calls)], figures.at_least(0.5),
                       f"each synced; one group, {CONNECTIONS} connections"),
        figures.beside("upload of one address, per CPU second", "calls", "small signed call",
                       [(1e6 / single[cost], 1e6 / call[cost]) for single, call in zip(singles, calls)], None,
                       "merging included"),
    ]
