"""The protocol's own errors as a table: for each common code a call that provokes it, and the codes that cannot happen,
each with the reason. Played by promises/protocol_errors_have_their_words.py in both languages."""
import base64
import hmac
import http.client
import json
import socket
import time
import urllib.parse

from description import DESCRIPTION
from program import OWN, SECRET_ID, SECRET_KEY, SES


class Sender:
    """Sends one call in one language and returns the error as (code, message)."""

    def __init__(self, client, language):
        self.client, self.language = client, language

    def json(self, action="ListEmailAddress", request=None, version=SES, **signing):
        body = json.dumps({} if request is None else request).encode()
        return self.error(self.client.raw(action, body, version, language=self.language, **signing)[2])

    def body(self, body, **signing):
        try:
            return self.error(self.client.raw("ListReceivers", body, language=self.language, **signing)[2])
        finally:
            self.client.close()  # After a body that is too large the server hangs up.

    def v1(self, method="POST", method_name="HmacSHA256", key=SECRET_KEY, tail="", **parameters):
        """A version 1 form, or query; a parameter of None is left out after signing."""
        host = self.client.host
        common = {"Action": "ListEmailAddress", "Version": SES, "Region": "ap-guangzhou", "Nonce": "7",
                  "Timestamp": str(int(time.time())), "SecretId": SECRET_ID, "SignatureMethod": method_name,
                  "Language": self.language, **parameters}
        text = method + host + "/?" + "&".join(f"{name}={common[name]}" for name in sorted(common))
        digest = hmac.new(key.encode(), text.encode(), "sha256" if method_name == "HmacSHA256" else "sha1").digest()
        common["Signature"] = base64.b64encode(digest).decode()
        form = urllib.parse.urlencode({name: value for name, value in common.items() if value is not None}) + tail
        if method == "GET":
            return self.plain("GET", "/?" + form)
        return self.plain("POST", "/", form, {"Content-Type": "application/x-www-form-urlencoded"})

    def plain(self, method, target="/", body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.client.port, timeout=60)
        try:
            connection.request(method, target, body, {"X-TC-Language": self.language, **(headers or {})})
            return self.error(json.loads(connection.getresponse().read()))
        finally:
            connection.close()

    def bytes(self, data):
        """Not HTTP at all: answered in the server's language, with status 400."""
        with socket.create_connection(("127.0.0.1", self.client.port), timeout=60) as connection:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
        assert answer.startswith(b"HTTP/1.1 400 "), answer[:100]
        return self.error(json.loads(answer.split(b"\r\n\r\n", 1)[1]))

    @staticmethod
    def error(envelope):
        error = envelope["Response"].get("Error")
        return (error["Code"], error["Message"]) if error else (None, None)


class CommonCase:
    """`world` holds `reader` (id and key of a read-only credential) and `session` (a temporary one with its token)."""

    def __init__(self, code, says, send, server="usual", one_language=False):
        self.code, self.says, self.send, self.server, self.one_language = code, says, send, server, one_language

    def __repr__(self):
        return f"{self.code} ({self.says})"


SERVERS = {"usual": {}, "slow": {"limits.requests_per_second": 1}, "few": {"limits.credentials": 1, "limits.accounts": 1}}


def make_world(client):
    made = client.call("CreateCredential", version=OWN, Permission="read-only")
    session = client.call("CreateSessionToken", version=OWN, DurationSeconds=600)
    return {"reader": (made["SecretId"], made["SecretKey"]),
            "session": (session["TmpSecretId"], session["TmpSecretKey"], session["Token"])}


def signed_by(world, **more):
    return {"secret_id": world["reader"][0], "secret_key": world["reader"][1], **more}


def auth_cases():
    wrong = "AuthFailure.SignatureFailure"
    yield CommonCase(wrong, "", lambda s, w: s.json(secret_key="wrong"))
    for method in ("GET", "POST"):
        for name in ("HmacSHA1", "HmacSHA256", "HmacMD5"):
            yield CommonCase(wrong, "", lambda s, w, m=method, n=name: s.v1(m, n, key="wrong"))
    yield CommonCase(wrong, "`TC3-HMAC-SHA256`", lambda s, w: s.v1(Filler="x" * 1_048_577))
    for send in (lambda s, w: s.json(secret_id="AKIDnobody"), lambda s, w: s.v1(SecretId="AKIDnobody")):
        yield CommonCase("AuthFailure.SecretIdNotFound", "SecretId", send)
    for off in (-301, 302):
        yield CommonCase("AuthFailure.SignatureExpire", "5 ",
                         lambda s, w, off=off: s.json(timestamp=int(time.time()) + off))
        yield CommonCase("AuthFailure.SignatureExpire", "5 ",
                         lambda s, w, off=off: s.v1(Timestamp=str(int(time.time()) + off)))
    for header in ("SKIP", "TC3-HMAC-SHA256", "Bearer x"):
        yield CommonCase("AuthFailure.InvalidAuthorization", "`Authorization`",
                         lambda s, w, header=header: s.json(headers={"Authorization": header}))
    token = "AuthFailure.TokenFailure"
    yield CommonCase(token, "", lambda s, w: s.json(headers={"X-TC-Token": "abc"}))
    yield CommonCase(token, "", lambda s, w: s.v1(Token="abc"))
    yield CommonCase(token, "", lambda s, w: s.json(secret_id=w["session"][0], secret_key=w["session"][1]))
    yield CommonCase(token, "", lambda s, w: s.json(secret_id=w["session"][0], secret_key=w["session"][1],
                                                    headers={"X-TC-Token": w["session"][2][:-1]}))
    yield CommonCase(token, "", lambda s, w: s.v1(key=w["session"][1], SecretId=w["session"][0], Token="x"))
    refused = "AuthFailure.UnauthorizedOperation"
    yield CommonCase(refused, "(ses:CreateReceiver)",
                     lambda s, w: s.json("CreateReceiver", {"ReceiversName": "x"}, **signed_by(w)))
    yield CommonCase(refused, "(ses:DeleteReceiver)",
                     lambda s, w: s.v1(key=w["reader"][1], SecretId=w["reader"][0], Action="DeleteReceiver", ReceiverId="1"))
    yield CommonCase(refused, "(ses:ListAccounts)",
                     lambda s, w: s.json("ListAccounts", {"Offset": 0, "Limit": 1}, OWN, **signed_by(w)))
    yield CommonCase(refused, "(ses:CreateSessionToken)",
                     lambda s, w: s.json("CreateSessionToken", {}, OWN, secret_id=w["session"][0], secret_key=w["session"][1],
                                         headers={"X-TC-Token": w["session"][2]}))


def form_cases():
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS"):
        yield CommonCase("UnsupportedProtocol", f"`{method}`", lambda s, w, method=method: s.plain(method))
    yield CommonCase("RequestSizeLimitExceeded", "10485760", lambda s, w: s.body(b'"' + b"x" * (10 * 1024 * 1024) + b'"'))
    yield CommonCase("InvalidRequest", "HTTP/1.1", lambda s, w: s.bytes(b"nonsense\r\n\r\n"), one_language=True)
    for body in (b"[]", b'{"Limit":', b'{"Limit":1,"Limit":2}', b"\xff{}"):
        yield CommonCase("InvalidParameter", "JSON", lambda s, w, body=body: s.body(body))
    yield CommonCase("InvalidParameter", "`text/plain`", lambda s, w: s.json(content_type="text/plain"))
    yield CommonCase("InvalidParameter", "`=`", lambda s, w: s.v1(tail="&novalue"), one_language=True)
    for name in ("Action", "Version", "Timestamp"):
        yield CommonCase("MissingParameter", f"`{name}`", lambda s, w, name=name: s.json(headers={f"X-TC-{name}": None}))
    yield CommonCase("MissingParameter", "`Authorization`", lambda s, w: s.json(headers={"Authorization": None}))
    for name in ("Action", "Version", "Timestamp", "Nonce", "SecretId"):
        yield CommonCase("MissingParameter", f"`{name}`", lambda s, w, name=name: s.v1(**{name: None}))
    for send in (lambda s, w: s.json(headers={"X-TC-Region": None}), lambda s, w: s.v1(Region="")):
        yield CommonCase("MissingParameter", "`Region`", send)
    yield CommonCase("InvalidParameterValue", "`X-TC-Region`", lambda s, w: s.json(region="mars"))
    yield CommonCase("InvalidParameterValue", "`Region`", lambda s, w: s.v1("GET", Region="mars"))
    for send in (lambda s, w: s.json(region="ap-beijing"), lambda s, w: s.v1(Region="eu-frankfurt")):
        yield CommonCase("UnsupportedRegion", "", send)
    for send in (lambda s, w: s.json(version="2019-01-01"), lambda s, w: s.v1(Version="2019-01-01")):
        yield CommonCase("NoSuchVersion", "`2019-01-01`", send)
    for send in (lambda s, w: s.json("Fly"), lambda s, w: s.v1("GET", Action="Fly")):
        yield CommonCase("InvalidAction", "`Fly`", send)
    yield CommonCase("InvalidAction", "`CreateAccount`", lambda s, w: s.json("CreateAccount"))  # Of another version.
    page = {"Offset": 0, "Limit": 1}
    for send in (lambda s, w: s.json("ListReceivers", {**page, "Fly": 1}),
                 lambda s, w: s.v1("GET", Action="ListReceivers", Offset="0", Limit="1", Fly="1")):
        yield CommonCase("UnknownParameter", "`Fly`", send)
    for send in (lambda s, w: s.json("ListReceivers", {**page, "Limit": "1"}),
                 lambda s, w: s.v1("GET", Action="ListReceivers", Offset="0", Limit="one")):
        yield CommonCase("InvalidParameter", "`Limit`", send)


def state_cases():
    def limited(s, w):
        # Beside the first of a second; the next second may begin in between.
        return next(error for error in (s.json() for _ in range(100)) if error[0])
    yield CommonCase("RequestLimitExceeded", "`1`", limited, "slow")
    own = {"version": OWN}
    yield CommonCase("LimitExceeded", "1", lambda s, w: s.json("CreateCredential", **own), "few")
    yield CommonCase("LimitExceeded", "1", lambda s, w: s.json("CreateAccount", {"Name": "two"}, **own), "few")
    for action in ("DisableCredential", "EnableCredential", "DeleteCredential"):
        yield CommonCase("ResourceNotFound", "`AKIDnobody`",
                         lambda s, w, action=action: s.json(action, {"CredentialId": "AKIDnobody"}, **own))
    yield CommonCase("ResourceNotFound", "`nobody`", lambda s, w: s.json("DeleteUser", {"Name": "nobody"}, **own))
    yield CommonCase("MissingParameter", "`Role`", lambda s, w: s.json("PutUser", {"Name": "nobody"}, **own))
    for request in ({"Name": "no body", "Role": "sender"}, {"Name": "nobody", "Role": "sender", "Password": "password1234"}):
        yield CommonCase("InvalidParameterValue", "", lambda s, w, r=request: s.json("PutUser", r, **own))
    yield CommonCase("ResourceNotFound", "`7`",
                     lambda s, w: s.json("ListCredentials", {"AppId": 7, "Offset": 0, "Limit": 1}, **own))
    yield CommonCase("ResourceNotFound", "`999`", lambda s, w: s.json("GetInboxMail", {"MailId": 999}, **own))
    yield CommonCase("ResourceNotFound", "`999`", lambda s, w: s.json("GetReturnedMail", {"ReturnedMailId": 999}, **own))
    for action in ("GetDryRun", "StopDryRun"):
        yield CommonCase("ResourceNotFound", "`7d1f`", lambda s, w, action=action: s.json(action, {"DryRunId": "7d1f"}, **own))
    yield CommonCase("ResourceInUse", "`", lambda s, w: s.json("DeleteCredential", {"CredentialId": w["reader"][0]}, **own))
    yield CommonCase("OperationDenied", "`all`", lambda s, w: s.json("DisableCredential", {"CredentialId": SECRET_ID}, **own))
    yield CommonCase("MissingParameter", "`Actions`", lambda s, w: s.json("CreateCredential", {"Permission": "list"}, **own))
    for action in ("CreateCredential", "CreateSessionToken"):
        for request, says in (({"Permission": "some"}, "`Permission`"), ({"Actions": ["SendEmail"]}, "`Actions`"),
                              ({"Permission": "list", "Actions": ["SendEmail", "Fly"]}, "`Actions.1`")):
            yield CommonCase("InvalidParameterValue", says, lambda s, w, a=action, r=request: s.json(a, r, **own))
    for seconds in (0, 43_201):
        yield CommonCase("InvalidParameterValue", "`DurationSeconds`",
                         lambda s, w, n=seconds: s.json("CreateSessionToken", {"DurationSeconds": n}, **own))
    for name in ("", "n" * 51, "a/b"):
        yield CommonCase("InvalidParameterValue", "`Name`", lambda s, w, n=name: s.json("CreateAccount", {"Name": n}, **own))


def cases():
    for family in (auth_cases, form_cases, state_cases):
        yield from family()


# Provoked in another file, whose text holds the code.
ELSEWHERE = {"ResourceInsufficient": "promises/full_disk_is_survived.py",
             "UnsupportedOperation": "promises/chaos_answers_as_a_server_would.py"}
NEVER = "nothing answers it: "
CANNOT_HAPPEN = {
    "ActionOffline": NEVER + "no action was withdrawn",
    "AuthFailure.InvalidSecretId": NEVER + "any text may be an id; an unknown one is SecretIdNotFound",
    "AuthFailure.MFAFailure": NEVER + "there is no second factor for calls",
    "DryRunOperation": NEVER + "no action takes DryRun",
    "FailedOperation": NEVER + "each failure has a part after the dot (error_cases.py)",
    "InternalError": "a bug, or a fault of the disk: storage/disk_failure_test.cpp",
    "InternalError.QueryDataBaseFailed": "a fault of the disk: storage/disk_failure_test.cpp",
    "IpInBlacklist": NEVER + "there are no lists of addresses that may call",
    "IpNotInWhitelist": NEVER + "there are no lists of addresses that may call",
    "NoSuchProduct": NEVER + "clients derive the service from the host name, so any is accepted",
    "RequestLimitExceeded.GlobalRegionUinLimitExceeded": NEVER + "calls are counted per account, region and action",
    "RequestLimitExceeded.IPLimitExceeded": NEVER + "calls are counted per account, region and action",
    "RequestLimitExceeded.UinLimitExceeded": NEVER + "calls are counted per account, region and action",
    "ResourceUnavailable": NEVER + "what is stored is available",
    "ResponseSizeLimitExceeded": NEVER + "pages have at most 100 rows",
    "ServiceUnavailable": "only while the server stops",
    "UnauthorizedOperation": NEVER + "refusals are AuthFailure.UnauthorizedOperation",
}
COMMON = set(DESCRIPTION["common_errors"])
