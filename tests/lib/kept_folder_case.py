"""A test case with a copy of a kept data folder, and today's program to open it."""
import base64
import collections
import contextlib
import email
import email.policy
import json
import sqlite3

import kept_folders
from kept_folders import SETTLED, UNDER_WAY, Caller, as_counted_then, difference, make_certificate
from program import OWN, Program, eventually, free_port

FOR_EVER = {"limits.message_days": 0, "limits.statistics_days": 0, "limits.status_days": 3650, "limits.audit_days": 0, "suppression.bounce_days": 3650,
            "webhooks.history_days": 3650, "bounces.evidence_days": 3650, "webhooks.lifetime_hours": 720,
            "delivery.expiry_hours": 240}


class Copy:
    """A copy of a kept folder, with today's program that is not started yet."""

    def __init__(self, kept):
        self.expected = json.loads((kept / kept_folders.EXPECTED).read_text())
        self.bounce_port, self.submit_port = free_port(), free_port()
        self.server = Program(**{
            **self.expected["settings"], **FOR_EVER, "delivery.mode": "sandbox", "dns.resolver": "127.0.0.1:9",
            "webhooks.allow_private": "true", "webhooks.retry_s": 1, "bounces.listen": f"127.0.0.1:{self.bounce_port}",
            "submission.listen": f"127.0.0.1:{self.submit_port}"})
        self.server.settings |= make_certificate(self.server.folder)
        kept_folders.unpack(kept, self.server.folder / "data")

    def database(self):
        """Until the program starts it is the database of the version that wrote it."""
        return contextlib.closing(sqlite3.connect(self.server.folder / "data" / kept_folders.DATABASE))

    def close(self):
        self.server.__exit__(None, None, None)


class KeptFolderCase:
    """To be mixed into a unittest.TestCase; `kept` is the folder."""

    def setUp(self):
        copy = Copy(self.kept)
        self.expected, self.server, self.database = copy.expected, copy.server, copy.database
        self.bounce_port, self.submit_port = copy.bounce_port, copy.submit_port
        self.addCleanup(copy.close)

    def start(self):
        self.server.start()
        self.client = self.server.client()
        self.addCleanup(self.client.close)
        self.settled, self.moving = self.caller("first", SETTLED), self.caller("first", UNDER_WAY)

    def caller(self, name, region=SETTLED):
        return Caller(self.client, self.expected["credentials"][name], region)

    def answers(self, action):
        return [read["answer"] for read in self.expected["reads"] if read["action"] == action]

    def letter(self, sender, template, to):
        name = to.split("@")[0]
        return {"FromEmailAddress": sender, "Subject": "Again for {{name}}", "Destination": [to],
                "Template": {"TemplateID": template, "TemplateData": json.dumps({"name": name, "code": f"c-{name}"})}}

    def inbox(self, caller, newer_than=0):
        """Recipient → the mails that came since, as bytes."""
        found, offset, total = collections.defaultdict(list), 0, 1
        while offset < total:
            page = caller.call("ListInboxMails", OWN, Offset=offset, Limit=100)
            total, offset = page["TotalCount"], offset + 100
            for row in page["Data"]:
                if row["MailId"] > newer_than:
                    found[row["To"]].append(base64.b64decode(caller.call("GetInboxMail", OWN, MailId=row["MailId"])["Raw"]))
        return found

    def newest_mail(self, caller):
        return max((row["MailId"] for row in caller.call("ListInboxMails", OWN, Offset=0, Limit=1)["Data"]), default=0)

    def check_text(self, raw, address):
        name = address.split("@")[0]
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        for part in ("plain", "html"):
            self.assertIn(f"Hello {name}, your code is c-{name}.", mail.get_body((part,)).get_content(), address)
        return mail

    def task(self, caller, task):
        return caller.call("GetSendTask", OWN, TaskId=task)

    def reaches(self, caller, task, status):
        return eventually(lambda: (a := self.task(caller, task))["Task"]["TaskStatus"] == status and a, 60,
                          f"status {status} of task {task}")

    def row(self, address):
        rows = self.settled.call("GetSendEmailStatus", RequestDate=self.expected["day"], Offset=0, Limit=100,
                                 ToEmailAddress=address)["EmailStatusList"]
        return rows[0]

    def check_answers(self):
        for read in self.expected["reads"]:
            with self.subTest(action=read["action"], request=read["request"]):
                answer = self.caller(read["as"], read["region"]).call(read["action"], read["version"], **read["request"])
                self.assertIsNone(difference(read["answer"], as_counted_then(read["answer"], answer)))
