#!/usr/bin/python3
"""Promise: every uploaded address is counted once, as stored, repeated, too long or empty; malformed addresses are
kept and never mailed.

Method: uploads of every kind into groups of the built program; the counters of the answers, the rows of the group
and the mails of a task must agree. A batch that would pass a limit is refused whole.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from error_answers import error_of  # noqa: E402
from error_case import rows  # noqa: E402
from program import SENDER, ApiError, Program, eventually, prepare_sender, wait_uploaded  # noqa: E402
from served_case import ServedCase  # noqa: E402


class Uploads(ServedCase):
    def group(self, name):
        return self.client.call("CreateReceiver", ReceiversName=name)["ReceiverId"]

    def upload(self, group, addresses):
        answer = self.client.call("CreateReceiverDetail", ReceiverId=group, Emails=addresses)
        counts = [answer[f"{kind}Count"] for kind in ("Total", "Valid", "TooLong", "EmptyEmail", "Repeat")]
        self.assertEqual(counts[0], len(addresses))
        self.assertEqual(counts[0], sum(counts[1:]), "TotalCount is the sum of the others")
        return counts[1:]

    def test_repeats(self):
        """By case, by the form of an international domain, in the batch and against the group."""
        group = self.group("repeats")
        self.assertEqual(self.upload(group, ["Ann@Shop.test", "ann@shop.test", "ANN@SHOP.TEST"]), [1, 0, 0, 2])
        self.assertEqual(self.upload(group, ["aNN@sHop.tesT", "bob@shop.test"]), [1, 0, 0, 1])
        self.assertEqual(self.upload(group, ["a@bücher.test", "a@xn--bcher-kva.test", "A@BÜCHER.test", "a@XN--BCHER-KVA.TEST"]), [1, 0, 0, 3])
        self.assertEqual(self.upload(group, ["a@xn--bcher-kva.test"]), [0, 0, 0, 1])
        self.assertEqual(self.upload(group, ["a.nn@shop.test", "ann+1@shop.test"]), [2, 0, 0, 0])
        self.assertEqual(wait_uploaded(self.client, group)["Count"], 5)
        # As it was uploaded first, in that order; and the same addresses fit another group.
        page = self.client.call("ListReceiverDetails", ReceiverId=group, Offset=0, Limit=10)
        self.assertEqual([row["Email"] for row in page["Data"]],
                         ["Ann@Shop.test", "bob@shop.test", "a@bücher.test", "a.nn@shop.test", "ann+1@shop.test"])
        self.assertEqual(self.upload(self.group("again"), ["ann@shop.test"]), [1, 0, 0, 0])

    def test_the_five_counters(self):
        group = self.group("counters")
        long = "x" * 250 + "@shop.test"
        self.assertEqual(self.upload(group, ["a@shop.test", "A@shop.test", "", "", long, long, "broken", "BROKEN"]), [2, 2, 2, 2])
        row = wait_uploaded(self.client, group)
        self.assertEqual((row["Count"], row["InvalidCount"]), (2, 1))
        self.assertEqual(self.upload(group, ["", long]), [0, 1, 1, 0])
        self.assertEqual(program.group_row(self.client, group)["ReceiversStatus"], 3)

    def test_malformed_addresses_are_kept_and_never_mailed(self):
        group = self.group("malformed")
        broken = ["no-at", "a@", "@b.test", "a b@c.test", "a@b@c.test", "a@b..test", "a@-b.test", ".a@b.test"]
        self.assertEqual(self.upload(group, broken + ["good@shop.test"]), [9, 0, 0, 0])
        row = wait_uploaded(self.client, group)
        self.assertEqual((row["Count"], row["InvalidCount"]), (9, 8))
        page = self.client.call("ListReceiverDetails", ReceiverId=group, Offset=0, Limit=100, Status=2)
        self.assertEqual([item["Email"] for item in page["Data"]], broken)
        self.assertEqual((page["TotalCount"], page["ValidCount"], page["InvalidCount"]), (8, 1, 8))
        for item in page["Data"]:
            self.assertEqual(item["Status"], 2)
            self.assertGreater(len(item["Reason"]), 5, item)
        number = prepare_sender(self.client, text="Hello")
        self.client.call("BatchSendEmail", FromEmailAddress=SENDER, ReceiverId=group, Subject="s", TaskType=1,
                         Template={"TemplateID": number, "TemplateData": "{}"})
        done = eventually(lambda: (row := self.client.call("ListSendTasks", Offset=0, Limit=1)["Data"][0])["TaskStatus"] == 10 and row,
                          30, "the end of the task")
        self.assertEqual((done["RequestCount"], done["SendCount"], done["CacheCount"]), (1, 1, 0))
        mails = self.client.call("ListInboxMails", version=program.OWN, Offset=0, Limit=100)
        self.assertEqual([item["To"] for item in mails["Data"]], ["good@shop.test"])
        only_broken = self.group("only broken")
        self.upload(only_broken, ["broken"])
        wait_uploaded(self.client, only_broken)
        with self.assertRaises(ApiError) as refused:
            self.client.call("BatchSendEmail", FromEmailAddress=SENDER, ReceiverId=only_broken, Subject="s", TaskType=1,
                             Template={"TemplateID": number, "TemplateData": "{}"})
        self.assertEqual(refused.exception.code, "OperationDenied.ReceiverStatusError")
        self.assertEqual(self.client.call("ListSendTasks", Offset=0, Limit=1)["TotalCount"], 1)

    def test_sizes(self):
        """20,000 at once, 50,000 in a group, and a batch that would be over the limit is refused whole."""
        group = self.group("sizes")
        self.assertEqual(error_of(self.client, "CreateReceiverDetail", {"ReceiverId": group, "Emails": rows(20_001)})[0],
                         "LimitExceeded.ReceiverDetailRequestLimit")
        self.assertEqual(self.upload(group, rows(20_000)), [20_000, 0, 0, 0])
        self.assertEqual(self.upload(group, rows(20_000, "two.test")), [20_000, 0, 0, 0])
        code, message = error_of(self.client, "CreateReceiverDetail", {"ReceiverId": group, "Emails": rows(10_001, "three.test")})
        self.assertEqual(code, "LimitExceeded.ReceiverDetailCountLimit")
        self.assertIn("50000", message)
        self.assertEqual(wait_uploaded(self.client, group)["Count"], 40_000, "a part of the refused batch was stored")
        self.assertEqual(self.upload(group, rows(10_000, "three.test") + rows(10_000)), [10_000, 0, 0, 10_000])
        self.assertEqual(self.upload(group, rows(20_000)), [0, 0, 0, 20_000])
        self.assertEqual(error_of(self.client, "CreateReceiverDetail", {"ReceiverId": group, "Emails": ["one@more.test"]})[0],
                         "LimitExceeded.ReceiverDetailCountLimit")
        self.assertEqual(wait_uploaded(self.client, group)["Count"], 50_000)

    def test_the_request_limit_is_a_setting(self):
        with Program(**{"limits.recipients_per_request": 3}) as server:
            client = server.client()
            group = client.call("CreateReceiver", ReceiversName="g")["ReceiverId"]
            code, message = error_of(client, "CreateReceiverDetail", {"ReceiverId": group, "Emails": rows(4)})
            self.assertEqual(code, "LimitExceeded.ReceiverDetailRequestLimit")
            self.assertIn("3", message)
            client.close()
        with Program(**{"limits.recipients_per_request": 30_000}) as server:
            client = server.client()
            group = client.call("CreateReceiver", ReceiversName="g")["ReceiverId"]
            self.assertEqual(client.call("CreateReceiverDetail", ReceiverId=group, Emails=rows(25_000))["ValidCount"], 25_000)
            client.close()


if __name__ == "__main__":
    program.main()
