#!/usr/bin/python3
"""Promise: in mode direct a slow provider, dead destinations and a crash hold up nobody else, and nobody is lost or mailed twice.

Method: a network namespace with addresses of its own (tests/lib/internet.py) and scripted servers at port 25 of them. One
answers each recipient after a tenth of a second, one at once, and many addresses never answer. What is compared is how
far the slow part is when the quick part has ended, not how long either takes.
"""
import asyncio
import collections
import contextlib
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import internet  # noqa: E402
import program  # noqa: E402
from program import OWN, SENDER, Program, eventually  # noqa: E402
from sink import Sink  # noqa: E402

DIRECT = {"delivery.mode": "direct", "delivery.helo": "out.shop.test",
          "identity.verification": "dns", "identity.recheck_s": 0, "log.level": "info"}
SLOW, QUICK = "45.10.3.1", "45.10.3.2"
CONNECTIONS = 10  # To one site.
DEAD = {f"dead{i}.test": f"45.10.4.{i + 1}" for i in range(60)}


async def after_a_while(_address):
    await asyncio.sleep(0.1)


class OneSlowProvider(unittest.TestCase):
    def setUp(self):
        self.stack = contextlib.ExitStack()
        self.addCleanup(self.stack.close)
        self.dns = self.stack.enter_context(contextlib.closing(internet.open_dns()))
        self.slow = self.stack.enter_context(Sink(after_a_while, keep_bytes=False, port=25, host=SLOW))
        self.quick = self.stack.enter_context(Sink(keep_bytes=False, port=25, host=QUICK))
        for domain, address in (("slow.test", SLOW), ("quick.test", QUICK), *DEAD.items()):
            self.dns.rows[domain, "MX"] = [f"10 mx.{domain}."]
            self.dns.rows[f"mx.{domain}", "A"] = [address]
        self.server = self.stack.enter_context(Program(**DIRECT))
        self.client = self.server.client()
        self.template = internet.verified_sender(self.client, self.dns)

    def mail(self, name, addresses):
        return internet.mail_all(self.client, self.template, name, addresses)

    def task(self, number):
        return self.client.call("GetSendTask", OWN, TaskId=number)

    def test_quick_recipients_do_not_wait_behind_slow_ones_nor_a_single_mail_behind_a_task(self):
        slow = [f"user{i}@slow.test" for i in range(4000)]
        quick = [f"user{i}@quick.test" for i in range(400)]
        # The quick ones are last: whoever reads a list from front to back meets all slow ones first.
        self.mail("mixed", slow + quick)
        eventually(lambda: len(self.quick.mails) == len(quick), 60, "mail to all quick recipients")
        self.assertLess(len(self.slow.mails), len(slow) / 4, "the quick ones waited for the slow ones")
        before = len(self.slow.mails)
        self.client.call("SendEmail", FromEmailAddress=SENDER, Destination=["boss@slow.test"], Subject="Now",
                         Template={"TemplateID": self.template, "TemplateData": '{"name":"Ann"}'}, TriggerType=1)
        eventually(lambda: any(mail[2] == "boss@slow.test" for mail in self.slow.mails), 30, "the single mail")
        overtaken = len(self.slow.mails) - before
        self.assertLess(overtaken, 20 * CONNECTIONS, "it waited behind mail of the task")

    def test_dead_destinations_leave_room_for_the_living_and_are_deferred(self):
        for address in DEAD.values():
            self.stack.enter_context(internet.silent_host(address))
        dead = [f"user{i}@{domain}" for domain in DEAD for i in range(50)]
        quick = [f"user{i}@quick.test" for i in range(400)]
        number = self.mail("half dead", dead + quick)
        eventually(lambda: len(self.quick.mails) == len(quick), 25, "mail to the living before a connection is given up")
        eventually(lambda: self.task(number)["WaitingCount"] == 0, 240, f"an outcome for everybody: {self.task(number)}")
        task = self.task(number)
        self.assertEqual((task["DeliveredCount"], task["DeferredCount"]), (len(quick), len(dead)), task)
        rows = self.client.call("ListSendTaskRecipients", OWN, TaskId=number, Offset=0, Limit=50)["Data"]
        self.assertEqual({row["State"] for row in rows}, {"deferred"})
        self.assertTrue(all("no answer in time" in row["Reason"] + row["Reply"] for row in rows), rows[0])

    def test_after_a_crash_nobody_is_missing_and_only_open_dialogues_are_repeated(self):
        people = [f"user{i}@{domain}" for i in range(600) for domain in ("slow.test", "quick.test")]
        number = self.mail("mixed", people)
        eventually(lambda: len(self.quick.mails) >= 300 and len(self.slow.mails) >= 50, 60, "half of the quick ones")
        recorded = self.task(number)["DeliveredCount"]
        self.server.kill()
        seen = len(self.slow.mails) + len(self.quick.mails)
        self.server.start()
        self.client.close()
        self.client = self.server.client()
        eventually(lambda: self.task(number)["DeliveredCount"] == len(people), 120, f"the end of {self.task(number)}")
        times = collections.Counter(mail[2] for mail in self.slow.mails + self.quick.mails)
        self.assertEqual(set(times), set(people))
        # Those whose outcome was not on disk yet: at most those who were mailed after the count, and open dialogues.
        self.assertLessEqual(sum(times.values()) - len(people), seen - recorded + 2 * CONNECTIONS)


if __name__ == "__main__":
    internet.enter(pathlib.Path(__file__).stem)
    program.main()
