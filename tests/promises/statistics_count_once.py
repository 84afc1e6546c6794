#!/usr/bin/python3
"""Promise: the statistics count every mail once, whatever dies in between, and a year is answered at once.

Method: a run through a sink that refuses some recipients, killed with -9 several times under way; then the report of
the day must be what the task, the ledger and GetSendEmailStatus say.
"""
import datetime
import pathlib
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from beijing import today  # noqa: E402
from program import SENDER, Program, eventually, prepare_sender, wait_uploaded  # noqa: E402
from sink import Sink  # noqa: E402

RECIPIENTS = 4_000
KILLS = 4


def answer(address):
    number = int(address[4:address.index("@")])
    return "550 5.7.1 not you" if number % 10 == 0 else None


class Statistics(unittest.TestCase):
    def report(self, client, **filters):
        volume = client.call("GetStatisticsReport", StartDate=today(), EndDate=today(), **filters)["OverallVolume"]
        return tuple(volume[f"{name}Count"] for name in ("Request", "Accepted", "Delivered", "Bounce"))

    def test_a_run_that_is_killed_counts_everybody_once(self):
        begun = today()
        with Sink(reply=answer, keep_bytes=False) as sink, Program(**{
                "delivery.mode": "relay", "delivery.relay": f"127.0.0.1:{sink.port}", "delivery.relay_tls": "off"}) as server:
            client = server.client()
            template = prepare_sender(client, text="Hello")
            group = client.call("CreateReceiver", ReceiversName="all")["ReceiverId"]
            client.call("CreateReceiverDetail", ReceiverId=group,
                        Emails=[f"user{i}@{'even' if i % 2 == 0 else 'odd'}.test" for i in range(RECIPIENTS)])
            wait_uploaded(client, group)
            client.call("CreateCustomBlacklist", Emails=[f"user{i}@odd.test" for i in range(1, 100, 2)])
            task = client.call("BatchSendEmail", FromEmailAddress=SENDER, ReceiverId=group, Subject="News", TaskType=1,
                               Template={"TemplateID": template, "TemplateData": "{}"})["TaskId"]
            for kill in range(KILLS):
                eventually(lambda: self.report(client)[0] >= (kill + 1) * RECIPIENTS // (KILLS + 2), 60, "some outcomes")
                client.close()
                server.kill()
                server.start()
                client = server.client()
            done = eventually(lambda: (a := client.call("GetSendTask", version=program.OWN, TaskId=task))["Task"]["TaskStatus"] == 10
                              and a, 60, "the end of the task")
            if today() != begun:
                self.skipTest("midnight in Beijing came in between")
            self.assertEqual((done["DeliveredCount"], done["RefusedCount"], done["WithheldCount"]), (3550, 400, 50))
            self.assertEqual(self.report(client), (4000, 3950, 3550, 400))
            self.assertEqual(self.report(client, Domain="mail.shop.test", ReceivingMailboxType="EVEN.test"), (2000, 2000, 1600, 400))
            self.assertEqual(self.report(client, ReceivingMailboxType="odd.test"), (2000, 1950, 1950, 0))
            self.assertEqual(self.report(client, Domain="other.test"), (0, 0, 0, 0))
            rows = [row for offset in range(0, 4100, 100) for row in client.call(
                "GetSendEmailStatus", RequestDate=begun, Offset=offset, Limit=100)["EmailStatusList"]]
            self.assertEqual(len({row["ToEmailAddress"] for row in rows}), 4000)
            self.assertEqual((len(rows), sum(row["DeliverStatus"] == 1 for row in rows)), (4000, 3550))

            sent = client.call("SendEmail", FromEmailAddress=SENDER, Subject="s", Destination=["user1@odd.test", "user7777@odd.test"],
                               Template={"TemplateID": template, "TemplateData": "{}"})["MessageId"]
            eventually(lambda: all(row["DeliverStatus"] in (1, 2) for row in client.call(
                "GetSendEmailStatus", RequestDate=today(), Offset=0, Limit=10, MessageId=sent)["EmailStatusList"]), 30, "the outcomes")
            self.assertEqual(self.report(client), (4002, 3951, 3551, 400))
            year_ago = (datetime.date.fromisoformat(begun) - datetime.timedelta(days=365)).isoformat()
            before = time.monotonic()
            self.assertEqual(len(client.call("GetStatisticsReport", StartDate=year_ago, EndDate=begun)["DailyVolumes"]), 1)
            self.assertLess(time.monotonic() - before, 0.5)
            client.close()


if __name__ == "__main__":
    program.main()
