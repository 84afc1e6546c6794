#!/usr/bin/python3
"""Promise: a program that speaks SMTP submits mail with a sender address's password, and it goes the way of any other.

swaks (Debian) and nodemailer (npm, unmodified) submit over the ports' three ways; what comes out is read at a strict
sink. A hostile client tries what lenient servers fell for. A kill -9 right after a 250 loses nothing.
"""
import base64
import contextlib
import email
import email.policy
import http.client
import json
import pathlib
import re
import smtplib
import socket
import ssl
import subprocess
import sys
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from beijing import today  # noqa: E402
from node_clients import NODEMAILER, install  # noqa: E402
from program import SENDER, Program, eventually, free_port, prepare_sender  # noqa: E402
from sink import Sink  # noqa: E402

PASSWORD = "Ab12cd34EFgh"
SMUGGLED = b"MAIL FROM:<x@evil.test>\r\nRCPT TO:<victim@sink.test>\r\nDATA\r\nSubject: smuggled\r\n\r\nevil\r\n.\r\n"


def make_certificate(folder):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", "/CN=mail.shop.test", "-keyout", f"{folder}/key.pem", "-out", f"{folder}/cert.pem"],
                   check=True, capture_output=True)


class Conversation:
    """Bytes over a socket, encrypted or not; replies as text."""

    def __init__(self, port, tls):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        if tls:
            self.encrypt()
        self.file = self.socket.makefile("rb")
        self.reply()

    def encrypt(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        self.socket = context.wrap_socket(self.socket)

    def reply(self):
        """All lines of it; "" when the server has left."""
        text = ""
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            while line := self.file.readline().decode():
                text += line
                if line[3:4] != "-":
                    break
        return text

    def say(self, data):
        self.socket.sendall(data)
        return self.reply()

    def log_in(self, user=SENDER, password=PASSWORD):
        self.say(b"EHLO test\r\n")
        return self.say(b"AUTH PLAIN " + base64.b64encode(f"\0{user}\0{password}".encode()) + b"\r\n")

    def begin_mail(self, recipient="ann@sink.test"):
        self.say(f"MAIL FROM:<{SENDER}>\r\n".encode())
        self.say(f"RCPT TO:<{recipient}>\r\n".encode())
        return self.say(b"DATA\r\n")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()
        self.socket.close()


class Submission(unittest.TestCase):
    def setUp(self):
        self.sink = self.enterContext(Sink())
        self.tls_port, self.port = free_port(), free_port()
        self.server = Program(**{
            "delivery.mode": "relay", "delivery.relay": f"127.0.0.1:{self.sink.port}", "delivery.relay_tls": "off",
            "submission.listen_tls": f"127.0.0.1:{self.tls_port}", "submission.listen": f"127.0.0.1:{self.port}",
            "submission.name": "mail.shop.test", "submission.mails_per_second": 0,
            "public_url": "https://links.shop.test", "tracking.machine_ms": 0})
        make_certificate(self.server.folder)
        self.server.settings |= {"submission.certificate": self.server.folder / "cert.pem",
                                 "submission.key": self.server.folder / "key.pem"}
        self.enterContext(self.server)
        self.client = self.server.client()
        self.addCleanup(lambda: self.client.close())
        prepare_sender(self.client)
        self.client.call("UpdateEmailSmtpPassWord", EmailAddress=SENDER, Password=PASSWORD)

    def mail_to(self, address):
        found = eventually(lambda: [m for m in self.sink.mails if m[2] == address], 30, f"a mail to {address}")
        return email.message_from_bytes(found[0][3], policy=email.policy.default)

    def rows(self):
        return self.client.call("GetSendEmailStatus", RequestDate=today(), Offset=0, Limit=100)["EmailStatusList"]

    def swaks(self, port, to, *more, password=PASSWORD):
        return subprocess.run(["swaks", "--server", f"127.0.0.1:{port}", "--from", SENDER, "--to", to, "--auth-user", SENDER,
                               "--auth-password", password, "--header", "Subject: from swaks", "--timeout", "30", *more],
                              capture_output=True, text=True, timeout=60)

    def test_swaks_submits_in_every_way(self):
        ways = {"tls-plain": (self.tls_port, "--tls-on-connect", "--auth", "PLAIN"),
                "tls-login": (self.tls_port, "--tls-on-connect", "--auth", "LOGIN"),
                "starttls-plain": (self.port, "--tls", "--auth", "PLAIN"),
                "starttls-login": (self.port, "--tls", "--auth", "LOGIN"),
                "first-byte": (self.port, "--tls-on-connect", "--auth", "LOGIN")}
        for name, (port, *how) in ways.items():
            done = self.swaks(port, f"{name}@sink.test", *how)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertIn("250 2.0.0 OK: queued", done.stdout)
        for name in ways:
            mail = self.mail_to(f"{name}@sink.test")
            self.assertEqual((mail["Subject"], mail["To"], mail["From"].addresses[0].addr_spec),
                             ("from swaks", f"{name}@sink.test", SENDER))
            self.assertTrue(mail["DKIM-Signature"])
        rows = eventually(lambda: (all_rows := self.rows()) and all(row["DeliverStatus"] == 1 for row in all_rows) and all_rows)
        self.assertEqual(len(rows), len(ways))
        volume = self.client.call("GetStatisticsReport", StartDate=today(), EndDate=today())["OverallVolume"]
        self.assertEqual((volume["RequestCount"], volume["AcceptedCount"], volume["DeliveredCount"]), (len(ways),) * 3)

        refused = self.swaks(self.tls_port, "ann@sink.test", "--tls-on-connect", "--auth", "PLAIN", password="wrong")
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("535 5.7.8", refused.stdout)
        without = self.swaks(self.port, "ann@sink.test", "--auth", "PLAIN")
        self.assertNotEqual(without.returncode, 0)

    def click(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=20)
        connection.request("GET", path, headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Firefox/120.0"})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status, answer.headers.get("Location")

    def nodemailer(self, port, mail, **more):
        transport = {"host": "127.0.0.1", "port": port, "auth": {"user": SENDER, "pass": PASSWORD},
                     "tls": {"rejectUnauthorized": False}, **more}
        return subprocess.run(["node", str(NODEMAILER / "submit.mjs"), json.dumps({"transport": transport, "mail": mail})],
                              capture_output=True, text=True, timeout=60)

    def test_nodemailer_submits_a_rich_mail(self):
        install(NODEMAILER)
        mail = {"from": {"name": "Läden, Inc.", "address": SENDER}, "to": "Ann 安 <ann@sink.test>", "bcc": "bob@sink.test",
                "replyTo": "help@mail.shop.test", "subject": "Grüße 你好", "text": "plain ä\n.\n..dots\n",
                "html": '<p>rich ä 你好 <a href="https://shop.test/?a=1&amp;b=2">x</a><img src="cid:logo@shop"></p>',
                "headers": {"X-Tencentcloudses-Cb-Id": "42"}, "messageId": "<own.1@mail.shop.test>",
                "attachments": [{"filename": "note.txt", "content": "attached ä"},
                                {"filename": "logo.gif", "content": "GIF89a", "cid": "logo@shop"}]}
        for port, how in ((self.tls_port, {"secure": True}), (self.port, {"requireTLS": True, "authMethod": "LOGIN"})):
            self.sink.mails.clear()
            done = self.nodemailer(port, mail, **how)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertRegex(done.stdout, "^250 2.0.0 OK: queued")
            for recipient in ("ann@sink.test", "bob@sink.test"):
                got = self.mail_to(recipient)
                self.assertEqual(str(got["Subject"]), "Grüße 你好")
                self.assertEqual([str(a) for a in got["To"].addresses], ["Ann 安 <ann@sink.test>"])
                self.assertEqual(got["From"].addresses[0].display_name, "Läden, Inc.")
                self.assertEqual((got["Message-ID"], got["X-Tencentcloudses-Cb-Id"], got["Bcc"]),
                                 ("<own.1@mail.shop.test>", "42", None))
                self.assertEqual(got["Reply-To"], "help@mail.shop.test")
                self.assertEqual(got.get_body(("plain",)).get_content().split(), ["plain", "ä", ".", "..dots"])
                html = got.get_body(("html",)).get_content()
                self.assertIn("rich ä 你好", html)
                self.assertRegex(html, r'</p>\s*<img src="https://links.shop.test/t/o/')
                self.assertEqual(self.click(re.search(r'href="https://links.shop.test(/t/c/[^"]+)"', html)[1]),
                                 (302, "https://shop.test/?a=1&b=2"))
                related = next(part for part in got.walk() if part.get_content_type() == "multipart/related")
                html_part, logo = related.iter_parts()
                self.assertEqual((html_part.get_content_type(), logo.get_content_type(), logo["Content-ID"],
                                  logo.get_content_disposition(), logo.get_payload(decode=True)),
                                 ("text/html", "image/gif", "<logo@shop>", "inline", b"GIF89a"))
                files = {part.get_filename(): part.get_payload(decode=True).decode() for part in got.iter_attachments()}
                self.assertEqual(files, {"note.txt": "attached ä"})
        eventually(lambda: all(row["UserClicked"] for row in self.rows()), 30, "clicks on submitted mail")

    def test_what_a_mail_has_arrives(self):
        references = "".join(f"\r\n <{number}.0123456789abcdef@shop.test>" for number in range(30))
        own = "".join(f"X-Own-{number}: {number}\r\n" for number in range(30))
        mail = (f"From: \"Mary: Work\" <{SENDER}>\r\nTo: ann@sink.test\r\nReply-To: a@x.test, \"B: C\" <b@x.test>\r\n"
                "Subject: =?UTF-8?B?SGVsbG8=?= =?UTF-8?B?IHdvcmxk?=\r\n"
                f"{own}List-Unsubscribe: <https://x.test/u/dG9rZW4=?c=1>\r\nReferences:{references}\r\n"
                "In-Reply-To: <a=?b@x.test>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=x\r\n\r\n"
                "--x\r\nContent-Type: text/plain; charset=gb2312\r\nContent-Transfer-Encoding: base64 (old)\r\n\r\nxOO6ww==\r\n"
                "--x\r\nContent-Type: text/html\r\n\r\n<p>hi</p>\r\n"
                "--x\r\nContent-Type: text/calendar; method=REQUEST; charset=utf-8\r\n\r\nBEGIN:VCALENDAR\r\n--x--\r\n")
        with Conversation(self.tls_port, tls=True) as talk:
            talk.log_in()
            talk.begin_mail()
            self.assertRegex(talk.say(mail.encode() + b".\r\n"), "^250 2.0.0")
        got = self.mail_to("ann@sink.test")
        self.assertEqual(got["Subject"], "Hello world")
        self.assertEqual(got["From"].addresses[0].display_name, "Mary: Work")
        self.assertEqual([(a.display_name, a.addr_spec) for a in got["Reply-To"].addresses], [("", "a@x.test"), ("B: C", "b@x.test")])
        self.assertEqual([got[f"X-Own-{number}"] for number in range(30)], [str(number) for number in range(30)])
        self.assertEqual(len(got["References"].split()), 30)
        self.assertEqual((got["List-Unsubscribe"], got["In-Reply-To"]), ("<https://x.test/u/dG9rZW4=?c=1>", "<a=?b@x.test>"))
        parts = list(got.iter_parts())
        self.assertEqual([part.get_content_type() for part in parts], ["text/plain", "text/html", "text/calendar"])
        self.assertEqual(parts[0].get_content().strip(), "你好")
        self.assertEqual(parts[2]["Content-Type"].params["method"], "REQUEST")

    def test_nobody_relays_and_no_password_goes_in_the_clear(self):
        with Conversation(self.port, tls=False) as talk:
            offers = talk.say(b"EHLO test\r\n")
            self.assertIn("STARTTLS", offers)
            self.assertNotIn("AUTH", offers)
            self.assertRegex(talk.log_in(), "^538 5.7.11")
            self.assertRegex(talk.say(f"MAIL FROM:<{SENDER}>\r\n".encode()), "^530 5.7.0")
        with Conversation(self.port, tls=False) as talk:
            talk.say(b"EHLO test\r\n")
            self.assertRegex(talk.say(b"STARTTLS\r\nEHLO injected\r\n"), "^554 5.5.1")
            self.assertEqual(talk.reply(), "")
        with Conversation(self.tls_port, tls=True) as talk:
            talk.say(b"EHLO test\r\n")
            self.assertRegex(talk.say(f"MAIL FROM:<{SENDER}>\r\n".encode()), "^530 5.7.0")
            self.assertRegex(talk.log_in(), "^235 2.0.0")
            self.assertRegex(talk.say(b"MAIL FROM:<boss@bank.test>\r\n"), "^550 5.7.1")
            self.assertRegex(talk.say(b"MAIL FROM:<>\r\n"), "^550 5.7.1")
        answers = set()
        for user, password in ((SENDER, "Wrong12Wrong"), ("nobody@mail.shop.test", PASSWORD), ("x", "y")):
            with Conversation(self.tls_port, tls=True) as talk:
                answers.add(talk.log_in(user, password))
        self.assertEqual(len(answers), 1, answers)
        self.assertEqual(self.sink.mails, [])

    def test_no_mail_is_smuggled_in_or_out(self):
        ends = (b"\n.\n", b"\r.\r", b"\n.\r\n", b"\r\n.\n", b"\r.\r\n", b"\r\n.\r\r\n", b"\n\n.\r\n", b"\r\n\x00.\r\n\n.\n")
        for end in ends:
            with self.subTest(end=end), Conversation(self.tls_port, tls=True) as talk:
                talk.log_in()
                talk.begin_mail()
                head = f"From: {SENDER}\r\nTo: ann@sink.test\r\nSubject: x\r\n\r\ntext".encode()
                self.assertRegex(talk.say(head + end + SMUGGLED + b"\r\n.\r\n"), "^554 5.5.2")
                self.assertEqual(talk.reply(), "")
        with Conversation(self.tls_port, tls=True) as talk:
            talk.log_in()
            self.assertRegex(talk.say(b"NOOP\nNOOP\r\n"), "^500 5.5.2")

        # The same hidden in a transfer encoding, in a header and in a file name.
        hidden = b"".join(b"text" + end + SMUGGLED for end in ends) + b"\r\n.\r\n" + SMUGGLED
        encoded = base64.encodebytes(hidden).replace(b"\n", b"\r\n")
        subject = base64.b64encode(b"x\r\n.\r\n" + SMUGGLED[:20]).decode()
        mail = (f"From: {SENDER}\r\nTo: ann@sink.test\r\nSubject: =?UTF-8?B?{subject}?=\r\nMIME-Version: 1.0\r\n"
                "Content-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: base64\r\n\r\n").encode() + encoded
        with Conversation(self.tls_port, tls=True) as talk:
            talk.log_in()
            talk.begin_mail("last@sink.test")
            self.assertRegex(talk.say(mail + b".\r\n"), "^250 2.0.0")
        self.assertIn("Subject: smuggled", self.mail_to("last@sink.test").get_content())
        self.assertEqual([m[2] for m in self.sink.mails], ["last@sink.test"])
        self.assertEqual(self.sink.bare_line_ends, 0)

    def test_refusals_are_the_documented_lines(self):
        self.client.call("CreateCustomBlacklist", Emails=["blocked@sink.test"])
        start = "554 5.0.0 Error: transaction failed, blame it on the weather: "
        whole = f"From: {SENDER}\r\nTo: ann@sink.test\r\nSubject: x\r\n\r\ntext\r\n"
        cases = [("ann@sink.test", whole.replace("Subject: x\r\n", ""), "FailedOperation.msg.Subject is null"),
                 ("ann@sink.test", whole.replace(f"From: {SENDER}\r\n", ""), "FailedOperation.msg.From is null"),
                 ("ann@sink.test", whole.replace("text\r\n", ""), "FailedOperation.msg.Body is null"),
                 ("ann@sink.test", "Content-Type: video/mp4\r\n" + whole, "FailedOperation.Content-Type must in"),
                 ("blocked@sink.test", whole, "FailedOperation.EmailAddrInBlacklist.")]
        with Conversation(self.tls_port, tls=True) as talk:
            talk.log_in()
            for to, mail, code in cases:
                with self.subTest(code=code):
                    talk.begin_mail(to)
                    line = talk.say(mail.encode() + b".\r\n")
                    self.assertTrue(line.startswith(start + "##SES-response-json:"), line)
                    response = json.loads(line[line.index("{"):])["Response"]
                    self.assertTrue(response["QcloudError"]["Error"]["Code"].startswith(code), line)
            talk.begin_mail()
            self.assertEqual(talk.say(b"x" * 2500 + b"\r\n.\r\n"), start + "smtp: too longer line in input stream\r\n")
            talk.begin_mail()
            self.assertRegex(talk.say(whole.encode() + b".\r\n"), "^250 2.0.0")

    def test_what_was_acknowledged_survives_kill(self):
        acknowledged, enough = [], threading.Event()

        def submit():
            with contextlib.suppress(smtplib.SMTPException, OSError):
                context = ssl._create_unverified_context()
                with smtplib.SMTP_SSL("127.0.0.1", self.tls_port, context=context, timeout=20) as smtp:
                    smtp.login(SENDER, PASSWORD)
                    for number in range(100_000):
                        to = f"reader{number}@sink.test"
                        smtp.sendmail(SENDER, [to], f"From: {SENDER}\r\nTo: {to}\r\nSubject: {number}\r\n\r\ntext\r\n")
                        acknowledged.append(to)
                        if len(acknowledged) == 50:
                            enough.set()
        worker = threading.Thread(target=submit)
        worker.start()
        self.assertTrue(enough.wait(30))
        self.client.close()
        self.server.kill()
        worker.join(30)
        self.server.start()
        got = lambda: {m[2] for m in self.sink.mails}  # noqa: E731
        eventually(lambda: set(acknowledged) <= got(), 30, "every acknowledged mail")

    def test_listening_needs_a_certificate(self):
        folder = self.server.folder / "other"
        with contextlib.ExitStack() as stack:
            server = Program(folder, **{"submission.listen_tls": "127.0.0.1:0"})
            stack.callback(server.stop)
            server.start(expect_failure=True)
            self.assertNotEqual(server.process.returncode, 0)
            self.assertIn("submission.certificate", (folder / "log").read_text())


if __name__ == "__main__":
    program.main()
