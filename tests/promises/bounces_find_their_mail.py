#!/usr/bin/python3
"""Promise: what comes back finds the mail it is about, and does what it says to the unit.

Method: Postfix, Exim and OpenSMTPD from Debian's packages (tests/lib/mail_servers.py) take a run from Sesame, deliver some
of it, give some up and delay some, and report to the return path at Sesame's bounce listener. Then status rows,
statistics, the evidence, the events and the suppression list must agree. What no server here makes (complaints, forgeries) is
written by hand and sent by Python's smtplib.
"""
import base64
import json
import pathlib
import smtplib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import mail_servers  # noqa: E402
import program  # noqa: E402
from beijing import today  # noqa: E402
from program import OWN, SENDER, Program, eventually, free_port, prepare_sender, wait_uploaded  # noqa: E402
from report_mails import COMPLAINT, FAILURE  # noqa: E402
from sink import Sink  # noqa: E402

BOUNCES = "bounces.shop.test"
KINDS = {"ok": 20, "gone": 12, "full": 9, "late": 4}
ALL = sum(KINDS.values())


REFUSALS = {"gone": "550 5.1.1 no such user here", "full": "552 5.2.2 mailbox full, over quota", "late": "451 4.2.1 busy"}


def answer(address):
    """Of the server behind the server: what the recipient's name says."""
    return next((refusal for kind, refusal in REFUSALS.items() if address.startswith(kind)), None)


def sesame(relay_port, home_port):
    return Program(**{"delivery.mode": "relay", "delivery.relay": f"127.0.0.1:{relay_port}", "delivery.relay_tls": "off",
                      "bounces.domain": BOUNCES, "bounces.listen": f"127.0.0.1:{home_port}", "webhooks.allow_private": "true"})


def listed(client, **filters):
    return client.call("ListReturnedMails", OWN, Offset=0, Limit=100, **filters)


def rows_of(client, **filters):
    return client.call("GetSendEmailStatus", RequestDate=today(), Offset=0, Limit=100, **filters)["EmailStatusList"]


def volume(client):
    overall = client.call("GetStatisticsReport", StartDate=today(), EndDate=today())["OverallVolume"]
    return {name: overall[f"{name}Count"] for name in ("Request", "Accepted", "Delivered", "Bounce")}


def suppressed(client):
    answer = client.call("ListBlackEmailAddress", StartDate=today(), EndDate=today(), Offset=0, Limit=100)
    return sorted(row["EmailAddress"] for row in answer["BlackList"])


def watch(client):
    """Has the events of what comes back queued, for a webhook at which nobody answers."""
    return client.call("PutWebhook", OWN, Url="http://127.0.0.1:9/", Events=["bounce", "spamreport"])["WebhookId"]


def told(client, webhook):
    rows = client.call("ListWebhookEvents", OWN, WebhookId=webhook, Offset=0, Limit=100)["Data"]
    return sorted((body["email"], body["event"], body.get("bounceType", "")) for body in (json.loads(row["Body"]) for row in rows))


class RealServers(unittest.TestCase):
    def mail_through(self, make_server):
        """A run through that server; returns when all reports are there."""
        begun = today()
        home_port = free_port()
        server = make_server(BOUNCES, home_port, self.enterContext(Sink(reply=answer)).port)
        self.addCleanup(server.stop)
        server.start()
        client = self.enterContext(sesame(server.port, home_port)).client()
        self.addCleanup(client.close)
        template = prepare_sender(client, text="Hello")
        self.webhook = watch(client)
        group = client.call("CreateReceiver", ReceiversName="readers")["ReceiverId"]
        addresses = [f"{kind}{i}@post.test" for kind, count in KINDS.items() for i in range(count)]
        client.call("CreateReceiverDetail", ReceiverId=group, Emails=addresses)
        wait_uploaded(client, group)
        client.call("BatchSendEmail", FromEmailAddress=SENDER, ReceiverId=group, Subject="News", TaskType=1,
                    Template={"TemplateID": template, "TemplateData": "{}"})
        try:
            eventually(lambda: listed(client)["TotalCount"] >= ALL - KINDS["ok"], 40, "all reports")
        except AssertionError:
            sys.stderr.write(server.log())
            raise
        if today() != begun:
            self.skipTest("midnight in Beijing came in between")
        return client

    def check_everything(self, client):
        evidence = listed(client)
        self.assertEqual(evidence["TotalCount"], ALL - KINDS["ok"])
        seen = {}
        for mail in evidence["Data"]:
            kind = next(k for k in KINDS if mail["ToEmailAddress"].startswith(k))
            seen.setdefault((kind, mail["Class"], mail["Effect"]), []).append(mail)
            self.assertTrue(mail["MessageId"])
            self.assertEqual(mail["From"], "")
        self.assertEqual({key: len(mails) for key, mails in seen.items()},
                         {("gone", "hard_unknown_user", "suppressed"): KINDS["gone"],
                          ("full", "soft_mailbox_full", "bounced"): KINDS["full"],
                          ("late", "soft_temporary", "none"): KINDS["late"]})

        rows = {row["ToEmailAddress"]: row for row in rows_of(client)}
        self.assertEqual(len(rows), ALL)
        for address, row in rows.items():
            refused = address.startswith(("gone", "full"))
            self.assertEqual(row["DeliverStatus"], 3 if refused else 1, row)
            if refused:
                self.assertTrue(row["DeliverMessage"])
        self.assertEqual(volume(client), {"Request": ALL, "Accepted": ALL, "Delivered": KINDS["ok"] + KINDS["late"],
                                          "Bounce": KINDS["gone"] + KINDS["full"]})
        self.assertEqual(suppressed(client), sorted(f"gone{i}@post.test" for i in range(KINDS["gone"])))

        self.assertEqual(told(client, self.webhook), sorted(
            [(f"gone{i}@post.test", "bounce", "hard_bounce") for i in range(KINDS["gone"])] +
            [(f"full{i}@post.test", "bounce", "soft_bounce") for i in range(KINDS["full"])]))

        one = listed(client, ToEmailAddress="GONE3@post.test")["Data"]
        self.assertEqual([mail["ToEmailAddress"] for mail in one], ["gone3@post.test"])
        self.assertEqual(rows["gone3@post.test"]["MessageId"], one[0]["MessageId"])
        raw = base64.b64decode(client.call("GetReturnedMail", OWN, ReturnedMailId=one[0]["ReturnedMailId"])["Raw"])
        self.assertIn(b"message/delivery-status", raw)
        self.assertIn(b"X-Sesame-Ref: ", raw)

    def test_postfix(self):
        self.check_everything(self.mail_through(mail_servers.Postfix))

    def test_exim(self):
        self.check_everything(self.mail_through(mail_servers.Exim))

    def test_opensmtpd(self):
        self.check_everything(self.mail_through(mail_servers.OpenSmtpd))


class WrittenByHand(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home_port = free_port()
        cls.sink = cls.enterClassContext(Sink())
        cls.sesame = cls.enterClassContext(sesame(cls.sink.port, cls.home_port))
        cls.client = cls.sesame.client()
        cls.template = prepare_sender(cls.client, text="Hello")
        cls.webhook = watch(cls.client)

    @classmethod
    def tearDownClass(cls):
        cls.client.close()

    def send(self, address):
        """Mails one recipient; returns (return path, the mail as text)."""
        self.client.call("SendEmail", FromEmailAddress=SENDER, Subject="News", Destination=[address],
                         Template={"TemplateID": self.template, "TemplateData": "{}"})
        _, path, _, mail, _ = eventually(lambda: next((m for m in self.sink.mails if m[2] == address), None), 20, "the mail")
        return path, mail.decode().replace("\r\n", "\n")

    def bring(self, to, text, sender=""):
        with smtplib.SMTP("127.0.0.1", self.home_port, local_hostname="mx.post.test", timeout=20) as line:
            line.sendmail(sender, to if isinstance(to, list) else [to], text.replace("\n", "\r\n"))

    def refused(self, to):
        with self.assertRaises(smtplib.SMTPRecipientsRefused) as caught:
            self.bring(to, "Subject: x\n\nx\n")
        return [(code, text.split()[0]) for code, text in caught.exception.recipients.values()]

    def row(self, address):
        return rows_of(self.client, ToEmailAddress=address)[0]

    def test_a_complaint(self):
        _, mail = self.send("ok-reader@post.test")
        for kind in ("not-spam", "abuse", "abuse"):
            before = listed(self.client, ToEmailAddress="ok-reader@post.test")["TotalCount"]
            self.bring(f"abuse@{BOUNCES}", COMPLAINT.format(domain=BOUNCES, kind=kind, original=mail), "feedback@post.test")
            self.assertEqual(listed(self.client, ToEmailAddress="ok-reader@post.test")["TotalCount"], before + 1)
            if kind == "not-spam":
                self.assertFalse(self.row("ok-reader@post.test")["UserComplainted"])
        self.assertTrue(self.row("ok-reader@post.test")["UserComplainted"])
        self.assertEqual(self.row("ok-reader@post.test")["DeliverStatus"], 1)
        self.assertEqual([event for event in told(self.client, self.webhook) if event[0] == "ok-reader@post.test"],
                         [("ok-reader@post.test", "spamreport", "")])
        report = self.client.call("GetAbuseReport", StartTime=today(), EndTime=today(), ToAddress="ok-reader@post.test")
        self.assertEqual(report["TotalCount"], 1)
        self.assertEqual(report["Data"][0]["SourceIp"], "192.0.2.77")
        self.assertEqual(report["Data"][0]["OriginalMailFrom"], SENDER)

    def test_a_report_that_lost_its_way(self):
        _, mail = self.send("ok-lost@post.test")
        self.bring(f"postmaster@{BOUNCES}", FAILURE.format(to="x", recipient="ok-lost@post.test", original=mail))
        self.assertEqual(self.row("ok-lost@post.test")["DeliverStatus"], 3)
        self.assertIn("user unknown", self.row("ok-lost@post.test")["DeliverMessage"])

    def test_nobody_else_has_a_mailbox(self):
        path, mail = self.send("ok-forged@post.test")
        local, _, domain = path.partition("@")
        forged = local[:12] + ("a" if local[12] != "a" else "b") + local[13:]
        for address in (f"{forged}@{domain}", f"b-x@{BOUNCES}", f"news@{BOUNCES}", f"{'a' * 64}@{BOUNCES}"):
            self.assertEqual(self.refused(address), [(550, b"5.1.1")], address)
        for address in ("someone@else.test", SENDER, f"{local}@mail.shop.test"):
            self.assertEqual(self.refused(address), [(550, b"5.7.1")], address)
        # Nor does a report with a forged mail in it do anything.
        eventually(lambda: self.row("ok-forged@post.test")["DeliverStatus"] == 1, 20, "the outcome")
        before = volume(self.client)
        token = mail.index("X-Sesame-Ref: ") + 25
        forgery = mail[:token] + ("a" if mail[token] != "a" else "b") + mail[token + 1:]
        self.bring(f"abuse@{BOUNCES}", COMPLAINT.format(domain=BOUNCES, kind="abuse", original=forgery))
        self.assertEqual(volume(self.client), before)
        self.assertFalse(self.row("ok-forged@post.test")["UserComplainted"])
        self.assertGreaterEqual(listed(self.client, Unmatched=True)["TotalCount"], 1)

    def test_what_was_taken_over_survives_kill(self):
        path, mail = self.send("ok-kill@post.test")
        self.bring(path.upper(), FAILURE.format(to=path, recipient="ok-kill@post.test", original=mail))
        self.client.close()
        self.sesame.kill()
        self.sesame.start()
        type(self).client = self.sesame.client()
        self.assertEqual(self.row("ok-kill@post.test")["DeliverStatus"], 3)
        self.assertEqual(listed(self.client, ToEmailAddress="ok-kill@post.test")["TotalCount"], 1)
        self.assertIn("ok-kill@post.test", suppressed(self.client))


if __name__ == "__main__":
    program.main()
