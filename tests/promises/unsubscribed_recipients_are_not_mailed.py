#!/usr/bin/python3
"""Promise: who unsubscribes, by a mail program or on the page, gets no more mail of that sender domain, and everybody can
see why; looking at the page does nothing.

Method: campaigns into the sandbox inbox; the links are read from the mails that arrived, and followed as mail programs,
browsers and scanners do. The DKIM signatures are judged by dkimpy, with the keys that the API says are to be published.
"""
import pathlib
import re
import sys
import unittest

import dkim

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from beijing import today  # noqa: E402
from program import DOMAIN, OWN, SENDER, ApiError, Program, eventually, prepare_sender, wait_uploaded  # noqa: E402
from reader import inbox, parsed, visit  # noqa: E402

PUBLIC = "https://mail-links.example"
TAGS = ["zh-Hans", "en", "zh-Hant", "es", "fr", "de", "ja", "ko", "ar", "th", "id", "vi"]
HTML = "<html><body><p>Hello</p></body></html>"


class Unsubscribing(unittest.TestCase):
    def setUp(self):
        self.start()

    def start(self, **settings):
        self.server = self.enterContext(Program(**{"public_url": PUBLIC, **settings}))
        self.client = self.server.client()
        self.addCleanup(lambda: self.client.close())
        self.template = prepare_sender(self.client, text="Hello", html=HTML)
        self.tasks = 0

    def call(self, action, **parameters):
        return self.client.call(action, version=OWN, **parameters)

    def mail(self, to, **more):
        return self.client.call("SendEmail", FromEmailAddress=more.pop("sender", SENDER), Subject="Hello", Destination=[to],
                                Template={"TemplateID": self.template, "TemplateData": "{}"}, **more)["MessageId"]

    def run_task(self, addresses, **more):
        """Mails a group and waits for the end; the task's answer."""
        self.tasks += 1
        group = self.client.call("CreateReceiver", ReceiversName=f"group {self.tasks}")["ReceiverId"]
        self.client.call("CreateReceiverDetail", ReceiverId=group, Emails=addresses)
        wait_uploaded(self.client, group)
        task = self.client.call("BatchSendEmail", FromEmailAddress=SENDER, ReceiverId=group, Subject="News", TaskType=1,
                                Template={"TemplateID": self.template, "TemplateData": "{}"}, **more)["TaskId"]
        return eventually(lambda: (a := self.call("GetSendTask", TaskId=task))["Task"]["TaskStatus"] == 10 and a, 30,
                          "the end of the task")

    def inbox(self, to):
        """The mails of one recipient, the newest first, as (bytes, parsed)."""
        return [(raw, parsed(raw)) for _, raw in inbox(self.client, To=to)]

    def newest(self, to):
        return eventually(lambda: self.inbox(to), 30, f"mail to {to}")[0]

    def link_of(self, mail):
        return re.fullmatch(r"<(https://[^>]+)>", mail["List-Unsubscribe"]).group(1)

    def visit(self, link, method="GET", body=None, agent="Mozilla/5.0", **headers):
        status, answered, text = visit(self.server.port, link, method, body, agent, **headers)
        return status, answered, text.decode()

    def one_click(self, link):
        return self.visit(link, "POST", "List-Unsubscribe=One-Click")

    def row(self, to):
        rows = self.client.call("GetSendEmailStatus", RequestDate=today(), Offset=0, Limit=100, ToEmailAddress=to)["EmailStatusList"]
        return [(row["SendStatus"], row["DeliverStatus"], row["UserUnsubscribed"]) for row in rows]

    def unsubscribed(self):
        day = self.client.call("GetStatisticsReport", StartDate=today(), EndDate=today())
        return day["OverallVolume"]["UnsubscribeCount"]

    def listed(self, **filters):
        answer = self.call("ListUnsubscribes", Offset=0, Limit=10, **filters)
        return answer["TotalCount"], [(row["SenderDomain"], row["Email"], row["Reason"]) for row in answer["Data"]]

    def test_one_click_ends_the_mail_of_a_domain(self):
        readers = ["ann@post.test", "bob@post.test", "Cid@post.test"]
        first = self.run_task(readers, Unsubscribe="2")
        self.assertEqual((first["Task"]["SendCount"], first["WithheldCount"]), (3, 0))
        _, mail = self.newest("ann@post.test")
        link = self.link_of(mail)
        self.assertEqual(mail["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click")

        # Looking at the page changes nothing, however often.
        for method, agent in (("GET", "Mozilla/5.0"), ("HEAD", "GoogleImageProxy"), ("GET", "SafeLinks"), ("GET", "curl/8")):
            status, headers, _ = self.visit(link, method, agent=agent)
            self.assertEqual(status, 200)
            self.assertIn("default-src 'none'", headers["Content-Security-Policy"])
            self.assertIsNone(headers["Set-Cookie"])
        self.assertEqual((self.listed()[0], self.unsubscribed(), self.row("ann@post.test")), (0, 0, [(0, 1, False)]))

        # One POST does it, a second does nothing more.
        for _ in range(2):
            status, headers, text = self.one_click(link)
            self.assertEqual((status, headers["Location"]), (200, None))
            self.assertIn("You are unsubscribed", text)
        self.assertEqual(self.listed(), (1, [(DOMAIN, "ann@post.test", "unsubscribed")]))
        self.assertEqual((self.unsubscribed(), self.row("ann@post.test")), (1, [(0, 1, True)]))

        # The next campaign leaves them out and says why; single mail to them alone is refused by name.
        second = self.run_task(["ANN@post.test", "bob@post.test"], Unsubscribe="2")
        self.assertEqual((second["Task"]["SendCount"], second["WithheldCount"]), (1, 1))
        self.assertIn((1013, 2, False), self.row("ann@post.test"))
        with self.assertRaises(ApiError) as refused:
            self.mail("ann@post.test")
        self.assertEqual(refused.exception.code, "FailedOperation.ReceiverHasUnsubscribed")
        self.assertEqual(len(self.inbox("ann@post.test")), 1)

        # Another sender domain is not meant; a restart forgets nothing.
        self.client.call("CreateEmailIdentity", EmailIdentity="other.shop.test")
        self.client.call("CreateEmailAddress", EmailAddress="a@other.shop.test")
        self.mail("ann@post.test", sender="a@other.shop.test")
        self.client.close()
        self.server.kill()
        self.server.start()
        self.client = self.server.client()
        with self.assertRaises(ApiError):
            self.mail("ann@post.test")

        # On the page they come back, and are mailed again.
        status, _, text = self.visit(link, "POST", "Subscribe=Again")
        self.assertEqual(status, 200)
        self.assertIn("subscribed again", text)
        self.mail("ann@post.test")
        self.assertEqual(self.listed()[0], 0)
        self.assertEqual(self.unsubscribed(), 1, "what was said stays said")

    def test_the_operator_keeps_the_list(self):
        counts = self.call("CreateUnsubscribe", SenderDomain=DOMAIN.upper(),
                           Emails=["ann@post.test", "ANN@post.test", "no address", "bob@post.test"])
        self.assertEqual([counts[f"{kind}Count"] for kind in ("Total", "Valid", "Repeat", "Invalid")], [4, 2, 1, 1])
        self.call("CreateUnsubscribe", SenderDomain=DOMAIN, Emails=["eve@post.test"], Reason="complained")
        self.assertEqual(self.listed(), (3, [(DOMAIN, "eve@post.test", "complained"), (DOMAIN, "bob@post.test", "unsubscribed"),
                                             (DOMAIN, "ann@post.test", "unsubscribed")]))
        self.assertEqual(self.listed(Email="BOB@post.test", SenderDomain=DOMAIN)[0], 1)
        self.assertEqual(self.listed(SenderDomain="other.test")[0], 0)
        with self.assertRaises(ApiError) as refused:
            self.call("CreateUnsubscribe", SenderDomain="maill.shop.test", Emails=["ann@post.test"])
        self.assertEqual(refused.exception.code, "InvalidParameterValue.NotExistDomain")
        self.assertEqual(self.run_task(["ann@post.test", "bob@post.test", "eve@post.test", "kim@post.test"])["WithheldCount"], 3)
        self.assertEqual(self.call("DeleteUnsubscribe", SenderDomain=DOMAIN, Emails=["Ann@post.test", "x@post.test"])["RemovedCount"], 1)
        self.mail("ann@post.test")

    def test_forged_links_lead_nowhere(self):
        self.mail("ann@post.test", Unsubscribe="1")
        link = self.link_of(self.newest("ann@post.test")[1])
        forged = link[:-1] + ("A" if link[-1] != "A" else "B")
        for bad in (forged, link + "A", PUBLIC + "/u/", PUBLIC + "/u/" + "x" * 200):
            self.assertEqual((self.visit(bad)[0], self.one_click(bad)[0]), (404, 404), bad)
        self.assertEqual(self.visit(link, "POST", "x=y")[0], 400)
        self.assertEqual(self.visit(link, "PUT", "List-Unsubscribe=One-Click")[0], 405)
        self.assertEqual(self.listed()[0], 0)
        parts = b'--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n'
        self.assertEqual(self.visit(link, "POST", parts, **{"Content-Type": "multipart/form-data; boundary=b"})[0], 200)
        self.assertEqual(self.listed()[0], 1)

    def test_every_language_has_its_footer_and_page(self):
        footers = set()
        for option, tag in enumerate(TAGS, 1):
            to = f"reader{option}@post.test"
            self.mail(to, Unsubscribe=str(option))
            _, mail = self.newest(to)
            link = self.link_of(mail)
            html = mail.get_body(("html",)).get_content()
            self.assertIn(f'lang="{tag}" dir="{"rtl" if tag == "ar" else "ltr"}"', html)
            self.assertIn(f'href="{link}"', html)
            self.assertLess(html.index(link), html.index("</body>"))
            self.assertIn(link, mail.get_body(("plain",)).get_content())
            footers.add(re.search(r">([^<]+)</a>", html).group(1))
            self.assertIn(f'<html lang="{tag}"', self.visit(link)[2])
        self.assertEqual(len(footers), len(TAGS))
        self.mail("none@post.test", Unsubscribe="0")
        raw, mail = self.newest("none@post.test")
        self.assertIsNone(mail["List-Unsubscribe"])
        self.assertNotIn("/u/", mail.get_body(("html",)).get_content())

    def test_the_setting_of_a_sender_is_the_default(self):
        self.mail("before@post.test")
        self.assertIsNone(self.newest("before@post.test")[1]["List-Unsubscribe"])
        self.client.call("CreateAddressUnsubscribeConfig", Address=SENDER, UnsubscribeConfig="6", Status=1)
        self.mail("german@post.test")
        self.assertIn('lang="de"', self.newest("german@post.test")[1].get_body(("html",)).get_content())
        self.run_task(["task@post.test"])
        self.assertIn('lang="de"', self.newest("task@post.test")[1].get_body(("html",)).get_content())
        self.mail("none@post.test", Unsubscribe="0")
        self.assertIsNone(self.newest("none@post.test")[1]["List-Unsubscribe"])
        self.client.call("UpdateAddressUnsubscribeConfig", Address=SENDER, UnsubscribeConfig="6", Status=0)
        self.mail("off@post.test")
        self.assertIsNone(self.newest("off@post.test")[1]["List-Unsubscribe"])

    def test_the_signature_covers_the_headers(self):
        identity = self.client.call("GetEmailIdentity", EmailIdentity=DOMAIN)
        keys = {row["SendDomain"].rstrip("."): row["ExpectedValue"] for row in identity["Attributes"] if row["Type"] == "TXT"}
        find = lambda name, timeout=5: keys.get(name.decode().rstrip("."), "").encode()  # noqa: E731
        self.run_task(["ann@post.test"], Unsubscribe="2", ADLocation=1)
        raw, mail = self.newest("ann@post.test")
        self.assertEqual(mail["Subject"], "(AD) News")
        self.assertTrue(dkim.verify(raw, dnsfunc=find))
        signed = re.sub(r"\s", "", mail["DKIM-Signature"]).lower()
        names = re.search(r"h=([^;]+)", signed).group(1).split(":")
        for name in ("list-unsubscribe", "list-unsubscribe-post", "subject"):
            self.assertEqual(names.count(name), 2, "once more than it occurs")
        added = b"List-Unsubscribe: <https://evil.example/>\r\n" + raw
        self.assertFalse(dkim.verify(added, dnsfunc=find))

    def test_the_other_numbering_and_another_mark(self):
        self.start(**{"unsubscribe.numbering": "international", "unsubscribe.ad_mark": "广告"})
        self.client.call("CreateAddressUnsubscribeConfig", Address=SENDER, UnsubscribeConfig="1", Status=1)
        self.assertEqual(self.client.call("ListAddressUnsubscribeConfig")["AddressUnsubscribeConfigList"][0]["UnsubscribeConfig"], "1")
        self.run_task(["ann@post.test"], ADLocation=2)
        _, mail = self.newest("ann@post.test")
        self.assertEqual(mail["Subject"], "News 广告")
        self.assertIn('lang="en"', mail.get_body(("html",)).get_content())
        self.mail("bob@post.test", Unsubscribe="2")
        self.assertIn('lang="zh-Hans"', self.newest("bob@post.test")[1].get_body(("html",)).get_content())


if __name__ == "__main__":
    program.main()
