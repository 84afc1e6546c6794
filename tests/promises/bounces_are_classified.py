#!/usr/bin/python3
"""Promise: `sesame classify` says what a bounce mail means, without a server, by rules that an operator can read and change;
the action ClassifyMail says the same, and the server refuses to start with rules that have a fault.

Method: mails written for this test are given to the built program as files, on standard input and through the API.
"""
import base64
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from program import BINARY, OWN, ApiError, Program  # noqa: E402

REPORT = """From: Mail Delivery System <MAILER-DAEMON@relay.test>
To: b.1@bounce.mail.test
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary="=x"

--=x

Sorry.
--=x
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.test

Final-Recipient: rfc822; ann@shop.test
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 nobody of that name: no such user

Final-Recipient: rfc822; bob@shop.test
Action: failed
Status: 5.0.0
Diagnostic-Code: smtp; 552 5.2.2 the mailbox is full

--=x
Content-Type: message/rfc822

Message-ID: <m1@mail.test>
Subject: Spring

hello
--=x--
"""
LETTER = "From: ann@shop.test\nTo: news@mail.test\nSubject: Re: Spring\n\nThank you.\n"
RULES = """# Ours.
[[rule]]
name = "partner-holiday"
class = "soft_temporary"
text = ["closed for the holidays"]
"""


def classify(*arguments, stdin=None, rules=None):
    """(exit status, standard output, standard error)."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("SESAME_", "TENCENTCLOUD_"))}
    if rules:
        clean["SESAME_BOUNCES_RULES"] = str(rules)
    done = subprocess.run([str(BINARY), "classify", *map(str, arguments)], env=clean, input=stdin, capture_output=True,
                          text=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


class Classify(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def file(self, name, text):
        path = pathlib.Path(self.folder.name) / name
        path.write_text(text)
        return path

    def test_a_list_of_files_with_their_recipients(self):
        report, letter = self.file("report.eml", REPORT), self.file("letter.eml", LETTER)
        status, out, err = classify("--json", report, letter)
        self.assertEqual((status, err), (0, ""))
        found = json.loads(out)
        self.assertEqual([result["file"] for result in found], [str(report), str(letter)])
        ann, bob = found[0]["recipients"]
        self.assertEqual({name: ann[name] for name in ("address", "class", "status", "replycode")},
                         {"address": "ann@shop.test", "class": "hard_unknown_user", "status": "5.1.1", "replycode": "550"})
        self.assertIn("no such user", ann["evidence"])
        self.assertEqual((bob["address"], bob["class"], bob["status"]), ("bob@shop.test", "soft_mailbox_full", "5.2.2"))
        self.assertEqual(found[1]["recipients"], [], "a letter is no bounce")

    def test_a_table_for_people_and_standard_input(self):
        status, out, err = classify("-", stdin=REPORT)
        self.assertEqual((status, err), (0, ""))
        self.assertEqual(len(out.splitlines()), 3, out)
        self.assertRegex(out.splitlines()[1], r"ann@shop\.test +hard_unknown_user +5\.1\.1 +550 +unknown-user")

    def test_a_file_that_is_not_there_is_told_and_the_others_are_classified(self):
        status, out, err = classify("--json", self.file("report.eml", REPORT), "nowhere.eml")
        self.assertEqual(status, 1)
        self.assertIn("nowhere.eml", err)
        self.assertEqual(len(json.loads(out)), 1)

    def test_the_rules_can_be_read_extended_and_replaced(self):
        status, out, err = classify("--rules")
        self.assertEqual((status, err), (0, ""))
        self.assertIn('name = "mailbox-full"', out)
        own = self.file("own.toml", RULES)
        mail = self.file("mail.eml", REPORT.replace("the mailbox is full", "closed for the holidays"))
        for arguments, rules in ((("--with", own), None), ((), own)):
            status, out, err = classify("--json", *arguments, mail, rules=rules)
            self.assertEqual((status, err), (0, ""))
            self.assertEqual(json.loads(out)[0]["recipients"][1]["rule"], "partner-holiday")

    def test_a_fault_in_rules_is_told_with_line_and_rule(self):
        own = self.file("own.toml", RULES.replace("soft_temporary", "holiday"))
        status, out, err = classify("--with", own, self.file("mail.eml", REPORT))
        self.assertEqual((status, out), (1, ""))
        for word in ("own.toml", "line 4", "partner-holiday", "class"):
            self.assertIn(word, err)
        with tempfile.TemporaryDirectory() as data:
            done = subprocess.run([str(BINARY), "serve", "--data-dir", data, "--listen", "127.0.0.1:0", "--set",
                                   f"bounces.rules={own}"], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 1)
        self.assertIn("line 4", done.stderr)


class Action(unittest.TestCase):
    def test_the_action_says_the_same(self):
        with tempfile.TemporaryDirectory() as folder:
            own = pathlib.Path(folder) / "own.toml"
            own.write_text(RULES)
            with Program(**{"bounces.rules": own}) as server:
                client = server.client()
                self.addCleanup(client.close)
                mail = base64.b64encode(REPORT.encode()).decode()
                answer = client.call("ClassifyMail", version=OWN, Mail=mail)
                self.assertEqual((answer["Kind"], answer["MessageId"]), ("bounce", "m1@mail.test"))
                self.assertEqual([each["Class"] for each in answer["Recipients"]], ["hard_unknown_user", "soft_mailbox_full"])
                self.assertEqual([each["Suppresses"] for each in answer["Recipients"]], [True, False])
                answer = client.call("ClassifyMail", version=OWN, Reply="450 closed for the holidays")
                self.assertEqual((answer["Kind"], answer["Recipients"][0]["Rule"]), ("reply", "partner-holiday"))
                for request in ({}, {"Mail": mail, "Reply": "550"}, {"Mail": "not base64!"}):
                    with self.assertRaises(ApiError) as refused:
                        client.call("ClassifyMail", version=OWN, **request)
                    self.assertEqual(refused.exception.code, "InvalidParameterValue")


if __name__ == "__main__":
    program.main()
