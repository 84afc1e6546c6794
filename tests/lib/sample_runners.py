"""Runs the examples of docs/api/, each in the way that it is written in: a call is (action, what came back)."""
import json
import os
import pathlib
import shlex
import subprocess
import tempfile

from markdown import blocks, of_today
from node_clients import SDK, install
from program import BINARY, ROOT, SECRET_ID, SECRET_KEY, ApiError

PAGES = ROOT / "docs" / "api"
EXAMPLE_CREDENTIAL = "AKID0example0example0example0example"
EXAMPLE_CALL = "5b1f8e0a-3c5d-4a51-9d55-6f0c8b1f2a3e"
EXAMPLE_DRY_RUN = "7d1f4c62-3a0e-4b58-9a51-0f6f3f6a2b11"
EXAMPLE_MESSAGE = "qcloudses-30-1250000001-date-20260301090003-Gk2mZ7aQ"


def shell_environment(port, folder):
    """Nothing of ours leaks in; `sesame` is the program under test."""
    (folder / "sesame").symlink_to(BINARY)
    clean = {name: value for name, value in os.environ.items()
             if not name.startswith(("SESAME_", "TENCENTCLOUD_")) and name.lower() not in ("http_proxy", "https_proxy")}
    return {**clean, "PATH": f"{folder}:{clean['PATH']}", "SESAME_ENDPOINT": f"http://127.0.0.1:{port}",
            "TENCENTCLOUD_SECRET_ID": SECRET_ID, "TENCENTCLOUD_SECRET_KEY": SECRET_KEY}


class SampleRunner:
    """One way to write a call. `marker` begins its examples."""

    marker = None

    def __init__(self, server):
        self.server = server
        self.folder = tempfile.TemporaryDirectory()
        self.environment = shell_environment(server.port, pathlib.Path(self.folder.name))
        self.credential = EXAMPLE_CREDENTIAL
        self.message = EXAMPLE_MESSAGE
        self.call = EXAMPLE_CALL
        self.dry_run = EXAMPLE_DRY_RUN

    def close(self):
        self.folder.cleanup()

    def sample(self, action):
        """The example of the action's page with the dates, the credential, the call and the mail of today; None when the page has none."""
        found = [block.text for block in blocks(f"docs/api/en/{action}.md") if block.text.startswith(self.marker)]
        assert len(found) <= 1, f"{action}: {len(found)} examples that begin with {self.marker}"
        return self.with_what_there_is(found[0]) if found else None

    def with_what_there_is(self, text):
        """The text with the dates, the credential, the call and the mail of today."""
        text = text.replace(EXAMPLE_MESSAGE, self.message)  # First: it holds a date.
        text = text.replace(EXAMPLE_CALL, self.call).replace(EXAMPLE_DRY_RUN, self.dry_run)
        return of_today(text).replace(EXAMPLE_CREDENTIAL, self.credential)

    def shell(self, text):
        return subprocess.run(["bash", "-euo", "pipefail", "-c", text], cwd=ROOT, env=self.environment, capture_output=True,
                              text=True, timeout=60)

    def run(self, text):
        """Raises AssertionError with the reason when the example fails."""
        raise NotImplementedError


class Tc3Runner(SampleRunner):
    marker = "examples/tc3.sh"

    def run(self, text):
        done = self.shell(text)
        assert done.returncode == 0, done.stdout + done.stderr
        response = json.loads(done.stdout)["Response"]
        assert "Error" not in response, response


class CommandRunner(SampleRunner):
    marker = "sesame call"

    def run(self, text):
        done = self.shell(text)
        assert done.returncode == 0, done.stderr
        json.loads(done.stdout)


class TccliRunner(SampleRunner):
    """tccli is not among Debian's packages: its unfolded parameters are read by `sesame call`, which takes the same form."""

    marker = "tccli ses"

    def run(self, text):
        words = shlex.split(text.replace("\\\n", " "))
        assert words[3] == "--cli-unfold-argument" and words[4] == "--endpoint", text
        done = self.shell(shlex.join(["sesame", "call", words[2], *words[6:]]))
        assert done.returncode == 0, done.stderr
        json.loads(done.stdout)


class NodeRunner(SampleRunner):
    """The official SDK, unmodified."""

    marker = "// tencentcloud-sdk-nodejs-ses"

    def __init__(self, server):
        super().__init__(server)
        install(SDK)
        environment = {**self.environment, "SESAME_ENDPOINT": f"127.0.0.1:{server.port}"}
        self.node = subprocess.Popen(["node", str(SDK / "run_snippets.mjs")], env=environment, stdin=subprocess.PIPE,
                                     stdout=subprocess.PIPE, text=True)

    def close(self):
        self.node.stdin.close()
        self.node.wait(timeout=30)
        self.node.stdout.close()
        super().close()

    def run(self, text):
        self.node.stdin.write(json.dumps(text) + "\n")
        self.node.stdin.flush()
        said = json.loads(self.node.stdout.readline())
        assert said.get("answer") and "RequestId" in said["answer"], said


class PythonRunner(SampleRunner):
    """The Python SDK is not among Debian's packages: what the examples use of it is played by our client."""

    marker = "# tencentcloud-sdk-python-ses"

    class Request:
        def from_json_string(self, text):
            self.parameters = json.loads(text)

    class Models:
        def __getattr__(self, name):
            assert name.endswith("Request"), name
            return type(name, (PythonRunner.Request,), {})

    class Client:
        def __init__(self, port, client):
            self.port, self.client = port, client

        def __getattr__(self, action):
            def call(request, parameters=None):
                if action == "call_json":  # The client's own way to call an action by its name.
                    return self.client.call(request, **parameters)
                assert type(request).__name__ == action + "Request"
                return self.client.call(action, **request.parameters)
            return call

    def run(self, text):
        client = self.server.client()
        try:
            exec(text, {"json": json, "models": self.Models(), "client": self.Client(self.server.port, client)})
        except ApiError as refused:
            raise AssertionError(refused) from refused
        finally:
            client.close()


RUNNERS = (Tc3Runner, CommandRunner, TccliRunner, NodeRunner, PythonRunner)
