#!/usr/bin/python3
"""Promise: what became of each of 300 mails is known, acted on and told, and all who tell it agree to the unit.

The story: the shop mails its readers through a real Postfix. Of the 300 addresses

    210 reader*   get the mail at once
     30 shy*      are asked to come again first (greylisting), and get it then
     25 nobody*   are refused in the dialogue: no such user
     20 gone*     are accepted, and Postfix finds out later that there is no such user: a bounce mail
     15 full*     are accepted, and the mailbox behind is full: a bounce mail

Then people read: 80 open it (ten of them twice), 30 click (five of them twice), 12 unsubscribe with their mail program's
button, and 7 call it spam. The statistics, the status rows, the events at the webhook, the suppression lists and the
reports of abuse must tell exactly that. Next week's mail leaves out 45 addresses that do not exist and 19 people who do
not want it, and nobody else.

Postfix is Debian's (tests/lib/mail_servers.py), the mailboxes behind it are tests/lib/sink.py, the signatures are judged by dkimpy.
"""
import collections
import pathlib
import smtplib
import socketserver
import sys
import threading
import unittest

import dkim

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import mail_servers  # noqa: E402
import program  # noqa: E402
from beijing import today  # noqa: E402
from program import DOMAIN, OWN, SENDER, Program, eventually, free_port, prepare_sender, wait_uploaded  # noqa: E402
from reader import Links, html_of, parsed, visit  # noqa: E402
from report_mails import COMPLAINT  # noqa: E402
from sink import Sink  # noqa: E402
from webhook_receiver import Receiver  # noqa: E402

BOUNCES = "bounces.shop.test"
COUNTS = {"reader": 210, "shy": 30, "nobody": 25, "gone": 20, "full": 15}
HTML = '<html><body><p>Dear reader</p><a href="https://shop.test/spring">Spring</a></body></html>'


def people(kind, *numbers):
    return [f"{kind}{i}@post.test" for i in range(*(numbers or (COUNTS[kind],)))]


EVERYBODY = [address for kind in COUNTS for address in people(kind)]
ARRIVED = people("reader") + people("shy")
OPENED, OPENED_TWICE = people("reader", 80), people("reader", 10)
CLICKED, CLICKED_TWICE = people("reader", 30), people("reader", 5)
UNSUBSCRIBED = people("reader", 5, 6) + people("reader", 100, 111)  # One of them had clicked before.
COMPLAINED = people("reader", 120, 127)
DEAD = people("nobody") + people("gone")
UNWANTED = UNSUBSCRIBED + COMPLAINED


class Greylist:
    """A policy server of Postfix (its SMTPD_POLICY_README): who comes for the first time is asked to come again."""

    def __init__(self):
        seen, lock = collections.Counter(), threading.Lock()

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                asked = {}
                for line in self.rfile:
                    name, _, value = line.decode().strip().partition("=")
                    if name:
                        asked[name] = value
                        continue
                    with lock:
                        seen[asked["recipient"]] += 1
                        first = seen[asked["recipient"]] == 1
                    shy = asked["recipient"].startswith("shy") and first
                    self.wfile.write(b"action=450 4.2.0 greylisted, come again\n\n" if shy else b"action=DUNNO\n\n")
        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class PostOffice(mail_servers.Postfix):
    """Refuses nobody*, greylists shy*, finds out about gone* when it delivers, hands all others on."""
    greylist_port = 0

    def settings(self):
        files = super().settings()
        files["etc/postfix/main.cf"] = files["etc/postfix/main.cf"].replace("delay_warning_time = 1s\n", "") + f"""
smtpd_recipient_restrictions = check_recipient_access regexp:/etc/postfix/nobody,
  check_policy_service inet:127.0.0.1:{self.greylist_port}, permit_mynetworks, reject
smtpd_soft_error_limit = 1000
smtpd_hard_error_limit = 1000
"""
        files["etc/postfix/nobody"] = "/^nobody/ 550 5.1.1 no such user here\n"
        files["etc/postfix/transport"] = f"""/^gone.*@post\\.test$/ local:
/@post\\.test$/ smtp:[127.0.0.1]:{self.next_port}
/@{self.bounce_domain}$/ smtp:[127.0.0.1]:{self.home_port}
"""
        return files


class Letter:
    """A mail as its reader's program shows it."""

    def __init__(self, raw):
        self.raw, shown = raw, Links(html_of(raw))
        self.click, self.image = shown.links[0], shown.images[-1]
        self.unsubscribe = parsed(raw)["List-Unsubscribe"].strip("<>")


class Story(unittest.TestCase):
    def setUp(self):
        self.begun = today()
        self.home_port = free_port()
        self.mailboxes = self.enterContext(Sink(
            reply=lambda address: "552 5.2.2 mailbox full, over quota" if address.startswith("full") else None))
        self.webhook = self.enterContext(Receiver())
        PostOffice.greylist_port = self.enterContext(Greylist()).port
        self.postfix = PostOffice(BOUNCES, self.home_port, self.mailboxes.port)
        self.addCleanup(self.postfix.stop)
        self.postfix.start()
        self.sesame = self.enterContext(Program(**{
            "delivery.mode": "relay", "delivery.relay": f"127.0.0.1:{self.postfix.port}", "delivery.relay_tls": "off",
            "delivery.retry_s": 1, "bounces.domain": BOUNCES, "bounces.listen": f"127.0.0.1:{self.home_port}",
            "public_url": "https://links.shop.test", "tracking.machine_ms": 0, "webhooks.allow_private": "true"}))
        self.client = self.sesame.client()
        self.addCleanup(self.client.close)

    def mail_everybody(self, subject):
        task = self.client.call("BatchSendEmail", FromEmailAddress=SENDER, ReceiverId=self.group, Subject=subject, TaskType=1,
                                Template={"TemplateID": self.template, "TemplateData": "{}"}, Unsubscribe="2")["TaskId"]
        return eventually(lambda: (answer := self.client.call("GetSendTask", OWN, TaskId=task))["Task"]["TaskStatus"] == 10
                          and answer, 60, "the end of the task")

    def visit(self, url, method="GET", body=None):
        status, headers, _ = visit(self.sesame.port, url, method, body)
        return status, headers.get("Location")

    def complain(self, raw):
        text = COMPLAINT.format(domain=BOUNCES, kind="abuse", original=raw.decode().replace("\r\n", "\n"))
        with smtplib.SMTP("127.0.0.1", self.home_port, local_hostname="loop.post.test", timeout=20) as line:
            line.sendmail("feedback@post.test", [f"abuse@{BOUNCES}"], text.replace("\n", "\r\n"))

    def rows(self):
        """Address → its status rows, the first mailing's first."""
        found = collections.defaultdict(list)
        for offset in range(0, 1000, 100):
            for row in self.client.call("GetSendEmailStatus", RequestDate=self.begun, Offset=offset, Limit=100)["EmailStatusList"]:
                found[row["ToEmailAddress"]].append(row)
        return {address: sorted(rows, key=lambda row: row["MessageId"]) for address, rows in found.items()}

    def volume(self):
        return self.client.call("GetStatisticsReport", StartDate=self.begun, EndDate=self.begun)["OverallVolume"]

    def events(self):
        return collections.Counter((body["event"], body["email"]) for body in self.webhook.accepted())

    def dead(self):
        listed = self.client.call("ListBlackEmailAddress", StartDate=self.begun, EndDate=self.begun, Offset=0, Limit=100)
        return sorted(row["EmailAddress"] for row in listed["BlackList"])

    def test_the_story(self):
        try:
            self.tell()
        except AssertionError:
            sys.stderr.write(self.postfix.log())
            raise

    def tell(self):
        self.template = prepare_sender(self.client, text="Dear reader", html=HTML)
        self.client.call("PutWebhook", OWN, Url=self.webhook.url)
        self.group = self.client.call("CreateReceiver", ReceiversName="readers")["ReceiverId"]
        self.client.call("CreateReceiverDetail", ReceiverId=self.group, Emails=EVERYBODY)
        wait_uploaded(self.client, self.group)

        self.mail_everybody("Spring")
        self.everybody_was_mailed()
        self.people_read()
        self.all_agree()
        self.next_week()

    def everybody_was_mailed(self):
        arrived = eventually(lambda: len(self.mailboxes.mails) >= len(ARRIVED) and self.mailboxes.mails, 40, "the mails")
        self.assertEqual(sorted(to for _, _, to, _, _ in arrived), sorted(ARRIVED))
        came_back = COUNTS["gone"] + COUNTS["full"]
        eventually(lambda: self.client.call("ListReturnedMails", OWN, Offset=0, Limit=1)["TotalCount"] >= came_back, 40,
                   "the bounce mails")
        self.letters = {to: Letter(raw) for _, _, to, raw, _ in arrived}
        records = {}
        for record in self.client.call("GetEmailIdentity", EmailIdentity=DOMAIN)["Attributes"]:
            if "_domainkey" in record["SendDomain"]:
                records[record["SendDomain"].rstrip(".").encode()] = record["ExpectedValue"].encode()
        for address in ("reader0@post.test", "shy29@post.test"):
            raw = self.letters[address].raw
            self.assertTrue(dkim.verify(raw, dnsfunc=lambda name, timeout=5: records.get(name.rstrip(b"."))), address)

    def people_read(self):
        for address in OPENED + OPENED_TWICE:
            self.assertEqual(self.visit(self.letters[address].image)[0], 200)
        for address in CLICKED + CLICKED_TWICE:
            self.assertEqual(self.visit(self.letters[address].click), (302, "https://shop.test/spring"))
        for address in UNSUBSCRIBED:
            link = self.letters[address].unsubscribe
            self.assertEqual(self.visit(link, "POST", "List-Unsubscribe=One-Click")[0], 200)
        for address in COMPLAINED:
            self.complain(self.letters[address].raw)

    def all_agree(self):
        bounced = len(DEAD) + COUNTS["full"]
        opens, clicks = len(OPENED) + len(OPENED_TWICE), len(CLICKED)
        eventually(lambda: (v := self.volume())["OpenedCount"] == opens and v["ClickedCount"] == clicks, 20, "the visits' numbers")
        if today() != self.begun:
            self.skipTest("midnight in Beijing came in between")
        volume = self.volume()
        self.assertEqual({name: count for name, count in volume.items() if name != "SendDate"}, {
            "RequestCount": 300, "AcceptedCount": 300, "DeliveredCount": 300 - bounced, "BounceCount": bounced,
            "OpenedCount": opens, "ClickedCount": clicks, "UnsubscribeCount": len(UNSUBSCRIBED)})

        rows = self.rows()
        self.assertEqual(sorted(rows), sorted(EVERYBODY))
        said = {mark: sorted(address for address, (row,) in rows.items() if row[mark])
                for mark in ("UserOpened", "UserClicked", "UserUnsubscribed", "UserComplainted")}
        self.assertEqual(said, {"UserOpened": sorted(OPENED), "UserClicked": sorted(CLICKED),
                                "UserUnsubscribed": sorted(UNSUBSCRIBED), "UserComplainted": sorted(COMPLAINED)})
        outcomes = {address: row["DeliverStatus"] for address, (row,) in rows.items()}
        self.assertEqual(outcomes, {address: 1 if address in ARRIVED else 3 for address in EVERYBODY})

        told = collections.Counter()
        told.update(("delivered", address) for address in EVERYBODY if address not in people("nobody"))
        told.update(("deferred", address) for address in people("shy"))
        told.update(("bounce", address) for address in DEAD + people("full"))
        told.update(("open", address) for address in OPENED + OPENED_TWICE)
        told.update(("click", address) for address in CLICKED + CLICKED_TWICE)
        told.update(("unsubscribe", address) for address in UNSUBSCRIBED)
        told.update(("spamreport", address) for address in COMPLAINED)
        eventually(lambda: self.events().total() >= told.total(), 20, "all events at the webhook")
        self.assertEqual(self.events() - told, collections.Counter())
        self.assertEqual(told - self.events(), collections.Counter())
        hard = {body["email"] for body in self.webhook.accepted() if body.get("bounceType") == "hard_bounce"}
        self.assertEqual(hard, set(DEAD))

        self.assertEqual(self.dead(), sorted(DEAD))
        unsubscribed = self.client.call("ListUnsubscribes", OWN, Offset=0, Limit=100)
        self.assertEqual(unsubscribed["TotalCount"], len(UNWANTED))
        abuse = self.client.call("GetAbuseReport", StartTime=self.begun, EndTime=self.begun, Offset=0, Limit=100)
        self.assertEqual(sorted(row["OriginalRcptTo"] for row in abuse["Data"]), sorted(COMPLAINED))

    def next_week(self):
        before = len(self.mailboxes.mails)
        done = self.mail_everybody("Summer")
        wanted = [address for address in ARRIVED if address not in UNWANTED]
        eventually(lambda: len(self.mailboxes.mails) - before >= len(wanted), 40, "the second mails")
        self.assertEqual(sorted(to for _, _, to, _, _ in self.mailboxes.mails[before:]), sorted(wanted))
        self.assertEqual(done["WithheldCount"], len(DEAD) + len(UNWANTED))
        second = {address: rows[1]["SendStatus"] for address, rows in self.rows().items()}
        expected = dict.fromkeys(EVERYBODY, 0)
        expected.update(dict.fromkeys(DEAD, 1007))
        expected.update(dict.fromkeys(UNWANTED, 1013))
        self.assertEqual(second, expected)
        dropped = collections.Counter(("dropped", address) for address in DEAD + UNWANTED)
        eventually(lambda: sum(n for (event, _), n in self.events().items() if event == "dropped") >= dropped.total(), 20,
                   "the dropped ones at the webhook")
        self.assertEqual(collections.Counter({key: n for key, n in self.events().items() if key[0] == "dropped"}), dropped)


if __name__ == "__main__":
    program.main()
