#!/usr/bin/python3
"""Promise: every answer of success has exactly the described fields, with exactly the described types.

Method: one campaign and everything around it, made of every action of the cloud's API; each answer is compared with
the description in api/.
"""
import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import beijing  # noqa: E402
import program  # noqa: E402
from description import DESCRIPTION  # noqa: E402
from error_case import PASSWORD, data_rows  # noqa: E402
from program import DOMAIN, SENDER, Program, b64, eventually, wait_uploaded  # noqa: E402


JSON_TYPES = {"string": str, "date": str, "datetime": str, "bool": bool, "uint64": int, "int64": int, "array": list, "object": dict}


class Answers(unittest.TestCase):
    def check(self, fields, value, where, complete=True):
        known = {field["name"]: field for field in fields}
        self.assertEqual(set(value) - set(known), set(), where)
        if complete:
            self.assertEqual(set(known) - set(value), set(), where)
        for name, item in value.items():
            self.check_field(known[name], item, f"{where}.{name}", complete)

    def check_field(self, field, value, where, complete):
        if value is None:
            self.assertTrue(field.get("nullable"), where)
            return
        kind = field["type"]
        self.assertIs(type(value), JSON_TYPES[kind], where)
        if kind == "uint64":
            self.assertGreaterEqual(value, 0, where)
        if "one_of" in field:
            self.assertIn(value, field["one_of"], where)
        if field.get("pattern") == "datetime" or kind == "datetime":
            self.assertRegex(value, r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$", where)
        for i, item in enumerate(value if kind == "array" else []):
            if field["of"] in JSON_TYPES:
                self.assertIs(type(item), JSON_TYPES[field["of"]], where)
            else:
                self.check(DESCRIPTION["structures"][field["of"]]["fields"], item, f"{where}.{i}", complete)
        if kind == "object":
            self.check(DESCRIPTION["structures"][field["of"]]["fields"], value, where, complete)

    def check_suppression(self, call, day):
        counts = call("CreateCustomBlacklist", Emails=["no@shop.test", "never@shop.test"], ExpireDate=day)
        self.assertEqual((counts["TotalCount"], counts["ValidCount"]), (2, 2))
        entry = call("ListCustomBlacklist", Offset=0, Limit=10, Status=1)["Data"][1]
        self.assertEqual((entry["Email"], entry["ExpireDate"], entry["Status"]), ("no@shop.test", day, 1))
        call("UpdateCustomBlackList", Id=entry["Id"], Email="other@shop.test")
        call("DeleteCustomBlackList", Emails=["never@shop.test", "nobody@shop.test"])
        page = call("ListCustomBlacklist", Offset=0, Limit=10, Status=2)
        self.assertEqual([(row["Email"], row["ExpireDate"]) for row in page["Data"]], [("other@shop.test", "")])
        # A bounce needs a server that refuses: suppressed_addresses_are_not_mailed.py.
        self.assertEqual(call("ListBlackEmailAddress", StartDate=day, EndDate=day, Limit=10, Offset=0)["BlackList"], [])
        call("DeleteBlackList", EmailAddressList=["gone@shop.test"])

    def check_senders(self, call):
        """What the mails were sent with, changed and taken away again."""
        call("UpdateEmailSmtpPassWord", EmailAddress=SENDER, Password=PASSWORD)
        self.assertEqual(call("ListEmailAddress")["EmailSenders"][0]["SmtpPwdType"], 1)
        call("CreateAddressUnsubscribeConfig", Address=SENDER, UnsubscribeConfig="7", Status=1)
        call("UpdateAddressUnsubscribeConfig", Address=SENDER, UnsubscribeConfig="1", Status=0)
        self.assertEqual(call("ListAddressUnsubscribeConfig", Offset=0, Limit="10")["AddressUnsubscribeConfigList"],
                         [{"Address": SENDER, "UnsubscribeConfig": "1", "Status": 0}])
        call("DeleteAddressUnsubscribeConfig", Address=SENDER)
        call("DeleteEmailAddress", EmailAddress=SENDER)
        row, = call("ListEmailIdentities")["EmailIdentities"]
        self.assertEqual((row["IdentityName"], row["CurrentReputationLevel"], row["DailyQuota"]), (DOMAIN, 1, 500))
        call("DeleteEmailIdentity", EmailIdentity=DOMAIN)

    def test_every_action_answers_as_described(self):
        seen = set()
        with Program() as server:
            client = server.client()

            def call(action, **request):
                seen.add(action)
                answer = client.call(action, **request)
                answer.pop("RequestId")
                self.check(DESCRIPTION["actions"][action]["output"], answer, action)
                return answer
            made = call("CreateEmailIdentity", EmailIdentity=DOMAIN, DKIMOption=1, TagList=[{"TagKey": "k", "TagValue": "v"}])
            self.assertEqual(made["DKIMOption"], 1)
            self.assertGreaterEqual(len(made["Attributes"]), 4)
            self.assertEqual(call("UpdateEmailIdentity", EmailIdentity=DOMAIN, DKIMOption=2)["DKIMOption"], 2)
            self.assertEqual(call("GetEmailIdentity", EmailIdentity=DOMAIN)["TagList"], [{"TagKey": "k", "TagValue": "v"}])
            call("CreateEmailAddress", EmailAddress=SENDER, EmailSenderName="The Shop")
            self.assertEqual(call("ListEmailAddress")["EmailSenders"][0]["EmailSenderName"], "The Shop")
            letter = call("CreateEmailTemplate", TemplateName="信 letter_1", TemplateContent={"Html": b64("<p>{{name}}</p>")})["TemplateID"]
            self.assertEqual(call("GetEmailTemplate", TemplateID=letter)["TemplateContent"], {"Html": b64("<p>{{name}}</p>"), "Text": ""})
            self.assertEqual(call("ListEmailTemplates", Offset=0, Limit=0)["TotalCount"], 1)
            group = call("CreateReceiver", ReceiversName="顾客 1", Desc="好")["ReceiverId"]
            call("CreateReceiverDetailWithData", ReceiverId=group, Datas=data_rows(("ann@shop.test", '{"name":"Ann"}')))
            wait_uploaded(client, group)
            other = call("CreateReceiver", ReceiversName="other")["ReceiverId"]
            call("CreateReceiverDetail", ReceiverId=other, Emails=["bob@shop.test", "broken"])
            wait_uploaded(client, other)
            self.assertEqual([row["ReceiversName"] for row in call("ListReceivers", Offset=0, Limit=10)["Data"]], ["other", "顾客 1"])
            details = call("ListReceiverDetails", ReceiverId=group, Offset=0, Limit=10)["Data"]
            self.assertEqual(json.loads(details[0]["TemplateData"]), {"name": "Ann"})
            template = {"TemplateID": letter, "TemplateData": '{"name":"You"}'}
            sent = call("SendEmail", FromEmailAddress=f"Shop <{SENDER}>", Subject="s", Destination=["ann@shop.test"], Template=template)
            task_id = call("BatchSendEmail", FromEmailAddress=SENDER, ReceiverId=group, Subject="Hi {{name}}", TaskType=1,
                           Template=template)["TaskId"]
            eventually(lambda: call("ListSendTasks", Offset=0, Limit=1)["Data"][0]["TaskStatus"] == 10, 30, "the end of the task")
            row = call("ListSendTasks", Offset=0, Limit=1)["Data"][0]
            self.assertEqual((row["TaskId"], row["Template"], row["RequestCount"], row["SendCount"], row["CacheCount"]),
                             (task_id, template, 1, 1, 0))
            day = beijing.day(0)
            messages = eventually(lambda: [m for m in call("GetSendEmailStatus", RequestDate=day, Offset=0, Limit=10,
                                                           MessageId=sent["MessageId"])["EmailStatusList"]
                                           if m["DeliverStatus"] == 1], 30, "the mail's delivery")
            self.assertEqual([m["ToEmailAddress"] for m in messages], ["ann@shop.test"])
            call("GetSendEmailStatus", RequestDate=beijing.day(-30), Offset=0, Limit=10)
            call("DeleteReceiver", ReceiverId=other)
            self.check_suppression(call, day)
            report = call("GetStatisticsReport", StartDate=day, EndDate=day, Domain=DOMAIN.upper())
            self.assertEqual((report["OverallVolume"]["SendDate"], report["OverallVolume"]["RequestCount"]), (day, 2))
            self.assertEqual(report["DailyVolumes"], [report["OverallVolume"]])
            self.assertEqual(call("GetAbuseReport", StartTime=day, EndTime=day)["TotalCount"], 0)
            call("UpdateEmailTemplate", TemplateID=letter, TemplateName="new", TemplateContent={"Text": b64("new")})
            call("DeleteEmailTemplate", TemplateID=letter)
            self.check_senders(call)
            client.close()
        self.assertEqual(seen, set(DESCRIPTION["actions"]))


if __name__ == "__main__":
    program.main()
