#!/usr/bin/python3
"""Promise: of each recipient of a task one can see whether the mail arrived and why not, and send it again to some of them.

Method: a relay that refuses, defers and takes mail by address, as a table; the list is compared with it, with the counts of
GetSendTask while the task mails, and with what the command line writes. Tasks are sent again, also after a kill.
"""
import csv
import json
import pathlib
import re
import sys
import threading
import unittest
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from beijing import moment  # noqa: E402
from command_case import run  # noqa: E402
from program import OWN, SECRET_ID, SECRET_KEY, SENDER, ApiError, Program, eventually, free_port, prepare_sender, wait_uploaded  # noqa: E402
from sink import Sink  # noqa: E402

STATES = ("delivered", "refused", "dropped", "withheld", "skipped", "deferred", "waiting", "stopped")
REPLIES = {"gone": "550 5.1.1 no such user", "spam": "554 5.7.1 looks like spam", "full": "452 4.2.2 mailbox full"}


class Recipients(unittest.TestCase):
    def setUp(self):
        self.replies, self.asked, self.gate = dict(REPLIES), [], threading.Event()
        self.sink = self.entered(Sink(reply=self.reply))
        self.server = self.entered(Program(**{
            "delivery.mode": "relay", "delivery.relay": f"127.0.0.1:{self.sink.port}", "delivery.relay_tls": "off",
            "delivery.connections": 1, "delivery.retry_s": 3600, "limits.mails_per_address_hour": 0}))
        self.client = self.server.client()
        self.template = prepare_sender(self.client, text="Hello")

    def tearDown(self):
        self.client.close()

    def entered(self, manager):
        entered = manager.__enter__()
        self.addCleanup(manager.__exit__, None, None, None)
        return entered

    def reply(self, address):
        if len(self.asked) == 40:
            self.gate.wait(30)
        self.asked.append(address)
        return self.replies.get(address.split("@")[0].rstrip("0123456789"))

    def mailed(self, addresses, **more):
        self.group = self.client.call("CreateReceiver", ReceiversName="readers")["ReceiverId"]
        self.client.call("CreateReceiverDetail", ReceiverId=self.group, Emails=addresses)
        wait_uploaded(self.client, self.group)
        return self.client.call("BatchSendEmail", FromEmailAddress=SENDER, ReceiverId=self.group, Subject="News", TaskType=1,
                                Template={"TemplateID": self.template, "TemplateData": "{}"}, **more)["TaskId"]

    def task(self, task_id):
        """The task, without the number of the call."""
        return {name: value for name, value in self.client.call("GetSendTask", OWN, TaskId=task_id).items() if name != "RequestId"}

    def ended(self, task_id):
        def is_over():
            answer = self.task(task_id)
            return answer["Task"]["TaskStatus"] in (7, 10) and answer
        return eventually(is_over, 30, "the end of the task")

    def rows(self, task_id, *states, **more):
        """All recipients in these states, page by page."""
        rows, after = [], 0
        while True:
            page = self.client.call("ListSendTaskRecipients", OWN, TaskId=task_id, Offset=0, Limit=7, After=after,
                                    **({"States": list(states)} if states else {}), **more)
            rows += page["Data"]
            if len(page["Data"]) < 7:
                return rows
            after = page["Data"][-1]["Number"]

    def again(self, task_id, *states, **more):
        return self.client.call("ResendSendTask", OWN, TaskId=task_id, States=list(states), **more)["TaskId"]

    def check_counts(self, task_id):
        answer = self.task(task_id)
        for state in STATES:
            page = self.client.call("ListSendTaskRecipients", OWN, TaskId=task_id, Offset=0, Limit=1, States=[state])
            self.assertEqual(page["TotalCount"], answer[f"{state.capitalize()}Count"], state)
            self.assertEqual(len(self.rows(task_id, state)), page["TotalCount"], state)

    def sesame(self, *arguments, status=0):
        access = {"SESAME_ENDPOINT": f"http://127.0.0.1:{self.server.port}", "TENCENTCLOUD_SECRET_ID": SECRET_ID,
                  "TENCENTCLOUD_SECRET_KEY": SECRET_KEY}
        got, out, err = run(*arguments, environment=access)
        self.assertEqual(got, status, out + err)
        return out, err

    def mixed_task(self):
        self.client.call("CreateCustomBlacklist", Emails=["blocked@sink.test"])
        task_id = self.mailed(["ann@sink.test", "gone@sink.test", "spam@sink.test", "full@sink.test", "blocked@sink.test",
                               "no address", "bob@sink.test"])
        self.ended(task_id)
        return task_id

    def test_every_recipient_has_a_state_a_reason_and_the_reply(self):
        task_id = self.mixed_task()
        self.check_counts(task_id)
        rows = {row["Email"]: row for row in self.rows(task_id)}
        self.assertEqual([rows[email]["Number"] for email in rows], list(range(1, 8)))
        self.assertEqual({email: (row["State"], row["Reason"], row["Class"]) for email, row in rows.items()}, {
            "ann@sink.test": ("delivered", "", ""),
            "gone@sink.test": ("refused", "the mailbox does not exist", "hard_unknown_user"),
            "spam@sink.test": ("refused", "the receiving server takes the mail or its sender for spam", "policy_spam"),
            "full@sink.test": ("deferred", "the mailbox is full", "soft_mailbox_full"),
            "blocked@sink.test": ("withheld", "not sent: the address is on the account's block list", ""),
            "no address": ("skipped", "there is no @ in the address", ""),
            "bob@sink.test": ("delivered", "", "")})
        self.assertEqual({email.split("@")[0]: row["Reply"] for email, row in rows.items() if row["State"] in ("refused", "deferred")}, REPLIES)
        self.assertTrue(rows["ann@sink.test"]["Reply"].startswith("250 "))
        self.assertTrue(rows["ann@sink.test"]["DeliverTime"])
        self.assertTrue(rows["full@sink.test"]["NextAttemptTime"])
        self.assertEqual((rows["blocked@sink.test"]["SendStatus"], rows["blocked@sink.test"]["Attempts"]), (3020, 0))
        request = json.dumps({"TaskId": task_id, "Offset": 0, "Limit": 0, "States": ["refused"]}).encode()
        _, _, chinese = self.client.raw("ListSendTaskRecipients", request, OWN, headers={"X-TC-Language": "zh-CN"})
        reasons = [row["Reason"] for row in chinese["Response"]["Data"]]
        self.assertEqual(len(reasons), 2)
        for reason in reasons:
            self.assertRegex(reason, "[\u4e00-\u9fff]")
        with self.assertRaisesRegex(ApiError, "FailedOperation.InvalidLimit"):
            self.client.call("ListSendTaskRecipients", OWN, TaskId=task_id, Offset=0, Limit=1001)
        with self.assertRaisesRegex(ApiError, "InvalidParameterValue: .*States.0"):
            self.client.call("ListSendTaskRecipients", OWN, TaskId=task_id, Offset=0, Limit=1, States=["lost"])
        with self.assertRaisesRegex(ApiError, "ResourceNotFound"):
            self.client.call("ListSendTaskRecipients", OWN, TaskId=task_id + 1, Offset=0, Limit=1)

    def test_the_command_line_lists_and_sends_again(self):
        task_id = self.mixed_task()
        out, err = self.sesame("tasks", "recipients", task_id, "--state", "refused,withheld")
        lines = out.splitlines()
        self.assertEqual(lines[0].split(), ["EMAIL", "STATE", "REASON", "REPLY", "ATTEMPTS"])
        self.assertEqual([line.split()[0] for line in lines[1:]], ["gone@sink.test", "spam@sink.test", "blocked@sink.test"])
        self.assertIn("550 5.1.1 no such user", out)
        listed = json.loads(self.sesame("tasks", "recipients", task_id, "--json")[0])
        self.assertEqual([row["state"] for row in listed], ["refused", "refused", "deferred", "withheld", "skipped"])
        self.assertEqual(json.loads(self.sesame("tasks", "recipients", task_id, "--state", "stopped", "--json")[0]), [])
        self.assertIn("is stopped", self.sesame("tasks", "recipients", task_id, "--state", "stopped")[1])
        path = pathlib.Path(self.server.folder) / "who.csv"
        self.assertIn("5 recipients", self.sesame("tasks", "recipients", task_id, "--csv", path)[1])
        head, *rows = csv.reader(path.open(newline=""))
        self.assertEqual(head[:4], ["email", "state", "reason", "reply"])
        self.assertEqual([row[0] for row in rows], [row["email"] for row in listed])
        self.assertEqual(self.sesame("tasks", "recipients", task_id, "--csv", "-")[0], path.read_text())
        self.assertIn("/nonexistent/", self.sesame("tasks", "recipients", task_id, "--csv", "/nonexistent/x.csv", status=1)[1])
        self.assertIn("lost", self.sesame("tasks", "recipients", task_id, "--state", "lost", status=2)[1])
        self.assertIn("1 of 5", self.sesame("tasks", "recipients", task_id, "--limit", "1")[1])

        self.replies["spam"] = None
        out, err = self.sesame("send", "--again", task_id, "--state", "refused", "--watch")
        again = int(out.split()[1].rstrip(":"))
        self.assertEqual(out, f"task {again}: mailing 2 recipients of task {task_id} again\n")
        self.assertIn(f"task {again} finished: 1 delivered, 0 refused, 0 dropped, 0 deferred, 1 not mailed", err)
        self.assertEqual({row["Email"]: row["State"] for row in self.rows(again)},
                         {"gone@sink.test": "withheld", "spam@sink.test": "delivered"})
        later = json.loads(self.sesame("send", "--again", task_id, "--state", "refused", "--at", "2037-01-01T00:00:00Z", "--json")[0])
        self.assertEqual((later["recipients"], later["at"]), (2, "2037-01-01T00:00:00Z"))
        for wrong in (["--again", task_id], ["--state", "refused"], ["--again", task_id, "--state", "lost"],
                      ["--again", task_id, "--state", "refused", "--subject", "x"], ["--from", SENDER, "--subject", "x"]):
            self.sesame("send", *wrong, status=2)
        self.assertIn("OperationDenied", self.sesame("send", "--again", task_id, "--state", "stopped", status=1)[1])

    def test_a_task_is_sent_again_to_some_and_its_numbers_stay(self):
        task_id = self.mixed_task()
        before = self.task(task_id)
        self.replies.clear()
        self.client.call("DeleteCustomBlackList", Emails=["blocked@sink.test"])
        self.client.call("DeleteBlackList", EmailAddressList=["gone@sink.test"])
        asked = len(self.asked)
        again = self.again(task_id, "refused", "withheld", "skipped", "deferred")
        answer = self.ended(again)
        self.assertEqual((answer["OriginTaskId"], answer["LeftOutCount"], answer["RecipientCount"]), (task_id, 2, 5))
        self.assertEqual((answer["DeliveredCount"], answer["SkippedCount"], answer["WithheldCount"]), (3, 1, 1))
        self.assertEqual(answer["Task"]["RequestCount"], 4)
        self.assertEqual(sorted(self.asked[asked:]), ["blocked@sink.test", "gone@sink.test", "spam@sink.test"])
        self.assertIn("older mail", {row["Email"]: row["Reason"] for row in self.rows(again)}["full@sink.test"])
        self.check_counts(again)
        self.assertEqual(self.task(task_id), before)
        self.assertEqual(self.task(task_id)["OriginTaskId"], 0)
        with self.assertRaisesRegex(ApiError, "OperationDenied: .*dropped"):
            self.again(task_id, "dropped")
        with self.assertRaisesRegex(ApiError, "InvalidParameterValue.BeginTimeBeforeNow"):
            self.again(task_id, "refused", BeginTime="2026-01-01 00:00:00")
        with self.assertRaisesRegex(ApiError, "MissingParameter|InvalidParameterValue"):
            self.again(task_id)
        with self.assertRaisesRegex(ApiError, "ResourceNotFound"):
            self.again(task_id + 7, "refused")

    def test_a_repeated_call_sends_again_once(self):
        task_id = self.mixed_task()
        request = json.dumps({"TaskId": task_id, "States": ["refused"]}).encode()
        key = {"X-Sesame-Idempotency-Key": "again"}
        first, second = (self.client.raw("ResendSendTask", request, OWN, headers=key)[2]["Response"] for _ in range(2))
        self.assertEqual(first, second)
        self.assertEqual(self.client.call("ListSendTasks", Offset=0, Limit=1)["TotalCount"], 2)

    def test_a_task_sent_again_later_starts_once_although_the_program_is_killed(self):
        task_id = self.mixed_task()
        self.replies.clear()
        later = self.again(task_id, "refused", BeginTime=moment(3))
        answer = self.task(later)
        self.assertEqual((answer["Task"]["TaskStatus"], answer["Task"]["RequestCount"], answer["OriginTaskId"]), (1, 2, task_id))
        self.client.close()
        self.server.kill()
        self.server.start()
        self.client = self.server.client()
        self.ended(later)
        self.assertEqual({row["Email"]: row["State"] for row in self.rows(later)},
                         {"gone@sink.test": "withheld", "spam@sink.test": "delivered"})

    def test_a_stopped_task_goes_on_with_those_who_never_began(self):
        task_id = self.mailed([f"r{i}@sink.test" for i in range(300)])
        # The dialogue with the 41st recipient stays open until the gate opens.
        answer = eventually(lambda: (t := self.task(task_id))["DeliveredCount"] == 40 and t, 30, "forty mails")
        self.assertEqual(answer["WaitingCount"], 260)
        self.check_counts(task_id)
        with self.assertRaisesRegex(ApiError, "OperationDenied: .*has not ended"):
            self.again(task_id, "waiting")
        self.client.call("StopSendTask", OWN, TaskId=task_id)
        self.gate.set()
        answer = eventually(lambda: (t := self.task(task_id))["DeliveredCount"] == 41 and t, 30, "the end of the open dialogue")
        self.assertEqual(answer["StoppedCount"], 259)
        self.check_counts(task_id)
        stopped = self.rows(task_id, "stopped")
        self.assertEqual({row["Reason"] for row in stopped}, {"stopped on request before everybody was mailed"})
        again = self.again(task_id, "stopped")
        self.assertEqual(self.ended(again)["DeliveredCount"], 259)
        self.assertEqual(sorted(self.asked[41:]), sorted(row["Email"] for row in stopped))


class Waiting(unittest.TestCase):
    def metric(self, server, reason):
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"http://127.0.0.1:{server.port}/metrics", timeout=10) as answer:
            found = re.search(rf'^sesame_oldest_waiting_seconds{{reason="{reason}"}} (\S+)', answer.read().decode(), re.MULTILINE)
        return float(found.group(1))

    def test_mail_that_waits_says_why(self):
        with Program(**{"delivery.mode": "relay", "delivery.relay": f"127.0.0.1:{free_port()}", "delivery.relay_tls": "off"}) as server:
            client = server.client()
            template = prepare_sender(client, text="Hello")
            group = client.call("CreateReceiver", ReceiversName="readers")["ReceiverId"]
            client.call("CreateReceiverDetail", ReceiverId=group, Emails=["ann@sink.test", "bob@sink.test"])
            wait_uploaded(client, group)
            task_id = client.call("BatchSendEmail", FromEmailAddress=SENDER, ReceiverId=group, Subject="News", TaskType=1,
                                  Template={"TemplateID": template, "TemplateData": "{}"})["TaskId"]

            def waits_for(reason):
                reasons = client.call("GetSendTask", OWN, TaskId=task_id)["WaitingReasons"]
                return [row["Reason"] for row in reasons] == [reason] and reasons[0]
            row = eventually(lambda: waits_for("relay_unreachable"), 30, "the reason")
            self.assertEqual(row["Count"], 2)
            self.assertIn("the relay cannot be reached: ", row["Text"])
            eventually(lambda: self.metric(server, "relay_unreachable") > 0, 30, "the metric")
            rows = client.call("ListSendTaskRecipients", OWN, TaskId=task_id, Offset=0, Limit=0)["Data"]
            self.assertEqual({(row["State"], row["Reason"]) for row in rows}, {("waiting", "the relay cannot be reached")})
            access = {"SESAME_ENDPOINT": f"http://127.0.0.1:{server.port}", "TENCENTCLOUD_SECRET_ID": SECRET_ID,
                      "TENCENTCLOUD_SECRET_KEY": SECRET_KEY}
            self.assertIn("2 wait: the relay cannot be reached", run("tasks", environment=access)[1])
            client.call("PauseSendTask", OWN, TaskId=task_id)
            self.assertEqual(waits_for("paused")["Text"], "the task is paused")
            eventually(lambda: self.metric(server, "paused") > 0 and self.metric(server, "relay_unreachable") == 0, 30, "the metric")
            client.close()


if __name__ == "__main__":
    program.main()
