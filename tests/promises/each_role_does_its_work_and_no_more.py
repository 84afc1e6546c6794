#!/usr/bin/python3
"""Promise: a person does in the console what the role is for, and nothing else, whatever the browser sends.

Method: people of several roles log in at the built program and send calls as a browser does, also those that no page offers.
"""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from console_client import Browser, OwnedCase  # noqa: E402
from program import OWN, b64  # noqa: E402

REFUSED = "AuthFailure.UnauthorizedOperation"


class Roles(OwnedCase, unittest.TestCase):
    def test_roles_are_kept_by_the_server(self):
        def code(browser, action, **parameters):
            return browser.call(action, **parameters).json["Response"].get("Error", {}).get("Code")
        analyst, admin = self.user("eve", "analyst"), self.user("adam", "admin")
        self.assertIsNone(code(analyst, "ListEmailIdentities"))
        self.assertEqual(code(analyst, "CreateEmailIdentity", EmailIdentity="a.test"), REFUSED)
        self.assertEqual(code(analyst, "CreateCredential"), REFUSED)
        self.assertEqual(code(analyst, "PutUser", Name="ann", Password="her new long password"), REFUSED)
        self.assertEqual(code(analyst, "PutUser", Name="eve", Role="owner"), REFUSED)
        self.assertIsNone(code(analyst, "PutUser", Name="eve", Password="her new long password"))
        for change in ({"Name": "ann", "Password": "his new long password"}, {"Name": "ann", "Enabled": False},
                       {"Name": "adam", "Role": "owner"}, {"Name": "new", "Role": "owner"}, {"Name": "ann", "Link": True}):
            self.assertEqual(code(admin, "PutUser", **change), REFUSED, change)
        self.assertEqual(code(admin, "DeleteUser", Name="ann"), REFUSED)
        self.assertEqual(code(self.owner, "DeleteUser", Name="ann"), "OperationDenied")
        made = admin.call("PutUser", Name="new", Role="sender", Link=True).json["Response"]
        new = Browser(self.server.port)
        self.assertEqual(new.post("/console/login", {"token": made["LoginToken"]}).json["role"], "sender")

    def test_a_reviewer_approves_templates_and_an_operator_does_not(self):
        made = self.owner.call("CreateEmailTemplate", TemplateName="letter", TemplateContent={"Text": b64("Hello")}).json["Response"]
        review = {"TemplateID": made["TemplateID"], "Approved": True, "Reason": ""}
        client = self.server.client()
        other = client.call("CreateAccount", OWN, Name="other")["AppId"]
        client.close()
        reviewer, operator = self.user("rex", "reviewer"), self.user("otto", "operator")
        for person, change, code in ((operator, {}, REFUSED), (reviewer, {"AppId": other}, REFUSED), (reviewer, {}, None)):
            answer = person.call("ReviewEmailTemplate", OWN, **review, **change).json["Response"]
            self.assertEqual(answer.get("Error", {}).get("Code"), code, (change, answer))


if __name__ == "__main__":
    program.main()
