#!/usr/bin/python3
"""Promise: in mode direct a person sees which receiving servers take mail and which are held, by which rule and reply, and ends a
hold by a click.

Method: a network namespace with addresses of its own (tests/lib/internet.py) and scripted servers at port 25 of them, one of which
refuses until the scene opens its gate. A browser in the namespace (web/scenes/sites.mjs) reads the sites, the way of a domain and
the page of a held mail, reloads rules with and without a fault, and ends the hold: then the mail arrives.
"""
import contextlib
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import internet  # noqa: E402
import program  # noqa: E402
from console import failures, install_packages, make_owner, run_scenes, with_console  # noqa: E402
from program import OWN, SENDER, eventually  # noqa: E402
from sink import Sink  # noqa: E402

DIRECT = {"delivery.mode": "direct", "delivery.helo": "out.shop.test", "identity.verification": "dns", "identity.recheck_s": 0,
          "delivery.retry_s": 3600}
STRICT, PLAIN = "45.10.7.1", "45.10.7.2"
RULES = """
[provider.strict]
match = [".strict.test"]
[[provider.strict.rule]]
name = "strict-gate"
text = ["the gate is shut"]
means = "rate"
hold = ["1h"]
sample = ["550 5.7.1 the gate is shut"]
"""
HELD = [f"reader{number}@strict-one.test" for number in range(3)]


class SitesAndHolds(unittest.TestCase):
    def test_a_browser_sees_a_hold_and_ends_it(self):
        with contextlib.ExitStack() as stack:
            dns = stack.enter_context(contextlib.closing(internet.open_dns()))
            for domain, host, address in (("strict-one.test", "mx1.strict.test", STRICT), ("plain.test", "mx.plain.test", PLAIN)):
                dns.rows[domain, "MX"] = [f"10 {host}."]
                dns.rows[host, "A"] = [address]
            folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
            rules = folder / "rules.toml"
            rules.write_text(RULES)

            def gate(_address):
                return None if (folder / "open").exists() else "550 5.7.1 the gate is shut"

            strict = stack.enter_context(Sink(gate, port=25, host=STRICT))
            plain = stack.enter_context(Sink(port=25, host=PLAIN))
            server = stack.enter_context(with_console(**DIRECT, **{"delivery.rules": str(rules)}))
            make_owner(server)
            client = stack.enter_context(contextlib.closing(server.client()))
            template = internet.verified_sender(client, dns)
            sent = [client.call("SendEmail", FromEmailAddress=SENDER, Subject="News", Destination=[to],
                                Template={"TemplateID": template, "TemplateData": '{"name":"B"}'})["MessageId"]
                    for to in HELD + ["ann@plain.test"]]
            eventually(lambda: plain.mails, 60, "the mail to servers that take it")
            eventually(lambda: client.call("ListDeliveryHolds", OWN, Offset=0, Limit=10)["TotalCount"] == 1, 60, "the hold")
            eventually(lambda: tried(client, sent), 60, "the mail that was refused, among the waiting")
            done = run_scenes("sites.mjs", server, SESAME_FLAGS=str(folder), SESAME_RULES=str(rules), SESAME_MESSAGE=tried(client, sent))
            self.assertEqual(done.returncode, 0, failures(done))
            self.assertEqual(sorted(recipient for _, _, recipient, _, _ in strict.mails), HELD)


def tried(client, sent):
    """The number of a mail that was refused and waits; empty when there is none yet."""
    for message in sent:
        mail = client.call("GetMail", OWN, MessageId=message)["Mail"]
        if mail["State"] == "deferred":
            return message
    return ""


if __name__ == "__main__":
    install_packages()  # The namespace reaches no one outside.
    internet.enter(pathlib.Path(__file__).stem)
    program.main()
