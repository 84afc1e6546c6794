#!/usr/bin/python3
"""Promise: every change, login and refused login stands in the audit log, and whoever edits it afterwards is found out.

Method: people, credentials and commands act on the real program, whose log must name each act with actor, client, target and
code, and no secret. Then rows of the stopped program's database are edited, and `sesame audit --verify` must say so.
"""
import json
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from console_client import PASSWORD, Browser, serve, set_up, token_in  # noqa: E402
from program import OWN, SECRET_ID, SENDER, ApiError, eventually, prepare_sender  # noqa: E402
from stored_rows import database  # noqa: E402


def sesame(server, *words):
    done = subprocess.run([str(program.BINARY), *words, "--data-dir", str(server.folder / "data")],
                          capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout + done.stderr


def entries(client, **filters):
    """All entries, the oldest first."""
    found, position = [], ""
    while True:
        page = client.call("ListAuditEntries", OWN, Limit=100, **filters, **({"Position": position} if position else {}))
        found, position = found + page["Data"], page["Position"]
        if not position:
            return found[::-1]


class Acts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = serve().start()
        cls.owner = set_up(cls.server)
        cls.client = cls.server.client()

    @classmethod
    def tearDownClass(cls):
        cls.client.close()
        cls.server.__exit__(None, None, None)

    def acts(self, action, **filters):
        return entries(self.client, ActionName=action, **filters)

    def test_a_change_names_actor_client_target_and_call(self):
        group = self.owner.call("CreateReceiver", ReceiversName="readers").json["Response"]
        self.client.call("DeleteReceiver", ReceiverId=group["ReceiverId"])
        made, deleted = self.acts("CreateReceiver")[-1], self.acts("DeleteReceiver")[-1]
        self.assertEqual((made["ActorType"], made["Actor"], made["Client"], made["Peer"], made["Code"]), ("user", "ann", "console", "127.0.0.1", "OK"))
        self.assertEqual(made["Target"], f"ReceiversName=readers, ReceiverId={group['ReceiverId']}")
        self.assertEqual(made["CallId"], group["RequestId"])
        self.assertEqual((deleted["ActorType"], deleted["Actor"], deleted["Target"]), ("credential", SECRET_ID, f"ReceiverId={group['ReceiverId']}"))
        self.assertEqual(self.acts("ListReceivers") + self.acts("ListAuditEntries"), [], "what reads leaves no entry")

    def test_a_refused_change_stands_there_with_its_code(self):
        with self.assertRaises(ApiError) as refused:
            self.client.call("DeleteReceiver", ReceiverId=4711)
        found = eventually(lambda: [row for row in self.acts("DeleteReceiver") if row["Target"] == "asked: ReceiverId=4711"], 30, "the entry")
        self.assertEqual(found[0]["Code"], refused.exception.code)

    def test_logins_and_refused_ones_stand_there_without_what_was_typed(self):
        self.assertNotIn("Error", self.owner.call("PutUser", Name="lena", Role="sender", Password=PASSWORD).json["Response"])
        lena = Browser(self.server.port)
        self.assertEqual(lena.log_in("lena", "a secret she mistyped").status, 401)
        self.assertEqual(Browser(self.server.port).log_in("typed-password-here", PASSWORD).status, 401)
        self.assertEqual(lena.log_in("lena", PASSWORD).status, 200)
        self.assertEqual(lena.post("/console/step-up", {"password": PASSWORD}).status, 200)
        self.assertEqual(lena.post("/console/logout").status, 204)
        self.assertEqual([row["Code"] for action in ("StepUp", "Logout") for row in self.acts(action, Actor="lena")], ["OK", "OK"])
        codes = lambda: sorted(row["Code"] for row in self.acts("Login", Actor="LENA"))  # noqa: E731
        eventually(lambda: codes() == ["LoginFailed", "OK"], 30, "both logins")
        unknown = eventually(lambda: [row for row in self.acts("Login") if row["ActorType"] == "unknown"], 30, "the unknown name")
        self.assertEqual((unknown[0]["Actor"], unknown[0]["Code"]), ("", "LoginFailed"))
        self.assertEqual([row["Actor"] for row in self.acts("SetUp")], ["ann"])
        everything = json.dumps(entries(self.client))
        for secret in (PASSWORD, "a secret she mistyped", "typed-password-here"):
            self.assertNotIn(secret, everything)

    def restart(self):
        """What was counted is written at the end of the program."""
        self.server.stop()
        self.server.start()
        self.client.close()
        type(self).client = self.server.client()

    def test_guessing_makes_few_entries(self):
        for _ in range(30):
            Browser(self.server.port).log_in("guessed", "wrong")
        self.restart()
        rows = [row for row in self.acts("Login") if row["ActorType"] == "unknown"]
        self.assertGreaterEqual(sum(row["Count"] for row in rows), 30)
        self.assertLess(len(rows), 10)

    def test_refused_calls_make_few_entries_and_their_targets_are_marked(self):
        for number in range(30):
            with self.assertRaises(ApiError):
                self.client.call("DeleteEmailTemplate", TemplateID=900000 + number)
        self.restart()
        rows = self.acts("DeleteEmailTemplate")
        self.assertEqual(sum(row["Count"] for row in rows), 30)
        self.assertLess(len(rows), 10)
        self.assertEqual({row["Target"].partition("=")[0] for row in rows} - {""}, {"asked: TemplateID"})
        with self.assertRaises(ApiError):
            self.client.call("CreateReceiver", ReceiversName="x, ReceiverId=1")
        refused = eventually(lambda: [row for row in self.acts("CreateReceiver") if row["Code"] != "OK"], 30, "the refusal")
        self.assertEqual(refused[0]["Target"], 'asked: ReceiversName="x, ReceiverId=1"')

    def test_sends_are_counted(self):
        template = prepare_sender(self.client)
        for _ in range(25):
            self.client.call("SendEmail", FromEmailAddress=SENDER, Subject="s", Destination=["ann@post.test"],
                             Template={"TemplateID": template, "TemplateData": '{"name":"Ann"}'})
        self.restart()
        rows = self.acts("SendEmail")
        self.assertEqual((sum(row["Count"] for row in rows), rows[0]["Count"], rows[0]["Target"]), (25, 1, ""))
        self.assertLess(len(rows), 6)

    def test_members_of_the_first_account_are_named_in_the_other_one(self):
        admin = self.client.call("ListAccounts", OWN, Offset=0, Limit=1)["Data"][0]["AppId"]
        tenant = self.client.call("CreateAccount", OWN, Name="tenant")["AppId"]
        answer = self.owner.call("CreateCredential", AppId=tenant, Name="shop").json["Response"]
        rows = self.client.call("ListAuditEntries", OWN, AppId=tenant, Limit=10)["Data"]
        self.assertEqual([(row["Action"], row["Actor"], row["ActorAppId"], row["AppId"]) for row in rows], [("CreateCredential", "ann", admin, tenant)])
        self.assertNotIn(answer["SecretKey"], json.dumps(rows))
        self.assertIn(answer["SecretId"], rows[0]["Target"])
        self.assertIn("CreateCredential", [row["Action"] for row in entries(self.client)], "its own account sees it, too")

    def test_other_roles_do_not_read_it(self):
        for role in ("admin", "operator", "sender", "analyst", "reviewer"):
            self.owner.call("PutUser", Name=f"r-{role}", Role=role, Password=PASSWORD)
            browser = Browser(self.server.port)
            self.assertEqual(browser.log_in(f"r-{role}", PASSWORD).status, 200)
            answer = browser.call("ListAuditEntries", OWN, Limit=10).json["Response"]
            self.assertEqual("Error" not in answer, role == "admin", role)


class Edits(unittest.TestCase):
    def setUp(self):
        self.server = serve()
        self.server.start()
        self.addCleanup(lambda: self.server.__exit__(None, None, None))
        owner = set_up(self.server)
        for name in ("one", "two", "three"):
            owner.call("CreateReceiver", ReceiversName=name)

    def edit(self, statement):
        self.server.stop()
        with database(self.server) as connection:
            self.assertEqual(connection.execute(statement).rowcount, 1)

    def test_an_untouched_log_is_whole_beside_the_server_and_without_it(self):
        for _ in range(2):
            status, said = sesame(self.server, "audit", "--verify")
            self.assertEqual(status, 0, said)
            self.assertIn("nothing was changed or removed", said)
            self.server.stop()

    def test_an_edited_entry_is_found(self):
        self.edit("UPDATE audit_entry SET actor = 'eve' WHERE target LIKE '%two%'")
        status, said = sesame(self.server, "audit", "--verify", "--json")
        self.assertEqual(status, 1, said)
        self.assertIn("the entry was changed", said)

    def test_a_removed_entry_is_found_also_the_last(self):
        self.edit("DELETE FROM audit_entry WHERE target LIKE '%three%'")
        status, said = sesame(self.server, "audit", "--verify")
        self.assertEqual(status, 1, said)
        self.assertIn("missing", said)

    def test_whole_days_that_were_removed_are_found_at_either_end(self):
        self.server.stop()
        with database(self.server) as connection:
            for table in ("audit_day", "audit_entry"):
                connection.execute(f"DELETE FROM {table}")
        status, said = sesame(self.server, "audit", "--verify")
        self.assertEqual(status, 1, said)
        self.assertIn("the day is missing", said)
        # A server that goes on behind it does not cover it up.
        self.server.start()
        self.server.client().call("CreateReceiver", ReceiversName="four")
        self.server.stop()
        status, said = sesame(self.server, "audit", "--verify")
        self.assertEqual(status, 1, said)
        with database(self.server) as connection:
            connection.execute("DELETE FROM audit_mark")
        self.assertEqual(sesame(self.server, "audit", "--verify")[0], 1)

    def test_the_server_goes_on_behind_an_edit_and_the_fault_stays(self):
        self.edit("UPDATE audit_entry SET peer = '203.0.113.9' WHERE target LIKE '%one%'")
        self.server.start()
        self.server.client().call("CreateReceiver", ReceiversName="four")
        self.assertEqual(sesame(self.server, "audit", "--verify")[0], 1)

    def test_commands_of_the_operator_stand_there(self):
        self.server.stop()
        status, said = sesame(self.server, "users", "reset", "ann")
        self.assertEqual(status, 0, said)
        self.assertEqual(sesame(self.server, "credentials", "reset")[0], 0)
        self.server.start()
        self.assertEqual(Browser(self.server.port).post("/console/login", {"token": token_in(said, "login")}).status, 200)
        status, said = sesame(self.server, "console", "link")
        self.assertEqual(Browser(self.server.port).post("/console/login", {"token": token_in(said, "login")}).status, 200)
        client = self.server.client()
        made = eventually(lambda: entries(client, ActionName="MakeLink"), 30, "the entry of the link that was made")
        rows = [(row["Action"], row["ActorType"], row["Client"], row["Target"]) for row in entries(client) if row["Action"] != "MakeLink"][-4:]
        client.close()
        self.assertEqual(rows[0], ("ResetUser", "operator", "cli", "Name=ann"))
        self.assertEqual(rows[1][:3], ("ResetCredential", "operator", "cli"))
        self.assertEqual([row[3] for row in rows[2:]], ["Method=link", "Method=link of the operator"])
        self.assertEqual([(row["ActorType"], row["Client"], row["Target"]) for row in made], [("operator", "cli", "Name=ann")])

    def test_a_link_that_was_made_without_a_server_stands_there_once_it_runs(self):
        self.server.stop()
        self.assertEqual(sesame(self.server, "console", "link")[0], 0)
        self.server.start()
        client = self.server.client()
        eventually(lambda: entries(client, ActionName="MakeLink"), 30, "the entry of the link that was made")
        folder = self.server.folder / "data" / "console-links"
        eventually(lambda: not list(folder.glob("*.made")), 30, "the end of the file that asks for it")
        self.assertEqual(len(entries(client, ActionName="MakeLink")), 1)
        client.close()


if __name__ == "__main__":
    program.main()
