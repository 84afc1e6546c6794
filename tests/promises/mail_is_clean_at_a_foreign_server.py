#!/usr/bin/python3
"""Promise: what Sesame sends is well-formed mail with a valid signature, by the judgement of others.

A server from Debian's packages (aiosmtpd) receives, Python's own e-mail package parses, dkimpy verifies against the
records that GetEmailIdentity tells. Nothing of Sesame judges itself here.
"""
import email
import email.policy
import pathlib
import sys
import unittest

from aiosmtpd.controller import Controller
import dkim

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from program import Program, eventually, prepare_sender, wait_uploaded  # noqa: E402

HTML = ("<html><body><p>Grüße, {{name}} &amp; friends</p>\n.\n..two dots\n" + "<b>long line </b>" * 200 +
        "\n<p>漢字とかな</p></body></html>\n")
TEXT = "Grüße, {{name}}\n.\n..two dots\nFrom here on\n" + "x" * 1500 + "\n漢字とかな\n"


class Keeper:
    def __init__(self):
        self.mails = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802, the name is aiosmtpd's
        self.mails.append((envelope.mail_from, envelope.rcpt_tos, envelope.original_content))
        return "250 2.0.0 kept"


class ForeignServer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.keeper = Keeper()
        cls.controller = Controller(cls.keeper, hostname="127.0.0.1", port=0, enable_SMTPUTF8=True)
        # Controller wants a fixed port to check itself; the kernel's choice is found by binding once before.
        import socket
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            cls.controller.port = probe.getsockname()[1]
        cls.controller.start()
        cls.program = Program(**{"delivery.mode": "relay", "delivery.relay": f"127.0.0.1:{cls.controller.port}"}).start()
        cls.client = cls.program.client()
        cls.template = prepare_sender(cls.client, text=TEXT, html=HTML)

    @classmethod
    def tearDownClass(cls):
        cls.client.close()
        cls.program.stop()
        cls.controller.stop()

    def records(self):
        answer = self.client.call("GetEmailIdentity", EmailIdentity="mail.shop.test")
        return {row["SendDomain"]: row["ExpectedValue"] for row in answer["Attributes"] if row["Type"] == "TXT"}

    def verified(self, raw):
        """The selectors whose signature is valid."""
        records = self.records()
        lookup = lambda name, timeout=5: records.get(name.decode().rstrip("."), "").encode()  # noqa: E731
        signatures = raw.lower().count(b"dkim-signature:")

        def valid(index):
            try:
                return dkim.DKIM(raw).verify(idx=index, dnsfunc=lookup)
            except dkim.ValidationError:
                return False
        return signatures, [valid(index) for index in range(signatures)]

    def mails_to(self, address, count=1):
        find = lambda: [m for m in self.keeper.mails if m[1] == [address]]  # noqa: E731
        eventually(lambda: len(find()) >= count, 30, f"{count} mails to {address}")
        return [mail[2] for mail in find()]

    def test_a_single_mail_with_attachments(self):
        import base64
        blob = bytes(range(256)) * 40
        self.client.call(
            "SendEmail", FromEmailAddress="Shöp <news@mail.shop.test>", Subject="漢字 {{name}} " + "long subject " * 8,
            Destination=["one@post.test"], Cc=["two@post.test"], Bcc=["hidden@post.test"], ReplyToAddresses="desk@shop.test",
            Template={"TemplateID": self.template, "TemplateData": '{"name":"A<b>da"}'},
            Attachments=[{"FileName": "bericht-ü.pdf", "Content": base64.b64encode(blob).decode()}])
        raws = [self.mails_to(address)[0] for address in ("one@post.test", "two@post.test", "hidden@post.test")]
        for raw in raws:
            self.assertTrue(all(len(line) <= 998 for line in raw.split(b"\r\n")))
            raw.decode("ascii")
            message = email.message_from_bytes(raw, policy=email.policy.default)
            self.assertEqual(message.defects, [])
            self.assertEqual(str(message["Subject"]).strip(), ("漢字 A<b>da " + "long subject " * 8).strip())
            self.assertEqual(message["From"].addresses[0].display_name, "Shöp")
            self.assertEqual([str(a) for a in message["To"].addresses], ["one@post.test"])
            self.assertEqual([str(a) for a in message["Cc"].addresses], ["two@post.test"])
            self.assertEqual(str(message["Reply-To"]), "desk@shop.test")
            self.assertNotIn(b"hidden@post.test", raw)
            text = message.get_body(("plain",)).get_content().replace("\r\n", "\n")
            self.assertEqual(text, TEXT.replace("{{name}}", "A<b>da"))
            html = message.get_body(("html",)).get_content().replace("\r\n", "\n")
            self.assertEqual(html, HTML.replace("{{name}}", "A&lt;b&gt;da"))
            files = list(message.iter_attachments())
            self.assertEqual([f.get_filename() for f in files], ["bericht-ü.pdf"])
            self.assertEqual(files[0].get_content(), blob)
            self.assertEqual(self.verified(raw), (1, [True]))
        self.assertEqual(len({email.message_from_bytes(raw)["Message-ID"] for raw in raws}), 1)

    def test_a_changed_mail_does_not_verify(self):
        self.client.call("SendEmail", FromEmailAddress="news@mail.shop.test", Subject="Hi", Destination=["three@post.test"],
                         Template={"TemplateID": self.template, "TemplateData": '{"name":"B"}'})
        raw = self.mails_to("three@post.test")[0]
        self.assertEqual(self.verified(raw), (1, [True]))
        for wrong in (raw.replace(b"Subject: Hi", b"Subject: Ho"), raw.replace(b"dots", b"dott"),
                      b"Subject: another\r\n" + raw, b"From: evil@else.test\r\n" + raw):
            self.assertNotEqual(self.verified(wrong)[1], [True], "a change was not noticed")

    def test_every_mail_of_a_task(self):
        self.client.call("UpdateEmailIdentity", EmailIdentity="mail.shop.test", DKIMOption=2)
        group = self.client.call("CreateReceiver", ReceiversName="readers")["ReceiverId"]
        rows = [{"Email": f"reader{i}@post.test", "TemplateData": '{"name":"Nämé %d"}' % i} for i in range(200)]
        rows.append({"Email": "jürgen@post.test", "TemplateData": '{"name":"J"}'})
        self.client.call("CreateReceiverDetailWithData", ReceiverId=group, Datas=rows)
        wait_uploaded(self.client, group)
        task = self.client.call("BatchSendEmail", FromEmailAddress="news@mail.shop.test", ReceiverId=group,
                                Subject="Für {{name}}", TaskType=1,
                                Template={"TemplateID": self.template, "TemplateData": "{}"})["TaskId"]
        eventually(lambda: self.client.call("GetSendTask", program.OWN, TaskId=task)["Task"]["TaskStatus"] == 10, 60, "the end")
        ids = set()
        for i in range(200):
            raw = self.mails_to(f"reader{i}@post.test")[0]
            message = email.message_from_bytes(raw, policy=email.policy.default)
            self.assertEqual(message["Subject"], f"Für Nämé {i}")
            self.assertEqual(self.verified(raw), (2, [True, True]))
            ids.add(message["Message-ID"])
        self.assertEqual(len(ids), 200)
        self.mails_to("jürgen@post.test")
        self.client.call("UpdateEmailIdentity", EmailIdentity="mail.shop.test", DKIMOption=0)


if __name__ == "__main__":
    program.main()
