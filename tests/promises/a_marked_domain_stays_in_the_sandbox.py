#!/usr/bin/python3
"""Promise: mail of a marked sender domain, and what was ordered in the sandbox, stays in the inbox while all other mail is sent.

Method: a relay that counts what it gets. A domain is marked before, between and while its mails wait for the relay; the mark
is taken away; simulated entries count for the marked domain only. Then a server of the sandbox, with a task
planned, a task deferred by chaos and a mail deferred by chaos, is started again with a relay.
"""
import datetime
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


class Ordered(unittest.TestCase):
    """What was ordered in mode sandbox, when the server lets mail leave afterwards."""

    def restart(self, **settings):
        self.server.stop()
        self.server.settings.update(settings)
        self.server.start()
        self.client = self.server.client()

    def send(self, to):
        return self.client.call("SendEmail", FromEmailAddress=program.SENDER, Subject="s", Destination=[to],
                                Template={"TemplateID": self.template, "TemplateData": "{}"})["MessageId"]

    def task(self, group, **more):
        return self.client.call("BatchSendEmail", FromEmailAddress=program.SENDER, ReceiverId=group, Subject="News",
                                Template={"TemplateID": self.template, "TemplateData": "{}"}, **more)["TaskId"]

    def story(self, task):
        return self.client.call("GetSendTask", OWN, TaskId=task)

    def inbox(self):
        return sorted(row["To"] for row in self.client.call("ListInboxMails", OWN, Offset=0, Limit=100)["Data"])

    def test_stays_in_the_inbox(self):
        self.server = Program(**{"delivery.retry_s": "1"}).start()
        self.addCleanup(self.server.__exit__, None, None, None)
        self.client = self.server.client()
        self.template = prepare_sender(self.client, text="Hello")
        group = self.client.call("CreateReceiver", ReceiversName="people")["ReceiverId"]
        people = [f"p{i}@post.test" for i in range(5)]
        self.client.call("CreateReceiverDetail", ReceiverId=group, Emails=people)
        program.wait_uploaded(self.client, group)
        done = self.task(group, TaskType=1)
        eventually(lambda: self.story(done)["DeliveredCount"] == 5, 20, "a task done in the sandbox")
        self.client.call("DeleteInboxMails", OWN)
        self.client.call("SetChaos", OWN, Faults=[{"Stage": "rcpt", "Code": 451}])
        deferred = self.send("deferred@post.test")
        begun = self.task(group, TaskType=1)
        eventually(lambda: self.story(begun)["DeferredCount"] == 5, 20, "a task under way")
        planned = self.task(group, TaskType=2, TimedParam={"BeginTime": beijing_in(8)})
        with Sink() as sink:
            self.restart(**{"delivery.mode": "relay", "delivery.relay": f"127.0.0.1:{sink.port}"})
            self.assertEqual([self.story(task)["OrderedInSandbox"] for task in (done, begun, planned)], [False, True, True])
            for task in (begun, planned):
                eventually(lambda: self.story(task)["DeliveredCount"] == 5, 60, "the tasks of the sandbox")
            eventually(lambda: self.client.call("GetMail", OWN, MessageId=deferred)["Mail"]["State"] == "delivered", 20, "the mail")
            self.assertEqual(self.inbox(), sorted(people * 2 + ["deferred@post.test"]))
            self.assertEqual(sink.mails, [], "mail of the sandbox has left")
            self.restart()
            again = self.task(group, TaskType=1)
            eventually(lambda: self.story(again)["DeliveredCount"] == 5, 20, "a task ordered now")
            self.assertFalse(self.story(again)["OrderedInSandbox"])
            self.assertEqual(sorted(mail[2] for mail in sink.mails), people, "what is ordered now leaves")


def beijing_in(seconds):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=8, seconds=seconds)).strftime("%Y-%m-%d %H:%M:%S")


if __name__ == "__main__":
    program.main()
