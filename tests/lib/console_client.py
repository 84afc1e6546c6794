"""A browser of the web console, as far as requests and cookies go. Shares no code with the program."""
import base64
import hashlib
import hmac
import http.client
import json
import re
import struct
import time

from program import OWN, SES, Program, eventually

PASSWORD = "a good long password"


class Answer:
    def __init__(self, response):
        self.status, self.headers, self.bytes = response.status, response.headers, response.read()

    @property
    def json(self):
        return json.loads(self.bytes)

    @property
    def code(self):
        """The code of the console's own refusal; "" for any other answer."""
        return self.json.get("error", {}).get("code", "") if self.headers.get("Content-Type") == "application/json" else ""


class Browser:
    def __init__(self, port, host=None, scheme="http", headers=None):
        self.port, self.host, self.scheme = port, host or f"127.0.0.1:{port}", scheme
        self.headers = headers or {}  # With every request, as a proxy would add them.
        self.cookie = self.csrf = None

    def request(self, method, path, body=None, **headers):
        sent = {"Host": self.host, "Cookie": self.cookie, **self.headers}
        if method == "POST":
            sent.update({"Content-Type": "application/json", "Origin": f"{self.scheme}://{self.host}", "X-Sesame-Csrf": self.csrf})
        sent.update({name.replace("_", "-"): value for name, value in headers.items()})
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        text = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        connection.request(method, path, body=text, headers={name: value for name, value in sent.items() if value is not None})
        answer = Answer(connection.getresponse())
        connection.close()
        given = answer.headers.get("Set-Cookie")
        if given:
            self.cookie = given.split(";")[0]
        if answer.status == 200 and path in ("/console/setup", "/console/login", "/console/session", "/console/step-up"):
            self.csrf = answer.json.get("csrf")
        return answer

    def get(self, path, **headers):
        return self.request("GET", path, **headers)

    def post(self, path, body=None, **headers):
        return self.request("POST", path, {} if body is None else body, **headers)

    def log_in(self, name, password, code=None):
        return self.post("/console/login", {"name": name, "password": password, **({} if code is None else {"code": code})})

    def call(self, action, version=None, **parameters):
        headers = {"X_TC_Action": action, "X_TC_Version": version or (OWN if "User" in action or "Credential" in action else SES),
                   "X_TC_Region": "ap-guangzhou"}
        return self.post("/console/call", parameters, **headers)

    def logged_in(self):
        return self.get("/console/session").status == 200


class App:
    """An app for one-time codes (RFC 6238), which knows what the QR code says."""

    def __init__(self, secret):
        self.secret = base64.b32decode(secret + "=" * (-len(secret) % 8))
        self.last = 0

    def code(self):
        """The newest code that was not given yet: the server takes those of the neighbouring half minutes, too."""
        self.last = max(int(time.time()) // 30 - 1, self.last + 1)
        eventually(lambda: self.last <= int(time.time()) // 30 + 1, 60, "the half minute of the next code", every=0.2)
        digest = hmac.new(self.secret, struct.pack(">Q", self.last), hashlib.sha1).digest()
        at = digest[-1] & 15
        return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7FFFFFFF) % 10 ** 6:06}"


def switch_on_factor(browser):
    """The app and the recovery codes of a factor that was switched on."""
    begun = browser.post("/console/second-factor", {"begin": True}).json
    app = App(begun["secret"])
    answer = browser.post("/console/second-factor", {"ticket": begun["ticket"], "code": app.code()})
    assert answer.status == 200, answer.bytes
    return app, answer.json["recovery_codes"]


class EventStream:
    """One event stream of a browser (GET /console/events), read with the field's rules for text/event-stream."""

    def __init__(self, browser, topics, after=None, **headers):
        self.connection = http.client.HTTPConnection("127.0.0.1", browser.port, timeout=20)
        sent = {"Host": browser.host, "Cookie": browser.cookie, "Last-Event-ID": after, **browser.headers}
        sent.update({name.replace("_", "-"): value for name, value in headers.items()})
        self.connection.request("GET", f"/console/events?topics={topics}",
                                headers={name: value for name, value in sent.items() if value is not None})
        self.answer = self.connection.getresponse()
        self.status, self.headers = self.answer.status, self.answer.headers
        self.last_id = None

    def next(self):
        """The next event as (name, data); None at the end of the stream."""
        name, data = "message", None
        while True:
            line = self.answer.readline().decode()
            if not line:
                return None
            field, _, value = line.rstrip("\n").partition(": ")
            if field == "id":
                self.last_id = value
            elif field == "event":
                name = value
            elif field == "data":
                data = json.loads(value)
            elif not field and data is not None:
                return name, data

    def until(self, name, **facts):
        """Reads on to the event of that name with those facts; the names and topics of what came before it."""
        passed = []
        while True:
            event = self.next()
            assert event is not None, f"the stream ended after {passed}"
            if event[0] == name and facts.items() <= event[1].items():
                return passed
            passed.append(event[1].get("topic", event[0]))

    def close(self):
        self.answer.close()
        self.connection.close()


def token_in(text, kind):
    """The token of a printed link; None when there is none."""
    found = re.search(rf"/console/#{kind}=([0-9a-f]{{32}})", text)
    return found and found.group(1)


def serve(**settings):
    server = Program(**settings)
    server.flags = ["--print-secrets"]
    return server


def set_up(server, name="ann"):
    browser = Browser(server.port)
    answer = browser.post("/console/setup", {"token": token_in(server.said, "setup"), "name": name, "password": PASSWORD})
    assert answer.status == 200, answer.bytes
    return browser


class OwnedCase:
    """To be mixed into a unittest.TestCase: each test has a program with an owner, who adds people."""

    def setUp(self):
        self.server = serve().start()
        self.addCleanup(lambda: self.server.__exit__(None, None, None))
        self.owner = set_up(self.server)

    def user(self, name, role):
        self.assertNotIn("Error", self.owner.call("PutUser", Name=name, Role=role, Password=PASSWORD).json["Response"])
        browser = Browser(self.server.port)
        self.assertEqual(browser.log_in(name, PASSWORD).status, 200)
        return browser
