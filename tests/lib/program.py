"""The real program as an object, and a client of its API that shares no code with it.

A test makes a Program, which starts build/sesame on a port the kernel chooses with a data folder of its own, and calls
actions through it. The client signs by itself (TC3-HMAC-SHA256), so the program's signing code is not its own judge.
"""
import base64
import contextlib
import hashlib
import hmac
import http.client
import json
import os
import pathlib
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("SESAME_BINARY", ROOT / "build" / "sesame"))
SECRET_ID = "AKIDtestsTestsTestsTestsTestsTestsTe"
SECRET_KEY = "testsTestsTestsTestsTestsTests12"
SES, OWN = "2020-10-02", "2026-12-01"
DOMAIN, SENDER = "mail.shop.test", "news@mail.shop.test"


class ApiError(Exception):
    def __init__(self, code, message):
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


def eventually(condition, seconds=30, what="the condition", every=0.02):
    """Waits until `condition()` is true, and asks in these intervals; fails when it is not in time. Returns its value."""
    end = time.monotonic() + seconds
    pause = threading.Event()
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not come true within {seconds} s")
        pause.wait(every)


def free_port():
    """Below the ports that the kernel gives to connections, so that none takes it before its server starts."""
    for _ in range(100):
        port = 20_000 + secrets.randbelow(12_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise OSError("no port below 32,000 is free")


def tc3_headers(body, host, action, version, timestamp, secret_id=SECRET_ID, secret_key=SECRET_KEY,
                region="ap-guangzhou", language=None, content_type="application/json", service="ses"):
    """The headers of a signed call, after the published description of TC3-HMAC-SHA256."""
    date = time.strftime("%Y-%m-%d", time.gmtime(timestamp))
    canonical = "\n".join(["POST", "/", "", f"content-type:{content_type}", f"host:{host}", "", "content-type;host",
                           hashlib.sha256(body).hexdigest()])
    scope = f"{date}/{service}/tc3_request"
    text = "\n".join(["TC3-HMAC-SHA256", str(timestamp), scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = f"TC3{secret_key}".encode()
    for part in (date, service, "tc3_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    headers = {"Host": host, "Content-Type": content_type, "X-TC-Action": action, "X-TC-Version": version,
               "X-TC-Region": region, "X-TC-Timestamp": str(timestamp),
               "Authorization": f"TC3-HMAC-SHA256 Credential={secret_id}/{scope}, SignedHeaders=content-type;host, "
                                f"Signature={signature}"}
    if language:
        headers["X-TC-Language"] = language
    return headers


class Client:
    """Calls actions over one kept-open connection. One thread."""

    def __init__(self, port):
        self.port = port
        self.host = f"127.0.0.1:{port}"
        self.connection = None
        self.headers = {}  # Of the last answer.

    def raw(self, action, body, version=SES, headers=None, **signing):
        """Sends `body` (bytes) signed; returns (HTTP status, content type, decoded JSON)."""
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        signed = tc3_headers(body, self.host, action, version, signing.pop("timestamp", int(time.time())), **signing)
        signed.update(headers or {})
        try:
            self.connection.request("POST", "/", body=body, headers={k: v for k, v in signed.items() if v is not None})
            answer = self.connection.getresponse()
            text = answer.read()
            self.headers = answer.headers
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        return answer.status, answer.headers.get("Content-Type"), json.loads(text)

    def call(self, action, version=SES, **parameters):
        """The answer's fields, or ApiError."""
        _, _, envelope = self.raw(action, json.dumps(parameters).encode(), version)
        response = envelope["Response"]
        if "Error" in response:
            raise ApiError(response["Error"]["Code"], response["Error"]["Message"])
        return response

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None


class Program:
    """build/sesame serve, started and stopped (or killed) by its pid. Its log is kept when a test fails."""

    def __init__(self, folder=None, **settings):
        self.own_folder = folder is None
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix="sesame-test-"))
        self.settings = {"limits.requests_per_second": 0, "limits.mails_per_address_hour": 0, "log.level": "warning",
                         "identity.verification": "trust", "delivery.port_check": "127.0.0.1:1",  # Never outside.
                         **settings}
        self.flags = []  # More of `serve`.
        self.said = ""  # The output of the last start.
        self.process = None
        self.port = None

    def start(self, expect_failure=False):
        command = [str(BINARY), "serve", "--data-dir", str(self.folder / "data"), "--listen", f"127.0.0.1:{self.port or 0}",
                   *self.flags]
        for key, value in self.settings.items():
            command += ["--set", f"{key}={value}"]
        environment = dict(os.environ, SESAME_SECRET_ID=SECRET_ID, SESAME_SECRET_KEY=SECRET_KEY)
        self.folder.mkdir(parents=True, exist_ok=True)
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, env=environment)
        self.said = ""
        for line in self.process.stdout:
            self.said += line.decode()
            found = re.search(rb"http://127\.0\.0\.1:(\d+)", line)
            if found:
                self.port = int(found.group(1))
                return self
        self.process.wait()
        if expect_failure:
            return self
        raise AssertionError(f"the program did not start: {(self.folder / 'log').read_text()[-2000:]}")

    def client(self):
        return Client(self.port)

    def kill(self):
        """kill -9: nothing is finished, nothing is flushed."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=60)
        if self.process and self.process.stdout:
            self.process.stdout.close()
        return self.process.returncode if self.process else None

    def memory_kib(self, field="VmHWM"):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"{field}:\s+(\d+) kB", status).group(1))

    def __enter__(self):
        return self.start()

    def __exit__(self, kind, value, trace):
        with contextlib.suppress(Exception):
            if self.process and self.process.poll() is None:
                self.process.kill() if kind else self.stop()
        if kind:
            sys.stderr.write(f"--- log kept in {self.folder}\n" + (self.folder / "log").read_text()[-3000:])
        elif self.own_folder:
            shutil.rmtree(self.folder, ignore_errors=True)


def b64(text):
    return base64.b64encode(text if isinstance(text, bytes) else text.encode()).decode()


def prepare_sender(client, domain=DOMAIN, sender=SENDER, text="Hello {{name}}", html=None):
    """A verified domain, a sender at it and a template; returns the template's number."""
    client.call("CreateEmailIdentity", EmailIdentity=domain, DKIMOption=0)
    client.call("CreateEmailAddress", EmailAddress=sender, EmailSenderName="Shop")
    content = {"Text": b64(text)}
    if html:
        content["Html"] = b64(html)
    return client.call("CreateEmailTemplate", TemplateName="letter", TemplateContent=content)["TemplateID"]


def group_row(client, group_id):
    for row in client.call("ListReceivers", Offset=0, Limit=100)["Data"]:
        if row["ReceiverId"] == group_id:
            return row
    return None


def wait_uploaded(client, group_id, seconds=60):
    return eventually(lambda: (row := group_row(client, group_id)) and row["ReceiversStatus"] == 3 and row, seconds,
                      "the group's status 3")


def main():
    """Runs the tests of a file and prints the count as the last line."""
    result = unittest.main(exit=False, verbosity=2, warnings="ignore").result
    lost = len({getattr(case, "test_case", case) for case, _ in result.failures + result.errors})  # Subtests as one.
    print(f"{result.testsRun - lost} passed, {lost} failed")
    sys.exit(1 if lost or result.testsRun == 0 else 0)
