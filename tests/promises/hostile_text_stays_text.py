#!/usr/bin/python3
"""Promise: hostile_text_stays_text: nothing that strangers write becomes markup in the console, whichever way it came in.

Method: 200 texts (tests/lib/hostile_strings.py) go through every source: subjects, sender names, addresses, template data, group
notes, names of keys, replies of servers, file names and headers of submitted mails, client names and parameters of calls; and
a template tries scripts, forms, redirects and pictures. What the API refuses may show up in its refusal. A browser walks the
pages (web/scenes/hostile.mjs) with an observer of every element that appears, sees each source's text as text, and fails
at any violation of the page's policy, at any request to a stranger and at any script that ran.
"""
import email.message
import json
import pathlib
import smtplib
import ssl
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from console import failures, make_owner, run_scenes, with_console  # noqa: E402
from hostile_strings import STRINGS, TEMPLATE  # noqa: E402
from program import OWN, SENDER, ApiError, b64, eventually, free_port, prepare_sender  # noqa: E402

PASSWORD = "Ab12cd34EFgh"
SUBJECT_OF_TASK_MAX = 100


def make_certificate(folder):
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", "/CN=mail.shop.test", "-keyout", f"{folder}/key.pem", "-out", f"{folder}/cert.pem"],
                   check=True, capture_output=True)


class Sources:
    """Sends every text through every source; `taken` has the texts that each source accepted."""

    def __init__(self, server, tls_port):
        self.client = server.client()
        self.tls_port = tls_port
        self.taken = {}
        self.template = prepare_sender(self.client)

    def call(self, source, text, action, version=program.SES, **parameters):
        """Calls an action with the text; its answer, or None when it is refused."""
        try:
            answer = self.client.call(action, version, **parameters)
        except ApiError:
            return None
        self.taken.setdefault(source, []).append(text)
        return answer

    def feed(self):
        self.feed_mails()
        self.feed_groups()
        self.feed_calls()
        self.feed_submitted()
        html = self.client.call("CreateEmailTemplate", TemplateName="cage", TemplateContent={"Html": b64(TEMPLATE), "Text": b64("x")})
        self.client.call("SendEmail", FromEmailAddress=SENDER, Subject="The cage", Destination=["cage@harbour.test"],
                         Template={"TemplateID": html["TemplateID"], "TemplateData": json.dumps({"name": "Ada"})})
        return {"cage": html["TemplateID"], "taken": self.taken}

    def feed_mails(self):
        sent = []
        for number, text in enumerate(STRINGS):
            template = {"TemplateID": self.template, "TemplateData": json.dumps({"name": text})}
            to = f"reader{number}@harbour.test"
            mail = self.call("subject", text, "SendEmail", FromEmailAddress=SENDER, Subject=text, Destination=[to], Template=template)
            sent += [(mail["MessageId"], to, text)] if mail else []
            quoted = text.replace("\\", "\\\\").replace('"', '\\"')
            self.call("alias", text, "SendEmail", FromEmailAddress=f'"{quoted}" <{SENDER}>', Subject="From a stranger",
                      Destination=[f"alias{number}@harbour.test"], Template=template)
        inbox = lambda: self.client.call("ListInboxMails", OWN, Offset=0, Limit=1)["TotalCount"]  # noqa: E731
        eventually(lambda: inbox() >= len(sent) + len(self.taken["alias"]), 60, "every mail in the inbox")
        for message, to, text in sent:
            self.call("reply", text, "SimulateMailEvent", OWN, MessageId=message, ToEmailAddress=to, Event="hard_bounce",
                      Reply=f"550 5.1.1 {text}")

    def feed_groups(self):
        people = self.client.call("CreateReceiver", ReceiversName="People with data", Desc="All of them")["ReceiverId"]
        for text in STRINGS:
            self.call("note", text, "CreateReceiver", ReceiversName=f"Group {len(self.taken.get('note', []))}", Desc=text)
        for number, text in enumerate(STRINGS):  # Markup is refused here; the rest is shown.
            self.call("data", text, "CreateReceiverDetailWithData", ReceiverId=people,
                      Datas=[{"Email": f"guest{number}@harbour.test", "TemplateData": json.dumps({"name": text})}])
        # As addresses they are malformed or harmless; whichever it is, pages show them.
        quoted = ['"' + text.replace("\\", "").replace('"', "'") + '"@harbour.test' for text in STRINGS]
        for action, member in (("CreateCustomBlacklist", {}), ("CreateReceiverDetail", {"ReceiverId": people})):
            for text in quoted:
                self.call("address", text, action, Emails=[text], **member)
        program.wait_uploaded(self.client, people)
        for text in STRINGS[:60]:
            self.call("task", text, "BatchSendEmail", FromEmailAddress=SENDER, ReceiverId=people, Subject=text[:SUBJECT_OF_TASK_MAX], TaskType=1,
                      Template={"TemplateID": self.template, "TemplateData": '{"name":"x"}'})

    def feed_calls(self):
        for text in STRINGS:
            self.call("key", text, "CreateCredential", OWN, Name=text)
            # The parameter is refused; the name of the client is as strange.
            line = text.encode("ascii", "ignore").decode()
            self.client.raw("ListReceivers", json.dumps({text: text}).encode(), headers={"User-Agent": line})
            self.taken.setdefault("client", []).append(line)

    def feed_submitted(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        self.client.call("UpdateEmailSmtpPassWord", EmailAddress=SENDER, Password=PASSWORD)
        with smtplib.SMTP_SSL("127.0.0.1", self.tls_port, context=context, timeout=30) as line:
            line.login(SENDER, PASSWORD)
            for number, text in enumerate(STRINGS):
                self.submit(line, "header", text, f"header{number}@harbour.test", None)
                self.submit(line, "file", text, f"file{number}@harbour.test", f"{text}.pdf")

    def submit(self, line, source, text, to, file):
        """Submits a mail with the text in its headers or, with `file`, in the name of a file."""
        mail = email.message.EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = SENDER, to, "See the file" if file else text
        mail.set_content("See the file.")
        if file:
            mail.add_attachment(b"x", maintype="application", subtype="octet-stream", filename=file)
        else:
            mail["X-Note"] = text
        try:
            line.send_message(mail)
        except smtplib.SMTPDataError:
            return
        self.taken.setdefault(source, []).append(text)


class HostileText(unittest.TestCase):
    def test_two_hundred_texts_from_every_source_stay_text(self):
        tls_port = free_port()
        server = with_console(**{"submission.listen_tls": f"127.0.0.1:{tls_port}", "submission.name": "mail.shop.test",
                                 "submission.mails_per_second": 0})
        server.settings |= {"submission.certificate": server.folder / "cert.pem", "submission.key": server.folder / "key.pem"}
        make_certificate(server.folder)
        with server:
            make_owner(server)
            fed = Sources(server, tls_port).feed()
            counts = {source: len(texts) for source, texts in fed["taken"].items()}
            print("accepted of 200:", counts)
            for source in ("subject", "alias", "reply", "note", "key", "header", "task", "address", "data"):
                self.assertGreater(counts.get(source, 0), 5, f"{source}: too few were accepted to show anything: {counts}")
            for source in ("subject", "reply", "header"):
                self.assertEqual(counts[source], len(STRINGS), source)
            file = server.folder / "hostile.json"
            file.write_text(json.dumps(fed))
            done = run_scenes("hostile.mjs", server, SESAME_HOSTILE=str(file))
            print(done.stdout[-3000:])
            self.assertEqual(done.returncode, 0, failures(done))


if __name__ == "__main__":
    program.main()
