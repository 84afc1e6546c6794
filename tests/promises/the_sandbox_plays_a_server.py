#!/usr/bin/python3
"""Promise: in the sandbox a person lets a receiving server refuse, wait and fail, and sees what follows, marked.

Method: a browser turns chaos on and off, sends mails, and lets a bounce, a click and a complaint happen to mails in the
inbox (web/scenes/sandbox.mjs).
"""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from console import failures, make_owner, run_scenes, with_console  # noqa: E402
from program import OWN, prepare_sender  # noqa: E402


class Sandbox(unittest.TestCase):
    def test_a_browser_turns_chaos_on_and_simulates_events(self):
        with with_console() as server:
            make_owner(server)
            client = server.client()
            prepare_sender(client, text="Hello", html='<p>Hello <a href="https://shop.test/">shop</a></p>')
            done = run_scenes("sandbox.mjs", server)
            self.assertEqual(done.returncode, 0, failures(done))
            self.assertTrue(client.call("GetChaos", OWN)["On"], "the last scene leaves it on")
            listed = client.call("ListUnsubscribes", OWN, Offset=0, Limit=10)["Data"]
            self.assertEqual([(row["Email"], row["Simulated"]) for row in listed], [("angry@northpost.example", True)])


if __name__ == "__main__":
    program.main()
