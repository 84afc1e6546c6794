#!/usr/bin/python3
"""Promise: programs written with the official SDK work by changing the endpoint.

Installs tencentcloud-sdk-nodejs-ses from npm (the locked version, unmodified) and lets it run the whole path.
"""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from node_clients import run_sdk_tests  # noqa: E402
from program import Program  # noqa: E402


class OfficialNodeSdk(unittest.TestCase):
    def test_the_whole_path(self):
        with Program() as the_program:
            done = run_sdk_tests("whole_path.test.mjs", the_program.port, 180)
            print(done.stdout[-4000:])
            self.assertEqual(done.returncode, 0, done.stdout[-2000:] + done.stderr[-2000:])


if __name__ == "__main__":
    program.main()
