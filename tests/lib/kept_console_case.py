"""Tests of a kept data folder: what version 0.3.0 brought is still used (tests/data/README.md). Older folders skip them."""
import base64
import ctypes
import subprocess
import time

from beijing import moment
from console_client import App, Browser
from folder_phases import REFUSALS
from kept_folder_case import KeptFolderCase
from kept_folders import difference, drop_times
from program import BINARY, OWN, ApiError, eventually, wait_uploaded
from sink import Sink


def now_ms():
    return int(time.time() * 1000)


def unpacked(frames, size):
    """Kept calls as the program packed them."""
    zstd = ctypes.CDLL("libzstd.so.1")
    zstd.ZSTD_decompress.restype = ctypes.c_size_t
    room = ctypes.create_string_buffer(size)
    found = zstd.ZSTD_decompress(room, ctypes.c_size_t(size), frames, ctypes.c_size_t(len(frames)))
    assert found == size, (found, size)
    return bytearray(room.raw)


def stored_frame(data):
    """A zstd frame that compresses nothing (RFC 8878 section 3.1.1): raw blocks of at most 128 KiB."""
    blocks = [data[at:at + 131_072] for at in range(0, len(data), 131_072)]
    return b"\x28\xb5\x2f\xfd\xa0" + len(data).to_bytes(4, "little") + b"".join(
        (len(block) << 3 | (block is blocks[-1])).to_bytes(3, "little") + block for block in blocks)


def varint(data, at):
    number = shift = 0
    while True:
        number |= (data[at] & 127) << shift
        at, shift, last = at + 1, shift + 7, data[at] < 128
        if last:
            return number, at


def set_times(data, time_ms):
    """Gives each call of a row (src/cloudapi/call_record.cpp) this time, which takes as many bytes as the one it had."""
    at = 0
    while at < len(data):
        _, at = varint(data, at)  # The number.
        form, at = data[at], at + 1
        left_out, at = (data[at], at + 1) if form & 0x40 else (0, at)
        _, end = varint(data, at)
        wanted = time_ms
        for place in range(at, end):
            data[place], wanted = wanted & 127 | (128 if place < end - 1 else 0), wanted >> 7
        assert wanted == 0
        at = end
        for _ in range(4):  # Account, duration, sizes.
            _, at = varint(data, at)
        texts = 7 - left_out.bit_count() + {1: 0, 2: 4, 3: 10}[form & 0x0f]
        if form & 0x80:
            at += 16
        else:
            texts += 1
        for _ in range(texts):
            size, at = varint(data, at)
            at += size


class KeptConsoleCase(KeptFolderCase):
    def what_is_new(self, name):
        if name not in self.expected:
            self.skipTest("a version without it")
        return self.expected[name]

    def browser(self, name=None):
        """A browser with the session that `name` left open; without a name, one that nobody has logged in with."""
        browser = Browser(self.server.port)
        if name:
            kept = self.expected["console"]["sessions"][name]
            browser.cookie, browser.csrf = kept["cookie"], kept["csrf"]
        return browser

    def log_in(self, name, code=None, password=None):
        answer = self.browser().log_in(name, password or self.expected["console"]["password"], code)
        return answer.json["role"] if answer.status == 200 else answer.code

    def test_people_of_the_console_log_in_as_they_did(self):
        console = self.what_is_new("console")
        factor, links = console["factor"], console["links"]
        with self.database() as connection, connection:  # Links last for a day at most; this folder is older.
            self.assertEqual(connection.execute("UPDATE console_link SET expires_ms = ?", (now_ms() + 600_000,)).rowcount, len(links))
        self.start()
        for name, role in console["roles"].items():
            if name not in (factor["name"], *links):
                self.assertEqual((self.log_in(name), self.log_in(name, password="another password")), (role, "LoginFailed"))
        for name in (console["disabled"], *links):
            self.assertEqual(self.log_in(name), "LoginFailed")
        app = App(factor["secret"])
        name, role = factor["name"], console["roles"][factor["name"]]
        self.assertEqual((self.log_in(name), self.log_in(name, factor["used"])), ("CodeNeeded", "CodeWrong"))
        self.assertEqual((self.log_in(name, app.code()), self.log_in(name, factor["recovery"][0])), (role, role))
        self.assertEqual(self.log_in(name, factor["recovery"][0]), "CodeWrong")
        for name, token in links.items():
            answers = [self.browser().post("/console/login", {"token": token}) for _ in range(2)]
            self.assertEqual((answers[0].json["user"], answers[1].code), (name, "LinkInvalid"))

    def test_open_sessions_go_on_and_end(self):
        console = self.what_is_new("console")
        with self.database() as connection, connection:  # Sessions last for a week at most.
            connection.execute("UPDATE console_session SET created_ms = ?1, seen_ms = ?1, proven_ms = ?1", (now_ms(),))
        self.start()
        for name in console["sessions"]:
            answer = self.browser(name).get("/console/session")
            self.assertEqual((answer.status, answer.json["user"], answer.json["role"]), (200, name, console["roles"][name]))
        owner, analyst = self.browser("ann"), self.browser("nadia")
        made = owner.call("CreateReceiver", ReceiversName="made in the console").json["Response"]
        self.assertIn("ReceiverId", made)
        self.assertIn("Error", analyst.call("CreateReceiver", ReceiversName="not hers").json["Response"])
        self.assertNotIn("Error", owner.call("PutUser", Name="nadia", Enabled=False).json["Response"])
        self.assertFalse(self.browser("nadia").logged_in())
        self.assertEqual(self.browser("rex").post("/console/logout").status, 204)
        self.assertFalse(self.browser("rex").logged_in())
        self.assertTrue(owner.logged_in())

    def verify(self):
        done = subprocess.run([BINARY, "audit", "--verify", "--data-dir", self.server.folder / "data"], capture_output=True, text=True,
                              timeout=60)
        return done.returncode, done.stdout + done.stderr

    def test_the_audit_log_is_whole_and_goes_on(self):
        audit = self.what_is_new("audit")
        self.start()
        for action, rows in audit.items():
            self.assertIsNone(difference(rows, self.settled.call("ListAuditEntries", OWN, Limit=100, ActionName=action)["Data"]))
        made = self.settled.call("CreateReceiver", ReceiversName="late")["ReceiverId"]
        newest = self.settled.call("ListAuditEntries", OWN, Limit=1, ActionName="CreateReceiver")["Data"][0]
        self.assertIn(f"ReceiverId={made}", newest["Target"])
        self.client.close()
        self.server.stop()
        status, said = self.verify()
        self.assertEqual(status, 0, said)
        with self.database() as connection, connection:
            self.assertEqual(connection.execute("UPDATE audit_entry SET actor = 'eve' WHERE action = 'SetUp'").rowcount, 1)
        status, said = self.verify()
        self.assertEqual(status, 1, said)

    def test_kept_calls_are_shown(self):
        refused = self.what_is_new("refused_call")
        called_ms = now_ms() - 60_000
        with self.database() as connection, connection:  # Calls are kept for a day.
            for first, size, packed in connection.execute("SELECT first_call, size, packed FROM call_block").fetchall():
                data = unpacked(packed, size)
                set_times(data, called_ms)
                frame = stored_frame(bytes(data))
                connection.execute("UPDATE call_block SET last_ms = ?, packed = ?, bytes = ? WHERE first_call = ?",
                                   (called_ms, frame, len(frame), first))
        self.start()
        kept = drop_times(self.settled.call("GetCall", OWN, RequestId=refused["id"]))
        self.assertIsNone(difference(refused["kept"], kept))
        listed = self.settled.call("ListCalls", OWN, Limit=100, ActionName="SendEmail", Code=refused["kept"]["Call"]["Code"])["Data"]
        self.assertIn(refused["id"], [call["RequestId"] for call in listed])

    def test_imports_are_shown_resumed_and_undone(self):
        imports = self.what_is_new("imports")
        with self.database() as connection, connection:  # Imports are kept for thirty days.
            connection.execute("UPDATE audience_import SET created_ms = ?1, changed_ms = ?1", (now_ms(),))
        self.start()
        call = self.settled.call
        for one, answer in imports["answers"].items():
            self.assertIsNone(difference(answer, drop_times(call("GetImport", OWN, ImportId=int(one), WithRows=True))))
        count = call("ListReceiverDetails", ReceiverId=imports["group"], Offset=0, Limit=1)["TotalCount"]
        # The first part is known by its rows and by the token of the call that began it.
        again = {"Part": 1, "FirstLine": 2, "Datas": imports["first"]}
        repeated = [call("ImportRecipients", OWN, ReceiverId=imports["group"], FileName="half.csv", FileBytes=1000,
                         ClientToken=imports["token"], **again)["Import"], call("ImportRecipients", OWN, ImportId=imports["open"], **again)["Import"]]
        self.assertEqual([(one["ImportId"], one["PartCount"]) for one in repeated], [(imports["open"], 1)] * 2)
        with self.assertRaises(ApiError):
            call("ImportRecipients", OWN, ImportId=imports["open"], Part=1, FirstLine=2, Datas=imports["second"])
        done = call("ImportRecipients", OWN, ImportId=imports["open"], Part=2, FirstLine=4, Datas=imports["second"], Last=True)["Import"]
        self.assertEqual((done["State"], done["AddedCount"]), ("finished", len(imports["first"] + imports["second"])))
        wait_uploaded(self.settled, imports["group"])
        call("UndoImport", OWN, ImportId=imports["finished"])
        undone = eventually(lambda: (one := call("GetImport", OWN, ImportId=imports["finished"])["Import"])["State"] == "undone" and one, 30,
                            "the end of the undoing")
        self.assertEqual(undone["RemovedCount"], undone["AddedCount"])
        wait_uploaded(self.settled, imports["group"])
        page = call("ListReceiverDetails", ReceiverId=imports["group"], Offset=0, Limit=100)
        self.assertEqual(page["TotalCount"], count + len(imports["second"]) - undone["RemovedCount"])
        self.assertEqual([row["Email"] for row in page["Data"]],
                         ["old@post.test", *(row["Email"] for row in imports["first"] + imports["second"])])

    def test_earlier_versions_of_a_template_come_back(self):
        versions = self.what_is_new("versions")
        self.start()
        answer = self.settled.call("RestoreEmailTemplateVersion", OWN, TemplateID=versions["template"], Number=2)
        self.assertEqual(answer["Version"]["Number"], versions["newest"] + 1)
        current = self.settled.call("GetEmailTemplate", TemplateID=versions["template"])["TemplateContent"]
        self.assertEqual(base64.b64decode(current["Html"]).decode(), versions["second"])

    def test_simulated_entries_count_in_the_sandbox_only(self):
        simulated = self.what_is_new("simulated")
        news = self.expected["senders"]["news"]

        def mailed():
            return {to: self.settled.call("CheckRecipient", OWN, EmailAddress=to, SenderDomain=news.split("@")[1])["MayBeMailed"]
                    for to in simulated["addresses"]}
        self.start()
        self.assertEqual(mailed(), dict.fromkeys(simulated["addresses"], False))
        self.client.close()
        self.server.stop()
        with Sink() as sink:
            self.server.settings |= {"delivery.mode": "relay", "delivery.relay": f"127.0.0.1:{sink.port}", "delivery.relay_tls": "off"}
            self.start()
            self.assertEqual(mailed(), dict.fromkeys(simulated["addresses"], True))
            self.client.close()
            self.server.stop()

    def test_mail_of_marks_and_of_the_sandbox_stays_in_where_mail_leaves(self):
        marked, ordered = self.what_is_new("marked"), self.expected["ordered"]
        with self.database() as connection, connection:
            connection.execute("UPDATE message SET first_attempt_ms = ?1, next_attempt_ms = ?1 WHERE next_attempt_ms IS NOT NULL AND"
                               " first_attempt_ms > 0", (now_ms(),))
        with Sink() as sink:
            self.server.settings |= {"delivery.mode": "relay", "delivery.relay": f"127.0.0.1:{sink.port}", "delivery.relay_tls": "off",
                                     "identity.verification": "trust"}
            self.start()
            caller, template, before = self.caller("first", ordered["region"]), self.expected["template"], self.newest_mail(self.settled)
            for name in ("planned", "deferred"):
                self.assertTrue(self.task(caller, ordered[name])["OrderedInSandbox"], name)
            caller.call("UpdateSendTask", OWN, TaskId=ordered["planned"], BeginTime=moment(2))
            self.settled.call("SendEmail", **self.letter(marked["sender"], template, "marked-late@post.test"))
            self.settled.call("SendEmail", **self.letter(self.expected["senders"]["news"], template, "left@post.test"))
            wanted = {ordered["sent"]: 1, **dict.fromkeys(ordered["to"], 2)}
            inbox = eventually(lambda: sum(map(len, (found := self.inbox(caller)).values())) >= sum(wanted.values()) and found, 60,
                               "the mail that was ordered in the sandbox")
            self.assertEqual({to: len(mails) for to, mails in inbox.items()}, wanted)
            eventually(lambda: list(self.inbox(self.settled, before)) == ["marked-late@post.test"], 30, "the mail of the marked domain")
            deferred = [*self.expected["deferred"]["to"], self.expected["deferred"]["submitted"]]
            eventually(lambda: {"left@post.test", *deferred} <= {mail[2] for mail in sink.mails}, 60, "all other mail at the relay")
            self.assertEqual({mail[2] for mail in sink.mails} & {"marked-late@post.test", *wanted}, set())
            for name in (self.expected["middle"]["task"], self.expected["deferred"]["task"]):
                self.assertFalse(self.task(self.moving, name)["OrderedInSandbox"], name)
            self.client.close()
            self.server.stop()

    def test_earlier_attempts_stand_before_later_ones(self):
        message = self.what_is_new("deferred_message")
        with self.database() as connection, connection:
            connection.execute("UPDATE message SET first_attempt_ms = ?1, next_attempt_ms = ?1 WHERE next_attempt_ms IS NOT NULL AND"
                               " first_attempt_ms > 0", (now_ms(),))
        self.start()
        told = eventually(lambda: (one := self.moving.call("GetMail", OWN, **message))["Mail"]["State"] == "delivered" and one, 60,
                          "the delivery")
        first, *_, last = told["Attempts"]
        self.assertEqual((first["Number"], first["Result"], first["Stage"], first["Reply"], first["Tls"]),
                         (1, "deferred", "rcpt", REFUSALS["later"], "clear"))
        self.assertRegex(first["Host"], r"^127\.0\.0\.1:\d+$")
        self.assertEqual((last["Result"], last["Host"], last["Number"]), ("delivered", "sandbox", len(told["Attempts"])))
