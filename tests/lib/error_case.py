"""One business error of the API that a request provokes, and the parts of such requests. The tables are in
setup_error_cases.py and sending_error_cases.py."""
from program import SENDER, b64

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

# The world a request may name: made once on each server by error_world.py.
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
