"""What a stranger gets who names what is another's, as a table: for each described action a request that names an
object of the owner, and what it gets. Played by promises/accounts_and_regions.py between accounts and between regions.

The stranger has the same things under its own mark (World); every text of the owner holds the owner's.
"""
from beijing import today
from description import DESCRIBED
from program import OWN, b64, eventually, wait_uploaded

PASSWORD = "Winter26Mail"


def content(text):
    return {"Text": b64(text)}


class World:
    """One of everything, made by `caller` under `mark`. Of "sandbox": an inbox. Of "relay": a bounced address and a task
    under way (`busy`), since that server's relay knows no gone.* and asks slow.* to wait."""

    def __init__(self, caller, mark, mode):
        self.caller, self.mark, self.app_id = caller, mark, caller.app_id
        self.domain, self.sender = f"mail.{mark}.test", f"news@mail.{mark}.test"
        self.bounced, self.blocked = f"gone.{mark}@post.test", f"blocked.{mark}@post.test"
        self.group_name, self.template_name = f"readers {mark}", f"letter {mark}"
        call = caller.call
        call("CreateEmailIdentity", EmailIdentity=self.domain, TagList=[{"TagKey": "team", "TagValue": mark}])
        call("CreateEmailAddress", EmailAddress=self.sender, EmailSenderName=mark)
        call("UpdateEmailSmtpPassWord", EmailAddress=self.sender, Password=PASSWORD)
        call("CreateAddressUnsubscribeConfig", Address=self.sender, UnsubscribeConfig="2", Status=1)
        call("CreateEmailAddress", EmailAddress=f"plain@{self.domain}")  # Without a setting.
        self.template = call("CreateEmailTemplate", TemplateName=self.template_name, TemplateContent=content(mark))["TemplateID"]
        call("CreateCustomBlacklist", Emails=[self.blocked])
        self.block = call("ListCustomBlacklist", Offset=0, Limit=1, Status=2)["Data"][0]["Id"]
        self.credential = call("CreateCredential", OWN, Name=mark)["SecretId"]
        self.user = call("PutUser", OWN, Name=f"user.{mark}", Role="sender")["Name"]
        self.left = f"left.{mark}@post.test"
        call("CreateUnsubscribe", OWN, SenderDomain=self.domain, Emails=[self.left])
        # Off: what it is told, and how often, is no matter of this table.
        self.webhook = call("PutWebhook", OWN, Url=f"http://{mark}.invalid/", Address=self.sender, Enabled=False)["WebhookId"]
        self.group = self.filled(self.group_name, [f"ann.{mark}@post.test"])
        self.imported = call("ImportRecipients", OWN, ReceiverId=self.group, FileName=mark)["Import"]["ImportId"]
        self.spare = self.filled(f"spare {mark}", [f"bob.{mark}@post.test"])
        self.task = self.mailing(self.group)
        eventually(lambda: call("GetSendTask", OWN, TaskId=self.task)["Task"]["TaskStatus"] == 10, 30, "the end of the task")
        self.later = self.mailing(self.spare, TaskType=2, TimedParam={"BeginTime": "2037-01-01 00:00:00"})
        to = [f"eve.{mark}@post.test"] + ([self.bounced] if mode == "relay" else [])
        self.message = call("SendEmail", FromEmailAddress=self.sender, Subject=mark, Destination=to,
                            Template=self.letter())["MessageId"]
        eventually(lambda: self.statuses() == {1, 3} if mode == "relay" else self.statuses() == {1}, 30, "the outcomes")
        if mode == "sandbox":
            self.mail = call("ListInboxMails", OWN, Offset=0, Limit=1)["Data"][0]["MailId"]
        else:
            self.busy = self.filled(f"busy {mark}", [f"slow.{mark}@post.test"])
            self.mailing(self.busy)

    def begin_dry_run(self):
        """Dry runs end with the program, so this one is made after the restart."""
        self.dry_run = self.caller.call("DryRunSendTask", OWN, FromEmailAddress=self.sender, ReceiverId=self.group, Subject=self.mark,
                                        TaskType=1, Template=self.letter())["DryRunId"]

    def letter(self):
        return {"TemplateID": self.template, "TemplateData": "{}"}

    def filled(self, name, addresses):
        group = self.caller.call("CreateReceiver", ReceiversName=name, Desc=self.mark)["ReceiverId"]
        self.caller.call("CreateReceiverDetail", ReceiverId=group, Emails=addresses)
        wait_uploaded(self.caller, group)
        return group

    def mailing(self, group, **more):
        return self.caller.call("BatchSendEmail", **{"FromEmailAddress": self.sender, "ReceiverId": group, "Subject": self.mark,
                                                     "TaskType": 1, "Template": self.letter(), **more})["TaskId"]

    def statuses(self):
        page = self.caller.call("GetSendEmailStatus", RequestDate=today(), Offset=0, Limit=10, MessageId=self.message)
        return {row["DeliverStatus"] for row in page["EmailStatusList"]}


class ForeignCase:
    """`request(mine, theirs)` names an object of `theirs`; the owner gets `owner` for the same request about its own."""

    def __init__(self, action, request, owner="OK", mode="sandbox"):
        self.action, self.request, self.owner, self.mode = action, request, owner, mode
        self.version, self.effect = DESCRIBED[action]

    def __repr__(self):
        return self.action


class Refused(ForeignCase):
    """The stranger gets `code`: one for all, or by whom: "account" (another tenant), "manager" (who manages the accounts,
    and names none), "region" (the same account elsewhere). Who is not named does not play."""

    def __init__(self, action, request, code, **more):
        super().__init__(action, request, **more)
        self.codes = code if isinstance(code, dict) else dict.fromkeys(("account", "manager", "region"), code)


class Hidden(ForeignCase):
    """The call succeeds and nothing of the owner is in the answer; `nothing` is true of it, and not of the owner's own."""

    def __init__(self, action, request, nothing=None, **more):
        super().__init__(action, request, **more)
        self.nothing = nothing


def empty(rows):
    return lambda answer: answer[rows] == [] and answer.get("TotalCount", answer.get("Total", 0)) == 0


def uncounted(answer):
    return answer["DailyVolumes"] == [] and not any(n for n in answer["OverallVolume"].values() if isinstance(n, int))


PAGE = {"Offset": 0, "Limit": 100}
NO_GROUP, NO_SENDER = "OperationDenied.ReceiverNotExist", "InvalidParameterValue.NoSuchSender"
NO_DOMAIN, NO_TEMPLATE = "InvalidParameterValue.NotExistDomain", "InvalidParameterValue.TemplateNotExist"
# Credentials and accounts belong to no region.
NO_CREDENTIAL = {"account": "ResourceNotFound", "manager": "ResourceNotFound"}
NOT_ALLOWED = {"account": "AuthFailure.UnauthorizedOperation"}


def days(**more):
    return {"StartDate": today(), "EndDate": today(), **more}


def read_cases():
    yield Refused("GetEmailIdentity", lambda m, t: {"EmailIdentity": t.domain}, NO_DOMAIN)
    yield Hidden("ListEmailIdentities", lambda m, t: {})
    yield Hidden("ListEmailIdentities", lambda m, t: {"TagList": [{"TagKey": "team", "TagValue": t.mark}]}, empty("EmailIdentities"))
    yield Hidden("ListEmailAddress", lambda m, t: {})
    yield Hidden("ListAddressUnsubscribeConfig", lambda m, t: {"Limit": "100"})
    yield Refused("GetEmailTemplate", lambda m, t: {"TemplateID": t.template}, NO_TEMPLATE)
    yield Refused("ListEmailTemplateVersions", lambda m, t: {**PAGE, "TemplateID": t.template}, NO_TEMPLATE)
    yield Hidden("ListEmailTemplates", lambda m, t: PAGE)
    yield Hidden("ListReceivers", lambda m, t: PAGE)
    yield Hidden("ListReceivers", lambda m, t: {**PAGE, "KeyWord": t.mark}, empty("Data"))
    yield Refused("ListReceiverDetails", lambda m, t: {**PAGE, "ReceiverId": t.group}, NO_GROUP)
    yield Hidden("ListImports", lambda m, t: PAGE)
    yield Hidden("ListImports", lambda m, t: {**PAGE, "ReceiverId": t.group}, empty("Data"))
    yield Refused("GetImport", lambda m, t: {"ImportId": t.imported, "WithRows": True}, "ResourceNotFound")
    yield Hidden("ListSendTasks", lambda m, t: PAGE)
    yield Hidden("ListSendTasks", lambda m, t: {**PAGE, "ReceiverId": t.group}, empty("Data"))
    yield Refused("GetSendTask", lambda m, t: {"TaskId": t.task}, "ResourceNotFound")
    for action in ("GetDryRun", "StopDryRun"):
        yield Refused(action, lambda m, t: {"DryRunId": t.dry_run}, "ResourceNotFound")
    yield Refused("ListSendTaskRecipients", lambda m, t: {**PAGE, "TaskId": t.task}, "ResourceNotFound")
    for action in ("RenderEmailTemplate", "CheckEmailTemplate"):
        yield Refused(action, lambda m, t: {"TemplateID": t.template}, NO_TEMPLATE)
    yield Hidden("CheckRecipient", lambda m, t: {"EmailAddress": t.left}, lambda answer: answer["Lists"] == [])
    yield Hidden("ListMails", lambda m, t: {"Limit": 100})
    for filters in ({"MessageId": "message"}, {"TaskId": "task"}):
        def named(m, t, filters=filters):
            return {"Limit": 100, **{name: getattr(t, what) for name, what in filters.items()}}
        yield Hidden("ListMails", named, empty("Data"))
    yield Hidden("ListMails", lambda m, t: {"Limit": 100, "ToEmailAddress": f"ann.{t.mark}@post.test"}, empty("Data"))
    yield Refused("GetMail", lambda m, t: {"MessageId": t.message}, "ResourceNotFound")
    # Waiting mail belongs to an account, in all its regions; whoever manages accounts sees all (operators_move_waiting_mail.py).
    for action in ("ListDeliveryQueues", "ListWaitingMails", "ListDeliveryPauses"):
        yield Refused(action, lambda m, t: {**PAGE, "AppId": t.app_id}, NOT_ALLOWED)
    yield Refused("ListWaitingMails", lambda m, t: {**PAGE, "TaskId": t.task}, {"account": "ResourceNotFound"})
    status = {"RequestDate": today(), **PAGE}
    yield Hidden("GetSendEmailStatus", lambda m, t: status)
    yield Hidden("GetSendEmailStatus", lambda m, t: {**status, "MessageId": t.message}, empty("EmailStatusList"))
    yield Hidden("GetSendEmailStatus", lambda m, t: {**status, "ToEmailAddress": f"ann.{t.mark}@post.test"}, empty("EmailStatusList"))
    yield Hidden("ListCustomBlacklist", lambda m, t: {**PAGE, "Status": 2})
    yield Hidden("ListCustomBlacklist", lambda m, t: {**PAGE, "Status": 2, "Email": t.blocked}, empty("Data"))
    # With EmailAddress it says that an address is on the list that all accounts heed, without reply and time.
    yield Hidden("ListBlackEmailAddress", lambda m, t: days(**PAGE), mode="relay")
    yield Hidden("GetStatisticsReport", lambda m, t: days(Domain=t.domain), uncounted)
    yield Hidden("GetTrackingReport", lambda m, t: days(Domain=t.domain), uncounted)
    yield Refused("GetTrackingSetting", lambda m, t: {"Address": t.sender}, NO_SENDER)
    yield Hidden("GetAbuseReport", lambda m, t: {"StartTime": today(), "EndTime": today(), "FromDomain": t.domain})
    yield Hidden("ListReturnedMails", lambda m, t: PAGE)
    yield Hidden("ListReturnedMails", lambda m, t: {**PAGE, "ToEmailAddress": f"back.{t.mark}@post.test"}, empty("Data"))
    yield Refused("ListReturnedMails", lambda m, t: {**PAGE, "Unmatched": True}, NOT_ALLOWED, owner=None)
    yield Refused("GetReturnedMail", lambda m, t: {"ReturnedMailId": t.returned}, "ResourceNotFound")
    yield Hidden("ListInboxMails", lambda m, t: PAGE)
    yield Hidden("ListInboxMails", lambda m, t: {**PAGE, "To": t.mark}, empty("Data"))
    yield Refused("GetInboxMail", lambda m, t: {"MailId": t.mail}, "ResourceNotFound")
    yield Refused("ListCredentials", lambda m, t: {**PAGE, "AppId": t.app_id}, NOT_ALLOWED)
    yield Refused("ListUsers", lambda m, t: {**PAGE, "AppId": t.app_id}, NOT_ALLOWED)
    yield Refused("ListAuditEntries", lambda m, t: {"Limit": 100, "AppId": t.app_id}, NOT_ALLOWED)
    yield Hidden("ListWebhooks", lambda m, t: PAGE)
    yield Hidden("ListUnsubscribes", lambda m, t: PAGE)
    yield Hidden("ListUnsubscribes", lambda m, t: {**PAGE, "SenderDomain": t.domain, "Email": t.left}, empty("Data"))
    yield Refused("ListWebhookEvents", lambda m, t: {**PAGE, "WebhookId": t.webhook}, "ResourceNotFound")
    yield Refused("ListAccounts", lambda m, t: PAGE, NOT_ALLOWED, owner=None)


def sending_cases():
    """A request of the stranger's own with one part of the owner's."""
    def mail(m, **more):
        return {"FromEmailAddress": m.sender, "Subject": "s", "Destination": ["x@post.test"], "Template": m.letter(), **more}

    def task(m, **more):
        return {"FromEmailAddress": m.sender, "ReceiverId": m.group, "Subject": "s", "TaskType": 2, "Template": m.letter(),
                "TimedParam": {"BeginTime": "2037-01-01 00:00:00"}, **more}
    yield Refused("SendEmail", lambda m, t: mail(m, FromEmailAddress=t.sender), "FailedOperation.NotAuthenticatedSender")
    yield Refused("SendEmail", lambda m, t: mail(m, Template=t.letter()), "FailedOperation.InvalidTemplateID")
    yield Refused("BatchSendEmail", lambda m, t: task(m, ReceiverId=t.group), NO_GROUP)
    yield Hidden("DryRunSendTask", lambda m, t: task(m, ReceiverId=t.group), lambda answer: answer["GroupCount"] == 0)
    yield Refused("BatchSendEmail", lambda m, t: task(m, TaskType=1, ReceiverId=t.group), NO_GROUP)
    yield Refused("BatchSendEmail", lambda m, t: task(m, FromEmailAddress=t.sender), "OperationDenied.SendAddressStatusError")
    yield Refused("BatchSendEmail", lambda m, t: task(m, Template=t.letter()), "OperationDenied.TemplateStatusError")


def change_cases():
    """In an order in which the owner, who plays them last, gets through."""
    yield Refused("CreateEmailAddress", lambda m, t: {"EmailAddress": f"new@{t.domain}"}, "OperationDenied.DomainNotVerified")
    yield Refused("UpdateEmailIdentity", lambda m, t: {"EmailIdentity": t.domain, "DKIMOption": 2}, NO_DOMAIN)
    yield Refused("CheckEmailIdentity", lambda m, t: {"EmailIdentity": t.domain}, NO_DOMAIN)
    yield Refused("UpdateEmailIdentitySandbox", lambda m, t: {"EmailIdentity": t.domain, "Sandbox": False}, NO_DOMAIN)
    yield Refused("UpdateEmailSmtpPassWord", lambda m, t: {"EmailAddress": t.sender, "Password": "Summer26Mail"}, NO_SENDER)
    yield Refused("CreateAddressUnsubscribeConfig",
                  lambda m, t: {"Address": f"plain@{t.domain}", "UnsubscribeConfig": "1", "Status": 1}, NO_SENDER)
    yield Refused("UpdateAddressUnsubscribeConfig", lambda m, t: {"Address": t.sender, "UnsubscribeConfig": "1", "Status": 0}, NO_SENDER)
    yield Refused("DeleteAddressUnsubscribeConfig", lambda m, t: {"Address": t.sender}, NO_SENDER)
    yield Refused("UpdateTrackingSetting", lambda m, t: {"Address": t.sender, "Opens": "off"}, NO_SENDER)
    yield Refused("UpdateEmailTemplate",
                  lambda m, t: {"TemplateID": t.template, "TemplateName": "x", "TemplateContent": content("x")}, NO_TEMPLATE)
    yield Refused("RestoreEmailTemplateVersion", lambda m, t: {"TemplateID": t.template, "Number": 1}, NO_TEMPLATE)
    review = {"account": "AuthFailure.UnauthorizedOperation", "manager": NO_TEMPLATE, "region": NO_TEMPLATE}
    yield Refused("ReviewEmailTemplate", lambda m, t: {"TemplateID": t.template, "Approved": True}, review, owner=None)
    yield Refused("ReviewEmailTemplate", lambda m, t: {"TemplateID": t.template, "Approved": True, "AppId": t.app_id},
                  {"account": "AuthFailure.UnauthorizedOperation", "region": NO_TEMPLATE}, owner=None)
    yield Refused("CreateReceiverDetail", lambda m, t: {"ReceiverId": t.spare, "Emails": ["new@post.test"]}, NO_GROUP)
    yield Refused("CreateReceiverDetailWithData", lambda m, t: {
        "ReceiverId": t.spare, "Datas": [{"Email": "new@post.test", "TemplateData": "{}"}]}, NO_GROUP, owner=None)
    yield Refused("ImportRecipients", lambda m, t: {"ReceiverId": t.spare, "Emails": ["new@post.test"]}, NO_GROUP, owner=None)
    yield Refused("ImportRecipients", lambda m, t: {"ImportId": t.imported, "Part": 1, "Emails": ["new@post.test"]}, "ResourceNotFound",
                  owner=None)
    yield Refused("UndoImport", lambda m, t: {"ImportId": t.imported, "Stop": True}, "ResourceNotFound", owner="OperationDenied")
    # The owner's task has no stopped recipients.
    yield Refused("ResendSendTask", lambda m, t: {"TaskId": t.task, "States": ["stopped"]}, "ResourceNotFound", owner="OperationDenied")
    yield Refused("SimulateMailEvent", lambda m, t: {"MessageId": t.message, "Event": "open"}, "ResourceNotFound")
    yield Refused("UpdateSendTask", lambda m, t: {"TaskId": t.later, "BeginTime": "2037-02-01 00:00:00"}, "ResourceNotFound")
    for action in ("PauseSendTask", "ResumeSendTask", "StopSendTask"):
        yield Refused(action, lambda m, t: {"TaskId": t.later}, "ResourceNotFound")
    for action in ("RetryWaitingMail", "DropWaitingMail"):
        reason = {"Reason": "x"} if action == "DropWaitingMail" else {}
        yield Refused(action, lambda m, t, reason=reason: {"AppId": t.app_id, **reason}, NOT_ALLOWED, owner=None)
        yield Refused(action, lambda m, t, reason=reason: {"TaskId": t.task, **reason}, {"account": "ResourceNotFound"})
    yield Refused("PauseDelivery", lambda m, t: {"AppId": t.app_id, "Domain": "paused.test", "Reason": "x"}, NOT_ALLOWED)
    yield Refused("ResumeDelivery", lambda m, t: {"AppId": t.app_id, "Domain": "paused.test"}, NOT_ALLOWED)
    yield Refused("UpdateCustomBlackList", lambda m, t: {"Id": t.block, "Email": f"new.{t.mark}@post.test"}, "InvalidParameterValue")
    yield Hidden("DeleteCustomBlackList", lambda m, t: {"Emails": [t.blocked, f"new.{t.mark}@post.test"]})
    yield Refused("RedeliverWebhookEvents", lambda m, t: {"WebhookId": t.webhook}, "ResourceNotFound")
    yield Refused("CreateUnsubscribe", lambda m, t: {"SenderDomain": t.domain, "Emails": ["new@post.test"]}, NO_DOMAIN)
    yield Hidden("DeleteUnsubscribe", lambda m, t: {"SenderDomain": t.domain, "Emails": [t.left]},
                 lambda answer: answer["RemovedCount"] == 0)
    yield Refused("DeleteWebhook", lambda m, t: {"Address": t.sender}, "ResourceNotFound")
    yield Refused("CreateCredential", lambda m, t: {"AppId": t.app_id}, NOT_ALLOWED)
    for action in ("DisableCredential", "EnableCredential", "DeleteCredential"):
        yield Refused(action, lambda m, t: {"AppId": t.app_id, "CredentialId": t.credential}, NOT_ALLOWED, owner=None)
        yield Refused(action, lambda m, t: {"CredentialId": t.credential}, NO_CREDENTIAL, owner=None)
    yield Refused("DisableCredential", lambda m, t: {"CredentialId": t.credential}, NO_CREDENTIAL)
    yield Refused("DeleteCredential", lambda m, t: {"CredentialId": t.credential}, NO_CREDENTIAL)
    # A user's name is one of the whole server.
    yield Refused("PutUser", lambda m, t: {"Name": t.user, "Enabled": False}, {"account": "ResourceInUse", "manager": "ResourceInUse"})
    yield Refused("PutUser", lambda m, t: {"AppId": t.app_id, "Name": f"new.{t.mark}", "Role": "sender"}, NOT_ALLOWED)
    yield Refused("DeleteUser", lambda m, t: {"AppId": t.app_id, "Name": t.user}, NOT_ALLOWED, owner=None)
    yield Refused("DeleteUser", lambda m, t: {"Name": t.user}, NO_CREDENTIAL)
    yield Refused("DeleteReceiver", lambda m, t: {"ReceiverId": t.spare}, NO_GROUP)
    yield Refused("DeleteReceiver", lambda m, t: {"ReceiverId": t.busy}, NO_GROUP, owner="OperationDenied.ReceiverIsOperating",
                  mode="relay")
    yield Hidden("DeleteReceiver", lambda m, t: {"ReceiverId": m.group}, mode="relay")  # Idle, while a task of theirs runs.
    yield Hidden("DeleteInboxMails", lambda m, t: {})
    yield Refused("DeleteEmailTemplate", lambda m, t: {"TemplateID": t.template}, "InvalidParameterValue")
    for name in ("news", "plain", "new"):
        yield Refused("DeleteEmailAddress", lambda m, t, name=name: {"EmailAddress": f"{name}@{t.domain}"}, NO_SENDER)
    yield Refused("DeleteEmailIdentity", lambda m, t: {"EmailIdentity": t.domain}, NO_DOMAIN)
    yield Refused("CreateEmailIdentity", lambda m, t: {"EmailIdentity": t.domain},
                  {"account": "InvalidParameterValue.CreatedByOther", "manager": "InvalidParameterValue.CreatedByOther"})


def own_cases():
    """What the owner has does not stand in the stranger's way: the same names are free, and make things of its own."""
    yield Hidden("CreateReceiver", lambda m, t: {"ReceiversName": t.group_name})
    yield Hidden("CreateEmailTemplate", lambda m, t: {"TemplateName": t.template_name, "TemplateContent": content(t.mark)})
    yield Hidden("CreateCustomBlacklist", lambda m, t: {"Emails": [t.blocked]}, lambda answer: answer["ValidCount"] == 1)


def cases():
    for family in (read_cases, sending_cases, change_cases, own_cases):
        yield from family()


CONCERNS_NO_OBJECT = {
    "GetLimits": "shows settings of the server, which are the same for all",
    "GetHealth": "shows the state of the server, and of the webhooks of the caller's own account",
    "ListCalls": "shows calls of the caller's own account, and all to whoever manages the accounts (an_error_leads_to_its_cause.py)",
    "GetCall": "shows a call that ListCalls shows (an_error_leads_to_its_cause.py)",
    **dict.fromkeys(("ListDeliverySites", "GetDeliverySite", "ListDeliveryHolds", "EndDeliveryHold", "ReloadDeliveryRules"),
                    "is for whoever manages the accounts, and names nothing of an account"),
    "CheckOutboundPort": "connects from the server for whoever manages the accounts, and names nothing of an account",
    "GetChaos": "shows what the caller's own account has chosen",
    "SetChaos": "chooses faults for the caller's own account, and names none",
    "ClassifyMail": "says what the caller's own text means, and stores nothing",
    "CreateAccount": "makes an account, and names none",
    "CreateSessionToken": "makes a key of the caller's own",
    "PutWebhook": "makes or changes the caller's own, whatever address it names",
    "DeleteBlackList": "exempts the caller's account, in all its regions; the entry stays for the others (suppression_test.cpp)",
}
