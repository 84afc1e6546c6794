"""A person who reads mail: the sandbox's inbox, the links of a mail, and a browser that asks for them. Not Sesame's code."""
import base64
import email
import email.policy
import html.parser
import http.client
import urllib.parse

from program import OWN

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0"


def parsed(raw):
    return email.message_from_bytes(raw, policy=email.policy.default)


def html_of(raw):
    return parsed(raw).get_body(("html",)).get_content()


def inbox(client, **filters):
    """(recipient, bytes) of at most 100 mails in the sandbox, the newest first."""
    rows = client.call("ListInboxMails", OWN, Offset=0, Limit=100, **filters)["Data"]
    return [(row["To"], base64.b64decode(client.call("GetInboxMail", OWN, MailId=row["MailId"])["Raw"])) for row in rows]


class Links(html.parser.HTMLParser):
    """The targets of the links and the addresses of the images in an html text."""

    def __init__(self, text):
        super().__init__()
        self.links, self.images = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            self.links.append(dict(attrs).get("href"))
        if tag == "img":
            self.images.append(dict(attrs).get("src"))


def visit(port, url, method="GET", body=None, agent=BROWSER, **headers):
    """Asks the program at `port` for the path of `url`, wherever its host is. (status, headers, bytes), not redirected."""
    if agent is not None:
        headers["User-Agent"] = agent
    if body is not None:
        headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, urllib.parse.urlsplit(url).path, body=body, headers=headers)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, answer.headers, content
