#!/usr/bin/python3
"""Promise: behind a proxy that `http.trusted_proxies` names, the client is the one that the proxy names, for limits and
in the log; nobody else can choose an address by sending headers.

Method: Debian's nginx, with the lines that the guide shows, forwards to the program; clients come from several loopback
addresses, some with forged headers. The peer of each call is read from the program's log.
"""
import http.client
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from program import ROOT, SES, Program, eventually, free_port, tc3_headers  # noqa: E402

GUIDE = ROOT / "docs" / "guides" / "internet.md"


class Nginx:
    """nginx in front of a port, with the lines of the guide."""

    def __init__(self, backend):
        self.port = free_port()
        self.folder = tempfile.TemporaryDirectory()
        block = re.search(r"```nginx\n(.*?)```", GUIDE.read_text(), re.DOTALL).group(1)
        folder = self.folder.name
        os.chmod(folder, 0o755)  # The worker of an nginx that root has started is somebody else.
        temporary = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (pathlib.Path(folder) / "nginx.conf").write_text(
            f"daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error;\nevents {{}}\n"
            f"http {{ access_log off; {temporary} server {{ listen 127.0.0.1:{self.port};\n"
            f"{block.replace('127.0.0.1:8080', f'127.0.0.1:{backend}')} }} }}\n")
        self.process = subprocess.Popen(["nginx", "-e", f"{folder}/error", "-p", folder, "-c", f"{folder}/nginx.conf"])
        eventually(self.listens, 10, "nginx")

    def listens(self):
        try:
            http.client.HTTPConnection("127.0.0.1", self.port, timeout=5).connect()
            return True
        except OSError:
            return False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)
        self.folder.cleanup()


class BehindAProxy(unittest.TestCase):
    def call(self, port, source, action="ListEmailAddress", host="mail.shop.test", **headers):
        """The answer to a signed call that comes from a loopback address."""
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30, source_address=(source, 0))
        signed = tc3_headers(b"{}", host, action, SES, int(time.time()))
        connection.request("POST", "/", b"{}", {**signed, **{name.replace("_", "-"): value for name, value in headers.items()}})
        answer = connection.getresponse()
        body = json.loads(answer.read())
        connection.close()
        self.assertEqual(answer.status, 200)
        return body["Response"]

    def peer_of(self, server, response):
        line = eventually(lambda: next((line for line in (server.folder / "log").read_text().splitlines()
                                        if response["RequestId"] in line), None), 10, "the line of the call")
        return json.loads(line)["peer"]

    def test_the_proxy_names_the_client(self):
        with Program(**{"http.trusted_proxies": "127.0.0.1", "log.level": "debug", "log.form": "json"}) as server:
            with Nginx(server.port) as nginx:
                response = self.call(nginx.port, "127.0.0.7")
                self.assertNotIn("Error", response, "the Host that was signed must arrive")
                self.assertEqual(self.peer_of(server, response), "127.0.0.7")
                forged = self.call(nginx.port, "127.0.0.8", X_Forwarded_For="203.0.113.9")
                self.assertEqual(self.peer_of(server, forged), "127.0.0.8")
                direct = self.call(server.port, "127.0.0.9", X_Forwarded_For="203.0.113.9")
                self.assertEqual(self.peer_of(server, direct), "127.0.0.9", "not a proxy of ours")

    def test_without_the_setting_nobody_is_believed(self):
        with Program(**{"log.level": "debug", "log.form": "json"}) as server, Nginx(server.port) as nginx:
            response = self.call(nginx.port, "127.0.0.7", X_Forwarded_For="203.0.113.9")
            self.assertEqual(self.peer_of(server, response), "127.0.0.1")

    def test_a_body_larger_than_nginx_allows_by_default(self):
        with Program(**{"http.trusted_proxies": "127.0.0.1"}) as server, Nginx(server.port) as nginx:
            body = json.dumps({"Offset": 0, "Limit": 1}).encode().ljust(9 * 1024 * 1024)
            connection = http.client.HTTPConnection("127.0.0.1", nginx.port, timeout=60)
            connection.request("POST", "/", body, tc3_headers(body, "mail.shop.test", "ListReceivers", SES, int(time.time())))
            answer = connection.getresponse()
            self.assertEqual((answer.status, "Error" in json.loads(answer.read())["Response"]), (200, False))
            connection.close()


if __name__ == "__main__":
    program.main()
