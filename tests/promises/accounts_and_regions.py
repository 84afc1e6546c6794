#!/usr/bin/python3
"""Promise: what belongs to one account or region is nothing to another, and a revoked credential is refused at once.

Method: two accounts and two regions do the same things beside each other; credentials are disabled while they are in use,
and the server is killed in between; what the data folder and the log hold is searched for every key that was shown.
"""
import base64
import json
import pathlib
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import program  # noqa: E402
from program import OWN, SES, ApiError, Client, Program, eventually, wait_uploaded  # noqa: E402

LISTS = {"ListReceivers": "TotalCount", "ListEmailTemplates": "TotalCount", "ListSendTasks": "TotalCount"}


class Caller:
    """Calls as somebody in some region; shares a program's connection."""

    def __init__(self, client, made=None, region="ap-guangzhou"):
        self.client, self.signing, self.headers = client, {"region": region}, {}
        if made and "Token" in made:
            self.signing.update(secret_id=made["TmpSecretId"], secret_key=made["TmpSecretKey"])
            self.headers = {"X-TC-Token": made["Token"]}
        elif made:
            self.signing.update(secret_id=made["SecretId"], secret_key=made["SecretKey"])

    def call(self, action, version=SES, **request):
        _, _, envelope = self.client.raw(action, json.dumps(request).encode(), version, headers=dict(self.headers), **self.signing)
        response = envelope["Response"]
        if "Error" in response:
            raise ApiError(response["Error"]["Code"], response["Error"]["Message"])
        return response

    def code(self, action, version=SES, **request):
        try:
            self.call(action, version, **request)
        except ApiError as error:
            return error.code
        return "OK"


def fill(caller, domain):
    """One of everything, under names that are the same everywhere but for the domain."""
    caller.call("CreateEmailIdentity", EmailIdentity=domain)
    caller.call("CreateEmailAddress", EmailAddress=f"news@{domain}")
    content = {"Text": base64.b64encode(b"Hello").decode()}
    template = caller.call("CreateEmailTemplate", TemplateName="letter", TemplateContent=content)["TemplateID"]
    group = caller.call("CreateReceiver", ReceiversName="readers")["ReceiverId"]
    caller.call("CreateReceiverDetail", ReceiverId=group, Emails=["ann@post.test"])
    wait_uploaded(caller, group)
    letter = {"TemplateID": template, "TemplateData": "{}"}
    task = caller.call("BatchSendEmail", FromEmailAddress=f"news@{domain}", ReceiverId=group, Subject="s", TaskType=1,
                       Template=letter)["TaskId"]
    eventually(lambda: caller.call("ListInboxMails", OWN, Offset=0, Limit=1)["TotalCount"] == 1, 30, "the mail")
    return {"template": template, "group": group, "task": task, "domain": domain}


class Apart(unittest.TestCase):
    def setUp(self):
        self.server = Program().start()
        self.client = self.server.client()
        self.admin = Caller(self.client)

    def tearDown(self):
        self.client.close()
        self.server.__exit__(None, None, None)

    def test_only_who_manages_accounts_reviews_templates(self):
        app_id = self.admin.call("CreateAccount", OWN, Name="Bookshop")["AppId"]
        tenant = Caller(self.client, self.admin.call("CreateCredential", OWN, AppId=app_id))
        content = {"Text": base64.b64encode(b"Hello").decode()}
        made = tenant.call("CreateEmailTemplate", TemplateName="letter", TemplateContent=content)["TemplateID"]
        review = {"TemplateID": made, "Approved": False, "Reason": "no"}
        self.assertEqual(tenant.code("ReviewEmailTemplate", OWN, **review), "AuthFailure.UnauthorizedOperation")
        self.assertEqual(self.admin.code("ReviewEmailTemplate", OWN, **review), "InvalidParameterValue.TemplateNotExist")
        self.assertEqual(self.admin.code("ReviewEmailTemplate", OWN, AppId=1, **review), "ResourceNotFound")
        self.admin.call("ReviewEmailTemplate", OWN, AppId=app_id, **review)
        self.assertEqual(tenant.call("GetEmailTemplate", TemplateID=made)["TemplateStatus"], 2)

    def sees_nothing(self, caller, theirs):
        for action, total in LISTS.items():
            self.assertEqual(caller.call(action, Offset=0, Limit=10)[total], 0, action)
        self.assertEqual(caller.call("ListEmailAddress")["EmailSenders"], [])
        self.assertEqual(caller.call("ListInboxMails", OWN, Offset=0, Limit=10)["TotalCount"], 0)
        day = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 8 * 3600))
        self.assertEqual(caller.call("GetSendEmailStatus", RequestDate=day, Offset=0, Limit=10)["EmailStatusList"], [])
        self.assertEqual(caller.code("GetEmailIdentity", EmailIdentity=theirs["domain"]), "InvalidParameterValue.NotExistDomain")
        self.assertEqual(caller.code("GetEmailTemplate", TemplateID=theirs["template"]), "InvalidParameterValue.TemplateNotExist")
        group = {"ReceiverId": theirs["group"]}
        self.assertEqual(caller.code("ListReceiverDetails", Offset=0, Limit=1, **group), "OperationDenied.ReceiverNotExist")
        self.assertEqual(caller.code("CreateReceiverDetail", Emails=["x@post.test"], **group), "OperationDenied.ReceiverNotExist")
        self.assertEqual(caller.code("DeleteReceiver", **group), "OperationDenied.ReceiverNotExist")
        self.assertEqual(caller.code("GetSendTask", OWN, TaskId=theirs["task"]), "ResourceNotFound")
        self.assertEqual(caller.code("GetInboxMail", OWN, MailId=1), "ResourceNotFound")
        self.assertEqual(caller.call("DeleteInboxMails", OWN)["DeletedCount"], 0)
        sent = {"FromEmailAddress": f"news@{theirs['domain']}", "Subject": "s", "Destination": ["x@post.test"],
                "Template": {"TemplateID": theirs["template"], "TemplateData": "{}"}}
        self.assertNotEqual(caller.code("SendEmail", **sent), "OK")

    def test_regions(self):
        here, there = self.admin, Caller(self.client, region="ap-hongkong")
        first = fill(here, "mail.here.test")
        self.sees_nothing(there, first)
        second = fill(there, "mail.there.test")
        self.assertEqual(here.call("ListReceivers", Offset=0, Limit=10)["TotalCount"], 1)
        self.assertEqual(here.code("DeleteReceiver", ReceiverId=second["group"]), "OperationDenied.ReceiverNotExist")
        self.assertEqual(there.code("DeleteReceiver", ReceiverId=second["group"]), "OK")

    def test_regions_that_are_served_are_a_setting(self):
        with Program(**{"api.regions": "eu-frankfurt"}) as server:
            client = server.client()
            self.assertEqual(Caller(client, region="eu-frankfurt").code("ListEmailAddress"), "OK")
            self.assertEqual(Caller(client).code("ListEmailAddress"), "UnsupportedRegion")
            client.close()

    def test_accounts(self):
        app_id = self.admin.call("CreateAccount", OWN, Name="Bookshop")["AppId"]
        tenant = Caller(self.client, self.admin.call("CreateCredential", OWN, AppId=app_id))
        first = fill(self.admin, "mail.first.test")
        self.sees_nothing(tenant, first)
        second = fill(tenant, "mail.second.test")
        self.assertEqual(self.admin.code("DeleteReceiver", ReceiverId=second["group"]), "OperationDenied.ReceiverNotExist")
        self.assertEqual(tenant.code("DeleteReceiver", ReceiverId=second["group"]), "OK")

    def test_limits_are_each_accounts_own(self):
        with Program(**{"limits.requests_per_second": 3}) as server:
            client = server.client()
            admin = Caller(client)
            app_id = admin.call("CreateAccount", OWN, Name="Bookshop")["AppId"]
            tenant = Caller(client, admin.call("CreateCredential", OWN, AppId=app_id))
            # However fast the first account calls, the second one's first calls of a second are served.
            eventually(lambda: "RequestLimitExceeded" in [admin.code("ListEmailAddress") for _ in range(10)], 10, "the limit")
            self.assertEqual(tenant.code("ListEmailAddress"), "OK")
            client.close()


class Revoked(unittest.TestCase):
    def test_at_once_while_it_is_in_use(self):
        with Program() as server:
            client = server.client()
            admin = Caller(client)
            for use_session in (False, True):
                made = admin.call("CreateCredential", OWN)
                key = Caller(client, made).call("CreateSessionToken", OWN) if use_session else made
                refused = "AuthFailure.TokenFailure" if use_session else "AuthFailure.SecretIdNotFound"
                seen, stop = [], threading.Event()

                def use():
                    mine = Client(server.port)
                    caller = Caller(mine, key)
                    while not stop.is_set():
                        begun = time.monotonic()
                        seen.append((begun, caller.code("ListReceivers", Offset=0, Limit=1)))
                    mine.close()
                workers = [threading.Thread(target=use) for _ in range(8)]
                for worker in workers:
                    worker.start()
                eventually(lambda: len(seen) > 200, 30, "some calls")
                admin.call("DisableCredential", OWN, CredentialId=made["SecretId"])
                answered = time.monotonic()
                eventually(lambda: sum(begun > answered for begun, _ in seen) > 200, 30, "some calls after it")
                stop.set()
                for worker in workers:
                    worker.join()
                self.assertEqual({code for begun, code in seen if begun > answered}, {refused})
                self.assertEqual({code for _, code in seen}, {"OK", refused})
            client.close()

    def test_also_after_kill(self):
        """What was answered is on disk: a disabled key stays disabled, a token of a live one stays good."""
        server = Program()
        with server:
            client = server.client()
            admin = Caller(client)
            gone, kept = admin.call("CreateCredential", OWN), admin.call("CreateCredential", OWN, Permission="read-only")
            session = Caller(client, kept).call("CreateSessionToken", OWN)
            admin.call("DisableCredential", OWN, CredentialId=gone["SecretId"])
            server.kill()
            client.close()
            server.start()
            page = {"Offset": 0, "Limit": 1}
            client = server.client()
            self.assertEqual(Caller(client, gone).code("ListReceivers", **page), "AuthFailure.SecretIdNotFound")
            for good in (kept, session):
                self.assertEqual(Caller(client, good).code("ListReceivers", **page), "OK")
                self.assertEqual(Caller(client, good).code("CreateReceiver", ReceiversName="x"), "AuthFailure.UnauthorizedOperation")
            client.close()

    def test_a_token_ends_at_its_time(self):
        with Program() as server:
            client = server.client()
            session = Caller(client, Caller(client).call("CreateSessionToken", OWN, DurationSeconds=2))
            self.assertEqual(session.code("ListEmailAddress"), "OK")
            code = eventually(lambda: (code := session.code("ListEmailAddress")) != "OK" and code, 10, "its end")
            self.assertEqual(code, "AuthFailure.TokenFailure")
            client.close()


class Secrets(unittest.TestCase):
    def test_no_key_lies_open_in_the_data_or_the_log(self):
        server = Program(**{"log.level": "debug"})
        with server:
            client = server.client()
            admin = Caller(client)
            shown = [program.SECRET_KEY]
            for _ in range(5):
                made = admin.call("CreateCredential", OWN, Name="shop")
                session = Caller(client, made).call("CreateSessionToken", OWN)
                Caller(client, session).call("ListEmailAddress")
                shown += [made["SecretKey"], session["TmpSecretKey"], session["Token"]]
            listed = json.dumps(admin.call("ListCredentials", OWN, Offset=0, Limit=100))
            for key in shown:
                self.assertNotIn(key, listed)
            client.close()
            server.stop()
            for path in filter(pathlib.Path.is_file, server.folder.rglob("*")):
                content = path.read_bytes()
                for key in shown:
                    self.assertNotIn(key.encode(), content, path)


if __name__ == "__main__":
    program.main()
