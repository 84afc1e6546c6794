"""The objects that requests of error_cases.py name, made on a fresh server, and all that a refused request could leave behind."""
import json

import beijing
from error_case import OTHERS_DOMAIN, PASSWORD, data_rows
from program import DOMAIN, OWN, SENDER, b64, wait_uploaded


def make_world(client, small, configured=False):
    """What the table's requests name. On "small" it takes all there may be; `configured`: SENDER has an unsubscribe setting."""
    world = {"today": beijing.day(0), "tomorrow": beijing.day(1), "31 days ago": beijing.day(-31)}
    client.call("CreateEmailIdentity", EmailIdentity=DOMAIN)
    other = client.call("CreateAccount", version=OWN, Name="other")["AppId"]
    theirs = client.call("CreateCredential", version=OWN, AppId=other)
    client.raw("CreateEmailIdentity", json.dumps({"EmailIdentity": OTHERS_DOMAIN}).encode(),
               secret_id=theirs["SecretId"], secret_key=theirs["SecretKey"])
    client.call("CreateEmailAddress", EmailAddress=SENDER)
    client.call("UpdateEmailSmtpPassWord", EmailAddress=SENDER, Password=PASSWORD)
    if configured:
        client.call("CreateAddressUnsubscribeConfig", Address=SENDER, UnsubscribeConfig="2", Status=1)
    client.call("CreateCustomBlacklist", Emails=["blocked@shop.test"])
    client.call("CreateUnsubscribe", version=OWN, SenderDomain=DOMAIN, Emails=["gone@shop.test"])
    for name in ("plain", "data", "empty"):
        world[name] = client.call("CreateReceiver", ReceiversName=name)["ReceiverId"]
    client.call("CreateReceiverDetail", ReceiverId=world["plain"], Emails=["ann@shop.test", "bob@shop.test"])
    client.call("CreateReceiverDetailWithData", ReceiverId=world["data"],
                Datas=data_rows(("ann@shop.test", '{"name":"Ann"}'), ("bob@shop.test", '{"name":"Bob"}')))
    wait_uploaded(client, world["plain"])
    wait_uploaded(client, world["data"])
    for name, text in (("fixed", "Hello"), ("greeting", "Hello {{name}}")):
        if not (small and name == "greeting"):
            world[name] = client.call("CreateEmailTemplate", TemplateName=name, TemplateContent={"Text": b64(text)})["TemplateID"]
    return world


def stored(client, world):
    """Everything that a call could have left behind."""
    groups = client.call("ListReceivers", Offset=0, Limit=100)["Data"]
    return {
        "groups": [(g["ReceiverId"], g["Count"], g["InvalidCount"], g["ReceiversStatus"], g["Desc"]) for g in groups],
        "templates": client.call("ListEmailTemplates", Offset=0, Limit=100)["TotalCount"],
        "domains": client.call("ListEmailIdentities")["EmailIdentities"],
        "senders": [(s["EmailAddress"], s["SmtpPwdType"]) for s in client.call("ListEmailAddress")["EmailSenders"]],
        "unsubscribe": client.call("ListAddressUnsubscribeConfig", Limit="100")["AddressUnsubscribeConfigList"],
        "blocked": client.call("ListCustomBlacklist", Offset=0, Limit=1, Status=2)["TotalCount"],
        "tasks": client.call("ListSendTasks", Offset=0, Limit=1)["TotalCount"],
        "mails": client.call("ListInboxMails", version=OWN, Offset=0, Limit=1)["TotalCount"],
        "messages": len(client.call("GetSendEmailStatus", RequestDate=world["today"], Offset=0, Limit=100)["EmailStatusList"]),
    }
