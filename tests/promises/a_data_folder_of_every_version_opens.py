#!/usr/bin/python3
"""Promise: the data folder that an earlier version left behind opens with today's program, and everything in it is still
there and usable.

Method: tests/data/VERSION holds a folder that this version wrote, and expected.json, which the script that made it wrote
down: keys, links, and what each reading action answered (tests/data/README.md). Each test starts today's program with a copy
of the folder. What it answers must hold what the old version answered; credentials and passwords still let in, groups grow
without repeats, links of old mails still count, tasks and mail that were under way go on where they stopped.

Time goes by between a version and today. FOR_EVER (tests/lib/kept_folder_case.py) keeps, by settings, what would be
forgotten; its largest values end after ten years (3650 days). What no setting keeps:

* Deferred mail is given up ten days after its first attempt at most. The copied database is told that this was just now.
* Events that nobody accepts are given up after thirty days. The copied database is told the port of a receiver that does.
* A daily quota's count is over with its day, so its row is only read by SQL, before today's program opens the folder.
* Temporary credentials live for hours; there are none in a folder.
* Sessions of the console, links that log in, kept calls and imports expire after a quarter of an hour to thirty days. The copied
  database is told that they are new (tests/lib/kept_console_case.py).
"""
import base64
import contextlib
import email
import email.policy
import hashlib
import hmac
import os
import pathlib
import smtplib
import ssl
import subprocess
import sys
import time
import unittest

import dkim

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import kept_folders  # noqa: E402
import program  # noqa: E402
from kept_console_case import KeptConsoleCase  # noqa: E402
from kept_folder_case import Copy  # noqa: E402
from kept_folders import SETTLED, Caller, Links, difference, visit  # noqa: E402
from program import BINARY, OWN, ApiError, eventually, wait_uploaded  # noqa: E402
from report_mails import COMPLAINT, FAILURE  # noqa: E402
from webhook_receiver import Receiver  # noqa: E402


OPENED = []  # A copy of each folder whose program runs beside all tests, and how many events it had of a deleted webhook.


def events_of_the_deleted_webhook(copy):
    with copy.database() as connection:
        return connection.execute("SELECT count(*) FROM webhook_event WHERE webhook_id = ?",
                                  [copy.expected["hongkong"]["deleted_webhook"]]).fetchone()[0]


def setUpModule():
    for folder in kept_folders.FOLDERS:
        copy = Copy(folder)
        unittest.addModuleCleanup(copy.close)
        OPENED.append((copy, events_of_the_deleted_webhook(copy)))
        copy.server.start()


class KeptFolder(KeptConsoleCase):
    """The tests of one folder."""

    def test_every_table_of_it_has_rows(self):
        with self.database() as connection:
            self.assertEqual(connection.execute("PRAGMA integrity_check").fetchone(), ("ok",))
            self.assertEqual(kept_folders.row_counts(connection), self.expected["tables"])
            capped = self.expected["capped"]
            mails = connection.execute("SELECT mails FROM domain_day WHERE domain = ?", (capped["domain"],)).fetchall()
            self.assertEqual(mails, [(len(capped["mailed"]),)])
        self.assertEqual([table for table, rows in self.expected["tables"].items() if rows == 0], [])
        self.assertEqual(self.kept.name, self.expected["version"])

    def test_every_answer_is_as_it_was(self):
        self.start()
        self.check_answers()
        self.client.close()
        self.server.stop()
        self.start()  # Today's program opens its own folder, too.
        self.check_answers()

    def test_credentials_sign_as_permitted(self):
        self.start()
        for refusal in self.expected["refusals"]:
            with self.subTest(**refusal), self.assertRaises(ApiError) as refused:
                self.caller(refusal["as"]).call(refusal["action"], **refusal["request"])
            self.assertEqual(refused.exception.code, refusal["code"])
        for name in ("first", "shop", "reader", "books"):
            self.caller(name).call("ListEmailAddress")
        self.settled.call("EnableCredential", OWN, CredentialId=self.expected["credentials"]["revoked"]["id"])
        self.caller("revoked").call("ListEmailAddress")
        known = {account["AppId"] for answer in self.answers("ListAccounts") for account in answer["Data"]}
        added = self.settled.call("CreateAccount", OWN, Name="Late")["AppId"]
        self.assertNotIn(added, known)
        made = self.settled.call("CreateCredential", OWN, AppId=added)
        late = Caller(self.client, {"id": made["SecretId"], "key": made["SecretKey"]}, SETTLED)
        self.assertEqual(late.call("ListReceivers", Offset=0, Limit=10)["TotalCount"], 0)

    def test_the_command_line_shows_it(self):
        self.start()

        def sesame(*arguments):
            access = {"SESAME_ENDPOINT": f"http://127.0.0.1:{self.server.port}",
                      "TENCENTCLOUD_SECRET_ID": self.expected["credentials"]["shop"]["id"],
                      "TENCENTCLOUD_SECRET_KEY": self.expected["credentials"]["shop"]["key"]}
            done = subprocess.run([str(BINARY), *map(str, arguments)], env={**os.environ, **access}, capture_output=True,
                                  text=True, timeout=60)
            self.assertEqual(done.returncode, 0, done.stderr)
            return done.stdout
        tasks = sesame("tasks")
        for row in self.answers("ListSendTasks")[0]["Data"]:
            self.assertRegex(tasks, rf"(?m)^{row['TaskId']} ")
        mail = self.answers("ListInboxMails")[0]["Data"][0]
        self.assertIn(mail["To"], sesame("inbox", "list"))
        path = self.server.folder / "mail.eml"
        sesame("inbox", "save", mail["MailId"], path)
        kept = next(read["answer"] for read in self.expected["reads"]
                    if read["action"] == "GetInboxMail" and read["request"] == {"MailId": mail["MailId"]})
        self.assertEqual(path.read_bytes(), base64.b64decode(kept["Raw"]))

    def test_groups_grow_without_repeats(self):
        self.start()
        big, readers = self.expected["big"], self.expected["readers"]
        data = '{"name":"late","code":"c-late"}'
        for group, old, count, with_data in ((big["group"], big["old"], big["recipients"], False),
                                             (readers["group"], readers["addresses"][:20], len(readers["addresses"]), True)):
            emails = [*old, old[0].upper(), "late@post.test"]
            if with_data:
                added = self.settled.call("CreateReceiverDetailWithData", ReceiverId=group,
                                          Datas=[{"Email": to, "TemplateData": data} for to in emails])
            else:
                added = self.settled.call("CreateReceiverDetail", ReceiverId=group, Emails=emails)
            self.assertEqual((added["TotalCount"], added["ValidCount"], added["RepeatCount"]), (len(old) + 2, 1, len(old) + 1))
            self.assertEqual(wait_uploaded(self.settled, group)["Count"], count + 1)
            page = self.settled.call("ListReceiverDetails", ReceiverId=group, Offset=count - 1, Limit=10)
            self.assertEqual([row["Email"] for row in page["Data"]][1:], ["late@post.test"])
        # Numbers of deleted groups are not used again.
        made = self.settled.call("CreateReceiver", ReceiversName="late")["ReceiverId"]
        self.assertGreater(made, self.expected["deleted_group"])

    def test_templates_senders_and_keys_still_mail(self):
        self.start()
        news, template = self.expected["senders"]["news"], self.expected["template"]
        before = self.newest_mail(self.settled)
        self.settled.call("SendEmail", **self.letter(news, template, "late@post.test"))
        raw = eventually(lambda: self.inbox(self.settled, before).get("late@post.test"), 30, "the mail")[0]
        mail = self.check_text(raw, "late@post.test")
        self.assertEqual(mail["Subject"], "Again for late")
        links = Links(raw)  # The settings of the account and of the sender ask for all three.
        self.assertTrue(links.click and links.image and links.unsubscribe, links.paths())
        records = {row["SendDomain"].rstrip(".").encode(): row["ExpectedValue"].encode() for answer in self.answers("GetEmailIdentity")
                   for row in answer["Attributes"] if row["Type"] == "TXT"}
        self.assertTrue(dkim.verify(raw, dnsfunc=lambda name, timeout=5: records.get(name.rstrip(b"."))))
        self.settled.call("SendEmail", **self.letter(self.expected["senders"]["quiet"], template, "quiet@post.test"))
        quiet = Links(eventually(lambda: self.inbox(self.settled, before).get("quiet@post.test"), 30, "the mail")[0])
        self.assertEqual((quiet.click, quiet.image), (None, None))
        # A whole group is mailed with the data that was uploaded; suppressed recipients are left out.
        before = self.newest_mail(self.settled)
        task = self.settled.call("BatchSendEmail", FromEmailAddress=news, ReceiverId=self.expected["readers"]["group"], Subject="Again",
                                 TaskType=1, Template={"TemplateID": template, "TemplateData": "{}"})["TaskId"]
        self.assertGreater(task, max(row["TaskId"] for row in self.answers("ListSendTasks")[0]["Data"]))
        self.reaches(self.settled, task, 10)
        mails = self.inbox(self.settled, before)
        left_out = {"gone1@post.test", *self.expected["suppressed"]}
        self.assertEqual(sorted(mails), sorted(set(self.expected["readers"]["addresses"]) - left_out))
        for address, (raw,) in mails.items():
            self.check_text(raw, address)
        made = self.settled.call("CreateEmailTemplate", TemplateName="late", TemplateContent={
            "Text": base64.b64encode(b"Hello").decode()})["TemplateID"]
        self.assertGreater(made, self.expected["deleted_template"])

    def test_answers_under_a_key_are_given_again(self):
        if "keyed" not in self.expected:
            self.skipTest("a version without idempotent calls")
        keyed = self.expected["keyed"]
        with self.database() as connection, connection:  # Answers are kept for a day; this folder is older.
            connection.execute("UPDATE idempotent_answer SET created_ms = ?", (int(time.time() * 1000) - 3_600_000,))
        self.start()
        self.assertEqual(self.settled.call("SendEmail", key=keyed["key"], **keyed["request"]), keyed["answer"])
        self.assertNotEqual(self.settled.call("SendEmail", key="order-18", **keyed["request"]), keyed["answer"])

    def test_a_sender_still_logs_in_by_smtp(self):
        self.start()
        smtp, before = self.expected["smtp"], self.newest_mail(self.settled)
        with smtplib.SMTP("127.0.0.1", self.submit_port, timeout=20) as line:
            line.starttls(context=ssl._create_unverified_context())
            with self.assertRaises(smtplib.SMTPAuthenticationError):
                line.login(smtp["address"], smtp["password"] + "x")
        with smtplib.SMTP("127.0.0.1", self.submit_port, timeout=20) as line:
            line.starttls(context=ssl._create_unverified_context())
            line.login(smtp["address"], smtp["password"])
            line.sendmail(smtp["address"], ["sub@post.test"],
                          f"From: {smtp['address']}\r\nTo: sub@post.test\r\nSubject: Late\r\n\r\ntext\r\n")
        eventually(lambda: self.inbox(self.settled, before).get("sub@post.test"), 30, "the submitted mail")

    def test_tasks_and_deferred_mail_go_on(self):
        with self.database() as connection, connection:
            connection.execute("UPDATE message SET first_attempt_ms = ? WHERE next_attempt_ms IS NOT NULL AND first_attempt_ms > 0",
                               (int(time.time() * 1000),))
        self.start()
        middle, capped, due, deferred = (self.expected[name] for name in ("middle", "capped", "due", "deferred"))
        self.reaches(self.moving, middle["task"], 10)
        self.reaches(self.moving, due["timed"], 10)
        eventually(lambda: self.task(self.moving, due["cycle"])["DeliveredCount"] == len(due["to"]), 60, "the recurring task's run")
        self.reaches(self.moving, due["cycle"], 1)
        self.assertEqual((self.task(self.moving, due["ran"])["DeliveredCount"], self.task(self.moving, due["ran"])["Task"]["TaskStatus"]), (1, 1))

        def capped_ends():
            status = self.task(self.moving, capped["task"])["Task"]["TaskStatus"]
            if status == 6:  # Until midnight of the day of the folder; later it has gone on by itself.
                with contextlib.suppress(ApiError):
                    self.moving.call("ResumeSendTask", OWN, TaskId=capped["task"])
            return status == 10
        eventually(capped_ends, 60, "the end of the task that the quota paused")
        eventually(lambda: self.task(self.moving, deferred["task"])["DeliveredCount"] == 4, 60, "the deferred mails of a task")
        wanted = {deferred["submitted"]: 1, **dict.fromkeys(deferred["to"], 1), **dict.fromkeys(due["to"], 2),
                  **dict.fromkeys(set(middle["all"]) - set(middle["mailed"]), 1),
                  **dict.fromkeys(set(capped["all"]) - set(capped["mailed"]), 1)}
        mails = eventually(lambda: sum(map(len, (found := self.inbox(self.moving)).values())) >= sum(wanted.values()) and found, 60,
                           "all mails")
        self.assertEqual({address: len(raw) for address, raw in mails.items()}, wanted)
        for address, found in mails.items():
            if address != deferred["submitted"]:
                self.check_text(found[0], address)
        sent = email.message_from_bytes(mails["later-sent@post.test"][0], policy=email.policy.default)
        self.assertEqual([part.get_content() for part in sent.iter_attachments()], ["a note"])
        submitted = email.message_from_bytes(mails[deferred["submitted"]][0], policy=email.policy.default)
        self.assertEqual((submitted["To"], submitted["Cc"]), ("Somebody Else <else@post.test>", "Cid <cid@post.test>"))
        self.assertIn(f"Submitted for {deferred['submitted']}.", submitted.get_content())

    def test_a_task_that_a_person_paused_is_resumed(self):
        self.start()
        held, before = self.expected["held"], self.newest_mail(self.settled)
        self.assertEqual(self.task(self.settled, held["task"])["Task"]["TaskStatus"], 6)
        self.settled.call("ResumeSendTask", OWN, TaskId=held["task"])
        ended = self.reaches(self.settled, held["task"], 10)
        self.assertEqual(ended["DeliveredCount"], len(held["all"]))
        mails = self.inbox(self.settled, before)
        self.assertEqual({address: len(raw) for address, raw in mails.items()},
                         dict.fromkeys(set(held["all"]) - set(held["mailed"]), 1))
        # A task that waits for the year 2099 can be stopped.
        self.assertIn(self.settled.call("StopSendTask", OWN, TaskId=self.expected["waiting_task"])["TaskStatus"], (7, 10))

    def test_links_of_old_mails_still_count(self):
        self.start()
        letters, day = self.expected["letters"], self.expected["day"]

        def report():
            volume = self.settled.call("GetTrackingReport", OWN, StartDate=day, EndDate=day)["OverallVolume"]
            unsubscribed = self.settled.call("GetStatisticsReport", StartDate=day, EndDate=day)["OverallVolume"]["UnsubscribeCount"]
            return volume["OpenedCount"], volume["ClickedCount"], unsubscribed
        before = report()
        addresses = ["reader10@post.test", "inbox3@post.test"]  # The first was relayed, the second lay in the inbox.
        for address in addresses:
            letter = letters[address]
            self.assertEqual(visit(self.server.port, letter["image"])[0], 200)
            self.assertEqual(visit(self.server.port, letter["click"]), (302, letter["target"]))
            self.assertEqual(visit(self.server.port, letter["unsubscribe"], "POST", "List-Unsubscribe=One-Click")[0], 200)
        eventually(lambda: report() == tuple(count + 2 for count in before), 30, "the visits in the report")
        for address in addresses:
            row = eventually(lambda address=address: (r := self.row(address))["UserOpened"] and r["UserClicked"] and r, 30, "the marks")
            self.assertTrue(row["UserUnsubscribed"])
            with self.assertRaises(ApiError) as refused:
                self.settled.call("SendEmail", **self.letter(self.expected["senders"]["news"], self.expected["template"], address))
            self.assertEqual(refused.exception.code, "FailedOperation.ReceiverHasUnsubscribed")
        # A recipient who unsubscribed before subscribes again by the old link.
        self.assertEqual(visit(self.server.port, letters["reader5@post.test"]["unsubscribe"], "POST", "Subscribe=Again")[0], 200)
        self.settled.call("SendEmail", **self.letter(self.expected["senders"]["news"], self.expected["template"], "reader5@post.test"))

    def test_bounces_and_complaints_find_old_mail(self):
        self.start()
        letters, domain = self.expected["letters"], self.expected["settings"]["bounces.domain"]

        def original(address):
            return base64.b64decode(letters[address]["raw"]).decode().replace("\r\n", "\n")

        def bring(to, text, sender=""):
            with smtplib.SMTP("127.0.0.1", self.bounce_port, local_hostname="mx.post.test", timeout=20) as line:
                line.sendmail(sender, [to], text.replace("\n", "\r\n"))
        kept = self.settled.call("ListReturnedMails", OWN, Offset=0, Limit=1)["TotalCount"]
        path = letters["reader13@post.test"]["return_path"]
        bring(path, FAILURE.format(to=path, recipient="reader13@post.test", original=original("reader13@post.test")))
        self.assertEqual(self.row("reader13@post.test")["DeliverStatus"], 3)
        bring(f"abuse@{domain}", COMPLAINT.format(domain=domain, kind="abuse", original=original("reader14@post.test")), "feedback@post.test")
        self.assertTrue(self.row("reader14@post.test")["UserComplainted"])
        self.assertEqual(self.settled.call("ListReturnedMails", OWN, Offset=0, Limit=1)["TotalCount"], kept + 2)
        for address in ("reader13@post.test", "reader14@post.test"):
            with self.assertRaises(ApiError):
                self.settled.call("SendEmail", **self.letter(self.expected["senders"]["news"], self.expected["template"], address))

    def test_suppressed_addresses_are_not_mailed(self):
        listed = next(read["answer"]["TotalCount"] for read in self.expected["reads"]
                      if read["action"] == "ListCustomBlacklist" and read["request"]["Status"] == 2)
        self.server.settings["limits.custom_blocks"] = listed + 1
        self.start()
        with self.assertRaises(ApiError):  # Blocks from the old version count.
            self.settled.call("CreateCustomBlacklist", Emails=["one@post.test", "two@post.test"])
        self.settled.call("CreateCustomBlacklist", Emails=["one@post.test"])
        news, template = self.expected["senders"]["news"], self.expected["template"]
        for address, code in self.expected["suppressed"].items():
            with self.subTest(address=address), self.assertRaises(ApiError) as refused:
                self.settled.call("SendEmail", **self.letter(news, template, address.upper()))
            self.assertEqual(refused.exception.code, code)
        self.settled.call("DeleteBlackList", EmailAddressList=["gone0@post.test"])
        self.settled.call("DeleteCustomBlackList", Emails=["never@post.test"])
        self.settled.call("DeleteUnsubscribe", OWN, SenderDomain=news.split("@")[1], Emails=["upset@post.test"])
        for address in ("gone0@post.test", "never@post.test", "upset@post.test"):
            self.settled.call("SendEmail", **self.letter(news, template, address))

    def test_an_address_that_the_account_wants_mailed_again_is_mailed(self):
        if "exempt" not in self.expected:
            self.skipTest("a version that forgets the entry for everybody")
        self.start()
        before, address = self.newest_mail(self.settled), self.expected["exempt"]
        self.settled.call("SendEmail", **self.letter(self.expected["senders"]["news"], self.expected["template"], address))
        eventually(lambda: self.inbox(self.settled, before).get(address), 30, "the mail")

    def test_events_of_webhooks_are_delivered_and_redelivered(self):
        hooks = self.expected["webhooks"]
        with Receiver() as receiver:
            with self.database() as connection, connection:
                connection.execute("UPDATE webhook SET url = ? WHERE id = ?", (receiver.url, hooks["waiting"]["id"]))
            self.start()

            def posted():
                with receiver.lock:
                    return {number: (body, signature) for number, body, signature, *_ in receiver.posts}

            def check(name, numbers):
                found = eventually(lambda: (p := posted()).keys() >= set(numbers) and p, 60, f"the events of {name}")
                for number in numbers:
                    body, signature = found[number]
                    when, proof = (part.split("=", 1)[1] for part in signature.split(","))
                    self.assertEqual(proof, hmac.new(hooks[name]["secret"].encode(), f"{when}.".encode() + body, hashlib.sha256).hexdigest())
                return found
            found = check("waiting", [number for number, _ in hooks["waiting"]["events"]])
            for number, body in hooks["waiting"]["events"]:
                self.assertEqual(found[number][0].decode(), body)
            for name, more in (("accepted", {}), ("given_up", {"Address": self.expected["senders"]["orders"]})):
                self.assertNotIn("Secret", self.settled.call("PutWebhook", OWN, Url=receiver.url, **more))
                events = self.settled.call("ListWebhookEvents", OWN, WebhookId=hooks[name]["id"], Offset=0, Limit=100, State=name)["Data"]
                self.assertTrue(events)
                ids = [event["EventId"] for event in events]
                self.assertEqual(self.settled.call("RedeliverWebhookEvents", OWN, WebhookId=hooks[name]["id"], EventIds=ids)["Count"], len(ids))
                check(name, ids)
            self.settled.call("SendEmail", **self.letter(self.expected["senders"]["news"], self.expected["template"], "late@post.test"))
            eventually(lambda: "late@post.test" in receiver.emails("delivered"), 30, "a new event")


class Folders(unittest.TestCase):
    def test_a_difference_is_noticed(self):
        old = {"TotalCount": 1, "Data": [{"Id": 1, "Email": "ann@post.test"}]}
        self.assertIsNone(difference(old, {"TotalCount": 1, "New": 0, "Data": [{"Id": 1, "New": "", "Email": "ann@post.test"}]}))
        for other in ({"TotalCount": 2, "Data": old["Data"]}, {"TotalCount": 1, "Data": []}, {"TotalCount": 1}, {"TotalCount": 1, "Data": None},
                      {"TotalCount": 1, "Data": [{"Id": 1}]}, {"TotalCount": 1, "Data": [{"Id": 2, "Email": "ann@post.test"}]}):
            self.assertIsNotNone(difference(old, other), other)

    def test_there_is_one_of_the_first_version(self):
        self.assertIn("0.1.0", [folder.name for folder in kept_folders.FOLDERS])


class WebhooksThatWereDeleted(unittest.TestCase):
    """A program deletes nothing in its first minute, since the clock may be wrong. These are started before all other tests, and
    looked at when those are through."""

    def test_their_events_are_removed(self):
        for copy, events in OPENED:
            with self.subTest(version=copy.expected["version"]):
                self.assertGreater(events, 0)
                eventually(lambda copy=copy: events_of_the_deleted_webhook(copy) == 0, 240, "the removal of its events")


for each in kept_folders.FOLDERS:
    made = type("Version" + each.name.replace(".", "_"), (KeptFolder, unittest.TestCase), {"kept": each})
    globals()[made.__name__] = made
del made


if __name__ == "__main__":
    program.main()
