#!/usr/bin/python3
"""Promise: a mail's story tells each attempt as it was: when, at which server, how protected, how far, with which answer.

Method: an SMTP server that is not ours greylists, refuses, answers in several lines and in bytes that are no text, with and
without TLS; chaos does so in the sandbox. GetMail, `sesame trace` and the page of the message tell of it. In the end the program
is killed while it mails: no message may then have an outcome without its attempt.
"""
import pathlib
import ssl
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from command_case import run  # noqa: E402
from console import failures, make_owner, run_scenes, with_console  # noqa: E402
from program import OWN, SECRET_ID, SECRET_KEY, SENDER, Program, eventually, prepare_sender, wait_uploaded  # noqa: E402
from sink import Sink  # noqa: E402
from stored_rows import database  # noqa: E402

GREY = "451 4.7.1 greylisted, come back soon"


def relay_settings(port, **more):
    return {"delivery.mode": "relay", "delivery.relay": f"127.0.0.1:{port}", "delivery.retry_s": "1", **more}


class Once:
    """Answers the first RCPT of each recipient with a reply, and accepts the next."""

    def __init__(self, reply):
        self.reply, self.seen = reply, set()

    def __call__(self, address):
        new = address not in self.seen
        self.seen.add(address)
        return self.reply if new else None


def send(client, to, template=1):
    return client.call("SendEmail", FromEmailAddress=SENDER, Subject="s", Destination=[to],
                       Template={"TemplateID": template, "TemplateData": '{"name":"B"}'})["MessageId"]


def story_in(client, message, state):
    def look():
        story = client.call("GetMail", OWN, MessageId=message)
        return story["Mail"]["State"] == state and story
    return eventually(look, 60, f"the state {state}")


class Timeline(unittest.TestCase):
    def told(self, reply, state="delivered", tls=None, **settings):
        """The attempts at a mail whose first RCPT is answered by `reply`."""
        with Sink(Once(reply), tls=tls) as sink, Program(**relay_settings(sink.port, **settings)) as server:
            client = server.client()
            prepare_sender(client)
            story = story_in(client, send(client, "bob@post.test"), state)
            client.close()
            for attempt in story["Attempts"]:
                self.assertEqual(attempt["Host"], f"127.0.0.1:{sink.port}")
            return story["Attempts"]

    def test_greylisted_then_delivered(self):
        first, second = self.told(GREY)
        self.assertEqual((first["Number"], first["Result"], first["Stage"], first["ReplyCode"], first["Reply"], first["Tls"]),
                         (1, "deferred", "rcpt", 451, GREY, "clear"))
        self.assertEqual((second["Number"], second["Result"], second["Stage"], second["ReplyCode"], second["Reply"]),
                         (2, "delivered", "dot", 250, "250 2.0.0 kept"))
        self.assertLessEqual(first["Time"], second["Time"])
        self.assertTrue(first["Class"] and first["Rule"] and first["Reason"], first)

    def test_delivered_at_once_without_a_row_of_its_own(self):
        with Sink() as sink, Program(**relay_settings(sink.port)) as server:
            client = server.client()
            prepare_sender(client)
            attempts = story_in(client, send(client, "bob@post.test"), "delivered")["Attempts"]
            client.close()
            self.assertEqual([(one["Number"], one["Result"], one["Reply"], one["Tls"], one["Host"]) for one in attempts],
                             [(1, "delivered", "250 2.0.0 kept", "clear", f"127.0.0.1:{sink.port}")])
            server.stop()
            with database(server) as store:
                self.assertEqual(store.execute("SELECT count(*) FROM attempt").fetchone(), (0,))

    def test_over_tls(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        key, certificate = folder / "key.pem", folder / "certificate.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=sink.test", "-days", "2",
                        "-keyout", key, "-out", certificate], check=True, capture_output=True)
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate, key)
        self.assertEqual([attempt["Tls"] for attempt in self.told(GREY, tls=tls)], ["opportunistic", "opportunistic"])

    def test_a_refusal_in_several_lines(self):
        only, = self.told("550-5.1.1 no such user\r\n550 5.1.1 ask our postmaster", "refused")
        self.assertEqual((only["Result"], only["ReplyCode"], only["Class"]), ("refused", 550, "hard_unknown_user"))
        self.assertIn("no such user", only["Reply"])
        self.assertIn("ask our postmaster", only["Reply"])

    def test_bytes_that_are_no_text_and_text_that_looks_like_a_page(self):
        first, _ = self.told("451 4.7.1 \udce9\udcff\x1b[2J\x07<script>alert(1)</script>\u202e")
        self.assertTrue(first["Reply"].startswith("451 4.7.1 "), first)
        self.assertFalse([sign for sign in first["Reply"] if ord(sign) < 0x20 or ord(sign) in (0x7f, 0xfffe)], first)
        self.assertIn("alert(1)", first["Reply"])

    def test_a_relay_that_cannot_be_reached_is_a_reason_and_no_attempt(self):
        with Sink() as sink:
            port = sink.port
        with Program(**relay_settings(port)) as server:
            client = server.client()
            prepare_sender(client)
            message = send(client, "bob@post.test")
            waiting = eventually(lambda: (story := client.call("GetMail", OWN, MessageId=message))["Mail"]["Reason"] and story, 60,
                                 "the reason")
            self.assertEqual((waiting["Mail"]["State"], waiting["Attempts"]), ("waiting", []))
            with Sink(port=port):
                self.assertEqual(len(story_in(client, message, "delivered")["Attempts"]), 1)
            client.close()

    def test_chaos_makes_attempts_and_simulated_events_do_not(self):
        with Program(**{"delivery.retry_s": "1"}) as server:
            client = server.client()
            prepare_sender(client)
            client.call("SetChaos", OWN, Faults=[{"Stage": "data", "Code": 451, "DelayMs": 30}])
            message = send(client, "bob@post.test")
            story_in(client, message, "deferred")
            client.call("SetChaos", OWN)
            attempts = story_in(client, message, "delivered")["Attempts"]
            self.assertGreaterEqual(len(attempts), 2)
            self.assertEqual({(one["Result"], one["Stage"], one["DurationMs"]) for one in attempts[:-1]}, {("deferred", "data", 30)})
            self.assertEqual((attempts[-1]["Result"], attempts[-1]["Host"]), ("delivered", "sandbox"))
            client.call("SimulateMailEvent", OWN, MessageId=message, Event="soft_bounce")
            self.assertEqual(client.call("GetMail", OWN, MessageId=message)["Attempts"], attempts)
            told = run("trace", message, environment={
                "SESAME_ENDPOINT": f"http://127.0.0.1:{server.port}", "TENCENTCLOUD_SECRET_ID": SECRET_ID,
                "TENCENTCLOUD_SECRET_KEY": SECRET_KEY})
            client.close()
            self.assertEqual(told[0], 0, told)
            for part in ("attempt 1: deferred at data in 30 ms, sandbox", "[chaos]", f"attempt {len(attempts)}: delivered at dot"):
                self.assertIn(part, told[1])

    def test_in_the_browser(self):
        with Sink(Once(GREY)) as sink, with_console(**relay_settings(sink.port)) as server:
            make_owner(server)
            client = server.client()
            prepare_sender(client)
            message = send(client, "bob@post.test")
            story_in(client, message, "delivered")
            client.close()
            done = run_scenes("timeline.mjs", server, SESAME_MESSAGE=message)
            self.assertEqual(done.returncode, 0, failures(done))


class Killed(unittest.TestCase):
    def test_no_outcome_is_without_its_attempt_after_a_kill(self):
        with Sink(lambda address: GREY) as sink, Program(**relay_settings(sink.port, **{"delivery.retry_s": "3600"})) as server:
            client = server.client()
            prepare_sender(client)
            group = client.call("CreateReceiver", ReceiversName="readers")["ReceiverId"]
            client.call("CreateReceiverDetailWithData", ReceiverId=group,
                        Datas=[{"Email": f"reader{i}@post.test", "TemplateData": '{"name":"N"}'} for i in range(3000)])
            wait_uploaded(client, group)
            task = client.call("BatchSendEmail", FromEmailAddress=SENDER, ReceiverId=group, Subject="Hi", TaskType=1,
                               Template={"TemplateID": 1, "TemplateData": "{}"})["TaskId"]
            eventually(lambda: client.call("GetSendTask", OWN, TaskId=task)["DeferredCount"], 60, "the first outcomes")
            server.kill()
            client.close()
            with database(server) as store:
                outcomes, = store.execute("SELECT count(*) FROM message WHERE attempts > 0").fetchone()
                attempts, = store.execute("SELECT count(*) FROM attempt").fetchone()
                without, = store.execute("SELECT count(*) FROM message LEFT JOIN attempt ON row_id = id AND number = attempts"
                                         " WHERE attempts > 0 AND row_id IS NULL").fetchone()
            self.assertGreater(outcomes, 0, "it was killed before the first outcome")
            self.assertEqual((attempts, without), (outcomes, 0))
            server.start()


if __name__ == "__main__":
    program.main()
