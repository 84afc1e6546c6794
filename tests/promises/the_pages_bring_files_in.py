#!/usr/bin/python3
"""Promise: a list with every fault is imported in the browser without losing a row, and undone; a template's past comes back.

Method: 30,000 rows in GB18030 with semicolons, repeats, empty, over-long and malformed addresses, HTML and too much data, whose
verdicts are counted here. A browser imports them (web/scenes/files.mjs), loses an answer in the middle, is reloaded, goes on,
reads the verdict file, and undoes the import. Then it imports a template from an HTML file, changes and restores it.
"""
import json
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from console import failures, make_owner, run_scenes, with_console  # noqa: E402
from program import wait_uploaded  # noqa: E402

ROWS = 30_000


def list_with_faults():
    """The text of the file, and how many of its rows fall into each counter."""
    lines, counts = ["邮箱;姓名"], dict.fromkeys(
        ("TotalCount", "ValidCount", "InvalidCount", "RepeatCount", "EmptyEmailCount", "TooLongCount", "RefusedCount"), 0)
    for i in range(ROWS):
        address, name, counter = f"r{i}@shop.example", f"李伟{i}", "ValidCount"
        if i % 100 == 50:
            address, counter = f"R{i - 1}@shop.example", "RepeatCount"
        elif i % 1000 == 7:
            address, counter = "", "EmptyEmailCount"
        elif i % 1000 == 8:
            address, counter = f"{'x' * 250}@shop.example", "TooLongCount"
        elif i % 1000 == 9:
            address, counter = f"broken.{i}", "InvalidCount"
        elif i % 1000 == 10:
            name, counter = "<b>bold</b>", "RefusedCount"
        elif i % 1000 == 11:
            name, counter = "长" * 270, "RefusedCount"  # 810 bytes of UTF-8.
        lines.append(f"{address};{name}")
        counts[counter] += 1
        counts["TotalCount"] += 1
    return "\r\n".join(lines) + "\r\n", counts


class Files(unittest.TestCase):
    def test_a_browser_imports_and_undoes_and_restores(self):
        text, counts = list_with_faults()
        with with_console() as server, tempfile.TemporaryDirectory() as folder:
            make_owner(server)
            client = server.client()
            group = client.call("CreateReceiver", ReceiversName="People of the file")["ReceiverId"]
            client.call("CreateReceiverDetailWithData", ReceiverId=group,
                        Datas=[{"Email": "before@shop.example", "TemplateData": '{"姓名":"Before"}'}])
            wait_uploaded(client, group)
            file = pathlib.Path(folder) / "readers.csv"
            file.write_bytes(text.encode("gb18030"))
            done = run_scenes("files.mjs", server, SESAME_LIST=str(file), SESAME_COUNTS=json.dumps(counts))
            print(done.stdout[-3000:])
            self.assertEqual(done.returncode, 0, failures(done))
            client.close()
            client = server.client()
            self.assertEqual(client.call("ListReceivers", Offset=0, Limit=10)["Data"][0]["Count"], 1)
            client.close()


if __name__ == "__main__":
    program.main()
