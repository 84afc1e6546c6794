"""Tests of what comes in over HTTP, against one server with short timeouts. After each test the program must still answer,
must have stored what it acknowledged and nothing else, and must never have used 256 MiB of memory."""
import time
import unittest

import raw_http
from program import Program
from raw_http import Wire, code_of

READ_TIMEOUT, IDLE_TIMEOUT = 2, 3
MEMORY_KIB = 256 * 1024
MIB = 1024 * 1024
BODIES_BYTES = 16 * MIB


class HostileCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Program(**{"http.read_timeout_s": READ_TIMEOUT, "http.idle_timeout_s": IDLE_TIMEOUT,
                                "http.bodies_bytes": BODIES_BYTES, "limits.groups": 1_000_000}).start()
        cls.acknowledged = []  # The names of the groups that answers said are made.

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__(None, None, None)

    def wire(self, *pieces, **options):
        return Wire(self.server.port, *pieces, **options)

    def signed(self, *words, **options):
        return raw_http.signed(self.server.port, *words, **options)

    def make_group(self, name, **options):
        return raw_http.make_group(self.server.port, name, **options)

    def groups(self):
        client, names = self.server.client(), []
        while True:
            page = client.call("ListReceivers", Offset=len(names), Limit=100)["Data"]
            names += [row["ReceiversName"] for row in page]
            if len(page) < 100:
                client.close()
                return names

    def tearDown(self):
        """The program goes on, has stored what it said and nothing else, and stayed small."""
        begin = time.monotonic()
        stored, expected = sorted(self.groups()), sorted(self.acknowledged)
        self.acknowledged[:] = stored  # One failure is not to be shown by all that follow.
        self.assertEqual(stored, expected)
        self.assertLess(time.monotonic() - begin, 20)
        self.assertIsNone(self.server.process.poll())
        self.assertLess(self.server.memory_kib(), MEMORY_KIB)

    def refused(self, request, code="InvalidRequest", status=400):
        """One refusal, then the connection is closed: nothing behind it is read as another request."""
        wire = self.wire(request, self.make_group("smuggled"), half_close=True)
        answer = wire.answer()
        self.assertIsNotNone(answer, request[:100])
        self.assertEqual((answer[0], code_of(answer)), (status, code), (request[:100], answer))
        self.assertEqual(answer[1].get("connection"), "close", request[:100])
        self.assertTrue(wire.is_closed(), f"read on after {request[:100]}: {wire.bytes[:100]}")
        wire.close()
