#!/usr/bin/python3
"""Promise: whatever a log or a customer names – a request, a mail, an address, an error – leads to the page that explains it.

Method: a browser (web/scenes/palette.mjs) pastes a RequestId, MessageId, address, domain, the number of a task and of a template,
an error code and a status number into the palette, and follows each. It uses the acts of a page by their names, walks lists
with the keys, switches single letters off, and looks at the call behind a button without making it.
"""
import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from console import failures, make_owner, run_scenes, with_console  # noqa: E402
from program import DOMAIN, OWN, SENDER, eventually, prepare_sender, wait_uploaded  # noqa: E402


class Palette(unittest.TestCase):
    def test_a_browser_finds_everything_by_what_is_pasted(self):
        with with_console() as server:
            make_owner(server)
            client = server.client()
            template = prepare_sender(client)
            content = {"TemplateID": template, "TemplateData": '{"name":"reader"}'}
            for number in range(5):
                answer = client.call("SendEmail", FromEmailAddress=SENDER, Subject=f"Number {number}", Template=content,
                                     Destination=[f"ann{number}@harbour.test"])
            group = client.call("CreateReceiver", ReceiversName="Few", Desc="few")["ReceiverId"]
            client.call("CreateReceiverDetail", ReceiverId=group, Emails=["bob@harbour.test"])
            wait_uploaded(client, group)
            task = client.call("BatchSendEmail", FromEmailAddress=SENDER, ReceiverId=group, Subject="By a task", TaskType=1,
                               Template=content)["TaskId"]
            eventually(lambda: client.call("GetSendTask", OWN, TaskId=task)["Task"]["TaskStatus"] == 10)
            facts = {"message": answer["MessageId"], "request": answer["RequestId"], "address": "ann4@harbour.test",
                     "domain": DOMAIN, "task": task, "template": template}
            file = server.folder / "facts.json"
            file.write_text(json.dumps(facts))
            done = run_scenes("palette.mjs", server, SESAME_FACTS=str(file))
            print(done.stdout[-2500:])
            self.assertEqual(done.returncode, 0, failures(done))


if __name__ == "__main__":
    program.main()
