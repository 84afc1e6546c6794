#!/usr/bin/python3
"""Promise: an address that does not exist, or that the account blocked, is not mailed, and everybody can see why.

Method: a strict SMTP sink that refuses some recipients counts who was asked for; the lists, the tasks' counters and
GetSendEmailStatus are read over the wire, also after a restart.
"""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from beijing import today  # noqa: E402
from program import SENDER, ApiError, Program, eventually, prepare_sender, wait_uploaded  # noqa: E402
from sink import Sink  # noqa: E402

REFUSALS = {"gone@sink.test": "550 5.1.1 <gone@sink.test>: no such user", "spam@sink.test": "550 5.7.1 looks like spam"}


class Suppression(unittest.TestCase):
    def setUp(self):
        self.asked = []
        self.full = False
        self.sink = self.enterContext(Sink(reply=self.answer))
        self.server = self.enterContext(Program(**{
            "delivery.mode": "relay", "delivery.relay": f"127.0.0.1:{self.sink.port}", "delivery.relay_tls": "off",
            "delivery.retry_s": 2}))
        self.client = self.server.client()
        self.addCleanup(lambda: self.client.close())
        self.template = prepare_sender(self.client, text="Hello")

    def answer(self, address):
        self.asked.append(address)
        return "451 4.7.1 come again" if self.full else REFUSALS.get(address)

    def send(self, *to, **more):
        return self.client.call("SendEmail", FromEmailAddress=SENDER, Subject="Hello", Destination=list(to),
                                Template={"TemplateID": self.template, "TemplateData": "{}"}, **more)["MessageId"]

    def rows(self, message_id=None):
        filters = {"MessageId": message_id} if message_id else {}
        found = self.client.call("GetSendEmailStatus", RequestDate=today(), Offset=0, Limit=100, **filters)["EmailStatusList"]
        return {row["ToEmailAddress"]: (row["SendStatus"], row["DeliverStatus"], row["DeliverMessage"]) for row in found}

    def settled(self, message_id):
        rows = self.rows(message_id)
        return rows if rows and all(deliver != 0 for _, deliver, _ in rows.values()) else None

    def bounced(self, **filters):
        return self.client.call("ListBlackEmailAddress", StartDate=today(), EndDate=today(), Offset=0, Limit=10, **filters)

    def run_task(self, addresses):
        group = self.client.call("CreateReceiver", ReceiversName=f"group {len(self.asked)}")["ReceiverId"]
        self.client.call("CreateReceiverDetail", ReceiverId=group, Emails=addresses)
        wait_uploaded(self.client, group)
        task = self.client.call("BatchSendEmail", FromEmailAddress=SENDER, ReceiverId=group, Subject="News", TaskType=1,
                                Template={"TemplateID": self.template, "TemplateData": "{}"})["TaskId"]
        answer = eventually(lambda: (a := self.client.call("GetSendTask", version=program.OWN, TaskId=task))["Task"]["TaskStatus"] == 10
                            and a, 30, "the end of the task")
        row = answer["Task"]
        return row["RequestCount"], row["SendCount"], row["CacheCount"], answer["WithheldCount"] + answer["SkippedCount"]

    def test_an_address_that_does_not_exist_is_mailed_once(self):
        first = self.send("gone@sink.test", "spam@sink.test", "ann@sink.test")
        rows = eventually(lambda: self.settled(first), 30, "all outcomes")
        self.assertEqual({to: row[:2] for to, row in rows.items()},
                         {"gone@sink.test": (0, 3), "spam@sink.test": (0, 3), "ann@sink.test": (0, 1)})
        listed = self.bounced()
        self.assertEqual((listed["TotalCount"], [row["EmailAddress"] for row in listed["BlackList"]]), (1, ["gone@sink.test"]))
        self.assertIn("no such user", listed["BlackList"][0]["IspDesc"])
        self.assertEqual(self.bounced(EmailAddress="spam@sink.test")["TotalCount"], 0)

        # One of them alone is refused; among others it is left out. A restart forgets nothing.
        self.client.close()
        self.server.kill()
        self.server.start()
        self.client = self.server.client()
        with self.assertRaises(ApiError) as refused:
            self.send("GONE@sink.test")
        self.assertEqual(refused.exception.code, "FailedOperation.EmailAddrInBlacklist")
        second = self.send("GONE@sink.test", "bob@sink.test")
        rows = eventually(lambda: self.settled(second), 30, "all outcomes")
        self.assertEqual({to: row[:2] for to, row in rows.items()}, {"GONE@sink.test": (1007, 2), "bob@sink.test": (0, 1)})
        self.assertIn("do not exist", rows["GONE@sink.test"][2])
        self.assertEqual(self.run_task(["gone@sink.test", "spam@sink.test", "eve@sink.test", "broken"]), (3, 2, 0, 2))
        self.assertEqual([address.lower() for address in self.asked].count("gone@sink.test"), 1)

        # Taken off the list it is mailed again.
        self.client.call("DeleteBlackList", EmailAddressList=["gone@SINK.test", "nobody@sink.test"])
        third = self.send("gone@sink.test")
        eventually(lambda: self.settled(third), 30, "the outcome")
        self.assertEqual(self.asked.count("gone@sink.test"), 2)

    def test_a_blocked_address_is_not_mailed(self):
        counts = self.client.call("CreateCustomBlacklist", Emails=["no@sink.test", "NO@sink.test", "x", "never@sink.test"])
        self.assertEqual([counts[f"{kind}Count"] for kind in ("Total", "Valid", "TooLong", "Repeat", "Invalid")], [4, 2, 0, 1, 1])
        self.assertEqual(self.run_task([f"r{i}@sink.test" for i in range(500)] + ["No@sink.test", "never@sink.test"]),
                         (502, 500, 0, 2))
        page = self.client.call("GetSendEmailStatus", RequestDate=today(), Offset=0, Limit=10, ToEmailAddress="no@sink.test")
        self.assertEqual([(row["SendStatus"], row["DeliverStatus"]) for row in page["EmailStatusList"]], [(3020, 2)])
        message = self.send("ann@sink.test", Bcc=["no@sink.test"])
        self.assertEqual(eventually(lambda: self.settled(message), 30, "all outcomes")["no@sink.test"][0], 3020)
        self.assertEqual(len(self.asked), 501)

        listed = self.client.call("ListCustomBlacklist", Offset=0, Limit=10, Status=1)
        self.assertEqual([(row["Email"], row["ExpireDate"], row["Status"]) for row in listed["Data"]],
                         [("never@sink.test", "", 1), ("no@sink.test", "", 1)])
        self.client.call("UpdateCustomBlackList", Id=listed["Data"][1]["Id"], Email="other@sink.test", ExpireDate=today())
        row = self.client.call("ListCustomBlacklist", Offset=0, Limit=10, Status=2, Email="OTHER@sink.test")["Data"][0]
        self.assertEqual((row["Id"], row["ExpireDate"]), (listed["Data"][1]["Id"], today()))
        self.client.call("DeleteCustomBlackList", Emails=["never@sink.test"])
        message = self.send("no@sink.test", "never@sink.test")
        eventually(lambda: self.settled(message), 30, "all outcomes")
        self.assertIn("no@sink.test", self.asked)
        self.assertIn("never@sink.test", self.asked)

    def test_whoever_says_no_while_a_mail_waits_is_not_mailed(self):
        everybody = [f"{who}@sink.test" for who in ("blocked", "left", "stays")]
        self.full = True
        group = self.client.call("CreateReceiver", ReceiversName="waiting")["ReceiverId"]
        self.client.call("CreateReceiverDetail", ReceiverId=group, Emails=everybody)
        wait_uploaded(self.client, group)
        self.client.call("BatchSendEmail", FromEmailAddress=SENDER, ReceiverId=group, Subject="News", TaskType=1,
                         Template={"TemplateID": self.template, "TemplateData": "{}"})
        single = self.send(*everybody)
        eventually(lambda: len(self.asked) >= 6, 30, "six first attempts")
        self.client.call("CreateCustomBlacklist", Emails=["Blocked@sink.test"])
        self.client.call("CreateUnsubscribe", version=program.OWN, SenderDomain=program.DOMAIN, Emails=["left@sink.test"])
        answered = len(self.asked)
        self.full = False
        eventually(lambda: [to for *_, to, _, _ in self.sink.mails] == ["stays@sink.test"] * 2, 30, "both mails to who stays")
        rows = eventually(lambda: (r := self.rows(single)) and all(row[1] in (1, 2) for row in r.values()) and r, 30, "all outcomes")
        self.assertEqual({to: row[:2] for to, row in rows.items()},
                         {"blocked@sink.test": (3020, 2), "left@sink.test": (1013, 2), "stays@sink.test": (0, 1)})
        page = eventually(lambda: (p := self.client.call("GetSendEmailStatus", RequestDate=today(), Offset=0, Limit=10,
                                                         ToEmailAddress="blocked@sink.test")["EmailStatusList"])
                          and all(row["DeliverStatus"] == 2 for row in p) and p, 30, "the outcomes of who blocked")
        self.assertEqual([row["SendStatus"] for row in page], [3020, 3020])
        self.assertEqual(self.asked[answered:], ["stays@sink.test"] * 2)


if __name__ == "__main__":
    program.main()
