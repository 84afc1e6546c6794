"""The business errors of what is set up before a mail is sent: groups, uploads, domains, senders, templates."""
import json

from error_case import OTHERS_DOMAIN, PASSWORD, Case, data_rows, rows
from program import DOMAIN, SENDER, b64


def group_cases():
    name_illegal, desc_illegal = "InvalidParameterValue.ReceiverNameIllegal", "InvalidParameterValue.ReceiverDescIllegal"
    missing = "OperationDenied.ReceiverNotExist"
    for name, says in (("", "1"), ("n" * 51, "n" * 51), ("a/b", "`a/b`"), (" a", "` a`"), ("a\u0001", "`a `")):
        yield Case("CreateReceiver", name_illegal, lambda w, name=name: {"ReceiversName": name}, says)
    for desc in ("d" * 301, "<b>", 'a"b', "a\\b", "a\u0007"):
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
    for name in ("", "a/b", "na}}me", "ci\u200bty", "n" * 65):
        yield with_data("TemplateDataError", f"`{name}`" if name else "`Datas.1.TemplateData`", good, ("two@shop.test", json.dumps({name: "x"})))
    for address, named in (("tw\u200bo@shop.test", "U+200B"), ("two\u00ad@shop.test", "U+00AD"), ("two@sh\u2060op.test", "U+2060")):
        yield with_data("ReceiverEmailInvalid", named, (address, '{"name":"N"}'))
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
    yield Case("CreateEmailAddress", "OperationDenied.DomainNotVerified", lambda w: {"EmailAddress": "a@other.test"}, "CreateEmailIdentity")
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
        for braces in ("{{#if}}", "{{name|default}}", "{{&nbsp;name}}", "{{<b>name</b>}}", "{{}}", "{{a/b}"):
            yield made("InvalidParameterValue.TemplateContentIsWrong", f"`{braces}`", Html=b64(f"<p>{{{{name}}}} {braces}"))
        yield made("FailedOperation.TemplateContentToolarge", "1048577", Text=b64("x" * 1_048_577))
    for number in (0, 999_999, 2 ** 63):
        yield Case("DeleteEmailTemplate", "InvalidParameterValue", lambda w, n=number: {"TemplateID": n}, "ListEmailTemplates")
        yield Case("UpdateEmailTemplate", "InvalidParameterValue.TemplateNotExist",
                   lambda w, n=number: {"TemplateID": n, "TemplateName": "x", "TemplateContent": {"Text": b64("x")}}, "ListEmailTemplates")
    for number in (0, 999_999):
        yield Case("GetEmailTemplate", "InvalidParameterValue.TemplateNotExist", lambda w, n=number: {"TemplateID": n}, f"`{number}`")
