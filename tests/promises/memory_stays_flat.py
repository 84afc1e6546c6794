#!/usr/bin/python3
"""Promise: memory does not grow with the size of a group or a task.

Method: the same program takes 60,000 recipients, then 400,000 more, lists them, and mails a part of them into the inbox.
Its peak memory may rise by the filters of the duplicate index (2 bytes a recipient) and little else.
"""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from program import Program, eventually, prepare_sender, wait_uploaded  # noqa: E402

BATCH = 20_000
PEAK_MIB = 128
GROWTH_MIB = 24


class MemoryStaysFlat(unittest.TestCase):
    def upload(self, client, group, batches):
        for number in batches:
            counts = client.call("CreateReceiverDetail", ReceiverId=group,
                                 Emails=[f"first.last{number * BATCH + i}@post{i % 40}.test" for i in range(BATCH)])
            self.assertEqual(counts["ValidCount"], BATCH)

    def test_large_groups(self):
        with Program(**{"limits.recipients_per_group": 0}) as the_program:
            client = the_program.client()
            group = client.call("CreateReceiver", ReceiversName="everybody")["ReceiverId"]
            self.upload(client, group, range(3))
            wait_uploaded(client, group)
            before = the_program.memory_kib()
            self.upload(client, group, range(3, 23))
            self.assertEqual(wait_uploaded(client, group)["Count"], 23 * BATCH)
            page = client.call("ListReceiverDetails", ReceiverId=group, Offset=23 * BATCH - 5, Limit=100)
            self.assertEqual(len(page["Data"]), 5)
            client.call("ListReceiverDetails", ReceiverId=group, Offset=0, Limit=100, Email="last459999")
            growth = (the_program.memory_kib() - before) / 1024
            print(f"peak {the_program.memory_kib() / 1024:.0f} MiB, {growth:.1f} of them for 400,000 more recipients")
            self.assertLess(growth, GROWTH_MIB)
            self.assertLess(the_program.memory_kib() / 1024, PEAK_MIB)
            client.close()

    def test_a_task_of_many(self):
        with Program() as the_program:
            client = the_program.client()
            template = prepare_sender(client)
            group = client.call("CreateReceiver", ReceiversName="readers")["ReceiverId"]
            self.upload(client, group, range(2))
            wait_uploaded(client, group)
            task = client.call("BatchSendEmail", FromEmailAddress="news@mail.shop.test", ReceiverId=group, Subject="Hi",
                               TaskType=1, Template={"TemplateID": template, "TemplateData": '{"name":"all"}'})["TaskId"]
            state = lambda: client.call("GetSendTask", program.OWN, TaskId=task)  # noqa: E731
            eventually(lambda: state()["DeliveredCount"] > 4000, 60, "a start")
            before = the_program.memory_kib()
            eventually(lambda: state()["Task"]["TaskStatus"] == 10, 120, "the end")
            self.assertEqual(state()["DeliveredCount"], 2 * BATCH)
            self.assertLess((the_program.memory_kib() - before) / 1024, GROWTH_MIB)
            self.assertLess(the_program.memory_kib() / 1024, PEAK_MIB)
            client.close()


if __name__ == "__main__":
    program.main()
