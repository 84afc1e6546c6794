#!/usr/bin/python3
"""Promise: what a campaign needs can be set up, tried, timed and read from the command line alone.

Method: the built program is run as a user runs it: domains, senders, templates, groups, block, send, inbox and stats against
a server; the zone file of `domains` is served by Knot DNS; what is printed as JSON is compared with what the API answers.
"""
import base64
import datetime
import json
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from command_case import CommandCase, run  # noqa: E402
from knot import Knot  # noqa: E402
from program import DOMAIN, OWN, SENDER, eventually, prepare_sender  # noqa: E402

UTC = datetime.timezone.utc


class ManagingCase(CommandCase):
    def json_of(self, *arguments, **access):
        return json.loads(self.sesame(*arguments, "--json", **access)[0])

    def mail_to(self, address):
        """The number of the newest mail to the address, once it is there."""
        rows = eventually(lambda: self.json_of("inbox", "list", "--to", address), 60, f"a mail to {address}")
        return rows[0]["mail"]


class FromNothing(ManagingCase):
    """The thin commands alone bring about a campaign."""

    def test_domain_sender_template_group_and_mail(self):
        for subject, hint in (("domains", "domains add"), ("senders", "senders add"), ("templates", "templates create"),
                              ("groups", "import")):
            for command in ([subject], [subject, "list"]):
                self.assertIn(f"sesame {hint}", self.sesame(*command)[0])
                self.assertEqual(self.json_of(*command), [])
        out, err = self.sesame("domains", "add", DOMAIN, "--dkim", "2048")
        self.assertIn("identity.mx_host", err, "the server was not told its own names")
        self.assertEqual(out.splitlines()[0], f"{DOMAIN}: verified")
        self.assertEqual(self.json_of("domains")[0], {"domain": DOMAIN, "state": "verified", "level": 1,
                                                      "daily_quota": self.json_of("domains", "list")[0]["daily_quota"]})
        self.sesame("domains", "add", DOMAIN, status=1)
        self.assertEqual(self.json_of("senders", "add", SENDER, "--name", "The Shop"), {"sender": SENDER, "name": "The Shop"})
        self.assertEqual([(row["sender"], row["name"], row["smtp"]) for row in self.json_of("senders")], [(SENDER, "The Shop", False)])
        page = self.file("letter.html", "<p>Grüße, {{name}}</p>")
        words = self.file("letter.txt", b"\xef\xbb\xbfHello {{name}}\n")
        made = self.json_of("templates", "create", "voucher", "--html", page, "--text", words)
        self.assertEqual(made, {"template": made["template"], "name": "voucher"})
        self.assertEqual(self.json_of("templates", "show", "voucher"),
                         {"template": made["template"], "name": "voucher", "status": "approved",
                          "html": "<p>Grüße, {{name}}</p>", "text": "Hello {{name}}\n"})
        self.assertEqual(self.sesame("templates", "show", "voucher", "--part", "html")[0], "<p>Grüße, {{name}}</p>")
        out, _ = self.sesame("templates", "show", made["template"])
        for part in ("`voucher`, approved", "Hello {{name}}", "<p>Grüße"):
            self.assertIn(part, out)
        group = self.json_of("groups", "create", "readers", "--description", "of the paper")
        self.assertEqual(self.client.call("ListReceivers", Offset=0, Limit=1)["Data"][0]["Desc"], "of the paper")
        self.sesame("import", self.file("readers.csv", "email,name\nann@post.test,Ann\nnobody,No\nbob@post.test,Bob\n"),
                    "--group-id", group["group"])
        out, err = self.sesame("groups", "show", "readers", "--limit", "1")
        self.assertIn(f"group {group['group']}: `readers`", out)
        self.assertRegex(out, r'(?m)^ann@post\.test +valid .*\{"name": ?"Ann"\}$')
        shown = self.json_of("groups", "show", "--group-id", group["group"], "--email", "bob@")
        self.assertEqual([row["address"] for row in shown["rows"]], ["bob@post.test"])
        self.sesame("send", "--group", "readers", "--from", SENDER, "--subject", "Hi {{name}}", "--template", "voucher", "--watch")
        self.assertIn("Hello Ann", self.sesame("inbox", "show", self.mail_to("ann@post.test"))[0])

        self.sesame("templates", "update", "voucher", "--text", self.file("new.txt", "Bye {{name}}"))
        kept = self.json_of("templates", "show", "voucher")
        self.assertEqual((kept["html"], kept["text"]), ("<p>Grüße, {{name}}</p>", "Bye {{name}}"))
        _, err = self.sesame("domains", "delete", DOMAIN, status=1)
        self.assertIn("OperationDenied", err)
        self.assertEqual(self.json_of("templates", "delete", "voucher"), {"template": made["template"], "deleted": True})
        self.assertIn("readers", self.sesame("groups", "delete", "readers")[0])
        self.assertEqual(self.json_of("senders", "delete", SENDER), {"sender": SENDER, "deleted": True})
        self.sesame("domains", "delete", DOMAIN)
        for subject in ("domains", "senders", "templates", "groups"):
            self.assertEqual(self.json_of(subject), [])

    def test_what_is_wrong_is_said(self):
        latin = self.file("latin.txt", "Grüße".encode("latin-1"))
        for arguments, said in (
                (["templates", "create", "x", "--html", "/nonexistent/x.html"], "/nonexistent/x.html"),
                (["templates", "create", "x", "--html", str(self.folder)], "cannot be read"),
                (["templates", "create", "x", "--text", str(latin)], "UTF-8"),
                (["templates", "show", "no such"], "sesame templates"), (["templates", "show", "--template-id", "999"], "TemplateNotExist"),
                (["groups", "show", "no such"], "sesame groups"), (["groups", "delete", "--group-id", "999"], "999"),
                (["groups", "create", "a<b"], "ReceiverNameIllegal"), (["domains", "check", "no.such.test"], "NotExistDomain"),
                (["domains", "add", "no domain"], "InvalidEmailIdentity"), (["senders", "add", "nobody"], "IllegalEmailAddress"),
                (["senders", "delete", "no@such.test"], "NoSuchSender"), (["block", "add", "a@b.test", "--until", "soon"], "WrongDate"),
                (["stats", "--from", "yesterday"], "--from"), (["stats", "--from", "2026-02-02", "--to", "2026-02-01"], "--to")):
            _, err = self.sesame(*arguments, status=1)
            self.assertIn(said, err, arguments)
        for arguments in (["templates", "create", "x"], ["templates", "show"], ["groups", "delete"], ["domains", "add"], ["block", "add"],
                          ["templates", "show", "x", "--part", "pdf"], ["domains", "add", "x.test", "--dkim", "512"],
                          ["groups", "show", "x", "--group-id", "1"], ["send", "--test", "a@b.test", "--at", "x"],
                          ["domains", "show", "x.test", "--zone", "--json"], ["stats", "--recipient", "a@b.test", "--domain", "x"]):
            status, _, err = run(*arguments)
            self.assertEqual(status, 2, arguments)
            self.assertIn("--help", err, arguments)

    def test_help_and_completion_name_them(self):
        _, script, _ = run("completion")
        for subject, commands in (("domains", "list add check show delete"), ("senders", "list add delete"),
                                  ("templates", "list create update show delete"), ("groups", "list create show delete"),
                                  ("block", "list add remove")):
            status, out, _ = run(subject, "--help")
            self.assertEqual(status, 0)
            for command in commands.split():
                self.assertIn(f"  {command} ", out)
                self.assertEqual(run(subject, command, "--help")[0], 0)
                self.assertRegex(script, rf'"sesame {subject} {command}"\) words="[^"]*--json')


class Zone(ManagingCase):
    """Mail leaves only from domains whose records are found."""

    @classmethod
    def setUpClass(cls):
        cls.knot = Knot()
        cls.settings = {"identity.verification": "dns", "dns.resolver": cls.knot.address()}
        super().setUpClass()

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        cls.knot.close()

    def test_the_zone_file_is_what_a_dns_server_needs(self):
        domain = "mail.shop.test"
        out, err = self.sesame("domains", "add", domain, "--dkim", "2048")
        self.assertEqual(out.splitlines()[0], f"{domain}: not verified")
        self.assertEqual(len(re.findall(r"(?m)^missing ", out)), 4)
        self.assertIn(f"sesame domains check {domain}", err)
        self.knot.publish(domain, "TXT", '"v=spf1 -all"')
        out, _ = self.sesame("domains", "check", domain)
        self.assertIn(f"found in place of the TXT record of {domain}: v=spf1 -all", out)
        self.assertEqual(self.json_of("domains", "show", domain)["records"][1]["state"], "wrong")
        zone, _ = self.sesame("domains", "show", domain, "--zone")
        lines = [re.fullmatch(r"(\S+)\. +\d+ IN (\S+) +(.*)", line) for line in zone.splitlines() if not line.startswith(";")]
        self.assertEqual(len(lines), 4)
        self.assertGreater(max(len(line[0]) for line in lines), 300)
        for line in lines:
            self.knot.rows[line[1], line[2]] = [line[3]]
        self.knot.publish("other.shop.test", "TXT", '"x"')
        checked = self.json_of("domains", "check", domain)
        self.assertEqual((checked["verified"], {row["state"] for row in checked["records"]}), (True, {"right"}), checked)


    def test_tables_fit_the_terminal(self):
        self.sesame("domains", "add", "wide.shop.test")
        out, _ = self.sesame("domains", "show", "wide.shop.test", COLUMNS="72")
        self.assertLessEqual(max(map(len, out.splitlines())), 72)
        self.assertIn("v=DMARC1; p=none", out)


class Block(ManagingCase):
    def test_addresses_come_and_go(self):
        self.assertEqual(self.json_of("block"), [])
        self.assertEqual(self.json_of("block", "add", "ann@post.test", "bob@post.test", "no address"),
                         {"added": 2, "already_there": 0, "malformed": 1})
        self.assertIn("0 added, 1 already there", self.sesame("block", "add", "ANN@post.test")[0])
        self.sesame("block", "add", "eve@post.test", "--until", "2099-12-31")
        rows = self.json_of("block", "list")
        self.assertEqual({row["address"]: (row["state"], row["until"]) for row in rows},
                         {"ann@post.test": ("blocked", ""), "bob@post.test": ("blocked", ""), "eve@post.test": ("blocked", "2099-12-31")})
        self.assertEqual([row["address"] for row in self.json_of("block", "list", "--email", "Bob@post.test")], ["bob@post.test"])
        out, err = self.sesame("block", "--limit", "1")
        self.assertEqual(len(out.splitlines()), 2)
        self.assertIn("1 of 3 addresses", err)
        self.assertIn("address is no longer", self.sesame("block", "remove", "bob@post.test")[0])
        self.assertEqual(len(self.json_of("block")), 2)
        self.assertEqual(self.json_of("block", "--bounced"), [])
        self.assertEqual(self.json_of("block", "remove", "--bounced", "bob@post.test"), {"not_blocked": ["bob@post.test"]})


class Sending(ManagingCase):
    settings = {"public_url": "https://links.shop.test"}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.letter = prepare_sender(cls.client, text="Hello {{name}}, grüße", html="<p>Hello <b>{{name}}</b></p>")

    def send(self, *more):
        return ["send", "--from", f"The Shop <{SENDER}>", "--subject", "News for {{name}}", "--template", "letter", *more]

    def test_a_test_mail_names_the_variables_that_have_no_value(self):
        self.imported("bare", "email,city\nann@bare.test,Bonn\n")
        order = self.send("--group", "bare", "--test")
        self.assertIn("no value for name", self.sesame(*order, "bare@bare.test")[1])
        self.assertNotIn("no value", self.sesame(*order, "full@bare.test", "--data", '{"name":"Ann"}')[1])
        self.assertIn("Hello Ann", self.sesame("inbox", "show", self.mail_to("full@bare.test"))[0])

    def test_a_test_mail_goes_to_one_address(self):
        self.imported("trial", "email,name\nann@trial.test,Ann\nbob@trial.test,Bob\n")
        tasks = self.json_of("tasks")
        out, _ = self.sesame(*self.send("--group", "trial", "--test", "me@own.test"))
        self.assertRegex(out, r"^mail \S+: accepted for me@own\.test\n$")
        self.assertIn("Hello Ann, grüße", self.sesame("inbox", "show", self.mail_to("me@own.test"))[0])
        made = self.json_of(*self.send("--test", "two@own.test", "--data", '{"name": "Zoë"}'))
        self.assertEqual(made["to"], "two@own.test")
        mail = self.json_of("inbox", "show", self.mail_to("two@own.test"))
        self.assertEqual((mail["headers"]["Subject"], mail["text_from"]), ("News for Zoë", "text"))
        fate = eventually(lambda: [row for row in self.json_of("stats", "--recipient", "two@own.test") if row["state"] == "delivered"], 60, "the fate")
        self.assertEqual(fate[0]["mail"], made["mail"])
        self.assertEqual(self.json_of("tasks"), tasks)
        self.assertEqual(self.json_of("inbox", "list", "--to", "@trial.test"), [])
        _, err = self.sesame(*self.send("--test", "nobody"), status=1)
        self.assertIn("IncorrectEmail", err)

    def test_a_task_for_later_repeats_its_time(self):
        self.imported("later", "email,name\nann@later.test,Ann\n")
        later = datetime.datetime.now(UTC).replace(microsecond=0) + datetime.timedelta(days=2)
        berlin = later.astimezone(datetime.timezone(datetime.timedelta(hours=5, minutes=30)))
        for at in (later.isoformat(), later.strftime("%Y-%m-%dT%H:%M:%SZ"), berlin.isoformat(), berlin.strftime("%Y-%m-%d %H:%M:%S")):
            out, _ = self.sesame(*self.send("--group", "later", "--at", at), SESAME_DISPLAY_TIME_ZONE="Asia/Kolkata")
            self.assertRegex(out, rf"^task \d+: will mail 1 recipients of `later` at {re.escape(berlin.strftime('%Y-%m-%d %H:%M:%S'))} "
                                  rf"\+05:30 \({later.strftime('%Y-%m-%dT%H:%M:%SZ')}\)\n$", at)
            task = self.client.call("ListSendTasks", Offset=0, Limit=1)["Data"][0]
            beijing = later.astimezone(datetime.timezone(datetime.timedelta(hours=8)))
            self.assertEqual((task["TaskType"], task["TimedParam"]["BeginTime"]), (2, beijing.strftime("%Y-%m-%d %H:%M:%S")))
            row, = [row for row in self.json_of("tasks", SESAME_DISPLAY_TIME_ZONE="Asia/Kolkata") if row["task"] == task["TaskId"]]
            self.assertEqual(row["why"], f"begins at {berlin.strftime('%Y-%m-%d %H:%M:%S')} +05:30")
            self.sesame("tasks", "stop", task["TaskId"])
        made = self.json_of(*self.send("--group", "later", "--at", later.isoformat()))
        self.assertEqual((made["at"], made["recipients"]), (later.strftime("%Y-%m-%dT%H:%M:%SZ"), 1))
        self.sesame("tasks", "stop", made["task"])
        for at, said in (("tomorrow", "`tomorrow`"), ("2026-02-30 09:00", "display.time_zone"), ("2020-01-01T00:00:00Z", "past")):
            _, err = self.sesame(*self.send("--group", "later", "--at", at), status=1)
            self.assertIn(said, err)

    def test_a_task_is_capped_from_its_first_mail(self):
        self.imported("slow", "email,name\n" + "".join(f"s{i}@slow.test,S{i}\n" for i in range(60)))
        capped = self.send("--group", "slow", "--per-hour", "60", "--per-day", "2000", "--over", "10")
        out, _ = self.sesame(*capped, "--dry-run")
        self.assertRegex(out, r"(?m)^ends about \d{4}-.*, at most 60 an hour, at most 2,000 a day, over 10 hours$")
        out, err = self.sesame(*capped)
        task = int(re.match(r"task (\d+): mailing 60 recipients of `slow`\n$", out).group(1))
        self.assertRegex(err, r"(?m)^ends about \d{4}-.*, at most 60 an hour, at most 2,000 a day, over 10 hours$")
        now = self.client.call("GetSendTask", OWN, TaskId=task)
        self.assertEqual((now["MailsPerHour"], now["MailsPerDay"], now["SpreadHours"]), (60, 2000, 10))
        begin = datetime.datetime.strptime(now["Task"]["TimedParam"]["BeginTime"], "%Y-%m-%d %H:%M:%S")
        created = datetime.datetime.strptime(now["Task"]["CreateTime"], "%Y-%m-%d %H:%M:%S")
        self.assertLess(begin - created, datetime.timedelta(minutes=1), "it was moved to now")
        ends = datetime.datetime.strptime(now["EstimatedEndTime"], "%Y-%m-%d %H:%M:%S")
        self.assertAlmostEqual((ends - begin).total_seconds(), 36_000, delta=60)
        eventually(lambda: self.client.call("GetSendTask", OWN, TaskId=task)["Task"]["TaskStatus"] == 5, 60, "the start")
        self.assertEqual(self.client.call("GetSendTask", OWN, TaskId=task)["DeliveredCount"], 0, "one mail in ten minutes")
        self.sesame("tasks", "stop", task)
        again = self.json_of("send", "--again", task, "--state", "stopped", "--per-day", "7", "--at", "2037-01-01T00:00:00Z")
        row = self.client.call("GetSendTask", OWN, TaskId=again["task"])
        self.assertEqual((again["recipients"], row["MailsPerDay"], row["Task"]["TimedParam"]["BeginTime"]), (60, 7, "2037-01-01 08:00:00"))
        self.sesame("tasks", "stop", again["task"])
        for wrong in (["--per-hour", "0"], ["--per-day", "1000000001"], ["--over", "721"], ["--over", "x"], ["--per-hour", "5", "--test", "a@b.test"]):
            self.assertEqual(run(*self.send("--group", "slow", *wrong))[0], 2, wrong)

    def test_the_unsubscribe_link_is_chosen(self):
        self.imported("bye", "email,name\nann@bye.test,Ann\n")
        _, err = self.sesame(*self.send("--group", "bye", "--unsubscribe", "2", "--watch"))
        self.assertNotIn("public_url", err)
        raw = subprocess.run([str(program.BINARY), "inbox", "show", str(self.mail_to("ann@bye.test")), "--raw"],
                             env=self.access(), capture_output=True, check=True).stdout
        self.assertIn(b"\r\nList-Unsubscribe: ", raw)
        mail_id = self.mail_to("ann@bye.test")
        self.assertEqual(raw, base64.b64decode(self.client.call("GetInboxMail", OWN, MailId=mail_id)["Raw"]))
        self.assertIn("List-Unsubscribe", self.json_of("inbox", "show", mail_id)["headers"])
        self.assertEqual(run(*self.send("--group", "bye", "--unsubscribe", "13"))[0], 2)

    def test_a_mail_is_shown_for_reading(self):
        self.client.call("SendEmail", FromEmailAddress=f"The Shop <{SENDER}>", Subject="Grüße, {{name}}", Destination=["ann@show.test"],
                         Template={"TemplateID": self.letter, "TemplateData": '{"name": "Zoë"}'},
                         Attachments=[{"FileName": "bill.pdf", "Content": base64.b64encode(b"%PDF" * 500).decode()}])
        mail = self.mail_to("ann@show.test")
        out, _ = self.sesame("inbox", "show", mail)
        head, body = out.split("\n\n", 1)
        self.assertIn(f"From: The Shop <{SENDER}>", head)
        self.assertIn("Subject: Grüße, Zoë", head)
        self.assertNotIn("DKIM-Signature", out)
        self.assertEqual(body.splitlines()[0], "Hello Zoë, grüße")
        self.assertEqual(body.splitlines()[-1], "attachment: bill.pdf (application/pdf, 2,000 bytes)")
        self.assertEqual(self.json_of("inbox", "show", mail)["attachments"], [{"name": "bill.pdf", "type": "application/pdf", "bytes": 2000}])
        page = self.file("page.html", "<h1>Sale</h1><p>Now &amp; here:<br><a href='https://shop.test/'>look</a></p>")
        self.sesame("templates", "create", "page", "--html", page)
        self.sesame("send", "--from", SENDER, "--subject", "Sale", "--template", "page", "--test", "html@show.test")
        out, _ = self.sesame("inbox", "show", self.mail_to("html@show.test"))
        self.assertIn("Sale\n\nNow & here:\nlook", out)
        self.assertEqual(self.json_of("inbox", "show", self.mail_to("html@show.test"))["text_from"], "html")

    def test_stats_count_the_days(self):
        self.imported("counted", "email,name\nann@counted.test,Ann\nbob@counted.test,Bob\n")
        self.sesame(*self.send("--group", "counted", "--watch"))
        row, = self.json_of("stats", "--recipient-domain", "counted.test")
        self.assertEqual((row["requested"], row["delivered"], row["bounced"]), (2, 2, 0))
        table, _ = self.sesame("stats", "--recipient-domain", "counted.test", "--from", row["day"], "--to", row["day"])
        self.assertRegex(table, r"(?m)^in all +2 +2 +2 ")
        self.assertIn("no mail from 2026-01-01", self.sesame("stats", "--from", "2026-01-01", "--to", "2026-01-07")[0])
        self.assertIn("no mail to nobody@counted.test", self.sesame("stats", "--recipient", "nobody@counted.test")[0])
        self.assertEqual(self.json_of("stats", "--domain", "other.test"), [])


class WithoutAddressForReaders(ManagingCase):
    """A server whose mail leaves, and whose readers can't reach it. Its relay is never there: no mail leaves."""
    settings = {**CommandCase.settings, "delivery.mode": "relay", "delivery.relay": "127.0.0.1:9"}

    def test_a_link_that_will_be_left_out_is_named(self):
        prepare_sender(self.client)
        page = self.file("bye.txt", "Hello {{name}}")
        self.sesame("templates", "create", "bye", "--text", page)
        self.imported("bye", "email,name\nann@bye.test,Ann\n")
        send = ["send", "--from", SENDER, "--subject", "Bye", "--template", "bye", "--group", "bye"]
        out, err = self.sesame(*send, "--unsubscribe", "2")
        self.assertRegex(out, r"^task \d+: mailing 1 recipients of `bye`\n$")
        self.assertIn("`public_url`", err)
        self.assertNotIn("public_url", self.sesame(*send)[1])
        self.assertFalse(self.client.call("GetTrackingSetting", OWN)["LinksPossible"])


if __name__ == "__main__":
    program.main()
