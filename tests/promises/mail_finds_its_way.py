#!/usr/bin/python3
"""Promise: in mode direct each mail goes once to a server that the DNS names, encrypted where the server can; a destination without
servers is told from one that is out of reach, and holds up nobody.

Method: a network namespace with addresses of its own (tests/lib/internet.py), in which the program finds Knot through
/etc/resolv.conf, and Postfix, Exim and OpenSMTPD at port 25. They hand what they took to a mailbox server, which shows
what arrived, how often, and how each server says that it was received.
"""
import collections
import contextlib
import pathlib
import re
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import internet  # noqa: E402
import program  # noqa: E402
from program import OWN, Program, eventually  # noqa: E402
from sink import Sink  # noqa: E402

DOMAINS_EACH = 10
PEOPLE_EACH = 100
DIRECT = {"delivery.mode": "direct", "delivery.helo": "out.shop.test",
          "identity.verification": "dns", "identity.recheck_s": 0, "log.level": "info"}
ENCRYPTED = re.compile(rb"(?m)^Received: (?:.*\n[ \t])*.*(?:TLSv1\.3|with esmtps)")
# Their zone, and what a mail to them comes to: the state, and a part of the reason.
DESTINATIONS = {
    "implicit.test": ({"A": ["45.10.1.1"]}, "delivered", ""),
    "alias.test": ({"CNAME": ["implicit.test."]}, "delivered", ""),
    "backup.test": ({"MX": ["10 dead.test.", "20 mx.exim.test."]}, "delivered", ""),
    "silent.test": ({"MX": ["10 mute.test.", "20 mx.postfix.test."]}, "delivered", ""),
    "two-families.test": ({"MX": ["10 both.test."]}, "delivered", ""),
    "no-mail.test": ({"MX": ["0 ."]}, "refused", "5.1.10"),
    "down.test": ({"MX": ["10 dead.test."]}, "deferred", "refused"),
    "missing.test": ({}, "deferred", "missing.test"),
    "empty-host.test": ({"MX": ["10 nowhere.test."]}, "deferred", "have no address"),
    "inside.test": ({"MX": ["10 inner.test."]}, "deferred", "no public address"),
    "home.test": ({"MX": ["10 own.test."]}, "deferred", "this server"),
    "any.broken.test": (None, "deferred", "DNS"),
}
HOSTS = {"dead.test": {"A": ["45.10.2.1"]}, "mute.test": {"A": ["45.10.2.2"]}, "inner.test": {"A": ["10.1.2.3"]},
         "own.test": {"A": [internet.GUEST]}, "both.test": {"A": ["45.10.1.3"], "AAAA": ["2a0e:1::99"]},
         **{server.host: {"A": [server.address]} for server in internet.SERVERS}}


def crowd(server):
    """Domains of many people whose mail one server takes."""
    return [f"{server.__name__.lower()}{number}.test" for number in range(DOMAINS_EACH)]


class Lab(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = contextlib.ExitStack()
        cls.addClassCleanup(cls.stack.close)
        folder = pathlib.Path(cls.stack.enter_context(tempfile.TemporaryDirectory()))
        cls.mailboxes = cls.stack.enter_context(Sink())
        cls.dns = cls.stack.enter_context(contextlib.closing(internet.open_dns()))
        for server in internet.SERVERS:
            started = server([*crowd(server), *DESTINATIONS], cls.mailboxes.port, folder)
            cls.stack.callback(started.stop)
            started.start()
            for domain in crowd(server):
                cls.dns.rows[domain, "MX"] = [f"10 {server.host}."]
        for names in (HOSTS, {name: rows for name, (rows, _, _) in DESTINATIONS.items()}):
            for name, rows in names.items():
                cls.dns.rows.update({(name, kind): values for kind, values in (rows or {}).items()})
        cls.stack.enter_context(internet.silent_host("45.10.2.2"))
        cls.server = cls.stack.enter_context(Program(**DIRECT))
        cls.client = cls.server.client()
        cls.stack.callback(cls.client.close)
        cls.template = internet.verified_sender(cls.client, cls.dns)
        cls.people = [f"user{i}@{domain}" for server in internet.SERVERS for domain in crowd(server) for i in range(PEOPLE_EACH)]
        # Both at once: one waits for a host that never answers, the other for a server that hands its mail on slowly.
        cls.strange_ones = cls.mail("strange ones", [f"ann@{domain}" for domain in DESTINATIONS])
        cls.everybody = cls.mail("everybody", cls.people)

    @classmethod
    def mail(cls, name, addresses):
        return internet.mail_all(cls.client, cls.template, name, addresses)

    def task(self, number):
        return self.client.call("GetSendTask", OWN, TaskId=number)

    def test_a_run_reaches_three_real_servers_once_and_encrypted(self):
        task, people = self.everybody, self.people
        eventually(lambda: self.task(task)["DeliveredCount"] == len(people), 120, f"the end of {self.task(task)}")
        arrived = lambda: [mail for mail in self.mailboxes.mails if mail[2] in wanted]  # noqa: E731
        wanted = set(people)
        eventually(lambda: len(arrived()) >= len(people), 180, "mail at the mailboxes")
        self.assertEqual(collections.Counter(mail[2] for mail in arrived()), collections.Counter(people))
        for server in internet.SERVERS:
            mails = [mail for mail in arrived() if mail[2].split("@")[1] in crowd(server)]
            encrypted = [mail for mail in mails if ENCRYPTED.search(mail[3].replace(b"\r\n", b"\n"))]
            self.assertEqual(len(encrypted), len(mails) if server.encrypts else 0, server.host)
        self.assertIn(f"handshake_failed remote={internet.OpenSmtpd.host}", (self.server.folder / "log").read_text())

    def test_each_destination_gets_what_its_zone_says(self):
        task = self.strange_ones
        # A connection to a host that never answers is given up after 30 s.
        eventually(lambda: self.task(task)["WaitingCount"] == 0, 90, f"an attempt at everybody: {self.task(task)}")
        rows = self.client.call("ListSendTaskRecipients", OWN, TaskId=task, Offset=0, Limit=100)["Data"]
        found = {row["Email"].split("@")[1]: row for row in rows}
        self.assertEqual(set(found), set(DESTINATIONS))
        for domain, (_, state, reason) in DESTINATIONS.items():
            with self.subTest(domain):
                row = found[domain]
                self.assertEqual(row["State"], state, row)
                self.assertIn(reason, f"{row['Reason']} {row['Reply']}")


class Refusals(unittest.TestCase):
    def refusal(self, **settings):
        with tempfile.TemporaryDirectory() as folder:
            server = Program(folder, **{**DIRECT, **settings})
            server.start(expect_failure=True)
            self.assertNotEqual(server.stop(), 0)
            return (pathlib.Path(folder) / "log").read_text()

    def test_direct_starts_only_as_it_can_work(self):
        for setting, value in (("delivery.helo", "mail"), ("delivery.helo", "[45.10.0.1]"), ("identity.verification", "trust")):
            with self.subTest(f"{setting}={value}"):
                self.assertIn(setting, self.refusal(**{setting: value}))


if __name__ == "__main__":
    internet.enter(pathlib.Path(__file__).stem)
    program.main()
