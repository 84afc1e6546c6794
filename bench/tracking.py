"""Redirects of clicks, beside nginx returning a 302 out of its configuration."""
import base64
import re

import figures
import peers
from calls import CONNECTIONS, costed
from setting import folder, load, program, say, sesame

MAILS = 10_000  # So that no mail is visited more often than is counted (engagement/visit_pace.hpp).
PAGE = 100
LINK = "https://shop.example/spring?from=mail"


def body_of(raw):
    """The text of a mail whose only part is quoted-printable."""
    return re.sub(rb"=\r\n", b"", raw.split(b"\r\n\r\n", 1)[1]).replace(b"=3D", b"=").decode()


def click_paths(server, client):
    """Mails a group in the sandbox; the path of the link in each mail."""
    template = program.prepare_sender(client, html=f'<p>Hello <a href="{LINK}">offers</a></p>', text="Hello")
    group = client.call("CreateReceiver", ReceiversName="readers")["ReceiverId"]
    client.call("CreateReceiverDetail", ReceiverId=group, Emails=[f"reader{i}@post.test" for i in range(MAILS)])
    program.wait_uploaded(client, group)
    task = client.call("BatchSendEmail", FromEmailAddress="news@mail.shop.test", ReceiverId=group, Subject="Offers",
                       TaskType=1, Template={"TemplateID": template, "TemplateData": "{}"})["TaskId"]
    program.eventually(lambda: client.call("GetSendTask", version=program.OWN, TaskId=task)["Task"]["TaskStatus"] == 10, 60)
    paths = []
    for offset in range(0, MAILS, PAGE):
        for row in client.call("ListInboxMails", version=program.OWN, Offset=offset, Limit=PAGE)["Data"]:
            raw = base64.b64decode(client.call("GetInboxMail", version=program.OWN, MailId=row["MailId"])["Raw"])
            html = raw[raw.index(b"text/html"):]
            paths.append(re.search(r"/t/c/[A-Za-z0-9_-]+", body_of(html)).group())
    return paths


def measure(sizes):
    nginx, clicks = [], []
    with folder() as path, sesame(path / "sesame", **{"public_url": "http://127.0.0.1:1", "tracking.machine_ms": 0}) as server:
        client = server.client()
        paths = click_paths(server, client)
        (path / "nginx").mkdir()
        with peers.nginx(path / "nginx", 1) as (port, workers):
            for number in range(sizes.rounds):
                nginx.append(costed(workers, lambda: load("get", port, CONNECTIONS, sizes.call_seconds, "/redirect")))
                clicks.append(costed([server.process.pid], lambda: load("get", server.port, CONNECTIONS,
                                                                        sizes.call_seconds, *paths)))
                say(f"tracking {number + 1}/{sizes.rounds}: " + ", ".join(
                    f"{name} {last[0]:,.0f}/s {last[1]:.1f} us p99 {last[2]['p99_ms']:.1f} ms" for name, last in
                    (("nginx", nginx[-1]), ("clicks", clicks[-1]))))
        client.close()
    return [
        figures.beside("redirect of a click", "clicks/s", "nginx, return 302",
                       [(click[0], base[0]) for click, base in zip(clicks, nginx)], figures.at_least(0.4),
                       f"{len(paths):,} mails in turn, {CONNECTIONS} connections; counted meanwhile, as far as the disk keeps up"),
        figures.beside("redirect of a click, per CPU second", "clicks", "nginx, return 302",
                       [(1e6 / click[1], 1e6 / base[1]) for click, base in zip(clicks, nginx)], figures.at_least(0.4),
                       "with all the counting that was done meanwhile"),
    ]
