#!/usr/bin/python3
"""Promise: opens and clicks are followed to the mail they belong to, each link leads where its author said and nowhere
else, and machines are counted apart from people.

Method: a campaign in the sandbox; its mails are read from the inbox as a mail program reads them, their image and links
are asked for over HTTP, and the statistics and status rows must say what was done.
"""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from beijing import today  # noqa: E402
from program import DOMAIN, SENDER, ApiError, Program, eventually, free_port, prepare_sender, wait_uploaded  # noqa: E402
from reader import Links, html_of, inbox, visit  # noqa: E402

HTML = """<html><body>
<p>Dear {{name}}</p><!-- <a href="https://comment.test/">x</a> -->
<a class="b" href="https://shop.test/sale?a=1&amp;name={{name}}">Sale</a>
<a href='{{link}}'>Yours</a> <a href="mailto:help@shop.test">Help</a> <a href="#top">Top</a>
<a href="https://shop.test/unsubscribe?u=1">Stop</a> <a data-no-track href="https://shop.test/terms">Terms</a>
</body></html>
"""
READERS = 12


class OpensAndClicks(unittest.TestCase):
    def setUp(self):
        self.begun = today()
        self.server = Program(**{"tracking.machine_ms": 0})
        self.server.port = free_port()
        self.server.start()
        self.addCleanup(self.server.__exit__, None, None, None)
        self.client = self.server.client()
        self.addCleanup(self.client.close)

    def ask(self, url, **options):
        """(status, Location) without following."""
        status, headers, self.body = visit(self.server.port, url, **options)
        return status, headers.get("Location")

    def mails(self):
        """The html of each mail by recipient, read with Python's own parser."""
        return {to: html_of(raw).replace("\r\n", "\n") for to, raw in inbox(self.client)}

    def report(self):
        volume = self.client.call("GetTrackingReport", version=program.OWN, StartDate=self.begun, EndDate=today())["OverallVolume"]
        return tuple(volume[f"{name}Count"] for name in ("Opened", "Clicked", "MachineOpened", "MachineClicked"))

    def run_campaign(self, template, name="readers"):
        group = self.client.call("CreateReceiver", ReceiversName=name)["ReceiverId"]
        self.client.call("CreateReceiverDetailWithData", ReceiverId=group, Datas=[
            {"Email": f"reader{i}@{name}.test", "TemplateData": f'{{"name":"R & {i}","link":"https://shop.test/for/{i}"}}'}
            for i in range(READERS)])
        wait_uploaded(self.client, group)
        task = self.client.call("BatchSendEmail", FromEmailAddress=SENDER, ReceiverId=group, Subject="Sale", TaskType=1,
                                Template={"TemplateID": template, "TemplateData": "{}"})["TaskId"]
        eventually(lambda: self.client.call("GetSendTask", version=program.OWN, TaskId=task)["Task"]["TaskStatus"] == 10)

    def test_a_campaign_tells_who_read_it(self):
        template = prepare_sender(self.client, html=HTML)
        self.run_campaign(template)
        mails = {address: Links(text) for address, text in self.mails().items()}
        self.assertEqual(len(mails), READERS)
        base = f"http://127.0.0.1:{self.server.port}"

        # Each link leads where the template said, with the reader's own values; the rest stayed as it was.
        for address, mail in mails.items():
            number = address[len("reader"):address.index("@")]
            sale, yours, *others = mail.links
            self.assertTrue(sale.startswith(f"{base}/t/c/") and yours.startswith(f"{base}/t/c/"), mail.links)
            self.assertEqual(others, ["mailto:help@shop.test", "#top", "https://shop.test/unsubscribe?u=1", "https://shop.test/terms"])
            self.assertEqual(len(mail.images), 1)
            if int(number) < 4:
                self.assertEqual(self.ask(sale), (302, f"https://shop.test/sale?a=1&name=R%20&%20{number}"))
                self.assertEqual(self.ask(yours), (302, f"https://shop.test/for/{number}"))
        untracked = self.mails()["reader0@readers.test"]
        reader = mails["reader0@readers.test"]
        for url, written in ((reader.links[0], "https://shop.test/sale?a=1&amp;name=R &amp; 0"), (reader.links[1], "https://shop.test/for/0")):
            untracked = untracked.replace(url, written)
        start = untracked.index("<img src=")
        untracked = untracked[:start] + untracked[untracked.index(">", start) + 1:]
        self.assertEqual(untracked, HTML.replace("{{name}}", "R &amp; 0").replace("{{link}}", "https://shop.test/for/0"))

        # Six open, one of them twice; the four above clicked (each counts once).
        for number in [0, 1, 2, 3, 4, 5, 5]:
            self.assertEqual(self.ask(mails[f"reader{number}@readers.test"].images[0])[0], 200)
            self.assertTrue(self.body.startswith(b"GIF89a"))

        # Machines: a scanner, a prefetcher, somebody who only asks for the header, Apple's proxy.
        target = mails["reader9@readers.test"]
        for options in ({"agent": "curl/8.0"}, {"Purpose": "prefetch"}, {"method": "HEAD"}, {"agent": None}):
            self.assertEqual(self.ask(target.links[1], **options)[0], 302)
        self.assertEqual(self.ask(target.images[0], agent="Mozilla/5.0")[0], 200)

        # A forged or damaged token leads nowhere.
        good = target.links[1]
        changed = good[:-5] + ("A" if good[-5] != "A" else "B") + good[-4:]
        for url in (changed, base + "/t/c/https://evil.test/", target.images[0].replace("/t/o/", "/t/c/"), good + "AAAA",
                    base + "/t/c/", base + "/t/x"):
            self.assertEqual(self.ask(url), (404, None), url)
        self.assertEqual(self.ask(good, method="POST")[0], 405)

        # The gathered visits are written when the program stops.
        self.client.close()
        self.server.stop()
        self.server.start()
        if today() != self.begun:
            self.skipTest("midnight in Beijing came in between")
        self.assertEqual(self.report(), (7, 4, 1, 4))
        volume = self.client.call("GetStatisticsReport", StartDate=self.begun, EndDate=self.begun, Domain=DOMAIN,
                                  ReceivingMailboxType="readers.test")["OverallVolume"]
        self.assertEqual((volume["OpenedCount"], volume["ClickedCount"], volume["DeliveredCount"]), (7, 4, READERS))
        rows = {row["ToEmailAddress"]: row for row in self.client.call(
            "GetSendEmailStatus", RequestDate=self.begun, Offset=0, Limit=100)["EmailStatusList"]}
        self.assertEqual({address for address, row in rows.items() if row["UserOpened"]},
                         {f"reader{i}@readers.test" for i in range(6)})
        self.assertEqual({address for address, row in rows.items() if row["UserClicked"]},
                         {f"reader{i}@readers.test" for i in range(4)})

    def test_who_is_followed_is_a_setting_that_a_run_keeps(self):
        template = prepare_sender(self.client, html=HTML)

        def setting(action="GetTrackingSetting", **words):
            answer = self.client.call(action, version=program.OWN, **words)
            return tuple(answer[name] for name in ("Opens", "Clicks", "OpensTracked", "ClicksTracked"))

        def followed(name):
            self.run_campaign(template, name)
            mail = next(text for address, text in self.mails().items() if address.endswith(f"@{name}.test"))
            return "/t/o/" in mail, "/t/c/" in mail

        self.assertEqual(setting(), ("inherit", "inherit", True, True))
        self.assertEqual(setting("UpdateTrackingSetting", Opens="off"), ("off", "inherit", False, True))
        self.assertEqual(followed("first"), (False, True))
        self.assertEqual(setting("UpdateTrackingSetting", Address=SENDER, Opens="on", Clicks="off"), ("on", "off", True, False))
        self.assertEqual(followed("second"), (True, False))
        self.assertEqual(setting("UpdateTrackingSetting", Address=SENDER, Opens="inherit"), ("inherit", "off", False, False))
        self.assertEqual(followed("third"), (False, False))
        before = self.mails()["reader0@third.test"]
        self.assertEqual(before, HTML.replace("{{name}}", "R &amp; 0").replace("{{link}}", "https://shop.test/for/0"))
        with self.assertRaises(ApiError) as unknown:
            setting("UpdateTrackingSetting", Address="other@mail.shop.test", Opens="on")
        self.assertEqual(unknown.exception.code, "InvalidParameterValue.NoSuchSender")


if __name__ == "__main__":
    program.main()
