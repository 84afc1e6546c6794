#!/usr/bin/python3
"""Promise: everything that the API does can be done by clicks, in both languages, wide and on a telephone.

Method: a browser adds a domain, a sender, a template and people, rehearses and starts a task, reads the mails, simulates a
bounce, asks the lists, looks at the numbers and deletes what it made (web/scenes/daily_work.mjs). It notes each action that
the pages call: all 36 of the cloud's API are among them. Each page is checked with axe and by its own security policy.
"""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from console import failures, make_owner, run_scenes, with_console  # noqa: E402


class DailyWork(unittest.TestCase):
    def test_a_browser_does_everything_that_the_api_does(self):
        with with_console() as server:
            make_owner(server)
            done = run_scenes("daily_work.mjs", server)
            print(done.stdout[-3000:])
            self.assertEqual(done.returncode, 0, failures(done))
            tasks = server.client().call("ListSendTasks", Offset=0, Limit=10)
            self.assertEqual(tasks["TotalCount"], 1)


if __name__ == "__main__":
    program.main()
