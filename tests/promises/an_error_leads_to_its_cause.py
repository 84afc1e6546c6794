#!/usr/bin/python3
"""Promise: an error leads to its cause, and no secret lies on the way.

Method: the official SDK, unmodified, makes calls that are refused; the page that X-Sesame-Request names, its action, its
diagnosis and `sesame calls` say why. Passwords, keys, signatures, addresses and files of the calls are looked for in the
answers and in all files of the data folder. What is kept survives a restart; another account sees none of it.
"""
import base64
import ctypes
import json
import os
import pathlib
import re
import sqlite3
import subprocess
import sys
import time
import unittest
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from console import failures, run_scenes  # noqa: E402
from console_client import Browser, serve, set_up  # noqa: E402
from node_clients import run_sdk_tests  # noqa: E402
from program import BINARY, OWN, SECRET_ID, SECRET_KEY, SENDER, ApiError, eventually, prepare_sender, tc3_headers  # noqa: E402

WRONG_PASSWORD = "only-LowerAndUpper"  # Without two digits.
SECRETS = {"password": WRONG_PASSWORD, "key": SECRET_KEY, "address": "ann.private", "data": "private data",
           "file": base64.b64encode(b"private file").decode()}


def unpacked(block):
    """What a block of the database holds; read with the library that the program packs with."""
    zstd = ctypes.CDLL("libzstd.so.1")
    zstd.ZSTD_decompress.restype = ctypes.c_size_t
    room = ctypes.create_string_buffer(4 * 1024 * 1024)
    size = zstd.ZSTD_decompress(room, ctypes.c_size_t(len(room)), block, ctypes.c_size_t(len(block)))
    assert not zstd.ZSTD_isError(ctypes.c_size_t(size))
    return room.raw[:size]


class AnErrorLeadsToItsCause(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = serve(**{"api.keep_refused_bodies": "true"}).start()
        cls.browser = set_up(cls.server)
        prepare_sender(cls.server.client())
        done = run_sdk_tests("wrong_calls.test.mjs", cls.server.port, 120, SESAME_PASSWORD=WRONG_PASSWORD)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
        cls.calls = dict(re.findall(r"call (\w+) ([0-9a-f-]{36})", done.stdout))

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__(None, None, None)

    def setUp(self):
        self.client = self.server.client()  # The browser takes longer than a connection may be idle.

    def tearDown(self):
        self.client.close()

    def kept(self, name):
        return self.client.call("GetCall", version=OWN, RequestId=self.calls[name])

    def diagnosis(self, request_id):
        return self.browser.post("/console/explorer/doctor", {"request_id": request_id}).json

    def test_a_refused_call_shows_what_came_why_and_what_to_do(self):
        kept = self.kept("template")
        call = kept["Call"]
        self.assertEqual((call["Action"], call["Version"], call["Region"]), ("SendEmail", "2020-10-02", "ap-guangzhou"))
        self.assertEqual(call["Code"], "FailedOperation.InvalidTemplateID")
        self.assertEqual((call["Credential"], call["Peer"]), (SECRET_ID, "127.0.0.1"))
        self.assertRegex(call["Client"], r"^SDK_NODEJS_\d")
        self.assertIn("4711", kept["MessageEn"])
        self.assertIn("4711", kept["MessageZh"])
        self.assertTrue(kept["Remedy"])
        self.assertIn({"Name": "Host", "Value": f"127.0.0.1:{self.server.port}"},
                      [{**header, "Name": header["Name"].title()} for header in kept["Headers"]])
        body = json.loads(kept["Body"])
        self.assertEqual((body["Subject"], body["Template"]["TemplateID"]), ("Hi", 4711))
        self.assertEqual((body["Destination"], body["Template"]["TemplateData"], body["Attachments"][0]["Content"]), ("***",) * 3)

    def test_the_kept_canonical_request_is_the_one_that_was_signed(self):
        kept = self.kept("template")
        # The SDK signed it, and the server found the signature right before it looked for the template.
        self.assertTrue(kept["CanonicalRequest"].startswith("POST\n/\n\n"))
        self.assertIn(f"host:127.0.0.1:{self.server.port}\n", kept["CanonicalRequest"])
        self.assertEqual(len(kept["StringToSign"].split("\n")), 4)

    def test_the_doctor_says_what_is_wrong_with_a_signature_by_its_request_id_alone(self):
        findings = self.diagnosis(self.calls["signature"])["findings"]
        self.assertEqual([finding["rule"] for finding in findings], ["code", "key"])
        self.assertIn("blanks", findings[1]["text"])
        self.assertEqual(self.diagnosis(str(uuid.uuid4()))["findings"][0]["rule"], "not_kept")

    def test_the_doctor_shows_no_kept_call_to_a_role_that_may_not_see_it(self):
        self.browser.call("PutUser", version=OWN, Name="rex", Role="reviewer", Password="correct horse battery")
        reviewer = Browser(self.server.port)
        self.assertEqual(reviewer.log_in("rex", "correct horse battery").status, 200)
        self.assertIn("Error", reviewer.call("GetCall", version=OWN, RequestId=self.calls["signature"]).json["Response"])
        told = reviewer.post("/console/explorer/doctor", {"request_id": self.calls["signature"]})
        self.assertEqual([finding["rule"] for finding in told.json["findings"]], ["not_allowed"])
        self.assertNotIn(SECRET_ID, told.bytes.decode())

    def test_every_answer_names_its_page_and_the_page_is_there(self):
        headers = tc3_headers(b"{}", f"127.0.0.1:{self.server.port}", "Fly", "2020-10-02", int(time.time()))
        answer = self.browser.request("POST", "/", b"{}", **{name.replace("-", "_"): text for name, text in headers.items()})
        page = answer.headers["X-Sesame-Request"]
        self.assertEqual(page, "/console/calls/" + answer.json["Response"]["RequestId"])
        document = self.browser.get(page)
        self.assertEqual(document.status, 200)
        self.assertIn("text/html", document.headers["Content-Type"])
        shown = self.browser.call("GetCall", version=OWN, RequestId=page.split("/")[-1]).json["Response"]
        self.assertEqual((shown["Call"]["Action"], shown["Call"]["Code"]), ("Fly", "InvalidAction"))

    def test_refusals_are_grouped_by_kind_action_and_client_and_found_by_filters(self):
        answer = self.client.call("ListCalls", version=OWN, OnlyFailed=True, Limit=100)
        groups = {(group["Action"], group["Code"]): group for group in answer["Groups"]}
        group = groups["ListReceivers", "AuthFailure.SecretIdNotFound"]
        self.assertGreaterEqual(group["Count"], 2)
        self.assertRegex(group["Client"], "^SDK_NODEJS")
        self.assertTrue(all(call["Code"] for call in answer["Data"]))
        times = [call["Time"] for call in answer["Data"]]
        self.assertEqual(times, sorted(times, reverse=True))
        by_kind = self.client.call("ListCalls", version=OWN, Code="AuthFailure", ActionName="ListReceivers", Limit=100)["Data"]
        self.assertTrue(by_kind)
        self.assertTrue(all(call["Code"].startswith("AuthFailure.") for call in by_kind))
        first = self.client.call("ListCalls", version=OWN, Limit=1)
        second = self.client.call("ListCalls", version=OWN, Limit=1, Position=first["Position"])
        self.assertGreater(first["ScannedCount"], 2, "all calls, for the groups")
        short = self.client.call("ListCalls", version=OWN, Limit=1, LeaveOutGroups=True)
        self.assertEqual((short["Groups"], short["ScannedCount"], len(short["Data"])), ([], 2, 1))
        self.assertNotEqual(first["Data"][0]["RequestId"], second["Data"][0]["RequestId"])
        people = self.client.call("ListCalls", version=OWN, Credential="ann", Limit=100)["Data"]
        self.assertTrue(all(call["Client"] == "console" for call in people))

    def test_another_account_sees_nothing_of_it(self):
        app_id = self.client.call("CreateAccount", version=OWN, Name="other")["AppId"]
        pair = self.client.call("CreateCredential", version=OWN, AppId=app_id, Name="other")

        def as_other(action, **parameters):
            body = json.dumps(parameters).encode()
            answer = self.client.raw(action, body, OWN, secret_id=pair["SecretId"], secret_key=pair["SecretKey"])[2]["Response"]
            if "Error" in answer:
                raise ApiError(answer["Error"]["Code"], answer["Error"]["Message"])
            return answer
        with self.assertRaises(ApiError) as refused:
            as_other("GetCall", RequestId=self.calls["template"])
        self.assertEqual(refused.exception.code, "ResourceNotFound")
        with self.assertRaises(ApiError):
            as_other("GetCall", RequestId=self.calls["stranger"])
        seen = as_other("ListCalls", Limit=100)
        self.assertEqual({call["Credential"] for call in seen["Data"]}, {pair["SecretId"]})
        self.assertEqual(seen["ScannedCount"], len(seen["Data"]), "nothing tells how many calls others made")
        # The account that manages the others sees strangers, too.
        self.assertEqual(self.kept("stranger")["Call"]["AppId"], "")

    def test_a_mail_and_a_task_name_the_call_that_asked_for_them(self):
        sent = self.client.call("SendEmail", FromEmailAddress=SENDER, Destination=["bob@post.test"], Subject="s",
                                Template={"TemplateID": 1, "TemplateData": '{"name":"B"}'})
        mail = eventually(lambda: self.client.call("GetMail", version=OWN, MessageId=sent["MessageId"]), what="the mail")
        self.assertEqual((mail["Call"]["RequestId"], mail["Call"]["Credential"]), (sent["RequestId"], SECRET_ID))
        group = self.client.call("CreateReceiver", ReceiversName="g")["ReceiverId"]
        self.client.call("CreateReceiverDetail", ReceiverId=group, Emails=["eve@post.test"])
        program.wait_uploaded(self.client, group)
        task = self.browser.call("BatchSendEmail", FromEmailAddress=SENDER, ReceiverId=group, Subject="s", TaskType=1,
                                 Template={"TemplateID": 1, "TemplateData": '{"name":"B"}'}).json["Response"]
        story = self.client.call("GetSendTask", version=OWN, TaskId=task["TaskId"])
        self.assertEqual(story["Call"], {"RequestId": task["RequestId"], "Credential": "ann", "Client": "console"})

    def sesame(self, *words):
        environment = dict(os.environ, SESAME_ENDPOINT=f"http://127.0.0.1:{self.server.port}", TENCENTCLOUD_SECRET_ID=SECRET_ID,
                           TENCENTCLOUD_SECRET_KEY=SECRET_KEY)
        return subprocess.run([str(BINARY), *words], env=environment, capture_output=True, text=True, timeout=60)

    def test_the_command_line_lists_calls_and_explains_one(self):
        rows = json.loads(self.sesame("calls", "--failed", "--limit", "200", "--json").stdout)
        self.assertIn(self.calls["template"], [row["request_id"] for row in rows])
        told = self.sesame("calls", self.calls["signature"])
        self.assertEqual(told.returncode, 0, told.stderr)
        for part in ("AuthFailure.SignatureFailure", "What to do", "Signature=***", "host:127.0.0.1"):
            self.assertIn(part, told.stdout)
        shown = json.loads(self.sesame("calls", self.calls["template"], "--json").stdout)
        self.assertEqual(shown["Call"]["RequestId"], self.calls["template"])
        own = json.loads(self.sesame("calls", "--action", "GetCall", "--json").stdout)
        self.assertIn("cli", {row["client"] for row in own})
        unknown = self.sesame("calls", str(uuid.uuid4()))
        self.assertEqual(unknown.returncode, 1)

    def test_in_the_browser_an_error_leads_to_its_page_and_to_the_filled_explorer(self):
        self.browser.call("PutUser", version=OWN, Name="mira", Role="owner", Password="correct horse battery")
        done = run_scenes("calls.mjs", self.server, SESAME_CALL=self.calls["template"], SESAME_SIGNATURE=self.calls["signature"])
        self.assertEqual(done.returncode, 0, failures(done))


class Kept(unittest.TestCase):
    def test_calls_survive_a_restart_and_hold_no_secret(self):
        with serve(**{"api.keep_refused_bodies": "true"}) as server:
            prepare_sender(server.client())
            done = run_sdk_tests("wrong_calls.test.mjs", server.port, 120, SESAME_PASSWORD=WRONG_PASSWORD)
            self.assertEqual(done.returncode, 0, done.stdout[-3000:])
            calls = dict(re.findall(r"call (\w+) ([0-9a-f-]{36})", done.stdout))
            before = [server.client().call("GetCall", version=OWN, RequestId=each) for each in calls.values()]
            server.stop()
            server.start()
            after = [server.client().call("GetCall", version=OWN, RequestId=each) for each in calls.values()]
            for answer in (*before, *after):
                answer.pop("RequestId")
            self.assertEqual(before, after)
            text = json.dumps(after)
            for name, secret in SECRETS.items():
                self.assertNotIn(secret, text, name)
            self.assertNotRegex(text, r"Signature=[0-9a-f]{8}")
            server.stop()
            for file in (server.folder / "data").rglob("*"):
                if file.is_file() and file.name.startswith("sesame.db"):
                    self.no_secret_in(file)

    def no_secret_in(self, file):
        """Blocks of calls are packed: they are read as the program stores them."""
        raw = file.read_bytes()
        for name, secret in SECRETS.items():
            self.assertNotIn(secret.encode(), raw, f"{name} in {file.name}")
        if file.name != "sesame.db":
            return
        with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as database:
            blocks = [row[0] for row in database.execute("SELECT packed FROM call_block")]
        self.assertTrue(blocks)
        for block in blocks:
            plain = unpacked(block)
            self.assertIn(b"AKID", plain)
            for name, secret in SECRETS.items():
                self.assertNotIn(secret.encode(), plain, name)


if __name__ == "__main__":
    program.main()
