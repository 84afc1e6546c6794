#!/usr/bin/python3
"""Promise: a body that is not a JSON object of the described form is refused with a documented code, whatever its
size.

Method: raw sockets send deep, long, broken and odd bodies, forms and content types. After each test the program must
still answer, must have stored what it acknowledged and nothing else, and must have stayed small
(tests/lib/hostile_case.py).
"""
import json
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from hostile_case import MEMORY_KIB, MIB, HostileCase  # noqa: E402
from raw_http import chunked, code_of  # noqa: E402


class HostileBodies(HostileCase):
    def answered(self, body, codes, action="CreateReceiver"):
        wire = self.wire(self.signed(action, body))
        answer = wire.answer()
        self.assertIsNotNone(answer, body[:80])
        self.assertIn(code_of(answer), codes, (body[:80], answer))
        wire.close()

    def test_what_is_no_json_object(self):
        for body in (b"\xff\xfe", b'{"ReceiversName":"\xff"}', b'{"ReceiversName":"\xed\xa0\x80"}', b'{"ReceiversName":"\xc0\xaf"}',
                     b'{"ReceiversName":"\\ud800"}', b'{"ReceiversName":"a\0b"}', b"\0", b"nul", b"1", b'"x"', b"[]", b"{", b"}", b"{}{}",
                     b'{"ReceiversName":"x",}', b"{'ReceiversName':'x'}", b'{"ReceiversName":"x"} // x', b"NaN", b'{"ReceiversName":NaN}',
                     b'{"ReceiversName":"a","ReceiversName":"b"}', b'{"ReceiversName":"a\nb"}', b"\xef\xbb\xbf{}", b'{"ReceiversName":01}',
                     "{}".encode("utf-16"), b"[" * 1_000_000, b'{"a":' * 100_000, b"[" * 5_000_000, b'{"a":[' + b"[]," * 2_000_000 + b"[]]}"):
            with self.subTest(body=body[:60]):
                self.answered(body, {"InvalidParameter"})
        self.answered(b"null", {"MissingParameter"})  # It means no parameters.

    def test_odd_values(self):
        for body in (b'{"ReceiversName":1e999}', b'{"ReceiversName":' + b"9" * 100_000 + b"}", b'{"ReceiversName":-0}',
                     b'{"ReceiversName":true}', b'{"ReceiversName":{}}', b'{"ReceiversName":["x"]}'):
            self.answered(body, {"InvalidParameter"})
        for body in (b'{"Offset":18446744073709551616,"Limit":1}', b'{"Offset":1e3,"Limit":1}', b'{"Offset":-1,"Limit":1}',
                     b'{"Offset":0.0,"Limit":1}', b'{"Offset":' + b"1" * 5000 + b',"Limit":1}'):
            self.answered(body, {"InvalidParameter"}, "ListReceivers")
        self.answered(b'{"Offset":18446744073709551615,"Limit":1}', {""}, "ListReceivers")
        self.answered(b'{"Offset":9223372036854775808,"Limit":1}', {""}, "ListSendTasks")
        for number in (2 ** 63, 2 ** 64 - 1):
            self.answered(b'{"ReceiverId":%d}' % number, {"OperationDenied.ReceiverNotExist"}, "DeleteReceiver")
            self.answered(b'{"ReceiverId":%d,"Emails":["a@b.test"]}' % number, {"OperationDenied.ReceiverNotExist"}, "CreateReceiverDetail")
            self.answered(b'{"TemplateID":%d}' % number, {"InvalidParameterValue.TemplateNotExist"}, "GetEmailTemplate")
            self.answered(b'{"RequestDate":"%s","Offset":%d,"Limit":1}' % (time.strftime("%Y-%m-%d").encode(), number), {""}, "GetSendEmailStatus")
        self.answered(b'{"ReceiversName":"\\u0000"}', {"InvalidParameterValue.ReceiverNameIllegal"})
        self.answered(b'{"ReceiversName":"' + "\u202e".encode() + b'x"}', {"InvalidParameterValue.ReceiverNameIllegal"})
        self.answered(b'{"ReceiversName":"x","' + b"k" * MIB + b'":1}', {"UnknownParameter"})
        self.answered(b'{"ReceiversName":"' + b"x" * 5 * MIB + b'"}', {"InvalidParameterValue.ReceiverNameIllegal"})
        self.answered(b"", {"MissingParameter"})
        for injection in ("'; DROP TABLE audience_group; --", "%", "_", "\\", '"', "\n"):
            self.answered(json.dumps({"Offset": 0, "Limit": 1, "KeyWord": injection}).encode(), {""}, "ListReceivers")

    def test_sizes(self):
        body = b'{"Offset":0,"Limit":1}'
        self.answered(body.ljust(10 * MIB), {""}, "ListReceivers")
        wire = self.wire(self.signed("ListReceivers", body.ljust(10 * MIB + 1)))
        self.assertEqual(code_of(wire.answer()), "RequestSizeLimitExceeded")
        self.assertTrue(wire.is_closed())
        head = self.signed(body=body.ljust(10 * MIB), framing="Transfer-Encoding: chunked")
        wire = self.wire(head, chunked(body.ljust(10 * MIB), 100_000))
        self.assertEqual(code_of(wire.answer()), "")
        wire = self.wire(head, chunked(body.ljust(10 * MIB + 1), 100_000), half_close=True)
        self.assertEqual(code_of(wire.answer()), "RequestSizeLimitExceeded")
        # A promise of much costs nothing.
        wires = [self.wire(self.signed(framing=f"Content-Length: {10 * MIB}")) for _ in range(200)]
        self.assertLess(self.server.memory_kib("VmRSS"), MEMORY_KIB)
        for each in wires:
            each.close()

    def test_version_1_forms(self):
        host = f"Host: 127.0.0.1:{self.server.port}\r\n"
        kind = "Content-Type: application/x-www-form-urlencoded\r\n"

        def form(text):
            wire = self.wire(f"POST / HTTP/1.1\r\n{host}{kind}Content-Length: {len(text)}\r\n\r\n".encode() + text)
            answer = wire.answer()
            wire.close()
            return code_of(answer)
        common = b"Action=ListReceivers&Version=2020-10-02&Region=ap-guangzhou&Timestamp=%d&Nonce=1&SecretId=x&Signature=y" % time.time()
        self.assertEqual(form(common), "AuthFailure.SecretIdNotFound")
        self.assertEqual(form(b""), "MissingParameter")
        self.assertEqual(form(b"a"), "InvalidParameter")
        self.assertEqual(form(b"&&&&=&=="), "InvalidParameter" if form(b"&&&&=&==") != "MissingParameter" else "MissingParameter")
        self.assertIn(form(common + b"&A=%"), {"InvalidParameter", "AuthFailure.SecretIdNotFound"})
        self.assertIn(form(common + b"&A=%zz%00%ff"), {"InvalidParameter", "AuthFailure.SecretIdNotFound"})
        self.assertIn(form(common + b"&a=1" * 100_000), {"AuthFailure.SecretIdNotFound", "InvalidParameter"})
        self.assertEqual(form(common + b"&A=" + b"x" * MIB), "AuthFailure.SignatureFailure")

        def query(text):
            wire = self.wire(f"GET /?{text} HTTP/1.1\r\n{host}\r\n".encode())
            answer = wire.answer()
            wire.close()
            return code_of(answer)
        self.assertEqual(query("a=b&" * 3000), "MissingParameter")
        # The documented bound of a GET is 32 KiB: less is looked at, more is refused by name.
        self.assertEqual(query(common.decode() + "&A=" + "x" * 31_000), "AuthFailure.SecretIdNotFound")
        self.assertEqual(query(common.decode() + "&A=" + "x" * 33_000), "RequestSizeLimitExceeded")

    def test_content_types(self):
        for kind in ("text/plain", "application/xml", "multipart/form-data; boundary=x", "application/jsonx", "", "a" * 1000,
                     "application/x-www-form-urlencoded"):
            request = self.signed("CreateReceiver", b'{"ReceiversName":"x"}').replace(b"Content-Type: application/json", f"Content-Type: {kind}".encode())
            wire = self.wire(request)
            self.assertEqual(code_of(wire.answer()), "InvalidParameter", kind)
            wire.close()


if __name__ == "__main__":
    program.main()
