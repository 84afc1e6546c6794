#!/usr/bin/python3
"""Promise: from an empty folder to the first mail in the console takes less than a minute, and nobody else gets in.

Method: a browser opens the address that the program prints, makes the owner, takes the samples, sends the first mail and
finds it in the inbox (web/scenes/first_mail.mjs). Wrong passwords, used links and unknown users are refused in the same
words. Each page is checked with axe and by its own security policy, in English and in Chinese. The rest of the first run
(web/scenes/first_run.mjs), in both languages: port 25 of a server beside, which greets and notes every connection, is tested
when the person asks and not before; a program with the key that the page made appears there; of five people two get their
mail, one bounces, one is deferred, one is blocked; the samples go without a trace.
"""
import pathlib
import socketserver
import sys
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from console import failures, run_scenes, setup_token, with_console  # noqa: E402


class Greeter(socketserver.ThreadingTCPServer):
    """A mail server that greets, and what each of its clients says."""

    daemon_threads = True

    class Handler(socketserver.StreamRequestHandler):
        timeout = 30

        def handle(self):
            self.wfile.write(b"220 mx.post.test ESMTP\r\n")
            self.server.said.append(self.rfile.read())

    def __init__(self):
        super().__init__(("127.0.0.1", 0), self.Handler)
        self.said = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def __exit__(self, *failure):
        self.shutdown()
        super().__exit__(*failure)


class FirstRun(unittest.TestCase):
    def test_in_english(self):
        self.run_in("en")

    def test_in_chinese(self):
        self.run_in("zh-CN")

    def run_in(self, language):
        with Greeter() as greeter, with_console(**{"delivery.port_check": f"127.0.0.1:{greeter.server_address[1]},127.0.0.1:1"}) as server:
            done = run_scenes("first_run.mjs", server, SESAME_SETUP_TOKEN=setup_token(server), SESAME_LANGUAGE=language)
            print(done.stdout[-3000:])
            self.assertEqual(done.returncode, 0, failures(done))
            self.assertEqual(greeter.said, [b"QUIT\r\n"], "one click, and nothing but a farewell")
            client = server.client()
            for action, version, rows in (("ListReceivers", program.SES, "Data"), ("ListEmailTemplates", program.SES, "TemplatesMetadata"),
                                          ("ListEmailAddress", program.SES, "EmailSenders"),
                                          ("ListEmailIdentities", program.SES, "EmailIdentities")):
                page = {} if action == "ListEmailAddress" else {"Offset": 0, "Limit": 10}
                self.assertEqual(client.call(action, version=version, **page)[rows], [], action)
            blocks = client.call("ListCustomBlacklist", Offset=0, Limit=10, Status=2)
            self.assertEqual(blocks["Data"], [])


class FirstMail(unittest.TestCase):
    def test_a_browser_gets_from_the_printed_address_to_the_first_mail(self):
        with with_console() as server:
            done = run_scenes("first_mail.mjs", server, SESAME_SETUP_TOKEN=setup_token(server))
            print(done.stdout[-3000:])
            self.assertEqual(done.returncode, 0, failures(done))
            mails = server.client().call("ListInboxMails", version=program.OWN, Offset=0, Limit=10)
            self.assertGreaterEqual(mails["TotalCount"], 1)


if __name__ == "__main__":
    program.main()
