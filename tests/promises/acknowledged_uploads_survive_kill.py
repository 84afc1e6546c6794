#!/usr/bin/python3
"""Promise: an acknowledged upload survives kill -9 at any instant, and an address is stored once.

Method: several clients upload into several groups while the program is killed at random moments and started again on
the same data. At the end every acknowledged address is in its group exactly once, and the counts add up.
"""
import pathlib
import random
import sys
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from chance import SEED, seeded  # noqa: E402
from program import ApiError, Program, wait_uploaded  # noqa: E402

KILLS = 24
WORKERS = 3


class Uploader(threading.Thread):
    """Uploads batches of fresh addresses, sizes from 1 to 3,000; remembers which calls were answered."""

    def __init__(self, running, group_id, seed):
        super().__init__(daemon=True)
        self.running, self.group_id, self.rng = running, group_id, random.Random(seed)
        self.acknowledged, self.unsure, self.wrong = set(), set(), []
        self.made = 0

    def run(self):
        while not self.running.done.is_set():
            size = self.rng.choice([1, 1, 2, 20, 300, 3000])
            batch = [f"u{self.group_id}-{self.made + i}@post.test" for i in range(size)]
            self.made += size
            # Until it is acknowledged the same batch is sent again: a repeat must not store anything twice.
            while not self.running.done.is_set():
                self.running.up.wait(5)
                try:
                    client = program.Client(self.running.program.port)
                    answer = client.call("CreateReceiverDetail", ReceiverId=self.group_id, Emails=batch)
                    if answer["ValidCount"] + answer["RepeatCount"] != size or answer["TotalCount"] != size:
                        self.wrong.append(answer)
                    self.acknowledged.update(batch)
                    client.close()
                    break
                except ApiError as error:
                    self.wrong.append(error)
                    break
                except Exception:
                    self.unsure.update(batch)


class Running:
    def __init__(self, the_program):
        self.program = the_program
        self.up, self.done = threading.Event(), threading.Event()


class UploadsSurviveKill(unittest.TestCase):
    def test_every_acknowledged_address_is_stored_once(self):
        rng = seeded()
        with Program(**{"limits.recipients_per_group": 0}) as the_program:
            running = Running(the_program)
            client = the_program.client()
            groups = [client.call("CreateReceiver", ReceiversName=f"group {i}")["ReceiverId"] for i in range(WORKERS)]
            client.close()
            workers = [Uploader(running, group, SEED + i) for i, group in enumerate(groups)]
            running.up.set()
            for worker in workers:
                worker.start()
            moment = threading.Event()
            for _ in range(KILLS):
                moment.wait(rng.uniform(0.02, 0.5))
                running.up.clear()
                the_program.kill()
                the_program.start()
                running.up.set()
            running.done.set()
            for worker in workers:
                worker.join(60)
            client = the_program.client()
            for worker in workers:
                self.assertEqual(worker.wrong, [])
                row = wait_uploaded(client, worker.group_id)
                stored = self.read_group(client, worker.group_id)
                self.assertEqual(len(stored), len(set(stored)), "an address is stored twice")
                self.assertEqual(worker.acknowledged - set(stored), set(), "an acknowledged address is lost")
                self.assertEqual(set(stored) - worker.acknowledged - worker.unsure, set(), "an address nobody sent")
                self.assertEqual(row["Count"], len(stored))
                self.assertGreater(len(worker.acknowledged), 100, "too little happened to prove anything")

    def read_group(self, client, group_id):
        stored = []
        while True:
            page = client.call("ListReceiverDetails", ReceiverId=group_id, Offset=len(stored), Limit=100)
            stored += [row["Email"] for row in page["Data"]]
            if len(page["Data"]) < 100:
                return stored


if __name__ == "__main__":
    program.main()
