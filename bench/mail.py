"""Mailing through delivery.mode=relay into Postfix's smtp-sink, beside smtp-source, Postfix and openssl."""
import base64
import contextlib
import json
import os
import time

import figures
import peers
from setting import folder, load, new_groups, program, say, sesame

SESSIONS = 20
BODY = 4096
LINKS = 10


def letter():
    """A template of about 4 KiB, text and HTML, one variable."""
    line = "The quick brown fox jumps over the lazy dog, and the dog does not mind it.\n"
    text = "Dear {{name}},\n" + line * (BODY // 4 // len(line))
    html = "<html><body><p>Dear {{name}},</p>\n<p>" + line * (BODY * 3 // 4 // len(line)) + "</p></body></html>\n"
    return {"Text": base64.b64encode(text.encode()).decode(), "Html": base64.b64encode(html.encode()).decode()}


def prepare(client, recipients):
    """Senders with keys of 1024 and 2048 bits, the template, and a group in which everybody has a name."""
    senders = {}
    for bits, option in ((1024, 0), (2048, 1)):
        domain = f"mail{bits}.shop.test"
        client.call("CreateEmailIdentity", EmailIdentity=domain, DKIMOption=option)
        client.call("CreateEmailAddress", EmailAddress=f"news@{domain}", EmailSenderName="Shop")
        senders[bits] = f"news@{domain}"
    template = client.call("CreateEmailTemplate", TemplateName="letter", TemplateContent=letter())["TemplateID"]
    group = client.call("CreateReceiver", ReceiversName="everybody")["ReceiverId"]
    for start in range(0, recipients, 20_000):
        rows = [{"Email": f"someone{i}@sink.test", "TemplateData": json.dumps({"name": f"Ann {i}"})}
                for i in range(start, min(start + 20_000, recipients))]
        client.call("CreateReceiverDetailWithData", ReceiverId=group, Datas=rows)
    program.wait_uploaded(client, group, 120)
    return senders, template, group


def task_row(client, task):
    return next(row for row in client.call("ListSendTasks", Offset=0, Limit=100)["Data"] if row["TaskId"] == task)


def run_task(client, sender, template, group, mails, data, seconds=150):
    """Seconds from the call until every outcome is on disk."""
    begin = time.monotonic()
    task = client.call("BatchSendEmail", FromEmailAddress=sender, ReceiverId=group, Subject="News", TaskType=1,
                       Template={"TemplateID": template, "TemplateData": data})["TaskId"]
    program.eventually(lambda: task_row(client, task)["TaskStatus"] in (7, 10), seconds, "the task's end")
    took = time.monotonic() - begin
    row = task_row(client, task)
    if row["TaskStatus"] != 10 or row["SendCount"] != mails:
        raise RuntimeError(f"the task ended as {row}")
    return took


def relay_settings(port):
    return {"delivery.mode": "relay", "delivery.relay": f"127.0.0.1:{port}", "delivery.relay_tls": "off",
            "delivery.connections": SESSIONS, "delivery.helo": "bench.test"}


class Round:
    """One round of everything, as mails/s."""

    def __init__(self, sizes, server, client, prepared, sink, sink_pid, postfix):
        senders, template, group = prepared
        self.own, self.cpu, self.sink_share = {}, {}, {}
        for bits, sender in senders.items():
            own, sinks = peers.cpu_seconds(server.process.pid), peers.cpu_seconds(sink_pid)
            took = run_task(client, sender, template, group, sizes.mails, '{"name":"you"}')
            self.own[bits] = sizes.mails / took
            self.cpu[bits] = (peers.cpu_seconds(server.process.pid) - own) / sizes.mails * 1e6
            self.sink_share[bits] = (peers.cpu_seconds(sink_pid) - sinks) / took
        self.source = sizes.mails / peers.smtp_source(sink, sizes.mails, SESSIONS, BODY)
        self.postfix = sizes.postfix_mails / postfix.send(sizes.postfix_mails, SESSIONS, BODY) if postfix else None
        signs = peers.rsa_signs_per_second(2048)
        self.limit = signs * (1 - self.sink_share[2048] / os.cpu_count())
        self.signs = signs

    def __str__(self):
        return (f"RSA-1024 {self.own[1024]:,.0f}/s ({self.cpu[1024]:.0f} us CPU), RSA-2048 {self.own[2048]:,.0f}/s "
                f"({self.cpu[2048]:.0f} us CPU), smtp-source {self.source:,.0f}/s, "
                f"Postfix {figures.number(self.postfix)}/s, signs {self.signs:,.0f}/s, "
                f"the sink's share {self.sink_share[2048]:.2f} cores")


def measure(sizes):
    rounds, why_not = [], ""
    with contextlib.ExitStack() as stack:
        path = stack.enter_context(folder())
        sink, sink_pid = stack.enter_context(peers.smtp_sink())
        postfix = None
        try:
            (path / "postfix").mkdir()
            postfix = stack.enter_context(peers.Postfix(path / "postfix", sink, SESSIONS))
        except peers.Missing as missing:
            why_not = f"no Postfix beside it: {missing}"
        server = stack.enter_context(sesame(path / "sesame", **relay_settings(sink)))
        client = server.client()
        stack.callback(client.close)
        prepared = prepare(client, sizes.mails)
        for number in range(sizes.rounds):
            rounds.append(Round(sizes, server, client, prepared, sink, sink_pid, postfix))
            say(f"mail {number + 1}/{sizes.rounds}: {rounds[-1]}")
    return mail_figures(rounds, why_not)


def mail_figures(rounds, why_not):
    signed = f"every mail of Sesame is signed: this is its cheapest key. {BODY} bytes, {SESSIONS} sessions. {why_not}"
    found = [figures.beside("mail, RSA-1024", "mails/s", "smtp-source, unsigned",
                            [(one.own[1024], one.source) for one in rounds], figures.at_least(1), signed)]
    if not why_not:
        for bits, budget in ((1024, figures.at_least(20)), (2048, None)):
            found.append(figures.beside(f"mail, RSA-{bits}", "mails/s", "Postfix, unsigned",
                                        [(one.own[bits], one.postfix) for one in rounds], budget))
    found.append(figures.beside("mail, RSA-2048", "mails/s", "signing limit less the sink",
                                [(one.own[2048], one.limit) for one in rounds], figures.at_least(0.7)))
    found.append(figures.beside("mail, RSA-2048", "mails/s", "signing limit, all cores",
                                [(one.own[2048], one.signs) for one in rounds]))
    return found


def offers(links):
    """A template of about 4 KiB of HTML with links in it."""
    line = "<p>The quick brown fox jumps over the lazy dog, and the dog does not mind it.</p>\n"
    each = line * (BODY // links // len(line))
    html = "".join(f'{each}<p><a href="https://shop.example/offer/{i}?from=mail">Offer {i}</a></p>\n' for i in range(links))
    return {"Html": base64.b64encode(f"<html><body>{html}</body></html>".encode()).decode()}


def measure_following(sizes):
    """What it costs to follow a mail: the same one, first as it is, then with the pixel and its links replaced."""
    rounds = []
    with folder() as path, peers.smtp_sink() as (sink, _), \
            sesame(path, **relay_settings(sink), public_url="http://127.0.0.1:1") as server:
        client = server.client()
        senders, _, group = prepare(client, sizes.mails)
        template = client.call("CreateEmailTemplate", TemplateName="offers",
                               TemplateContent=offers(LINKS))["TemplateID"]
        for number in range(sizes.rounds):
            rates = []
            for word in ("off", "on"):
                client.call("UpdateTrackingSetting", version=program.OWN, Opens=word, Clicks=word)
                rates.append(sizes.mails / run_task(client, senders[1024], template, group, sizes.mails, "{}"))
            rounds.append(rates)
            say(f"following {number + 1}/{sizes.rounds}: {rates[1]:,.0f}/s followed, {rates[0]:,.0f}/s not")
        client.close()
    return [figures.beside(f"mail with a pixel and {LINKS} links followed, RSA-1024", "mails/s", "the same mail, not followed",
                           [(followed, plain) for plain, followed in rounds], None, f"{BODY} bytes of HTML")]


def measure_memory(sizes):
    """Peak memory of one process that takes all recipients and then mails them."""
    with folder() as path, peers.smtp_sink() as (sink, _), sesame(path, **relay_settings(sink)) as server:
        client = server.client()
        senders, template, _ = prepare(client, 1)
        group, = new_groups(client, 1, "all of them")
        load("upload", server.port, 8, sizes.recipients, sizes.batch, group)
        program.wait_uploaded(client, group, 120)
        uploaded = server.memory_kib() / 1024
        took = run_task(client, senders[1024], template, group, sizes.recipients, '{"name":"you"}', 900)
        client.close()
        peak = server.memory_kib() / 1024
    return [figures.alone(f"peak memory, {sizes.recipients:,} uploaded and mailed", "MiB", [peak],
                          figures.at_most(128), f"{uploaded:.0f} MiB when uploaded; mailed in {took:.0f} s")]
