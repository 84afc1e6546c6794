#!/usr/bin/python3
"""Promise: in mode direct operators see each site with its mail, and each hold with its rule and the reply that caused it; a hold
that they end is gone at once, also over kill -9, and its mail goes.

Method: a network namespace with addresses of its own (tests/lib/internet.py) and scripted servers at port 25 of them. The lists
are compared with what the servers were asked.
"""
import contextlib
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import internet  # noqa: E402
import program  # noqa: E402
from program import OWN, SENDER, Program, eventually  # noqa: E402
from sink import Sink  # noqa: E402

DIRECT = {"delivery.mode": "direct", "delivery.helo": "out.shop.test", "identity.verification": "dns", "identity.recheck_s": 0,
          "delivery.retry_s": 3600}
STRICT, PLAIN, DEAD = "45.10.6.1", "45.10.6.2", "45.10.6.3"
RULES = """
[provider.strict]
match = [".strict.test"]
[[provider.strict.rule]]
name = "strict-gate"
text = ["the gate is shut"]
means = "rate"
hold = ["1h", "4h"]
sample = ["550 5.7.1 the gate is shut"]
[provider.strict.shared]
connections = { start = 2, max = 2 }
"""
SHUT = "550 5.7.1 the gate is shut"
FIRST, SECOND = ([f"user{i}@strict-{name}.test" for i in range(700)] for name in ("one", "two"))


class OperatorsSeeSites(unittest.TestCase):
    def setUp(self):
        self.stack = contextlib.ExitStack()
        self.addCleanup(self.stack.close)
        self.dns = self.stack.enter_context(contextlib.closing(internet.open_dns()))
        for domain, host, address in (("strict-one.test", "mx1.strict.test", STRICT), ("strict-two.test", "mx2.strict.test", STRICT),
                                      ("plain.test", "mx.plain.test", PLAIN), ("dead.test", "mx.dead.test", DEAD)):
            self.dns.rows[domain, "MX"] = [f"10 {host}."]
            self.dns.rows[host, "A"] = [address]
        self.rules = pathlib.Path(self.stack.enter_context(tempfile.TemporaryDirectory()), "rules.toml")
        self.rules.write_text(RULES)
        self.server = self.stack.enter_context(Program(**DIRECT, **{"delivery.rules": str(self.rules)}))
        self.client = self.server.client()
        self.template = internet.verified_sender(self.client, self.dns)
        self.shut, self.asked = True, []
        self.strict = self.sink(STRICT, self.gate)
        self.plain = self.sink(PLAIN)

    def gate(self, address):
        self.asked.append(address)
        return SHUT if self.shut else None

    def sink(self, address, reply=None):
        return self.stack.enter_context(Sink(reply, keep_bytes=False, port=25, host=address))

    def own(self, action, **parameters):
        return self.client.call(action, OWN, **parameters)

    def sites(self, **filters):
        return self.own("ListDeliverySites", Offset=0, Limit=100, **filters)["Data"]

    def holds(self):
        return self.own("ListDeliveryHolds", Offset=0, Limit=100)["Data"]

    def mail(self, name, addresses):
        return internet.mail_all(self.client, self.template, name, addresses)

    def single(self, address):
        self.client.call("SendEmail", FromEmailAddress=SENDER, Destination=[address], Subject="Now",
                         Template={"TemplateID": self.template, "TemplateData": '{"name":"Ann"}'})

    def kill(self):
        self.server.kill()
        self.server.start()
        self.client.close()
        self.client = self.server.client()

    def held(self):
        """A task of recipients who all stand before the held provider; returns its number and the hold."""
        task = self.mail("strict", FIRST + SECOND)
        hold, = eventually(self.holds, 30, "the hold")
        return task, hold

    def test_the_sites_are_those_that_were_mailed(self):
        self.mail("plain", [f"user{i}@plain.test" for i in range(30)])
        eventually(lambda: len(self.plain.mails) == 30, 60, "all mail")
        self.single("ann@dead.test")
        dead, = eventually(lambda: self.sites(State="down"), 60, "the site that cannot be reached")
        self.assertEqual((dead["Hosts"], dead["DeliveredCount"]), (["mx.dead.test"], 0))
        self.assertTrue(dead["SinceTime"])
        self.assertTrue(dead["Reply"], "the failure in words")
        plain, = eventually(lambda: [row for row in self.sites(State="up") if row["DeliveredCount"] == 30], 10, "the counts")
        self.assertEqual((plain["Hosts"], plain["Provider"], plain["MailCount"], plain["Rule"]), (["mx.plain.test"], "", 0, ""))
        self.assertEqual({row["Hosts"][0] for row in self.sites()}, {"mx.plain.test", "mx.dead.test"})
        self.assertEqual(self.own("ListDeliverySites", Offset=1, Limit=1)["TotalCount"], 2)
        self.assertEqual(self.sites(Provider="strict"), [])
        self.assertEqual(len(self.sites(Provider="other")), 2)

    def test_a_hold_names_its_rule_and_reply_and_ends_over_a_crash(self):
        task, hold = self.held()
        self.assertEqual((hold["Path"], hold["Provider"], hold["Rule"], hold["Reply"], hold["Kind"], hold["Step"]),
                         ("provider strict", "strict", "strict-gate", SHUT, "refused", 1))
        sites = eventually(lambda: self.sites(State="held"), 10, "the sites of the held path")
        self.assertEqual({(row["Path"], row["Rule"], row["Reply"]) for row in sites}, {("provider strict", "strict-gate", SHUT)})
        before = len(self.asked)
        self.shut = False
        self.assertEqual(self.own("EndDeliveryHold", Path="site of nobody")["Holds"], [])
        ended, = self.own("EndDeliveryHold", Path=hold["Path"])["Holds"]
        self.kill()  # Right behind the answer.
        self.assertEqual(ended, hold)
        self.assertEqual(self.holds(), [])
        eventually(lambda: len(self.strict.mails) > 0, 60, "mail when the hold was ended")
        self.assertGreater(len(self.asked), before)
        self.assertEqual(self.own("EndDeliveryHold", Path=hold["Path"])["Holds"], [], "it has ended")
        self.own("StopSendTask", TaskId=task)


if __name__ == "__main__":
    internet.enter(pathlib.Path(__file__).stem)
    program.main()
