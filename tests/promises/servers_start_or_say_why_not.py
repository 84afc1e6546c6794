#!/usr/bin/python3
"""Promise: a server starts, or says which setting, port or folder keeps it from starting; secrets are shown once and
never logged.

Method: the built program is started with settings from every origin, right and wrong, with a taken port and a taken
data folder; its output, its log, its files, its health and its metrics are read.
"""
import http.client
import json
import os
import pathlib
import pty
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from command_case import run  # noqa: E402
from program import BINARY, SECRET_ID, SECRET_KEY, Program, prepare_sender  # noqa: E402


class Config(unittest.TestCase):
    def test_origins_and_secrets(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "sesame.toml"
            file.write_text('listen = "127.0.0.1:1"\n[delivery]\nrelay_password = "hushhush"\nhelo = "file.test"\n[log]\nlevel = "error"\n')
            environment = {"SESAME_LOG_LEVEL": "debug", "SESAME_DELIVERY_HELO": "environment.test"}
            status, out, err = run("config", "--config", file, "--set", "delivery.helo=flag.test", environment=environment)
            self.assertEqual((status, err), (0, ""))
            rows = {line.split()[0]: line for line in out.splitlines()}
            self.assertRegex(rows["delivery.helo"], r" flag\.test +flag ")
            self.assertRegex(rows["log.level"], r" debug +environment SESAME_LOG_LEVEL ")
            self.assertRegex(rows["listen"], rf" 127\.0\.0\.1:1 +file {re.escape(str(file))} ")
            self.assertRegex(rows["limits.groups"], r" 1000 +default ")
            self.assertRegex(rows["delivery.relay_password"], r" \(hidden\) +file ")
            self.assertNotIn("hushhush", out)
            status, out, _ = run("config", environment={"SESAME_CONFIG": str(file)})
            self.assertIn(f"file {file}", out)

    def test_wrong_settings_are_explained(self):
        with tempfile.TemporaryDirectory() as folder:
            broken = pathlib.Path(folder) / "broken.toml"
            broken.write_text("listen = \n")
            unknown = pathlib.Path(folder) / "unknown.toml"
            unknown.write_text("[delivery]\nmod = 'relay'\n")
            private = pathlib.Path(folder) / "private.toml"
            private.write_text("[delivery]\nrelay_password = ['hushhush', 1.5]\n")
            for arguments, environment, said in (
                    (["--set", "delivery.mod=x"], {}, ["`delivery.mod`", "`delivery.mode`", "flag"]),
                    (["--set", "delivery.mode=fly"], {}, ["`delivery.mode`", "`fly`", "sandbox relay"]),
                    (["--set", "limits.groups=0"], {}, ["`limits.groups`", "`0`", "from 1"]),
                    (["--set", "limits.groups=many"], {}, ["`limits.groups`", "whole number"]),
                    (["--set", "sending.custom_content=1"], {}, ["true or false"]),
                    (["--set", "delivery.relay_password=hushhush"], {},
                     ["`delivery.relay_password`", "settings file", "SESAME_DELIVERY_RELAY_PASSWORD"]),
                    ([], {"SESAME_LIMITS_GROUPS": "-1"}, ["environment SESAME_LIMITS_GROUPS", "`-1`"]),
                    (["--set", "dns.resolver=127.0.0.1"], {}, ["`dns.resolver` (flag)", "`127.0.0.1`", "HOST:PORT"]),
                    (["--config", str(broken)], {}, ["broken.toml", "line 1"]),
                    (["--config", str(unknown)], {}, ["unknown.toml", "`delivery.mode`"]),
                    (["--config", str(private)], {}, ["private.toml", "delivery.relay_password"]),
                    (["--config", folder + "/none.toml"], {}, ["none.toml", "no such file"])):
                for command in ("serve", "config"):
                    status, out, err = run(command, *arguments, environment=environment)
                    self.assertEqual((status, out), (1, ""), (arguments, err))
                    for each in said:
                        self.assertIn(each, err)
                    self.assertNotIn("hushhush", err)
            for arguments, said in (
                    (["--listen", "nonsense"], ["`listen`", "HOST:PORT"]), (["--listen", "127.0.0.1:99999"], ["HOST:PORT"]),
                    (["--listen", "no.such.host.invalid:1"], ["listen"]),
                    (["--set", "database=mysql:x"], ["`database`", "sqlite:PATH"]),
                    (["--set", "delivery.mode=relay"], ["`delivery.relay`", "HOST:PORT"]),
                    (["--set", "delivery.mode=relay", "--set", "delivery.relay=x"], ["`delivery.relay`", "HOST:PORT"]),
                    (["--set", "tls.certificate=/nonexistent.pem"], ["tls.key"]),
                    (["--set", "tls.certificate=/nonexistent.pem", "--set", "tls.key=/nonexistent.pem"], ["/nonexistent.pem"]),
                    (["--data-dir", "/proc/no/such"], ["/proc/no/such"]),
                    (["--data-dir", str(broken)], ["broken.toml"])):
                data = [] if "--data-dir" in arguments else ["--data-dir", folder + "/data"]
                listen = [] if "--listen" in arguments else ["--listen", "127.0.0.1:0"]
                status, out, err = run("serve", *data, *listen, "--set", "log.level=error", *arguments)
                with self.subTest(arguments=arguments):
                    self.assertEqual((status, "http://" in out), (1, False), (arguments, err))
                    for each in said:
                        self.assertIn(each, err, arguments)
                    self.assertTrue(err.rstrip().splitlines()[-1].startswith("sesame: "), err)

    def test_given_credentials_that_cannot_work(self):
        with tempfile.TemporaryDirectory() as folder:
            for name, key in (("", "x"), ("a b", "x"), ("a,b", "x"), ("a/b", "x"), ("AKID", ""), ("AKID", "a b")):
                status, out, err = run("serve", "--data-dir", folder + "/data", "--listen", "127.0.0.1:0",
                                       environment={"SESAME_SECRET_ID": name, "SESAME_SECRET_KEY": key})
                with self.subTest(name=name, key=key):
                    self.assertEqual(status, 1, err)
                    self.assertIn("SESAME_SECRET_", err)


class Serving(unittest.TestCase):
    def begin(self, folder, *more):
        """A server without a given credential: (process, the lines up to its endpoint)."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("SESAME_", "TENCENTCLOUD_"))}
        process = subprocess.Popen([str(BINARY), "serve", "--data-dir", folder, "--listen", "127.0.0.1:0", "--set", "log.level=warning",
                                    *more], env=clean, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(lambda: (process.kill(), process.wait(), process.stdout.close(), process.stderr.close()))
        lines = []
        for line in process.stdout:
            lines.append(line)
            if "http://" in line:
                break
        self.assertTrue(lines, process.stderr.read() if not lines else "")
        return process, lines, int(re.search(r"http://127\.0\.0\.1:(\d+)", lines[-1]).group(1))

    def end(self, process):
        process.terminate()
        self.assertEqual(process.wait(30), 0)

    def test_the_credential_is_shown_once(self):
        with tempfile.TemporaryDirectory() as folder:
            process, lines, port = self.begin(folder, "--print-secrets")
            text = "".join(lines)
            name = re.search(r"export TENCENTCLOUD_SECRET_ID=(AKID\w{32})\n", text).group(1)
            key = re.search(r"export TENCENTCLOUD_SECRET_KEY=(\w{32})\n", text).group(1)
            access = {"TENCENTCLOUD_SECRET_ID": name, "TENCENTCLOUD_SECRET_KEY": key, "SESAME_ENDPOINT": f"http://127.0.0.1:{port}"}
            status, _, err = run("call", "ListEmailAddress", environment=access)
            self.assertEqual(status, 0, err)
            self.end(process)
            self.assertNotIn(key, process.stderr.read())
            for file in pathlib.Path(folder).rglob("*"):
                self.assertNotIn(key.encode(), file.read_bytes() if file.is_file() else b"", file)
                if file.is_file():
                    self.assertEqual(file.stat().st_mode & 0o077, 0, f"others may read {file}")
            process, lines, port = self.begin(folder, "--print-secrets")
            self.assertEqual(len(lines), 1, "the second start shows a credential")
            self.assertNotIn(name, lines[0])
            status, _, err = run("call", "ListEmailAddress", environment={**access, "SESAME_ENDPOINT": f"http://127.0.0.1:{port}"})
            self.assertEqual(status, 0, err)
            self.end(process)

    def test_a_service_keeps_the_credential_in_a_file(self):
        with tempfile.TemporaryDirectory() as folder:
            data = pathlib.Path(folder) / "data"
            kept = data / "first-credential"
            kept.parent.mkdir()
            kept.write_text("of a start that ended before the credential was stored")
            kept.chmod(0o644)
            process, lines, port = self.begin(str(data))
            self.assertIn(f"is in {kept} ", lines[0])
            self.assertEqual(kept.stat().st_mode & 0o777, 0o600)
            access = dict(re.findall(r"^export (TENCENTCLOUD_\w+)=(\w+)$", kept.read_text(), re.M))
            self.assertEqual(len(access), 2, "not what a shell can read")
            self.assertNotIn(access["TENCENTCLOUD_SECRET_KEY"], "".join(lines))
            status, _, err = run("call", "ListEmailAddress", environment={**access, "SESAME_ENDPOINT": f"http://127.0.0.1:{port}"})
            self.assertEqual(status, 0, err)
            self.end(process)
            self.assertNotIn(access["TENCENTCLOUD_SECRET_KEY"], process.stdout.read() + process.stderr.read())
            kept.unlink()
            process, lines, _ = self.begin(str(data))
            self.assertEqual(len(lines), 1, lines)
            self.assertFalse(kept.exists(), "the second start writes a credential")
            self.end(process)

    def test_a_lost_credential_is_replaced_while_nothing_serves(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertIn("there is no database", run("credentials", "reset", "--data-dir", folder)[2])
            process, _, _ = self.begin(folder)
            status, out, err = run("credentials", "reset", "--data-dir", folder)
            self.assertEqual((status, out), (1, ""))
            self.assertIn("already open in another Sesame", err)
            self.end(process)
            status, out, err = run("credentials", "reset", "--data-dir", folder)
            self.assertEqual(status, 0, err)
            made = dict(re.findall(r"^ +export (TENCENTCLOUD_\w+)=(\w+)$", out, re.M))
            kept = dict(re.findall(r"^export (TENCENTCLOUD_\w+)=(\w+)$", (pathlib.Path(folder) / "first-credential").read_text(), re.M))
            process, lines, port = self.begin(folder)
            self.assertNotIn(made["TENCENTCLOUD_SECRET_KEY"], "".join(lines))
            for access in (made, kept):
                status, _, err = run("call", "ListEmailAddress", environment={**access, "SESAME_ENDPOINT": f"http://127.0.0.1:{port}"})
                self.assertEqual(status, 0, err)
            self.end(process)

    def test_a_terminal_shows_the_credential(self):
        with tempfile.TemporaryDirectory() as folder:
            own, shown = pty.openpty()
            clean = {name: value for name, value in os.environ.items() if not name.startswith(("SESAME_", "TENCENTCLOUD_"))}
            process = subprocess.Popen([str(BINARY), "serve", "--data-dir", folder, "--listen", "127.0.0.1:0"], stdout=shown,
                                       stderr=subprocess.DEVNULL, env={**clean, "TERM": "xterm"})
            os.close(shown)
            self.addCleanup(lambda: (process.kill(), process.wait(), os.close(own)))
            text = b""
            while b"http://" not in text:
                text += os.read(own, 4096)
            self.assertRegex(text.decode(), r"export TENCENTCLOUD_SECRET_KEY=\w{32}\s")
            self.assertFalse((pathlib.Path(folder) / "first-credential").exists())
            self.end(process)

    def test_a_taken_port_and_a_taken_folder(self):
        with tempfile.TemporaryDirectory() as folder:
            process, _, port = self.begin(folder + "/one")
            status, out, err = run("serve", "--data-dir", folder + "/two", "--listen", f"127.0.0.1:{port}")
            self.assertEqual(status, 1)
            self.assertNotIn("http://", out)
            self.assertIn("setting `listen`", err)
            self.assertIn("--listen", err)
            status, out, err = run("serve", "--data-dir", folder + "/two", "--listen", "127.0.0.1:0",
                                   "--set", "bounces.domain=back.shop.test", "--set", f"bounces.listen=127.0.0.1:{port}")
            self.assertEqual((status, "http://" in out), (1, False))
            self.assertIn("setting `bounces.listen`", err)
            self.assertNotIn("--listen", err)
            status, out, err = run("serve", "--data-dir", folder + "/one", "--listen", "127.0.0.1:0")
            self.assertEqual((status, out), (1, ""))
            self.assertIn(folder + "/one", err)
            self.assertRegex(err, "(?i)another|in use|already")
            self.assertEqual(self.get(port, "/healthz")[0], 200, "the first server suffered")
            self.end(process)
            # A lost folder's lock goes with its server, even after kill -9.
            process, _, _ = self.begin(folder + "/one")
            process.kill()
            process.wait()
            process, _, _ = self.begin(folder + "/one")
            self.end(process)

    def test_of_two_first_starts_one_makes_the_key(self):
        for _ in range(3):
            with tempfile.TemporaryDirectory() as folder:
                command = [str(BINARY), "serve", "--data-dir", folder + "/data", "--listen", "127.0.0.1:0", "--set", "log.level=error"]
                starts = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(4)]
                first = [start.stdout.readline() for start in starts]
                self.assertEqual(sum(bool(line) for line in first), 1, first)
                for start, line in zip(starts, first):
                    if line:
                        start.terminate()
                        self.assertEqual(start.wait(30), 0)
                    else:
                        self.assertEqual(start.wait(30), 1)
                        self.assertRegex(start.stderr.read(), f"{re.escape(folder)}/data.*already open in another Sesame")
                    start.stdout.close()
                    start.stderr.close()
                process, _, _ = self.begin(folder + "/data")  # The key that is there opens what the first start has stored.
                self.end(process)

    def test_a_lost_master_key_is_not_replaced(self):
        with tempfile.TemporaryDirectory() as folder:
            process, _, _ = self.begin(folder)
            self.end(process)
            (pathlib.Path(folder) / "master.key").rename(folder + "/elsewhere")
            status, out, err = run("serve", "--data-dir", folder, "--listen", "127.0.0.1:0")
            self.assertEqual((status, out), (1, ""))
            self.assertIn(folder + "/sesame.db", err)
            self.assertIn(folder + "/master.key", err)
            self.assertFalse((pathlib.Path(folder) / "master.key").exists())

    def test_no_thread_to_be_had(self):
        with tempfile.TemporaryDirectory() as folder:
            limited = subprocess.run(["sh", "-c", 'ulimit -s 1000000 && ulimit -v 3000000 && exec "$@"', "sh", str(BINARY), "serve",
                                      "--data-dir", folder, "--listen", "127.0.0.1:0"], capture_output=True, text=True, timeout=60)
            self.assertEqual(limited.returncode, 1, limited.stderr)
            self.assertRegex(limited.stderr, r"sesame: .*(thread|memory).*ulimit")

    def test_files_that_others_may_read(self):
        with Program() as server:
            server.stop()
            (server.folder / "data" / "sesame.db").chmod(0o644)
            settings = server.folder / "sesame.toml"
            settings.write_text('[delivery]\nrelay_password = "hushhush"\n')
            settings.chmod(0o644)
            os.environ["SESAME_CONFIG"] = str(settings)
            self.addCleanup(os.environ.pop, "SESAME_CONFIG", None)
            server.start()
            log = (server.folder / "log").read_text()
            for path in ("sesame.db", "sesame.toml"):
                self.assertRegex(log, rf"server\.file_exposed.*{path}.*644.*chmod")
            self.assertNotIn("hushhush", log)

    def test_the_memory_is_nobody_elses(self):
        """The kernel gives the files under /proc of a process that may not be debugged to root."""
        nobody = 65534 if os.getuid() == 0 else os.getuid()
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o755)
            binary = shutil.copy(BINARY, folder)
            data = pathlib.Path(folder) / "data"
            data.mkdir()
            os.chown(data, nobody, -1)
            for flags, owner in (([], 0), (["--allow-debugging"], nobody)):
                process = subprocess.Popen([binary, "serve", "--data-dir", str(data), "--listen", "127.0.0.1:0", *flags], user=nobody,
                                           stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
                self.assertTrue(process.stdout.readline())
                self.assertEqual(os.stat(f"/proc/{process.pid}/environ").st_uid, owner, flags)
                self.end(process)
                process.stdout.close()

    def get(self, port, path, method="GET"):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request(method, path)
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return answer.status, answer.headers["Content-Type"], body

    def test_health_and_metrics(self):
        with Program() as server:
            self.assertEqual(self.get(server.port, "/healthz"), (200, "text/plain; charset=utf-8", "ready\n"))
            self.assertEqual(self.get(server.port, "/healthz", "HEAD")[0], 200)
            client = server.client()
            client.call("ListEmailAddress")
            client.close()
            status, kind, text = self.get(server.port, "/metrics")
            self.assertEqual((status, kind), (200, "text/plain; version=0.0.4; charset=utf-8"))
            names = set()
            for line in text.splitlines():
                self.assertRegex(line, r'^(# (HELP|TYPE) sesame_\w+ .+|sesame_\w+(\{[^}]*\})? [-+0-9.einfa]+)$')
                names.add(re.match(r"(?:# \w+ )?(\w+)", line).group(1))
            self.assertIn("sesame_http_connections", names)
            self.assertRegex(text, r'(?m)^sesame_\w+\{[^}]*action="ListEmailAddress"[^}]*\} ')
            self.assertNotIn(SECRET_ID, text)
            self.assertNotIn(SECRET_KEY, text)

    def test_the_log_has_no_secrets(self):
        for form in ("text", "json"):
            with Program(**{"log.level": "debug", "log.form": form}) as server:
                client = server.client()
                prepare_sender(client)
                client.call("CreateReceiver", ReceiversName="private name")
                client.close()
                server.stop()
                log = (server.folder / "log").read_text()
                self.assertIn("CreateReceiver", log)
                self.assertNotIn(SECRET_KEY, log)
                self.assertNotIn("private name", log)
                for line in log.splitlines():
                    if form == "json":
                        json.loads(line)


if __name__ == "__main__":
    program.main()
