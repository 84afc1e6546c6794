#!/usr/bin/python3
"""Promise: whatever the size of a page, paging through a list shows every row once, in one order, and ends.

Method: each action with Offset and Limit (found in the description) gets a random number of rows, which the program is then
made to believe of the same millisecond. Pages of random sizes at random places must be parts of one sequence that holds
exactly the rows there are, with the same total on each page, also behind the end. The seed is printed; SESAME_SEED sets it.
"""
import collections
import pathlib
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
import stored_rows  # noqa: E402
from beijing import today  # noqa: E402
from chance import SEED, seeded  # noqa: E402
from description import DESCRIBED, DOCUMENTS  # noqa: E402
from foreign_cases import content  # noqa: E402
from program import DOMAIN, OWN, SENDER, Program, eventually, wait_uploaded  # noqa: E402
from sink import Sink  # noqa: E402

PAGED = {action: document["actions"][action] for document in DOCUMENTS.values() for action in document["actions"]
         if "Offset" in {field["name"] for field in document["actions"][action]["input"]}}

BOUNCED = "ListBlackEmailAddress"  # Has rows where a relay refuses, all others in the sandbox.
# They have rows in mode direct, from memory (operators_see_sites_and_end_holds.py).
DIRECT = {"ListDeliverySites", "ListDeliveryHolds"}


class Rows:
    """What one action should list: `key` tells its rows apart, `request` names what is listed beside the page, `keys` are
    all rows. `filters` are further requests with the test of the keys that they leave."""

    def __init__(self, action, key, keys, request=None, filters=()):
        self.action, self.key, self.keys, self.request, self.filters = action, key, set(keys), request or {}, list(filters)
        assert len(self.keys) == len(keys), f"{action}: rows that cannot be told apart"
        self.version = DESCRIBED[action][0]


def field(name):
    return lambda row: row[name]


def containing(name, part):
    return {name: part}, lambda key: part in key


class Shop:
    """Makes rows for every paged action of a server in mode `sandbox`."""

    def __init__(self, client, chance):
        self.client, self.chance, self.made = client, chance, []
        self.account = client.call("ListAccounts", OWN, Offset=0, Limit=1)["Data"][0]

    def names(self, most, form):
        """Mostly many, sometimes few or none."""
        count = self.chance.choice([0, 1, self.chance.randrange(most), self.chance.randrange(most // 2, most)])
        return [form.format(i) for i in range(count)]

    def add(self, *given, **more):
        self.made.append(Rows(*given, **more))

    def everything(self):
        self.senders()
        self.letters()
        self.groups()
        self.mails()
        self.blocks()
        self.accounts()
        return self.made

    def senders(self):
        domains = [DOMAIN, *self.names(12, "mail{}.shop.test")]
        for i, name in enumerate(domains):
            tag = {"TagKey": "parity", "TagValue": str(i % 2)}
            self.client.call("CreateEmailIdentity", EmailIdentity=name, TagList=[tag])
        self.add("ListEmailIdentities", field("IdentityName"), domains,
                 filters=[({"TagList": [tag]}, lambda key: domains.index(key) % 2 == domains.index(name) % 2)])
        addresses = self.names(40, f"sender{{}}@{DOMAIN}")
        for address in [SENDER, *addresses]:
            self.client.call("CreateEmailAddress", EmailAddress=address)
        for address in addresses:
            self.client.call("CreateAddressUnsubscribeConfig", Address=address, UnsubscribeConfig="1", Status=1)
        self.add("ListAddressUnsubscribeConfig", field("Address"), addresses)

    def letters(self):
        names = ["letter", *self.names(120, "letter {}")]
        made = [self.client.call("CreateEmailTemplate", TemplateName=name, TemplateContent=content("Hello"))["TemplateID"]
                for name in names]
        self.letter = {"TemplateID": made[0], "TemplateData": "{}"}
        self.add("ListEmailTemplates", field("TemplateName"), names)
        texts = self.names(45, "version {}")
        for text in texts:
            self.client.call("UpdateEmailTemplate", TemplateID=made[-1], TemplateName=names[-1], TemplateContent=content(text))
        self.add("ListEmailTemplateVersions", field("Number"), range(1, len(texts) + 2), {"TemplateID": made[-1]})

    def groups(self):
        names = [*self.names(120, "group {}"), "everybody"]
        numbers = [self.client.call("CreateReceiver", ReceiversName=name)["ReceiverId"] for name in names]
        self.group = numbers[-1]
        self.recipients = ["one@post.test"]
        for upload in range(self.chance.randrange(1, 5)):
            self.recipients += self.names(600, f"r{{}}.{upload}@post.test") + self.names(40, f"broken {{}} {upload}")
        while (begin := getattr(self, "uploaded", 0)) < len(self.recipients):
            self.uploaded = begin + self.chance.randrange(1, 400)
            self.client.call("CreateReceiverDetail", ReceiverId=self.group, Emails=self.recipients[begin:self.uploaded])
        wait_uploaded(self.client, self.group)
        self.add("ListReceivers", field("ReceiversName"), names,
                 filters=[containing("KeyWord", "1"), ({"Status": 3}, lambda key: key == "everybody")])
        files, groups = self.names(120, "file {}.csv"), numbers[:2]  # One group where chance made no other.
        def group_of(file):
            return groups[len(file) % len(groups)]
        for name in files:
            self.client.call("ImportRecipients", OWN, ReceiverId=group_of(name), FileName=name)
        self.add("ListImports", field("FileName"), files,
                 filters=[({"ReceiverId": number}, lambda key, number=number: group_of(key) == number) for number in groups])
        self.add("ListReceiverDetails", field("Email"), self.recipients, {"ReceiverId": self.group},
                 filters=[({"Status": 1}, lambda key: "@" in key), ({"Status": 2}, lambda key: "@" not in key),
                          containing("Email", "3."), containing("Email", "one@post.test"),
                          ({"Status": 1, "Email": "1"}, lambda key: "1" in key and "@" in key)])

    def mails(self):
        """Tasks that wait for their time, one that mails everybody, and single mails."""
        def task(**more):
            return self.client.call("BatchSendEmail", FromEmailAddress=SENDER, ReceiverId=self.group, Subject="News",
                                    Template=self.letter, **more)["TaskId"]
        now = [task(TaskType=1)]
        later = [task(TaskType=2, TimedParam={"BeginTime": "2037-01-01 00:00:00"}) for _ in self.names(130, "")]
        stopped = [number for number in later if self.chance.random() < 0.3]
        for number in stopped:
            self.client.call("StopSendTask", OWN, TaskId=number)
        self.add("ListSendTasks", field("TaskId"), now + later,
                 filters=[({"TaskType": 2}, lambda key: key in later), ({"Status": 10}, lambda key: key in now),
                          ({"Status": 1, "ReceiverId": self.group}, lambda key: key in later and key not in stopped)])
        mailed = [address for address in self.recipients if "@" in address]
        rows, subjects = [("task", address) for address in mailed], {address: "News" for address in mailed}
        for subject in self.names(25, "single {}"):
            to = [f"{i}.{subject.replace(' ', '')}@post.test" for i in range(self.chance.randrange(1, 6))]
            message = self.client.call("SendEmail", FromEmailAddress=SENDER, Subject=subject, Destination=to, Template=self.letter)
            rows += [(message["MessageId"], address) for address in to]
            subjects |= dict.fromkeys(to, subject)
        rows += self.waiting_mails()
        singles = {message for message, _ in rows} - {"task"}
        filters = [({"MessageId": message}, lambda key, message=message: key[0] == message) for message in sorted(singles)[:2]]
        self.add("GetSendEmailStatus", lambda row: (row["MessageId"] if row["MessageId"] in singles else "task", row["ToEmailAddress"]),
                 rows, {"RequestDate": today()}, [*filters, ({"ToEmailAddress": "ONE@post.test"}, lambda key: key[1] == "one@post.test")])
        self.add("ListInboxMails", field("To"), subjects,
                 filters=[containing("To", "3"), ({"Subject": "single"}, lambda key: subjects[key] != "News")])
        eventually(lambda: self.client.call("ListInboxMails", OWN, Offset=0, Limit=1)["TotalCount"] == len(subjects), 60, "all mails")
        eventually(lambda: self.client.call("GetSendTask", OWN, TaskId=now[0])["Task"]["TaskStatus"] == 10, 30, "the end of the task")
        self.add("ListSendTaskRecipients", field("Email"), self.recipients, {"TaskId": now[0]},
                 filters=[({"States": ["delivered"]}, lambda key: "@" in key), ({"States": ["skipped"]}, lambda key: "@" not in key),
                          ({"States": ["refused", "stopped"]}, lambda key: False)])

    def waiting_mails(self):
        """Single mails to domains whose delivery is paused. Returns them as rows of mails()."""
        domains, rows = self.names(60, "paused{}.test"), []
        for domain in domains:
            self.client.call("PauseDelivery", OWN, Domain=domain, Reason="they wait")
            to = [f"{i}@{domain}" for i in range(self.chance.randrange(1, 4))]
            message = self.client.call("SendEmail", FromEmailAddress=SENDER, Subject="waits", Destination=to, Template=self.letter)
            rows += [(message["MessageId"], address) for address in to]
        first = [({"Domain": domain}, lambda key, domain=domain: key.endswith(domain)) for domain in domains[:1]]
        self.add("ListDeliveryPauses", field("Domain"), domains, filters=first)
        self.add("ListDeliveryQueues", field("Domain"), domains,
                 filters=[*first, ({"Order": "age"}, lambda key: True), ({"Order": "next", "AppId": self.account["AppId"]}, lambda key: True)])
        self.add("ListWaitingMails", field("ToEmailAddress"), [address for _, address in rows], filters=first)
        return rows

    def blocks(self):
        active, old = self.names(200, "no{}@post.test"), self.names(60, "old{}@post.test")
        for emails in filter(None, (active, old)):
            self.client.call("CreateCustomBlacklist", Emails=emails)
        self.old = old
        self.add("ListCustomBlacklist", field("Email"), active + old, {"Status": 2},
                 filters=[({"Status": 1}, lambda key: key in active), ({"Status": 0}, lambda key: key in old)])

    def accounts(self):
        names = self.names(30, "account {}")
        for name in names:
            self.client.call("CreateAccount", OWN, Name=name)
        self.add("ListAccounts", field("Name"), [self.account["Name"], *names])
        ids = [self.client.call("CreateCredential", OWN)["SecretId"] for _ in self.names(60, "")]
        self.add("ListCredentials", field("SecretId"), [program.SECRET_ID, *ids])
        users = self.names(60, "user{}")
        for name in users:
            self.client.call("PutUser", OWN, Name=name, Role="analyst")
        self.add("ListUsers", field("Name"), users)
        left = self.names(300, "left{}@post.test")
        if left:
            self.client.call("CreateUnsubscribe", OWN, SenderDomain=DOMAIN, Emails=left)
        self.add("ListUnsubscribes", field("Email"), left, filters=[({"Email": "left1@post.test"}, lambda key: key == "left1@post.test"),
                                                                    ({"SenderDomain": "other.test"}, lambda key: False)])
        senders = ["hook@shop.test", *self.names(60, "hook{}@shop.test")]
        for address in senders:
            self.client.call("PutWebhook", OWN, Address=address, Url="http://hooks.invalid/", Enabled=False)
        self.add("ListWebhooks", field("Address"), senders)

    def when_stopped(self, server):
        """What only the database can be told."""
        told = list(range(1, len(self.names(300, "")) + 1))
        with stored_rows.database(server) as connection:
            hook = connection.execute("SELECT id, account_id, region FROM webhook LIMIT 1").fetchone()
            connection.executemany("INSERT INTO webhook_event (id, account_id, region, webhook_id, kind, state, queued_ms, "
                                   "next_attempt_ms, body) VALUES (?, ?, ?, ?, 1, ?, ?, 0, '{}')",
                                   [(number, hook[1], hook[2], hook[0], 1 + number % 2, int(time.time() * 1000)) for number in told])
            connection.execute("UPDATE webhook SET ended = ? WHERE id = ?", [len(told), hook[0]])
        self.add("ListWebhookEvents", field("EventId"), told, {"WebhookId": hook[0]},
                 filters=[({"State": "accepted"}, lambda key: key % 2 == 0), ({"State": "given_up"}, lambda key: key % 2 == 1)])
        complained = self.names(300, "c{}@post.test")
        stored_rows.add_complaints(server, self.account["AppId"], "ap-guangzhou", SENDER, complained, int(time.time()))
        self.add("GetAbuseReport", field("OriginalRcptTo"), complained, {"StartTime": today(), "EndTime": today()},
                 filters=[({"ToAddress": "c1@post.test"}, lambda key: key == "c1@post.test")])
        returned = self.names(200, "b{}@post.test")
        stored_rows.add_returned_mails(server, self.account["AppId"], "ap-guangzhou", returned, int(time.time()))
        self.add("ListReturnedMails", field("ToEmailAddress"), returned,
                 filters=[({"Class": "auto_reply"}, lambda key: returned.index(key) % 2 == 1),
                          ({"ToEmailAddress": "B1@post.test"}, lambda key: key == "b1@post.test"),
                          ({"MessageId": "message to b2@post.test"}, lambda key: key == "b2@post.test"),
                          ({"StartTime": today(), "EndTime": today()}, lambda key: True)])
        with stored_rows.database(server) as connection:
            connection.executemany("UPDATE custom_block SET last_day = 1 WHERE address = ?", [(address,) for address in self.old])
        return stored_rows.give_one_time(server, int(time.time()))


class Pages(unittest.TestCase):
    def setUp(self):
        self.chance = seeded()

    def page(self, client, rows, offset, limit, more):
        parameters = PAGED[rows.action]["input"]
        kind = next(each["type"] for each in parameters if each["name"] == "Limit")
        page = {"Offset": offset, "Limit": str(limit) if kind == "string" else limit}
        answer = client.call(rows.action, rows.version, **{**page, **rows.request, **more})
        found = next(value for name, value in answer.items() if isinstance(value, list))
        return [rows.key(row) for row in found], answer.get("TotalCount", answer.get("Total"))

    def most(self, action):
        """The largest Limit. The one that is a string of digits has no bound in the description."""
        return next(each for each in PAGED[action]["input"] if each["name"] == "Limit").get("max", 100)

    def check(self, client, rows):
        for more, holds in [({}, lambda key: True), *rows.filters]:
            expected = {key for key in rows.keys if holds(key)}
            with self.subTest(action=rows.action, rows=len(expected), seed=SEED, **more):
                self.check_sequence(client, rows, more, expected)

    def check_sequence(self, client, rows, more, expected):
        size, most = len(expected), self.most(rows.action)
        # Limit 0 is a page of the server's choice.
        limits = [most, 0, self.chance.randrange(1, most + 1), self.chance.randrange(max(1, size // 20), max(2, size + 2))]
        sequences = []
        for limit in [min(limit, most) for limit in limits]:
            shown, offset = [], 0
            while True:
                keys, total = self.page(client, rows, offset, limit, more)
                self.assertIn(total, (None, size))
                self.assertTrue(limit == 0 or len(keys) == max(0, min(limit, size - offset)), (limit, offset, len(keys)))
                if not keys:
                    break
                shown += keys
                offset += len(keys)
                self.assertLessEqual(offset, size, "more rows than there are")
            sequences.append(shown)
        twice = [key for key, times in collections.Counter(sequences[0]).items() if times > 1]
        self.assertEqual((twice, expected ^ set(sequences[0])), ([], set()), "rows that are there twice, or not, or should not be")
        for shown, limit in zip(sequences, limits):
            self.assertEqual(shown, sequences[0], f"another order in pages of {limit}")
        for _ in range(5):
            offset, limit = self.chance.randrange(size + 1), self.chance.randrange(1, most + 1)
            self.assertEqual(self.page(client, rows, offset, limit, more)[0], sequences[0][offset:offset + limit])
        signed = next(each for each in PAGED[rows.action]["input"] if each["name"] == "Offset")["type"] == "int64"
        for offset in (size, size + 1, 2 ** 31, 2 ** 32, 2 ** 32 + 1, 2 ** 63 - 1, 2 ** 63, 2 ** 64 - 1):
            if signed and offset >= 2 ** 63:
                continue
            keys, total = self.page(client, rows, offset, self.chance.randrange(1, most + 1), more)
            self.assertEqual(keys, [], f"behind the end, from {offset}")
            self.assertIn(total, (None, size))

    def test_what_is_made_by_calls(self):
        settings = {"limits.domains": 100, "limits.senders_per_domain": 100, "limits.credentials": 100}
        with Program(**settings) as server:
            client = server.client()
            shop = Shop(client, self.chance)
            made = shop.everything()
            for rows in made:  # As they came, most with times of their own.
                if rows.action != "ListCustomBlacklist":
                    self.check(client, rows)
            client.close()
            server.stop()
            tables = shop.when_stopped(server)
            self.assertLess({"custom_block", "inbox_mail", "send_task", "template", "audience_group", "credential"}, set(tables))
            server.start()
            self.assertEqual({rows.action for rows in made} | {BOUNCED, *DIRECT}, set(PAGED), "actions with Offset, and those with rows here")
            for rows in made:
                self.check(client, rows)
            client.close()

    def test_addresses_that_do_not_exist(self):
        with Sink(reply=lambda address: "550 5.1.1 no such user") as sink:
            with Program(**{"delivery.mode": "relay", "delivery.relay": f"127.0.0.1:{sink.port}", "delivery.relay_tls": "off"}) as server:
                client = server.client()
                template = {"TemplateID": program.prepare_sender(client, text="Hello"), "TemplateData": "{}"}
                gone = [f"gone{i}@post.test" for i in range(self.chance.randrange(120))]
                for begin in range(0, len(gone), 50):
                    client.call("SendEmail", FromEmailAddress=SENDER, Subject="s", Destination=gone[begin:begin + 50], Template=template)
                day = {"StartDate": today(), "EndDate": today()}
                rows = Rows(BOUNCED, field("EmailAddress"), gone, day,
                            [({"EmailAddress": "GONE1@post.test"}, lambda key: key == "gone1@post.test")])
                eventually(lambda: client.call(BOUNCED, Offset=0, Limit=1, **day)["TotalCount"] == len(gone), 60, "bounces")
                client.close()
                server.stop()
                self.assertIn("hard_bounce", stored_rows.give_one_time(server, int(time.time())))
                server.start()
                self.check(client, rows)
                client.close()


if __name__ == "__main__":
    program.main()
