#!/usr/bin/python3
"""Promise: the console's pages ask for a password and a code, show people their sessions, and hide addresses from analysts.

Method: a browser sets a second factor up, logs in with wrong and right passwords and codes in both languages, ends sessions and
reads the audit log; then an analyst opens every page (web/scenes/log_in.mjs). Each page is checked with axe.
"""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from console import PASSWORD, failures, make_owner, run_scenes, with_console  # noqa: E402
from program import OWN, SENDER, eventually, prepare_sender  # noqa: E402


class LogIn(unittest.TestCase):
    def test_people_come_in_with_what_they_know_and_have(self):
        with with_console() as server:
            make_owner(server)
            client = server.client()
            template = prepare_sender(client)
            client.call("PutUser", OWN, Name="ana", Role="analyst", Password=PASSWORD)
            client.call("SendEmail", FromEmailAddress=SENDER, Subject="[News] for zoe.private@post.test",
                        Destination=["zoe.private@post.test"], Template={"TemplateID": template, "TemplateData": '{"name":"Zoe"}'})
            eventually(lambda: client.call("ListInboxMails", OWN, Offset=0, Limit=1)["TotalCount"] == 1, 30, "the mail")
            client.close()
            done = run_scenes("log_in.mjs", server)
            print(done.stdout[-3000:])
            self.assertEqual(done.returncode, 0, failures(done))


if __name__ == "__main__":
    program.main()
