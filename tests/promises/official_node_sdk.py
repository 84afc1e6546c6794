#!/usr/bin/python3
"""Promise: programs written with the official SDK work by changing the endpoint.

Installs tencentcloud-sdk-nodejs-ses from npm (the locked version, unmodified) and lets it run the whole path.
"""
import os
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from program import ROOT, SECRET_ID, SECRET_KEY, Program  # noqa: E402

FOLDER = ROOT / "tests" / "sdk"


class OfficialNodeSdk(unittest.TestCase):
    def test_the_whole_path(self):
        if not (FOLDER / "node_modules").exists():
            subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=FOLDER, check=True, timeout=300)
        with Program() as the_program:
            environment = dict(os.environ, SESAME_ENDPOINT=f"127.0.0.1:{the_program.port}",
                               TENCENTCLOUD_SECRET_ID=SECRET_ID, TENCENTCLOUD_SECRET_KEY=SECRET_KEY)
            for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
                environment.pop(name, None)
            done = subprocess.run(["node", "--test", str(FOLDER / "whole_path.test.mjs")], env=environment, timeout=180,
                                  capture_output=True, text=True)
            print(done.stdout[-4000:])
            self.assertEqual(done.returncode, 0, done.stdout[-2000:] + done.stderr[-2000:])


if __name__ == "__main__":
    program.main()
