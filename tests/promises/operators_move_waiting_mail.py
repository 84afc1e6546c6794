#!/usr/bin/python3
"""Promise: operators see the mail that waits, pause it, try it again and drop it, and all other mail goes on meanwhile.

Method: a relay that we did not write takes, defers or delays mail by its domain. What operators order is checked by what the
relay was asked, by the tables, and over kill -9.
"""
import asyncio
import collections
import contextlib
import json
import pathlib
import sqlite3
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import beijing  # noqa: E402
import program  # noqa: E402
from command_case import run  # noqa: E402
from program import OWN, SECRET_ID, SECRET_KEY, SENDER, ApiError, Program, eventually, prepare_sender, wait_uploaded  # noqa: E402
from sink import Sink  # noqa: E402
from webhook_receiver import Receiver  # noqa: E402

CONNECTIONS = 3
AGES = [300, 900, 3600, 14400, 86400, 259200]


class Relay:
    """Answers by the domain of the recipient, and notes each question."""

    def __init__(self):
        self.deferring, self.seconds, self.asked = set(), 0.0, []

    async def reply(self, address):
        self.asked.append((time.monotonic(), address))
        domain = address.split("@")[1]
        if self.seconds:
            await asyncio.sleep(self.seconds)
        return "451 4.7.1 try again later" if domain in self.deferring else None


class OperatorsMoveWaitingMail(unittest.TestCase):
    def setUp(self):
        self.stack = contextlib.ExitStack()
        self.addCleanup(self.stack.close)
        self.relay = Relay()
        self.sink = self.stack.enter_context(Sink(self.relay.reply, keep_bytes=False))
        self.server = self.stack.enter_context(Program(**{
            "delivery.mode": "relay", "delivery.relay": f"127.0.0.1:{self.sink.port}", "delivery.relay_tls": "off",
            "delivery.connections": CONNECTIONS, "limits.recipients_per_group": 0, "webhooks.allow_private": "true",
            "webhooks.retry_s": "1", "delivery.expiry_hours": 100}))
        self.client = self.server.client()
        self.template = prepare_sender(self.client)
        self.groups = 0

    def own(self, action, **parameters):
        return self.client.call(action, OWN, **parameters)

    def task_to(self, addresses):
        self.groups += 1
        group = self.client.call("CreateReceiver", ReceiversName=f"group {self.groups}")["ReceiverId"]
        for begin in range(0, len(addresses), 10_000):
            self.client.call("CreateReceiverDetailWithData", ReceiverId=group, Datas=[
                {"Email": address, "TemplateData": '{"name":"N"}'} for address in addresses[begin:begin + 10_000]])
        wait_uploaded(self.client, group)
        return self.client.call("BatchSendEmail", FromEmailAddress=SENDER, ReceiverId=group, Subject="News", TaskType=1,
                                Template={"TemplateID": self.template, "TemplateData": "{}"})["TaskId"]

    def single(self, address):
        return self.client.call("SendEmail", FromEmailAddress=SENDER, Destination=[address], Subject="Now",
                                Template={"TemplateID": self.template, "TemplateData": '{"name":"Ann"}'})["MessageId"]

    def came(self, domain=""):
        return [recipient for _, _, recipient, _, _ in list(self.sink.mails) if recipient.endswith(domain)]

    def queues(self, **filters):
        return self.own("ListDeliveryQueues", Offset=0, Limit=100, **filters)

    def waiting(self, **filters):
        return self.queues(**filters)["WaitingCount"]

    def kill(self):
        self.client.close()
        self.server.kill()
        self.server.start()

    def stored(self, sql, *values):
        with contextlib.closing(sqlite3.connect(f"file:{self.server.folder}/data/sesame.db?mode=ro", uri=True)) as connection:
            return connection.execute(sql, values).fetchall()

    def deferred_task(self, count, domain):
        """A task whose mail was all deferred."""
        self.relay.deferring.add(domain)
        task = self.task_to([f"u{i}@{domain}" for i in range(count)])
        eventually(lambda: self.own("GetSendTask", TaskId=task)["DeferredCount"] == count, 120, "all mail deferred")
        return task

    def test_a_paused_domain_waits_over_a_crash_while_everybody_else_is_mailed(self):
        held, quick = ([f"u{i}@{domain}" for i in range(300)] for domain in ("held.test", "quick.test"))
        self.relay.seconds = 0.01
        task = self.task_to([address for pair in zip(held, quick) for address in pair])
        eventually(lambda: len(self.came()) > 40, 60, "the first mails")
        self.own("PauseDelivery", Domain="Held.test", Reason="they move")
        answered = time.monotonic()
        eventually(lambda: len(self.came("quick.test")) == len(quick), 120, "everybody else's mail")
        late = [address for when, address in self.relay.asked if when > answered and address.endswith("held.test")]
        self.assertLessEqual(len(late), CONNECTIONS, "dialogues that began after the pause was answered")
        had = len(self.came("held.test"))
        self.assertLess(had, len(held) / 2, "the pause came too late to show anything")
        eventually(lambda: self.own("GetSendTask", TaskId=task)["WaitingCount"] == len(held) - had, 30, "outcomes of what came")
        self.assertEqual(self.waiting(), 0, "recipients who wait have no row")

        self.single("boss@held.test")
        row = self.queues(Domain="held.test")["Data"][0]
        self.assertEqual((row["Urgent"], row["WaitingCount"], row["PauseReason"]), (True, 1, "they move"))
        self.assertTrue(row["PausedSince"])
        self.kill()
        self.relay.asked.clear()
        self.single("ann@quick.test")
        eventually(lambda: "ann@quick.test" in self.came(), 30, "a single mail to somebody else")
        self.assertEqual([address for _, address in self.relay.asked], ["ann@quick.test"], "mail that is still paused")
        self.assertEqual(self.own("ListDeliveryPauses", Offset=0, Limit=10)["Data"][0]["Domain"], "held.test")

        self.own("ResumeDelivery", Domain="held.test")
        eventually(lambda: self.own("GetSendTask", TaskId=task)["Task"]["TaskStatus"] == 10, 120, "the end of the task")
        eventually(lambda: self.waiting() == 0, 30, "the single mail")
        twice = [address for address, times in collections.Counter(self.came()).items() if times > 1]
        self.assertEqual((twice, set(self.came())), ([], {*held, *quick, "boss@held.test", "ann@quick.test"}))

    def test_a_pause_of_an_account_holds_its_tasks_and_mails_and_nobody_elses(self):
        made = self.own("CreateAccount", Name="tenant")["AppId"]
        key = self.own("CreateCredential", AppId=made)
        admin, admin_template = self.client, self.template

        class Tenant(program.Client):
            def raw(self, action, body, version=program.SES, headers=None, **signing):
                return super().raw(action, body, version, headers, secret_id=key["SecretId"], secret_key=key["SecretKey"], **signing)
        tenant = Tenant(self.server.port)
        self.client, self.template = tenant, prepare_sender(tenant, "mail.tenant.test", "news@mail.tenant.test")
        with self.assertRaisesRegex(ApiError, "MissingParameter.*Domain and AppId"):
            self.own("PauseDelivery", Reason="everything?")
        self.own("PauseDelivery", AppId=made, UntilTime=beijing.moment(3600), Reason="unpaid")
        for task in range(2):
            self.client.call("SendEmail", FromEmailAddress="news@mail.tenant.test", Destination=[f"t{task}@a.test"], Subject="x",
                             Template={"TemplateID": self.template, "TemplateData": '{"name":"T"}'})
        self.assertEqual([row["AppId"] for row in self.queues()["Data"]], [made])
        with self.assertRaisesRegex(ApiError, "AuthFailure.UnauthorizedOperation"):
            self.own("RetryWaitingMail", AppId=made + 1)
        self.client, self.template = admin, admin_template
        self.single("ann@a.test")
        eventually(lambda: self.came("a.test") == ["ann@a.test"], 30, "mail of the other account to the same domain")
        # The account that manages the others sees all; its own mail has left.
        eventually(lambda: self.own("ListWaitingMails", Offset=0, Limit=10)["TotalCount"] == 2, 30, "the tenant's mail alone")
        self.own("ResumeDelivery", AppId=made)
        eventually(lambda: len(self.came("a.test")) == 3, 30, "the tenant's mail")
        tenant.close()

    def test_a_pause_ends_by_itself(self):
        self.own("PauseDelivery", Domain="soon.test", UntilTime=beijing.moment(4), Reason="a moment")
        begun = time.monotonic()
        self.single("ann@soon.test")
        eventually(lambda: self.came("soon.test"), 90, "the mail")
        self.assertGreater(self.sink.mails[-1][0] - begun, 2.5, "the pause was not kept")
        self.assertEqual(self.own("ListDeliveryPauses", Offset=0, Limit=10)["TotalCount"], 0)

    def test_retry_makes_waiting_mail_due_now(self):
        task = self.deferred_task(2500, "later.test")
        self.single("ann@later.test")
        eventually(lambda: self.waiting(Domain="later.test") == 2501, 30, "the single mail in its queue")
        shown = self.own("ListWaitingMails", TaskId=task, Offset=2499, Limit=10)
        self.assertEqual((shown["TotalCount"], len(shown["Data"])), (2500, 1))
        self.assertEqual(shown["Data"][0]["Reply"], "451 4.7.1 try again later")
        self.assertFalse(self.came())
        self.relay.deferring.clear()
        self.assertEqual(self.own("RetryWaitingMail", Domain="later.test")["Count"], 2501)
        self.kill()  # What was ordered is on disk.
        eventually(lambda: len(set(self.came("later.test"))) == 2501, 120, "all mail")
        eventually(lambda: self.waiting() == 0, 30, "all outcomes")

    def test_drop_ends_waiting_mail_and_delays_nobody(self):
        count = 6000
        with Receiver() as receiver:
            self.own("PutWebhook", Url=receiver.url, Events=["dropped"], Enabled=True)
            task = self.deferred_task(count, "sold.test")
            with self.assertRaisesRegex(ApiError, "MissingParameter.*Domain, AppId and TaskId"):
                self.own("DropWaitingMail", Reason="all")
            self.own("PauseDelivery", Domain="sold.test", Reason="to look at it")  # A pause does not keep mail from its end.
            self.assertEqual(self.own("DropWaitingMail", Domain="sold.test", Reason="the domain was sold")["Count"], count)
            self.single("ann@quick.test")
            eventually(lambda: self.came("quick.test"), 30, "a single mail")
            left = self.waiting(Domain="sold.test")
            self.kill()
            eventually(lambda: self.own("GetSendTask", TaskId=task)["DroppedCount"] == count, 120, "all mail dropped")
            self.assertEqual((self.own("GetSendTask", TaskId=task)["DeferredCount"], self.waiting()), (0, 0))
            texts = self.stored("SELECT DISTINCT deliver_status, deliver_text FROM message WHERE to_address LIKE '%@sold.test'")
            self.assertEqual(texts, [(2, "the domain was sold")])
            eventually(lambda: not self.stored("SELECT 1 FROM queue_sweep"), 30, "the end of the sweep")
            eventually(lambda: len(receiver.emails("dropped")) == count, 120, "an event for each")
            print(f"{left} of {count} mails were left when the single mail came")

    def test_every_number_of_the_command_is_what_the_tables_say(self):
        self.deferred_task(30, "a.test")
        self.deferred_task(7, "b.test")
        self.own("PauseDelivery", Domain="b.test", Reason="x")
        self.single("ann@b.test")
        now = int(time.time())
        self.server.stop()
        with contextlib.closing(sqlite3.connect(self.server.folder / "data" / "sesame.db")) as connection, connection:
            for row, age in zip(connection.execute("SELECT id FROM message ORDER BY id").fetchall(), [0, 600, 2000, 9000, 50_000, 200_000, 259_900] * 9):
                connection.execute("UPDATE message SET first_attempt_ms = CASE WHEN first_attempt_ms > 0 THEN ? ELSE 0 END WHERE id = ?",
                                   ((now - age) * 1000, row[0]))
        self.server.start()
        access = {"SESAME_ENDPOINT": f"http://127.0.0.1:{self.server.port}", "TENCENTCLOUD_SECRET_ID": SECRET_ID,
                  "TENCENTCLOUD_SECRET_KEY": SECRET_KEY}

        def sesame(*arguments, status=0):
            got, out, err = run("queue", *arguments, environment=access)
            self.assertEqual(got, status, out + err)
            return out, err
        rows = json.loads(sesame("--json")[0])
        bounds = [0, *AGES, 10 ** 9]
        for row in rows:
            kind = 1 if row["mail"] == "single" else 0
            begun = "CASE WHEN first_attempt_ms > 0 THEN first_attempt_ms ELSE next_attempt_ms END"
            ages = [age for (age,) in self.stored(f"SELECT ? - {begun} / 1000 FROM message WHERE next_attempt_ms IS NOT NULL AND kind = ? "
                                                  "AND to_address LIKE ?", now, kind, f"%@{row['domain']}")]
            counted = [sum(1 for age in ages if low - 60 < age <= high - 60) for low, high in zip(bounds, bounds[1:])]
            shown = [row[name] for name in ("5m", "15m", "1h", "4h", "1d", "3d", "older")]
            # Ages are far from the bounds, but for the seconds that the command comes later.
            self.assertEqual((shown, row["total"]), (counted, len(ages)), row)
        self.assertEqual({(row["domain"], row["mail"], row["state"]) for row in rows},
                         {("a.test", "tasks", ""), ("b.test", "tasks", "paused"), ("b.test", "single", "paused")})
        table = sesame()[0].splitlines()
        self.assertEqual(table[-1].split()[:2], ["TOTAL", "38"], table)
        self.assertEqual(len(json.loads(sesame("show", "b.test", "--json")[0])), 8)
        self.assertIn("nothing was dropped", sesame("drop", "b.test", "--reason", "sold", status=1)[1])
        sesame("drop", "b.test", "--reason", "sold", "--yes")
        eventually(lambda: self.stored("SELECT count(*) FROM message WHERE next_attempt_ms IS NOT NULL") == [(30,)], 30, "the drop")
        self.assertEqual(json.loads(sesame("pauses", "--json")[0])[0]["domain"], "b.test")
        sesame("resume", "b.test")
        self.assertIn("delivery is not paused", sesame("pauses")[0])
        self.relay.deferring.clear()
        sesame("retry", "a.test")
        eventually(lambda: len(self.came("a.test")) == 30, 30, "mail that was tried again")
        self.assertIn("no mail waits", sesame()[0])


if __name__ == "__main__":
    program.main()
