"""The steps that write what version 0.3.0 brought into a data folder (tests/data/write_folder.py): people of the console and
their sessions, kept calls, the audit log, imports, versions of templates, and mail that stays in the sandbox inbox."""
import base64
import json
import subprocess

import program
from console_client import PASSWORD, Browser, set_up, switch_on_factor, token_in
from folder_phases import NEWS, FolderPhases, content, data_of
from kept_folders import drop_times
from program import OWN, ApiError, eventually, wait_uploaded

ROLES = {"ada": "admin", "olga": "operator", "sven": "sender", "nadia": "analyst", "rex": "reviewer"}
RESET = "sven"
MARKED, ORDERED = "marked.shop.test", "ordered.shop.test"
MARKED_NEWS, ORDERED_NEWS = f"news@{MARKED}", f"news@{ORDERED}"
ORDERED_REGION = "ap-singapore"  # Holds what was ordered while no mail left the server, and nothing else.
SIMULATED = {"sim-bounce@post.test": "hard_bounce", "sim-left@post.test": "unsubscribe", "sim-upset@post.test": "complaint"}
AUDITED = ("SetUp", "Login", "PutUser", "ResetUser", "SetSecondFactor", "UndoImport", "DeleteReceiver", "CreateCredential")


def rows_of(addresses, **more):
    return [{"Email": to, "TemplateData": json.dumps({**data_of(to), **more})} for to in addresses]


class ConsoleSteps(FolderPhases):
    def people(self):
        """Users in every role, one who is disabled and one who has nothing but a link; some of their sessions stay open."""
        owner = set_up(self.server)
        app, recovery = switch_on_factor(owner)

        def put(name, role, **more):
            answer = owner.call("PutUser", Name=name, Role=role, **more).json["Response"]
            assert "Error" not in answer, answer
            return answer["LoginToken"]
        for name, role in ROLES.items():
            put(name, role, Password=PASSWORD)
        put("dora", "sender", Password=PASSWORD, Enabled=False)
        link = put("nina", "analyst", Link=True)
        browsers = {"ann": owner, **{name: Browser(self.server.port) for name in ("rex", "nadia")}}
        assert Browser(self.server.port).log_in("ann", PASSWORD, recovery[0]).status == 200
        for name in ("rex", "nobody"):
            assert Browser(self.server.port).log_in(name, "a wrong password").status == 401
        for name in ("rex", "nadia"):
            assert browsers[name].log_in(name, PASSWORD).status == 200
        self.expected["console"] = {
            "roles": {"ann": "owner", **ROLES}, "password": PASSWORD, "disabled": "dora", "links": {"nina": link},
            "factor": {"name": "ann", "secret": base64.b32encode(app.secret).decode(), "recovery": recovery[1:], "used": recovery[0]},
            "sessions": {name: {"cookie": browser.cookie, "csrf": browser.csrf} for name, browser in browsers.items()}}

    def reset_by_the_operator(self):
        """A user whose password was taken away without a server; the link lasts for 15 minutes."""
        done = subprocess.run([program.BINARY, "users", "reset", RESET, "--data-dir", self.folder / "data"], capture_output=True,
                              text=True, timeout=60, check=True)
        self.expected["console"]["links"][RESET] = token_in(done.stdout, "login")

    def kept_calls(self):
        """A refused call with its request, as it is kept for a day."""
        try:
            self.settled.call("SendEmail", FromEmailAddress=NEWS, Subject="Refused", Destination=["ann@post.test"],
                              Template={"TemplateID": 4711, "TemplateData": "{}"})
            raise AssertionError("a template that does not exist was mailed")
        except ApiError as refused:
            request_id = self.client.headers["X-Sesame-Request"].rsplit("/", 1)[1]
            kept = self.settled.call("GetCall", OWN, RequestId=request_id)
            assert kept["Call"]["Code"] == refused.code and "4711" in kept["Body"], kept
        names = ("Call", "MessageEn", "MessageZh", "RequestLine", "Headers", "CanonicalRequest", "StringToSign", "Body")
        self.expected["refused_call"] = {"id": request_id, "kept": drop_times({name: kept[name] for name in names})}

    def imports(self):
        """Imports that are finished, undone and open, into a group that people were removed from."""
        call = self.settled.call
        group = self.group(self.settled, "imported", ["old@post.test"])

        def begin(file, rows, **more):
            return call("ImportRecipients", OWN, ReceiverId=group, FileName=file, FileBytes=1000, Part=1, FirstLine=2, Datas=rows,
                        **more)["Import"]["ImportId"]
        odd = [*rows_of(["one@post.test", "ONE@post.test", "old@post.test", "a@b@c", "x" * 260 + "@post.test", ""]),
               {"Email": "two@post.test", "TemplateData": '{"other":"1"}'}]
        finished = begin("odd.csv", odd)
        call("ImportRecipients", OWN, ImportId=finished, Part=2, FirstLine=9, Datas=rows_of(["three@post.test"]), Last=True)
        undone = begin("mistake.csv", rows_of([f"mistake{i}@post.test" for i in range(20)]), Last=True)
        wait_uploaded(self.settled, group)
        call("UndoImport", OWN, ImportId=undone)
        eventually(lambda: call("GetImport", OWN, ImportId=undone)["Import"]["State"] == "undone", 30, "the end of the undoing")
        first = rows_of(["four@post.test", "five@post.test"])
        unfinished = begin("half.csv", first, ClientToken="half-17")
        wait_uploaded(self.settled, group)
        task = self.batch(self.settled, group, NEWS, self.template)
        self.reaches(self.settled, task, 10)
        self.all_groups.append(group)
        self.all_tasks.append(task)
        found = {one["ImportId"]: one for one in call("ListImports", OWN, Offset=0, Limit=100, ReceiverId=group)["Data"]}
        counts = [found[finished][name] for name in ("ValidCount", "InvalidCount", "TooLongCount", "EmptyEmailCount", "RepeatCount", "RefusedCount")]
        assert counts == [2, 1, 1, 1, 2, 1], counts
        assert [found[one]["State"] for one in (finished, undone, unfinished)] == ["finished", "undone", "open"]
        self.expected["imports"] = {
            "group": group, "finished": finished, "undone": undone, "open": unfinished, "token": "half-17", "first": first,
            "second": rows_of(["six@post.test"]), "answers": {
                str(one): drop_times(call("GetImport", OWN, ImportId=one, WithRows=True)) for one in (finished, undone, unfinished)}}

    def template_versions(self):
        call = self.settled.call
        template = call("CreateEmailTemplate", TemplateName="versions", TemplateContent=content("<p>One</p>"))["TemplateID"]
        for html in ("<p>Two</p>", "<p>Three</p>"):
            call("UpdateEmailTemplate", TemplateID=template, TemplateName="versions", TemplateContent=content(html))
        assert call("RestoreEmailTemplateVersion", OWN, TemplateID=template, Number=1)["Version"]["Number"] == 4
        self.expected["versions"] = {"template": template, "second": "<p>Two</p>", "newest": 4}

    def marked_domain(self):
        """A domain whose mail stays in the inbox where mail leaves."""
        self.domain(self.settled, MARKED, [MARKED_NEWS])
        self.settled.call("UpdateEmailIdentitySandbox", OWN, EmailIdentity=MARKED, Sandbox=True)
        self.send(self.settled, MARKED_NEWS, self.template, ["marked@post.test"])
        self.settles(self.settled)
        inbox = self.settled.call("ListInboxMails", OWN, Offset=0, Limit=10)["Data"]
        assert [row["To"] for row in inbox] == ["marked@post.test"], inbox
        self.expected["marked"] = {"domain": MARKED, "sender": MARKED_NEWS}

    def simulated_events(self):
        """Entries of lists that count for mail into the sandbox only."""
        mails = {to: self.send(self.settled, NEWS, self.template, [to], Unsubscribe="2") for to in SIMULATED}
        self.settles(self.settled)
        for to, event in SIMULATED.items():
            self.settled.call("SimulateMailEvent", OWN, MessageId=mails[to], Event=event)
            answer = self.settled.call("CheckRecipient", OWN, EmailAddress=to, SenderDomain=NEWS.split("@")[1])
            assert not answer["MayBeMailed"], (to, answer)
        listed = self.read("reader", "ListBlackEmailAddress", StartDate=self.day, EndDate=self.day, Offset=0, Limit=100)["BlackList"]
        assert len(listed) == 5, listed  # Where mail leaves, the simulated bounce is not among them.
        self.expected["simulated"] = {"addresses": list(SIMULATED), "messages": mails}

    def order_in_the_sandbox(self):
        """A task that waits for its time, one whose mail is deferred, and a deferred single mail."""
        caller = self.caller("first", ORDERED_REGION)
        self.domain(caller, ORDERED, [ORDERED_NEWS])
        template = caller.call("CreateEmailTemplate", TemplateName="letter", TemplateContent=content())["TemplateID"]
        caller.call("ReviewEmailTemplate", OWN, TemplateID=template, Approved=True)
        to = [f"ordered{i}@post.test" for i in range(3)]
        group = self.group(caller, "ordered", to)
        planned = self.batch(caller, group, ORDERED_NEWS, template, TaskType=2, TimedParam={"BeginTime": "2099-01-01 00:00:00"})
        caller.call("SetChaos", OWN, Faults=[{"Stage": "rcpt", "Code": 451}])
        deferred = self.batch(caller, group, ORDERED_NEWS, template)
        message = self.send(caller, ORDERED_NEWS, template, ["ordered-sent@post.test"])
        eventually(lambda: caller.call("GetSendTask", OWN, TaskId=deferred)["DeferredCount"] == len(to), 30, "deferred mail of a task")
        eventually(lambda: caller.call("GetMail", OWN, MessageId=message)["Mail"]["State"] == "deferred", 30, "a deferred mail")
        self.expected["ordered"] = {"region": ORDERED_REGION, "to": to, "planned": planned, "deferred": deferred, "message": message,
                                    "sent": "ordered-sent@post.test"}

    def read_the_new(self):
        """Answers of the actions that came with 0.3.0, once mail leaves again."""
        ordered, template = self.expected["ordered"], self.expected["versions"]["template"]
        caller = self.caller("first", ORDERED_REGION)
        assert all(caller.call("GetSendTask", OWN, TaskId=ordered[one])["OrderedInSandbox"] for one in ("planned", "deferred"))
        assert len(self.pages("first", "ListUsers", OWN)) == len(self.expected["console"]["roles"]) + 2
        for one in (self.template, template):
            versions = self.pages("first", "ListEmailTemplateVersions", OWN, TemplateID=one)
            for version in versions:
                self.read("first", "ListEmailTemplateVersions", OWN, TemplateID=one, Offset=0, Limit=1, Number=version["Number"])
        for to in ("gone0@post.test", "gone2@post.test", "full0@post.test", "ann@post.test", "reader6@post.test", "sub@post.test",
                   "marked@post.test", "never@post.test", *SIMULATED):
            for mail in self.read("first", "ListMails", OWN, Limit=100, ToEmailAddress=to)["Data"]:
                # The lists follow the delivery mode, and their ends the settings.
                self.read("first", "GetMail", OWN, MessageId=mail["MessageId"], ToEmailAddress=to).pop("Lists")
        refused, = self.settled.call("ListMails", OWN, Limit=10, ToEmailAddress="gone2@post.test", State="refused")["Data"]
        assert len(self.settled.call("GetMail", OWN, MessageId=refused["MessageId"], ToEmailAddress="gone2@post.test")["Attempts"]) == 1
        self.read("first", "GetEmailIdentity", EmailIdentity=MARKED)
        later = "later-sent@post.test"
        waiting, = self.moving.call("ListMails", OWN, Limit=10, ToEmailAddress=later)["Data"]
        self.expected["deferred_message"] = {"MessageId": waiting["MessageId"], "ToEmailAddress": later}
        assert waiting["State"] == "deferred", waiting
        self.expected["audit"] = {}
        for action in AUDITED:
            rows = self.settled.call("ListAuditEntries", OWN, Limit=100, ActionName=action)["Data"]
            assert rows, f"no entry of {action}"
            self.expected["audit"][action] = rows
