#!/usr/bin/python3
"""Promise: a full disk is refused by name, nothing acknowledged is lost, and all works again when there is room.

Method: the data folder lies on a small tmpfs of its own. Uploads fill it; a task that is being mailed into the inbox
fills it, too. Then the ballast goes away. Needs root, for mount.
"""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from program import ApiError, Program, eventually, prepare_sender, wait_uploaded  # noqa: E402

# The write-ahead log alone may take 64 MiB before it is folded into the database (storage::SqliteOptions::checkpoint_wal_bytes).
DISK_MIB = 128
BALLAST_MIB = 120


class FullDisk(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sesame-disk-"))
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m", "tmpfs", str(self.folder)], check=True)
        self.addCleanup(self.unmount)
        self.ballast = self.folder / "ballast"
        self.ballast.write_bytes(os.urandom(1 << 20) * BALLAST_MIB)

    def unmount(self):
        subprocess.run(["umount", "-l", str(self.folder)], check=False)
        os.rmdir(self.folder)

    def test_uploads(self):
        with Program(self.folder, **{"limits.recipients_per_group": 0}) as the_program:
            client = the_program.client()
            group = client.call("CreateReceiver", ReceiversName="readers")["ReceiverId"]
            stored, number, refusals = 0, 0, []
            while len(refusals) < 3 and number < 400:
                batch = [f"{os.urandom(12).hex()}@{os.urandom(6).hex()}.test" for _ in range(20000)]
                number += 1
                try:
                    stored += client.call("CreateReceiverDetail", ReceiverId=group, Emails=batch)["ValidCount"]
                except ApiError as error:
                    refusals.append(error.code)
            self.assertEqual(set(refusals), {"ResourceInsufficient"}, "a full disk has its own name")
            client.call("ListReceivers", Offset=0, Limit=10)  # Reading goes on.
            self.ballast.unlink()

            def works_again():
                try:
                    return client.call("CreateReceiverDetail", ReceiverId=group, Emails=["after@post.test"])
                except ApiError:
                    return None
            stored += eventually(works_again, 30, "uploading after there was room")["ValidCount"]
            self.assertEqual(wait_uploaded(client, group)["Count"], stored)
            the_program.kill()
            the_program.start()
            client = the_program.client()
            self.assertEqual(wait_uploaded(client, group)["Count"], stored)
            client.close()

    def test_mailing(self):
        with Program(self.folder) as the_program:
            client = the_program.client()
            # Random text does not compress: the inbox takes the room of every mail.
            template = prepare_sender(client, text=os.urandom(600).hex() + " {{name}}")
            group = client.call("CreateReceiver", ReceiversName="readers")["ReceiverId"]
            rows = [{"Email": f"reader{i}@post.test", "TemplateData": '{"name":"%d"}' % i} for i in range(8000)]
            client.call("CreateReceiverDetailWithData", ReceiverId=group, Datas=rows)
            wait_uploaded(client, group)
            task = client.call("BatchSendEmail", FromEmailAddress="news@mail.shop.test", ReceiverId=group, Subject="Hi",
                               TaskType=1, Template={"TemplateID": template, "TemplateData": "{}"})["TaskId"]
            progress = lambda: client.call("GetSendTask", program.OWN, TaskId=task)  # noqa: E731

            def disk_is_full():
                room = os.statvfs(self.folder)
                return room.f_bavail * room.f_frsize < 64 << 10

            eventually(lambda: progress()["Task"]["TaskStatus"] == 10 or disk_is_full(), 120, "a full disk")
            self.assertNotEqual(progress()["Task"]["TaskStatus"], 10, "the disk was too large to prove anything")
            self.ballast.unlink()
            eventually(lambda: progress()["Task"]["TaskStatus"] == 10, 120, "the end of the task")
            self.assertEqual(progress()["DeliveredCount"], 8000)
            inbox = client.call("ListInboxMails", program.OWN, Offset=0, Limit=1)["TotalCount"]
            self.assertEqual(inbox, 8000, "each mail is in the inbox exactly once")
            client.close()


if __name__ == "__main__":
    program.main()
