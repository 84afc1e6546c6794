#!/usr/bin/python3
"""Promise: limits and reply rules of providers are files that an operator checks, tries and reads without a server; a server in mode
direct starts with files without faults only, takes changed ones over when told to, and otherwise keeps what it has.

Method: the built program is given files written for this test, by `sesame shaping` and by `delivery.rules` of a server that asks an
empty DNS.
"""
import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile
import unittest
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from empty_dns import empty_dns  # noqa: E402
from markdown import blocks  # noqa: E402
from program import BINARY, Program  # noqa: E402

OWN = """[default]
mails = "7/s"

[provider.qq]
connections = { start = 1, max = 2 }

[[provider.qq.rule]]
name = "qq-holiday"
text = ["closed for the holidays"]
means = "blocked"
hold = ["2h", "day_begins"]
sample = ["450 closed for the holidays"]

[destination."partner.example"]
tls = "require"
"""
FAULTS = """[default]
mails = "fast"

[provider.gmial]
idle_s = 1

[[provider.qq.rule]]
name = "ours"
text = ["the gate is shut"]
means = "rate"
sample = ["550 the gate is open"]
"""


def shaping(*arguments, rules=None):
    environment = {key: value for key, value in os.environ.items() if key != "SESAME_DELIVERY_RULES"}
    if rules:
        environment["SESAME_DELIVERY_RULES"] = rules
    done = subprocess.run([str(BINARY), "shaping", *arguments], capture_output=True, text=True, timeout=60, env=environment)
    return done.returncode, done.stdout, done.stderr


class Files(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def file(self, name, text):
        (self.folder / name).write_text(text)
        return str(self.folder / name)

    def limits(self, *arguments, **environment):
        status, out, err = shaping(*arguments, "--json", **environment)
        self.assertEqual((status, err), (0, ""))
        return {row["limit"]: (row["value"], row["layer"]) for row in json.loads(out)["limits"]}


class Commands(Files):
    def test_check_tells_all_faults_of_all_files(self):
        good, bad = self.file("good.toml", OWN), self.file("bad.toml", FAULTS)
        self.assertEqual(shaping("check", good), (0, "no fault\n", ""))
        status, out, err = shaping("check", good, bad)
        self.assertEqual((status, err), (1, "sesame: 3 faults\n"))
        lines = out.splitlines()
        self.assertEqual(len(lines), 3)
        for line, words in zip(lines, ((f"{bad}:2: default.mails:", "not a rate"), (f"{bad}:4: provider.gmial:", "no provider"),
                                       (f"{bad}:7: provider.qq.rule.ours.sample:", "decided by no rule"))):
            for word in words:
                self.assertIn(word, line)
        self.assertEqual(shaping("check", str(self.folder / "none.toml"))[0], 1)
        self.assertEqual(shaping("check")[0], 2)

    def test_test_says_what_a_reply_comes_to(self):
        own = self.file("own.toml", OWN)
        status, out, _ = shaping("test", "550 Ip frequency limited", "--host", "mx3.qq.com")
        self.assertEqual(status, 0)
        rows = dict(line.split(None, 1) for line in out.splitlines())
        self.assertEqual(rows, {"rule": "qq-address-rate of provider qq (shipped)", "means": "rate", "scope": "path",
                                "mail": "tried again, although the reply is final",
                                "hold": "10m, 1h, day_begins: the next step when it comes again within 24h", "class": "policy_rate"})
        for rules, arguments in ((None, ("--rules", own)), (own, ())):
            _, out, _ = shaping("test", "450 Closed for the holidays", "--host", "mx3.qq.com", "--json", *arguments, rules=rules)
            found = json.loads(out)
            self.assertEqual((found["rule"], found["layer"], found["hold"]), ("qq-holiday", own, ["2h", "day_begins"]))
        found = json.loads(shaping("test", "550 5.1.1 no such user", "--json")[1])
        self.assertEqual((found["mail"], found["means"], found["provider"]), ("refused", "unknown_user", ""))
        found = json.loads(shaping("test", "550 5.1.1 no such user", "--stage", "conn", "--json")[1])
        self.assertEqual((found["means"], found["scope"]), ("server_error", "path"))
        found = json.loads(shaping("test", "421 try again in 5 minutes", "--json")[1])
        self.assertEqual((found["mail"], found["retry_after_s"]), ("tried again", 300))
        self.assertEqual(json.loads(shaping("test", "250 2.0.0 queued", "--json")[1])["mail"], "delivered")
        self.assertEqual(shaping("test", "550 no", "--stage", "lunch")[0], 2)

    def test_explain_names_the_layer_of_each_limit(self):
        own = self.file("own.toml", OWN)
        limits = self.limits("explain", "partner.example", "--mx", "mx1.qq.com", "mx2.qq.com", "--rules", own)
        self.assertEqual(limits["connections"], ("1 to 2", f"{own} provider qq"))
        self.assertEqual(limits["messages_per_connection"], ("8", "shipped provider qq"))
        self.assertEqual(limits["mails"], ("7/s", f"{own} default"))
        self.assertEqual(limits["connects"], ("100/min", "shipped default"))
        self.assertEqual(limits["tls"], ("require", f"{own} destination partner.example"))
        mixed = self.limits("explain", "shop.example", "--mx", "mx1.qq.com", "--mx", "mx.shop.example")
        self.assertEqual(mixed["connections"], ("2 to 10", "shipped default"))
        _, out, _ = shaping("explain", "shop.example", "--mx", "mx1.qq.com")
        self.assertEqual(out.splitlines()[:2], ["provider     qq", "destination  none"])
        status, _, err = shaping("explain", "shop.example")
        self.assertEqual(status, 1, "without the servers' names a running server is asked")
        self.assertIn("no credential", err)

    def test_rules_shows_what_is_in_force(self):
        own = self.file("own.toml", OWN)
        shown = json.loads(shaping("rules", "--json", "--rules", own)[1])
        self.assertIn({"provider": "gmail", "limit": "tls", "value": "require", "layer": "shipped provider gmail"}, shown["limits"])
        self.assertIn({"provider": "-", "limit": "mails", "value": "7/s", "layer": f"{own} default"}, shown["limits"])
        rules = [row["rule"] for row in shown["rules"] if row["provider"] == "qq"]
        self.assertEqual(rules[:2], ["qq-holiday", "qq-address-rate"])
        only = json.loads(shaping("rules", "--json", "--provider", "m365")[1])
        self.assertEqual({row["provider"] for row in only["rules"]}, {"m365"})
        self.assertIn({"limit": "shared.connections", "value": "5 to 20", "layer": "shipped provider m365"}, only["limits"])
        status, out, err = shaping("rules", "--provider", "gmial")
        self.assertEqual((status, out, err), (1, "", "sesame: there is no provider gmial\n"))
        self.assertEqual(shaping("rules", "--rules", self.file("bad.toml", FAULTS))[0], 1)


class Guide(Files):
    """The blocks of docs/guides/shaping.md, in their order."""

    def test_its_examples_are_true(self):
        commands, answer, rules, settings, faults, policies = blocks("docs/guides/shaping.md")
        for line in commands.text.splitlines():
            words = shlex.split(line, comments=True)
            self.assertEqual(words[:2], ["build/sesame", "shaping"])
            status, out, err = shaping(*words[2:])
            self.assertEqual((status, err), (0, ""), line)
        self.assertEqual(out, answer.text, "the answer to the last command")
        for text in (policies.text, rules.text):
            self.assertEqual(shaping("check", self.file("rules.toml", text)), (0, "no fault\n", ""))
        config = self.file("sesame.toml", settings.text)
        done = subprocess.run([str(BINARY), "config", "--config", config, "--json"], capture_output=True, text=True, timeout=60)
        named = next(row for row in json.loads(done.stdout) if row["setting"] == "delivery.rules")
        self.assertEqual(named["value"], str(self.folder / "rules.toml"), "relative to the settings file")
        wrong = self.file("rules.toml", '[default]\nmails = "fast"\n\n[provider.gmial]\n')
        self.assertEqual(shaping("check", wrong)[1].replace(wrong, "rules.toml"), faults.text)


class Server(Files):
    def setUp(self):
        super().setUp()
        dns = empty_dns()
        self.direct = {"delivery.mode": "direct", "delivery.helo": "out.shop.test",
                       "identity.verification": "dns", "identity.recheck_s": 0, "dns.resolver": dns.__enter__()}
        self.addCleanup(dns.__exit__, None, None, None)

    def reload(self, server, rules):
        command = [str(BINARY), "reload", "--data-dir", str(server.folder / "data"), "--set", f"delivery.rules={rules}"]
        return subprocess.run(command, capture_output=True, text=True, timeout=60)

    def gauge(self, server, name):
        page = urllib.request.urlopen(f"http://127.0.0.1:{server.port}/metrics", timeout=30).read().decode()
        return next(float(line.split()[1]) for line in page.splitlines() if line.startswith(name + " "))

    def test_a_server_does_not_start_with_faults_and_logs_each(self):
        with tempfile.TemporaryDirectory() as folder:
            server = Program(folder, **{**self.direct, "delivery.rules": self.file("bad.toml", FAULTS)})
            server.start(expect_failure=True)
            self.assertNotEqual(server.stop(), 0)
            log = (pathlib.Path(folder) / "log").read_text()
        self.assertEqual(log.count("delivery.rule_fault"), 3)
        for word in ("default.mails", "provider.gmial", "provider.qq.rule.ours", "2 more: `sesame shaping check` shows all"):
            self.assertIn(word, log)

    def test_a_reload_takes_rules_over_or_keeps_the_old_ones(self):
        rules = self.file("rules.toml", OWN)
        with Program(**{**self.direct, "delivery.rules": rules}) as server:
            state = lambda: (self.gauge(server, "sesame_rules_epoch"), self.gauge(server, "sesame_rules_reload_failed"))  # noqa: E731
            self.assertEqual(state(), (1, 0))
            self.file("rules.toml", FAULTS)
            done = self.reload(server, rules)
            self.assertEqual(done.returncode, 1)
            self.assertIn("delivery.rules", done.stderr)
            self.assertEqual(state(), (1, 1))
            self.file("rules.toml", OWN.replace("7/s", "8/s"))
            self.assertEqual(self.reload(server, rules).returncode, 0)
            self.assertEqual(state(), (2, 0))


if __name__ == "__main__":
    program.main()
