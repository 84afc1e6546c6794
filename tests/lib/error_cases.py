"""The business errors of the API as a table: for each action and code a request that provokes it, and the codes that
cannot happen in this build, each with the reason. Read by promises/every_documented_error.py."""
import json

from program import DOMAIN, SENDER, b64

OTHERS_DOMAIN = "mail.others.test"  # Of another account.
PASSWORD = "Spring26News"  # Of SENDER, by SMTP.


class Case:
    """`server` names the settings it needs (SERVERS); `says` stands in the message in every language."""

    def __init__(self, action, code, request, says, server="usual"):
        self.action, self.code, self.request, self.says, self.server = action, code, request, says, server

    def __repr__(self):
        return f"{self.action} {self.code} ({self.says})"


# "small" is filled to its limits before its cases run.
SERVERS = {
    "usual": {},
    "custom": {"sending.custom_content": "true"},
    "quota": {"reputation.enforced": "true", "reputation.daily_quotas": "1"},
    "small": {"limits.groups": 3, "limits.templates": 1, "limits.domains": 1, "limits.senders_per_domain": 1,
              "limits.recipients_per_group": 10},
}

# The world a request may name: made once on each server by promises/every_documented_error.py.
#   plain: a group with ann@ and bob@; data: a group whose rows have the variable `name`; empty: no recipients;
#   greeting: a template with {{name}}; fixed: one without variables. blocked@shop.test is on the block list, gone@shop.test
#   unsubscribed from DOMAIN.


def rows(count, where="many.test"):
    return [f"r{i}@{where}" for i in range(count)]


def data_rows(*pairs):
    return [{"Email": email, "TemplateData": data} for email, data in pairs]


def file(name="price.pdf", content=None, **more):
    return {"FileName": name, "Content": b64("%PDF") if content is None else content, **more}


def mail(world, **changes):
    request = {"FromEmailAddress": SENDER, "Subject": "Hello", "Destination": ["ann@shop.test"],
               "Template": {"TemplateID": world["fixed"], "TemplateData": "{}"}, **changes}
    return {name: value for name, value in request.items() if value is not None}


def task(world, **changes):
    request = {"FromEmailAddress": SENDER, "Subject": "Hello", "ReceiverId": world["plain"], "TaskType": 1,
               "Template": {"TemplateID": world["fixed"], "TemplateData": "{}"}, **changes}
    return {name: value for name, value in request.items() if value is not None}


def template(world, text_id="fixed", data="{}"):
    return {"TemplateID": world[text_id] if isinstance(text_id, str) else text_id, "TemplateData": data}


def group_cases():
    name_illegal, desc_illegal = "InvalidParameterValue.ReceiverNameIllegal", "InvalidParameterValue.ReceiverDescIllegal"
    missing = "OperationDenied.ReceiverNotExist"
    for name, says in (("", "1"), ("n" * 51, "n" * 51), ("a/b", "`a/b`"), (" a", "` a`"), ("a\u0001", "`a `")):
        yield Case("CreateReceiver", name_illegal, lambda w, name=name: {"ReceiversName": name}, says)
    for desc in ("", "d" * 301, "<b>", 'a"b', "a\\b", "a\u0007"):
        yield Case("CreateReceiver", desc_illegal, lambda w, desc=desc: {"ReceiversName": "new", "Desc": desc}, "300")
    yield Case("CreateReceiver", "InvalidParameterValue.RepeatReceiverName", lambda w: {"ReceiversName": "plain"}, "`plain`")
    yield Case("CreateReceiver", "LimitExceeded.ExceedReceiverLimit", lambda w: {"ReceiversName": "fourth"}, "3", "small")
    for action in ("ListReceivers", "ListReceiverDetails", "ListEmailTemplates", "ListSendTasks", "GetSendEmailStatus"):
        def page(w, action=action):
            request = {"Offset": 0, "Limit": 101}
            if action == "ListReceiverDetails":
                request["ReceiverId"] = w["plain"]
            if action == "GetSendEmailStatus":
                request["RequestDate"] = w["today"]
            return request
        yield Case(action, "FailedOperation.InvalidLimit", page, "101")
    for number in (0, 999_999, 2 ** 62):
        yield Case("ListReceiverDetails", missing, lambda w, n=number: {"ReceiverId": n, "Offset": 0, "Limit": 1}, f"`{number}`")
        yield Case("DeleteReceiver", missing, lambda w, n=number: {"ReceiverId": n}, f"`{number}`")
    yield Case("DeleteReceiver", "MissingParameter.ReceiverIdNecessary", lambda w: {}, "`ReceiverId`")


def upload_cases():
    both = [("CreateReceiverDetail", "Emails", "new@shop.test"),
            ("CreateReceiverDetailWithData", "Datas", {"Email": "new@shop.test", "TemplateData": '{"name":"N"}'})]
    for action, field, row in both:
        def request(world, group="empty", rows=(row,), field=field):
            return {"ReceiverId": world.get(group, 999_999) if isinstance(group, str) else group, field: list(rows)}
        yield Case(action, "MissingParameter.EmailsNecessary", lambda w, r=request: r(w, rows=[]), f"`{field}`")
        yield Case(action, "MissingParameter.EmailsNecessary", lambda w: {"ReceiverId": w["empty"]}, f"`{field}`")
        yield Case(action, "MissingParameter.EmailsNecessary",
                   lambda w, field=field: {"ReceiverId": w["empty"], field: None}, f"`{field}`")
        yield Case(action, "MissingParameter.ReceiverIdNecessary",
                   lambda w, field=field, row=row: {field: [row]}, "`ReceiverId`")
        yield Case(action, "OperationDenied.ReceiverNotExist", lambda w, r=request: r(w, "none"), "`999999`")
        yield Case(action, "OperationDenied.ReceiverNotExist", lambda w, r=request: r(w, 0), "`0`")
        yield Case(action, "LimitExceeded.ReceiverDetailRequestLimit",
                   lambda w, r=request, row=row: r(w, rows=[row] * 20_001), "20001")
    yield Case("CreateReceiverDetail", "LimitExceeded.ReceiverDetailCountLimit",
               lambda w: {"ReceiverId": w["plain"], "Emails": rows(9)}, "10", "small")
    yield Case("CreateReceiverDetailWithData", "LimitExceeded.ReceiverDetailCountLimit",
               lambda w: {"ReceiverId": w["data"], "Datas": data_rows(*((a, '{"name":"N"}') for a in rows(9)))}, "10", "small")
    yield Case("CreateReceiverDetail", "InvalidParameterValue.TemplateDataInconsistent",
               lambda w: {"ReceiverId": w["data"], "Emails": ["new@shop.test"]}, "")

    def with_data(code, says, *pairs, group="empty"):
        return Case("CreateReceiverDetailWithData", "InvalidParameterValue." + code,
                    lambda w: {"ReceiverId": w[group], "Datas": data_rows(*pairs)}, says)
    good = ("new@shop.test", '{"name":"N"}')
    for data in ("name", "", "[]", '{"name":', '{"name":{"a":1}}', '{"name":null}', '{"name":["x"]}', '"x"', "{} x"):
        yield with_data("TemplateDataError", "`Datas.1.TemplateData`", good, ("two@shop.test", data))
    yield with_data("InValidTemplateData", "`Datas.1.TemplateData`", good, ("two@shop.test", '{"name":"<b>N</b>"}'))
    yield with_data("TemplateDataLenLimit", "Datas.1.TemplateData", good, ("two@shop.test", json.dumps({"name": "n" * 800})))
    yield with_data("TemplateDataInconsistent", "Datas.1.TemplateData", good, ("two@shop.test", '{"other":"N"}'))
    yield with_data("TemplateDataInconsistent", "other", ("two@shop.test", '{"other":"N"}'), group="data")
    yield with_data("TemplateDataInconsistent", "", good, group="plain")
    for address in ("no-at", "two@", "@shop.test", "a b@shop.test", "a@b@c.test"):
        yield with_data("ReceiverEmailInvalid", f"`{address}`", good, (address, '{"name":"N"}'))


def domain_cases():
    for name in ("", "shop", "a b.test", "192.0.2.1", "-a.test", "a..test", "x" * 250 + ".test"):
        yield Case("CreateEmailIdentity", "InvalidParameterValue.InvalidEmailIdentity",
                   lambda w, name=name: {"EmailIdentity": name}, name[:100])
    for name in (DOMAIN, "MAIL.Shop.Test"):
        yield Case("CreateEmailIdentity", "InvalidParameterValue.RepeatCreation",
                   lambda w, name=name: {"EmailIdentity": name}, f"`{DOMAIN}`")
    for name in (OTHERS_DOMAIN, OTHERS_DOMAIN.upper()):
        yield Case("CreateEmailIdentity", "InvalidParameterValue.CreatedByOther",
                   lambda w, name=name: {"EmailIdentity": name}, f"`{OTHERS_DOMAIN}`")
    yield Case("CreateEmailIdentity", "OperationDenied.ExceedDomainLimit", lambda w: {"EmailIdentity": "two.test"}, "1", "small")
    for action in ("UpdateEmailIdentity", "GetEmailIdentity"):
        for name in ("other.test", "no domain"):
            yield Case(action, "InvalidParameterValue.NotExistDomain", lambda w, name=name: {"EmailIdentity": name}, f"`{name}`")
    yield Case("ListEmailIdentities", "FailedOperation.InvalidLimit", lambda w: {"Limit": 101}, "101")
    for name in ("", "other.test"):
        yield Case("DeleteEmailIdentity", "InvalidParameterValue.NotExistDomain", lambda w, name=name: {"EmailIdentity": name}, name)
    yield Case("DeleteEmailIdentity", "OperationDenied.SenderWithDomainIsNotEmpty", lambda w: {"EmailIdentity": DOMAIN.upper()}, f"`{DOMAIN}`")


def sender_cases():
    for address in ("", "news", "news@", "@" + DOMAIN, f"a b@{DOMAIN}", f"{'n' * 250}@{DOMAIN}"):
        yield Case("CreateEmailAddress", "InvalidParameterValue.IllegalEmailAddress",
                   lambda w, address=address: {"EmailAddress": address}, address[:100])
    for alias in ("a:b", "a<b", "a\nb", "n" * 101):
        yield Case("CreateEmailAddress", "InvalidParameterValue.IllegalSenderName",
                   lambda w, alias=alias: {"EmailAddress": f"new@{DOMAIN}", "EmailSenderName": alias}, alias.replace("\n", " ")[:100])
    for address in (SENDER, SENDER.upper()):
        yield Case("CreateEmailAddress", "InvalidParameterValue.RepeatEmailAddress",
                   lambda w, address=address: {"EmailAddress": address}, f"`{address}`")
    yield Case("CreateEmailAddress", "OperationDenied.DomainNotVerified", lambda w: {"EmailAddress": "a@other.test"}, "`other.test`")
    yield Case("CreateEmailAddress", "OperationDenied.ExceedSenderLimit", lambda w: {"EmailAddress": f"two@{DOMAIN}"}, "1", "small")
    unknown, illegal = "InvalidParameterValue.NoSuchSender", "InvalidParameterValue.IllegalEmailAddress"
    for address in ("", "news", f"other@{DOMAIN}", "n" * 129 + "@" + DOMAIN):
        yield Case("DeleteEmailAddress", unknown, lambda w, address=address: {"EmailAddress": address}, address[:100])
        yield Case("UpdateEmailSmtpPassWord", unknown,
                   lambda w, address=address: {"EmailAddress": address, "Password": PASSWORD}, address[:100])
    for password in ("", "Ab12cdefG", "Ab11cdefGH", "aB12CDEFGH", "Ab12" + "cD" * 31):
        yield Case("UpdateEmailSmtpPassWord", "InvalidParameterValue.InvalidSmtpPassWord",
                   lambda w, password=password: {"EmailAddress": SENDER, "Password": password}, "20")
    yield Case("UpdateEmailSmtpPassWord", "OperationDenied.RepeatPassWord",
               lambda w: {"EmailAddress": SENDER.upper(), "Password": PASSWORD}, "")
    for action in ("CreateAddressUnsubscribeConfig", "UpdateAddressUnsubscribeConfig", "DeleteAddressUnsubscribeConfig"):
        def config(address, language="2", action=action):
            more = {} if action.startswith("Delete") else {"UnsubscribeConfig": language, "Status": 1}
            return {"Address": address, **more}
        for address in ("", "news", f"a b@{DOMAIN}", "n" * 250 + "@" + DOMAIN):
            yield Case(action, illegal, lambda w, a=address, c=config: c(a), address[:100])
        yield Case(action, unknown, lambda w, c=config: c(f"other@{DOMAIN}"), f"`other@{DOMAIN}`")
        yield Case(action, "InvalidParameterValue", lambda w, c=config: c(SENDER), f"`{SENDER}`",
                   "custom" if action.startswith("Create") else "usual")
        if not action.startswith("Delete"):
            yield Case(action, "InvalidParameterValue", lambda w, c=config: c(SENDER, "11"), "`11`")
    for limit in ("101", "9" * 19):
        yield Case("ListAddressUnsubscribeConfig", "FailedOperation.InvalidLimit", lambda w, limit=limit: {"Limit": limit}, limit)
    yield Case("ListAddressUnsubscribeConfig", "InvalidParameterValue", lambda w: {"Limit": "ten"}, "`Limit`")


def template_cases():
    for action in ("CreateEmailTemplate", "UpdateEmailTemplate"):
        def made(code, says, name="new", server="usual", action=action, **content):
            def request(world):
                number = {} if action.startswith("Create") else {"TemplateID": world["fixed"]}
                return {"TemplateName": name, "TemplateContent": content, **number}
            return Case(action, code, request, says, server)
        for name in ("n" * 51, "a/b", " a"):
            yield made("InvalidParameterValue.TemplateNameIllegal", name, name, Text=b64("x"))
        if action.startswith("Create"):
            yield made("InvalidParameterValue.TemplateNameIllegal", "1", "", Text=b64("x"))
            yield made("FailedOperation.ExceedTemplateLimit", "1", server="small", Text=b64("x"))
        else:
            yield made("InvalidParameterValue.TemplateNameIsNULL", "TemplateName", "", Text=b64("x"))
        yield made("InvalidParameterValue.TemplateContentIsNULL", "TemplateContent")
        yield made("InvalidParameterValue.TemplateContentIsNULL", "TemplateContent", Html="", Text="")
        for wrong in ("***", "YQ", "YR==", b64(b"\xff\xfe"), b64(b"a\0b")):
            yield made("InvalidParameterValue.TemplateContentIsWrong", "`TemplateContent.Html`", Html=wrong)
            yield made("InvalidParameterValue.TemplateContentIsWrong", "`TemplateContent.Text`", Html=b64("x"), Text=wrong)
        yield made("FailedOperation.TemplateContentToolarge", "1048577", Text=b64("x" * 1_048_577))
    for number in (0, 999_999, 2 ** 63):
        yield Case("DeleteEmailTemplate", "InvalidParameterValue", lambda w, n=number: {"TemplateID": n}, "ListEmailTemplates")
        yield Case("UpdateEmailTemplate", "InvalidParameterValue.TemplateNotExist",
                   lambda w, n=number: {"TemplateID": n, "TemplateName": "x", "TemplateContent": {"Text": b64("x")}}, "ListEmailTemplates")
    for number in (0, 999_999):
        yield Case("GetEmailTemplate", "InvalidParameterValue.TemplateNotExist", lambda w, n=number: {"TemplateID": n}, f"`{number}`")


def send_cases():
    def sent(code, says, server="usual", **changes):
        return Case("SendEmail", code, lambda w: mail(w, **{k: v(w) if callable(v) else v for k, v in changes.items()}), says, server)
    null, incorrect = "InvalidParameterValue.EmailAddressIsNULL", "FailedOperation.IncorrectEmail"
    yield sent(null, "`FromEmailAddress`", FromEmailAddress="")
    yield sent(null, "`Destination`", Destination=None)
    yield sent(null, "`Destination`", Destination=[])
    yield sent(null, "`Cc.1`", Cc=["bob@shop.test", ""])
    for address in ("no-at", "a@", "a b@shop.test", "x" * 250 + "@shop.test", "Ann <ann@shop.test>"):
        yield sent(incorrect, "`Destination.0`", Destination=[address])
    yield sent(incorrect, "`Bcc.0`", Bcc=["nobody"])
    yield sent(incorrect, "`ReplyToAddresses`", ReplyToAddresses="nobody")
    for sender in ("no-at", f"a:b <{SENDER}>", f"Shop<{SENDER}", "x" * 999):
        yield sent("FailedOperation.IncorrectSender", sender[:100], FromEmailAddress=sender)
    yield sent("FailedOperation.IncorrectSender", f"`{DOMAIN}`", HeaderFrom="x@other.test")
    yield sent("FailedOperation.IncorrectSender", "`HeaderFrom`", HeaderFrom="nobody")
    for sender in (f"other@{DOMAIN}", "news@other.test"):
        yield sent("FailedOperation.NotAuthenticatedSender", f"`{sender}`", FromEmailAddress=sender)
    for field, most in (("Destination", 50), ("Cc", 20), ("Bcc", 20)):
        yield sent("FailedOperation.TooManyRecipients", str(most + 1), **{field: rows(most + 1)})
    yield sent("FailedOperation.InvalidTemplateID", "`999999`", Template={"TemplateID": 999_999, "TemplateData": "{}"})
    yield sent("FailedOperation.MissingEmailContent", "`Template`", Template=None)
    yield sent("FailedOperation.MissingEmailContent", "`Template`", "custom", Template=None, Simple={})
    yield sent("FailedOperation.WithOutPermission", "`Template`", Template=None, Simple={"Text": b64("x")})
    for data in ("name", "[]", '{"a":{}}', ""):
        yield sent("FailedOperation.WrongContentJson", "TemplateData", Template=lambda w, data=data: template(w, data=data))
    for text in ("***", "YQ", b64(b"\xff\xfe"), b64(b"a\0b")):
        for part in ("Html", "Text"):
            yield sent("InvalidParameterValue.EmailContentIsWrong", f"`Simple.{part}`", "custom", Template=None, Simple={part: text})
    yield sent("FailedOperation.EmailContentToolarge", "4000001", "custom", Template=None, Simple={"Text": b64("x" * 4_000_001)})
    yield sent("FailedOperation.TooManyAttachments", "11", Attachments=[file(f"{i}.pdf") for i in range(11)])
    for name in ("price.exe", "price", "a b.pdf", "a/b.pdf", "n" * 252 + ".pdf"):
        yield sent("FailedOperation.InvalidAttachName", name[:100], Attachments=[file(name)])
    yield sent("FailedOperation.InvalidAttachName", "255", Attachments=[file("")])
    yield sent("FailedOperation.AttachContentToolarge", "4000002",
               Attachments=[file("a.pdf", b64("x" * 2_000_001)), file("b.pdf", b64("x" * 2_000_001))])
    yield sent("FailedOperation.FileURLNotExist", "FileURL", Attachments=[file(FileURL="http://files.test/a.pdf")])
    for content in ("***", "", "YQ"):
        yield sent("InvalidParameterValue.AttachContentIsWrong", "Attachments.0.Content", Attachments=[file(content=content)])
    yield sent("FailedOperation.ExceedSendLimit", "1", "quota", Destination=rows(2))
    # Without a code of their own in the description.
    yield sent("InvalidParameterValue", "`ANN@shop.test`", Bcc=["ANN@shop.test"])
    yield sent("InvalidParameterValue", "`SmtpMessageId`", SmtpMessageId="no at sign")
    for header in ("Bcc", "DKIM-Signature", "X A"):
        yield sent("InvalidParameterValue", f"`{header}`", SmtpHeaders=json.dumps({header: "x"}))
    yield sent("InvalidParameterValue", "SmtpHeaders", SmtpHeaders='{"X-A":')
    yield sent("InvalidParameterValue", "`X-A`", SmtpHeaders='{"X-A":"a\\r\\nBcc: x@shop.test"}')


def task_cases():
    def made(code, says, server="usual", **changes):
        return Case("BatchSendEmail", code, lambda w: task(w, **{k: v(w) if callable(v) else v for k, v in changes.items()}), says, server)
    necessary = "MissingParameter.SendParamNecessary"
    for field in ("FromEmailAddress", "ReceiverId", "Template"):
        yield made(necessary, f"`{field}`", **{field: None})
    yield made(necessary, "`FromEmailAddress`", FromEmailAddress="")
    for subject in ("", "s" * 101):
        yield made("InvalidParameterValue.SubjectLengthError", subject[:100], Subject=subject)
    for number in (0, 999_999):
        yield made("OperationDenied.ReceiverNotExist", f"`{number}`", ReceiverId=number)
    yield made("OperationDenied.ReceiverStatusError", "", ReceiverId=lambda w: w["empty"])
    for sender in ("no-at", f"other@{DOMAIN}", "news@other.test", "x" * 999):
        yield made("OperationDenied.SendAddressStatusError", sender[:100], FromEmailAddress=sender)
    yield made("OperationDenied.TemplateStatusError", "`999999`", Template={"TemplateID": 999_999, "TemplateData": "{}"})
    for data in ("name", "[]", '{"a":{}}', ""):
        yield made("InvalidParameterValue.TemplateDataError", "", Template=lambda w, data=data: template(w, data=data))
    yield made("InvalidParameterValue.TemplateNotMatchData", "name", Template=lambda w: template(w, "greeting"))
    yield made("InvalidParameterValue.TemplateNotMatchData", "other", Subject="{{other}}", ReceiverId=lambda w: w["data"])
    yield made("MissingParameter.TimedParamNecessary", "`TimedParam`", TaskType=2)
    yield made("MissingParameter.TimedParamNecessary", "BeginTime", TaskType=2, TimedParam={})
    yield made("MissingParameter.CycleParamNecessary", "`CycleParam`", TaskType=3)
    for param in ({}, {"BeginTime": "2037-01-01 00:00:00"}, {"IntervalTime": 24},
                  {"BeginTime": "2037-01-01 00:00:00", "IntervalTime": 0}):
        yield made("MissingParameter.CycleParamNecessary", "IntervalTime", TaskType=3, CycleParam=param)
    past = "2026-01-01 00:00:00"
    yield made("InvalidParameterValue.BeginTimeBeforeNow", past, TaskType=2, TimedParam={"BeginTime": past})
    yield made("InvalidParameterValue.BeginTimeBeforeNow", past, TaskType=3,
               CycleParam={"BeginTime": past, "IntervalTime": 24})
    later = {"BeginTime": "2037-01-01 00:00:00"}
    yield made("OperationDenied.TemplateStatusError", "`999999`", TaskType=2, TimedParam=later,
               Template={"TemplateID": 999_999, "TemplateData": "{}"})
    yield made("FailedOperation.WithOutPermission", "`Template`", Template=None, Simple={"Text": b64("x")})
    yield made("InvalidParameterValue.EmailContentIsWrong", "`Simple.Text`", "custom", Template=None, Simple={"Text": b64(b"\xff")})
    yield made("FailedOperation.EmailContentToolarge", "4000001", "custom", Template=None, Simple={"Html": b64("x" * 4_000_001)})
    yield made("FailedOperation.TooManyAttachments", "11", Attachments=[file(f"{i}.pdf") for i in range(11)])
    yield made("FailedOperation.InvalidAttachName", "`price.exe`", Attachments=[file("price.exe")])
    yield made("FailedOperation.AttachContentToolarge", "4000001", Attachments=[file(content=b64("x" * 4_000_001))])
    yield made("InvalidParameterValue.AttachContentIsWrong", "Attachments.0.Content", Attachments=[file(content="***")])
    # Without a code of their own in the description.
    yield made("InvalidParameterValue", "`ReplyToAddresses`", ReplyToAddresses="nobody")
    yield made("InvalidParameterValue", "CycleParam.IntervalTime", TaskType=3, CycleParam={**later, "IntervalTime": 87_601})
    yield made("InvalidParameterValue", "TimedParam.BeginTime", TaskType=2, TimedParam={"BeginTime": "2026-02-30 00:00:00"})


def status_cases():
    for date in ("", "2026-02-30", "2026-2-3", "20260203", "2026-02-03 00:00:00"):
        yield Case("GetSendEmailStatus", "InvalidParameterValue.WrongDate",
                   lambda w, date=date: {"RequestDate": date, "Offset": 0, "Limit": 1}, date)
    for day in ("31 days ago", "tomorrow"):
        yield Case("GetSendEmailStatus", "FailedOperation.NotSupportDate",
                   lambda w, day=day: {"RequestDate": w[day], "Offset": 0, "Limit": 1}, "30")


def suppression_cases():
    wrong_date = "InvalidParameterValue.WrongDate"
    for date in ("", "2026-02-30", "20260203"):
        yield Case("ListBlackEmailAddress", wrong_date,
                   lambda w, date=date: {"StartDate": date, "EndDate": w["today"], "Offset": 0, "Limit": 1}, date)
        yield Case("ListBlackEmailAddress", wrong_date,
                   lambda w, date=date: {"StartDate": w["today"], "EndDate": date, "Offset": 0, "Limit": 1}, date)
    yield Case("ListBlackEmailAddress", wrong_date,
               lambda w: {"StartDate": w["today"], "EndDate": "2026-01-31", "Offset": 0, "Limit": 1}, "`2026-01-31`")
    yield Case("ListBlackEmailAddress", "FailedOperation.InvalidLimit",
               lambda w: {"StartDate": w["today"], "EndDate": w["today"], "Offset": 0, "Limit": 101}, "101")
    yield Case("ListCustomBlacklist", "FailedOperation.InvalidLimit", lambda w: {"Offset": 0, "Limit": 101, "Status": 2}, "101")
    yield Case("CreateCustomBlacklist", "MissingParameter.EmailsNecessary", lambda w: {}, "`Emails`")
    yield Case("CreateCustomBlacklist", "MissingParameter.EmailsNecessary", lambda w: {"Emails": []}, "`Emails`")
    yield Case("CreateCustomBlacklist", "LimitExceeded.ReceiverDetailRequestLimit",
               lambda w: {"Emails": ["new@shop.test"] * 20_001}, "20001")
    for date in ("2026-02-30", "2020-01-01", "tomorrow"):
        yield Case("CreateCustomBlacklist", wrong_date,
                   lambda w, date=date: {"Emails": ["new@shop.test"], "ExpireDate": date}, f"`{date}`")
        yield Case("UpdateCustomBlackList", wrong_date,
                   lambda w, date=date: {"Id": 1, "Email": "new@shop.test", "ExpireDate": date}, f"`{date}`")
    for address in ("", "no-at", "a b@shop.test", f"{'n' * 250}@shop.test"):
        yield Case("UpdateCustomBlackList", "InvalidParameterValue.IllegalEmailAddress",
                   lambda w, address=address: {"Id": 1, "Email": address}, address[:100])
    # Without a code of their own in the description.
    yield Case("UpdateCustomBlackList", "InvalidParameterValue", lambda w: {"Id": 999_999, "Email": "new@shop.test"}, "`999999`")
    yield Case("DeleteBlackList", "InvalidParameterValue", lambda w: {"EmailAddressList": []}, "`EmailAddressList`")
    yield Case("DeleteCustomBlackList", "InvalidParameterValue", lambda w: {"Emails": []}, "`Emails`")
    yield Case("SendEmail", "FailedOperation.ReceiverHasUnsubscribed",
               lambda w: mail(w, Destination=["Gone@shop.test"]), "`Gone@shop.test`")
    yield Case("SendEmail", "FailedOperation.EmailAddrInBlacklist",
               lambda w: mail(w, Destination=["Blocked@shop.test"]), "`Blocked@shop.test`")


def statistics_cases():
    wrong_date = "InvalidParameterValue.WrongDate"
    for date in ("", "2026-02-30", "20260203", "2026-02-03 00:00:00"):
        yield Case("GetStatisticsReport", wrong_date, lambda w, date=date: {"StartDate": date, "EndDate": w["today"]}, date)
        yield Case("GetStatisticsReport", wrong_date, lambda w, date=date: {"StartDate": w["today"], "EndDate": date}, date)
    yield Case("GetStatisticsReport", wrong_date, lambda w: {"StartDate": w["today"], "EndDate": "2026-01-31"}, "`2026-01-31`")
    yield Case("GetStatisticsReport", wrong_date, lambda w: {"StartDate": "2024-01-01", "EndDate": "2025-01-01"}, "366")
    for time in ("", "2026-02-30", "2026-02-03 25:00:00", "yesterday"):
        yield Case("GetAbuseReport", "InvalidParameter.InvalidStartTimeFormat",
                   lambda w, time=time: {"StartTime": time, "EndTime": w["today"]}, time)
        yield Case("GetAbuseReport", "InvalidParameter.InvalidEndTimeFormat",
                   lambda w, time=time: {"StartTime": w["today"], "EndTime": time}, time)
    yield Case("GetAbuseReport", "InvalidParameter.InvalidEndTimeFormat",
               lambda w: {"StartTime": w["today"], "EndTime": "2026-01-31 10:00:00"}, "`2026-01-31 10:00:00`")
    for limit in (1001, -1):
        yield Case("GetAbuseReport", "FailedOperation.InvalidLimit",
                   lambda w, limit=limit: {"StartTime": w["today"], "EndTime": w["today"], "Limit": limit}, str(limit))
    yield Case("GetAbuseReport", "InvalidParameterValue",
               lambda w: {"StartTime": w["today"], "EndTime": w["today"], "Offset": -1}, "`Offset`")


def cases():
    for family in (group_cases, upload_cases, domain_cases, sender_cases, template_cases, send_cases, task_cases, status_cases,
                   suppression_cases, statistics_cases):
        yield from family()


# Provoked by tests of their own, in this file, because they need a moment and not a request.
ALL_CODES = "promises/every_documented_error.py"
BY_MOMENT = {(action, "OperationDenied.ReceiverIsOperating"): ALL_CODES
             for action in ("CreateReceiverDetail", "CreateReceiverDetailWithData", "DeleteReceiver")}
BY_MOMENT |= {("DeleteEmailIdentity", "OperationDenied.NotAllowDelete"): ALL_CODES,
              ("UpdateEmailIdentity", "FailedOperation.ServiceNotAvailable"): ALL_CODES,
              ("SendEmail", "FailedOperation.FrequencyLimit"): "promises/tasks_keep_their_time.py"}

NO_BALANCE = "there are no balances and no rejection rates"
NO_LINK_CHECK = "links in the content are not examined"
NOT_AT_CALL = "the remote side is asked after the call was answered; GetSendEmailStatus tells"

CANNOT_HAPPEN = {
    ("CreateReceiverDetail", "FailedOperation.ServiceNotAvailable"): "a full or stopped store has the common codes",
    ("CreateReceiverDetailWithData", "FailedOperation.ServiceNotAvailable"): "a full or stopped store has the common codes",
    ("CreateReceiverDetail", "InvalidParameterValue.TemplateDataError"): "its request carries no template data",
    ("CreateReceiverDetail", "FailedOperation"): "each refusal has a code that says more",
    ("GetEmailTemplate", "ResourceNotFound"): "an unknown template is TemplateNotExist",
    ("UpdateEmailIdentity", "FailedOperation.DKIMNotApplied"): "both keys are made with the domain",
    ("SendEmail", "FailedOperation.HighRejectionRate"): NO_BALANCE,
    ("SendEmail", "FailedOperation.InsufficientBalance"): NO_BALANCE,
    ("SendEmail", "FailedOperation.InsufficientQuota"): NO_BALANCE,
    ("SendEmail", "FailedOperation.NoAttachPermission"): "every account may send attachments",
    ("SendEmail", "FailedOperation.IllegalURL"): NO_LINK_CHECK,
    ("SendEmail", "FailedOperation.URLForbidden"): NO_LINK_CHECK,
    ("SendEmail", "FailedOperation.ProtocolCheckErr"): "what breaks the protocol has the common codes",
    ("SendEmail", "FailedOperation.RejectedByRecipients"): NOT_AT_CALL,
    ("SendEmail", "FailedOperation.SendEmailErr"): NOT_AT_CALL,
    ("SendEmail", "FailedOperation.TemporaryBlocked"): NOT_AT_CALL,
    ("SendEmail", "FailedOperation.UnsupportMailType"): "there is one type of mail",
    ("SendEmail", "InvalidParameterValue.InvalidEmailIdentity"): "a sender at an unknown domain is NotAuthenticatedSender",
    ("SendEmail", "InvalidParameterValue.ReceiverEmailInvalid"): "a malformed recipient is IncorrectEmail",
    ("GetAbuseReport", "InternalError.QueryDataBaseFailed"): "the database fails for no request, only for its disk",
    ("GetAbuseReport", "InvalidParameter.AppIdIsRequired"): "every credential belongs to an account",
}
# Its documentation repeats the codes of sending. It sends nothing: what became of a mail is told as SendStatus.
CANNOT_HAPPEN |= {("GetSendEmailStatus", code): "a look-up sends nothing" for code in (
    *(f"FailedOperation.{detail}" for detail in (
        "EmailAddrInBlacklist", "EmailContentToolarge", "ExceedSendLimit", "FrequencyLimit", "HighRejectionRate", "IncorrectEmail",
        "InsufficientBalance", "InsufficientQuota", "InvalidTemplateID", "NotAuthenticatedSender", "ProtocolCheckErr",
        "TemporaryBlocked", "TooManyRecipients", "UnsupportMailType", "WithOutPermission", "WrongContentJson")),
    "InvalidParameterValue.EmailAddressIsNULL", "InvalidParameterValue.EmailContentIsWrong")}

# Cannot happen, and a source names them all the same: they guard what the excuse says.
GUARDS = {"FailedOperation.DKIMNotApplied", "InternalError.QueryDataBaseFailed"}
