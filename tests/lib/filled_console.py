"""A server with what a shop would have: domains, senders, templates, groups, tasks, mails with every outcome, lists."""
import json

from program import OWN, SES, b64, eventually, wait_uploaded

DOMAIN = "mail.aurelia.example"
NEWS, ORDERS = f"news@{DOMAIN}", f"orders@{DOMAIN}"
PROVIDERS = ("brightmail.example", "lumenmail.example", "harbour.example", "northpost.example", "qingxin.example")
NAMES = ("Ada", "Nils", "Zoé", "Karl", "Sara", "Jon", "Mia", "Omar", "Eva", "Ivo", "李伟", "王芳", "Noor", "Tom", "Lena", "Ben")
HTML = """<html><body style="font-family:sans-serif;max-width:560px;margin:auto"><h1>Autumn guide</h1><p>Hello {{name}},</p>
<p>the new lamps have arrived, and your order {{order}} counts towards the Aurelia Club.</p>
<p><a href="https://shop.aurelia.example/autumn">Read the guide</a></p></body></html>"""
REPLIES = (("hard_bounce", "550 5.1.1 no such user here"), ("soft_bounce", "452 4.2.2 mailbox full"), ("open", ""), ("click", ""),
           ("complaint", ""), ("unsubscribe", ""))


def address(number):
    return f"{('ada', 'nils', 'zoe', 'karl', 'sara', 'jon', 'mia', 'omar')[number % 8]}.{number}@{PROVIDERS[number % len(PROVIDERS)]}"


def fill(client):
    """Makes it all through the API; what the scenes need to know of it."""
    call = client.call
    for domain in (DOMAIN, "post.aurelia.example"):
        call("CreateEmailIdentity", EmailIdentity=domain, DKIMOption=0)
    call("CreateEmailAddress", EmailAddress=NEWS, EmailSenderName="Aurelia News")
    call("CreateEmailAddress", EmailAddress=ORDERS, EmailSenderName="Aurelia Orders")
    guide = call("CreateEmailTemplate", TemplateName="Autumn guide", TemplateContent={"Html": b64(HTML), "Text": b64("Hello {{name}}, {{order}}")})
    notice = call("CreateEmailTemplate", TemplateName="Order notice", TemplateContent={"Text": b64("Your order {{order}} is on its way.")})
    people = call("CreateReceiver", ReceiversName="Autumn readers", Desc="Everybody who asked for the guide")["ReceiverId"]
    call("CreateReceiverDetailWithData", ReceiverId=people, Datas=[
        {"Email": address(number), "TemplateData": json.dumps({"name": NAMES[number % len(NAMES)], "order": str(10400 + number)})}
        for number in range(240)])
    for name in ("Club members", "北京读者", "Trade fair 2026"):
        call("CreateReceiver", ReceiversName=name, Desc="Imported from the shop")
    wait_uploaded(client, people)
    call("CreateCustomBlacklist", Emails=[address(3), address(8), address(21)])
    call("CreateUnsubscribe", OWN, SenderDomain=DOMAIN, Emails=[address(5), address(13)], Reason="unsubscribed")
    call("PutWebhook", OWN, Url="https://shop.aurelia.example/hooks/mail", Events=["bounce", "delivered"])
    call("CreateCredential", OWN, Name="web shop")

    def task(subject, **more):
        return call("BatchSendEmail", FromEmailAddress=f"Aurelia News <{NEWS}>", ReceiverId=people, Subject=subject,
                    Template={"TemplateID": guide["TemplateID"], "TemplateData": '{"order":"–"}'}, **more)["TaskId"]
    first = task("Your autumn guide is here, {{name}}", TaskType=1)
    task("Every week, {{name}}", TaskType=3, CycleParam={"BeginTime": "2027-03-01 09:00:00", "IntervalTime": 168, "TermCycle": 0})
    task("Spring preview", TaskType=2, TimedParam={"BeginTime": "2027-02-20 08:00:00"})
    for number in range(12):
        sent = call("SendEmail", FromEmailAddress=f"Aurelia Orders <{ORDERS}>", Subject=f"Your order {10440 + number} is on its way",
                    Destination=[f"buyer{number}@{PROVIDERS[number % 5]}"],
                    Template={"TemplateID": notice["TemplateID"], "TemplateData": json.dumps({"order": str(10440 + number)})})
    eventually(lambda: call("GetSendTask", OWN, TaskId=first)["Task"]["TaskStatus"] == 10, 60, "the end of the task")
    eventually(lambda: call("ListMails", OWN, Limit=1, State="waiting")["Data"] == [], 60, "the outcome of every mail")
    mails = call("ListMails", OWN, Limit=60, TaskId=first, State="delivered")["Data"]
    for number, mail in enumerate(mails[:18]):
        event, reply = REPLIES[number % len(REPLIES)]
        call("SimulateMailEvent", OWN, MessageId=mail["MessageId"], ToEmailAddress=mail["ToEmailAddress"], Event=event,
             **({"Reply": reply} if reply else {}))
    return {"task": first, "group": people, "template": guide["TemplateID"], "domain": DOMAIN, "message": mails[0]["MessageId"],
            "sent": sent["MessageId"], "version": SES}
