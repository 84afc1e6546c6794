#!/usr/bin/python3
"""Promise: chaos makes the sandbox answer as a receiving server would, for the account that asked and for its time only.

Method: faults at each kind of stage are chosen, mails are sent, and their states, webhooks and lists are read; then the
faults end, by a call and by a restart. A receiver of webhooks and the signed client of the tests are the outside view.
"""
import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from kept_folders import Caller  # noqa: E402
from program import OWN, SENDER, ApiError, Program, eventually, prepare_sender  # noqa: E402
from sink import Sink  # noqa: E402
from webhook_receiver import Receiver  # noqa: E402

FAST = {"webhooks.allow_private": "true", "webhooks.retry_s": "1", "delivery.retry_s": "1"}


class Chaos(unittest.TestCase):
    def setUp(self):
        self.server = Program(**FAST).start()
        self.addCleanup(self.server.__exit__, None, None, None)
        self.client = self.server.client()
        self.template = prepare_sender(self.client, text="Hello")

    def send(self, to):
        return self.client.call("SendEmail", FromEmailAddress=SENDER, Subject="s", Destination=[to],
                                Template={"TemplateID": self.template, "TemplateData": "{}"})["MessageId"]

    def set(self, *faults, **more):
        return self.client.call("SetChaos", OWN, Faults=list(faults), **more)

    def mail(self, message):
        return self.client.call("GetMail", OWN, MessageId=message)["Mail"]

    def state(self, message, state):
        return eventually(lambda: (mail := self.mail(message))["State"] == state and mail, 20, f"the state {state}")

    def inbox(self):
        return self.client.call("ListInboxMails", OWN, Offset=0, Limit=10)["TotalCount"]

    def test_a_refusal_is_a_bounce_whose_entry_is_marked(self):
        with Receiver() as receiver:
            self.client.call("PutWebhook", OWN, Url=receiver.url)
            self.assertTrue(self.set({"Stage": "rcpt", "Code": 550})["On"])
            mail = self.state(self.send("gone@post.test"), "refused")
            self.assertEqual(mail["Reply"], "550 5.1.1 no such user [chaos]")
            self.assertEqual(self.inbox(), 0)
            eventually(lambda: receiver.accepted(), 20, "the event")
            event = receiver.accepted()[0]
            self.assertEqual((event["event"], event["bounceType"]), ("bounce", "hard_bounce"))
        check = self.client.call("CheckRecipient", OWN, EmailAddress="gone@post.test")
        self.assertFalse(check["MayBeMailed"])
        self.assertEqual([(row["List"], row["Simulated"]) for row in check["Lists"]], [("hard_bounce", True)])
        listed = self.client.call("ListBlackEmailAddress", StartDate="2020-01-01", EndDate="2099-12-31", Offset=0, Limit=10)
        self.assertEqual([row["IspDesc"] for row in listed["BlackList"]], ["[simulated] 550 5.1.1 no such user [chaos]"])

    def test_what_chaos_refused_keeps_no_mail_that_leaves(self):
        self.set({"Stage": "rcpt", "Code": 550})
        self.state(self.send("gone@post.test"), "refused")
        with Sink() as sink:
            self.server.stop()
            self.server.settings.update({"delivery.mode": "relay", "delivery.relay": f"127.0.0.1:{sink.port}"})
            self.server.start()
            self.client = self.server.client()
            self.assertFalse(self.client.call("GetChaos", OWN)["Available"])
            with self.assertRaises(ApiError) as refused:
                self.set({"Stage": "rcpt", "Code": 550})
            self.assertEqual(refused.exception.code, "UnsupportedOperation")
            self.assertEqual(self.client.call("CheckRecipient", OWN, EmailAddress="gone@post.test")["Lists"], [])
            self.state(self.send("gone@post.test"), "delivered")

    def test_a_deferred_mail_arrives_when_chaos_ends(self):
        self.set({"Stage": "data", "Code": 451}, {"Stage": "connect", "Percent": 50, "Close": True})
        message = self.send("ann@post.test")
        mail = self.state(message, "deferred")
        # A reply, or that the connection was closed.
        self.assertIn("[chaos]", mail["Reply"] + mail["Reason"])
        self.assertFalse(self.set()["On"])
        self.state(message, "delivered")
        self.assertEqual(self.inbox(), 1)

    def test_a_slow_server_delivers_later_and_once(self):
        self.set({"Stage": "rcpt", "DelayMs": 1500})
        message = self.send("ann@post.test")
        self.assertEqual(self.mail(message)["State"], "waiting")
        self.state(message, "delivered")
        self.assertEqual(self.inbox(), 1)

    def test_calls_are_refused_with_a_mark(self):
        self.set(CallErrorCode="RequestLimitExceeded")
        with self.assertRaises(ApiError) as refused:
            self.send("ann@post.test")
        self.assertEqual(refused.exception.code, "RequestLimitExceeded")
        self.assertTrue(refused.exception.message.startswith("[chaos] "), refused.exception.message)
        body = json.dumps({"Offset": 0, "Limit": 1}).encode()
        self.client.raw("ListReceivers", body)
        self.assertEqual(self.client.headers.get("X-Sesame-Chaos"), "1")
        self.assertTrue(self.client.call("GetChaos", OWN)["On"], "GetChaos and SetChaos are spared")
        self.set()
        self.client.call("ListReceivers", Offset=0, Limit=1)
        self.assertIsNone(self.client.headers.get("X-Sesame-Chaos"))

    def test_another_account_notices_nothing(self):
        app_id = self.client.call("CreateAccount", OWN, Name="neighbours")["AppId"]
        made = self.client.call("CreateCredential", OWN, AppId=app_id)
        other = Caller(self.client, {"id": made["SecretId"], "key": made["SecretKey"]}, "ap-guangzhou")
        template = prepare_sender(other, "neighbours.test", "news@neighbours.test", text="Hello")
        letter = {"FromEmailAddress": "news@neighbours.test", "Subject": "s", "Template": {"TemplateID": template, "TemplateData": "{}"}}
        self.set({"Stage": "rcpt", "Code": 550}, CallErrorCode="RequestLimitExceeded", CallErrorPercent=100)
        with self.assertRaises(ApiError):
            self.client.call("ListReceivers", Offset=0, Limit=1)
        self.assertFalse(other.call("GetChaos", OWN)["On"])
        message = other.call("SendEmail", Destination=["ann@post.test"], **letter)["MessageId"]
        self.assertIsNone(self.client.headers.get("X-Sesame-Chaos"))
        eventually(lambda: other.call("GetMail", OWN, MessageId=message)["Mail"]["State"] == "delivered", 20, "the neighbours' mail")
        # Each account has its own: what the one ends, the other keeps.
        other.call("SetChaos", OWN, Faults=[{"Stage": "rcpt", "Code": 550}])
        self.set()
        self.state(self.send("ann@post.test"), "delivered")
        self.assertTrue(other.call("GetChaos", OWN)["On"])
        message = other.call("SendEmail", Destination=["gone@post.test"], **letter)["MessageId"]
        eventually(lambda: other.call("GetMail", OWN, MessageId=message)["Mail"]["State"] == "refused", 20, "the neighbours' refusal")

    def test_it_ends_with_the_program(self):
        self.set({"Stage": "rcpt", "Code": 450}, CallErrorCode="InternalError", CallErrorPercent=1)
        self.client.close()
        self.server.stop()
        self.server.start()
        self.client = self.server.client()
        self.assertFalse(self.client.call("GetChaos", OWN)["On"])
        self.state(self.send("ann@post.test"), "delivered")

    def test_faults_without_effect_are_refused_by_name(self):
        with self.assertRaises(ApiError) as refused:
            self.set({"Stage": "rcpt"})
        self.assertEqual(refused.exception.code, "InvalidParameterValue")
        self.assertIn("Code, Close or a DelayMs", refused.exception.message)
        for fault in ({"Stage": "rcpt", "Code": 250}, {"Stage": "rcpt", "Code": 600}, {"Stage": "quit", "Code": 450},
                      {"Stage": "rcpt", "Code": 450, "Percent": 101}, {"Stage": "rcpt", "DelayMs": 10001}):
            with self.subTest(fault), self.assertRaises(ApiError):
                self.set(fault)


if __name__ == "__main__":
    program.main()
