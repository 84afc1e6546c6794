#!/usr/bin/python3
"""Promise: the console says before a task what it will do, shows while it runs what happens, and is right about both.

Method: scenes 13 to 16 of the console. A browser (web/scenes/task_life.mjs) makes a task for a group with malformed, blocked,
unsubscribed and bounced people: the numbers of the dry run equal the result. It pauses, resumes and watches a task while the
program is killed with kill -9 and started again; no address is twice at the server that takes the mail, which takes as much
as the scene has time to see. Another task is capped before it begins, and let go by its page. A daily quota pauses a task, in words, with its end. Runs of a recurring task show the change of
the viewer's clock.
"""
import asyncio
import collections
import math
import json
import pathlib
import sys
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from console import failures, make_owner, run_scenes, with_console  # noqa: E402
from program import DOMAIN, OWN, SENDER, eventually, prepare_sender, wait_uploaded  # noqa: E402
from sink import Sink  # noqa: E402

LARGE, REFUSED_EACH = 1_200, 50
A_QUARTER = LARGE // 4


class Gate:
    """Decides for a sink, which takes no more recipients than are let through; those behind them wait."""

    def __init__(self):
        self.let, self.came, self.waiting = A_QUARTER, 0, {}

    async def reply(self, address):
        self.came += 1
        if self.came > self.let:
            waiting = self.waiting[self.came] = asyncio.get_running_loop().create_future()
            await waiting
        return "550 5.1.1 no such user" if address.startswith("gone") else None

    def open(self, sink, let):
        """Lets this many through in all. Thread: not the sink's, on which the waiting ones go on."""
        self.let = let
        sink.loop.call_soon_threadsafe(self._release)

    def _release(self):
        for number in [number for number in self.waiting if number <= self.let]:
            waiting = self.waiting.pop(number)
            if not waiting.done():  # A session that was cancelled waits no more.
                waiting.set_result(None)


def group_of(client, name, addresses):
    group = client.call("CreateReceiver", ReceiversName=name, Desc="scene")["ReceiverId"]
    client.call("CreateReceiverDetail", ReceiverId=group, Emails=addresses)
    wait_uploaded(client, group)
    return group


def start_task(client, group, template, subject, **more):
    return client.call("BatchSendEmail", FromEmailAddress=SENDER, ReceiverId=group, Subject=subject, TaskType=1,
                       Template={"TemplateID": template, "TemplateData": json.dumps({"name": "reader"})}, **more)["TaskId"]


class TaskLife(unittest.TestCase):
    def scenes(self, server, which, **more):
        done = run_scenes("task_life.mjs", server, SESAME_SCENE=which, **more)
        print(done.stdout[-2500:])
        self.assertEqual(done.returncode, 0, failures(done))

    def test_the_dry_run_tells_the_truth_and_clocks_are_shown(self):
        with with_console() as server:
            make_owner(server)
            client = server.client()
            template = prepare_sender(client)
            people = [f"reader{number}@harbour.test" for number in range(40)]
            for address in people[:2]:
                message = client.call("SendEmail", FromEmailAddress=SENDER, Subject="Before", Destination=[address],
                                      Template={"TemplateID": template, "TemplateData": '{"name":"x"}'})["MessageId"]
                eventually(lambda: client.call("ListInboxMails", OWN, Offset=0, Limit=10)["TotalCount"] > people.index(address))
                client.call("SimulateMailEvent", OWN, MessageId=message, ToEmailAddress=address, Event="hard_bounce")
            client.call("CreateCustomBlacklist", Emails=people[2:5])
            client.call("CreateUnsubscribe", OWN, SenderDomain=DOMAIN, Emails=people[5:9], Reason="unsubscribed")
            group_of(client, "Mixed readers", people + [f"no address {number}" for number in range(5)])
            recurring = client.call("BatchSendEmail", FromEmailAddress=SENDER, ReceiverId=group_of(client, "Few", people[20:22]),
                                    Subject="Every day", TaskType=3, Template={"TemplateID": template, "TemplateData": '{"name":"reader"}'},
                                    CycleParam={"BeginTime": "2027-03-27 02:30:00", "IntervalTime": 24, "TermCycle": 0})["TaskId"]
            self.scenes(server, "before", SESAME_TASK=str(recurring))

    def test_a_daily_quota_pauses_in_words(self):
        with with_console(**{"reputation.enforced": "true", "reputation.daily_quotas": "10"}) as server:
            make_owner(server)
            client = server.client()
            template = prepare_sender(client)
            group = group_of(client, "Too many", [f"reader{number}@harbour.test" for number in range(25)])
            task = start_task(client, group, template, "More than a day takes")
            status = lambda: client.call("GetSendTask", OWN, TaskId=task)["Task"]["TaskStatus"]  # noqa: E731
            eventually(lambda: status() == 6, 30, "the pause by the quota")
            self.scenes(server, "quota", SESAME_TASK=str(task))

    def test_a_task_lives_through_a_kill(self):
        gate = Gate()
        with Sink(reply=gate.reply, keep_bytes=False) as sink:
            server = with_console(**{"delivery.mode": "relay", "delivery.relay": f"127.0.0.1:{sink.port}", "delivery.relay_tls": "off",
                                     "delivery.connections": 2, "delivery.in_flight": LARGE // 8})
            with server:
                make_owner(server)
                client = server.client()
                template = prepare_sender(client)
                group = group_of(client, "Many", [f"{'gone' if number % REFUSED_EACH == 0 else 'reader'}{number}@harbour.test" for number in range(LARGE)])
                task = start_task(client, group, template, "The long one")
                client.close()
                killed = threading.Thread(target=self.obey, args=(server, gate, sink))
                killed.start()
                self.scenes(server, "life", SESAME_TASK=str(task), SESAME_FLAGS=str(server.folder), SESAME_REFUSED=str(LARGE // REFUSED_EACH))
                killed.join(60)
                self.assertTrue((server.folder / "killed").exists(), "the scene did not ask for the kill")
                # The task and what the scene sent again to those who were refused.
                tasks = server.client().call("ListSendTasks", Offset=0, Limit=10)
                self.assertEqual(tasks["TotalCount"], 2)
            times = collections.Counter(mail[2] for mail in sink.mails)
            twice = {address: count for address, count in times.items() if count > 1}
            self.assertEqual(sum(1 for address in times if address.startswith("reader")), LARGE - LARGE // REFUSED_EACH)
            # Only mails whose dialogue was open, or whose outcome was not yet on disk, when the program died.
            self.assertLessEqual(len(twice), A_QUARTER, dict(list(twice.items())[:5]))
            self.assertLessEqual(max(times.values()), 2)
            print(f"{len(twice)} of {LARGE} came twice after the kill")

    @staticmethod
    def obey(server, gate, sink):
        """Lets more mail through and kills the program when the scene wishes it."""
        try:
            eventually((server.folder / "more").exists, 120, "the scene's wish for more mail")
            gate.open(sink, gate.let + A_QUARTER)
            eventually((server.folder / "kill").exists, 120, "the scene's wish to kill the program")
        except AssertionError:
            return
        server.kill()
        gate.open(sink, math.inf)
        server.start()
        (server.folder / "killed").write_text("")


if __name__ == "__main__":
    program.main()
