#!/usr/bin/python3
"""Promise: every command does what its help says, and says what is wrong in words that help.

Method: the built program is run as a user runs it: a server, and beside it send, tasks, inbox, call, accounts and
credentials against that server.
"""
import json
import os
import pathlib
import pty
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from command_case import CommandCase, run  # noqa: E402
from description import DESCRIPTION  # noqa: E402
from program import OWN, SECRET_ID, SENDER, b64, prepare_sender  # noqa: E402


class Accounts(CommandCase):
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


class Call(CommandCase):
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
        for arguments in ([], ["fly"], ["serve", "--fly"], ["import"], ["inbox"], ["inbox", "show"], ["inbox", "show", "x"], ["send"],
                          ["import", "x.csv"], ["tasks", "fly"], ["serve", "--set", "nothing"], ["help", "fly"]):
            status, _, err = run(*arguments)
            self.assertEqual(status, 2, arguments)
            self.assertIn("--help", err, arguments)
        for arguments in (["--help"], ["serve", "--help"], ["import", "--help"], ["inbox", "list", "--help"], ["--version"], ["help"],
                          ["help", "import"], ["version"], ["completion"]):
            status, out, _ = run(*arguments)
            self.assertEqual(status, 0, arguments)
            self.assertGreater(len(out), 4)


    def test_the_json_object_may_be_the_argument(self):
        out, _ = self.sesame("call", "CreateReceiver", '{"ReceiversName": "as an argument"}')
        group = json.loads(out)["ReceiverId"]
        parameters = self.file("argument.json", json.dumps({"ReceiverId": group, "Emails": ["ann@shop.test"]}))
        out, _ = self.sesame("call", "CreateReceiverDetail", f"@{parameters}")
        self.assertEqual(json.loads(out)["ValidCount"], 1)
        out, _ = self.sesame("call", "CreateReceiverDetail", '{"Emails": ["bob@shop.test"]}', "--ReceiverId", group)
        self.assertEqual(json.loads(out)["ValidCount"], 1)
        status, out, err = run("call", "ListReceivers", "-", input='{"Offset": 0, "Limit": 1}', environment=self.access())
        self.assertEqual((status, len(json.loads(out)["Data"])), (0, 1), err)
        for arguments, said in ((["{"], "not a JSON object"), (['{"Offset": 0}', "--json", "{}"], "once"), (["@/nonexistent/x"], "/nonexistent/x")):
            _, err = self.sesame("call", "ListReceivers", *arguments, status=1)
            self.assertIn(said, err)


class Tables(CommandCase):
    def test_every_table_has_a_json_form(self):
        prepare_sender(self.client)
        self.imported("for tables", "ann@shop.test\n")
        self.client.call("PutWebhook", OWN, Url="https://shop.test/", Events=["bounce"], Enabled=False)
        for command in (["groups"], ["groups", "list"], ["templates"], ["templates", "list"], ["accounts", "list"], ["credentials", "list"],
                        ["webhooks", "list"]):
            rows = json.loads(self.sesame(*command, "--json")[0])
            self.assertGreaterEqual(len(rows), 1, command)
            plain, _ = self.sesame(*command)
            self.assertEqual([head.lower() for head in re.split(r"  +", plain.splitlines()[0])], [key.replace("_", " ") for key in rows[0]])
        for command in (["tasks"], ["tasks", "list"], ["inbox", "list"], ["webhooks", "events"]):
            self.assertEqual(json.loads(self.sesame(*command, "--json")[0]), [], command)
        status, out, _ = run("config", "--json")
        self.assertIn("delivery.mode", [row["setting"] for row in json.loads(out)])

    def test_times_carry_their_zone(self):
        self.imported("for zones", "ann@shop.test\n")
        for zone, offset in (("UTC", r"\+00:00"), ("Asia/Shanghai", r"\+08:00")):
            out, _ = self.sesame("groups", SESAME_DISPLAY_TIME_ZONE=zone)
            self.assertRegex(out, rf"(?m)^\d+ +for zones .* \d\d:\d\d:\d\d {offset}$")
        status, _, err = run("config", environment={"SESAME_DISPLAY_TIME_ZONE": "Mars/Olympus"})
        self.assertEqual(status, 1)
        self.assertIn("`display.time_zone`", err)

    def test_settings_fit_the_terminal(self):
        for columns in (80, 60, 120):
            status, out, _ = run("config", environment={"COLUMNS": str(columns)})
            self.assertEqual(status, 0)
            self.assertLessEqual(max(map(len, out.splitlines())), columns)
            self.assertIn("delivery.mode", out)

    def test_output_that_cannot_be_written_is_a_failure(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run([str(program.BINARY), "config"], stdout=full, stderr=subprocess.PIPE, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn("No space left", done.stderr)

    def test_completion_names_commands_flags_and_actions(self):
        _, script, _ = run("completion")
        words = subprocess.run(["bash", "-c", script + 'COMP_WORDS=(sesame tasks st); COMP_CWORD=2; _sesame; echo "${COMPREPLY[*]}"'],
                               capture_output=True, text=True, check=True).stdout.split()
        self.assertEqual(words, ["stop"])
        words = subprocess.run(["bash", "-c", script + 'COMP_WORDS=(sesame call CreateEmailI); COMP_CWORD=2; _sesame; echo "${COMPREPLY[*]}"'],
                               capture_output=True, text=True, check=True).stdout.split()
        self.assertEqual(words, ["CreateEmailIdentity"])


class Webhooks(CommandCase):
    def rows(self):
        return [(row["Url"], row["Events"], row["Enabled"]) for row in self.client.call("ListWebhooks", OWN, Offset=0, Limit=10)["Data"]]

    def test_a_change_leaves_what_it_does_not_name(self):
        _, err = self.sesame("webhooks", "set", "--off", status=1)
        self.assertIn("MissingParameter", err)
        first, _ = self.sesame("webhooks", "set", "https://shop.test/a", "--events", "bounce", "--off")
        self.assertEqual(self.rows(), [("https://shop.test/a", ["bounce"], False)])
        out, _ = self.sesame("webhooks", "set", "https://shop.test/b")
        self.assertEqual((out, self.rows()), ("", [("https://shop.test/b", ["bounce"], False)]))
        second, _ = self.sesame("webhooks", "set", "--renew-secret")
        self.assertNotEqual(first.strip(), second.strip())
        self.assertEqual(self.rows(), [("https://shop.test/b", ["bounce"], False)])
        self.sesame("webhooks", "set", "--on")
        self.assertEqual(self.rows(), [("https://shop.test/b", ["bounce"], True)])
        self.sesame("webhooks", "set", "--events", "all")
        self.assertEqual((len(self.rows()[0][1]), self.rows()[0][2]), (8, True))
        status, _, _ = run("webhooks", "set", "--on", "--off")
        self.assertNotEqual(status, 0)


class Mailing(CommandCase):
    def output_beside_a_terminal(self, *arguments):
        """The bytes that a command writes into a pipe while its standard error is a terminal."""
        terminal, err = pty.openpty()
        done = subprocess.run([str(program.BINARY), *arguments], stdout=subprocess.PIPE, stderr=err, timeout=60, check=True,
                              env={"SESAME_ENDPOINT": f"http://127.0.0.1:{self.server.port}", "TENCENTCLOUD_SECRET_ID": SECRET_ID,
                                   "TENCENTCLOUD_SECRET_KEY": program.SECRET_KEY, "TERM": "xterm"})
        os.close(err)
        os.close(terminal)
        return done.stdout

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
        self.assertIn(f"task {task} finished: 2 delivered, 0 refused, 0 dropped, 0 deferred, 0 not mailed", err)
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
        # Bytes go where standard output goes, whatever the other streams are.
        self.assertEqual(self.output_beside_a_terminal("inbox", "show", mail, "--raw"), path.read_bytes())
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
        self.assertIn("ap-guangzhou", err)
        self.assertIn("sesame groups", err)
        # A name that consists of digits stays a name.
        number = next(row["ReceiverId"] for row in self.client.call("ListReceivers", Offset=0, Limit=10)["Data"] if row["ReceiversName"] == "friends")
        _, err = self.sesame(*[number if word == "friends" else word for word in send], status=1)
        self.assertIn(f"no group named `{number}`", err)
        self.imported(str(number), "email,name\neve@shop.test,Eve\n", "--create")
        out, _ = self.sesame(*[number if word == "friends" else word for word in send], "--watch")
        self.assertIn(f"mailing 1 recipients of `{number}`", out)
        out, _ = self.sesame(*["--group-id" if word == "--group" else number if word == "friends" else word for word in send], "--watch")
        self.assertIn("mailing 2 recipients of `friends`", out)
        out, _ = self.sesame(*[word if word != letter else "letter" for word in send])
        self.assertIn("of `friends`", out)
        self.client.call("CreateEmailTemplate", TemplateName=str(letter), TemplateContent={"Text": b64("Hi")})
        _, err = self.sesame(*send, status=1)
        self.assertIn("--template-id", err)
        self.sesame(*["--template-id" if word == "--template" else word for word in send])
        _, err = self.sesame(*[word if word != letter else "no such" for word in send], status=1)
        self.assertIn("sesame templates", err)
        send[-2:] = ["--template-id", letter]
        self.assertNotIn("client.", err)
        _, err = self.sesame(*send[:-1], "999999", status=1)
        self.assertIn("OperationDenied.TemplateStatusError", err)
        _, err = self.sesame(*send, "--data", "{", status=1)
        self.assertIn("InvalidParameterValue.TemplateDataError", err)


if __name__ == "__main__":
    program.main()
