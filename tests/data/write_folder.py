#!/usr/bin/python3
"""Writes the data folder of a version of the program, with rows in every table, as tests/data/VERSION (README.md there).

Usage: tests/data/write_folder.py --program build/sesame

Region ap-guangzhou of the first account ends settled: nothing moves when the folder is opened, so all that its actions
answer is kept in expected.json and can be asked for again. Region ap-hongkong ends under way: mail deferred, tasks waiting,
paused, in the middle of a run, events that nobody has accepted. A table without rows is an error, unless it is named in
EMPTY with the reason.
"""
import argparse
import base64
import contextlib
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS / "lib"))
import kept_folders  # noqa: E402
import program  # noqa: E402
from beijing import moment, today  # noqa: E402
from folder_console import ConsoleSteps  # noqa: E402
from folder_phases import (  # noqa: E402
    AUTO_REPLY, BIG, BOOKS, BOUNCES, CAPPED, CAPPED_NEWS, DEAD_END, HALF, HK, HK_NEWS, HK_OLD, NEWS, ORDERS, PASSWORD,
    QUIET, content, relay_reply)
from kept_folders import SETTLED, UNDER_WAY, visit  # noqa: E402
from knot import Knot  # noqa: E402
from program import DOMAIN, OWN, ApiError, eventually, wait_uploaded  # noqa: E402
from report_mails import COMPLAINT, FAILURE  # noqa: E402
from sink import Sink  # noqa: E402
from webhook_receiver import Receiver  # noqa: E402

EMPTY = {}  # Table: why it can have no rows.
WANTED = {"send_task.status": {1, 5, 6, 7, 10}, "send_task.task_type": {1, 2, 3}, "webhook_event.state": {0, 1, 2},
          "message.deliver_status": {1, 2, 3, 8}, "message.kind": {0, 1}, "hard_bounce.heard_by": {0, 1}, "unsubscribe.reason": {1, 2},
          "template.status": {0, 1, 2}, "credential.enabled": {0, 1}, "sender_domain_key.bits": {1024, 2048},
          "console_user.role": {1, 2, 3, 4, 5, 6}, "console_user.enabled": {0, 1}, "audience_import.state": {0, 1, 2},
          "sender_domain.sandbox": {0, 1}, "send_task.sandboxed": {0, 1}, "message.sandboxed": {0, 1}, "hard_bounce.simulated": {0, 1},
          "unsubscribe.simulated": {0, 1}, "template_version.restored": {0, 1}, "run.removed": {0, 20}, "audit_entry.actor_kind": {0, 1, 2, 3}}
REPORTED = ("reader13@post.test", "reader14@post.test")  # A later version gets reports about their mails.


def parsed():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--program", type=pathlib.Path, required=True, help="the program whose folder it becomes")
    return parser.parse_args()


class Writer(ConsoleSteps):
    """Writes a folder in the order of write()."""

    def write(self):
        with self.phase("relay", **{"delivery.in_flight": 8, "delivery.connections": 1, "api.keep_refused_bodies": "true"}):
            self.accounts()
            self.people()
            self.senders_and_templates()
            self.template_versions()
            self.kept_calls()
            self.groups()
            self.mail()
            self.readers_answer()
            self.mail_comes_back()
            self.tasks()
            self.lists()
            self.imports()
            self.marked_domain()
        self.let_hours_pass()
        self.reset_by_the_operator()
        with self.phase("sandbox", **{"content.template_review": "manual", "webhooks.retry_s": 1, "webhooks.lifetime_hours": 1,
                                      "delivery.retry_s": 3600}):
            self.reviews()
            self.inbox()
            self.simulated_events()
            self.events_end()
            self.order_in_the_sandbox()
        with self.phase("relay", **{"delivery.retry_s": 30}):
            self.hongkong()
        with self.phase("relay", **{"reputation.daily_quotas": 4, "delivery.retry_s": 30}):
            self.quota()
        with self.phase("relay", **{"delivery.in_flight": 4, "delivery.connections": 1, "delivery.retry_s": 30}):
            self.read_everything()
            self.read_the_new()
            self.leave_in_the_middle()
        self.expected["middle"]["mailed"] = sorted(to for _, _, to, _, _ in self.sink.mails if to.startswith("slow-middle"))
        for address, letter in self.expected["letters"].items():
            if address not in REPORTED:
                del letter["raw"]
        assert today() == self.day, "midnight in Beijing came in between: write it again"

    def accounts(self):
        shop = self.settled.call("CreateAccount", OWN, Name="Bookshop")["AppId"]
        made = {"shop": {"Name": "shop"}, "reader": {"Name": "reader", "Permission": "read-only"},
                "sender": {"Name": "sender", "Permission": "list", "Actions": ["SendEmail"]},
                "revoked": {"Name": "revoked"}, "books": {"Name": "books", "AppId": shop}}
        for name, request in made.items():
            answer = self.settled.call("CreateCredential", OWN, **request)
            self.expected["credentials"][name] = {"id": answer["SecretId"], "key": answer["SecretKey"]}
        self.settled.call("DisableCredential", OWN, CredentialId=self.expected["credentials"]["revoked"]["id"])
        self.expected["books_app_id"] = shop

    def senders_and_templates(self):
        call = self.settled.call
        self.domain(self.settled, DOMAIN, [NEWS, ORDERS, QUIET], TagList=[{"TagKey": "team", "TagValue": "春"}], DKIMOption=0)
        self.domain(self.settled, HALF, [], publish=False)
        call("UpdateEmailSmtpPassWord", EmailAddress=NEWS, Password=PASSWORD)
        call("CreateAddressUnsubscribeConfig", Address=NEWS, UnsubscribeConfig="6", Status=1)
        call("CreateAddressUnsubscribeConfig", Address=ORDERS, UnsubscribeConfig="2", Status=0)
        call("UpdateTrackingSetting", OWN, Opens="on")
        call("UpdateTrackingSetting", OWN, Address=QUIET, Opens="off", Clicks="off")
        self.template = call("CreateEmailTemplate", TemplateName="letter", TemplateContent=content("<p>Old</p>"))["TemplateID"]
        call("UpdateEmailTemplate", TemplateID=self.template, TemplateName="letter 新", TemplateContent=content())
        deleted = call("CreateEmailTemplate", TemplateName="deleted", TemplateContent=content())["TemplateID"]
        call("DeleteEmailTemplate", TemplateID=deleted)
        self.expected["template"], self.expected["deleted_template"] = self.template, deleted
        self.expected["senders"] = {"news": NEWS, "orders": ORDERS, "quiet": QUIET}
        self.expected["smtp"] = {"address": NEWS, "password": PASSWORD}

    def groups(self):
        self.readers = [f"reader{i}@post.test" for i in range(30)] + ["gone0@post.test", "gone1@post.test", "full0@post.test"]
        self.readers_group = self.group(self.settled, "readers", self.readers)
        self.slow_group = self.group(self.settled, "slow readers", [f"slow{i}@post.test" for i in range(30)])
        mixed = self.group(self.settled, "mixed 混", with_data=False, addresses=[
            "Ann <ann@post.test>", "Ünï@bücher.test", "no address", "a@b@c", "x" * 70 + "@post.test"])
        odd = self.group(self.settled, "odd data", ["ann@post.test"])
        self.settled.call("CreateReceiverDetailWithData", ReceiverId=odd, Datas=[
            {"Email": "bob@post.test", "TemplateData": '{"name":"Bob \\"B\\" 你好","code":"<&>"}'},
            {"Email": "BOB@post.test", "TemplateData": '{"name":"again","code":""}'},
            {"Email": "cid@post.test", "TemplateData": '{"code":"","name":""}'}])
        wait_uploaded(self.settled, odd)
        self.big = self.group(self.settled, "big", [f"r{i}@big.test" for i in range(BIG)], with_data=False)
        empty = self.group(self.settled, "empty", [])
        deleted = self.group(self.settled, "deleted", ["deleted@post.test"])
        self.settled.call("DeleteReceiver", ReceiverId=deleted)
        self.all_groups = [self.readers_group, self.slow_group, mixed, odd, self.big, empty]
        self.expected |= {"readers": {"group": self.readers_group, "addresses": self.readers},
                          "big": {"group": self.big, "recipients": BIG, "old": ["r0@big.test", f"r{BIG - 1}@big.test"]},
                          "deleted_group": deleted}

    def mail(self):
        made = self.settled.call("PutWebhook", OWN, Url=self.receiver.url)
        dead = self.settled.call("PutWebhook", OWN, Url=DEAD_END, Address=ORDERS)
        self.expected["webhooks"] = {"accepted": {"id": made["WebhookId"], "secret": made["Secret"]},
                                     "given_up": {"id": dead["WebhookId"], "secret": dead["Secret"]}}
        task = self.batch(self.settled, self.readers_group, NEWS, self.template, ADLocation=1, ReplyToAddresses="help@shop.test")
        self.reaches(self.settled, task, 10)
        self.finished = task
        self.send(self.settled, NEWS, self.template, ["ann@post.test", "gone2@post.test", "gone3@post.test"], Cc=["bob@post.test"], Bcc=["cid@post.test"],
                  SmtpMessageId="<own.1@mail.shop.test>", SmtpHeaders='{"X-Tencentcloudses-Cb-Order":"17"}', Unsubscribe="1")
        self.send(self.settled, ORDERS, self.template, ["ann@post.test"])
        once = {"FromEmailAddress": NEWS, "Subject": "Once", "Destination": ["once@post.test"],
                "Template": {"TemplateID": self.template, "TemplateData": '{"name":"once","code":"c-once"}'}}
        self.expected["keyed"] = {"key": "order-17", "request": once,
                                  "answer": self.settled.call("SendEmail", key="order-17", **once)}
        self.submit(NEWS, "sub@post.test", "Somebody Else <else@post.test>")
        self.settles(self.settled)
        for address in self.readers[:30]:
            _, path, _, raw, _ = self.relayed(address)
            self.keep_letter(address, raw, path)

    def readers_answer(self):
        def go(number, kind, **more):
            status, _ = visit(self.server.port, self.expected["letters"][f"reader{number}@post.test"][kind], **more)
            assert status in (200, 302), (number, kind, status)
        for number in (0, 1, 2, 2):
            go(number, "image")
        for number in (1, 3):
            go(number, "click")
        for kind in ("image", "click"):
            go(4, kind, agent="curl/8.0")
        go(5, "unsubscribe", method="POST", body="List-Unsubscribe=One-Click")
        eventually(lambda: (v := self.settled.call("GetTrackingReport", OWN, StartDate=self.day, EndDate=self.day)["OverallVolume"])[
            "OpenedCount"] == 4 and v["ClickedCount"] == 2 and v["MachineClickedCount"] == 1, 30, "the visits")

    def mail_comes_back(self):
        def letter(number):
            address = f"reader{number}@post.test"
            kept = self.expected["letters"][address]
            return address, kept["return_path"], base64.b64decode(kept["raw"]).decode().replace("\r\n", "\n")
        address, path, raw = letter(6)
        self.bring(path, FAILURE.format(to=path, recipient=address, original=raw))
        _, _, raw = letter(7)
        self.bring(f"abuse@{BOUNCES}", COMPLAINT.format(domain=BOUNCES, kind="abuse", original=raw), "feedback@post.test")
        address, path, _ = letter(8)
        self.bring(path, AUTO_REPLY.format(reader=address, path=path), address)
        self.bring(f"postmaster@{BOUNCES}", "Subject: hello\n\nAbout nothing.\n", "somebody@post.test")
        assert self.settled.call("ListReturnedMails", OWN, Offset=0, Limit=1)["TotalCount"] == 3
        assert self.settled.call("ListReturnedMails", OWN, Offset=0, Limit=1, Unmatched=True)["TotalCount"] == 1

    def tasks(self):
        call = self.settled.call
        held = self.batch(self.settled, self.slow_group, QUIET, self.template)
        eventually(lambda: sum(m[2].startswith("slow") for m in self.sink.mails) > 3, 30, "some mail of the task to hold")
        call("PauseSendTask", OWN, TaskId=held)
        self.in_flight_lands()
        stopped = self.batch(self.settled, self.slow_group, QUIET, self.template, TaskType=2,
                             TimedParam={"BeginTime": "2098-01-01 00:00:00"})
        call("StopSendTask", OWN, TaskId=stopped)
        doomed = self.group(self.settled, "doomed", ["doomed@post.test"])
        failed = self.batch(self.settled, doomed, NEWS, self.template, TaskType=2, TimedParam={"BeginTime": moment(3)})
        call("DeleteReceiver", ReceiverId=doomed)
        self.reaches(self.settled, failed, 7)
        waiting = self.batch(self.settled, self.readers_group, NEWS, self.template, TaskType=2,
                             TimedParam={"BeginTime": "2099-01-01 00:00:00"})
        self.all_tasks = [self.finished, held, stopped, failed, waiting]
        mailed = sorted(m[2] for m in self.sink.mails if m[2].startswith("slow"))
        assert 0 < len(mailed) < 30
        self.expected["held"] = {"task": held, "mailed": mailed, "all": [f"slow{i}@post.test" for i in range(30)]}
        self.expected["waiting_task"] = waiting

    def lists(self):
        call = self.settled.call
        call("CreateCustomBlacklist", Emails=["never@post.test", "no address", "never@post.test"])
        call("CreateCustomBlacklist", Emails=["long@post.test"], ExpireDate="2099-12-31")
        call("CreateCustomBlacklist", Emails=["again@post.test"])
        call("DeleteCustomBlackList", Emails=["again@post.test"])
        call("CreateUnsubscribe", OWN, SenderDomain=DOMAIN, Emails=["upset@post.test"], Reason="complained")
        self.expected["exempt"] = "gone3@post.test"  # It bounced, and this account wants it mailed again.
        call("DeleteBlackList", EmailAddressList=[self.expected["exempt"]])
        self.expected["suppressed"] = {
            "gone0@post.test": "FailedOperation.EmailAddrInBlacklist", "gone2@post.test": "FailedOperation.EmailAddrInBlacklist",
            "reader6@post.test": "FailedOperation.EmailAddrInBlacklist", "never@post.test": None, "long@post.test": None,
            "reader5@post.test": "FailedOperation.ReceiverHasUnsubscribed", "reader7@post.test": None, "upset@post.test": None}
        for address in self.expected["suppressed"]:  # The code is this version's own.
            try:
                self.send(self.settled, NEWS, self.template, [address])
            except ApiError as refused:
                stated = self.expected["suppressed"][address]
                assert stated in (None, refused.code), (address, refused)
                self.expected["suppressed"][address] = refused.code
            assert self.expected["suppressed"][address], f"{address} was mailed"
        group = self.group(self.settled, "left out", [*self.expected["suppressed"], "fine@post.test"])
        task = self.batch(self.settled, group, NEWS, self.template)
        assert self.reaches(self.settled, task, 10)["WithheldCount"] == len(self.expected["suppressed"])
        self.all_groups.append(group)
        self.all_tasks.append(task)

    def let_hours_pass(self):
        """The events of the dead end were queued three hours ago: the next phase gives them up."""
        with contextlib.closing(sqlite3.connect(self.folder / "data" / "sesame.db")) as connection, connection:
            moved = connection.execute(
                "UPDATE webhook_event SET queued_ms = queued_ms - 10800000, next_attempt_ms = next_attempt_ms - 10800000"
                " WHERE state = 0 AND webhook_id = ?", (self.expected["webhooks"]["given_up"]["id"],)).rowcount
        assert moved > 0

    def reviews(self):
        call = self.settled.call
        pending = call("CreateEmailTemplate", TemplateName="pending", TemplateContent=content())["TemplateID"]
        refused = call("CreateEmailTemplate", TemplateName="refused", TemplateContent=content())["TemplateID"]
        call("ReviewEmailTemplate", OWN, TemplateID=refused, Approved=False, Reason="says too little")
        self.templates = [self.template, self.expected["versions"]["template"], pending, refused]

    def inbox(self):
        group = self.group(self.settled, "inbox readers", [f"inbox{i}@post.test" for i in range(4)])
        self.all_groups.append(group)
        task = self.batch(self.settled, group, NEWS, self.template)
        self.all_tasks.append(task)
        self.reaches(self.settled, task, 10)
        self.send(self.settled, NEWS, self.template, ["eve@post.test"], Unsubscribe="2")
        books = self.caller("books", SETTLED)
        self.domain(books, BOOKS, [f"news@{BOOKS}"])
        template = books.call("CreateEmailTemplate", TemplateName="book", TemplateContent=content())["TemplateID"]
        self.settled.call("ReviewEmailTemplate", OWN, AppId=self.expected["books_app_id"], TemplateID=template, Approved=True)
        self.expected["books"] = {"group": self.group(books, "readers", ["ann@post.test"]), "template": template}
        self.send(books, f"news@{BOOKS}", template, ["ann@post.test"])
        for caller in (self.settled, books):
            self.settles(caller)
        for row in self.settled.call("ListInboxMails", OWN, Offset=0, Limit=100)["Data"]:
            self.keep_letter(row["To"], base64.b64decode(self.settled.call("GetInboxMail", OWN, MailId=row["MailId"])["Raw"]))

    def events_end(self):
        hooks = self.expected["webhooks"]

        def states(name, state):
            return self.settled.call("ListWebhookEvents", OWN, WebhookId=hooks[name]["id"], Offset=0, Limit=1, State=state)["TotalCount"]
        eventually(lambda: states("given_up", "given_up") > 0 and states("given_up", "waiting") == 0, 30, "the events given up")
        eventually(lambda: states("accepted", "accepted") > 40 and states("accepted", "waiting") == 0, 30, "the events accepted")
        self.settled.call("PutWebhook", OWN, Url=DEAD_END)

    def hongkong(self):
        call = self.moving.call
        for name, senders in ((HK, [HK_NEWS, HK_OLD]), (CAPPED, [CAPPED_NEWS])):
            self.domain(self.moving, name, senders)
        call("UpdateEmailSmtpPassWord", EmailAddress=HK_NEWS, Password=PASSWORD)
        self.hk_template = call("CreateEmailTemplate", TemplateName="letter", TemplateContent=content())["TemplateID"]
        hook, old = (call("PutWebhook", OWN, Url=DEAD_END, **more) for more in ({}, {"Address": HK_OLD}))
        self.send(self.moving, HK_OLD, self.hk_template, ["old@post.test"])
        self.send(self.moving, HK_NEWS, self.hk_template, ["later-sent@post.test", "now@post.test"], Unsubscribe="2")
        self.submit(HK_NEWS, "later-submitted@post.test", "Somebody Else <else@post.test>")
        deferred = [f"later-task{i}@post.test" for i in range(3)]
        group = self.group(self.moving, "partly deferred", [*deferred, "soon@post.test"])
        task = self.batch(self.moving, group, HK_NEWS, self.hk_template)
        self.settles(self.moving)
        eventually(lambda: {row["DeliverStatus"] for row in self.statuses(self.moving)} == {1, 8}, 30, "deferrals")
        waiting = eventually(lambda: (page := call("ListWebhookEvents", OWN, WebhookId=hook["WebhookId"], Offset=0, Limit=100,
                                                   State="waiting"))["TotalCount"] == 7 and page, 30, "seven events")
        self.expected["webhooks"]["waiting"] = {"id": hook["WebhookId"], "secret": hook["Secret"],
                                                "events": [[row["EventId"], row["Body"]] for row in waiting["Data"]]}
        self.expected["hongkong"] = {"sender": HK_NEWS, "template": self.hk_template, "deleted_webhook": old["WebhookId"]}
        self.expected["deferred"] = {"task": task, "to": [*deferred, "later-sent@post.test"], "submitted": "later-submitted@post.test"}

    def quota(self):
        to = [f"capped{i}@post.test" for i in range(10)]
        task = self.batch(self.moving, self.group(self.moving, "capped", to), CAPPED_NEWS, self.hk_template)
        self.reaches(self.moving, task, 6)
        mailed = eventually(lambda: len(m := sorted(m[2] for m in self.sink.mails if m[2].startswith("capped"))) == 4 and m, 30, "four mails")
        self.in_flight_lands()
        self.expected["capped"] = {"task": task, "domain": CAPPED, "mailed": mailed, "all": to}

    def leave_in_the_middle(self):
        call = self.moving.call
        middle = [f"slow-middle{i}@post.test" for i in range(60)]
        soon = [f"timed{i}@post.test" for i in range(3)]
        middle_group, soon_group = self.group(self.moving, "middle", middle), self.group(self.moving, "timed", soon)
        ran = self.batch(self.moving, self.group(self.moving, "ran", ["ran@post.test"]), HK_NEWS, self.hk_template, TaskType=3,
                         CycleParam={"BeginTime": moment(2), "IntervalTime": 87_600, "TermCycle": 0})
        eventually(lambda: call("GetSendTask", OWN, TaskId=ran)["DeliveredCount"] == 1, 30, "the first run")
        self.reaches(self.moving, ran, 1)
        call("DeleteWebhook", OWN, Address=HK_OLD)
        timed = self.batch(self.moving, soon_group, HK_NEWS, self.hk_template, TaskType=2, TimedParam={"BeginTime": moment(30)})
        cycle = self.batch(self.moving, soon_group, HK_NEWS, self.hk_template, TaskType=3,
                           CycleParam={"BeginTime": moment(30), "IntervalTime": 87_600, "TermCycle": 0})
        task = self.batch(self.moving, middle_group, HK_NEWS, self.hk_template)
        eventually(lambda: sum(m[2].startswith("slow-middle") for m in self.sink.mails) > 5, 30, "some mail of the task in the middle")
        self.expected["middle"] = {"task": task, "all": middle}
        self.expected["due"] = {"timed": timed, "cycle": cycle, "to": soon, "ran": ran}

    def read_everything(self):
        days = {"StartDate": self.day, "EndDate": self.day}
        assert len(self.pages("first", "ListAccounts", OWN)) == 2
        assert len(self.pages("first", "ListCredentials", OWN)) == 5
        self.pages("shop", "ListCredentials", OWN, AppId=self.expected["books_app_id"])
        self.read("reader", "ListEmailIdentities", Offset=0, Limit=10)
        for name in (DOMAIN, HALF):
            self.read("reader", "GetEmailIdentity", EmailIdentity=name)
        assert len(self.read("reader", "ListEmailAddress")["EmailSenders"]) == 4
        assert self.read("reader", "ListAddressUnsubscribeConfig", Offset=0, Limit="10")["Total"] == 2
        for more in ({}, {"Address": NEWS}, {"Address": QUIET}):
            self.read("first", "GetTrackingSetting", OWN, **more)
        assert len(self.pages("reader", "ListEmailTemplates")) == len(self.templates)
        for template in self.templates:
            self.read("reader", "GetEmailTemplate", TemplateID=template)
        assert len(self.pages("reader", "ListReceivers")) == len(self.all_groups)
        for group in self.all_groups:
            self.read("reader", "ListReceiverDetails", ReceiverId=group, Offset=0, Limit=100)
        self.read("reader", "ListReceiverDetails", ReceiverId=self.big, Offset=BIG - 5, Limit=100)
        self.read("reader", "ListReceiverDetails", ReceiverId=self.big, Offset=0, Limit=10, Email="r65990@big.test")
        assert len(self.pages("reader", "ListSendTasks")) == len(self.all_tasks)
        for task in self.all_tasks:
            self.read("first", "GetSendTask", OWN, TaskId=task)
        assert len(self.pages("reader", "GetSendEmailStatus", RequestDate=self.day)) > 50
        for more in ({}, {"Domain": DOMAIN}, {"ReceivingMailboxType": "post.test"}):
            self.read("reader", "GetStatisticsReport", **days, **more)
            self.read("first", "GetTrackingReport", OWN, **days, **more)
        for status in (0, 1, 2):
            self.read("reader", "ListCustomBlacklist", Offset=0, Limit=100, Status=status)
        assert len(self.pages("first", "ListUnsubscribes", OWN)) == 5
        assert self.read("reader", "GetAbuseReport", StartTime=self.day, EndTime=self.day, Offset=0, Limit=100)["TotalCount"] == 2
        for returned in self.pages("first", "ListReturnedMails", OWN) + self.pages("first", "ListReturnedMails", OWN, Unmatched=True):
            self.read("first", "GetReturnedMail", OWN, ReturnedMailId=returned["ReturnedMailId"])
        for mail in self.pages("first", "ListInboxMails", OWN):
            self.read("first", "GetInboxMail", OWN, MailId=mail["MailId"])
        for hook in self.pages("first", "ListWebhooks", OWN):
            self.pages("first", "ListWebhookEvents", OWN, WebhookId=hook["WebhookId"])
        for action in ("ListReceivers", "ListEmailTemplates", "ListSendTasks"):
            self.pages("books", action)
        self.read("books", "GetEmailIdentity", EmailIdentity=BOOKS)
        for mail in self.pages("books", "ListInboxMails", OWN):
            self.read("books", "GetInboxMail", OWN, MailId=mail["MailId"])
        for name in (HK, CAPPED):
            self.read("first", "GetEmailIdentity", region=UNDER_WAY, EmailIdentity=name)
        for who, action, request in (("revoked", "ListEmailAddress", {}), ("sender", "ListEmailAddress", {}),
                                     ("reader", "CreateReceiver", {"ReceiversName": "x"})):
            try:
                self.caller(who, SETTLED).call(action, **request)
                raise AssertionError(f"{who} may call {action}")
            except ApiError as refused:
                self.expected["refusals"].append({"as": who, "action": action, "request": request, "code": refused.code})


def main():
    program.BINARY = parsed().program.resolve()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="sesame-folder-"))
    with Sink(reply=relay_reply) as sink, Receiver() as receiver, contextlib.closing(Knot()) as knot:
        writer = Writer(folder, sink, knot, receiver)
        writer.write()
    version = subprocess.run([program.BINARY, "--version"], capture_output=True, text=True, check=True).stdout.split()[-1]
    kept_folders.keep(folder / "data", TESTS / "data" / version, {"version": version, **writer.expected}, EMPTY, WANTED)
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
