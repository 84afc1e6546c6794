#!/usr/bin/python3
"""Promise: the API Explorer sends what a client would send, with rights that no page holds, and says why a signature fails.

Method: a person's browser (tests/lib/console_client.py) lets the program sign and send calls in every way; a client that signs
by itself makes the requests that the doctor is asked about.
"""
import pathlib
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from console_client import PASSWORD, Browser, serve, set_up  # noqa: E402
from program import tc3_headers  # noqa: E402


class Explorer(unittest.TestCase):
    def test_calls_are_signed_with_rights_that_no_page_holds(self):
        with serve() as server:
            owner = set_up(server)
            call = {"action": "ListEmailTemplates", "version": "2020-10-02", "region": "ap-guangzhou", "body": '{"Offset":0,"Limit":5}'}
            for signature in ("TC3-HMAC-SHA256", "HmacSHA1", "HmacSHA256"):
                for method in ("POST", "GET"):
                    done = owner.post("/console/explorer/call", {**call, "signature": signature, "method": method}).json
                    self.assertIn('"TotalCount":0', done["response"]["body"], (signature, method))
            tc3 = {**call, "signature": "TC3-HMAC-SHA256", "method": "POST"}
            for fault, code in (("expired_timestamp", "AuthFailure.SignatureExpire"), ("wrong_secret", "AuthFailure.SignatureFailure"),
                                ("unknown_key", "AuthFailure.SecretIdNotFound"), ("too_large", "RequestSizeLimitExceeded")):
                self.assertIn(code, owner.post("/console/explorer/call", {**tc3, "break": fault}).json["response"]["body"])
            shown = owner.post("/console/explorer/call", {**tc3, "send": False}).json
            self.assertIsNone(shown["response"])
            self.assertNotIn("secret_signing", [step["name"] for step in shown["steps"]])
            lesson = owner.post("/console/explorer/call", {**tc3, "send": False, "credential": "practice", "body": "{}", "timestamp": 1767225600,
                                                           "host": "ses.tencentcloudapi.com"}).json
            self.assertEqual(next(step["text"] for step in lesson["steps"] if step["name"] == "signature"),
                             "067f6da93d7440793f50a2bce1c9fac47698e8ab0373213b0d55826191838990")
            self.assertEqual(owner.post("/console/explorer/call", {**tc3, "credential": "practice"}).code, "BadRequest")
            owner.call("PutUser", Name="eve", Role="analyst", Password=PASSWORD)
            eve = Browser(server.port)
            eve.log_in("eve", PASSWORD)
            refused = eve.post("/console/explorer/call", {**tc3, "action": "CreateEmailIdentity", "body": '{"EmailIdentity":"a.test"}'}).json
            self.assertIn("UnauthorizedOperation", refused["response"]["body"])
            self.assertEqual(eve.post("/console/explorer/call", {**tc3, "credential": program.SECRET_ID}).code, "CredentialRefused")
            named = owner.post("/console/explorer/call", {**tc3, "credential": program.SECRET_ID})
            self.assertIn('"TotalCount":0', named.json["response"]["body"])
            self.assertNotIn(program.SECRET_KEY.encode(), named.bytes)

    def test_the_doctor_says_why_a_foreign_clients_signature_fails(self):
        with serve() as server:
            owner = set_up(server)
            now, body = int(time.time()), '{"Offset": 0, "Limit": 1}'

            def findings(text, **more):
                answer = owner.post("/console/explorer/doctor", {"text": text, **more})
                self.assertNotIn(program.SECRET_KEY.encode(), answer.bytes)
                return [found["rule"] for found in answer.json["findings"]]

            def pasted(body_sent=body, timestamp=now, changed=None, **signing):
                headers = tc3_headers(body.encode(), owner.host, "ListEmailTemplates", "2020-10-02", timestamp, **signing)
                headers.update(changed or {})
                return "POST / HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers.items()) + "\r\n" + body_sent
            self.assertEqual(findings(pasted()), [])
            self.assertEqual(findings(pasted(body_sent='{"Offset":0,"Limit":1}')), ["signature"])
            self.assertEqual(findings(pasted(body_sent=body + "\n")), ["body"])
            self.assertEqual(findings(pasted(changed={"Content-Type": "application/json; charset=utf-8"})), ["content_type"])
            self.assertEqual(findings(pasted(timestamp=now + 8 * 3600)), ["clock"])
            self.assertEqual(findings(pasted(secret_key=program.SECRET_KEY + "\n")), ["key"])
            self.assertEqual(findings(pasted(secret_id="AKIDnobody")), ["key"])
            self.assertEqual(findings(pasted(changed={"Host": "other.example"})), ["host"])
            self.assertEqual(findings("AuthFailure.SignatureExpire"), ["code"])


if __name__ == "__main__":
    program.main()
