"""The program as a user runs it: its commands, beside a server that they call."""
import csv
import os
import pathlib
import subprocess
import tempfile
import unittest

from program import BINARY, SECRET_ID, SECRET_KEY, Program


def run(*arguments, environment=None, timeout=120, input=None):
    """(exit status, standard output, standard error) of the program. Nothing of ours leaks in through the environment."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("SESAME_", "TENCENTCLOUD_"))}
    done = subprocess.run([str(BINARY), *map(str, arguments)], env={**clean, **(environment or {})}, capture_output=True,
                          text=True, timeout=timeout, input=input)
    return done.returncode, done.stdout, done.stderr


class CommandCase(unittest.TestCase):
    settings = {"limits.recipients_per_group": 0}

    @classmethod
    def setUpClass(cls):
        cls.server = Program(**cls.settings).start()
        cls.client = cls.server.client()
        cls.folder = pathlib.Path(tempfile.mkdtemp(dir=cls.server.folder))

    @classmethod
    def tearDownClass(cls):
        cls.client.close()
        cls.server.__exit__(None, None, None)

    def access(self):
        return {"SESAME_ENDPOINT": f"http://127.0.0.1:{self.server.port}", "TENCENTCLOUD_SECRET_ID": SECRET_ID,
                "TENCENTCLOUD_SECRET_KEY": SECRET_KEY}

    def sesame(self, *arguments, status=0, **more):
        access = {**self.access(), **more}
        got, out, err = run(*arguments, environment={name: value for name, value in access.items() if value is not None})
        self.assertEqual(got, status, f"{arguments}: {out}{err}")
        if status:
            self.assertEqual(out, "", "a complaint belongs on standard error")
            self.assertTrue(err.splitlines()[-1].startswith("sesame: "), err)
        self.assertNotIn(SECRET_KEY, out + err)
        return out, err

    def file(self, name, content):
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def imported(self, name, content, *more):
        """Imports a file into a group of its name: (summary, addresses with data, rows of the report)."""
        path = self.file(name + ".csv", content)
        out, _ = self.sesame("import", path, "--group", name, *more)
        group = next(row["ReceiverId"] for row in self.client.call("ListReceivers", Offset=0, Limit=100)["Data"]
                     if row["ReceiversName"] == name)
        stored = self.client.call("ListReceiverDetails", ReceiverId=group, Offset=0, Limit=100)["Data"]
        report = pathlib.Path(str(path) + ".refused.csv")
        refused = list(csv.reader(report.open(newline=""))) if report.exists() else []
        return out.strip(), [(row["Email"], row["TemplateData"]) for row in stored], refused
