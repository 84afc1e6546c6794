"""Mail submitted by SMTP, beside Postfix accepting the same mail; both sync before they say 250, both mail it on."""
import contextlib
import json
import subprocess

import figures
import peers
from setting import folder, program, say, sesame, tool

SESSIONS = 20
BODY = 4096
SENDER, PASSWORD = "news@mail.shop.test", "Ab12cd34EFgh"


def certificate(path):
    peers.need("openssl")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", "/CN=mail.shop.test", "-keyout", path / "key.pem", "-out", path / "cert.pem"],
                   check=True, capture_output=True)
    return {"submission.certificate": path / "cert.pem", "submission.key": path / "key.pem"}


def submit(port, mails, *login):
    """Mails/s from the first MAIL to the last 250."""
    report = json.loads(tool("bench_submit", port, SESSIONS, mails, BODY, *login))
    return report["mails"] / report["seconds"]


def measure(sizes):
    own, others = [], []
    with contextlib.ExitStack() as stack:
        path = stack.enter_context(folder())
        sink, _ = stack.enter_context(peers.smtp_sink())
        (path / "postfix").mkdir()
        postfix = stack.enter_context(peers.Postfix(path / "postfix", sink, SESSIONS))
        port = program.free_port()
        server = stack.enter_context(sesame(path / "sesame", **certificate(path), **{
            "delivery.mode": "relay", "delivery.relay": f"127.0.0.1:{sink}", "delivery.relay_tls": "off",
            "submission.listen": f"127.0.0.1:{port}", "submission.mails_per_second": 0}))
        client = server.client()
        stack.callback(client.close)
        program.prepare_sender(client, sender=SENDER)
        client.call("UpdateEmailSmtpPassWord", EmailAddress=SENDER, Password=PASSWORD)
        for number in range(sizes.rounds):
            own.append(submit(port, sizes.submitted_mails, SENDER, PASSWORD))
            others.append(submit(postfix.port, sizes.postfix_mails))
            say(f"submission {number + 1}/{sizes.rounds}: {own[-1]:,.0f}/s, Postfix {others[-1]:,.0f}/s")
    return [figures.beside("mail submitted by SMTP", "mails/s", "Postfix accepting it", list(zip(own, others)),
                           figures.at_least(5), f"{BODY} bytes, {SESSIONS} sessions; Sesame's under TLS, Postfix's not; both "
                           "mail to the same sink meanwhile")]
