#!/usr/bin/python3
"""Promise: mail of a sender domain that is marked stays in the sandbox inbox while the server sends all other mail.

Method: a relay that counts what it gets. A domain is marked before, between and while its mails wait for the relay; the mark
is taken away; simulated entries count for the marked domain only.
"""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from program import OWN, Program, eventually, free_port, prepare_sender  # noqa: E402
from sink import Sink  # noqa: E402

MARKED, OTHER = "mail.shop.test", "post.other.test"


class Marked(unittest.TestCase):
    def start(self, relay):
        self.server = Program(**{"delivery.mode": "relay", "delivery.relay": f"127.0.0.1:{relay}", "delivery.retry_s": "1"}).start()
        self.addCleanup(self.server.__exit__, None, None, None)
        self.client = self.server.client()
        self.template = prepare_sender(self.client, domain=MARKED, sender=f"news@{MARKED}", text="Hello")
        self.client.call("CreateEmailIdentity", EmailIdentity=OTHER, DKIMOption=0)
        self.client.call("CreateEmailAddress", EmailAddress=f"news@{OTHER}", EmailSenderName="Shop")

    def send(self, domain, to):
        return self.client.call("SendEmail", FromEmailAddress=f"news@{domain}", Subject="s", Destination=[to],
                                Template={"TemplateID": self.template, "TemplateData": "{}"})["MessageId"]

    def mark(self, marked):
        self.client.call("UpdateEmailIdentitySandbox", OWN, EmailIdentity=MARKED, Sandbox=marked)

    def inbox(self):
        return {row["To"] for row in self.client.call("ListInboxMails", OWN, Offset=0, Limit=100)["Data"]}

    def state(self, message, state):
        return eventually(lambda: self.client.call("GetMail", OWN, MessageId=message)["Mail"]["State"] == state, 20, state)

    def test_a_mark_keeps_mail_in_and_nothing_else(self):
        with Sink() as sink:
            self.start(sink.port)
            self.state(self.send(MARKED, "before@post.test"), "delivered")
            self.mark(True)
            messages = [self.send(MARKED, f"kept{i}@post.test") for i in range(20)]
            messages += [self.send(OTHER, f"left{i}@post.test") for i in range(20)]
            for message in messages:
                self.state(message, "delivered")
            self.assertEqual(self.inbox(), {f"kept{i}@post.test" for i in range(20)})
            self.client.call("SimulateMailEvent", OWN, MessageId=messages[0], Event="unsubscribe")
            check = lambda domain: self.client.call("CheckRecipient", OWN, EmailAddress="kept0@post.test", SenderDomain=domain)
            self.assertEqual((check(MARKED)["MayBeMailed"], check(OTHER)["MayBeMailed"]), (False, True))
            self.server.stop()
            self.server.start()
            self.client = self.server.client()
            self.state(self.send(MARKED, "restarted@post.test"), "delivered")
            self.assertIn("restarted@post.test", self.inbox())
            self.mark(False)
            self.assertTrue(check(MARKED)["MayBeMailed"])
            self.state(self.send(MARKED, "after@post.test"), "delivered")
            self.assertNotIn("after@post.test", self.inbox())
            got = {to for to in (f"kept{i}@post.test" for i in range(20)) if to in {mail[2] for mail in sink.mails}}
            self.assertEqual(got, set(), "marked mail has left")
            self.assertTrue({"before@post.test", "after@post.test", "left0@post.test"} <= {mail[2] for mail in sink.mails})

    def test_mail_that_waits_for_the_relay_is_taken_back(self):
        port = free_port()
        self.start(port)
        messages = [self.send(MARKED, f"late{i}@post.test") for i in range(10)]
        self.mark(True)
        with Sink(port=port) as sink:
            for message in messages:
                self.state(message, "delivered")
            self.assertEqual(self.inbox(), {f"late{i}@post.test" for i in range(10)})
            self.assertEqual({mail[2] for mail in sink.mails}, set())


if __name__ == "__main__":
    program.main()
