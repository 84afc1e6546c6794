#!/usr/bin/python3
"""Promise: the page of a domain shows what each name server says, by itself, with the fault in words and within its time.

Method: a real DNS server gains records one by one, wrongly at first, while a browser looks at the page
(web/scenes/domain_records.mjs) and its clock is moved on to each next look; a second server never answers. The action behind
the page is called beside it.
"""
import http.server
import pathlib
import socket
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from console import failures, make_owner, run_scenes, with_console  # noqa: E402
from knot import Knot, split  # noqa: E402
from program import DOMAIN, OWN, ApiError  # noqa: E402

PATIENCE_SECONDS = 30  # A check ends after 8 seconds; a busy machine may take longer to notice.
NAMES = {"identity.verification": "dns", "identity.recheck_s": 0, "identity.mx_host": "mx.sesame.test",
         "identity.spf_include": "spf.sesame.test", "dns.allow_private": "true"}


class Steps(http.server.BaseHTTPRequestHandler):
    """Publishes what the path names."""

    def do_POST(self):
        try:
            self.server.publish(self.path.strip("/"))
            self.send_response(200)
        except Exception as error:  # The scene fails with it.
            sys.stderr.write(f"publishing {self.path}: {error}\n")
            self.send_response(500)
        self.end_headers()

    def log_message(self, *_):
        pass


class Domains(unittest.TestCase):
    def setUp(self):
        self.knot = Knot()
        self.addCleanup(self.knot.close)
        self.server = with_console(**NAMES, **{"dns.resolver": self.knot.address(), "dns.server_port": self.knot.port}).start()
        self.addCleanup(self.server.__exit__, None, None, None)
        self.client = self.server.client()
        self.records = self.client.call("CreateEmailIdentity", EmailIdentity=DOMAIN, DKIMOption=1)["Attributes"]

    def publish(self, step):
        """none, two, cut, doubled and right: the states of the zone."""
        mx, spf, key, policy = self.records
        rows = {}
        if step != "none":
            rows[(spf["SendDomain"], "TXT")] = [split(spf["ExpectedValue"])]
        if step == "two":
            rows[(spf["SendDomain"], "TXT")].append(split("v=spf1 mx ~all"))
        if step == "cut":
            rows[(key["SendDomain"], "TXT")] = [split(key["ExpectedValue"][:255])]
        if step == "doubled":
            rows[(f"{policy['SendDomain']}.shop.test", "TXT")] = [split(policy["ExpectedValue"])]
        if step == "right":
            rows[(mx["SendDomain"], "MX")] = [f"10 {mx['ExpectedValue']}"]
            rows[(key["SendDomain"], "TXT")] = [split(key["ExpectedValue"])]
            rows[(policy["SendDomain"], "TXT")] = [split(policy["ExpectedValue"])]
        self.knot.rows = rows
        self.knot.publish("other.shop.test", "TXT", '"x"')

    def check(self):
        return self.client.call("CheckEmailIdentity", OWN, EmailIdentity=DOMAIN)

    def findings(self, answer, record):
        return [server["Finding"] for server in answer["Records"][record]["Servers"]]

    def test_each_server_is_asked_and_the_fault_is_named(self):
        answer = self.check()
        self.assertEqual(answer["Zone"], "shop.test")
        self.assertEqual([(s["Server"], s["Address"]) for s in answer["Records"][0]["Servers"]], [("", ""), ("ns.shop.test", "127.0.0.1")])
        self.assertEqual([record["Host"] for record in answer["Records"]],
                         ["mail", "mail", "sesame2048._domainkey.mail", "_dmarc.mail"])
        for step, record, finding in (("none", 1, "no_name"), ("two", 1, "two_spf"), ("cut", 2, "cut"), ("doubled", 3, "doubled_host")):
            self.publish(step)
            answer = self.check()
            self.assertEqual(self.findings(answer, record), [finding] * 2, step)
            self.assertFalse(answer["VerifiedForSendingStatus"])
            self.assertTrue(answer["Records"][record]["Servers"][0]["Reason"].endswith("."))
        self.publish("right")
        answer = self.check()
        self.assertTrue(answer["VerifiedForSendingStatus"], answer)
        self.assertTrue(self.client.call("GetEmailIdentity", EmailIdentity=DOMAIN)["VerifiedForSendingStatus"])

    def test_in_a_browser(self):
        make_owner(self.server)
        steps = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Steps)
        steps.publish = self.publish
        threading.Thread(target=steps.serve_forever, daemon=True).start()
        self.addCleanup(steps.server_close)
        self.addCleanup(steps.shutdown)
        done = run_scenes("domain_records.mjs", self.server, SESAME_DOMAIN=DOMAIN,
                          SESAME_DNS_STEPS=f"http://127.0.0.1:{steps.server_port}/")
        self.assertEqual(done.returncode, 0, failures(done))


class Silence(unittest.TestCase):
    def test_a_silent_server_ends_the_check_in_its_time(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
            silent.bind(("127.0.0.1", 0))
            with with_console(**NAMES, **{"dns.resolver": f"127.0.0.1:{silent.getsockname()[1]}"}) as server:
                client = server.client()
                client.call("CreateEmailIdentity", EmailIdentity=DOMAIN)
                began = time.monotonic()
                answer = client.call("CheckEmailIdentity", OWN, EmailIdentity=DOMAIN)
                self.assertLess(time.monotonic() - began, PATIENCE_SECONDS)
                self.assertEqual(answer["Zone"], "")
                self.assertEqual({s["Finding"] for record in answer["Records"] for s in record["Servers"]}, {"silent"})
                self.assertFalse(answer["VerifiedForSendingStatus"])
                with self.assertRaises(ApiError):
                    client.call("CheckEmailIdentity", OWN, EmailIdentity="other.test")
                make_owner(server)
                done = run_scenes("domain_records.mjs", server, SESAME_DOMAIN=DOMAIN, SESAME_DNS_SILENT="1")
                self.assertEqual(done.returncode, 0, failures(done))


if __name__ == "__main__":
    program.main()
