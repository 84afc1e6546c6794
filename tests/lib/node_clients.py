"""Clients from npm, as their authors publish them: the official SDK (tests/sdk/) and nodemailer (tests/nodemailer/)."""
import fcntl
import os
import subprocess

from program import ROOT, SECRET_ID, SECRET_KEY

SDK = ROOT / "tests" / "sdk"
NODEMAILER = ROOT / "tests" / "nodemailer"


def install(folder):
    """Fetches the locked packages when they are missing. Promises that run side by side fetch them once."""
    with open(folder / "package-lock.json") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # npm writes this file when all packages are there.
        if not (folder / "node_modules" / ".package-lock.json").exists():
            subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=folder, check=True, timeout=300, capture_output=True)


def run_sdk_tests(file, port, seconds, **more):
    """Runs a file of tests/sdk/ against the program at `port`; what subprocess.run returns."""
    install(SDK)
    environment = dict(os.environ, SESAME_ENDPOINT=f"127.0.0.1:{port}", TENCENTCLOUD_SECRET_ID=SECRET_ID,
                       TENCENTCLOUD_SECRET_KEY=SECRET_KEY, **more)
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        environment.pop(name, None)
    return subprocess.run(["node", "--test", "--test-reporter=tap", str(SDK / file)], env=environment, timeout=seconds,
                          capture_output=True, text=True)
