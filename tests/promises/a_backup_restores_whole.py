#!/usr/bin/python3
"""Promise: `sesame backup` makes one whole file while the server works, `sesame restore` makes a folder of it that has
everything and mails nothing until `sesame resume-delivery`; then each mail leaves once.

Method: a server whose relay and webhook are away is backed up while it takes uploads, then killed; the backup is restored
beside a relay and a webhook that count what comes. Other backups are killed, meet a full disk, are cut and damaged. Needs
root, for mount.
"""
import contextlib
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import unittest
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import beijing  # noqa: E402
import program  # noqa: E402
from command_case import run  # noqa: E402
from program import BINARY, OWN, SECRET_ID, SECRET_KEY, SENDER, Program, eventually, free_port, prepare_sender, wait_uploaded  # noqa: E402
from sink import Sink  # noqa: E402
from stored_rows import database  # noqa: E402
from webhook_receiver import Receiver  # noqa: E402

BATCH = 500
FILLER_MIB = 96
LETTER = {"TemplateID": 1, "TemplateData": '{"name":"you"}'}


def addresses(prefix, count):
    return [f"{prefix}-{number}@post.test" for number in range(count)]


def held_gauge(server):
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/metrics", timeout=30) as answer:
        return float(re.search(r"(?m)^sesame_delivery_held ([\d.]+)$", answer.read().decode())[1])


class Case(unittest.TestCase):
    def setUp(self):
        made = tempfile.TemporaryDirectory(prefix="sesame-backup-")
        self.addCleanup(made.cleanup)
        self.folder = pathlib.Path(made.name)
        self.file = self.folder / "backup.db"

    def backup(self, server, *more, file=None, status=0):
        got, out, err = run("backup", file or self.file, "--data-dir", server.folder / "data", *more)
        self.assertEqual(got, status, out + err)
        return out + err

    def restore(self, file, data, *more, status=0):
        got, out, err = run("restore", file, "--data-dir", data, *more)
        self.assertEqual(got, status, out + err)
        if status:
            self.assertFalse((data / "sesame.db").exists(), "a restore that failed left a database")
            self.assertEqual(list(data.glob("*.partial*")) if data.exists() else [], [])
        return out + err

    def restored(self, file, server, name="restored", **settings):
        """A program on a folder that was restored with the key of `server`; not started."""
        other = Program(self.folder / name, **settings)
        said = self.restore(file, other.folder / "data", "--master-key", server.folder / "data" / "master.key")
        self.assertIn("delivery is held", said)
        self.addCleanup(other.stop)
        return other


class UnderLoad(Case):
    """What waits when the backup is made is there after it, and leaves once, when it may."""

    def setUp(self):
        super().setUp()
        self.settings = {"delivery.mode": "relay", "webhooks.allow_private": "true", "webhooks.retry_s": 1,
                         "limits.recipients_per_group": 0}
        self.taken, self.begun = 0, threading.Event()
        self.ends = threading.Event()

    def upload(self, client, group):
        while not self.ends.is_set():
            client.call("CreateReceiverDetail", ReceiverId=group, Emails=addresses(f"load-{self.taken}", BATCH))
            self.taken += BATCH
            self.begun.set()
        client.close()

    def send(self, client, address):
        client.call("SendEmail", FromEmailAddress=SENDER, Destination=[address], Subject="s", Template=LETTER, TriggerType=1)

    def fill(self, client):
        """Mail of every kind that waits for a relay that is away."""
        group = client.call("CreateReceiver", ReceiversName="readers")["ReceiverId"]
        client.call("CreateReceiverDetail", ReceiverId=group, Emails=addresses("reader", 40))
        wait_uploaded(client, group)
        sent = {"FromEmailAddress": SENDER, "ReceiverId": group, "Subject": "s", "Template": LETTER}
        client.call("BatchSendEmail", TaskType=1, **sent)
        later = client.call("CreateReceiver", ReceiversName="later")["ReceiverId"]
        client.call("CreateReceiverDetail", ReceiverId=later, Emails=addresses("later", 5))
        wait_uploaded(client, later)
        client.call("BatchSendEmail", TaskType=2, TimedParam={"BeginTime": beijing.moment(3600)}, **{**sent, "ReceiverId": later})
        self.send(client, "single@post.test")
        return client.call("CreateReceiver", ReceiversName="load")["ReceiverId"]

    def leave_an_event(self, server, receiver):
        """A mail is delivered, and its webhook refuses to hear of it."""
        with Sink() as sink:
            server.settings["delivery.relay"] = f"127.0.0.1:{sink.port}"
            server.start()
            client = server.client()
            prepare_sender(client)
            client.call("PutWebhook", version=OWN, Url=receiver.url)
            self.send(client, "before@post.test")
            eventually(lambda: receiver.posts, 60, "the post that is refused")
            client.close()
            server.stop()

    def make_due(self, server):
        """The timed task was due while the backup lay there."""
        with database(server) as connection:
            self.assertEqual(connection.execute("UPDATE send_task SET begin_ms = 1000, due_ms = 1000 WHERE due_ms IS NOT NULL").rowcount, 1)

    def test_everything_is_there_and_leaves_once(self):
        listens = threading.Event()
        with Receiver(lambda _: 200 if listens.is_set() else 500) as receiver, Sink() as sink:
            server = Program(self.folder / "first", **self.settings)
            self.addCleanup(server.stop)
            self.leave_an_event(server, receiver)
            server.settings["delivery.relay"] = f"127.0.0.1:{free_port()}"
            server.start()
            client = server.client()
            load = self.fill(client)
            uploader = threading.Thread(target=self.upload, args=(server.client(), load))
            uploader.start()
            self.begun.wait(30)
            before = self.taken
            said = self.backup(server)
            after = self.taken + BATCH
            self.ends.set()
            uploader.join()
            self.assertIn(f"the master key is not inside: copy {server.folder / 'data' / 'master.key'}", said)
            self.assertEqual(self.file.stat().st_mode & 0o777, 0o600)
            client.close()
            server.kill()

            other = self.restored(self.file, server, **{**self.settings, "delivery.relay": f"127.0.0.1:{sink.port}"})
            self.make_due(other)
            listens.set()
            posts = len(receiver.posts)
            for _ in range(2):  # The mark outlasts a crash.
                other.start()
                client = other.client()
                self.assertEqual(held_gauge(other), 1)
                self.assertEqual({row["Count"] for row in client.call("ListReceivers", Offset=0, Limit=9)["Data"]
                                  if row["ReceiversName"] == "readers"}, {40})
                count = wait_uploaded(client, load)["Count"]
                self.assertEqual(count % BATCH, 0, "a half upload")
                self.assertTrue(before <= count <= after, (before, count, after))
                self.send(client, "held@post.test")
                tasks = client.call("ListSendTasks", Offset=0, Limit=9)["Data"]
                self.assertEqual(sorted(task["TaskStatus"] for task in tasks), [1, 5], "the due task starts, or the other ended")
                for task in tasks:
                    why = client.call("GetSendTask", version=OWN, TaskId=task["TaskId"])
                    self.assertIn("sesame resume-delivery", why["HeldBack"])
                    self.assertTrue(why["HeldBackSince"])
                _, table, _ = run("tasks", environment={"SESAME_ENDPOINT": f"http://127.0.0.1:{other.port}",
                                                        "TENCENTCLOUD_SECRET_ID": SECRET_ID, "TENCENTCLOUD_SECRET_KEY": SECRET_KEY})
                self.assertEqual(table.count("delivery is held"), 2, table)
                client.close()
                self.assertEqual((sink.sessions, len(receiver.posts)), (0, posts))
                other.kill()
            other.start()
            status, out, err = run("resume-delivery", "--data-dir", other.folder / "data")
            self.assertEqual(status, 0, err)
            self.assertIn(f"process {other.process.pid}", out)
            wanted = sorted([*addresses("reader", 40), *addresses("later", 5), "single@post.test", "held@post.test", "held@post.test"])
            eventually(lambda: len(sink.mails) >= len(wanted), 60, "the mail that waited")
            client = other.client()
            eventually(lambda: all(task["TaskStatus"] == 10 for task in client.call("ListSendTasks", Offset=0, Limit=9)["Data"]), 60,
                       "the tasks' end")
            eventually(lambda: len(receiver.emails("delivered")) == len({*wanted, "before@post.test"}), 60, "the events")
            client.close()
            self.assertEqual(held_gauge(other), 0)
            self.assertEqual(other.stop(), 0)
            self.assertEqual(sorted(mail[2] for mail in sink.mails), wanted)
            self.assertEqual(run("resume-delivery", "--data-dir", other.folder / "data")[0], 0, "once more does no harm")

    def test_a_hold_can_be_asked_for(self):
        with Sink() as sink:
            server = Program(self.folder / "own", **{**self.settings, "delivery.relay": f"127.0.0.1:{sink.port}"})
            server.flags = ["--hold-delivery"]
            self.addCleanup(server.stop)
            server.start()
            client = server.client()
            prepare_sender(client)
            self.fill(client)
            client.close()
            server.kill()
            server.flags = []
            server.start()
            self.assertIn("sesame resume-delivery", server.said)
            self.assertEqual((held_gauge(server), sink.sessions), (1, 0))
            server.stop()
            status, out, err = run("resume-delivery", "--data-dir", server.folder / "data")
            self.assertEqual((status, out), (0, "delivery goes on with the next start\n"), err)
            server.start()
            self.assertNotIn("held", server.said)
            eventually(lambda: len(sink.mails) == 41, 60, "the mail that waited")


class Whole(Case):
    """What is no whole backup is not restored."""

    @classmethod
    def setUpClass(cls):
        cls.server = Program().start()
        cls.addClassCleanup(cls.server.__exit__, None, None, None)
        client = cls.server.client()
        prepare_sender(client)
        client.close()
        cls.server.stop()
        with database(cls.server) as connection:  # A backup takes long enough to be met in the middle.
            connection.execute("CREATE TABLE filler (bytes BLOB)")
            for _ in range(FILLER_MIB):
                connection.execute("INSERT INTO filler VALUES (randomblob(1048576))")
        cls.server.start()

    def files(self):
        return sorted(path.name for path in self.folder.iterdir())

    def begin_and_kill(self, *more):
        """A backup that is killed when part of it is written. False when it was faster: it has its name, or only lacks it."""
        partial = pathlib.Path(f"{self.file}.partial")
        partial.unlink(missing_ok=True)
        process = subprocess.Popen([str(BINARY), "backup", self.file, "--data-dir", self.server.folder / "data", *more],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while process.poll() is None and not (partial.exists() and partial.stat().st_size > 1 << 20):
            continue  # A pause would miss the moment.
        process.send_signal(signal.SIGKILL)
        return process.wait() == -signal.SIGKILL and not self.has_note(partial)

    def has_note(self, path):
        try:
            with contextlib.closing(sqlite3.connect(f"file:{path}?immutable=1", uri=True)) as connection:
                return connection.execute("SELECT count(*) FROM backup_note").fetchone()[0] == 1
        except sqlite3.DatabaseError:
            return False

    def test_a_killed_backup_leaves_nothing_that_can_be_restored(self):
        killed = 0
        while killed < 4:
            if not self.begin_and_kill():
                self.file.unlink(missing_ok=True)
                continue
            killed += 1
            self.assertFalse(self.file.exists(), "half a backup has its name")
            said = self.restore(f"{self.file}.partial", self.folder / "data", status=1)
            self.assertIn("no whole backup", said)
        self.backup(self.server)  # What the killed ones left is replaced.
        self.assertEqual([name for name in self.files() if name.startswith("backup")], ["backup.db"])
        whole = self.file.read_bytes()
        while not self.begin_and_kill("--force"):
            whole = self.file.read_bytes()
        self.assertEqual(self.file.read_bytes(), whole, "a killed backup changed the one before")
        other = self.restored(self.file, self.server).start()
        client = other.client()
        self.assertEqual(client.call("ListEmailAddress")["EmailSenders"][0]["EmailAddress"], SENDER)
        client.close()

    def test_a_full_disk_is_named_and_left_clean(self):
        disk = self.folder / "disk"
        disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={FILLER_MIB // 2}m", "tmpfs", str(disk)], check=True)
        self.addCleanup(lambda: subprocess.run(["umount", "-l", str(disk)], check=False))
        said = self.backup(self.server, file=disk / "backup.db", status=1)
        self.assertRegex(said, f"cannot write {disk}/backup.db: .*full")
        self.assertEqual(list(disk.iterdir()), [])
        self.backup(self.server)
        said = self.restore(self.file, disk / "data", status=1)
        self.assertRegex(said, f"cannot write {disk}/data/sesame.db: No space left")
        shutil.rmtree(disk / "data")

    def test_existing_files_stay(self):
        self.file.write_text("mine")
        self.assertIn("exists already", self.backup(self.server, status=1))
        self.assertEqual(self.file.read_text(), "mine")
        self.backup(self.server, "--force")
        data = self.folder / "data"
        for name in ("sesame.db", "sesame.db-wal"):
            data.mkdir()
            (data / name).write_text("mine")
            status, _, err = run("restore", self.file, "--data-dir", data)
            self.assertEqual(status, 1)
            self.assertIn("there is a database already", err)
            self.assertEqual((data / name).read_text(), "mine")
            shutil.rmtree(data)
        self.assertIn("is-there-none", self.backup(Program(self.folder / "is-there-none"), file=self.folder / "x", status=1))
        status, _, err = run("restore", self.file, "--data-dir", self.server.folder / "data", "--set",
                             f"database=sqlite:{self.folder}/other.db")
        self.assertEqual(status, 1)
        self.assertIn("already open in another Sesame", err)

    def test_cut_and_damaged_backups_are_refused(self):
        self.backup(self.server)
        whole = self.file.read_bytes()
        data = self.folder / "data"
        damaged = {"cut": whole[:len(whole) // 2], "empty": b"", "text": b"no database at all\n" * 1000,
                   "hole": whole[:8192 * 40] + bytes(8192 * 60) + whole[8192 * 100:]}
        for name, content in damaged.items():
            path = self.folder / name
            path.write_bytes(content)
            with self.subTest(name):
                self.assertIn("no whole backup", self.restore(path, data, status=1))
        self.assertIn("No such file", self.restore(self.folder / "none", data, status=1))
        newer = self.folder / "newer ?#%"  # And a name that a URI would split.
        newer.write_bytes(whole)
        connection = sqlite3.connect(newer)
        connection.execute("INSERT INTO schema_version VALUES (9999, 'later', 0)")
        connection.commit()
        connection.close()
        self.assertIn("schema version 9999", self.restore(newer, data, status=1))
        plain = self.folder / "plain"
        source = sqlite3.connect(self.server.folder / "data" / "sesame.db")
        copy = sqlite3.connect(plain)
        source.backup(copy)
        source.close()
        copy.close()
        self.assertIn("backup_note", self.restore(plain, data, status=1))

    def test_the_master_key_is_asked_for(self):
        self.backup(self.server)
        key = self.server.folder / "data" / "master.key"
        other = Program(self.folder / "restored")
        data = other.folder / "data"
        wrong = self.folder / "wrong.key"
        wrong.write_bytes(b"short")
        self.assertIn("32 bytes", self.restore(self.file, data, "--master-key", wrong, status=1))
        self.assertIn(f"put the one of the backup's server to {data}/master.key", self.restore(self.file, data))
        other.start(expect_failure=True)
        self.assertIn("master.key", (other.folder / "log").read_text())
        shutil.copy(key, data)
        other.start()
        self.addCleanup(other.stop)
        client = other.client()
        client.call("ListEmailAddress")
        client.close()
        self.assertEqual({path.name: oct(path.stat().st_mode & 0o077) for path in data.iterdir() if path.stat().st_mode & 0o077}, {})


if __name__ == "__main__":
    program.main()
