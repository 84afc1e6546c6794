#!/usr/bin/python3
"""Promise: every request that HTTP allows is served, however unusual: targets, chunks, pipelines, HTTP/1.0, `Expect:
100-continue`.

Method: raw sockets send requests that real clients rarely send. After each test the program must still answer, must
have stored what it acknowledged and nothing else, and must have stayed small (tests/lib/hostile_case.py).
"""
import base64
import json
import pathlib
import random
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from hostile_case import MIB, HostileCase  # noqa: E402
from raw_http import chunked, code_of  # noqa: E402
from reader import inbox, parsed  # noqa: E402
from served_case import ServedCase  # noqa: E402


class OddButLawfulRequests(HostileCase):
    def served(self, request, answers=1):
        wire = self.wire(request)
        for _ in range(answers):
            answer = wire.answer()
            self.assertIsNotNone(answer, request[:200])
            self.assertEqual((answer[0], code_of(answer)), (200, ""), request[:200])
        wire.close()

    def test_targets_and_hosts(self):
        port = self.server.port
        self.served(self.signed(target=f"http://127.0.0.1:{port}/"))
        self.served(self.signed(target=f"http://127.0.0.1:{port}"))
        self.served(self.signed(target="/", host=f"http://127.0.0.1:{port}"))
        self.served(self.signed(host="127.0.0.1"))
        self.served(self.signed(host="ses.tencentcloudapi.com"))
        self.served(b"\r\n" + self.signed())
        self.served(self.signed(more="x-tc-traceid: 1\r\nX-Unknown:\r\nX-Utf8: caf\u00e9\r\n"))

    def test_framing(self):
        body = b'{"Offset":0,"Limit":1}'
        head = self.signed(body=body, framing="Transfer-Encoding: chunked")
        for size in (1, 7, 1000):
            self.served(head + chunked(body, size))
        self.served(head + chunked(body, 7, b";name=value"))
        self.served(head.replace(b"chunked", b"Chunked") + chunked(body)[:-2] + b"Trailer: x\r\n\r\n")
        for request in (self.signed(), head + chunked(body)):
            wire = self.wire()
            for i in range(len(request)):
                wire.send(request[i:i + 1])
            self.assertEqual(code_of(wire.answer()), "")
            wire.close()

    def test_bodies_of_calls_without_parameters(self):
        for body in (b"null", b"{}", b"", b" null\r\n"):
            wire = self.wire(self.signed("ListEmailAddress", body))
            self.assertEqual(code_of(wire.answer()), "", body)
            wire.close()

    def test_empty_optionals(self):
        group = {"Offset": 0, "Limit": 1, "KeyWord": "", "Status": ""}
        self.served(self.signed("ListReceivers", json.dumps(group).encode()))
        self.served(self.signed("ListAddressUnsubscribeConfig", b'{"Offset":"","Limit":""}'))
        self.served(self.signed("ListEmailIdentities", b'{"TagList":[],"Limit":""}'))
        wire = self.wire(self.signed("ListReceivers", b'{"Offset":"","Limit":1}'))
        self.assertEqual(code_of(wire.answer()), "InvalidParameter", "Offset is required")
        wire.close()

    def test_http_1_0(self):
        wire = self.wire(self.signed(version="HTTP/1.0"))
        self.assertEqual(code_of(wire.answer()), "")
        self.assertTrue(wire.is_closed())
        wire = self.wire(self.signed(version="HTTP/1.0", more="Connection: keep-alive\r\n"))
        self.assertEqual(code_of(wire.answer()), "")
        wire.send(self.signed(version="HTTP/1.0"))
        self.assertEqual(code_of(wire.answer()), "")
        wire = self.wire(self.signed(more="Connection: close\r\n"))
        self.assertEqual(code_of(wire.answer()), "")
        self.assertTrue(wire.is_closed())

    def test_expect_continue(self):
        body = b'{"Offset":0,"Limit":1}'
        wire = self.wire(self.signed(body=body, framing=f"Content-Length: {len(body)}", more="Expect: 100-continue\r\n"))
        self.assertEqual(wire.answer()[0], 100)
        wire.send(body)
        self.assertEqual(code_of(wire.answer()), "")
        # A body that is too large is refused before it is sent.
        wire = self.wire(self.signed(framing=f"Content-Length: {10 * MIB + 1}", more="Expect: 100-continue\r\n"))
        self.assertEqual(code_of(wire.answer()), "RequestSizeLimitExceeded")
        wire.close()

    def test_pipelining(self):
        wire = self.wire(b"".join(self.signed(body=json.dumps({f"P{i}": 1}).encode()) for i in range(100)))
        for i in range(100):
            answer = wire.answer()
            self.assertIn(f"`P{i}`", answer[2]["Response"]["Error"]["Message"])
        wire.close()

    def test_methods(self):
        host = f"Host: 127.0.0.1:{self.server.port}\r\n\r\n"
        for method in ("PUT", "DELETE", "OPTIONS", "TRACE", "BREW", "PROPFIND"):
            wire = self.wire(f"{method} / HTTP/1.1\r\n{host}".encode())
            self.assertEqual(code_of(wire.answer()), "UnsupportedProtocol", method)
            wire.close()
        wire = self.wire(f"HEAD /healthz HTTP/1.1\r\n{host}".encode(), half_close=True)
        while wire.more():
            pass
        self.assertTrue(wire.bytes.startswith(b"HTTP/1.1 200 ") and wire.bytes.endswith(b"\r\n\r\n"), wire.bytes)
        wire = self.wire(f"GET /{'../' * 20}etc/passwd HTTP/1.1\r\n{host}".encode())
        self.assertEqual(code_of(wire.answer()), "MissingParameter")
        wire.close()


class BrokenLines(ServedCase):
    """Base64 as RFC 2045 and most encoders write it."""

    def test_templates_and_attachments(self):
        text = "Dear {{name}},\n" + "a long line of the letter " * 20
        broken = base64.encodebytes(text.encode()).decode()
        self.assertGreater(broken.count("\n"), 5)
        template = program.prepare_sender(self.client)
        for lines in (broken, broken.replace("\n", "\r\n"), broken.rstrip(), "\r\n" + broken):
            self.client.call("UpdateEmailTemplate", TemplateID=template, TemplateName="letter", TemplateContent={"Text": lines})
            stored = self.client.call("GetEmailTemplate", TemplateID=template)["TemplateContent"]["Text"]
            self.assertEqual(base64.b64decode(stored, validate=True).decode(), text)
        largest = random.Random(1).randbytes(4 * MIB)
        self.client.call("SendEmail", FromEmailAddress=program.SENDER, Destination=["ann@shop.test"], Subject="s",
                         Template={"TemplateID": template, "TemplateData": '{"name": "Ann"}'},
                         Attachments=[{"FileName": "a.pdf", "Content": base64.encodebytes(largest).decode()}])
        (_, raw), = program.eventually(lambda: inbox(self.client), what="the mail")
        self.assertEqual([part.get_content() for part in parsed(raw).iter_attachments()], [largest])


if __name__ == "__main__":
    program.main()
