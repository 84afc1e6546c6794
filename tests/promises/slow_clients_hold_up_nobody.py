#!/usr/bin/python3
"""Promise: a client that is slow, silent or goes away is cut off in time, and others are served meanwhile.

Method: many raw sockets drip a byte at a time, promise bodies that never come, or break off. After each test the
program must still answer, must have stored what it acknowledged and nothing else, and must have stayed small
(tests/lib/hostile_case.py).
"""
import concurrent.futures
import pathlib
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from hostile_case import IDLE_TIMEOUT, MIB, READ_TIMEOUT, HostileCase  # noqa: E402
from raw_http import code_of  # noqa: E402


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
        wires = [self.wire(self.signed(framing="Content-Length: 1000"), b"{") for _ in range(300)]
        begin = time.monotonic()
        wire = self.wire(self.signed())
        self.assertEqual(code_of(wire.answer()), "")
        self.assertLess(time.monotonic() - begin, 1.5)
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

    def test_clients_that_go_away(self):
        whole = self.signed()
        for at in range(0, len(whole), 5):
            self.wire(whole[:at]).close()
        for _ in range(50):
            self.wire(whole).close()


if __name__ == "__main__":
    program.main()
