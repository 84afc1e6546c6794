#!/usr/bin/python3
"""Promise: in mode direct operators see each site with its mail, and each hold with its rule and the reply that caused it; a hold
that they end is gone at once, also over kill -9, and its mail goes.

Method: a network namespace with addresses of its own (tests/lib/internet.py) and scripted servers at port 25 of them. The lists
are compared with what the servers were asked.
"""
import contextlib
import json
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import internet  # noqa: E402
import program  # noqa: E402
from command_case import run  # noqa: E402
from program import OWN, SECRET_ID, SECRET_KEY, SENDER, ApiError, Program, eventually  # noqa: E402
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
        pages = [self.own("ListDeliverySites", Offset=offset, Limit=1) for offset in range(3)]
        self.assertEqual([(page["TotalCount"], len(page["Data"])) for page in pages], [(2, 1), (2, 1), (2, 0)])
        self.assertEqual({page["Data"][0]["Hosts"][0] for page in pages[:2]}, {"mx.plain.test", "mx.dead.test"})
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


    def test_a_task_says_that_its_destination_is_held(self):
        task, hold = self.held()

        def reasons():
            answer = self.own("GetSendTask", TaskId=task)
            return answer, {row["Reason"]: row for row in answer["WaitingReasons"]}
        answer, rows = eventually(lambda: next((found for found in [reasons()] if "not_begun" not in found[1]), None), 60,
                                  "a reason for each recipient")
        self.assertEqual(rows["destination"]["Count"], answer["WaitingCount"])
        self.assertIn(f"strict: {SHUT}", rows["destination"]["Text"])
        self.assertIn(f"strict: {SHUT}", answer["HeldBack"])
        self.assertEqual(answer["HeldBackSince"], hold["SinceTime"])

    def test_retrying_a_domain_ends_its_holds_and_sends_what_they_put_off(self):
        task, _ = self.held()
        eventually(lambda: self.own("ListWaitingMails", TaskId=task, Offset=0, Limit=1)["TotalCount"] > 0, 30, "mail that was put off")
        self.assertEqual(self.own("RetryWaitingMail", Domain="plain.test", EndHolds=True)["EndedHoldCount"], 0)
        self.shut = False
        answer = self.own("RetryWaitingMail", Domain="strict-two.test", EndHolds=True)
        self.assertEqual(answer["EndedHoldCount"], 1)
        self.own("RetryWaitingMail", TaskId=task)
        self.assertEqual(self.holds(), [])
        put_off = self.own("ListWaitingMails", TaskId=task, Offset=0, Limit=1)["TotalCount"]
        eventually(lambda: self.own("ListWaitingMails", TaskId=task, Offset=0, Limit=1)["TotalCount"] < put_off, 90,
                   "mail that had to wait for the hold")

    def test_a_domain_shows_its_way_and_what_stops_it(self):
        _, hold = self.held()
        way = self.own("GetDeliverySite", Domain="Strict-One.test")
        self.assertEqual(way["Hosts"], [{"Host": "mx1.strict.test", "Preference": 10, "Addresses": [STRICT], "Secure": False}])
        self.assertEqual((way["Domain"], way["Provider"], way["ProviderMatch"], way["Path"], way["Binding"], way["Holds"]),
                         ("strict-one.test", "strict", [".strict.test"], "provider strict", "hold", [hold]))
        limits = {row["Name"]: (row["Value"], row["Layer"]) for row in way["Limits"]}
        self.assertIn(f"{self.rules} provider strict", limits["shared.connections"][1])
        self.assertEqual([site["State"] for site in way["Sites"]], ["held"])
        # Another domain was refused first, by the servers that share the path, or these were.
        self.assertLessEqual({row["Reply"] for row in way["Replies"]}, {SHUT})
        nobody = self.own("GetDeliverySite", Domain="nobody.test")
        self.assertEqual((nobody["Hosts"], nobody["Binding"], nobody["Limits"], nobody["Sites"]), ([], "route", [], []))
        self.assertTrue(nobody["NoRoute"] and nobody["NoRouteText"])
        with self.assertRaisesRegex(ApiError, "InvalidParameterValue.*Domain"):
            self.own("GetDeliverySite", Domain="ann@shop.test")

    def test_rules_are_reloaded_or_their_faults_are_named(self):
        self.rules.write_text(RULES.replace('"1h", "4h"', '"1h", "soon"'))
        answer = self.own("ReloadDeliveryRules")
        self.assertFalse(answer["Reloaded"])
        self.assertRegex("\n".join(answer["Faults"]), rf"^{self.rules}:\d+: .*soon")
        self.rules.write_text(RULES.replace("start = 2, max = 2", "start = 1, max = 1"))
        self.assertEqual(self.own("ReloadDeliveryRules")["Faults"], [])

        def shared():
            limits = self.own("GetDeliverySite", Domain="strict-one.test")["Limits"]
            return {row["Name"]: row["Value"] for row in limits}["shared.connections"]
        self.assertIn(shared(), ("1", "2"))
        eventually(lambda: shared() == "1", 30, "the new limit in force")

    def test_the_commands_say_the_same(self):
        access = {"SESAME_ENDPOINT": f"http://127.0.0.1:{self.server.port}", "TENCENTCLOUD_SECRET_ID": SECRET_ID,
                  "TENCENTCLOUD_SECRET_KEY": SECRET_KEY}

        def sesame(*arguments, status=0):
            got, out, err = run(*arguments, environment=access)
            self.assertEqual(got, status, out + err)
            return out, err
        self.assertIn("no path is held", sesame("holds")[0])
        self.held()
        hold, = json.loads(sesame("holds", "--json")[0])
        self.assertEqual((hold["path"], hold["step"], hold["rule"], hold["reply"]), ("provider strict", 1, "strict-gate", SHUT))
        site = json.loads(sesame("sites", "--state", "held", "--json")[0])[0]
        self.assertEqual((site["provider"], site["path"], site["reply"]), ("strict", "provider strict", SHUT))
        table = sesame("sites")[0].splitlines()
        self.assertTrue(table[0].startswith("SERVERS") and "held until" in table[1], table)
        way = sesame("sites", "strict-one.test")[0]
        for words in ("provider     strict", "binding      hold", STRICT, "shared.connections", SHUT):
            self.assertIn(words, way)
        self.assertEqual(sesame("shaping", "explain", "strict-one.test")[0].splitlines()[0], "provider     strict")
        self.assertIn("no hold lasts", sesame("holds", "end", "site", "x", status=1)[1])
        self.shut = False
        self.assertIn("provider strict", sesame("holds", "end", "provider", "strict")[1])
        self.assertIn("no path is held", sesame("holds")[0])
        self.assertIn("in force", sesame("shaping", "reload")[1])


if __name__ == "__main__":
    internet.enter(pathlib.Path(__file__).stem)
    program.main()
