#!/usr/bin/python3
"""Promise: the program that is built for use checks its buffers, its stack and its jumps, and nothing that it has loaded can
be overwritten and then run.

Method: readelf and objdump read each protection back from the program itself, whatever the build was told.
"""
import pathlib
import platform
import re
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from program import BINARY  # noqa: E402


def read(*command):
    return subprocess.run([*command, str(BINARY)], capture_output=True, text=True, check=True).stdout


class Hardened(unittest.TestCase):
    def test_addresses_are_chosen_at_the_start_and_loaded_pages_are_sealed(self):
        self.assertRegex(read("readelf", "--file-header"), r"Type:\s+DYN")
        headers = read("readelf", "--program-headers", "--wide")
        self.assertIn("GNU_RELRO", headers)
        self.assertRegex(headers, r"GNU_STACK .* RW ")
        for line in headers.splitlines():
            self.assertNotRegex(line, r"^\s+LOAD .* RWE ")
        dynamic = read("readelf", "--dynamic", "--wide")
        self.assertRegex(dynamic, r"\(FLAGS\).*BIND_NOW")
        self.assertRegex(dynamic, r"\(FLAGS_1\).*NOW.*PIE")

    def test_the_checks_of_the_libraries_are_called(self):
        symbols = read("readelf", "--dyn-syms", "--wide")
        self.assertIn("__stack_chk_fail", symbols)
        self.assertRegex(symbols, r"__(memcpy|read|recv|snprintf|vsnprintf|fprintf|memmove)_chk")

    @unittest.skipUnless(platform.machine() == "x86_64", "landing pads of x86")
    def test_functions_begin_with_a_landing_pad(self):
        code = read("objdump", "--disassemble=main", "--no-show-raw-insn", "--section=.text")
        self.assertRegex(code, r"<main>:\n\s*[0-9a-f]+:\s+endbr64")

    def test_large_frames_touch_each_page(self):
        """The compiler's record of how it was called: the probes themselves look like other code."""
        producers = set(re.findall(r"GNU C\+\+[^\n]*", read("readelf", "--string-dump=.debug_str")))
        self.assertTrue(producers)
        own = [line for line in producers if "-std=c++20" in line]
        self.assertTrue(own, producers)
        for line in own:
            self.assertIn("-fstack-clash-protection", line)
            self.assertIn("-fstack-protector-strong", line)


if __name__ == "__main__":
    program.main()
