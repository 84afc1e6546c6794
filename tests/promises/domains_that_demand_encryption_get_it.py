#!/usr/bin/python3
"""Promise: mail to a domain that demands encryption by MTA-STS goes only to servers that its policy names and that prove their name;
it waits otherwise, also after a crash, and mail of other domains with the same servers goes on.

Method: a network namespace with addresses of its own (tests/lib/internet.py), scripted servers at port 25, and the policies on a web
server at port 443. The program is told its authority as any program that uses OpenSSL: by SSL_CERT_FILE.
"""
import contextlib
import http.server
import os
import pathlib
import re
import sqlite3
import ssl
import subprocess
import sys
import tempfile
import threading
import unittest
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import internet  # noqa: E402
import program  # noqa: E402
from program import OWN, Program, eventually  # noqa: E402
from sink import Sink  # noqa: E402

DIRECT = {"delivery.mode": "direct", "delivery.helo": "out.shop.test", "identity.verification": "dns",
          "identity.recheck_s": 0, "log.level": "info"}
WEB = "45.10.7.1"
# Host, its address, and the name in its certificate; None: it offers no TLS.
HOSTS = {"mx.good.test": ("45.10.7.11", "mx.good.test"), "mx.bad.test": ("45.10.7.12", "mx.other.test"),
         "mx.stray.test": ("45.10.7.13", "mx.stray.test"), "mx.plain.test": ("45.10.7.14", None)}
# Domain: its mail hosts, its policy (mode and hosts) and the host that takes its mail, or a part of the reason why it waits.
DOMAINS = {
    "good.test": (["mx.good.test"], ("enforce", ["mx.good.test"]), "mx.good.test"),
    "any.test": (["mx.good.test"], ("enforce", ["*.good.test"]), "mx.good.test"),
    "second.test": (["mx.stray.test", "mx.good.test"], ("enforce", ["mx.good.test"]), "mx.good.test"),
    "bad.test": (["mx.bad.test"], ("enforce", ["mx.bad.test"]), "hostname mismatch"),
    "plain.test": (["mx.plain.test"], ("enforce", ["mx.plain.test"]), "STARTTLS is not offered"),
    "elsewhere.test": (["mx.good.test"], ("enforce", ["mx.elsewhere.test"]), "names none of its mail hosts"),
    "trial.test": (["mx.bad.test"], ("testing", ["mx.bad.test"]), "mx.bad.test"),
    "withdrawn.test": (["mx.bad.test"], ("none", []), "mx.bad.test"),
    "moved.test": (["mx.bad.test"], ("moved", []), "mx.bad.test"),
    "neighbour.test": (["mx.bad.test"], None, "mx.bad.test"),
}


class Authority:
    """Signs certificates in a folder; `pem` is what its clients know."""

    def __init__(self, folder):
        self.folder, self.pem, self.key = folder, folder / "authority.pem", folder / "authority.key"
        self.run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=Lab authority", "-keyout", self.key,
                 "-out", self.pem)

    @staticmethod
    def run(*command):
        subprocess.run(["openssl", *map(str, command)], check=True, capture_output=True)

    def server(self, *names):
        """A context of ssl for a server with these names."""
        stem = self.folder / names[0]
        key, request, names_file, pem = (stem.with_suffix(end) for end in (".key", ".csr", ".ext", ".pem"))
        names_file.write_text("subjectAltName=" + ",".join(f"DNS:{name}" for name in names) + "\n")
        self.run("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={names[0]}", "-keyout", key, "-out", request)
        self.run("x509", "-req", "-in", request, "-CA", self.pem, "-CAkey", self.key, "-CAcreateserial", "-days", "2",
                 "-extfile", names_file, "-out", pem)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem, key)
        return context


class Policies(http.server.ThreadingHTTPServer):
    """The policies of all domains, by https."""
    daemon_threads = True

    def __init__(self, context):
        super().__init__((WEB, 443), PolicyHandler)
        self.socket = context.wrap_socket(self.socket, server_side=True)
        threading.Thread(target=self.serve_forever, daemon=True).start()


class PolicyHandler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        domain = self.headers["Host"].removeprefix("mta-sts.")
        mode, hosts = DOMAINS[domain][1]
        text = f"version: STSv1\r\nmode: {mode}\r\nmax_age: 604800\r\n" + "".join(f"mx: {host}\r\n" for host in hosts)
        self.send_response(302 if mode == "moved" else 200)
        self.send_header("Location", "https://mta-sts.good.test/.well-known/mta-sts.txt")
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


class SealedMail(unittest.TestCase):
    def setUp(self):
        self.stack = contextlib.ExitStack()
        self.addCleanup(self.stack.close)
        authority = Authority(pathlib.Path(self.stack.enter_context(tempfile.TemporaryDirectory())))
        os.environ["SSL_CERT_FILE"] = str(authority.pem)
        self.dns = self.stack.enter_context(contextlib.closing(internet.open_dns()))
        self.sinks = {}
        for host, (address, name) in HOSTS.items():
            tls = name and authority.server(name)
            self.sinks[host] = self.stack.enter_context(Sink(keep_bytes=False, port=25, host=address, tls=tls))
            self.dns.rows[host, "A"] = [address]
        for domain, (hosts, policy, _) in DOMAINS.items():
            self.dns.rows[domain, "MX"] = [f"{10 + i} {host}." for i, host in enumerate(hosts)]
            if policy:
                self.dns.rows[f"_mta-sts.{domain}", "TXT"] = ['"v=STSv1; id=1;"']
                self.dns.rows[f"mta-sts.{domain}", "A"] = [WEB]
        self.web = Policies(authority.server(*(f"mta-sts.{domain}" for domain in DOMAINS)))
        self.server = self.stack.enter_context(Program(**DIRECT))
        self.client = self.server.client()
        self.template = internet.verified_sender(self.client, self.dns)

    def outcomes(self, name, domains):
        """What became of a mail to each domain, at its first attempt."""
        task = internet.mail_all(self.client, self.template, name, [f"{name}@{domain}" for domain in domains])
        counts = lambda: self.client.call("GetSendTask", OWN, TaskId=task)  # noqa: E731
        eventually(lambda: counts()["DeliveredCount"] + counts()["DeferredCount"] == len(domains), 60, f"an attempt at {domains}")
        rows = self.client.call("ListSendTaskRecipients", OWN, TaskId=task, Offset=0, Limit=100)["Data"]
        return {row["Email"].split("@")[1]: row for row in rows}

    def takers(self, address):
        return [host for host, sink in self.sinks.items() if any(mail[2] == address for mail in sink.mails)]

    def counted(self, result):
        text = urllib.request.urlopen(f"http://127.0.0.1:{self.server.port}/metrics", timeout=10).read().decode()
        found = re.search(rf'^sesame_sts_total{{result="{result}"}} (\d+)', text, re.M)
        return int(found.group(1)) if found else 0

    def kept(self):
        with contextlib.closing(sqlite3.connect(f"file:{self.server.folder}/data/sesame.db?mode=ro", uri=True)) as connection:
            return connection.execute("SELECT COUNT(*) FROM sts_policy").fetchone()[0]

    def expect(self, name, domains):
        found = self.outcomes(name, domains)
        for domain in domains:
            with self.subTest(domain):
                wanted, row = DOMAINS[domain][2], found[domain]
                delivered = wanted in HOSTS
                self.assertEqual(row["State"], "delivered" if delivered else "deferred", row)
                self.assertEqual(self.takers(f"{name}@{domain}"), [wanted] if delivered else [])
                if not delivered:
                    self.assertIn("4.7.5", f"{row['Reason']} {row['Reply']}")
                    self.assertIn(wanted, f"{row['Reason']} {row['Reply']}")

    def test_each_domain_gets_what_its_policy_says_also_after_a_crash(self):
        self.expect("first", list(DOMAINS))
        self.assertEqual(self.sinks["mx.stray.test"].sessions, 0, "a host that the policy does not name was asked")
        self.assertEqual(self.counted("fetch_failed"), 1, "the redirect")
        for result in ("none", "fetched", "verified", "refused", "tolerated", "no_host", "unlisted"):
            self.assertGreater(self.counted(result), 0, result)
        log = (self.server.folder / "log").read_text()
        self.assertIn("delivery.sts_failed", log)
        eventually(lambda: self.kept() == 8, 20, "the policies on disk")
        self.server.kill()
        self.web.shutdown()
        self.web.server_close()
        for domain in DOMAINS:
            self.dns.rows.pop((f"_mta-sts.{domain}", "TXT"), None)
        self.dns.publish("other.test", "TXT", '"x"')
        self.server.start()
        self.client.close()
        self.client = self.server.client()
        self.expect("second", ["good.test", "second.test", "bad.test", "elsewhere.test", "neighbour.test"])


if __name__ == "__main__":
    internet.enter(pathlib.Path(__file__).stem)
    program.main()
