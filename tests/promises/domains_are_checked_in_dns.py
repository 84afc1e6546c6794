#!/usr/bin/python3
"""Promise: a sender domain may send while the DNS says what it should, and only the DNS itself can say that it does not.

Method: Knot DNS with real zones on a loopback port. Records are published one by one, wrongly, split into strings, and
withdrawn; the server fails, falls silent and goes away.
"""
import base64
import pathlib
import socket
import sys
import threading
import time
import unittest

import dkim

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from knot import Knot, split  # noqa: E402
from program import DOMAIN, OWN, SENDER, ApiError, Program, eventually  # noqa: E402


class Case(unittest.TestCase):
    settings = {}

    def setUp(self):
        self.knot = Knot()
        self.addCleanup(self.knot.close)
        self.program = Program(**{
            "identity.verification": "dns", "dns.resolver": self.knot.address(), "identity.recheck_s": 0,
            "identity.mx_host": "mx.sesame.test", "identity.spf_include": "spf.sesame.test", **self.settings}).start()
        self.addCleanup(self.program.__exit__, None, None, None)
        self.client = self.program.client()
        self.call = self.client.call
        self.addCleanup(lambda: self.client.close())  # Which may be another one by then.

    def again(self, **settings):
        """Starts the program anew with other settings on the same data."""
        self.client.close()
        self.program.stop()
        self.program.settings.update(settings)
        self.program.start()
        self.client = self.program.client()
        self.call = self.client.call

    def code_of(self, action, **parameters):
        with self.assertRaises(ApiError) as refused:
            self.call(action, **parameters)
        return refused.exception.code

    def create(self, name=DOMAIN, **more):
        return self.call("CreateEmailIdentity", EmailIdentity=name, **more)["Attributes"]

    def verify(self, name=DOMAIN, **more):
        return self.call("UpdateEmailIdentity", EmailIdentity=name, **more)

    def verified(self, name=DOMAIN):
        return self.call("GetEmailIdentity", EmailIdentity=name)["VerifiedForSendingStatus"]

    def create_verified(self, **more):
        attributes = self.create(**more)
        self.knot.publish_all(attributes)
        self.assertTrue(self.verify()["VerifiedForSendingStatus"])
        return attributes


class Records(Case):
    def test_a_domain_is_verified_row_by_row(self):
        attributes = self.create(DKIMOption=1)
        self.assertEqual([(a["Type"], a["SendDomain"]) for a in attributes], [
            ("MX", DOMAIN), ("TXT", DOMAIN), ("TXT", f"sesame2048._domainkey.{DOMAIN}"), ("TXT", f"_dmarc.{DOMAIN}")])
        self.assertEqual([a["ExpectedValue"] for a in attributes][:2],
                         ["mx.sesame.test.", "v=spf1 include:spf.sesame.test ~all"])
        self.assertEqual({(a["CurrentValue"], a["Status"]) for a in attributes}, {("", False)})
        self.assertGreater(len(attributes[2]["ExpectedValue"]), 255)  # Needs more than one string.
        for published in range(len(attributes)):
            checked = self.verify()
            self.assertFalse(checked["VerifiedForSendingStatus"])
            self.assertEqual([a["Status"] for a in checked["Attributes"]], [i < published for i in range(4)])
            self.assertEqual(self.code_of("CreateEmailAddress", EmailAddress=SENDER), "OperationDenied.DomainNotVerified")
            self.knot.publish_all(attributes[published:published + 1])
        checked = self.verify()
        self.assertTrue(checked["VerifiedForSendingStatus"])
        self.assertEqual([a["CurrentValue"] for a in checked["Attributes"]], [a["ExpectedValue"] for a in attributes])
        self.assertEqual(self.call("GetEmailIdentity", EmailIdentity=DOMAIN)["Attributes"], checked["Attributes"])
        self.assertTrue(self.call("ListEmailIdentities")["EmailIdentities"][0]["SendingEnabled"])
        self.call("CreateEmailAddress", EmailAddress=SENDER)

    def test_strings_are_joined_wherever_they_are_cut(self):
        attributes = self.create(DKIMOption=1)
        self.knot.publish_all(attributes)
        for size in (1, 17, 254):
            for row in attributes[1:]:
                self.knot.rows[row["SendDomain"], "TXT"] = [split(row["ExpectedValue"], size)]
            self.knot.publish_all([])
            self.assertTrue(self.verify()["VerifiedForSendingStatus"], size)

    def test_what_is_published_wrongly_is_shown(self):
        attributes = self.create_verified()
        wrong = {0: ["0 ."], 1: [split("v=spf1 include:other.test -all")],
                 2: [split("v=DKIM1; k=rsa; p=")], 3: [split("v=DMARC2; p=none")]}
        shown = ["."] + [values[0].strip('"') for values in list(wrong.values())[1:]]
        for row, values in wrong.items():
            kind, name = attributes[row]["Type"], attributes[row]["SendDomain"]
            self.knot.publish(name, kind, *values)
            checked = self.verify()
            self.assertFalse(checked["VerifiedForSendingStatus"])
            self.assertEqual((checked["Attributes"][row]["CurrentValue"], checked["Attributes"][row]["Status"]), (shown[row], False))
            self.knot.publish_all(attributes)
            self.assertTrue(self.verify()["VerifiedForSendingStatus"])

    def test_other_texts_do_not_hide_ours(self):
        """So many that they do not fit into a UDP answer: the rest comes over TCP."""
        attributes = self.create_verified()
        others = [split(f"verification-{i}=" + "x" * 200) for i in range(20)]
        self.knot.publish(DOMAIN, "TXT", *others, split(attributes[1]["ExpectedValue"]))
        row = self.verify()["Attributes"][1]
        self.assertEqual((row["Status"], row["CurrentValue"]), (True, attributes[1]["ExpectedValue"]))
        # Two policies do not count (RFC 7208 §4.5).
        self.knot.publish(DOMAIN, "TXT", split("v=spf1 -all"), split(attributes[1]["ExpectedValue"]))
        self.assertFalse(self.verify()["Attributes"][1]["Status"])

    def test_an_alias_is_followed(self):
        attributes = self.create()
        self.knot.publish_all(attributes)
        key = attributes[2]
        self.knot.rows.pop((key["SendDomain"], "TXT"))
        self.knot.publish(key["SendDomain"], "CNAME", "key.shop.test.")
        self.knot.publish("key.shop.test", "TXT", split(key["ExpectedValue"]))
        self.assertTrue(self.verify()["VerifiedForSendingStatus"])


class StrictMail(Case):
    settings = {"identity.mx_strict": "true"}

    def test_only_our_host_takes_the_mail(self):
        self.create_verified()
        self.knot.publish(DOMAIN, "MX", "10 mx.other.test.")
        row = self.verify()["Attributes"][0]
        self.assertEqual((row["Status"], row["CurrentValue"]), (False, "mx.other.test."))


class Keys(Case):
    def test_both_keys_sign_once_both_are_published(self):
        self.create_verified()
        self.call("CreateEmailAddress", EmailAddress=SENDER)
        both = self.verify(DKIMOption=2)
        self.assertEqual((both["DKIMOption"], both["VerifiedForSendingStatus"]), (2, False))
        self.assertEqual([a["Status"] for a in both["Attributes"]], [True, True, True, False, True])
        self.knot.publish_all(both["Attributes"])
        self.assertTrue(self.verify()["VerifiedForSendingStatus"])
        template = self.call("CreateEmailTemplate", TemplateName="t",
                             TemplateContent={"Text": base64.b64encode(b"Hello").decode()})["TemplateID"]
        self.call("SendEmail", FromEmailAddress=SENDER, Subject="Hi", Destination=["ann@shop.test"],
                  Template={"TemplateID": template, "TemplateData": "{}"})
        listed = eventually(lambda: self.call("ListInboxMails", OWN, Offset=0, Limit=1)["Data"], what="the mail")
        mail = base64.b64decode(self.call("GetInboxMail", OWN, MailId=listed[0]["MailId"])["Raw"])

        def text_at(name, timeout=5):
            answer = self.knot.resolver().resolve(name.decode().rstrip("."), "TXT")
            return b"".join(answer[0].strings)
        self.assertEqual(mail.lower().count(b"dkim-signature:"), 2)
        verifier = dkim.DKIM(mail)
        self.assertTrue(verifier.verify(0, dnsfunc=text_at))
        self.assertTrue(verifier.verify(1, dnsfunc=text_at))


class Failures(Case):
    settings = {"dns.timeout_ms": 300}

    def test_a_resolver_that_fails_takes_nothing_away(self):
        self.create_verified()
        self.create("broken.test")
        self.assertEqual(self.code_of("UpdateEmailIdentity", EmailIdentity="broken.test"), "FailedOperation.ServiceNotAvailable")
        self.create("elsewhere.test")  # REFUSED: not a zone of this server.
        self.assertEqual(self.code_of("UpdateEmailIdentity", EmailIdentity="elsewhere.test"), "FailedOperation.ServiceNotAvailable")
        self.knot.stop()  # Nobody there.
        self.assertEqual(self.code_of("UpdateEmailIdentity", EmailIdentity=DOMAIN), "FailedOperation.ServiceNotAvailable")
        self.assertEqual(self.code_of("UpdateEmailIdentity", EmailIdentity=DOMAIN, DKIMOption=1), "FailedOperation.ServiceNotAvailable")
        found = self.call("GetEmailIdentity", EmailIdentity=DOMAIN)
        self.assertEqual((found["VerifiedForSendingStatus"], found["DKIMOption"]), (True, 0))
        self.assertEqual([a["Status"] for a in found["Attributes"]], [True] * 4)
        self.call("CreateEmailAddress", EmailAddress=SENDER)

    def test_a_silent_resolver_holds_nobody_up(self):
        """More look-ups than there are threads wait; everything else goes on, and each ends at its deadline."""
        self.create()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
            silent.bind(("127.0.0.1", 0))
            self.again(**{"dns.resolver": f"127.0.0.1:{silent.getsockname()[1]}", "dns.timeout_ms": 1000, "dns.tries": 2})
            codes, took = [], []

            def verify():
                client, begin = self.program.client(), time.monotonic()
                try:
                    client.call("UpdateEmailIdentity", EmailIdentity=DOMAIN)
                except ApiError as refused:
                    codes.append(refused.code)
                took.append(time.monotonic() - begin)
                client.close()
            waiting = [threading.Thread(target=verify) for _ in range(40)]
            for thread in waiting:
                thread.start()
            for i in range(50):
                self.call("CreateReceiver", ReceiversName=f"group {i}")
                self.call("GetEmailIdentity", EmailIdentity=DOMAIN)
            self.assertEqual(codes, [], "all still wait")
            for thread in waiting:
                thread.join()
            self.assertEqual(codes, ["FailedOperation.ServiceNotAvailable"] * 40)
            self.assertGreater(min(took), 2.9)  # 1 s and then 2 s.
            self.assertLess(max(took), 12)


class Rechecks(Case):
    settings = {"identity.recheck_s": 1}

    def test_records_that_vanish_are_missed_and_welcome_back(self):
        attributes = self.create_verified()
        self.call("CreateEmailAddress", EmailAddress=SENDER)
        self.knot.publish(f"_dmarc.{DOMAIN}", "TXT")  # NXDOMAIN
        eventually(lambda: not self.verified(), 30, "the loss to be seen")
        self.assertEqual(self.code_of("CreateEmailAddress", EmailAddress=f"b@{DOMAIN}"), "OperationDenied.DomainNotVerified")
        self.knot.publish_all(attributes)
        eventually(self.verified, 30, "the return to be seen")
        self.knot.publish(DOMAIN, "TXT")  # The name is still there for its MX.
        eventually(lambda: not self.verified(), 30, "the loss to be seen")

    def test_while_the_resolver_is_away_nothing_changes(self):
        attributes = self.create_verified()
        self.knot.stop()
        self.knot.rows.clear()
        log = self.program.folder / "log"
        eventually(lambda: log.read_text().count("senders.recheck_failed") >= 2, 30, "two look-ups in vain")
        self.assertTrue(self.verified())
        self.knot.write()
        self.knot.start()  # Back, and now it says that nothing is there.
        eventually(lambda: not self.verified(), 30, "the loss to be seen")
        self.knot.publish_all(attributes)
        eventually(self.verified, 30, "the return to be seen")


class Trusted(Case):
    settings = {"identity.verification": "trust"}

    def test_a_domain_that_was_trusted_sends_until_the_dns_denies_it(self):
        attributes = self.create()
        self.assertTrue(self.verified())
        self.knot.stop()
        self.again(**{"identity.verification": "dns"})
        self.assertEqual(self.code_of("UpdateEmailIdentity", EmailIdentity=DOMAIN), "FailedOperation.ServiceNotAvailable")
        self.assertTrue(self.verified())
        self.knot.start()
        self.assertFalse(self.verify()["VerifiedForSendingStatus"])
        self.knot.publish_all(attributes)
        self.assertTrue(self.verify()["VerifiedForSendingStatus"])


class TrustedForLong(Case):
    settings = {"identity.verification": "trust", "identity.recheck_s": 86_400}

    def test_a_trusted_domain_is_looked_up_as_soon_as_the_dns_counts(self):
        self.create()
        self.assertTrue(self.verified())
        self.again(**{"identity.verification": "dns"})
        eventually(lambda: not self.verified(), 30, "the first look-up")


if __name__ == "__main__":
    program.main()
