#!/usr/bin/python3
"""Promise: a request with any bytes or parameters changed gets success, a documented error or a closed connection,
and the program goes on.

Method: thousands of valid requests with bytes changed, and of signed requests with any parameters; SESAME_MUTANTS
says how many. After each test the program must still answer, must have stored what it acknowledged and nothing else,
and must have stayed small (tests/lib/hostile_case.py).
"""
import concurrent.futures
import json
import os
import pathlib
import random
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from chance import SEED, seeded  # noqa: E402
from description import DESCRIPTION  # noqa: E402
from hostile_case import MEMORY_KIB, HostileCase  # noqa: E402
from program import DOMAIN, SENDER, Program, b64  # noqa: E402
from raw_http import code_of  # noqa: E402

MUTANTS = int(os.environ.get("SESAME_MUTANTS", 4000))


class Mutants(HostileCase):
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
        request = self.mutate(rng, self.make_group(f"m{seed}", **({} if rng.random() < 0.8 else {"more": "Expect: 100-continue\r\n"})))
        wire = self.wire(request, half_close=True)
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
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            list(pool.map(self.play, range(SEED, SEED + MUTANTS)))

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
        rng = seeded()
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
