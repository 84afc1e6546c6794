#!/usr/bin/python3
"""Promise: whatever comes in over HTTP, the program answers with a documented error or closes, and goes on.

Method: raw sockets against one server with short timeouts: broken and smuggled requests, floods of headers, slow
clients, odd but lawful clients, hostile bodies, and thousands of mutated requests. After each test the program must
still answer, must not have stored anything it did not acknowledge, and must never have used 256 MiB of memory.
"""
import concurrent.futures
import json
import os
import pathlib
import random
import socket
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from description import DESCRIPTION  # noqa: E402
from program import DOMAIN, SENDER, SES, Program, b64, tc3_headers  # noqa: E402

READ_TIMEOUT, IDLE_TIMEOUT = 2, 3
MUTANTS = int(os.environ.get("SESAME_MUTANTS", 4000))
MEMORY_KIB = 256 * 1024
CODES = {code.split("#")[0] for code in DESCRIPTION["errors"]}
MIB = 1024 * 1024
BODIES_BYTES = 16 * MIB
server = None


def setUpModule():
    global server
    server = Program(**{"http.read_timeout_s": READ_TIMEOUT, "http.idle_timeout_s": IDLE_TIMEOUT, "http.bodies_bytes": BODIES_BYTES,
                        "limits.groups": 1_000_000})
    server.start()


def tearDownModule():
    server.__exit__(None, None, None)


class Wire:
    """One connection, byte by byte."""

    def __init__(self, *pieces, half_close=False):
        self.socket = socket.create_connection(("127.0.0.1", server.port), timeout=30)
        self.bytes = b""
        for piece in pieces:
            self.send(piece)
        if half_close:
            try:
                self.socket.shutdown(socket.SHUT_WR)
            except OSError:
                pass

    def send(self, piece):
        """False when the other side has closed."""
        try:
            self.socket.sendall(piece)
            return True
        except OSError:
            return False

    def more(self):
        try:
            piece = self.socket.recv(1 << 16)
        except ConnectionError:
            piece = b""
        self.bytes += piece
        return bool(piece)

    def answer(self):
        """The next answer as (status, headers, decoded body); None when the connection was closed instead."""
        while b"\r\n\r\n" not in self.bytes:
            if not self.more():
                assert self.bytes == b"", f"half an answer: {self.bytes[:200]}"
                return None
        head, _, rest = self.bytes.partition(b"\r\n\r\n")
        lines = head.decode("ascii").split("\r\n")
        status = int(lines[0].split()[1])
        headers = {name.strip().lower(): value.strip() for name, value in (line.split(":", 1) for line in lines[1:])}
        if status == 100:
            self.bytes = rest
            return status, headers, None
        length = int(headers["content-length"])
        while len(self.bytes) < len(head) + 4 + length:
            assert self.more(), "half a body"
        body = self.bytes[len(head) + 4:len(head) + 4 + length]
        self.bytes = self.bytes[len(head) + 4 + length:]
        return status, headers, json.loads(body) if headers.get("content-type") == "application/json" else body

    def is_closed(self):
        """Whether the other side closes now, without a further byte."""
        return self.bytes == b"" and not self.more()

    def close(self):
        self.socket.close()


def signed(action="ListReceivers", body=b'{"Offset":0,"Limit":1}', target="/", version="HTTP/1.1", framing=None, more="", host=None):
    """A whole valid request as bytes."""
    headers = tc3_headers(body, host or f"127.0.0.1:{server.port}", action, SES, int(time.time()))
    lines = [f"POST {target} {version}"] + [f"{name}: {value}" for name, value in headers.items()]
    lines.append(f"Content-Length: {len(body)}" if framing is None else framing)
    return ("\r\n".join(line for line in lines if line) + f"\r\n{more}\r\n").encode() + (body if framing is None else b"")


def make_group(name, **options):
    return signed("CreateReceiver", json.dumps({"ReceiversName": name}).encode(), **options)


def chunked(body, size=7, extension=b""):
    pieces = [body[i:i + size] for i in range(0, len(body), size)]
    return b"".join(b"%x%s\r\n%s\r\n" % (len(piece), extension, piece) for piece in pieces) + b"0\r\n\r\n"


def code_of(answer):
    """The error code of an answer ("" for success), checked for its form."""
    status, headers, document = answer
    assert status in (200, 400) and headers["content-type"] == "application/json", answer
    response = document["Response"]
    assert response["RequestId"], answer
    if "Error" not in response:
        return ""
    assert response["Error"]["Code"] in CODES and response["Error"]["Message"], answer
    assert response["Error"]["Code"] != "InternalError", answer
    return response["Error"]["Code"]


def groups():
    client, names = server.client(), []
    while True:
        page = client.call("ListReceivers", Offset=len(names), Limit=100)["Data"]
        names += [row["ReceiversName"] for row in page]
        if len(page) < 100:
            client.close()
            return names


class Hostile(unittest.TestCase):
    acknowledged = []

    def tearDown(self):
        """The program goes on, has stored what it said and nothing else, and stayed small."""
        begin = time.monotonic()
        stored, expected = sorted(groups()), sorted(Hostile.acknowledged)
        Hostile.acknowledged[:] = stored  # One failure is not to be shown by all that follow.
        self.assertEqual(stored, expected)
        self.assertLess(time.monotonic() - begin, 20)
        self.assertIsNone(server.process.poll())
        self.assertLess(server.memory_kib(), MEMORY_KIB)

    def refused(self, request, code="InvalidRequest", status=400):
        """One refusal, then the connection is closed: nothing behind it is read as another request."""
        wire = Wire(request, make_group("smuggled"), half_close=True)
        answer = wire.answer()
        self.assertIsNotNone(answer, request[:100])
        self.assertEqual((answer[0], code_of(answer)), (status, code), (request[:100], answer))
        self.assertEqual(answer[1].get("connection"), "close", request[:100])
        self.assertTrue(wire.is_closed(), f"read on after {request[:100]}: {wire.bytes[:100]}")
        wire.close()


class Malformed(Hostile):
    def test_what_is_no_http(self):
        host = f"Host: 127.0.0.1:{server.port}\r\n"
        for request in (
                b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)), bytes(range(1, 256)) * 8, b"\0" * 100,
                b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"HELO there\r\nMAIL FROM:<a@b.test>\r\n", b"GET\r\n\r\n", b"GET /\r\n\r\n",
                b"GET / HTTP/9.9\r\n\r\n", b"GET / HTTP/1.1 x\r\n\r\n", b" GET / HTTP/1.1\r\n\r\n",
                b"GET / HTTP/1.1\r\n\r\n", f"GET / HTTP/1.1\r\n{host}{host}\r\n".encode(),
                f"GET / HTTP/1.1\r\n{host}no colon\r\n\r\n".encode(), f"GET / HTTP/1.1\r\n{host}A : b\r\n\r\n".encode(),
                f"GET / HTTP/1.1\r\n{host}A: b\0c\r\n\r\n".encode(), f"GET / HTTP/1.1\r\n{host}A\x01: b\r\n\r\n".encode(),
                f"GET /\0 HTTP/1.1\r\n{host}\r\n".encode(), f"GET  / HTTP/1.1\r\n{host}\r\n".encode(),
                f"G@T / HTTP/1.1\r\n{host}\r\n".encode(), f"GET x HTTP/1.1\r\n{host}\r\n".encode()):
            with self.subTest(request=request[:60]):
                self.refused(request)

    def test_smuggling(self):
        body = b'{"Offset":0,"Limit":1}'
        length = f"Content-Length: {len(body)}"
        for framing in (f"{length}\r\n{length}", f"{length}\r\nContent-Length: 0", f"Content-Length: {len(body)}, {len(body)}",
                        f"{length}\r\nTransfer-Encoding: chunked", f"Transfer-Encoding: chunked\r\n{length}",
                        "Transfer-Encoding: gzip", "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: chunked, identity",
                        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "Transfer-Encoding: xchunked",
                        "Transfer-Encoding : chunked", "Transfer-Encoding:\x0bchunked",
                        "Content-Length: -1", "Content-Length: +22", "Content-Length: 0x16", "Content-Length: 22 22",
                        "Content-Length: 22a", "Content-Length: ", "Content-Length: 99999999999999999999999"):
            with self.subTest(framing=framing):
                self.refused(signed(body=body, framing=framing) + body)
        self.refused(signed(body=body, framing="Transfer-Encoding: chunked", version="HTTP/1.0") + chunked(body))

    def test_broken_chunks(self):
        head = signed(framing="Transfer-Encoding: chunked")
        for chunks in (b"zz\r\n", b"-1\r\nx\r\n", b"5\r\nabcdefgh\r\n0\r\n\r\n", b"FFFFFFFFFFFFFFFFFF\r\n", b"\r\n\r\n", b"1 1\r\nx\r\n",
                       b"0x5\r\nabcde\r\n0\r\n\r\n", b"5\rabcde"):
            with self.subTest(chunks=chunks):
                self.refused(head + chunks)
        for chunks in (b"7fffffff\r\n", b"A00001\r\n"):
            self.refused(head + chunks, "RequestSizeLimitExceeded", 200)

    def test_floods_of_headers(self):
        start = f"POST / HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n".encode()
        for flood in (start + b"A: " + b"x" * MIB, start + b"A" * MIB, b"GET /" + b"x" * MIB, start + b"A: b\r\n" * 100_000,
                      start + b"\r\n".join(b"X-%d: y" % i for i in range(500)) + b"\r\n\r\n",
                      signed(framing="Transfer-Encoding: chunked") + b"1;" + b"x" * MIB):
            with self.subTest(flood=flood[:60]):
                wire = Wire(flood, half_close=True)
                answer = wire.answer()
                if answer is not None:  # The rest of the flood may reset the connection before the answer is read.
                    self.assertEqual((answer[0], code_of(answer)), (400, "InvalidRequest"))
                wire.close()


class Slow(Hostile):
    def drip(self, first, piece, count=40):
        """Many clients that send a piece every 50 ms: how long the server bears each."""
        wires = [Wire(first) for _ in range(count)]
        begin, alive, lives = time.monotonic(), set(wires), []
        pause = threading.Event()
        while alive and time.monotonic() - begin < READ_TIMEOUT + 15:
            for wire in list(alive):
                wire.socket.setblocking(False)
                try:
                    closed = wire.socket.recv(1000) == b""
                except BlockingIOError:
                    closed = False
                except ConnectionError:
                    closed = True
                wire.socket.settimeout(5)
                if closed or (piece and not wire.send(piece)):
                    alive.discard(wire)
                    lives.append(time.monotonic() - begin)
            pause.wait(0.05)
        self.assertEqual(len(alive), 0, "clients that were never cut off")
        for wire in wires:
            wire.close()
        return lives

    def test_slow_heads(self):
        lives = self.drip(f"POST / HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nX: ".encode(), b"a")
        self.assertLess(max(lives), READ_TIMEOUT + 5)
        self.assertGreater(min(lives), READ_TIMEOUT - 1)

    def test_slow_bodies(self):
        lives = self.drip(signed(framing="Content-Length: 1000"), b" ")
        self.assertLess(max(lives), READ_TIMEOUT + 5)
        self.assertGreater(min(lives), READ_TIMEOUT - 1)
        lives = self.drip(signed(framing="Transfer-Encoding: chunked"), b"1\r\n \r\n")
        self.assertLess(max(lives), READ_TIMEOUT + 5)

    def test_silent_clients(self):
        lives = self.drip(b"", b"")
        self.assertLess(max(lives), IDLE_TIMEOUT + 5)
        wire = Wire(signed())
        self.assertEqual(code_of(wire.answer()), "")
        begin = time.monotonic()
        self.assertTrue(wire.is_closed())
        self.assertGreater(time.monotonic() - begin, IDLE_TIMEOUT - 1)

    def test_others_are_served_meanwhile(self):
        wires = [Wire(signed(framing="Content-Length: 1000"), b"{") for _ in range(300)]
        begin = time.monotonic()
        wire = Wire(signed())
        self.assertEqual(code_of(wire.answer()), "")
        self.assertLess(time.monotonic() - begin, 1.5)
        for each in wires + [wire]:
            each.close()

    def test_large_bodies_of_nobody(self):
        """Twenty uploads that nobody signed, each one byte short: most are refused, small calls go on."""
        head, body = signed(framing=f"Content-Length: {9_000_000}"), b" " * 8_999_999
        with concurrent.futures.ThreadPoolExecutor(20) as pool:
            wires = list(pool.map(lambda _: Wire(head, body), range(20)))
        wire = Wire(signed())
        self.assertEqual(code_of(wire.answer()), "")
        answers = [each.answer() for each in wires]
        refused = [code_of(answer) for answer in answers if answer]
        self.assertEqual(set(refused), {"RequestLimitExceeded"})
        self.assertGreater(len(refused), 10)
        wire = Wire(signed(body=b'{"Offset":0,"Limit":1}'.ljust(9 * MIB)))
        self.assertEqual(code_of(wire.answer()), "", "the room has not come back")

    def test_clients_that_go_away(self):
        whole = signed()
        for at in range(0, len(whole), 5):
            Wire(whole[:at]).close()
        for _ in range(50):
            Wire(whole).close()


class OddButLawful(Hostile):
    def served(self, request, answers=1):
        wire = Wire(request)
        for _ in range(answers):
            answer = wire.answer()
            self.assertIsNotNone(answer, request[:200])
            self.assertEqual((answer[0], code_of(answer)), (200, ""), request[:200])
        wire.close()

    def test_targets_and_hosts(self):
        port = server.port
        self.served(signed(target=f"http://127.0.0.1:{port}/"))
        self.served(signed(target=f"http://127.0.0.1:{port}"))
        self.served(signed(target="/", host=f"http://127.0.0.1:{port}"))
        self.served(signed(host="127.0.0.1"))
        self.served(signed(host="ses.tencentcloudapi.com"))
        self.served(b"\r\n" + signed())
        self.served(signed(more="x-tc-traceid: 1\r\nX-Unknown:\r\nX-Utf8: caf\u00e9\r\n"))

    def test_framing(self):
        body = b'{"Offset":0,"Limit":1}'
        head = signed(body=body, framing="Transfer-Encoding: chunked")
        for size in (1, 7, 1000):
            self.served(head + chunked(body, size))
        self.served(head + chunked(body, 7, b";name=value"))
        self.served(head.replace(b"chunked", b"Chunked") + chunked(body)[:-2] + b"Trailer: x\r\n\r\n")
        for request in (signed(), head + chunked(body)):
            wire = Wire()
            for i in range(len(request)):
                wire.send(request[i:i + 1])
            self.assertEqual(code_of(wire.answer()), "")
            wire.close()

    def test_http_1_0(self):
        wire = Wire(signed(version="HTTP/1.0"))
        self.assertEqual(code_of(wire.answer()), "")
        self.assertTrue(wire.is_closed())
        wire = Wire(signed(version="HTTP/1.0", more="Connection: keep-alive\r\n"))
        self.assertEqual(code_of(wire.answer()), "")
        wire.send(signed(version="HTTP/1.0"))
        self.assertEqual(code_of(wire.answer()), "")
        wire = Wire(signed(more="Connection: close\r\n"))
        self.assertEqual(code_of(wire.answer()), "")
        self.assertTrue(wire.is_closed())

    def test_expect_continue(self):
        body = b'{"Offset":0,"Limit":1}'
        wire = Wire(signed(body=body, framing=f"Content-Length: {len(body)}", more="Expect: 100-continue\r\n"))
        self.assertEqual(wire.answer()[0], 100)
        wire.send(body)
        self.assertEqual(code_of(wire.answer()), "")
        # What would be refused is refused before it is sent.
        wire = Wire(signed(framing=f"Content-Length: {10 * MIB + 1}", more="Expect: 100-continue\r\n"))
        self.assertEqual(code_of(wire.answer()), "RequestSizeLimitExceeded")
        wire.close()

    def test_pipelining(self):
        wire = Wire(b"".join(signed(body=json.dumps({f"P{i}": 1}).encode()) for i in range(100)))
        for i in range(100):
            answer = wire.answer()
            self.assertIn(f"`P{i}`", answer[2]["Response"]["Error"]["Message"])
        wire.close()

    def test_methods(self):
        host = f"Host: 127.0.0.1:{server.port}\r\n\r\n"
        for method in ("PUT", "DELETE", "OPTIONS", "TRACE", "BREW", "PROPFIND"):
            wire = Wire(f"{method} / HTTP/1.1\r\n{host}".encode())
            self.assertEqual(code_of(wire.answer()), "UnsupportedProtocol", method)
            wire.close()
        wire = Wire(f"HEAD /healthz HTTP/1.1\r\n{host}".encode(), half_close=True)
        while wire.more():
            pass
        self.assertTrue(wire.bytes.startswith(b"HTTP/1.1 200 ") and wire.bytes.endswith(b"\r\n\r\n"), wire.bytes)
        wire = Wire(f"GET /{'../' * 20}etc/passwd HTTP/1.1\r\n{host}".encode())
        self.assertEqual(code_of(wire.answer()), "MissingParameter")
        wire.close()


class Bodies(Hostile):
    def answered(self, body, codes, action="CreateReceiver"):
        wire = Wire(signed(action, body))
        answer = wire.answer()
        self.assertIsNotNone(answer, body[:80])
        self.assertIn(code_of(answer), codes, (body[:80], answer))
        wire.close()

    def test_what_is_no_json_object(self):
        for body in (b"\xff\xfe", b'{"ReceiversName":"\xff"}', b'{"ReceiversName":"\xed\xa0\x80"}', b'{"ReceiversName":"\xc0\xaf"}',
                     b'{"ReceiversName":"\\ud800"}', b'{"ReceiversName":"a\0b"}', b"\0", b"null", b"1", b'"x"', b"[]", b"{", b"}", b"{}{}",
                     b'{"ReceiversName":"x",}', b"{'ReceiversName':'x'}", b'{"ReceiversName":"x"} // x', b"NaN", b'{"ReceiversName":NaN}',
                     b'{"ReceiversName":"a","ReceiversName":"b"}', b'{"ReceiversName":"a\nb"}', b"\xef\xbb\xbf{}", b'{"ReceiversName":01}',
                     "{}".encode("utf-16"), b"[" * 1_000_000, b'{"a":' * 100_000, b"[" * 5_000_000, b'{"a":[' + b"[]," * 2_000_000 + b"[]]}"):
            with self.subTest(body=body[:60]):
                self.answered(body, {"InvalidParameter"})

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
        wire = Wire(signed("ListReceivers", body.ljust(10 * MIB + 1)))
        self.assertEqual(code_of(wire.answer()), "RequestSizeLimitExceeded")
        self.assertTrue(wire.is_closed())
        head = signed(body=body.ljust(10 * MIB), framing="Transfer-Encoding: chunked")
        wire = Wire(head, chunked(body.ljust(10 * MIB), 100_000))
        self.assertEqual(code_of(wire.answer()), "")
        wire = Wire(head, chunked(body.ljust(10 * MIB + 1), 100_000), half_close=True)
        self.assertEqual(code_of(wire.answer()), "RequestSizeLimitExceeded")
        # A promise of much costs nothing.
        wires = [Wire(signed(framing=f"Content-Length: {10 * MIB}")) for _ in range(200)]
        self.assertLess(server.memory_kib("VmRSS"), MEMORY_KIB)
        for each in wires:
            each.close()

    def test_version_1_forms(self):
        host = f"Host: 127.0.0.1:{server.port}\r\n"
        kind = "Content-Type: application/x-www-form-urlencoded\r\n"

        def form(text):
            wire = Wire(f"POST / HTTP/1.1\r\n{host}{kind}Content-Length: {len(text)}\r\n\r\n".encode() + text)
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
            wire = Wire(f"GET /?{text} HTTP/1.1\r\n{host}\r\n".encode())
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
            request = signed("CreateReceiver", b'{"ReceiversName":"x"}').replace(b"Content-Type: application/json", f"Content-Type: {kind}".encode())
            wire = Wire(request)
            self.assertEqual(code_of(wire.answer()), "InvalidParameter", kind)
            wire.close()


class Mutants(Hostile):
    """Valid requests with bytes changed. What is acknowledged is stored, nothing else; InternalError never comes."""

    def mutate(self, rng, request):
        request = bytearray(request)
        for _ in range(rng.choice([1, 1, 2, 5, 30])):
            at = rng.randrange(len(request))
            kind = rng.randrange(6)
            if kind == 0:
                request[at] = rng.randrange(256)
            elif kind == 1:
                del request[at:at + rng.choice([1, 2, 50])]
            elif kind == 2:
                request[at:at] = bytes(rng.randrange(256) for _ in range(rng.choice([1, 2, 50])))
            elif kind == 3:
                request[at:at] = rng.choice([b"\r\n", b"\r\n\r\n", b"\0", b":", b" ", b"{", b"[", b'"', b"%", b"Content-Length: 5\r\n",
                                             b"Transfer-Encoding: chunked\r\n", b"9" * 30, b"\xff\xfe", "€".encode()])
            elif kind == 4:
                other = rng.randrange(len(request))
                request[at:at + 20] = request[other:other + 20]
            else:
                request[at] ^= 1 << rng.randrange(8)
            if not request:
                request = bytearray(b"x")
        return bytes(request)

    def play(self, seed):
        """One mutant; notes the groups that its answers acknowledged."""
        rng = random.Random(seed)
        request = self.mutate(rng, make_group(f"m{seed}", **({} if rng.random() < 0.8 else {"more": "Expect: 100-continue\r\n"})))
        wire = Wire(request, half_close=True)
        made = []
        try:
            while (answer := wire.answer()) is not None:
                if answer[0] == 100:
                    continue
                if answer[1].get("content-type") == "application/json" and code_of(answer) == "":
                    made.append(f"m{seed}")
        except Exception as fault:
            raise AssertionError(f"{fault!r} after {request!r}") from fault
        finally:
            wire.close()
            self.acknowledged.extend(made)

    def test_mutated_bytes(self):
        seed = random.randrange(1 << 30)
        print("seed", seed)
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            list(pool.map(self.play, range(seed, seed + MUTANTS)))

    def random_value(self, rng, depth=0):
        kind = rng.randrange(14 if depth < 3 else 11)
        if kind == 13:
            return {rng.choice(["TemplateID", "TemplateData", "Email", "FileName", "Content", "Html", "x"]): self.random_value(rng, depth + 1)
                    for _ in range(rng.randrange(4))}
        if kind > 10:
            return [self.random_value(rng, depth + 1) for _ in range(rng.choice([0, 1, 2, 60]))]
        return rng.choice([None, True, 0, 1, 2, 3, 101, -1, 2 ** 63, 1.5, "", "0", "a" * 300, "ann@shop.test", SENDER, DOMAIN, "{}", '{"a":"b"}',
                           "2026-02-30", "2026-02-03 00:00:00", b64("hello {{name}}"), b64(b"\xff\x00"), "\u0000", "\U0001f600", "é@è.test",
                           "%s%n", "' OR 1=1", "<script>", "a.pdf"])

    def test_mutated_parameters(self):
        """Rightly signed: any parameters of any action. The answer is success or a code documented for that action."""
        seed = random.randrange(1 << 30)
        print("seed", seed)
        rng = random.Random(seed)
        with Program() as other:
            client = other.client()
            names = list(DESCRIPTION["actions"])
            for _ in range(MUTANTS // 2):
                action = rng.choice([name for name in names if name != "CreateEmailIdentity"] if rng.random() < 0.95 else names)
                description = DESCRIPTION["actions"][action]
                request = dict(description["example"]["request"])
                for _ in range(rng.choice([0, 1, 1, 2, 3])):
                    field = rng.choice(description["input"])["name"] if description["input"] and rng.random() < 0.95 else "Other"
                    request[field] = self.random_value(rng)
                    if rng.random() < 0.1:
                        del request[field]
                status, _, envelope = client.raw(action, json.dumps(request).encode())
                error = envelope["Response"].get("Error", {"Code": ""})["Code"]
                self.assertEqual(status, 200)
                self.assertIn(error, {"", *description["errors"], "InvalidParameter", "InvalidParameterValue", "MissingParameter",
                                      "UnknownParameter", "UnsupportedOperation"}, (action, request, envelope))
            self.assertLess(other.memory_kib(), MEMORY_KIB)
            client.close()


if __name__ == "__main__":
    program.main()
