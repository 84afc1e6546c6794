#!/usr/bin/python3
"""Promise: in mode direct mail goes no faster than the rules and the servers' own limits allow, mail that is refused for its
pace stays queued although the server said 5xx, a hold is kept over a crash, and ends when the rules say so.

Method: a network namespace with addresses of its own (tests/lib/internet.py) and scripted servers at port 25 of them; one
refuses what comes faster than a limit that it tells nobody.
"""
import contextlib
import pathlib
import re
import signal
import sqlite3
import sys
import tempfile
import time
import unittest
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import internet  # noqa: E402
import program  # noqa: E402
from program import OWN, Program, eventually  # noqa: E402
from sink import Sink  # noqa: E402

DIRECT = {"delivery.mode": "direct", "delivery.helo": "out.shop.test", "identity.verification": "dns",
          "identity.recheck_s": 0, "log.level": "info"}
STRICT, EVEN, LIMITED = "45.10.5.1", "45.10.5.2", "45.10.5.3"
RULES = """
[provider.strict]
match = [".strict.test"]
[[provider.strict.rule]]
name = "strict-gate"
text = ["the gate is shut"]
means = "rate"
hold = ["HOLD"]
sample = ["550 5.7.1 the gate is shut"]
[destination."even.test"]
mails = "20/s"
"""


class Limited:
    """Accepts `per_second` recipients, and `burst` at once after a quiet time."""

    def __init__(self, per_second, burst):
        self.per_second, self.burst, self.places, self.last = per_second, burst, burst, time.monotonic()
        self.refused = []

    def __call__(self, _address):
        now = time.monotonic()
        self.places = min(self.burst, self.places + (now - self.last) * self.per_second)
        self.last = now
        if self.places >= 1:
            self.places -= 1
            return None
        self.refused.append(now)
        return "421 4.7.0 rate limit exceeded"


class ProviderSetsThePace(unittest.TestCase):
    def setUp(self):
        self.stack = contextlib.ExitStack()
        self.addCleanup(self.stack.close)
        self.dns = self.stack.enter_context(contextlib.closing(internet.open_dns()))
        for domain, host, address in (("strict-one.test", "mx1.strict.test", STRICT), ("strict-two.test", "mx2.strict.test", STRICT),
                                      ("even.test", "mx.even.test", EVEN), ("limited.test", "mx.limited.test", LIMITED)):
            self.dns.rows[domain, "MX"] = [f"10 {host}."]
            self.dns.rows[host, "A"] = [address]
        folder = self.stack.enter_context(tempfile.TemporaryDirectory())
        self.rules = pathlib.Path(folder, "rules.toml")
        self.write_rules("1h")
        self.server = self.stack.enter_context(Program(**DIRECT, **{"delivery.rules": str(self.rules)}))
        self.client = self.server.client()
        self.template = internet.verified_sender(self.client, self.dns)

    def write_rules(self, hold):
        self.rules.write_text(RULES.replace("HOLD", hold))

    def sink(self, address, reply=None):
        return self.stack.enter_context(Sink(reply, keep_bytes=False, port=25, host=address))

    def mail(self, name, addresses):
        return internet.mail_all(self.client, self.template, name, addresses)

    def task(self, number):
        return self.client.call("GetSendTask", OWN, TaskId=number)

    def test_mails_are_spread_by_the_rate_of_the_rules(self):
        sink = self.sink(EVEN)
        self.mail("even", [f"user{i}@even.test" for i in range(200)])
        eventually(lambda: len(sink.mails) == 200, 60, "all mail")
        times = sorted(mail[0] for mail in sink.mails)
        # 20 a second, and what comes early; whoever is late is late for all that follows.
        most = max(sum(1 for other in times if begin <= other < begin + 2) for begin in times)
        self.assertLessEqual(most, 2 * 20 + 15)

    def test_a_hidden_limit_is_found_with_few_refusals(self):
        limit = Limited(40, 40)
        sink = self.sink(LIMITED, limit)
        self.mail("limited", [f"user{i}@limited.test" for i in range(4000)])
        eventually(lambda: len(limit.refused) > 0, 60, "a first refusal")
        known, refused = len(sink.mails) + 800, len(limit.refused)
        eventually(lambda: len(sink.mails) >= known, 800 / (0.5 * limit.per_second), "half of what the limit allows")
        # The limit is known by now.
        eventually(lambda: len(sink.mails) >= known + 800, 800 / (0.6 * limit.per_second), "most of what the limit allows")
        self.assertLess(len(limit.refused) - refused, 0.02 * 1600 + 2)

    def test_a_hold_keeps_the_mail_and_lasts_over_a_crash_until_the_rules_end_it(self):
        shut = [True]
        asked = []

        def gate(address):
            asked.append(address)
            return "550 5.7.1 the gate is shut" if shut[0] else None

        sink = self.sink(STRICT, gate)
        # More than are handed out before their servers are known: the rest stays in the task.
        people = [f"user{i}@strict-one.test" for i in range(1500)]
        number = self.mail("strict", people)
        eventually(lambda: asked, 30, "a first mail")
        eventually(lambda: self.task(number)["DeferredCount"] > 0, 30, "a first outcome")
        eventually(lambda: "delivery.path_held" in (self.server.folder / "log").read_text(), 10, "a line of the log")
        # The metrics of paths are published with what was learned, seconds later: what was under way has ended.
        eventually(lambda: self.holds() == 1, 30, "the hold among the metrics")
        before = len(asked)
        self.assertLess(before, 20, "those under way when the hold began")
        task = self.task(number)
        self.assertEqual(task["RefusedCount"], 0)
        self.assertGreater(task["WaitingCount"], 0, "everybody became waiting mail")
        eventually(lambda: self.remembered("strict-gate"), 20, "the hold on disk")
        self.server.kill()
        self.server.start()
        self.client.close()
        self.client = self.server.client()
        # The last recipient is mailed when those before him were passed over.
        even = self.sink(EVEN)
        self.mail("more", [f"more{i}@strict-one.test" for i in range(20)] + ["last@even.test"])
        eventually(lambda: even.mails, 30, "mail behind that to the held provider")
        eventually(lambda: self.holds() == 1, 30, "the hold among the metrics again")
        self.assertEqual(len(asked), before, "the hold was forgotten")
        shut[0] = False
        self.write_rules("1s")
        self.server.process.send_signal(signal.SIGHUP)
        eventually(lambda: len(sink.mails) > 0, 60, "mail when the hold was shortened")

    def holds(self):
        text = urllib.request.urlopen(f"http://127.0.0.1:{self.server.port}/metrics", timeout=10).read().decode()
        found = re.search(r'^sesame_delivery_holds\{provider="strict"\} (\d+)', text, re.M)
        return int(found.group(1)) if found else 0

    def remembered(self, rule):
        with contextlib.closing(sqlite3.connect(f"file:{self.server.folder}/data/sesame.db?mode=ro", uri=True)) as connection:
            return connection.execute("SELECT COUNT(*) FROM path_memory WHERE rule = ?", (rule,)).fetchone()[0] == 1


if __name__ == "__main__":
    internet.enter(pathlib.Path(__file__).stem)
    program.main()
