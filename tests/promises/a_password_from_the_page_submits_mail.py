#!/usr/bin/python3
"""Promise: what the page of a sender shows is all that a program needs to submit mail by SMTP.

Method: a browser makes a password and reads the sender's card (web/scenes/smtp_password.mjs); swaks runs the line that
stands there, and the mail comes to the inbox of the sandbox.
"""
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from console import failures, make_owner, run_scenes, with_console  # noqa: E402
from program import OWN, SENDER, free_port, prepare_sender  # noqa: E402


def with_submission():
    port, tls_port = free_port(), free_port()
    server = with_console(**{"submission.listen": f"127.0.0.1:{port}", "submission.listen_tls": f"127.0.0.1:{tls_port}"})
    files = {"certificate": server.folder / "cert.pem", "key": server.folder / "key.pem"}
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
                    "2", "-subj", "/CN=127.0.0.1", "-keyout", files["key"], "-out", files["certificate"]],
                   check=True, capture_output=True)
    server.settings |= {f"submission.{name}": path for name, path in files.items()}
    return server, port, tls_port


class PasswordFromThePage(unittest.TestCase):
    def test_a_browser_makes_a_password_and_swaks_submits_with_it(self):
        server, port, tls_port = with_submission()
        with server:
            make_owner(server)
            client = server.client()
            prepare_sender(client)
            self.assertEqual(client.call("GetLimits", OWN)["SubmissionServers"],
                             [{"Host": "127.0.0.1", "Port": port, "Tls": "starttls"},
                              {"Host": "127.0.0.1", "Port": tls_port, "Tls": "implicit"}])
            done = run_scenes("smtp_password.mjs", server, SESAME_SENDER=SENDER)
            self.assertEqual(done.returncode, 0, failures(done))


if __name__ == "__main__":
    program.main()
