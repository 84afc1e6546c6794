#!/usr/bin/python3
"""Promise: from an empty folder to the first mail in the console takes less than a minute, and nobody else gets in.

Method: a browser opens the address that the program prints, makes the owner, takes the samples, sends the first mail and
finds it in the inbox (web/scenes/first_mail.mjs). Wrong passwords, used links and unknown users are refused in the same
words. Each page is checked with axe and by its own security policy, in English and in Chinese.
"""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from console import failures, run_scenes, setup_token, with_console  # noqa: E402


class FirstMail(unittest.TestCase):
    def test_a_browser_gets_from_the_printed_address_to_the_first_mail(self):
        with with_console() as server:
            done = run_scenes("first_mail.mjs", server, SESAME_SETUP_TOKEN=setup_token(server))
            print(done.stdout[-3000:])
            self.assertEqual(done.returncode, 0, failures(done))
            mails = server.client().call("ListInboxMails", version=program.OWN, Offset=0, Limit=10)
            self.assertGreaterEqual(mails["TotalCount"], 1)


if __name__ == "__main__":
    program.main()
