#!/usr/bin/python3
"""Promise: a task starts once, at its time, and stops when told to, whatever happens to the program.

Method: timed and recurring tasks against the built program, killed before and after the start; pausing, resuming and
stopping through the command line while a slow relay takes mail; a daily quota and the limit of mails to one address;
a cap, which is counted against the clock and then taken away.
"""
import asyncio
import os
import pathlib
import re
import subprocess
import sys
import threading
import time
import unittest
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from beijing import moment, today  # noqa: E402
from program import BINARY, OWN, SECRET_ID, SECRET_KEY, SENDER, ApiError, Program, eventually, prepare_sender, wait_uploaded  # noqa: E402
from sink import Sink  # noqa: E402


COUNTS = ("Delivered", "Refused", "Dropped", "Withheld", "Skipped", "Deferred", "Waiting", "Stopped")


class World:
    """A sender, a template, a group; tasks that mail it."""

    def __init__(self, client, recipients):
        self.client = client
        self.template = prepare_sender(client, text="Hello")
        self.group = client.call("CreateReceiver", ReceiversName="readers")["ReceiverId"]
        client.call("CreateReceiverDetail", ReceiverId=self.group, Emails=[f"r{i}@post.test" for i in range(recipients)])
        wait_uploaded(client, self.group)

    def start(self, **more):
        return self.client.call("BatchSendEmail", **{
            "FromEmailAddress": SENDER, "ReceiverId": self.group, "Subject": "News", "TaskType": 1,
            "Template": {"TemplateID": self.template, "TemplateData": "{}"}, **more})["TaskId"]

    def single(self, address):
        self.client.call("SendEmail", FromEmailAddress=SENDER, Destination=[address], Subject="Hello",
                         Template={"TemplateID": self.template, "TemplateData": "{}"})

    def task(self, task_id):
        """The task; whenever it is read, its counts must add up."""
        answer = self.client.call("GetSendTask", OWN, TaskId=task_id)
        total = sum(answer[f"{kind}Count"] for kind in COUNTS)
        assert answer["RecipientCount"] == total, answer
        return answer

    def reaches(self, task_id, status, seconds=30):
        return eventually(lambda: (t := self.task(task_id))["Task"]["TaskStatus"] == status and t, seconds, f"status {status}")

    def mails(self):
        return self.client.call("ListInboxMails", OWN, Offset=0, Limit=1)["TotalCount"]


def in_flight(server):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"http://127.0.0.1:{server.port}/metrics", timeout=10) as answer:
        line = re.search(r"^sesame_delivery_in_flight (\S+)", answer.read().decode(), re.MULTILINE)
    return float(line.group(1))


class TasksKeepTheirTime(unittest.TestCase):
    def test_a_timed_task_starts_once_although_the_program_is_killed(self):
        with Program() as server:
            world = World(server.client(), 20)
            begin = moment(4)
            task_id = world.start(TaskType=2, TimedParam={"BeginTime": begin})
            row = world.client.call("ListSendTasks", Offset=0, Limit=1, Status=1)["Data"][0]
            self.assertEqual((row["TaskId"], row["TimedParam"], row["CycleParam"]), (task_id, {"BeginTime": begin}, None))
            self.assertEqual(world.task(task_id)["StartTime"], "")
            server.kill()
            server.start()
            world.client = server.client()
            answer = world.reaches(task_id, 10)
            self.assertGreaterEqual(answer["StartTime"], begin)
            self.assertEqual((answer["Task"]["RequestCount"], answer["Task"]["SendCount"]), (20, 20))
            server.kill()
            server.start()
            world.client = server.client()
            # A later task whose time has come shows that the timetable has looked again.
            later = world.reaches(world.start(TaskType=2, TimedParam={"BeginTime": moment(1)}), 10)
            self.assertEqual(world.mails(), 20 + later["Task"]["SendCount"])
            self.assertEqual(world.task(task_id)["Task"]["SendCount"], 20)
            world.client.close()

    def test_a_recurring_task_waits_for_its_next_run(self):
        with Program() as server:
            world = World(server.client(), 3)
            cycle = {"BeginTime": moment(1), "IntervalTime": 24, "TermCycle": 0}
            task_id = world.start(TaskType=3, CycleParam=cycle)
            eventually(lambda: world.mails() == 3, what="the first run")
            row = world.reaches(task_id, 1)["Task"]
            self.assertEqual((row["CycleParam"], row["TimedParam"], row["SendCount"]), (cycle, None, 3))
            once = world.start(TaskType=3, CycleParam={**cycle, "BeginTime": moment(1), "TermCycle": 1})
            world.reaches(once, 10)
            self.assertEqual(world.client.call("StopSendTask", OWN, TaskId=task_id)["TaskStatus"], 10)
            with self.assertRaisesRegex(ApiError, "OperationDenied: .*has ended"):
                world.client.call("PauseSendTask", OWN, TaskId=task_id)
            world.client.close()

    def test_a_capped_task_does_not_run_ahead_and_a_cap_can_be_lifted(self):
        with Program() as server:
            world = World(server.client(), 200)
            task_id = world.start(TaskType=2, TimedParam={"BeginTime": moment(3600)})
            before = time.monotonic()
            answer = world.client.call("UpdateSendTask", OWN, TaskId=task_id, BeginTime=moment(1), MailsPerHour=3600, SpreadHours=0)
            self.assertEqual((answer["MailsPerHour"], answer["MailsPerDay"], answer["SpreadHours"]), (3600, 0, 0))
            self.assertGreaterEqual(answer["EstimatedEndTime"], moment(100), "200 mails at one a second")
            for wrong, said in (({}, "MissingParameter: .*at least one of .*MailsPerHour"),
                                ({"MailsPerDay": 1_000_000_001}, "InvalidParameterValue: .*`1000000001` of parameter `MailsPerDay`.*at most 1000000000"),
                                ({"SpreadHours": 721}, "InvalidParameterValue: .*`721` of parameter `SpreadHours`.*at most 720"),
                                ({"MailsPerHour": 5, "IntervalTime": 0}, "InvalidParameterValue: .*IntervalTime")):
                with self.assertRaisesRegex(ApiError, said):
                    world.client.call("UpdateSendTask", OWN, TaskId=task_id, **wrong)
            self.assertEqual(world.task(task_id)["MailsPerHour"], 3600, "a refused change changed something")
            for wanted in (2, 4):
                eventually(lambda: world.mails() >= wanted, 60, "some mail")
                # One mail a second since before it began, and the credit that a pace keeps.
                self.assertLessEqual(world.mails(), 1 + 1.25 + (time.monotonic() - before))
            world.client.call("UpdateSendTask", OWN, TaskId=task_id, MailsPerHour=0)
            done = world.reaches(task_id, 10, 60)
            self.assertEqual((done["DeliveredCount"], done["EstimatedEndTime"]), (200, ""))
            with self.assertRaisesRegex(ApiError, "OperationDenied: .*has ended"):
                world.client.call("UpdateSendTask", OWN, TaskId=task_id, MailsPerHour=5)
            world.client.close()

    def test_a_task_whose_group_is_deleted_before_its_time_fails_and_says_why(self):
        with Program() as server:
            world = World(server.client(), 3)
            task_id = world.start(TaskType=2, TimedParam={"BeginTime": moment(2)})
            world.client.call("DeleteReceiver", ReceiverId=world.group)
            self.assertIn("recipient group no longer exists", world.reaches(task_id, 7)["Task"]["ErrMsg"])
            world.client.close()

    def test_pause_resume_and_stop(self):
        async def slow(_):
            await asyncio.sleep(0.02)
        with Sink(reply=slow) as sink, Program(**{
                "delivery.mode": "relay", "delivery.relay": f"127.0.0.1:{sink.port}", "delivery.relay_tls": "off",
                "delivery.connections": 1}) as server:
            world = World(server.client(), 400)
            task_id = world.start()
            eventually(lambda: len(sink.mails) > 5, what="some mail")
            self.assertEqual(self.sesame(server, "pause", task_id), f"task {task_id} is paused\n")
            begun = len(sink.mails) + 1  # All were handed out; only the dialogue that is open may end.
            # Equal counts alone could be seen in the middle of a dialogue, and a kill there repeats that mail.
            eventually(lambda: in_flight(server) == 0 and world.task(task_id)["Task"]["SendCount"] == len(sink.mails),
                       what="mail in flight to land")
            paused_at = len(sink.mails)
            self.assertLessEqual(paused_at, begun)
            self.assertEqual(world.task(task_id)["WaitingCount"], 400 - paused_at)
            self.assertEqual(self.sesame(server, "resume", task_id), f"task {task_id} is sending\n")
            eventually(lambda: len(sink.mails) > paused_at + 5, what="more mail without a restart")
            self.assertEqual(self.sesame(server, "pause", task_id), f"task {task_id} is paused\n")
            eventually(lambda: in_flight(server) == 0 and world.task(task_id)["Task"]["SendCount"] == len(sink.mails),
                       what="mail in flight to land")
            paused_at = len(sink.mails)
            server.kill()
            server.start()
            world.client = server.client()
            # A single mail shows that the delivery is at work again.
            world.single("alone@post.test")
            eventually(lambda: "alone@post.test" in {mail[2] for mail in sink.mails}, what="a mail that may go")
            self.assertEqual(len(sink.mails), paused_at + 1)
            self.assertEqual(world.task(task_id)["Task"]["TaskStatus"], 6)
            self.assertEqual(self.sesame(server, "resume", task_id), f"task {task_id} is sending\n")
            eventually(lambda: len(sink.mails) > paused_at + 5, what="more mail")
            self.assertEqual(self.sesame(server, "stop", task_id), f"task {task_id} is stopped\n")
            begun = len(sink.mails) + 1
            answer = world.reaches(task_id, 7)
            self.assertTrue(answer["Task"]["ErrMsg"].startswith("stopped"), answer)
            eventually(lambda: world.task(task_id)["Task"]["SendCount"] == len(sink.mails) - 1, what="mail in flight to land")
            eventually(lambda: in_flight(server) == 0, what="the rest to go back")
            self.assertLessEqual(len(sink.mails), begun)
            self.assertEqual(world.task(task_id)["StoppedCount"], 400 - (len(sink.mails) - 1), "one mail was the single one")
            self.assertEqual(len({recipient for _, _, recipient, *_ in sink.mails}), len(sink.mails), "a repeat")
            world.client.close()

    def test_a_pause_holds_mail_that_waits_for_another_attempt_and_a_stop_ends_it(self):
        asked, closed = [], threading.Event()
        closed.set()

        async def later(address):
            asked.append(address)
            await asyncio.sleep(0.05)
            return "451 4.7.1 come again" if closed.is_set() else None
        with Sink(reply=later) as sink, Program(**{
                "delivery.mode": "relay", "delivery.relay": f"127.0.0.1:{sink.port}", "delivery.relay_tls": "off",
                "delivery.connections": 1, "delivery.retry_s": 1}) as server:
            world = World(server.client(), 60)
            task_id = world.start()
            eventually(lambda: world.task(task_id)["DeferredCount"] >= 5, what="deferred mail")
            world.client.call("PauseSendTask", OWN, TaskId=task_id)
            begun = len(asked) + 1
            world.single("alone@post.test")
            eventually(lambda: "alone@post.test" in asked, what="the single mail's first attempt")
            closed.clear()
            # Its retry shows that the mail that is due was looked for.
            eventually(lambda: any(recipient == "alone@post.test" for _, _, recipient, *_ in sink.mails), what="the single mail's retry")
            self.assertLessEqual(len(asked) - asked.count("alone@post.test"), begun)
            answer = world.task(task_id)
            self.assertEqual(answer["DeferredCount"] + answer["WaitingCount"] + answer["DeliveredCount"], 60, answer)
            world.client.call("ResumeSendTask", OWN, TaskId=task_id)
            eventually(lambda: world.task(task_id)["DeliveredCount"] == 60, what="everybody")
            self.assertEqual(len({recipient for _, _, recipient, *_ in sink.mails}), len(sink.mails), "a repeat")
            self.assertEqual(len(sink.mails), 61)

            closed.set()
            task_id = world.start()
            world.reaches(task_id, 10)  # All are deferred: it is finished but for its retries.
            self.assertEqual(world.client.call("StopSendTask", OWN, TaskId=task_id)["TaskStatus"], 7)
            begun = len(asked) + 1
            closed.clear()
            answer = eventually(lambda: (t := world.task(task_id))["DeferredCount"] == 0 and t, what="the end of the deferred mail")
            self.assertLessEqual(len(asked), begun)
            self.assertGreaterEqual(answer["DroppedCount"], 59, answer)
            rows = world.client.call("GetSendEmailStatus", RequestDate=today(), Offset=0, Limit=100)["EmailStatusList"]
            dropped = {row["DeliverMessage"] for row in rows if row["DeliverStatus"] == 2}
            self.assertEqual(dropped, {"stopped on request before everybody was mailed"})
            world.client.close()

    def test_a_relay_that_is_full_for_a_while_loses_nobody(self):
        def full(_):
            return "452 4.3.1 insufficient system storage" if len(sink.mails) >= 45 and not recovered.is_set() else None
        recovered = threading.Event()
        with Sink(reply=full) as sink, Program(**{
                "delivery.mode": "relay", "delivery.relay": f"127.0.0.1:{sink.port}", "delivery.relay_tls": "off",
                "delivery.connections": 1, "delivery.retry_s": 1}) as server:
            world = World(server.client(), 68)
            task_id = world.start()
            answer = eventually(lambda: (t := world.task(task_id))["DeferredCount"] == 23 and t, what="deferred mail")
            self.assertEqual((answer["DeliveredCount"], answer["WaitingCount"]), (45, 0))
            recovered.set()
            eventually(lambda: world.task(task_id)["DeliveredCount"] == 68, what="everybody")
            self.assertEqual(len(sink.mails), 68)
            self.assertEqual(len({recipient for _, _, recipient, *_ in sink.mails}), 68, "a repeat")
            world.client.close()

    def sesame(self, server, *arguments):
        access = {"SESAME_ENDPOINT": f"http://127.0.0.1:{server.port}", "TENCENTCLOUD_SECRET_ID": SECRET_ID,
                  "TENCENTCLOUD_SECRET_KEY": SECRET_KEY}
        done = subprocess.run([str(BINARY), "tasks", *map(str, arguments)], env={**os.environ, **access},
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_the_daily_quota_is_exact_and_pauses_the_task(self):
        with Program(**{"reputation.enforced": "true", "reputation.daily_quotas": "10"}) as server:
            world = World(server.client(), 25)
            letter = {"FromEmailAddress": SENDER, "Subject": "Hi", "Destination": ["ann@post.test", "bob@post.test"],
                      "Template": {"TemplateID": world.template, "TemplateData": "{}"}}
            world.client.call("SendEmail", **letter)
            task_id = world.start()
            world.reaches(task_id, 6)
            eventually(lambda: world.mails() == 10, what="the day's mails")
            with self.assertRaisesRegex(ApiError, "FailedOperation.ExceedSendLimit: .*10"):
                world.client.call("SendEmail", **letter)
            server.kill()
            server.start()
            world.client = server.client()
            with self.assertRaisesRegex(ApiError, "FailedOperation.ExceedSendLimit"):
                world.client.call("SendEmail", **letter)
            self.assertEqual(world.task(task_id)["Task"]["CacheCount"], 17)
            self.assertEqual(world.mails(), 10)
            world.client.close()

    def test_an_address_is_not_mailed_too_often(self):
        with Program(**{"limits.mails_per_address_hour": 2}) as server:
            world = World(server.client(), 1)
            letter = {"FromEmailAddress": SENDER, "Subject": "Hi", "Destination": ["R0@post.test"],
                      "Template": {"TemplateID": world.template, "TemplateData": "{}"}}
            for _ in range(2):
                world.client.call("SendEmail", **letter)
            with self.assertRaisesRegex(ApiError, "FailedOperation.FrequencyLimit: .*R0@post.test"):
                world.client.call("SendEmail", **letter)
            task_id = world.start()
            self.assertEqual(world.reaches(task_id, 10)["WithheldCount"], 1)
            rows = world.client.call("GetSendEmailStatus", RequestDate=today(), Offset=0, Limit=10)["EmailStatusList"]
            self.assertEqual(sorted(row["SendStatus"] for row in rows), [0, 0, 1006])
            self.assertEqual(world.mails(), 2)
            world.client.close()


if __name__ == "__main__":
    program.main()
