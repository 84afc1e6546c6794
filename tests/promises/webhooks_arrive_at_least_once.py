#!/usr/bin/python3
"""Promise: every event is told to its webhook at least once, as documented and signed, whatever the receiver or kill -9 does.

Receivers are small HTTP servers that accept, refuse first, are slow or are not there; the program is killed in between.
"""
import email.header
import hashlib
import hmac
import json
import pathlib
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from beijing import today  # noqa: E402
from program import OWN, ApiError, Program, eventually, prepare_sender, wait_uploaded  # noqa: E402
from sink import Sink  # noqa: E402
from webhook_receiver import Receiver  # noqa: E402

FAST = {"webhooks.allow_private": "true", "webhooks.retry_s": "1", "delivery.retry_s": "1", "webhooks.timeout_s": "2"}
FIELDS = ["event", "email", "bulkId", "timestamp", "username", "from", "fromDomain", "templateId", "subject", "messageId", "eventid",
          "taskId", "sentTimestamp"]


class Webhooks(unittest.TestCase):
    def campaign(self, client, count, template=None):
        template = template or prepare_sender(client, text="Hello")
        group = client.call("CreateReceiver", ReceiversName=f"g{time.monotonic_ns()}")["ReceiverId"]
        addresses = [f"reader{i}@post.test" for i in range(count)]
        client.call("CreateReceiverDetail", ReceiverId=group, Emails=addresses)
        wait_uploaded(client, group)
        task = client.call("BatchSendEmail", FromEmailAddress="news@mail.shop.test", ReceiverId=group, Subject="Größe", TaskType=1,
                           Template={"TemplateID": template, "TemplateData": "{}"})["TaskId"]
        return set(addresses), task

    def test_the_documented_body_signed(self):
        def reply(address):
            return {"gone@post.test": "550 5.1.1 no such user", "full@post.test": "552 5.2.2 mailbox full"}.get(address)
        with Receiver() as receiver, Sink(reply=reply) as sink, \
                Program(**{**FAST, "delivery.mode": "relay", "delivery.relay": f"127.0.0.1:{sink.port}"}) as server:
            client = server.client()
            made = client.call("PutWebhook", OWN, Url=receiver.url)
            template = prepare_sender(client, text="Hello")
            for address in ("ann@post.test", "gone@post.test", "full@post.test"):
                client.call("SendEmail", FromEmailAddress="news@mail.shop.test", Subject="Größe", Destination=[address],
                            Template={"TemplateID": template, "TemplateData": "{}"}, SmtpHeaders='{"X-Tencentcloudses-Cb-Order":"17"}')
            eventually(lambda: len(receiver.accepted()) == 3, 20, "the events")
            by_email = {body["email"]: body for body in receiver.accepted()}
            told = by_email["ann@post.test"]
            fields = [name for name in FIELDS if name != "taskId"]
            self.assertEqual(list(told), fields + ["X-Tencentcloudses-Cb-Order"])
            self.assertEqual((told["event"], told["eventid"], told["fromDomain"], told["templateId"], told["X-Tencentcloudses-Cb-Order"]),
                             ("delivered", 1, "mail.shop.test", template, "17"))
            (decoded, charset), = email.header.decode_header(told["subject"])
            self.assertEqual(decoded.decode(charset), "Größe")
            self.assertAlmostEqual(told["timestamp"], time.time(), delta=60)
            hard, soft = by_email["gone@post.test"], by_email["full@post.test"]
            self.assertEqual((hard["event"], hard["bounceType"], hard["eventid"]), ("bounce", "hard_bounce", 3))
            self.assertIn("no such user", hard["reason"])
            self.assertEqual(soft["bounceType"], "soft_bounce")
            for _, body, signature, _, kind in receiver.posts:
                when, proof = (part.split("=", 1)[1] for part in signature.split(","))
                self.assertAlmostEqual(int(when), time.time(), delta=60)
                self.assertEqual(proof, hmac.new(made["Secret"].encode(), f"{when}.".encode() + body, hashlib.sha256).hexdigest())
                self.assertEqual(kind, "application/json; charset=utf-8")
            client.close()

    def test_a_receiver_that_refuses_first_is_told_again(self):
        with Receiver(answer=lambda count: 500 if count < 3 else 200) as receiver, Program(**FAST) as server:
            client = server.client()
            client.call("PutWebhook", OWN, Url=receiver.url)
            addresses, _ = self.campaign(client, 20)
            eventually(lambda: receiver.emails("delivered") == addresses, 60, "all events")
            by_body = {}
            for number, body, *_ in receiver.posts:
                by_body.setdefault(body, set()).add(number)
            self.assertTrue(all(len(numbers) == 1 for numbers in by_body.values()), "a repeat carries the same id")
            accepted = lambda: client.call("ListWebhookEvents", OWN, WebhookId=1, Offset=0, Limit=100, State="accepted")
            # The answers are recorded a moment after the receiver gave them.
            eventually(lambda: accepted()["TotalCount"] == 20, 10, "the record of the answers")
            page = accepted()
            self.assertEqual(client.call("ListWebhooks", OWN, Offset=0, Limit=10)["Data"][0]["WaitingCount"], 0)
            # All once more, by hand.
            ids = [row["EventId"] for row in page["Data"]]
            before = len(receiver.posts)
            self.assertEqual(client.call("RedeliverWebhookEvents", OWN, WebhookId=1, EventIds=ids)["Count"], 20)
            eventually(lambda: len(receiver.posts) == before + 20, 30, "the repeats")
            eventually(lambda: client.call("ListWebhooks", OWN, Offset=0, Limit=10)["Data"][0]["WaitingCount"] == 0, 10, "their records")
            # And by time: of nothing, then of the whole day.
            self.assertEqual(client.call("RedeliverWebhookEvents", OWN, WebhookId=1, EndTime="2026-01-01")["Count"], 0)
            day = today()
            self.assertEqual(client.call("RedeliverWebhookEvents", OWN, WebhookId=1, StartTime=day, EndTime=day)["Count"], 20)
            eventually(lambda: len(receiver.posts) == before + 40, 30, "the repeats of the day")
            self.assertEqual({number for number, *_ in receiver.posts[before:]}, set(ids))
            with self.assertRaises(ApiError) as refused:
                client.call("RedeliverWebhookEvents", OWN, WebhookId=1, StartTime="yesterday")
            self.assertEqual(refused.exception.code, "InvalidParameterValue")
            client.close()

    def test_refused_events_delay_no_others(self):
        with Receiver(answer=lambda count: 404 if count % 2 else 200) as receiver, \
                Program(**{**FAST, "webhooks.retry_s": "3600"}) as server:
            client = server.client()
            client.call("PutWebhook", OWN, Url=receiver.url)
            self.campaign(client, 200)
            eventually(lambda: len(receiver.posts) == 200, 30, "one post of each event")
            self.assertEqual(len(receiver.accepted()), 100)
            eventually(lambda: client.call("ListWebhooks", OWN, Offset=0, Limit=1)["Data"][0]["WaitingCount"] == 100, 30, "the records")
            rows = client.call("ListWebhookEvents", OWN, WebhookId=1, Offset=0, Limit=100, State="waiting")["Data"]
            self.assertEqual({(row["Attempts"], row["Answer"]) for row in rows}, {(1, "HTTP 404")})
            client.close()

    def test_a_senders_webhook_that_is_off_tells_nothing(self):
        with Receiver() as account, Receiver() as own, Program(**FAST) as server:
            client = server.client()
            client.call("PutWebhook", OWN, Url=account.url)
            news = {"Address": "news@mail.shop.test"}
            secret = client.call("PutWebhook", OWN, Url=own.url, Events=["delivered"], Enabled=False, **news)["Secret"]
            template = prepare_sender(client, text="Hello")
            _, task = self.campaign(client, 3, template)
            eventually(lambda: client.call("GetSendTask", OWN, TaskId=task)["Task"]["TaskStatus"] == 10, 20, "the end")
            # Another URL alone neither enables it nor adds kinds; enabled, it gets new events only.
            client.call("PutWebhook", OWN, Url=own.url + "&y=2", **news)
            row = client.call("ListWebhooks", OWN, Offset=0, Limit=10)["Data"][1]
            self.assertEqual((row["Enabled"], row["Events"], row["WaitingCount"]), (False, ["delivered"], 0))
            client.call("PutWebhook", OWN, Enabled=True, **news)
            renewed = client.call("PutWebhook", OWN, RenewSecret=True, **news)["Secret"]
            addresses, _ = self.campaign(client, 3, template)
            eventually(lambda: own.emails("delivered") == addresses, 20, "the events")
            for _, body, signature, *_ in own.posts:
                when, *proofs = (part.split("=", 1)[1] for part in signature.split(","))
                self.assertEqual(proofs, [hmac.new(key.encode(), f"{when}.".encode() + body, hashlib.sha256).hexdigest()
                                          for key in (renewed, secret)])
            self.assertEqual(account.posts, [])
            client.call("DeleteWebhook", OWN, **news)
            addresses, _ = self.campaign(client, 3, template)
            eventually(lambda: account.emails("delivered") == addresses, 20, "the account's events")
            with self.assertRaises(ApiError) as refused:
                client.call("PutWebhook", OWN, Enabled=True, **news)
            self.assertEqual(refused.exception.code, "MissingParameter")
            client.close()

    def test_nothing_is_lost_by_kill(self):
        with Receiver(seconds=0.01) as receiver, Program(**FAST) as server:
            client = server.client()
            client.call("PutWebhook", OWN, Url=receiver.url)
            addresses, task = self.campaign(client, 400)
            for share in (0.1, 0.4, 0.7):
                eventually(lambda share=share: len(receiver.posts) >= share * 400, 60, "some events")
                client.close()
                server.kill()
                server.start()
                client = server.client()
            eventually(lambda: receiver.emails("delivered") == addresses, 60, "all events")
            ids = {}
            for number, body, *_ in receiver.posts:
                ids.setdefault(json.loads(body)["email"], set()).add(number)
            self.assertEqual(len({number for numbers in ids.values() for number in numbers}),
                             client.call("ListWebhookEvents", OWN, WebhookId=1, Offset=0, Limit=1)["TotalCount"])
            client.close()

    def test_a_slow_and_a_dead_receiver_delay_only_their_own(self):
        with Receiver() as quick, Receiver(seconds=1.5) as slow, Program(**FAST) as server:
            client = server.client()
            template = prepare_sender(client, text="Hello")
            client.call("CreateEmailAddress", EmailAddress="slow@mail.shop.test")
            client.call("CreateEmailAddress", EmailAddress="dead@mail.shop.test")
            client.call("PutWebhook", OWN, Url=quick.url)
            client.call("PutWebhook", OWN, Url=slow.url, Address="slow@mail.shop.test")
            client.call("PutWebhook", OWN, Url="http://127.0.0.1:1/", Address="dead@mail.shop.test")
            for sender in ("slow", "dead"):
                for i in range(30):
                    client.call("SendEmail", FromEmailAddress=f"{sender}@mail.shop.test", Subject="s", Destination=[f"{sender}{i}@post.test"],
                                Template={"TemplateID": template, "TemplateData": "{}"})
            begin = time.monotonic()
            addresses, _ = self.campaign(client, 50, template)
            eventually(lambda: quick.emails("delivered") == addresses, 10, "the quick receiver's events")
            self.assertLess(time.monotonic() - begin, 8)
            self.assertLess(len(slow.posts), 30)
            dead = client.call("ListWebhooks", OWN, Offset=0, Limit=10)["Data"][2]
            self.assertEqual((dead["Address"], dead["WaitingCount"]), ("dead@mail.shop.test", 30))
            self.assertEqual({body["from"] for body in quick.accepted()}, {"news@mail.shop.test"})
            client.close()

    def test_private_addresses_are_refused_unless_allowed(self):
        with Receiver() as receiver, Program(**{**FAST, "webhooks.allow_private": "false"}) as server:
            client = server.client()
            client.call("PutWebhook", OWN, Url=receiver.url.replace("127.0.0.1", "localhost"))
            self.campaign(client, 1)

            def answer():
                rows = client.call("ListWebhookEvents", OWN, WebhookId=1, Offset=0, Limit=1)["Data"]
                return rows[0]["Answer"] if rows else ""
            eventually(lambda: "webhooks.allow_private" in answer(), 20, "the refusal")
            self.assertEqual(receiver.posts, [])
            client.close()

    def test_who_is_withheld_is_told_as_dropped(self):
        with Receiver() as receiver, Program(**FAST) as server:
            client = server.client()
            client.call("PutWebhook", OWN, Url=receiver.url)
            template = prepare_sender(client, text="Hello")
            client.call("CreateCustomBlacklist", Emails=["reader1@post.test"])
            client.call("SendEmail", FromEmailAddress="news@mail.shop.test", Subject="s", Template={"TemplateID": template, "TemplateData": "{}"},
                        Destination=["ann@post.test", "reader1@post.test"])
            eventually(lambda: receiver.emails("delivered") == {"ann@post.test"}, 20, "the delivery")
            eventually(lambda: receiver.emails("dropped") == {"reader1@post.test"}, 20, "the one that is withheld")
            addresses, _ = self.campaign(client, 5, template)
            eventually(lambda: len(receiver.accepted()) == 7, 20, "those of the task")
            dropped = [body for body in receiver.accepted() if body["event"] == "dropped"]
            self.assertEqual([(body["email"], body["eventid"], bool(body["reason"])) for body in dropped],
                             [("reader1@post.test", 2, True)] * 2)
            self.assertEqual(["taskId" in body for body in dropped], [False, True])
            client.close()

    def test_only_what_is_wanted_and_only_ones_own(self):
        with Receiver() as receiver, Program(**FAST) as server:
            client = server.client()
            client.call("PutWebhook", OWN, Url=receiver.url, Events=["bounce"])
            _, task = self.campaign(client, 5)
            eventually(lambda: client.call("GetSendTask", OWN, TaskId=task)["Task"]["TaskStatus"] == 10, 20, "the end")
            self.assertEqual(client.call("ListWebhookEvents", OWN, WebhookId=1, Offset=0, Limit=1)["TotalCount"], 0)
            self.assertNotIn("Secret", client.call("PutWebhook", OWN, Url=receiver.url))
            self.assertIn("Secret", client.call("PutWebhook", OWN, Url=receiver.url, RenewSecret=True))
            for url in ("ftp://x.test/", "http://", "https://a b.test/", "javascript:alert(1)"):
                with self.assertRaises(ApiError) as refused:
                    client.call("PutWebhook", OWN, Url=url)
                self.assertEqual(refused.exception.code, "InvalidParameterValue", url)
            client.call("DeleteWebhook", OWN)
            with self.assertRaises(ApiError) as refused:
                client.call("DeleteWebhook", OWN)
            self.assertEqual(refused.exception.code, "ResourceNotFound")
            client.close()


if __name__ == "__main__":
    program.main()
