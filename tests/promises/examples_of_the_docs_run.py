#!/usr/bin/python3
"""Promise: every example in the README, the guides and the API reference runs.

Method: the fenced blocks are read from the Markdown and run as they are written, with the dates of today, against servers
that are set up as the text around them says. A block in a document or in a language that nothing here runs is a failure.
"""
import http.client
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import beijing  # noqa: E402
import program  # noqa: E402
from empty_dns import empty_dns  # noqa: E402
from markdown import blocks, documents, of_today  # noqa: E402
from node_clients import SDK, install  # noqa: E402
from program import BINARY, ROOT, Program, eventually, wait_uploaded  # noqa: E402
from ruby_requests import RUBY_RUNNERS  # noqa: E402
from sample_runners import EXAMPLE_CREDENTIAL, RUNNERS, SampleRunner  # noqa: E402
from stored_rows import add_returned_mails  # noqa: E402

# The tests that run a document's blocks, by language; docs/api/ has tests of its own.
RUN = {
    "README.md": {"sh": "Readme, Developing", "js": "Readme", "toml": "Readme"}, "CONTRIBUTING.md": {"sh": "Developing"},
    "docs/guides/agents.md": {"json": "Guides"}, "docs/guides/bounces.md": {"toml": "Guides"},
    "docs/guides/console.md": {"sh": "commands of root on a host with systemd", "toml": "Guides"},
    "docs/guides/direct.md": {each: "the promise sources_share_the_mail" for each in ("sh", "toml")},
    "docs/guides/first-campaign.md": {"sh": "FirstCampaign", "toml": "FirstCampaign"},
    "docs/guides/internet.md": {"toml": "Guides", "nginx": "Guides"},
    "docs/guides/operating.md": {"toml": "Guides", "nginx": "Guides", "sh": "commands of root on a host with systemd"},
    "docs/guides/shaping.md": {each: "the promise providers_are_treated_by_rules" for each in ("", "sh", "toml")},
    "docs/reference/bounce-classes.md": {"": "Guides", "toml": "Guides"},
    "docs/tests.md": {"sh": "Developing", "cpp": "an excerpt of a unit test"},
    "docs/style.md": {"cpp": "a declaration that shows a comment"}}
API_LANGUAGES = {"sh", "js", "python", "json"}
SENDER = "news@mail.shop.example"


class Documents(unittest.TestCase):
    def test_every_block_is_run_by_a_test(self):
        for path in documents():
            for block in blocks(path):
                if path.startswith("docs/api/"):
                    self.assertIn(block.language, API_LANGUAGES, path)
                else:
                    self.assertIn(block.language, RUN.get(path, {}), f"{path}: nothing runs\n{block.text}")

    def test_both_languages_of_the_reference_have_the_same_examples(self):
        for page in sorted((ROOT / "docs" / "api" / "en").glob("*.md")):
            english, chinese = (blocks(f"docs/api/{language}/{page.name}") for language in ("en", "zh"))
            self.assertEqual([block[1:] for block in english], [block[1:] for block in chinese], page.name)


class ApiReference(unittest.TestCase):
    """Each example of a page in one world, in an order in which each can work."""

    def examples(self, runner):
        """Runs the pages' examples. Steps that are no action bring about what an example needs."""
        client = self.server.client()
        app_id = client.call("ListAccounts", version=program.OWN, Offset=0, Limit=1)["Data"][0]["AppId"]
        letter = {"TemplateID": 1, "TemplateData": '{"name":"You"}'}

        def credential():
            rows = client.call("ListCredentials", version=program.OWN, Offset=0, Limit=10)["Data"]
            runner.credential = next((row["SecretId"] for row in rows if row["Name"] == "web shop"), EXAMPLE_CREDENTIAL)

        def disabled():
            if runner.credential != EXAMPLE_CREDENTIAL:
                client.call("DisableCredential", version=program.OWN, CredentialId=runner.credential)

        def task(action="BatchSendEmail", **more):
            return client.call(action, FromEmailAddress=SENDER, ReceiverId=1, Subject="s", Template=letter, **more)

        def finished():
            eventually(lambda: client.call("ListSendTasks", Offset=0, Limit=1)["Data"][0]["TaskStatus"] == 10, 60, "the task")

        def left(action):
            client.call(action, version=program.OWN, SenderDomain="mail.shop.example", Emails=["bob@shop.example"])

        def mailed():
            runner.message = client.call("ListMails", version=program.OWN, Limit=1)["Data"][0]["MessageId"]

        def returned():
            client.close()
            self.server.stop()
            add_returned_mails(self.server, app_id, "ap-guangzhou", ["ann@shop.example"], int(time.time()))
            self.server.start()

        return [
            "CreateAccount", "ListAccounts", "CreateCredential", credential, "ListCredentials", "DisableCredential",
            "EnableCredential", disabled, "DeleteCredential", "CreateSessionToken", "GetLimits", "PutUser",
            "ListUsers", "ListAuditEntries", "DeleteUser",
            "CreateEmailIdentity", "UpdateEmailIdentity", "CheckEmailIdentity", "UpdateEmailIdentitySandbox", "GetEmailIdentity", "ListEmailIdentities",
            "CreateEmailAddress", "ListEmailAddress", "UpdateEmailSmtpPassWord", "CreateAddressUnsubscribeConfig",
            "UpdateAddressUnsubscribeConfig", "ListAddressUnsubscribeConfig", "DeleteAddressUnsubscribeConfig",
            "UpdateTrackingSetting", "GetTrackingSetting", "CreateEmailTemplate", "UpdateEmailTemplate", "GetEmailTemplate",
            "ListEmailTemplates", "ListEmailTemplateVersions", "RestoreEmailTemplateVersion", "RenderEmailTemplate", "CheckEmailTemplate", "PutWebhook", "ListWebhooks", "ListWebhookEvents", "RedeliverWebhookEvents",
            "CreateReceiver", "CreateReceiverDetailWithData", lambda: wait_uploaded(client, 1),
            lambda: client.call("CreateReceiver", ReceiversName="without data"), "CreateReceiverDetail",
            lambda: wait_uploaded(client, 2), "ImportRecipients", "ListImports", "GetImport", lambda: wait_uploaded(client, 2), "UndoImport", lambda: wait_uploaded(client, 2), "ListReceivers", "ListReceiverDetails",
            lambda: task(TaskType=2, TimedParam={"BeginTime": beijing.moment(86400)}),
            "GetSendTask", "UpdateSendTask", "PauseSendTask", "ResumeSendTask", "StopSendTask", "SendEmail",
            lambda: left("CreateUnsubscribe"), "DryRunSendTask", lambda: setattr(runner, "dry_run", task("DryRunSendTask", version=program.OWN, TaskType=1)["DryRunId"]), "GetDryRun", "StopDryRun", "BatchSendEmail", finished,
            lambda: left("DeleteUnsubscribe"), "ListSendTaskRecipients",
            "ResendSendTask", finished, "ListSendTasks", "GetSendEmailStatus", "GetStatisticsReport", "GetTrackingReport", "ListInboxMails", "GetInboxMail",
            "ListMails", mailed, "GetMail", "ListDeliveryQueues", "ListWaitingMails", "PauseDelivery", "ListDeliveryPauses", "ResumeDelivery", "RetryWaitingMail", "DropWaitingMail", "ListDeliverySites", "GetDeliverySite", "ListDeliveryHolds", "EndDeliveryHold", "ReloadDeliveryRules", "SimulateMailEvent", "CheckRecipient", "GetHealth", "ListCalls", lambda: setattr(runner, "call", client.call("ListCalls", version=program.OWN, Limit=1)["Data"][0]["RequestId"]), "GetCall", "DeleteInboxMails", "CreateCustomBlacklist", "ListCustomBlacklist", "UpdateCustomBlackList", "DeleteCustomBlackList",
            "ListBlackEmailAddress", "DeleteBlackList", "CreateUnsubscribe", "ListUnsubscribes", "DeleteUnsubscribe",
            "GetAbuseReport", "ClassifyMail", returned, "ListReturnedMails", "GetReturnedMail", "ReviewEmailTemplate",
            "SetChaos", "GetChaos", "CheckOutboundPort", "DeleteWebhook", "DeleteReceiver", "DeleteEmailTemplate", "DeleteEmailAddress", "DeleteEmailIdentity"]

    def run_examples(self, kind):
        pages = {page.stem for page in (ROOT / "docs" / "api" / "en").glob("*.md")}
        ran = set()
        with Program() as self.server:
            runner = kind(self.server)
            try:
                for step in self.examples(runner):
                    if callable(step):
                        step()
                        continue
                    ran.add(step)
                    if (text := runner.sample(step)) is not None:
                        try:
                            runner.run(text)
                        except AssertionError as fault:
                            self.fail(f"{step}: {text}\n{fault}")
            finally:
                runner.close()
        self.assertEqual({page for page in pages if not page.startswith("structures-")} - ran, {"README", "errors"},
                         "a new action's example needs its place among the steps")

    def test_answers_are_json(self):
        for path in documents():
            if path.startswith("docs/api/"):
                for block in blocks(path):
                    if block.language == "json":
                        self.assertIn("Response", json.loads(block.text), path)


for each in (*RUNNERS, *RUBY_RUNNERS):
    setattr(ApiReference, f"test_examples_of_{each.__name__.removesuffix('Runner').lower().replace('-', '_')}",
            lambda self, kind=each: self.run_examples(kind))


class Running:
    """A command that serves until it is stopped; what it printed until it said that it serves."""

    def __init__(self, command, folder, environment):
        with open(folder / "log", "ab") as log:
            self.process = subprocess.Popen(["bash", "-c", f"exec {command}"], cwd=folder, env=environment, stdout=subprocess.PIPE,
                                            stderr=log, text=True)
        self.lines = []
        for line in self.process.stdout:
            self.lines.append(line)
            if "until Ctrl-C" in line or "Ctrl-C stops it" in line:
                break
        else:
            raise AssertionError(f"{command}: {(folder / 'log').read_text()}")
        said = "".join(self.lines)
        kept = re.search(r"credential of this data folder is in (\S+)", said)
        self.exports = dict(re.findall(r"export (\w+)=(\S+)", pathlib.Path(kept[1]).read_text() if kept else said))
        self.exports.setdefault("SESAME_ENDPOINT", re.search(r"http://[\d.]+:\d+", "".join(self.lines))[0])

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        self.process.terminate()
        self.process.communicate(timeout=60)


class DocumentCase(unittest.TestCase):
    """A folder like the project's, in which commands run as they are written."""

    def setUp(self):
        made = tempfile.TemporaryDirectory()
        self.addCleanup(made.cleanup)
        self.folder = pathlib.Path(made.name)
        (self.folder / "build").mkdir()
        (self.folder / "bin").mkdir()
        for name in ("build/sesame", "bin/sesame"):
            (self.folder / name).symlink_to(BINARY)
        for name in ("examples", "rules"):
            (self.folder / name).symlink_to(ROOT / name)
        self.run_shell("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=mail.example.org "
                       "-keyout mail.key -out mail.pem -days 2 2>/dev/null")
        (self.folder / "bounce.eml").write_text(
            "From: MAILER-DAEMON@mx.test\nSubject: Undelivered\n\n<ann@shop.example>: 550 5.1.1 unknown user\n")

    def environment(self, **more):
        clean = {name: value for name, value in os.environ.items()
                 if not name.startswith(("SESAME_", "TENCENTCLOUD_")) and name.lower() not in ("http_proxy", "https_proxy")}
        return {**clean, "PATH": f"{self.folder}/bin:{clean['PATH']}", "SESAME_LISTEN": "127.0.0.1:0",
                "SESAME_DATA_DIR": str(self.folder / "data"), **more}

    def run_shell(self, text, **environment):
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", text], cwd=self.folder, env=self.environment(**environment),
                              capture_output=True, text=True, timeout=300)
        self.assertEqual(done.returncode, 0, f"{text}\n{done.stdout[-500:]}{done.stderr}")
        return done.stdout

    def run_lines(self, block, **environment):
        """Each command of a block by itself, so that a failure names it."""
        for line in of_today(block.text).replace("\\\n", " ").splitlines():
            self.run_shell(line, **environment)

    def check_settings(self, text):
        """The settings of an example are accepted; a file of its own, since the blocks belong to different servers."""
        path = self.folder / "example.toml"
        path.write_text(text)
        shown = json.loads(self.run_shell(f"env -u SESAME_LISTEN -u SESAME_DATA_DIR sesame config --config {path} --json"))
        from_file = [row for row in shown if str(path) in row["from"]]
        self.assertEqual(len(from_file), len(re.findall(r"^\w+ = ", text, re.M)), f"{text}\n{from_file}")


class Readme(DocumentCase):
    @classmethod
    def setUpClass(cls):
        cls.blocks = blocks("README.md")

    def of_language(self, language):
        return [block for block in self.blocks if block.language == language]

    def test_the_first_ten_minutes(self):
        _, _, minutes, _, _, fate = self.of_language("sh")
        demo = "build/sesame demo --examples examples"  # What ./dev run starts.
        self.assertIn(" build/sesame demo --data-dir var --examples examples", (ROOT / "dev").read_text())
        with Running(demo, self.folder, self.environment()) as server:
            placeholder, commands = minutes.text.split("\n", 1)
            self.assertEqual(placeholder, "export TENCENTCLOUD_SECRET_ID=... TENCENTCLOUD_SECRET_KEY=...")
            self.run_lines(minutes._replace(text=commands), **server.exports)
            self.run_lines(fate, **server.exports)
            self.run_campaign(server)

    def run_campaign(self, server):
        """The program for the official SDK. It stands in the README as it is."""
        snippet, = self.of_language("js")
        self.assertEqual(snippet.text, (ROOT / "examples" / "campaign.mjs").read_text())
        install(SDK)
        (self.folder / "node_modules").symlink_to(SDK / "node_modules")
        (self.folder / "campaign.mjs").write_text(snippet.text)
        self.assertRegex(self.run_shell("node campaign.mjs", **server.exports), r"^task \d+ mails them\n$")

    def test_a_server_of_your_own(self):
        _, _, _, own, _, _ = self.of_language("sh")
        with Running("build/sesame serve", self.folder, self.environment()) as server:
            self.assertIn("TENCENTCLOUD_SECRET_KEY", server.exports)
            self.run_lines(own, **server.exports)

    def test_a_server_with_a_smarthost(self):
        _, _, _, _, serve, _ = self.of_language("sh")
        relay = next(block for block in self.of_language("toml") if "[delivery]" in block.text)
        (self.folder / "sesame.toml").write_text(relay.text)
        with Running(serve.text.strip(), self.folder, self.environment()):
            pass

    def test_settings_are_accepted(self):
        for block in self.of_language("toml"):
            self.check_settings(block.text)


class FirstCampaign(DocumentCase):
    def test_from_nothing_to_a_mailed_list(self):
        guide = [block.text for block in blocks("docs/guides/first-campaign.md")]
        build, first, *steps, settings, leaving = guide
        home = {"HOME": str(self.folder)}
        with Running(self.serve(build), self.folder, self.environment(**home)) as server:
            placeholder, check = first.split("\n", 1)
            self.assertEqual(placeholder, "export TENCENTCLOUD_SECRET_ID=... TENCENTCLOUD_SECRET_KEY=...")
            for step in (check, *steps):
                self.run_shell(step, **server.exports)
            mailed = ["ann@post.example", "me@shop.example"]  # Bob is blocked.
            eventually(lambda: sorted(mail["to"] for mail in json.loads(
                self.run_shell("sesame inbox list --json", **server.exports))) == mailed, 60, "the mails")
            credential = server.exports
        (self.folder / "sesame.toml").write_text(settings)
        with empty_dns() as resolver, Running(self.serve(leaving), self.folder,
                                              self.environment(**home, SESAME_DNS_RESOLVER=resolver)) as server:
            self.run_shell(leaving.split("\n", 1)[1], **{**credential, **server.exports})

    def serve(self, block):
        """The line of a block that starts the server, as it is written."""
        return next(line.split("  #")[0] for line in block.splitlines() if " serve " in line)


class Guides(DocumentCase):
    def of_language(self, path, language):
        return [block.text for block in blocks(path) if block.language == language]

    def test_settings_are_accepted(self):
        for path in ("docs/guides/bounces.md", "docs/guides/console.md", "docs/guides/internet.md", "docs/guides/operating.md"):
            for text in self.of_language(path, "toml"):
                self.check_settings(text)

    def test_an_agent_s_client_starts_the_program(self):
        start = json.loads(self.of_language("docs/guides/agents.md", "json")[0])["mcpServers"]["sesame"]
        done = subprocess.run([str(BINARY), *start["args"]], env=start["env"], input='{"id":1,"method":"ping"}\n', capture_output=True, text=True)
        self.assertEqual(json.loads(done.stdout)["result"], {})

    def test_bounces_are_classified(self):
        commands, *rules = blocks("docs/reference/bounce-classes.md")
        with Program() as server:
            runner = SampleRunner(server)
            self.addCleanup(runner.close)
            self.run_lines(commands, **{name: value for name, value in runner.environment.items()
                                        if name.startswith(("SESAME_", "TENCENTCLOUD_"))})
        for each in rules:
            (self.folder / "rules.toml").write_text(each.text)
            self.run_shell("sesame classify --with rules.toml bounce.eml")

    def test_a_proxy_passes_signatures_on(self):
        inside, = self.of_language("docs/guides/internet.md", "nginx")
        snippet, = self.of_language("docs/guides/operating.md", "nginx")
        snippet += f"server {{\n  listen 443 ssl;\n{inside}}}\n"
        with Program(**{"http.trusted_proxies": "127.0.0.1"}) as server:
            port, links, internet = (program.free_port() for _ in range(3))
            text = re.sub(r"^ *ssl_certificate.*\n", "", snippet, flags=re.M).replace("127.0.0.1:8080", f"127.0.0.1:{server.port}")
            for here in (port, links, internet):
                text = text.replace("listen 443 ssl", f"listen 127.0.0.1:{here}", 1)
            paths = " ".join(f"{name}_temp_path {self.folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
            (self.folder / "nginx.conf").write_text(
                f"daemon off; pid {self.folder}/nginx.pid; error_log stderr;\n"
                f"events {{}}\nhttp {{ access_log off; {paths}\n{text}}}\n")
            nginx = subprocess.Popen(["/usr/sbin/nginx", "-e", "stderr", "-c", str(self.folder / "nginx.conf")],
                                     stderr=subprocess.PIPE, text=True)
            try:
                for api in (port, internet):
                    client = program.Client(api)
                    self.assertEqual(eventually(lambda: self.answer(client), 20, "an answer through the proxy")["EmailSenders"], [])
                    client.close()
                for path, status in (("/", 404), ("/u/forged", 404), ("/metrics", 404)):
                    self.assertEqual(self.status(links, path), status, path)
                self.assertEqual(self.status(port, "/metrics"), 403)
            finally:
                nginx.terminate()
                nginx.communicate(timeout=20)

    def status(self, port, path):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("GET", path)
        status = connection.getresponse().status
        connection.close()
        return status

    def answer(self, client):
        try:
            return client.call("ListEmailAddress")
        except OSError:
            return None  # nginx does not listen yet.


class Developing(unittest.TestCase):
    """Commands of ./dev build for minutes: what they name must be there."""

    def commands(self):
        for path in ("README.md", "CONTRIBUTING.md", "docs/tests.md", "docs/guides/first-campaign.md"):
            for block in blocks(path):
                if block.language == "sh":
                    for line in block.text.splitlines():
                        yield re.sub(r"\s+#.*", "", line)

    def test_what_the_commands_of_dev_name_is_there(self):
        usage = subprocess.run(["./dev", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        steps = subprocess.run(["./dev", "test", "--list"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        tests = "".join(path.read_text() for path in (ROOT / "src").glob("*/*_test.cpp"))
        seen = 0
        for command in self.commands():
            words = command.split()
            if words[:1] != ["./dev"]:
                continue
            seen += 1
            self.assertRegex(usage, rf"\b{words[1]}\b", command)
            for name in [word for word in words[2:] if not word.startswith("-")]:
                self.assertTrue(re.search(rf"\b{name}", steps) or re.search(rf"TEST\w*\({name}\w*,", tests), command)
        self.assertGreater(seen, 8)

    def test_tests_that_are_run_by_hand_are_there(self):
        seen = 0
        for command in self.commands():
            found = re.search(r"(tests/promises/\w+\.py)(?: (\w+)\.(\w+))?$", command)
            if found:
                seen += 1
                source = (ROOT / found[1]).read_text()
                for name in filter(None, found.groups()[1:]):
                    self.assertRegex(source, rf"(class|def) {name}\b", command)
            if command.startswith("build/dev/src/"):
                seen += 1
                self.assertTrue(list((ROOT / "src" / command.split("/")[3]).glob("*_test.cpp")), command)
        self.assertEqual(seen, 3)


if __name__ == "__main__":
    program.main()
