#!/usr/bin/python3
"""Promise: a client that is slow, silent or goes away is cut off in time, and others are served meanwhile.

Method: many raw sockets drip a byte at a time, promise bodies that never come, or break off. After each test the
program must still answer, must have stored what it acknowledged and nothing else, and must have stayed small
(tests/lib/hostile_case.py).
"""
import concurrent.futures
import http.client
import pathlib
import re
import select
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
import raw_http  # noqa: E402
from hostile_case import IDLE_TIMEOUT, MIB, READ_TIMEOUT, HostileCase  # noqa: E402
from program import Client, Program, eventually  # noqa: E402
from raw_http import Wire, code_of  # noqa: E402


class SlowClients(HostileCase):
    def drip(self, first, piece, count=40):
        """Many clients that send a piece every 50 ms: how long the server bears each."""
        wires = [self.wire(first) for _ in range(count)]
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
        lives = self.drip(f"POST / HTTP/1.1\r\nHost: 127.0.0.1:{self.server.port}\r\nX: ".encode(), b"a")
        self.assertLess(max(lives), READ_TIMEOUT + 5)
        self.assertGreater(min(lives), READ_TIMEOUT - 1)

    def test_slow_bodies(self):
        lives = self.drip(self.signed(framing="Content-Length: 1000"), b" ")
        self.assertLess(max(lives), READ_TIMEOUT + 5)
        self.assertGreater(min(lives), READ_TIMEOUT - 1)
        lives = self.drip(self.signed(framing="Transfer-Encoding: chunked"), b"1\r\n \r\n")
        self.assertLess(max(lives), READ_TIMEOUT + 5)

    def test_silent_clients(self):
        lives = self.drip(b"", b"")
        self.assertLess(max(lives), IDLE_TIMEOUT + 5)
        wire = self.wire(self.signed())
        self.assertEqual(code_of(wire.answer()), "")
        begin = time.monotonic()
        self.assertTrue(wire.is_closed())
        self.assertGreater(time.monotonic() - begin, IDLE_TIMEOUT - 1)

    def test_others_are_served_meanwhile(self):
        with Program(**{"http.read_timeout_s": 300}) as server:  # No slow client is gone when the others have been served.
            wires = [Wire(server.port, raw_http.signed(server.port, framing="Content-Length: 1000"), b"{") for _ in range(300)]
            wire = Wire(server.port, raw_http.signed(server.port))
            self.assertEqual(code_of(wire.answer()), "")
            ended = select.select([each.socket for each in wires], [], [], 0)[0]
            self.assertEqual(len(ended), 0, "slow clients that were answered or cut off")
            for each in wires + [wire]:
                each.close()

    def test_large_bodies_of_nobody(self):
        """Twenty uploads that nobody signed, each one byte short: most are refused, small calls go on."""
        head, body = self.signed(framing=f"Content-Length: {9_000_000}"), b" " * 8_999_999
        with concurrent.futures.ThreadPoolExecutor(20) as pool:
            wires = list(pool.map(lambda _: self.wire(head, body), range(20)))
        wire = self.wire(self.signed())
        self.assertEqual(code_of(wire.answer()), "")
        answers = [each.answer() for each in wires]
        refused = [code_of(answer) for answer in answers if answer]
        self.assertEqual(set(refused), {"RequestLimitExceeded"})
        self.assertGreater(len(refused), 10)
        wire = self.wire(self.signed(body=b'{"Offset":0,"Limit":1}'.ljust(9 * MIB)))
        self.assertEqual(code_of(wire.answer()), "", "the room has not come back")

    def test_large_bodies_of_strangers(self):
        """Uploads whose head shows that nobody can have signed them are refused before their bodies come."""
        for change in ((program.SECRET_ID.encode(), b"AKIDnobody"), (b"X-TC-Timestamp: 1", b"X-TC-Timestamp: 0")):
            head = self.signed(framing="Content-Length: 9000000").replace(*change)
            wires = [self.wire(head) for _ in range(50)]
            for wire in wires:
                self.assertIn(code_of(wire.answer()), ("AuthFailure.SecretIdNotFound", "AuthFailure.SignatureExpire"))
            body = b'{"Offset":0,"Limit":1}'.ljust(9 * MIB)
            self.assertEqual(code_of(self.wire(self.signed(body=body)).answer()), "", "the room is others'")

    def test_clients_that_go_away(self):
        whole = self.signed()
        for at in range(0, len(whole), 5):
            self.wire(whole[:at]).close()
        for _ in range(50):
            self.wire(whole).close()


class FullHouse(unittest.TestCase):
    """All connections are open, and nobody says a word."""

    def begin(self, **settings):
        server = Program(**settings)
        self.addCleanup(server.__exit__, None, None, None)
        return server.start()

    def asked(self, port, head):
        wire = Wire(port, head)
        answer = wire.answer()
        wire.close()
        return answer and answer[0]

    def test_one_clients_silence_keeps_nobody_out(self):
        server = self.begin(**{"http.connections": 100, "http.connections_per_peer": 60})
        mute = [Wire(server.port) for _ in range(60)]
        self.assertEqual(self.asked(server.port, b""), 503, "one more of that client")
        client = Client(server.port)
        client.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10, source_address=("127.0.0.2", 0))
        client.call("ListEmailAddress")
        client.close()
        for wire in mute:
            wire.close()

    def test_the_longest_idle_makes_room(self):
        server = self.begin(**{"http.connections": 40, "http.connections_per_peer": 0})
        mute = [Wire(server.port) for _ in range(40)]
        eventually(lambda: self.connections(server) == 40, 10, "40 connections")
        for _ in range(30):
            client = server.client()
            client.call("ListEmailAddress")
            client.close()
        self.assertTrue(mute[0].is_closed())
        for wire in mute:
            wire.close()

    def connections(self, server):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        connection.request("GET", "/metrics")
        text = connection.getresponse().read().decode()
        connection.close()
        return int(re.search(r"(?m)^sesame_http_connections (\d+)", text).group(1))

    def test_silence_ends_after_ten_seconds_and_refusals_are_no_success(self):
        """Requests under way fill all places: links of mails and the health are refused with a status that says so."""
        server = self.begin(**{"http.connections": 20, "http.connections_per_peer": 0})
        expecting = raw_http.signed(server.port, framing="Content-Length: 100", more="Expect: 100-continue\r\n")
        busy = [Wire(server.port, expecting) for _ in range(20)]
        for wire in busy:
            self.assertEqual(wire.answer()[0], 100, "the request is under way")
        host = b"Host: a\r\nContent-Length: 26\r\n\r\nList-Unsubscribe=One-Click"
        self.assertEqual(self.asked(server.port, b""), 503, "a full house")
        for head in (b"POST /u/token HTTP/1.1\r\n" + host, b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n",
                     b"GET /t/o/x HTTP/1.1\r\nHost: a\r\n\r\n"):
            self.assertIn(self.asked(server.port, head), (503, None), head[:20])
        for wire in busy:
            wire.close()


if __name__ == "__main__":
    program.main()
