"""The console in a real browser: the scenes of web/scenes/, with Debian's chromium and the locked packages of web/."""
import json
import os
import re
import subprocess
import urllib.request

from node_clients import SDK, install
from program import ROOT, SECRET_ID, SECRET_KEY, Program

WEB = ROOT / "web"
OWNER, PASSWORD = "mira", "correct horse battery"


def with_console(**settings):
    """A program that prints the link of its first owner also when nobody watches its output."""
    server = Program(**settings)
    server.flags = ["--print-secrets"]
    return server


def setup_token(server):
    """The token that a start without an owner prints."""
    return re.search(r"/console/#setup=(\w+)", server.said).group(1)


def make_owner(server):
    """Makes the owner OWNER without a browser."""
    body = json.dumps({"token": setup_token(server), "name": OWNER, "password": PASSWORD}).encode()
    url = f"http://127.0.0.1:{server.port}"
    request = urllib.request.Request(f"{url}/console/setup", body, {"Content-Type": "application/json", "Origin": url})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def install_packages():
    """Fetches what the scenes need, where it is missing."""
    install(WEB)
    install(SDK)


def run_scenes(file, server, seconds=400, **more):
    """Runs a file of web/scenes/; what subprocess.run returns. `more` goes into the environment."""
    install_packages()
    environment = dict(os.environ, SESAME_CONSOLE=f"http://127.0.0.1:{server.port}/", SESAME_OWNER=OWNER,
                       SESAME_PASSWORD=PASSWORD, TENCENTCLOUD_SECRET_ID=SECRET_ID, TENCENTCLOUD_SECRET_KEY=SECRET_KEY,
                       NODE_PATH=str(SDK / "node_modules"), **more)
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        environment.pop(name, None)
    return subprocess.run(["node", "--test", "--test-reporter=tap", str(WEB / "scenes" / file)], env=environment,
                          timeout=seconds, capture_output=True, text=True)


def failures(done):
    """What the output says about the scenes that failed, for the message of an assertion."""
    lines = done.stdout.splitlines()
    kept = [line for line in lines if "ok " in line or "error:" in line or "'" in line][-60:]
    return "\n".join(kept) + "\n" + done.stderr[-2000:]
