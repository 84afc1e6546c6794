#!/usr/bin/python3
"""Promise: bytes that are not HTTP, or that could be read in two ways, are refused once; nothing behind them is read
as another request.

Method: raw sockets send broken, smuggled and endless requests. After each test the program must still answer, must
have stored what it acknowledged and nothing else, and must have stayed small (tests/lib/hostile_case.py).
"""
import http.client
import json
import pathlib
import re
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
import raw_http  # noqa: E402
from hostile_case import MIB, HostileCase  # noqa: E402
from program import Program  # noqa: E402
from raw_http import Wire, chunked, code_of  # noqa: E402


class MalformedRequests(HostileCase):
    def test_what_is_no_http(self):
        host = f"Host: 127.0.0.1:{self.server.port}\r\n"
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
                self.refused(self.signed(body=body, framing=framing) + body)
        self.refused(self.signed(body=body, framing="Transfer-Encoding: chunked", version="HTTP/1.0") + chunked(body))

    def test_broken_chunks(self):
        head = self.signed(framing="Transfer-Encoding: chunked")
        for chunks in (b"zz\r\n", b"-1\r\nx\r\n", b"5\r\nabcdefgh\r\n0\r\n\r\n", b"FFFFFFFFFFFFFFFFFF\r\n", b"\r\n\r\n", b"1 1\r\nx\r\n",
                       b"0x5\r\nabcde\r\n0\r\n\r\n", b"5\rabcde"):
            with self.subTest(chunks=chunks):
                self.refused(head + chunks)
        for chunks in (b"7fffffff\r\n", b"A00001\r\n"):
            self.refused(head + chunks, "RequestSizeLimitExceeded", 200)

    def test_floods_of_headers(self):
        start = f"POST / HTTP/1.1\r\nHost: 127.0.0.1:{self.server.port}\r\n".encode()
        large, broken = (200, "RequestSizeLimitExceeded"), (400, "InvalidRequest")
        for flood, expected in (
                (start + b"A: " + b"x" * MIB, large), (start + b"A" * MIB, large), (b"GET /" + b"x" * MIB, large),
                (start + b"A: b\r\n" * 100_000, broken), (b"x" * MIB, broken),
                (start + b"\r\n".join(b"X-%d: y" % i for i in range(500)) + b"\r\n\r\n", broken),
                (self.signed(framing="Transfer-Encoding: chunked") + b"1;" + b"x" * MIB, broken)):
            with self.subTest(flood=flood[:60]):
                wire = self.wire(flood, half_close=True)
                answer = wire.answer()
                if answer is not None:  # The rest of the flood may reset the connection before the answer is read.
                    self.assertEqual((answer[0], code_of(answer)), expected)
                wire.close()


class Garbage(unittest.TestCase):
    """Nobody fills a disk with calls that prove no credential."""

    def counted(self, server):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        connection.request("GET", "/metrics")
        text = connection.getresponse().read().decode()
        connection.close()
        return sum(int(count) for count in re.findall(r'(?m)^sesame_api_calls_total\{action="unknown"[^}]*\} (\d+)', text))

    def test_the_log_has_one_line_a_second(self):
        with Program(**{"log.level": "info", "log.form": "json"}) as server:
            log = server.folder / "log"
            before = log.stat().st_size
            host = f"Host: 127.0.0.1:{server.port}\r\n".encode()
            signed = raw_http.signed(server.port)
            kinds = (b"GET / HTTP/1.1\r\n" + host + b"\r\n", b"GET /?Action=SendEmail HTTP/1.1\r\n" + host + b"\r\n",
                     signed.replace(program.SECRET_ID.encode(), b"AKIDnobody"), signed.replace(b"Timestamp: 1", b"Timestamp: 0"),
                     signed.replace(b"Signature=", b"Signature=0"), b"PUT / HTTP/1.1\r\n" + host + b"\r\n")
            begin = time.monotonic()
            for request in kinds:
                wire = Wire(server.port, request * 500)
                for _ in range(500):
                    self.assertNotEqual(code_of(wire.answer()), "", request)
                wire.close()
            seconds = time.monotonic() - begin
            self.assertEqual(self.counted(server), 500 * len(kinds))
            lines = [json.loads(line) for line in log.read_bytes()[before:].decode().splitlines()]
            told = [line for line in lines if line["event"] == "api.calls_refused"]
            self.assertEqual([line for line in lines if line["event"] == "api.call"], [])
            self.assertIn(len(told), range(1, int(seconds) + 2))
            self.assertEqual(told[0]["peer"], "127.0.0.1")
            self.assertTrue(told[0]["code"])


if __name__ == "__main__":
    program.main()
