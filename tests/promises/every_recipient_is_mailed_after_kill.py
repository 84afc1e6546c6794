#!/usr/bin/python3
"""Promise: after any crash every recipient of a run gets the mail; only what was in flight can arrive twice.

Method: a task mails some thousand recipients through a relay that we did not write, while the program is killed at
random moments. In the end the relay has a mail for everybody; whoever has two was in flight at a kill: the first came
shortly before it, the second after it, and both carry the same Message-ID.
"""
import pathlib
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from chance import seeded  # noqa: E402
from program import Program, eventually, prepare_sender, wait_uploaded  # noqa: E402
from sink import Sink  # noqa: E402

RECIPIENTS = 6000
KILLS = 20
READ_LATE_SECONDS = 0.3  # The sink may read what was sent before the kill a little after it.
IN_FLIGHT_SECONDS = 2.0  # From the relay's 250 to the synced outcome; milliseconds on an idle machine.


class EveryRecipientIsMailedAfterKill(unittest.TestCase):
    def test_nobody_is_forgotten_and_only_mail_in_flight_repeats(self):
        rng = seeded()
        with Sink(keep_bytes=False) as sink, Program(**{
                "delivery.mode": "relay", "delivery.relay": f"127.0.0.1:{sink.port}", "delivery.relay_tls": "off",
                "delivery.connections": 4, "delivery.in_flight": 200}) as the_program:
            client = the_program.client()
            template = prepare_sender(client)
            group = client.call("CreateReceiver", ReceiversName="readers")["ReceiverId"]
            addresses = [f"reader{i}@post.test" for i in range(RECIPIENTS)]
            rows = [{"Email": a, "TemplateData": '{"name":"N%d"}' % i} for i, a in enumerate(addresses)]
            client.call("CreateReceiverDetailWithData", ReceiverId=group, Datas=rows)
            client.call("CreateReceiverDetailWithData", ReceiverId=group,
                        Datas=[{"Email": "last@post.test", "TemplateData": '{"name":"L"}'}])
            wait_uploaded(client, group)
            task = client.call("BatchSendEmail", FromEmailAddress="news@mail.shop.test", ReceiverId=group, Subject="Hi",
                               TaskType=1, Template={"TemplateID": template, "TemplateData": "{}"})["TaskId"]
            client.close()
            kills = self.kill_often(the_program, sink, rng)
            client = the_program.client()
            eventually(lambda: client.call("GetSendTask", program.OWN, TaskId=task)["Task"]["TaskStatus"] == 10, 120, "the end")
            self.check(sink, set(addresses) | {"last@post.test"}, kills)
            answer = client.call("GetSendTask", program.OWN, TaskId=task)
            client.close()
            self.assertEqual(answer["DeliveredCount"], RECIPIENTS + 1)
            self.assertEqual(answer["Task"]["SendCount"], RECIPIENTS + 1)

    def kill_often(self, the_program, sink, rng):
        kills, pause = [], threading.Event()
        for _ in range(KILLS):
            had = len(sink.mails)
            eventually(lambda: len(sink.mails) > had or len(sink.mails) > RECIPIENTS, 60, "more mail")
            pause.wait(rng.uniform(0.0, 0.15))
            kills.append(time.monotonic())
            the_program.kill()
            the_program.start()
        self.assertGreater(sum(1 for k in kills if sink.mails[-1][0] > k), KILLS // 3, "the run was over too early")
        return kills

    def check(self, sink, expected, kills):
        first = {}
        repeats = 0
        for when, _, recipient, _, message_id in sink.mails:
            if recipient not in first:
                first[recipient] = (when, message_id)
                continue
            repeats += 1
            before, same_id = first[recipient]  # The mail before this one: it can be in flight at several kills.
            first[recipient] = (when, message_id)
            self.assertEqual(message_id, same_id, "a repeat with another Message-ID")
            self.assertTrue(any(kill < when and -READ_LATE_SECONDS < kill - before < IN_FLIGHT_SECONDS for kill in kills),
                            f"{recipient} was mailed at {before:.3f} and {when:.3f}, kills at "
                            + " ".join(f"{kill:.3f}" for kill in kills))
        self.assertEqual(set(first), expected, "somebody was not mailed")
        self.assertEqual(sink.bare_line_ends, 0)
        print(f"{len(kills)} kills, {repeats} repeats of {len(expected)} mails")


if __name__ == "__main__":
    program.main()
