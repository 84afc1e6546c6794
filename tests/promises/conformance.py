#!/usr/bin/python3
"""Promise: every action answers the official SDK exactly as it is described, however the call is signed and sent.

tests/sdk/conformance.test.mjs runs the golden requests of conformance_cases.mjs, and the shapes of the cloud's own samples
(sample_cases.mjs), through tencentcloud-sdk-nodejs-ses (the locked version, unmodified) with TC3-HMAC-SHA256, HmacSHA1 and
HmacSHA256, by POST and by GET. Each answer is checked by its description, and for the values that must come back.
"""
import contextlib
import pathlib
import re
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from node_clients import run_sdk_tests  # noqa: E402
from program import OWN, Program  # noqa: E402
from sink import Sink  # noqa: E402
from stored_rows import add_returned_mails  # noqa: E402


class Conformance(unittest.TestCase):
    def test_every_action_in_every_way(self):
        self.run_sdk({"sending.custom_content": "true"}, "all")  # Two of the cloud's samples bring their own content.

    def test_what_a_relay_refuses(self):
        """The rows of bounces, which the sandbox never has."""
        with Sink(reply=lambda address: "550 5.1.1 no such user" if address.startswith("gone.") else None) as sink:
            relay = {"delivery.mode": "relay", "delivery.relay": f"127.0.0.1:{sink.port}", "delivery.relay_tls": "off"}
            self.run_sdk(relay, "bounces")

    def run_sdk(self, settings, steps):
        with Program(**{"limits.domains": 100, **settings}) as the_program:
            with contextlib.closing(the_program.client()) as client:
                account = client.call("ListAccounts", OWN, Offset=0, Limit=1)["Data"][0]["AppId"]
            the_program.stop()  # Nothing comes back in the sandbox.
            add_returned_mails(the_program, account, "ap-guangzhou", ["back@post.test"], int(time.time()))
            the_program.start()
            done = run_sdk_tests("conformance.test.mjs", the_program.port, 120, SESAME_CONFORMANCE=steps)
            print(done.stdout[-3000:])
            lost = [line.strip() for line in done.stdout.splitlines() if re.match(r"\s*(not ok|message|error:|[+] +.[A-Z])", line)]
            self.assertEqual(done.returncode, 0, "\n".join(lost[:60]) + done.stderr[-2000:])


if __name__ == "__main__":
    program.main()
