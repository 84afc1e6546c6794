#!/usr/bin/python3
"""Promise: in mode direct mail leaves from the addresses that the rules name: each recipient's from one of his sender's pool, with
the name that the DNS gives it, over IPv6 too; an address whose name is wrong carries none while there is another, and a
server that lacks an address does not start.

Method: a network namespace with addresses of its own (tests/lib/internet.py), in which Knot has the names of the addresses,
and servers note who came.
"""
import collections
import contextlib
import functools
import ipaddress
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import internet  # noqa: E402
import program  # noqa: E402
from beijing import today  # noqa: E402
from markdown import blocks  # noqa: E402
from program import BINARY, SECRET_ID, SECRET_KEY, Program, b64, eventually, wait_uploaded  # noqa: E402
from sink import Sink  # noqa: E402

DIRECT = {"delivery.mode": "direct", "delivery.helo": "out.shop.test", "identity.verification": "dns",
          "identity.recheck_s": 0, "log.level": "info"}
SOURCES = {"a": "45.10.9.1", "b": "45.10.9.2", "six": "2a0e:2::9", "misnamed": "45.10.9.3"}
FOUR, SIX = "45.10.6.4", "2a0e:2::64"
ZONES = {4: "10.45.in-addr.arpa", 6: "0.0.0.0.0.0.0.0.2.0.0.0.e.0.a.2.ip6.arpa"}
RULES = "".join(f'[source.{name}]\naddress = "{address}"\nhelo = "{name}.mta.shop.test"\n' for name, address in SOURCES.items()) + """
[pool.default]
sources = { a = 1, b = 1, six = 1 }
"""


def reverse(address, name):
    """((zone, name within it, kind), value) of its PTR record."""
    whole = ipaddress.ip_address(address)
    zone = ZONES[whole.version]
    return (zone, whole.reverse_pointer.removesuffix(f".{zone}"), "PTR"), f"{name}.mta.shop.test."


class SourcesShareTheMail(unittest.TestCase):
    def setUp(self):
        self.stack = contextlib.ExitStack()
        self.addCleanup(self.stack.close)
        names = dict(reverse(address, "elsewhere" if name == "misnamed" else name) for name, address in SOURCES.items())
        self.dns = self.stack.enter_context(contextlib.closing(internet.open_dns(names.items())))
        for domain, kind, address in (("four.test", "A", FOUR), ("six.test", "AAAA", SIX)):
            self.dns.rows[domain, "MX"] = [f"10 mx.{domain}."]
            self.dns.rows[f"mx.{domain}", kind] = [address]
        for name, address in SOURCES.items():
            self.dns.rows[f"{name}.mta.shop.test", "AAAA" if ":" in address else "A"] = [address]
        self.folder = self.stack.enter_context(tempfile.TemporaryDirectory())

    def start(self, rules):
        self.dns.publish("other.test", "TXT", '"x"')  # All rows are there from now on.
        file = pathlib.Path(self.folder, "rules.toml")
        file.write_text(rules)
        self.server = self.stack.enter_context(Program(**DIRECT, **{"delivery.rules": str(file)}))
        self.client = self.server.client()
        self.template = internet.verified_sender(self.client, self.dns)

    def sink(self, address):
        return self.stack.enter_context(Sink(keep_bytes=False, port=25, host=address))

    def mail(self, domain, count):
        internet.mail_all(self.client, self.template, domain.split(".")[0], [f"user{i}@{domain}" for i in range(count)])

    def test_recipients_are_shared_out_and_servers_with_ipv6_only_are_reached(self):
        four, six = self.sink(FOUR), self.sink(SIX)
        self.start(RULES)
        self.mail("four.test", 300)
        self.mail("six.test", 20)
        eventually(lambda: len(four.mails) == 300 and len(six.mails) == 20, 60, "all mail")
        counts = collections.Counter(four.peers)
        self.assertEqual(set(counts), {(SOURCES[name], f"{name}.mta.shop.test") for name in "ab"})
        self.assertGreater(min(counts.values()), 100)
        self.assertEqual(set(six.peers), {(SOURCES["six"], "six.mta.shop.test")})

    def test_a_pool_carries_the_mail_of_its_senders(self):
        four = self.sink(FOUR)
        self.start(RULES + '[pool.news]\nsources = { b = 1 }\nsenders = ["mail.shop.test"]\n')
        self.mail("four.test", 50)
        eventually(lambda: len(four.mails) == 50, 60, "all mail")
        self.assertEqual({address for address, _ in four.peers}, {SOURCES["b"]})

    def test_an_address_with_a_wrong_name_carries_no_mail(self):
        four = self.sink(FOUR)
        self.start(RULES.replace("a = 1, b = 1", "a = 1, misnamed = 1"))
        log = self.server.folder / "log"
        eventually(lambda: "delivery.source_name_wrong source=misnamed" in log.read_text(), 30, "a line of the log")
        self.assertIn("elsewhere.mta.shop.test", log.read_text())
        self.mail("four.test", 50)
        eventually(lambda: len(four.mails) == 50, 60, "all mail")
        self.assertEqual({address for address, _ in four.peers}, {SOURCES["a"]})

    def test_the_guide_is_true(self):
        """The blocks of docs/guides/direct.md, in their order, with names and addresses of this network."""
        here = {"192.0.2.10": SOURCES["a"], "192.0.2.11": SOURCES["b"], "2001:db8::10": SOURCES["six"],
                "shop.example": "shop.test", "elsewhere.example": "four.test", "0.0.0.0:25": f"{SOURCES['a']}:25"}
        settings, first, rules, weeks = (functools.reduce(lambda text, pair: text.replace(*pair), here.items(), block.text)
                                         for block in blocks("docs/guides/direct.md"))
        four = self.sink(FOUR)
        pathlib.Path(self.folder, "rules.toml").write_text(rules)
        config = pathlib.Path(self.folder, "sesame.toml")
        config.write_text(settings)
        self.server = Program(self.folder, **{"identity.verification": "dns", "identity.recheck_s": 0, "log.level": "info"})
        self.server.flags = ["--config", str(config)]
        self.stack.enter_context(self.server)
        self.client = self.server.client()
        internet.verified_sender(self.client, self.dns, domain="shop.test", sender="news@shop.test")
        content = {"Text": b64("Hello\n")}
        self.client.call("CreateEmailTemplate", TemplateName="hello", TemplateContent=content)
        for group in ("friends", "readers"):
            number = self.client.call("CreateReceiver", ReceiversName=group)["ReceiverId"]
            self.client.call("CreateReceiverDetail", ReceiverId=number, Emails=["reader@four.test"])
            wait_uploaded(self.client, number, 60)
        send, stats, trace = first.splitlines()
        self.sesame(send)
        eventually(lambda: len(four.mails) == 1, 30, "the first mail")
        number = self.client.call("GetSendEmailStatus", RequestDate=today(), Offset=0, Limit=10)["EmailStatusList"][0]["MessageId"]
        self.assertIn(number, self.sesame(stats))
        eventually(lambda: "250" in self.sesame(trace.replace("MESSAGE_ID", number)), 30, "the attempt")
        self.assertIn("mailing 1 recipients of `readers`", self.sesame(weeks))  # Spread over a day: not within this test.

    def sesame(self, line):
        words = shlex.split(line)
        self.assertEqual(words[0], "build/sesame")
        access = {"SESAME_ENDPOINT": f"http://127.0.0.1:{self.server.port}", "TENCENTCLOUD_SECRET_ID": SECRET_ID,
                  "TENCENTCLOUD_SECRET_KEY": SECRET_KEY}
        done = subprocess.run([str(BINARY), *words[1:]], env=dict(os.environ, **access), capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, f"{line}\n{done.stdout}{done.stderr}")
        return done.stdout

    def test_a_server_without_the_address_does_not_start(self):
        file = pathlib.Path(self.folder, "rules.toml")
        file.write_text(RULES.replace(SOURCES["a"], "192.0.2.1"))
        server = Program(self.folder, **DIRECT, **{"delivery.rules": str(file)})
        server.start(expect_failure=True)
        self.assertNotEqual(server.stop(), 0)
        self.assertIn("source.a.address: 192.0.2.1 is no address of this machine", pathlib.Path(self.folder, "log").read_text())


if __name__ == "__main__":
    internet.enter(pathlib.Path(__file__).stem)
    # Addresses of an interface are the machine's own, to which no mail goes; those of a local route may be another's.
    subprocess.run("ip -6 route add local 2a0e:2::/64 dev lo".split(), check=True)
    pathlib.Path("/proc/sys/net/ipv6/ip_nonlocal_bind").write_text("1")
    program.main()
