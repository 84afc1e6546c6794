#!/usr/bin/python3
"""Promise: a mail costs time and memory by its size, whatever it holds, at every place that reads foreign mail.

Method: mails of a million parts, of fields alone, of nested parts and of encoded words go to the bounce listener and to
submission, from several connections each, and to ClassifyMail. Meanwhile small calls must be answered at once; the
program's CPU time and its greatest memory, as the kernel counts them, must stay small.
"""
import base64
import contextlib
import os
import pathlib
import smtplib
import ssl
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from program import OWN, SENDER, Program, free_port, prepare_sender  # noqa: E402

PASSWORD = "Ab12cd34EFgh"
BOUNCES = "bounces.shop.test"
MIB = 1024 * 1024
CONNECTIONS = 8
MULTIPART = "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
# (name, beginning, what is repeated behind it)
SHAPES = [("parts", MULTIPART, "--b\r\n\r\n"), ("fields", "", "a:\r\n"),
          ("nested mails", "", "Content-Type: message/rfc822\r\n\r\n"),
          ("encoded words", "Subject: x\r\n", "X: =?gb2312?B?xOM=?= =?big5?B?xOM=?= =?koi8-r?B?xOM=?=\r\n")]
HEAD = f"From: {SENDER}\r\nSubject: x\r\n"


def mail(shape, size):
    _, start, piece = shape
    return (HEAD + start + piece * ((size - len(start)) // len(piece))).encode()


class HostileMails(unittest.TestCase):
    def setUp(self):
        self.tls_port, self.bounce_port = free_port(), free_port()
        self.server = Program(**{"submission.listen_tls": f"127.0.0.1:{self.tls_port}", "submission.name": "mail.shop.test",
                                 "submission.mails_per_second": 0, "bounces.domain": BOUNCES,
                                 "bounces.listen": f"127.0.0.1:{self.bounce_port}"})
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                        "-subj", "/CN=mail.shop.test", "-keyout", f"{self.server.folder}/key.pem",
                        "-out", f"{self.server.folder}/cert.pem"], check=True, capture_output=True)
        self.server.settings |= {"submission.certificate": self.server.folder / "cert.pem",
                                 "submission.key": self.server.folder / "key.pem"}
        self.enterContext(self.server)
        self.client = self.server.client()
        self.addCleanup(self.client.close)
        prepare_sender(self.client)
        self.client.call("UpdateEmailSmtpPassWord", EmailAddress=SENDER, Password=PASSWORD)

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.server.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def submit(self, data):
        with smtplib.SMTP_SSL("127.0.0.1", self.tls_port, context=ssl._create_unverified_context(), timeout=120) as smtp:
            smtp.login(SENDER, PASSWORD)
            smtp.sendmail(SENDER, ["ann@sink.test"], data)

    def complain(self, data):
        with smtplib.SMTP("127.0.0.1", self.bounce_port, timeout=120) as smtp:
            smtp.sendmail("", [f"complaints@{BOUNCES}"], data)

    def slowest_call_during(self, work, data):
        """The longest that a small call waited while CONNECTIONS connections did that work."""
        served = []

        def send():
            with contextlib.suppress(smtplib.SMTPDataError):  # The mail is refused, as it may be.
                work(data)
            served.append(True)
        threads = [threading.Thread(target=send) for _ in range(CONNECTIONS)]
        for thread in threads:
            thread.start()
        slowest = 0
        while any(thread.is_alive() for thread in threads):
            begin = time.monotonic()
            group = self.client.call("CreateReceiver", ReceiversName="people")["ReceiverId"]
            self.client.call("DeleteReceiver", ReceiverId=group)
            slowest = max(slowest, time.monotonic() - begin)
        for thread in threads:
            thread.join()
        self.assertEqual(len(served), CONNECTIONS, "a mail that was not read")
        return slowest

    def classify(self, data):
        self.client.call("ClassifyMail", OWN, Mail=base64.b64encode(data).decode())
        return 0  # No small call waits: this is the connection that is under way.

    def test_every_place_that_reads_mail(self):
        places = [("submission", lambda data: self.slowest_call_during(self.submit, data), 9 * MIB),
                  ("bounce listener", lambda data: self.slowest_call_during(self.complain, data), MIB),
                  ("ClassifyMail", self.classify, 6 * MIB)]
        for place, work, size in places:
            for shape in SHAPES:
                with self.subTest(place=place, shape=shape[0]):
                    begin = self.cpu_seconds()
                    self.assertLess(work(mail(shape, size)), 3)
                    megabytes = size / MIB * (CONNECTIONS if place != "ClassifyMail" else 1)
                    # TLS, the transfer and the small calls included.
                    self.assertLess(self.cpu_seconds() - begin, 5 + 0.1 * megabytes)
        self.assertLess(self.server.memory_kib(), 400 * 1024)


if __name__ == "__main__":
    program.main()
