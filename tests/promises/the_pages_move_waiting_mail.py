#!/usr/bin/python3
"""Promise: a person sees the mail that waits, by domain and age, pauses it, tries it again and drops it, all by clicks.

Method: a relay that we did not write defers the mail of two domains until the scene has it accept one of them. A browser
(web/scenes/waiting_mail.mjs) pauses, resumes and retries the mail of one and drops that of the other; what the relay got and what
became of the mail is compared. An analyst sees the same pages, without addresses and without a button that acts.
"""
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from console import PASSWORD, failures, make_owner, run_scenes, with_console  # noqa: E402
from program import OWN, SENDER, eventually, prepare_sender  # noqa: E402
from sink import Sink  # noqa: E402

LATER = [f"reader{number}@later.test" for number in range(3)]
SOLD = [f"reader{number}@sold.test" for number in range(2)]
GREY = "451 4.7.1 try again later"


class WaitingMail(unittest.TestCase):
    def test_a_browser_pauses_retries_and_drops_waiting_mail(self):
        flags = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

        def reply(address):
            accepts = address.endswith("@later.test") and (flags / "accept").exists()
            return None if accepts else GREY

        with Sink(reply) as sink, with_console(**{"delivery.mode": "relay", "delivery.relay": f"127.0.0.1:{sink.port}",
                                                  "delivery.retry_s": "3600"}) as server:
            make_owner(server)
            client = server.client()
            template = prepare_sender(client)
            client.call("CreateAccount", OWN, Name="Harbour Books")
            client.call("PutUser", OWN, Name="ana", Role="analyst", Password=PASSWORD)
            sent = {to: client.call("SendEmail", FromEmailAddress=SENDER, Subject="News", Destination=[to],
                                    Template={"TemplateID": template, "TemplateData": '{"name":"B"}'})["MessageId"]
                    for to in LATER + SOLD}
            eventually(lambda: all(row["Reply"] == GREY for row in waiting(client)["Data"]) and waiting(client)["WaitingCount"] == 5,
                       60, "all mail deferred")
            done = run_scenes("waiting_mail.mjs", server, SESAME_FLAGS=str(flags), SESAME_MESSAGE=sent[LATER[0]])
            self.assertEqual(done.returncode, 0, failures(done))
            self.assertEqual(sorted(recipient for _, _, recipient, _, _ in sink.mails), LATER)
            for to in SOLD:
                mail = client.call("GetMail", OWN, MessageId=sent[to])["Mail"]
                self.assertEqual((mail["State"], mail["Reason"]), ("dropped", "the domain was sold"))
            self.assertEqual(client.call("ListDeliveryPauses", OWN, Offset=0, Limit=10)["TotalCount"], 0)
            client.close()


def waiting(client):
    return client.call("ListDeliveryQueues", OWN, Offset=0, Limit=10)


if __name__ == "__main__":
    program.main()
