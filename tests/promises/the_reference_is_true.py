#!/usr/bin/python3
"""Promise: the API reference says what the program does, and its worked call works.

docs/api/ is what api/ describes; examples/tc3.sh signs with nothing of ours; /openapi.json describes every action.
"""
import json
import os
import pathlib
import subprocess
import sys
import unittest
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from program import ROOT, SECRET_ID, SECRET_KEY, Program  # noqa: E402

ACTIONS = [name for path in sorted((ROOT / "api").glob("*.json")) for name in json.loads(path.read_text())["actions"]]


class Reference(unittest.TestCase):
    def test_every_page_is_what_the_description_says(self):
        done = subprocess.run([sys.executable, "-B", ROOT / "docs" / "reference.py", "--check"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout)


class WorkedCall(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.program = Program().__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.program.__exit__(None, None, None)

    def call(self, *words, key=SECRET_KEY):
        environment = dict(os.environ, SESAME_ENDPOINT=f"http://127.0.0.1:{self.program.port}", TENCENTCLOUD_SECRET_ID=SECRET_ID,
                           TENCENTCLOUD_SECRET_KEY=key, no_proxy="127.0.0.1")
        done = subprocess.run([ROOT / "examples" / "tc3.sh", *words], env=environment, capture_output=True, text=True, timeout=30)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)["Response"]

    def test_tc3_sh_signs_a_call(self):
        made = self.call("CreateReceiver", '{"ReceiversName": "Signed by hand", "Desc": "é, 中文 and a \' quote"}')
        self.assertEqual(set(made), {"ReceiverId", "RequestId"}, made)
        self.assertEqual(self.call("ListInboxMails", '{"Offset": 0, "Limit": 10}', "2026-12-01")["TotalCount"], 0)
        self.assertEqual(self.call("ListEmailAddress")["EmailSenders"], [])

    def test_tc3_sh_with_another_key_is_refused(self):
        answer = self.call("ListEmailAddress", key="k" * 100)  # Longer than the block of the hash.
        self.assertEqual(answer["Error"]["Code"], "AuthFailure.SignatureFailure")

    def test_openapi_describes_every_action(self):
        url = f"http://127.0.0.1:{self.program.port}/openapi.json"
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(url, timeout=10) as answer:
            self.assertEqual(answer.headers["Content-Type"], "application/json")
            document = json.load(answer)
        self.assertEqual(sorted(document["paths"]), sorted(f"/#{name}" for name in ACTIONS))
        with opener.open(url + "?language=zh-CN", timeout=10) as answer:
            self.assertNotEqual(json.load(answer), document)


if __name__ == "__main__":
    program.main()
