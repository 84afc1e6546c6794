#!/usr/bin/python3
"""Promise: every command does what its help says, and says what is wrong in words that help.

Method: the built program is run as a user runs it: a server, and beside it import, send, tasks, inbox, call and config
against that server; then servers with wrong settings, a taken port and a taken data folder.
"""
import csv
import http.client
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from description import DESCRIPTION  # noqa: E402
from program import BINARY, OWN, SECRET_ID, SECRET_KEY, SENDER, Program, b64, prepare_sender, wait_uploaded  # noqa: E402


def run(*arguments, environment=None, timeout=120):
    """(exit status, standard output, standard error) of the program. Nothing of ours leaks in through the environment."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("SESAME_", "TENCENTCLOUD_"))}
    done = subprocess.run([str(BINARY), *map(str, arguments)], env={**clean, **(environment or {})}, capture_output=True,
                          text=True, timeout=timeout)
    return done.returncode, done.stdout, done.stderr


class CommandLine(unittest.TestCase):
    settings = {"limits.recipients_per_group": 0}

    @classmethod
    def setUpClass(cls):
        cls.server = Program(**cls.settings).start()
        cls.client = cls.server.client()
        cls.folder = pathlib.Path(tempfile.mkdtemp(dir=cls.server.folder))

    @classmethod
    def tearDownClass(cls):
        cls.client.close()
        cls.server.__exit__(None, None, None)

    def sesame(self, *arguments, status=0, **more):
        access = {"SESAME_ENDPOINT": f"http://127.0.0.1:{self.server.port}", "TENCENTCLOUD_SECRET_ID": SECRET_ID,
                  "TENCENTCLOUD_SECRET_KEY": SECRET_KEY}
        access.update(more)
        got, out, err = run(*arguments, environment={name: value for name, value in access.items() if value is not None})
        self.assertEqual(got, status, f"{arguments}: {out}{err}")
        if status:
            self.assertEqual(out, "", "a complaint belongs on standard error")
            self.assertTrue(err.splitlines()[-1].startswith("sesame: "), err)
        self.assertNotIn(SECRET_KEY, out + err)
        return out, err

    def file(self, name, content):
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def imported(self, name, content, *more):
        """Imports a file into a group of its name: (summary, addresses with data, rows of the report)."""
        path = self.file(name + ".csv", content)
        out, _ = self.sesame("import", path, "--group", name, *more)
        group = next(row["ReceiverId"] for row in self.client.call("ListReceivers", Offset=0, Limit=100)["Data"]
                     if row["ReceiversName"] == name)
        stored = self.client.call("ListReceiverDetails", ReceiverId=group, Offset=0, Limit=100)["Data"]
        report = pathlib.Path(str(path) + ".refused.csv")
        refused = list(csv.reader(report.open(newline=""))) if report.exists() else []
        return out.strip(), [(row["Email"], row["TemplateData"]) for row in stored], refused


class Import(CommandLine):
    def test_without_a_header(self):
        out, stored, refused = self.imported("plain", "ann@shop.test\nbob@shop.test\r\n\nANN@shop.test\n")
        self.assertEqual([email for email, _ in stored], ["ann@shop.test", "bob@shop.test"])
        self.assertTrue(out.startswith("3 rows: 2 stored, 1 repeated, 0 refused; group "), out)
        self.assertTrue(out.endswith("`plain` holds 2 recipients"), out)
        self.assertEqual(refused, [])

    def test_with_a_header_of_one_column(self):
        _, stored, _ = self.imported("one column", "\ufeffE-Mail\n ann@shop.test \n")
        self.assertEqual(stored, [("ann@shop.test", "")])

    def test_variables_and_quoted_cells(self):
        _, stored, refused = self.imported("quoted", 'name,Email,city\n"Ann ""A"", Lee",ann@shop.test,"New\nYork"\n张伟,bob@shop.test,北京\n'
                                                     'short,eve@shop.test\n')
        self.assertEqual([(email, json.loads(data)) for email, data in stored],
                         [("ann@shop.test", {"name": 'Ann "A", Lee', "city": "New\nYork"}),
                          ("bob@shop.test", {"name": "张伟", "city": "北京"}), ("eve@shop.test", {"name": "short", "city": ""})])
        self.assertEqual(refused, [])
        _, stored, _ = self.imported("column", "mail,name\nann@shop.test,Ann\n", "--email-column", "MAIL")
        self.assertEqual([(email, json.loads(data)) for email, data in stored], [("ann@shop.test", {"name": "Ann"})])

    def test_refused_rows_are_reported(self):
        out, stored, refused = self.imported("refused", "email,name\nann@shop.test,Ann\nbroken,B\n\n,empty\n"
                                             f'"a ""q"", b",Q\nlong@shop.test,{"x" * 900}\nhtml@shop.test,<b>\n{"y" * 250}@shop.test,Y\n')
        self.assertEqual([email for email, _ in stored], ["ann@shop.test"])
        self.assertIn("7 rows: 1 stored, 0 repeated, 6 refused (see ", out)
        self.assertEqual(refused[0], ["line", "address", "reason"])
        self.assertEqual([(line, address) for line, address, _ in refused[1:]],
                         [("3", "broken"), ("5", ""), ("6", 'a "q", b'), ("7", "long@shop.test"), ("8", "html@shop.test"),
                          ("9", "y" * 250 + "@shop.test")])
        for _, _, reason in refused[1:]:
            self.assertRegex(reason, r"^[a-zA-Z][^{}]{8,}$")
            self.assertNotRegex(reason, r"[a-z]+\.[a-z]+_[a-z]+")
        report = self.folder / "elsewhere.csv"
        self.sesame("import", self.file("second.csv", "broken\n"), "--group", "refused 2", "--report", report)
        self.assertEqual(report.read_text().splitlines()[1].split(",")[:2], ["1", "broken"])

    def test_sixty_thousand_rows(self):
        path = self.file("many.csv", "email,name\n" + "".join(f"r{i}@many.test,Name {i}\n" for i in range(60_000)))
        out, err = self.sesame("import", path, "--group", "many")
        self.assertIn("60,000 rows: 60,000 stored, 0 repeated, 0 refused", out)
        self.assertIn("holds 60,000 recipients", out)
        self.assertIn("100 %", err)
        # Again, by number: nothing is stored twice.
        number = re.search(r"group (\d+)", out).group(1)
        out, _ = self.sesame("import", path, "--group", number)
        self.assertIn("60,000 rows: 0 stored, 60,000 repeated, 0 refused", out)
        self.assertEqual(wait_uploaded(self.client, int(number))["Count"], 60_000)

    def test_what_cannot_be_imported(self):
        before = self.client.call("ListReceivers", Offset=0, Limit=1)["TotalCount"]
        missing = self.folder / "missing.csv"
        _, err = self.sesame("import", missing, "--group", "never made", status=1)
        self.assertIn(str(missing), err)
        self.assertNotIn("import.file", err)
        self.assertEqual(self.client.call("ListReceivers", Offset=0, Limit=1)["TotalCount"], before)
        _, err = self.sesame("import", self.file("open.csv", 'email\nann@shop.test\n"bob@shop.test\n'), "--group", "open", status=1)
        self.assertIn("line 3", err)
        _, err = self.sesame("import", self.file("c.csv", "mail,name\nann@shop.test,A\n"), "--group", "c", "--email-column", "nope", status=1)
        self.assertIn("nope", err)
        _, err = self.sesame("import", self.file("n.csv", "mail,name\nann@shop.test,A\n"), "--group", "n", status=1)
        self.assertIn("--email-column", err)
        _, err = self.sesame("import", self.file("d.csv", "ann@shop.test\n"), "--group", "bad/name", status=1)
        self.assertIn("InvalidParameterValue.ReceiverNameIllegal", err)


class Accounts(CommandLine):
    def table(self, *arguments, **access):
        """The rows of a table that a command prints, as lists of cells."""
        out, _ = self.sesame(*arguments, **access)
        return [re.split(r"  +", line.strip()) for line in out.splitlines()]

    def created(self, *arguments):
        """What a command prints of a new credential, as the environment of another command."""
        out, err = self.sesame(*arguments)
        self.assertIn("shown this once", err)
        return dict(line.split("=", 1) for line in out.splitlines())

    def test_an_account_and_its_credentials(self):
        tenant = self.created("accounts", "create", "Bookshop")
        self.assertEqual(sorted(tenant), ["TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY"])
        head, first, second = self.table("accounts", "list")
        self.assertEqual(head, ["ACCOUNT", "NAME", "CREDENTIALS", "CREATED"])
        self.assertEqual((first[1], second[1], second[2]), ("administration", "Bookshop", "1"))
        self.sesame("accounts", "list", status=1, **tenant)
        self.assertEqual(self.table("credentials", "list", **tenant)[1][:4], [tenant["TENCENTCLOUD_SECRET_ID"], "first", "all", "enabled"])
        self.assertEqual(self.table("credentials", "list", "--account", second[0]), self.table("credentials", "list", **tenant))
        reader = self.created("credentials", "create", "--account", second[0], "--name", "report", "--read-only")
        self.sesame("call", "ListReceivers", "--Offset", "0", "--Limit", "1", **reader)
        _, err = self.sesame("call", "CreateReceiver", "--ReceiversName", "x", status=1, **reader)
        self.assertIn("AuthFailure.UnauthorizedOperation", err)

    def test_a_credential_comes_and_goes(self):
        made = self.created("credentials", "create", "--name", "shop", "--actions", "ListReceivers,SendEmail")
        name = made["TENCENTCLOUD_SECRET_ID"]
        page = ["call", "ListReceivers", "--Offset", "0", "--Limit", "1"]
        self.sesame(*page, **made)
        self.assertIn([name, "shop", "ListReceivers,SendEmail", "enabled"], [row[:4] for row in self.table("credentials", "list")])
        self.sesame("credentials", "delete", name, status=1)
        _, err = self.sesame("credentials", "disable", name)
        self.assertIn("disabled", err)
        _, err = self.sesame(*page, status=1, **made)
        self.assertIn("AuthFailure.SecretIdNotFound", err)
        self.sesame("credentials", "enable", name)
        self.sesame(*page, **made)
        self.sesame("credentials", "disable", name)
        self.sesame("credentials", "delete", name)
        self.assertNotIn(name, [row[0] for row in self.table("credentials", "list")])
        _, err = self.sesame("credentials", "disable", SECRET_ID, status=1)
        self.assertIn("OperationDenied", err)
        _, err = self.sesame("credentials", "create", "--actions", "Fly", status=1)
        self.assertIn("`Fly`", err)


class Call(CommandLine):
    def test_help_of_every_action(self):
        out, _ = self.sesame("call")
        for action, description in DESCRIPTION["actions"].items():
            self.assertIn(action, out)
            help_text, _ = self.sesame("call", action, "--help")
            for field in description["input"] + description["output"]:
                self.assertIn(field["name"], help_text, action)
            for code in description["errors"]:
                self.assertIn(code, help_text, action)
            self.assertIn(description["en"], " ".join(help_text.split()))
            chinese, _ = self.sesame("call", action, "--help", "--zh")
            self.assertIn("".join(description["zh"].split()), "".join(chinese.split()))

    def test_flags_and_json(self):
        out, _ = self.sesame("call", "CreateReceiver", "--ReceiversName", "42", "--Desc", "answer")
        group = json.loads(out)["ReceiverId"]
        out, _ = self.sesame("call", "ListReceivers", "--Offset", "0", "--Limit", "10", "--KeyWord", "42")
        self.assertEqual(json.loads(out)["Data"][0]["Desc"], "answer")
        out, _ = self.sesame("call", "CreateReceiverDetail", "--json", json.dumps({"ReceiverId": group, "Emails": ["ann@shop.test"]}))
        self.assertEqual(json.loads(out)["ValidCount"], 1)
        parameters = self.file("parameters.json", json.dumps({"ReceiverId": 1, "Emails": ["bob@shop.test", "eve@shop.test"]}))
        out, _ = self.sesame("call", "CreateReceiverDetail", "--json", f"@{parameters}", "--ReceiverId", group)
        self.assertEqual(json.loads(out)["ValidCount"], 2)
        out, _ = self.sesame("call", "CreateEmailTemplate", "--TemplateName", "t", "--TemplateContent.Text", b64("Hi"))
        out, _ = self.sesame("call", "GetEmailTemplate", "--TemplateID", json.loads(out)["TemplateID"])
        self.assertEqual(json.loads(out)["TemplateContent"]["Text"], b64("Hi"))
        out, _ = self.sesame("call", "ListInboxMails", "--Offset", "0", "--Limit", "1")
        self.assertIn("TotalCount", json.loads(out))

    def test_what_is_wrong_is_said(self):
        for arguments, said in (
                (["Fly"], "`Fly`"), (["listreceivers"], "`listreceivers`"), (["ListReceivers", "--version", "2019-01-01"], "ListReceivers"),
                (["ListReceivers"], "MissingParameter: The request is missing a required parameter `Offset`."),
                (["ListReceivers", "--Offset", "x", "--Limit", "1"], "InvalidParameter"),
                (["ListReceivers", "--Ofset", "0", "--Limit", "1", "--Offset", "0"], "`Ofset`"),
                (["ListReceivers", "--Offset"], "--Offset"), (["ListReceivers", "Offset", "0"], "Offset"),
                (["ListReceivers", "--json", "{"], "--json"), (["ListReceivers", "--json", "[]"], "--json"),
                (["ListReceivers", "--json", "@/nonexistent/x.json"], "/nonexistent/x.json"),
                (["DeleteReceiver", "--ReceiverId", "999999"], "OperationDenied.ReceiverNotExist")):
            _, err = self.sesame("call", *arguments, status=1)
            self.assertIn(said, err, arguments)
            self.assertNotRegex(err, r"sesame: (client|api|import)\.", arguments)
        _, err = self.sesame("call", "DeleteReceiver", "--ReceiverId", "999999", "--zh", status=1)
        self.assertRegex(err, "[\u4e00-\u9fff]")
        page = ["call", "ListReceivers", "--Offset", "0", "--Limit", "1"]
        _, err = self.sesame(*page, status=1, TENCENTCLOUD_SECRET_ID=None)
        self.assertIn("TENCENTCLOUD_SECRET_ID", err)
        _, err = self.sesame(*page, status=1, TENCENTCLOUD_SECRET_KEY="wrong")
        self.assertIn("AuthFailure.SignatureFailure", err)
        _, err = self.sesame(*page, status=1, SESAME_ENDPOINT="http://127.0.0.1:1")
        self.assertIn("sesame serve", err)
        _, err = self.sesame(*page, status=1, SESAME_ENDPOINT="nonsense")
        self.assertIn("nonsense", err)
        self.sesame(*page, "--endpoint", f"http://127.0.0.1:{self.server.port}", SESAME_ENDPOINT="http://127.0.0.1:1")

    def test_a_key_on_the_command_line_is_refused(self):
        for command in (["call", "ListEmailAddress"], ["tasks"], ["inbox", "list"], ["import", "x.csv", "--group", "x"]):
            status, out, err = run(*command, "--secret-id", SECRET_ID, "--secret-key", "hushhush")
            self.assertNotEqual(status, 0, command)
            self.assertEqual(out, "")
            self.assertIn("TENCENTCLOUD_SECRET_KEY", err)
            self.assertNotIn("hushhush", err)

    def test_a_temporary_credential_signs_with_its_token(self):
        made = self.client.call("CreateSessionToken", version=OWN, Permission="list", Actions=["CreateReceiver", "CreateReceiverDetail",
                                                                                              "ListReceivers", "ListSendTasks"])
        held = {"TENCENTCLOUD_SECRET_ID": made["TmpSecretId"], "TENCENTCLOUD_SECRET_KEY": made["TmpSecretKey"],
                "TENCENTCLOUD_TOKEN": made["Token"]}
        page = ["call", "ListReceivers", "--Offset", "0", "--Limit", "1"]
        for command in (page, [*page, "--zh"], ["tasks"], ["import", self.file("held.csv", "ann@shop.test\n"), "--group", "held"]):
            out, err = self.sesame(*command, **held)
            for secret in (made["TmpSecretKey"], made["Token"]):
                self.assertNotIn(secret, out + err)
        _, err = self.sesame("call", "ListEmailAddress", status=1, **held)
        self.assertIn("AuthFailure.UnauthorizedOperation", err)
        for token in (None, "", made["Token"][:-1], "other"):
            _, err = self.sesame(*page, status=1, **{**held, "TENCENTCLOUD_TOKEN": token})
            self.assertIn("AuthFailure.TokenFailure", err, token)
        _, err = self.sesame(*page, status=1, TENCENTCLOUD_TOKEN=made["Token"])
        self.assertIn("AuthFailure.TokenFailure", err, "a token beside a permanent key")
        out, _ = self.sesame("tasks", "--help")
        self.assertIn("TENCENTCLOUD_TOKEN", out)

    def test_unknown_commands(self):
        for arguments in ([], ["fly"], ["serve", "--fly"], ["import"], ["inbox"], ["inbox", "show"], ["inbox", "show", "x"], ["send"]):
            status, _, err = run(*arguments)
            self.assertNotEqual(status, 0, arguments)
            self.assertIn("--help", err, arguments)
        for arguments in (["--help"], ["serve", "--help"], ["import", "--help"], ["inbox", "list", "--help"], ["--version"]):
            status, out, _ = run(*arguments)
            self.assertEqual(status, 0, arguments)
            self.assertGreater(len(out), 4)


class Mailing(CommandLine):
    def test_from_import_to_the_inbox(self):
        out, _ = self.sesame("tasks")
        self.assertIn("no send tasks yet", out)
        _, err = self.sesame("tasks", "--watch", status=1)
        self.assertIn("no send tasks yet", err)
        letter = prepare_sender(self.client, text="Hello {{name}}, grüße")
        self.imported("friends", "email,name\nann@shop.test,Ann\nbob@shop.test,Bob\n")
        send = ["send", "--group", "friends", "--from", f"The Shop <{SENDER}>", "--subject", "News for {{name}}", "--template", letter]
        out, err = self.sesame(*send, "--watch")
        task = re.match(r"task (\d+): mailing 2 recipients of `friends`", out).group(1)
        self.assertIn(f"task {task} finished: 2 delivered, 0 refused, 0 dropped, 0 deferred, 0 skipped", err)
        out, _ = self.sesame("tasks")
        self.assertRegex(out, rf"(?m)^{task} +finished +2 +2 +0 +friends +News for \{{\{{name\}}\}} ")
        for arguments in (["--watch"], [task, "--watch"]):
            _, err = self.sesame("tasks", *arguments)
            self.assertIn(f"task {task} finished", err)
        out, err = self.sesame("inbox", "list")
        self.assertEqual(len(out.splitlines()), 3)
        self.assertIn("2 of 2 mails", err)
        out, _ = self.sesame("inbox", "list", "--to", "bob@", "--subject", "Bob", "--limit", "1")
        self.assertIn("News for Bob", out)
        mail = out.splitlines()[1].split()[0]
        shown, _ = self.sesame("inbox", "show", mail)
        self.assertIn("Subject: News for Bob", shown)
        self.assertIn("To: bob@shop.test", shown.replace("<", "").replace(">", ""))
        path = self.folder / "bob.eml"
        self.sesame("inbox", "save", mail, path)
        self.assertEqual(path.read_bytes().count(b"\r\n"), path.read_bytes().count(b"\n"))
        self.assertIn(b"DKIM-Signature:", path.read_bytes())
        _, err = self.sesame("inbox", "save", mail, "/nonexistent/x.eml", status=1)
        self.assertIn("/nonexistent/x.eml", err)
        _, err = self.sesame("inbox", "show", "999999", status=1)
        self.assertIn("ResourceNotFound", err)
        _, err = self.sesame("inbox", "clear")
        self.assertIn("2 mails deleted", err)
        out, err = self.sesame("inbox", "list")
        self.assertEqual(out, "")
        self.assertIn("0 of 0 mails", err)
        _, err = self.sesame(*["nobody" if word == "friends" else word for word in send], status=1)
        self.assertIn("`nobody`", err)
        self.assertNotIn("client.", err)
        _, err = self.sesame(*send[:-1], "999999", status=1)
        self.assertIn("OperationDenied.TemplateStatusError", err)
        _, err = self.sesame(*send, "--data", "{", status=1)
        self.assertIn("InvalidParameterValue.TemplateDataError", err)


class Config(unittest.TestCase):
    def test_origins_and_secrets(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "sesame.toml"
            file.write_text('listen = "127.0.0.1:1"\n[delivery]\nrelay_password = "hushhush"\nhelo = "file.test"\n[log]\nlevel = "error"\n')
            environment = {"SESAME_LOG_LEVEL": "debug", "SESAME_DELIVERY_HELO": "environment.test"}
            status, out, err = run("config", "--config", file, "--set", "delivery.helo=flag.test", environment=environment)
            self.assertEqual((status, err), (0, ""))
            rows = {line.split()[0]: line for line in out.splitlines()}
            self.assertRegex(rows["delivery.helo"], r" flag\.test +flag ")
            self.assertRegex(rows["log.level"], r" debug +environment SESAME_LOG_LEVEL ")
            self.assertRegex(rows["listen"], rf" 127\.0\.0\.1:1 +file {re.escape(str(file))} ")
            self.assertRegex(rows["limits.groups"], r" 1000 +default ")
            self.assertRegex(rows["delivery.relay_password"], r" \(hidden\) +file ")
            self.assertNotIn("hushhush", out)
            status, out, _ = run("config", environment={"SESAME_CONFIG": str(file)})
            self.assertIn(f"file {file}", out)

    def test_wrong_settings_are_explained(self):
        with tempfile.TemporaryDirectory() as folder:
            broken = pathlib.Path(folder) / "broken.toml"
            broken.write_text("listen = \n")
            unknown = pathlib.Path(folder) / "unknown.toml"
            unknown.write_text("[delivery]\nmod = 'relay'\n")
            private = pathlib.Path(folder) / "private.toml"
            private.write_text("[delivery]\nrelay_password = ['hushhush', 1.5]\n")
            for arguments, environment, said in (
                    (["--set", "delivery.mod=x"], {}, ["`delivery.mod`", "`delivery.mode`", "flag"]),
                    (["--set", "delivery.mode=fly"], {}, ["`delivery.mode`", "`fly`", "sandbox relay"]),
                    (["--set", "limits.groups=0"], {}, ["`limits.groups`", "`0`", "from 1"]),
                    (["--set", "limits.groups=many"], {}, ["`limits.groups`", "whole number"]),
                    (["--set", "sending.custom_content=1"], {}, ["true or false"]),
                    (["--set", "delivery.relay_password=hushhush"], {},
                     ["`delivery.relay_password`", "settings file", "SESAME_DELIVERY_RELAY_PASSWORD"]),
                    ([], {"SESAME_LIMITS_GROUPS": "-1"}, ["environment SESAME_LIMITS_GROUPS", "`-1`"]),
                    (["--config", str(broken)], {}, ["broken.toml", "line 1"]),
                    (["--config", str(unknown)], {}, ["unknown.toml", "`delivery.mode`"]),
                    (["--config", str(private)], {}, ["private.toml", "delivery.relay_password"]),
                    (["--config", folder + "/none.toml"], {}, ["none.toml", "no such file"])):
                for command in ("serve", "config"):
                    status, out, err = run(command, *arguments, environment=environment)
                    self.assertEqual((status, out), (1, ""), (arguments, err))
                    for each in said:
                        self.assertIn(each, err)
                    self.assertNotIn("hushhush", err)
            for arguments, said in (
                    (["--listen", "nonsense"], ["`listen`", "HOST:PORT"]), (["--listen", "127.0.0.1:99999"], ["HOST:PORT"]),
                    (["--listen", "no.such.host.invalid:1"], ["listen"]),
                    (["--set", "database=mysql:x"], ["`database`", "sqlite:PATH"]),
                    (["--set", "delivery.mode=relay"], ["`delivery.relay`", "HOST:PORT"]),
                    (["--set", "delivery.mode=relay", "--set", "delivery.relay=x"], ["`delivery.relay`", "HOST:PORT"]),
                    (["--set", "tls.certificate=/nonexistent.pem"], ["tls.key"]),
                    (["--set", "tls.certificate=/nonexistent.pem", "--set", "tls.key=/nonexistent.pem"], ["/nonexistent.pem"]),
                    (["--data-dir", "/proc/no/such"], ["/proc/no/such"]),
                    (["--data-dir", str(broken)], ["broken.toml"])):
                data = [] if "--data-dir" in arguments else ["--data-dir", folder + "/data"]
                listen = [] if "--listen" in arguments else ["--listen", "127.0.0.1:0"]
                status, out, err = run("serve", *data, *listen, "--set", "log.level=error", *arguments)
                with self.subTest(arguments=arguments):
                    self.assertEqual((status, "http://" in out), (1, False), (arguments, err))
                    for each in said:
                        self.assertIn(each, err, arguments)
                    self.assertTrue(err.rstrip().splitlines()[-1].startswith("sesame: "), err)

    def test_given_credentials_that_cannot_work(self):
        with tempfile.TemporaryDirectory() as folder:
            for name, key in (("", "x"), ("a b", "x"), ("a,b", "x"), ("a/b", "x"), ("AKID", ""), ("AKID", "a b")):
                status, out, err = run("serve", "--data-dir", folder + "/data", "--listen", "127.0.0.1:0",
                                       environment={"SESAME_SECRET_ID": name, "SESAME_SECRET_KEY": key})
                with self.subTest(name=name, key=key):
                    self.assertEqual(status, 1, err)
                    self.assertIn("SESAME_SECRET_", err)


class Serving(unittest.TestCase):
    def begin(self, folder, *more):
        """A server without a given credential: (process, the lines up to its endpoint)."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("SESAME_", "TENCENTCLOUD_"))}
        process = subprocess.Popen([str(BINARY), "serve", "--data-dir", folder, "--listen", "127.0.0.1:0", "--set", "log.level=warning",
                                    *more], env=clean, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(lambda: (process.kill(), process.wait(), process.stdout.close(), process.stderr.close()))
        lines = []
        for line in process.stdout:
            lines.append(line)
            if "http://" in line:
                break
        self.assertTrue(lines, process.stderr.read() if not lines else "")
        return process, lines, int(re.search(r"http://127\.0\.0\.1:(\d+)", lines[-1]).group(1))

    def end(self, process):
        process.terminate()
        self.assertEqual(process.wait(30), 0)

    def test_the_credential_is_shown_once(self):
        with tempfile.TemporaryDirectory() as folder:
            process, lines, port = self.begin(folder)
            text = "".join(lines)
            name = re.search(r"export TENCENTCLOUD_SECRET_ID=(AKID\w{32})\n", text).group(1)
            key = re.search(r"export TENCENTCLOUD_SECRET_KEY=(\w{32})\n", text).group(1)
            access = {"TENCENTCLOUD_SECRET_ID": name, "TENCENTCLOUD_SECRET_KEY": key, "SESAME_ENDPOINT": f"http://127.0.0.1:{port}"}
            status, _, err = run("call", "ListEmailAddress", environment=access)
            self.assertEqual(status, 0, err)
            self.end(process)
            self.assertNotIn(key, process.stderr.read())
            for file in pathlib.Path(folder).rglob("*"):
                self.assertNotIn(key.encode(), file.read_bytes() if file.is_file() else b"", file)
                if file.is_file():
                    self.assertEqual(file.stat().st_mode & 0o077, 0, f"others may read {file}")
            process, lines, port = self.begin(folder)
            self.assertEqual(len(lines), 1, "the second start shows a credential")
            self.assertNotIn(name, lines[0])
            status, _, err = run("call", "ListEmailAddress", environment={**access, "SESAME_ENDPOINT": f"http://127.0.0.1:{port}"})
            self.assertEqual(status, 0, err)
            self.end(process)

    def test_a_taken_port_and_a_taken_folder(self):
        with tempfile.TemporaryDirectory() as folder:
            process, _, port = self.begin(folder + "/one")
            status, out, err = run("serve", "--data-dir", folder + "/two", "--listen", f"127.0.0.1:{port}")
            self.assertEqual(status, 1)
            self.assertNotIn("http://", out)
            self.assertIn("--listen", err)
            status, out, err = run("serve", "--data-dir", folder + "/one", "--listen", "127.0.0.1:0")
            self.assertEqual((status, out), (1, ""))
            self.assertIn(folder + "/one", err)
            self.assertRegex(err, "(?i)another|in use|already")
            self.assertEqual(self.get(port, "/healthz")[0], 200, "the first server suffered")
            self.end(process)
            # A lost folder's lock goes with its server, even after kill -9.
            process, _, _ = self.begin(folder + "/one")
            process.kill()
            process.wait()
            process, _, _ = self.begin(folder + "/one")
            self.end(process)

    def get(self, port, path, method="GET"):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request(method, path)
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return answer.status, answer.headers["Content-Type"], body

    def test_health_and_metrics(self):
        with Program() as server:
            self.assertEqual(self.get(server.port, "/healthz"), (200, "text/plain; charset=utf-8", "ready\n"))
            self.assertEqual(self.get(server.port, "/healthz", "HEAD")[0], 200)
            client = server.client()
            client.call("ListEmailAddress")
            client.close()
            status, kind, text = self.get(server.port, "/metrics")
            self.assertEqual((status, kind), (200, "text/plain; version=0.0.4; charset=utf-8"))
            names = set()
            for line in text.splitlines():
                self.assertRegex(line, r'^(# (HELP|TYPE) sesame_\w+ .+|sesame_\w+(\{[^}]*\})? [-+0-9.einfa]+)$')
                names.add(re.match(r"(?:# \w+ )?(\w+)", line).group(1))
            self.assertIn("sesame_http_connections", names)
            self.assertRegex(text, r'(?m)^sesame_\w+\{[^}]*action="ListEmailAddress"[^}]*\} ')
            self.assertNotIn(SECRET_ID, text)
            self.assertNotIn(SECRET_KEY, text)

    def test_the_log_has_no_secrets(self):
        for form in ("text", "json"):
            with Program(**{"log.level": "debug", "log.form": form}) as server:
                client = server.client()
                prepare_sender(client)
                client.call("CreateReceiver", ReceiversName="private name")
                client.close()
                server.stop()
                log = (server.folder / "log").read_text()
                self.assertIn("CreateReceiver", log)
                self.assertNotIn(SECRET_KEY, log)
                self.assertNotIn("private name", log)
                for line in log.splitlines():
                    if form == "json":
                        json.loads(line)


if __name__ == "__main__":
    program.main()
