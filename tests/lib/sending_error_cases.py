"""The business errors of sending and of what is asked afterwards: mails, tasks, status, suppression, statistics."""
import json

from error_case import Case, file, mail, rows, task, template
from program import DOMAIN, SENDER, b64


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
    for sender, next_step in ((f"other@{DOMAIN}", "CreateEmailAddress --EmailAddress"), ("news@other.test", "CreateEmailIdentity --EmailIdentity other.test")):
        yield sent("FailedOperation.NotAuthenticatedSender", f"`{sender}`", FromEmailAddress=sender)
        yield sent("FailedOperation.NotAuthenticatedSender", next_step, FromEmailAddress=sender)
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
    yield sent("FailedOperation.AttachContentToolarge", "4194306",
               Attachments=[file("a.pdf", b64("x" * 2_097_153)), file("b.pdf", b64("x" * 2_097_153))])
    yield sent("FailedOperation.FileURLNotExist", "FileURL", Attachments=[file(FileURL="http://files.test/a.pdf")])
    for content in ("***", "YQ"):
        yield sent("InvalidParameterValue.AttachContentIsWrong", "Attachments.0.Content", Attachments=[file(content=content)])
    yield sent("InvalidParameterValue.AttachContentIsWrong", "Attachments.0.Content", Attachments=[file(content="")])
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
    for braces in ("{{#if}}", "{{name|x}}", "{{", "{{&nbsp;name}}"):
        yield made("InvalidParameterValue.TemplateNotMatchData", f"`{braces}`", Subject=f"Hi {braces}")
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
    yield made("FailedOperation.AttachContentToolarge", "4194305", Attachments=[file(content=b64("x" * 4_194_305))])
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
