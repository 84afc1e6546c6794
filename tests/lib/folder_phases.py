"""What the phases in which a data folder is written have in common (tests/data/write_folder.py): the names in it, a program
with that folder, the steps that several phases take, and the answers that are recorded."""
import base64
import contextlib
import email.message
import email.policy
import json
import re
import smtplib
import ssl
import threading
import time
import urllib.request

import program
from beijing import today
from kept_folders import PUBLIC, SETTLED, UNDER_WAY, Caller, Links, make_certificate
from program import DOMAIN, OWN, SENDER, SES, Program, eventually, free_port, wait_uploaded

BOUNCES, HALF, BOOKS = "bounces.shop.test", "half.shop.test", "books.shop.test"
NEWS, ORDERS, QUIET = SENDER, f"orders@{DOMAIN}", f"quiet@{DOMAIN}"
HK, CAPPED = "hk.shop.test", "capped.shop.test"
HK_NEWS, HK_OLD, CAPPED_NEWS = f"news@{HK}", f"old@{HK}", f"news@{CAPPED}"
PASSWORD = "Winter26Mail"
TEXT = "Hello {{name}}, your code is {{code}}."
HTML = '<html><body><p>Hello {{name}}, your code is {{code}}.</p><a href="https://shop.test/sale?to={{name}}">Sale</a></body></html>'
DEFAULTS = '{"name":"reader","code":"none"}'
BIG = 66_000  # The duplicate index writes a run for each 65,536 recipients.
DEAD_END = "http://127.0.0.1:9/events"
REFUSALS = {"gone": "550 5.1.1 no such user here", "full": "552 5.2.2 mailbox full", "later": "450 4.2.0 come again later"}
AUTO_REPLY = "From: {reader}\nTo: {path}\nSubject: Out of office\nAuto-Submitted: auto-replied\n\nI am away until Monday.\n"


def relay_reply(address):
    """The sink's answer to RCPT, by the recipient's name. Each slow* takes a tenth of a second."""
    if address.startswith("slow"):
        threading.Event().wait(0.1)
    return next((reply for name, reply in REFUSALS.items() if address.startswith(name)), None)


def content(html=HTML):
    return {"Text": base64.b64encode(TEXT.encode()).decode(), "Html": base64.b64encode(html.encode()).decode()}


def data_of(address):
    name = address.split("@")[0]
    return {"name": name, "code": f"c-{name}"}


class FolderPhases:
    """Phases with the same data folder; `expected` becomes expected.json."""

    def __init__(self, folder, sink, knot, receiver):
        self.folder, self.sink, self.knot, self.receiver = folder, sink, knot, receiver
        self.day = today()
        self.first = {"id": program.SECRET_ID, "key": program.SECRET_KEY}
        self.expected = {"written": int(time.time()), "day": self.day, "reads": [], "refusals": [],
                         "credentials": {"first": self.first}, "letters": {}, "settings": {
                             "public_url": PUBLIC, "bounces.domain": BOUNCES, "identity.verification": "dns",
                             "identity.recheck_s": 0, "tracking.machine_ms": 0, "reputation.enforced": "true",
                             "reputation.daily_quotas": 100_000, "limits.recipients_per_group": 0}}

    @contextlib.contextmanager
    def phase(self, mode, **settings):
        relay = {"delivery.relay": f"127.0.0.1:{self.sink.port}", "delivery.relay_tls": "off"} if mode == "relay" else {}
        self.bounce_port, self.submit_port = free_port(), free_port()
        written_by = Program(self.folder, **{
            **self.expected["settings"], "delivery.mode": mode, **relay, "dns.resolver": self.knot.address(),
            "bounces.listen": f"127.0.0.1:{self.bounce_port}", "submission.listen": f"127.0.0.1:{self.submit_port}",
            **make_certificate(self.folder), "webhooks.allow_private": "true", **settings})
        written_by.flags = ["--print-secrets"]  # The link of the console's owner.
        with written_by as server:
            self.server, self.client = server, server.client()
            self.settled = self.caller("first", SETTLED)
            self.moving = self.caller("first", UNDER_WAY)
            yield server
            self.client.close()

    def caller(self, name, region):
        return Caller(self.client, self.expected["credentials"][name], region)

    # Steps that several phases share.

    def domain(self, caller, name, senders, publish=True, **more):
        rows = caller.call("CreateEmailIdentity", EmailIdentity=name, **more)["Attributes"]
        if not publish:
            self.knot.publish_all(rows[1:3])
            return caller.call("UpdateEmailIdentity", EmailIdentity=name)
        self.knot.publish_all(rows)
        self.knot.publish_all(caller.call("UpdateEmailIdentity", EmailIdentity=name, DKIMOption=2)["Attributes"])
        assert caller.call("UpdateEmailIdentity", EmailIdentity=name)["VerifiedForSendingStatus"], name
        for sender in senders:
            caller.call("CreateEmailAddress", EmailAddress=sender, EmailSenderName="The Shop")

    def group(self, caller, name, addresses, with_data=True):
        group = caller.call("CreateReceiver", ReceiversName=name, Desc=f"{len(addresses)} addresses")["ReceiverId"]
        for start in range(0, len(addresses), 20_000):
            some = addresses[start:start + 20_000]
            if with_data:
                rows = [{"Email": to, "TemplateData": json.dumps(data_of(to))} for to in some]
                caller.call("CreateReceiverDetailWithData", ReceiverId=group, Datas=rows)
            else:
                caller.call("CreateReceiverDetail", ReceiverId=group, Emails=some)
        if addresses:
            wait_uploaded(caller, group)
        return group

    def batch(self, caller, group, sender, template, **more):
        return caller.call("BatchSendEmail", **{
            "FromEmailAddress": f"The Shop <{sender}>", "ReceiverId": group, "Subject": "News for {{name}}", "TaskType": 1,
            "Template": {"TemplateID": template, "TemplateData": DEFAULTS}, "Unsubscribe": "2", **more})["TaskId"]

    def reaches(self, caller, task, status):
        return eventually(lambda: (a := caller.call("GetSendTask", OWN, TaskId=task))["Task"]["TaskStatus"] == status and a, 60,
                          f"status {status} of task {task}")

    def send(self, caller, sender, template, to, **more):
        return caller.call("SendEmail", **{
            "FromEmailAddress": f"The Shop <{sender}>", "Subject": "Order of {{name}}", "Destination": to,
            "Template": {"TemplateID": template, "TemplateData": json.dumps(data_of(to[0]))}, "TriggerType": 1,
            "Attachments": [{"FileName": "note.txt", "Content": base64.b64encode(b"a note").decode()}], **more})["MessageId"]

    def submit(self, sender, to, shown):
        mail = email.message.EmailMessage()
        mail["From"], mail["To"], mail["Cc"], mail["Subject"] = sender, shown, "Cid <cid@post.test>", "Submitted"
        mail["X-Tencentcloudses-Cb-Order"] = "17"
        mail.set_content(f"Submitted for {to}.\n")
        with smtplib.SMTP("127.0.0.1", self.submit_port, timeout=20) as smtp:
            smtp.starttls(context=ssl._create_unverified_context())
            smtp.login(sender, PASSWORD)
            smtp.sendmail(sender, [to], mail.as_bytes(policy=email.policy.SMTP))

    def relayed(self, address):
        return eventually(lambda: next((m for m in self.sink.mails if m[2] == address), None), 30, f"a mail to {address}")

    def statuses(self, caller, **more):
        rows = []
        while page := caller.call("GetSendEmailStatus", RequestDate=self.day, Offset=len(rows), Limit=100, **more)["EmailStatusList"]:
            rows += page
        return rows

    def settles(self, caller):
        eventually(lambda: all(row["DeliverStatus"] != 0 for row in self.statuses(caller)), 60, "an outcome of every mail")

    def in_flight_lands(self):
        def settled():
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
                    f"http://127.0.0.1:{self.server.port}/metrics", timeout=10) as answer:
                return float(re.search(r"(?m)^sesame_delivery_in_flight (\S+)", answer.read().decode())[1]) == 0
        eventually(settled, 30, "mail in flight to land")

    def bring(self, to, text, sender=""):
        with smtplib.SMTP("127.0.0.1", self.bounce_port, local_hostname="mx.post.test", timeout=20) as line:
            line.sendmail(sender, [to], text.replace("\n", "\r\n"))

    def keep_letter(self, address, raw, path=""):
        self.expected["letters"][address] = {**Links(raw).paths(), "return_path": path, "raw": base64.b64encode(raw).decode(),
                                             "target": f"https://shop.test/sale?to={address.split('@')[0]}"}

    # Reading actions whose answers are recorded.

    def read(self, who, action, version=SES, region=SETTLED, **request):
        answer = self.caller(who, region).call(action, version, **request)
        self.expected["reads"].append({"as": who, "region": region, "action": action, "version": version, "request": request,
                                       "answer": answer})
        return answer

    def pages(self, who, action, version=SES, region=SETTLED, **request):
        """Records every page; returns the rows of all."""
        rows = []
        while True:
            answer = self.read(who, action, version, region, Offset=len(rows), Limit=100, **request)
            page = next(value for value in answer.values() if isinstance(value, list))
            rows += page
            if len(page) < 100:
                return rows
