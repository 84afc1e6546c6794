#!/usr/bin/python3
"""Promise: what was made to send with can be listed, changed and removed, and mail that was accepted before still goes out.

Sender domains with tags, sender addresses, their SMTP passwords and unsubscribe settings, templates with and without a
review by hand.
"""
import pathlib
import sqlite3
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from program import DOMAIN, OWN, SENDER, ApiError, Program, b64, eventually  # noqa: E402


class Case(unittest.TestCase):
    settings = {}

    def setUp(self):
        self.program = Program(**self.settings).__enter__()
        self.client = self.program.client()
        self.call = self.client.call

    def tearDown(self):
        self.client.close()
        self.program.__exit__(None, None, None)

    def code_of(self, action, **parameters):
        with self.assertRaises(ApiError) as refused:
            self.call(action, **parameters)
        return refused.exception.code


class Senders(Case):
    settings = {"reputation.level": 3}

    def test_domains_are_listed_by_tag_and_deleted(self):
        team, site = {"TagKey": "team", "TagValue": "spring"}, {"TagKey": "site", "TagValue": "a"}
        self.call("CreateEmailIdentity", EmailIdentity="a.test", TagList=[team, site], DKIMOption=1)
        self.call("CreateEmailIdentity", EmailIdentity="b.test", TagList=[team])
        listed = self.call("ListEmailIdentities")
        self.assertEqual([d["IdentityName"] for d in listed["EmailIdentities"]], ["a.test", "b.test"])
        self.assertEqual(listed["EmailIdentities"][0], {
            "IdentityName": "a.test", "IdentityType": "DOMAIN", "SendingEnabled": True, "CurrentReputationLevel": 3,
            "DailyQuota": 2000, "SendIp": [], "TagList": [team, site], "DKIMOption": 1})
        self.assertEqual((listed["MaxReputationLevel"], listed["MaxDailyQuota"], listed["Total"]), (20, 1_000_000, 2))
        self.assertEqual(self.call("GetEmailIdentity", EmailIdentity="a.test")["TagList"], [team, site])
        self.assertEqual(self.call("ListEmailIdentities", TagList=[site])["Total"], 1)
        page = self.call("ListEmailIdentities", TagList=[team], Offset=1, Limit=1)
        self.assertEqual(([d["IdentityName"] for d in page["EmailIdentities"]], page["Total"]), (["b.test"], 2))
        self.call("DeleteEmailIdentity", EmailIdentity="A.test")
        self.assertEqual(self.call("ListEmailIdentities")["Total"], 1)
        self.assertEqual(self.code_of("GetEmailIdentity", EmailIdentity="a.test"), "InvalidParameterValue.NotExistDomain")

    def test_an_smtp_password_is_kept_as_a_hash(self):
        self.call("CreateEmailIdentity", EmailIdentity=DOMAIN)
        self.call("CreateEmailAddress", EmailAddress=SENDER)
        self.assertEqual(self.call("ListEmailAddress")["EmailSenders"][0]["SmtpPwdType"], 0)
        self.call("UpdateEmailSmtpPassWord", EmailAddress=SENDER, Password="Spring26News")
        self.assertEqual(self.call("ListEmailAddress")["EmailSenders"][0]["SmtpPwdType"], 1)
        self.assertEqual(self.code_of("UpdateEmailSmtpPassWord", EmailAddress=SENDER, Password="Spring26News"),
                         "OperationDenied.RepeatPassWord")
        self.call("UpdateEmailSmtpPassWord", EmailAddress=SENDER, Password="Spring27News")
        self.call("UpdateEmailSmtpPassWord", EmailAddress=SENDER, Password="Spring26News")  # Not the last one any more.
        with sqlite3.connect(f"file:{self.program.folder}/data/sesame.db?mode=ro", uri=True) as store:
            (kept,), = store.execute("SELECT smtp_hash FROM sender_address")
        self.assertRegex(kept, r"^\$argon2id\$v=19\$m=19456,t=2,p=1\$")
        for file in self.program.folder.rglob("*"):
            if file.is_file():
                self.assertNotIn(b"Spring26News", file.read_bytes(), file)

    def test_unsubscribe_settings(self):
        self.call("CreateEmailIdentity", EmailIdentity=DOMAIN)
        for name in ("a", "b", "c"):
            self.call("CreateEmailAddress", EmailAddress=f"{name}@{DOMAIN}")
            self.call("CreateAddressUnsubscribeConfig", Address=f"{name}@{DOMAIN}", UnsubscribeConfig="7", Status=1)
        self.call("UpdateAddressUnsubscribeConfig", Address=f"B@{DOMAIN}", UnsubscribeConfig="0", Status=0)
        listed = self.call("ListAddressUnsubscribeConfig", Offset=1, Limit="1")
        self.assertEqual(listed["AddressUnsubscribeConfigList"], [{"Address": f"b@{DOMAIN}", "UnsubscribeConfig": "0", "Status": 0}])
        self.assertEqual(listed["Total"], 3)
        self.assertEqual(len(self.call("ListAddressUnsubscribeConfig", Limit="0")["AddressUnsubscribeConfigList"]), 3)
        self.call("DeleteAddressUnsubscribeConfig", Address=f"a@{DOMAIN}")
        self.call("DeleteEmailAddress", EmailAddress=f"c@{DOMAIN}")  # With its setting.
        rows = self.call("ListAddressUnsubscribeConfig")["AddressUnsubscribeConfigList"]
        self.assertEqual([row["Address"] for row in rows], [f"b@{DOMAIN}"])


class Templates(Case):
    def test_a_template_is_changed_and_deleted(self):
        made = self.call("CreateEmailTemplate", TemplateName="first", TemplateContent={"Text": b64("one")})["TemplateID"]
        self.call("UpdateEmailTemplate", TemplateID=made, TemplateName="second", TemplateContent={"Html": b64("<p>two")})
        found = self.call("GetEmailTemplate", TemplateID=made)
        self.assertEqual((found["TemplateName"], found["TemplateStatus"], found["TemplateContent"]),
                         ("second", 0, {"Html": b64("<p>two"), "Text": ""}))
        self.call("DeleteEmailTemplate", TemplateID=made)
        self.assertEqual(self.call("ListEmailTemplates", Offset=0, Limit=10)["TotalCount"], 0)

    def test_a_reviewer_may_take_a_template_out_of_use(self):
        made = self.call("CreateEmailTemplate", TemplateName="first", TemplateContent={"Text": b64("one")})["TemplateID"]
        self.call("ReviewEmailTemplate", OWN, TemplateID=made, Approved=False, Reason="Outdated.")
        row, = self.call("ListEmailTemplates", Offset=0, Limit=10)["TemplatesMetadata"]
        self.assertEqual((row["TemplateStatus"], row["ReviewReason"]), (2, "Outdated."))


class ReviewedTemplates(Case):
    settings = {"content.template_review": "manual"}

    def test_only_what_was_approved_is_mailed(self):
        self.call("CreateEmailIdentity", EmailIdentity=DOMAIN)
        self.call("CreateEmailAddress", EmailAddress=SENDER)
        made = self.call("CreateEmailTemplate", TemplateName="first", TemplateContent={"Text": b64("one")})["TemplateID"]
        letter = {"FromEmailAddress": SENDER, "Subject": "Hi", "Destination": ["ann@shop.test"],
                  "Template": {"TemplateID": made, "TemplateData": "{}"}}
        status = lambda: self.call("GetEmailTemplate", TemplateID=made)["TemplateStatus"]  # noqa: E731
        self.assertEqual((status(), self.code_of("SendEmail", **letter)), (1, "FailedOperation.InvalidTemplateID"))
        self.assertEqual(self.code_of("ReviewEmailTemplate", version=OWN, TemplateID=made, Approved=False), "MissingParameter")
        self.call("ReviewEmailTemplate", OWN, TemplateID=made, Approved=True)
        self.assertEqual(status(), 0)
        self.call("SendEmail", **letter)
        self.call("UpdateEmailTemplate", TemplateID=made, TemplateName="first", TemplateContent={"Text": b64("two")})
        self.assertEqual((status(), self.code_of("SendEmail", **letter)), (1, "FailedOperation.InvalidTemplateID"))
        self.assertEqual(self.code_of("ReviewEmailTemplate", version=OWN, TemplateID=made + 1, Approved=True),
                         "InvalidParameterValue.TemplateNotExist")
        self.call("DeleteEmailTemplate", TemplateID=made)
        eventually(lambda: self.call("ListInboxMails", OWN, Offset=0, Limit=1)["TotalCount"] == 1, what="the accepted mail")


if __name__ == "__main__":
    program.main()
