#!/usr/bin/python3
"""Promise: every documented error can be met over the wire, says what is wrong and leaves nothing half done.

Method: the table of tests/lib/error_cases.py is played against servers with fitting settings. Each answer must carry
exactly the code, an English and a Chinese message that names the field or value, and the counts of everything stored
must be the same as before. What the table cannot provoke is listed there with its reason; both together must be the
description's list. Then the protocol's own errors with their exact texts, and the answers of success with their types.
"""
import json
import pathlib
import re
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import beijing  # noqa: E402
import documented_errors  # noqa: E402
import error_cases  # noqa: E402
import program  # noqa: E402
import protocol_error_cases  # noqa: E402
from description import DESCRIPTION  # noqa: E402
from error_cases import OTHERS_DOMAIN, PASSWORD, SERVERS, data_rows, file, mail, rows, task  # noqa: E402
from program import DOMAIN, SENDER, Client, Program, b64, eventually, prepare_sender, wait_uploaded  # noqa: E402
from sink import Sink  # noqa: E402

SOURCES = program.ROOT / "src"
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# What must never stand in a message: paths, code, the database's words.
INTERNAL = re.compile(r"/(tmp|home|root|usr|src)/|\.cpp|\.hpp|sqlite|SQL|std::|\{[a-z]+\}|\{\?|``|exception", re.I)


def error_of(client, action, request, **signing):
    """The error of an answer as (code, message), checked for its form; (None, None) for success."""
    status, content_type, envelope = client.raw(action, json.dumps(request).encode(), **signing)
    assert (status, content_type, list(envelope)) == (200, "application/json", ["Response"]), (status, content_type, envelope)
    response = envelope["Response"]
    assert UUID.match(response["RequestId"]), response
    if "Error" not in response:
        return None, None
    assert set(response) == {"Error", "RequestId"} and set(response["Error"]) == {"Code", "Message"}, response
    return response["Error"]["Code"], response["Error"]["Message"]


def make_world(client, small, configured=False):
    """What the table's requests name. On "small" it takes all there may be; `configured`: SENDER has an unsubscribe setting."""
    world = {"today": beijing.day(0), "tomorrow": beijing.day(1), "31 days ago": beijing.day(-31)}
    client.call("CreateEmailIdentity", EmailIdentity=DOMAIN)
    other = client.call("CreateAccount", version=program.OWN, Name="other")["AppId"]
    theirs = client.call("CreateCredential", version=program.OWN, AppId=other)
    client.raw("CreateEmailIdentity", json.dumps({"EmailIdentity": OTHERS_DOMAIN}).encode(),
               secret_id=theirs["SecretId"], secret_key=theirs["SecretKey"])
    client.call("CreateEmailAddress", EmailAddress=SENDER)
    client.call("UpdateEmailSmtpPassWord", EmailAddress=SENDER, Password=PASSWORD)
    if configured:
        client.call("CreateAddressUnsubscribeConfig", Address=SENDER, UnsubscribeConfig="2", Status=1)
    client.call("CreateCustomBlacklist", Emails=["blocked@shop.test"])
    client.call("CreateUnsubscribe", version=program.OWN, SenderDomain=DOMAIN, Emails=["gone@shop.test"])
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
        "mails": client.call("ListInboxMails", version=program.OWN, Offset=0, Limit=1)["TotalCount"],
        "messages": len(client.call("GetSendEmailStatus", RequestDate=world["today"], Offset=0, Limit=100)["EmailStatusList"]),
    }


def sources_naming(code):
    """Sources with the code as a literal, alone or with the `#text` that chooses its words. The lines of SMTP show
    codes too, but answer no action: see mail_is_submitted_by_smtp.py."""
    literal = re.compile(f'"{re.escape(code)}["#]')
    return [str(path.relative_to(SOURCES)) for path in sorted(SOURCES.rglob("*.cpp"))
            if path.parent.name != "submission" and not path.name.endswith("_test.cpp") and literal.search(path.read_text())]


def provoked_in(place, code):
    return re.search(f'"{re.escape(code)}\\b', (SOURCES.parent / "tests" / place).read_text())


class BusinessErrors(unittest.TestCase):
    def test_the_description_names_what_is_documented(self):
        self.assertEqual(set(documented_errors.LISTED), set(DESCRIPTION["actions"]))
        for name, action in DESCRIPTION["actions"].items():
            self.assertEqual(set(documented_errors.codes(name)) - set(action["errors"]), set(), f"documented for {name}, not described")

    def test_every_code_is_provoked_or_excused(self):
        documented = {(name, code) for name, action in DESCRIPTION["actions"].items() for code in action["errors"]}
        provoked = {(case.action, case.code) for case in error_cases.cases()} | set(error_cases.BY_MOMENT)
        excused = set(error_cases.CANNOT_HAPPEN)
        self.assertEqual(documented - provoked - excused, set(), "neither provoked nor excused")
        self.assertEqual(provoked & excused, set(), "provoked, so it is no longer to be excused")
        self.assertEqual(excused - documented, set(), "excused, but not documented")
        undocumented = {code for _, code in provoked - documented}
        self.assertEqual(undocumented, {"InvalidParameterValue"})
        self.assertEqual(undocumented - set(DESCRIPTION["common_errors"]), set())
        for (action, code), place in error_cases.BY_MOMENT.items():
            self.assertTrue(provoked_in(place, code), f"{place} does not provoke {code} of {action}")
        # A code that no action can answer stands in no source: an excuse that is no longer true is noticed.
        for code in {code for _, code in excused} - {code for _, code in provoked} - error_cases.GUARDS:
            if code not in DESCRIPTION["common_errors"]:
                self.assertEqual(sources_naming(code), [], f"{code} is excused, but a source answers it")

    def test_the_table(self):
        for name, settings in SERVERS.items():
            with Program(**settings) as server:
                client = server.client()
                world = make_world(client, name == "small", name == "custom")
                before = stored(client, world)
                for case in error_cases.cases():
                    if case.server == name:
                        with self.subTest(case=repr(case)):
                            self.play(client, world, case)
                            self.assertEqual(stored(client, world), before, "something was stored")
                client.close()

    def play(self, client, world, case):
        request = case.request(world)
        code, message = error_of(client, case.action, request)
        self.assertEqual(code, case.code, f"{message} {str(request)[:200]}")
        self.assertIn(case.says, message)
        self.assertIsNone(INTERNAL.search(message), message)
        self.assertNotRegex(message, CHINESE)
        self.assertGreater(len(message), 20)
        code, chinese = error_of(client, case.action, request, language="zh-CN")
        self.assertEqual(code, case.code)
        self.assertIn(case.says, chinese)
        self.assertIsNone(INTERNAL.search(chinese), chinese)
        self.assertRegex(chinese, CHINESE)
        self.assertEqual(error_of(client, case.action, request, language="en-US"), (case.code, message))

    def test_a_group_is_busy_while_uploads_wait(self):
        """With room for one waiting upload, of many at once some must be told to come again; the rest is stored."""
        with Program(**{"limits.uploads_queued": 1}) as server:
            client = server.client()
            for action, field in (("CreateReceiverDetail", "Emails"), ("CreateReceiverDetailWithData", "Datas")):
                group = client.call("CreateReceiver", ReceiversName=action)["ReceiverId"]
                valid, messages = [], []

                def upload(worker):
                    mine = Client(server.port)
                    for i in range(5):
                        address = f"{worker}-{i}-{len(valid)}@shop.test"
                        row = address if field == "Emails" else {"Email": address, "TemplateData": '{"n":"1"}'}
                        code, message = error_of(mine, action, {"ReceiverId": group, field: [row]})
                        if code is None:
                            valid.append(address)
                        else:
                            messages.append((code, message))
                    mine.close()

                def busy():
                    workers = [threading.Thread(target=upload, args=(f"{action}{n}",)) for n in range(16)]
                    for worker in workers:
                        worker.start()
                    for worker in workers:
                        worker.join()
                    return messages
                eventually(busy, 60, "an upload that finds the group busy")
                self.assertEqual({code for code, _ in messages}, {"OperationDenied.ReceiverIsOperating"})
                self.assertIn(f"`{group}`", messages[0][1])
                self.assertEqual(wait_uploaded(client, group)["Count"], len(set(valid)))
            client.close()

    def test_a_group_that_is_being_mailed_is_not_deleted(self):
        with Sink(reply=lambda address: "450 4.2.0 later") as sink:
            settings = {"delivery.mode": "relay", "delivery.relay": f"127.0.0.1:{sink.port}", "delivery.relay_tls": "off",
                        "delivery.in_flight": 1, "delivery.connections": 1}
            with Program(**settings) as server:
                client = server.client()
                world = make_world(client, False)
                many = client.call("CreateReceiver", ReceiversName="many")["ReceiverId"]
                client.call("CreateReceiverDetail", ReceiverId=many, Emails=rows(5000))
                wait_uploaded(client, many)
                client.call("BatchSendEmail", **task(world, ReceiverId=many))
                for language, form in ((None, None), ("zh-CN", CHINESE)):
                    code, message = error_of(client, "DeleteReceiver", {"ReceiverId": many}, language=language)
                    self.assertEqual(code, "OperationDenied.ReceiverIsOperating", message)
                    self.assertIn(f"`{many}`", message)
                    if form:
                        self.assertRegex(message, form)
                self.assertEqual(program.group_row(client, many)["Count"], 5000)
                client.close()

    def test_a_domain_whose_mail_is_under_way_is_not_deleted(self):
        with Sink(reply=lambda address: "450 4.2.0 later") as sink:
            settings = {"delivery.mode": "relay", "delivery.relay": f"127.0.0.1:{sink.port}", "delivery.relay_tls": "off"}
            with Program(**settings) as server:
                client = server.client()
                world = make_world(client, False)
                client.call("SendEmail", **mail(world))
                client.call("DeleteEmailAddress", EmailAddress=SENDER)
                for language, form in ((None, None), ("zh-CN", CHINESE)):
                    code, message = error_of(client, "DeleteEmailIdentity", {"EmailIdentity": DOMAIN}, language=language)
                    self.assertEqual(code, "OperationDenied.NotAllowDelete", message)
                    self.assertIn(f"`{DOMAIN}`", message)
                    if form:
                        self.assertRegex(message, form)
                self.assertEqual(client.call("ListEmailIdentities")["Total"], 1)
                client.close()

    def test_a_domain_is_not_verified_while_nobody_answers_for_the_dns(self):
        with Program(**{"identity.verification": "dns", "dns.resolver": "127.0.0.1:1", "dns.timeout_ms": 50}) as server:
            client = server.client()
            client.call("CreateEmailIdentity", EmailIdentity=DOMAIN)
            before = client.call("GetEmailIdentity", EmailIdentity=DOMAIN)["Attributes"]
            for language, form in ((None, None), ("zh-CN", CHINESE)):
                code, message = error_of(client, "UpdateEmailIdentity", {"EmailIdentity": DOMAIN, "DKIMOption": 2}, language=language)
                self.assertEqual(code, "FailedOperation.ServiceNotAvailable", message)
                self.assertIn(f"`{DOMAIN}`", message)
                if form:
                    self.assertRegex(message, form)
            self.assertEqual(client.call("GetEmailIdentity", EmailIdentity=DOMAIN)["Attributes"], before)
            client.close()


class CommonErrors(unittest.TestCase):
    def test_every_code_is_provoked_or_excused(self):
        provoked = {case.code for case in protocol_error_cases.cases()} | set(protocol_error_cases.ELSEWHERE)
        excused = set(protocol_error_cases.CANNOT_HAPPEN)
        self.assertEqual(protocol_error_cases.COMMON - provoked - excused, set(), "neither provoked nor excused")
        self.assertEqual(provoked & excused, set(), "provoked, so it is no longer to be excused")
        self.assertEqual((provoked | excused) - protocol_error_cases.COMMON, set(), "no common code")
        for code, place in protocol_error_cases.ELSEWHERE.items():
            self.assertTrue(provoked_in(place, code), f"{place} does not provoke {code}")
        for code, reason in protocol_error_cases.CANNOT_HAPPEN.items():
            if reason.startswith(protocol_error_cases.NEVER):
                self.assertEqual(sources_naming(code), [], f"{code} is excused, but a source answers it")

    def test_the_table(self):
        for name, settings in protocol_error_cases.SERVERS.items():
            with Program(**settings) as server:
                client = server.client()
                world = protocol_error_cases.make_world(client) if name == "usual" else {}
                for case in protocol_error_cases.cases():
                    if case.server == name:
                        with self.subTest(case=repr(case)):
                            self.play(client, world, case)
                client.close()

    def play(self, client, world, case):
        for language in ("en-US", "zh-CN"):
            code, message = case.send(protocol_error_cases.Sender(client, language), world)
            self.assertEqual(code, case.code, message)
            self.assertIn(case.says, message)
            self.assertIsNone(INTERNAL.search(message), message)
            self.assertGreater(len(message), 8)
            if not case.one_language:
                (self.assertRegex if language == "zh-CN" else self.assertNotRegex)(message, CHINESE)


class WithServer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Program().start()
        cls.client = cls.server.client()

    @classmethod
    def tearDownClass(cls):
        cls.client.close()
        cls.server.__exit__(None, None, None)


class ProtocolErrors(WithServer):
    def refused(self, code, text, action="ListReceivers", request=None, chinese=None, **signing):
        request = {"Offset": 0, "Limit": 1} if request is None else request
        got = error_of(self.client, action, request, **dict(signing))
        self.assertEqual(got, (code, text))
        if "language" not in signing:
            got = error_of(self.client, action, request, language="zh-CN", **signing)
            self.assertEqual(got[0], code)
            self.assertEqual(got[1], chinese) if chinese else self.assertRegex(got[1], CHINESE)

    def test_credentials(self):
        self.refused("AuthFailure.SignatureFailure", "The provided credentials could not be validated. Please check your "
                     "signature is correct.", chinese="请求签名验证失败，请检查您的签名计算是否正确。", secret_key="wrong")
        self.refused("AuthFailure.SecretIdNotFound",
                     "The SecretId is not found, please ensure that your SecretId is correct.", secret_id="AKIDnobody")
        standard = "The request `Authorization` header does not conform to tencentcloud standards"
        date = time.strftime("%Y-%m-%d", time.gmtime())
        good = (f"TC3-HMAC-SHA256 Credential={program.SECRET_ID}/{date}/ses/tc3_request, SignedHeaders=content-type;host, "
                "Signature=" + "0" * 64)
        for header, rule in ((good.replace("/ses/", "//"), "`Service` in Credential not valid"),
                             (good.replace(date, "2020-01-01"), "`Date` in Credential is not the UTC day of the timestamp"),
                             (good.replace("content-type;host", "host"), "`SignedHeaders` must name `content-type` and `host`"),
                             (good.replace("tc3_request", "tc4"), "it must read"), ("SKIP", "it must read"),
                             ("TC3-HMAC-SHA256", "it must read"), (good + ", Signature=1", "it must read")):
            code, message = error_of(self.client, "ListReceivers", {}, headers={"Authorization": header})
            self.assertEqual(code, "AuthFailure.InvalidAuthorization", header)
            self.assertTrue(message.startswith(f"{standard}: {rule}"), message)
        self.refused("MissingParameter", "The request is missing a required parameter `Authorization`.",
                     headers={"Authorization": None})
        self.refused("AuthFailure.TokenFailure", "The session token is not valid. Ask for new temporary credentials, or leave "
                     "the token out when you use a permanent key.", headers={"X-TC-Token": "abc"})

    def test_the_clock(self):
        for off in (-301, 302, -10 ** 9):
            then = int(time.time()) + off
            code, message = error_of(self.client, "ListReceivers", {}, timestamp=then)
            self.assertEqual(code, "AuthFailure.SignatureExpire", message)
            self.assertIn("5 minutes", message)
            self.assertIn(f"`{then}`", message)
        for off in (-290, 290):
            self.assertEqual(error_of(self.client, "ListReceivers", {"Offset": 0, "Limit": 1},
                                      timestamp=int(time.time()) + off), (None, None))
        for wrong in ("now", "1.5", "99999999999999999999"):
            self.refused("InvalidParameter", "The value type of parameter `Timestamp` is not valid, input type should be "
                         "`integer`", headers={"X-TC-Timestamp": wrong})

    def test_parameters(self):
        self.refused("MissingParameter", "The request is missing a required parameter `Offset`.", request={"Limit": 1})
        self.refused("MissingParameter", "The request is missing a required parameter `Offset`.",
                     request={"Limit": 1, "Offset": None})
        self.refused("MissingParameter", "The request is missing a required parameter `TemplateContent`.",
                     action="CreateEmailTemplate", request={"TemplateName": "x"})
        self.refused("UnknownParameter", "The parameter `$schema` is not recognized.",
                     request={"Limit": 1, "Offset": 0, "$schema": "x"})
        self.refused("UnknownParameter", "The parameter `limit` is not recognized.", request={"limit": 1, "Offset": 0})
        valid = "The value type of parameter `{}` is not valid, input type should be `{}`"
        for request, name, kind in (
                ({"Limit": "1", "Offset": 0}, "Limit", "integer"), ({"Limit": 1.0, "Offset": 0}, "Limit", "integer"),
                ({"Limit": -1, "Offset": 0}, "Limit", "unsigned integer"), ({"Limit": 1e30, "Offset": 0}, "Limit", "integer"),
                ({"Limit": True, "Offset": 0}, "Limit", "integer"), ({"Limit": 1, "Offset": 0, "KeyWord": 1}, "KeyWord", "string"),
                ({"Limit": [1], "Offset": 0}, "Limit", "integer")):
            self.refused("InvalidParameter", valid.format(name, kind), request=request)

    def test_nested_parameters_are_named_by_their_path(self):
        valid = "The value type of parameter `{}` is not valid, input type should be `{}`"
        template = {"TemplateID": 1, "TemplateData": "{}"}
        base = {"FromEmailAddress": SENDER, "Subject": "s", "Destination": ["a@shop.test"]}
        for more, code, message in (
                ({"Template": {**template, "TemplateID": "1"}}, "InvalidParameter", valid.format("Template.TemplateID", "integer")),
                ({"Template": {**template, "TemplateData": {}}}, "InvalidParameter", valid.format("Template.TemplateData", "string")),
                ({"Template": {**template, "X": 1}}, "UnknownParameter", "The parameter `Template.X` is not recognized."),
                ({"Template": {"TemplateID": 1}}, "MissingParameter",
                 "The request is missing a required parameter `Template.TemplateData`."),
                ({"Attachments": [file(), {"Content": "x"}]}, "MissingParameter",
                 "The request is missing a required parameter `Attachments.1.FileName`."),
                ({"Destination": ["a@shop.test", 2]}, "InvalidParameter", valid.format("Destination.1", "string")),
                ({"Destination": "a@shop.test"}, "InvalidParameter", valid.format("Destination", "array")),
                ({"Unsubscribe": 0}, "InvalidParameter", valid.format("Unsubscribe", "string"))):
            self.refused(code, message, "SendEmail", {**base, **more})
        self.refused("InvalidParameter", valid.format("NewAPI", "boolean"), "UpdateEmailIdentity",
                     {"EmailIdentity": DOMAIN, "NewAPI": 1})
        self.refused("InvalidParameterValue", "The value `4` of parameter `TaskType` is not valid: it must be one of 1, 2, 3.",
                     "BatchSendEmail", {"FromEmailAddress": SENDER, "ReceiverId": 1, "Subject": "s", "TaskType": 4})

    def test_region_version_action(self):
        self.refused("MissingParameter", "The request is missing a required parameter `Region`.", region=None,
                     headers={"X-TC-Region": None})
        self.refused("InvalidParameterValue", "A value specified in `X-TC-Region` is not valid, is unsupported, or cannot be "
                     "used.", region="mars")
        self.refused("UnsupportedRegion", "The action not support this region.", region="ap-beijing")
        for region in ("ap-guangzhou", "ap-hongkong", "ap-singapore"):
            self.assertEqual(error_of(self.client, "ListEmailAddress", {}, region=region), (None, None))
        self.refused("NoSuchVersion", "The specified api version=`2019-01-01` does not exist in service=`ses`.",
                     version="2019-01-01")
        self.refused("InvalidAction", "The request action=`Fly` is invalid or not found in service=`ses` and "
                     "version=`2020-10-02`.", action="Fly", request={})
        self.refused("InvalidAction", "The request action=`listreceivers` is invalid or not found in service=`ses` and "
                     "version=`2020-10-02`.", action="listreceivers")
        for header in ("Action", "Version", "Timestamp"):
            self.refused("MissingParameter", f"The request is missing a required parameter `{header}`.",
                         headers={f"X-TC-{header}": None})

    def test_method_and_size(self):
        import http.client
        for method in ("PUT", "DELETE", "PATCH", "OPTIONS"):
            connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
            connection.request(method, "/", headers={"X-TC-Language": "en-US"})
            answer = connection.getresponse()
            error = json.loads(answer.read())["Response"]["Error"]
            self.assertEqual((answer.status, error["Code"], error["Message"]),
                             (200, "UnsupportedProtocol", f"The HTTP method `{method}` is not supported. Use POST or GET."))
            connection.close()
        code, message = error_of(self.client, "ListReceivers", "x" * (10 * 1024 * 1024))
        self.assertEqual((code, message), ("RequestSizeLimitExceeded", "The request is larger than the server accepts "
                                           "(10485760 bytes). Split it into several calls."))
        self.client.close()
        self.refused("InvalidParameter", "The content type `text/plain` is not supported. Send `application/json` with POST.",
                     content_type="text/plain")

    def test_bodies(self):
        for body, rule in ((b"[]", "it is another kind of value"), (b'{"a":', ""), (b'{"Limit":1,"Limit":2}', "a name stands twice"),
                           (b'{"Limit":1} x', "something follows"), (b"\xff{}", ""), (b'{"KeyWord":"\xff"}', "")):
            _, _, envelope = self.client.raw("ListReceivers", body)
            error = envelope["Response"]["Error"]
            self.assertEqual(error["Code"], "InvalidParameter", body)
            self.assertTrue(error["Message"].startswith("The request body is not a JSON object in UTF-8: "), error)
            self.assertIn(rule, error["Message"])

    def test_the_language_setting(self):
        with Program(**{"api.language": "zh"}) as server:
            client = server.client()
            self.assertRegex(error_of(client, "Fly", {})[1], CHINESE)
            self.assertNotRegex(error_of(client, "Fly", {}, language="en-US")[1], CHINESE)
            client.close()

    def test_rate_limit(self):
        with Program(**{"limits.requests_per_second": 2}) as server:
            client = server.client()

            def limited(language):
                return [message for code, message in (error_of(client, "ListEmailAddress", {}, language=language)
                                                      for _ in range(6)) if code == "RequestLimitExceeded"]
            english = eventually(lambda: limited(None), 10, "the third call in a second")
            self.assertRegex(english[0], r"^Your current request times equals to `[3-6]` in a second, which exceeds the frequency "
                             r"limit `2` for a second\. Please reduce the frequency of calls\.$")
            chinese = eventually(lambda: limited("zh-CN"), 10, "the third call in a second")
            self.assertRegex(chinese[0], r"^您当前每秒请求 `[0-9]+` 次，超过了每秒频率上限 `2`，请稍后重试。$")
            # Another action has a count of its own, and a second later all is well again.
            self.assertEqual(error_of(client, "ListReceivers", {"Offset": 0, "Limit": 1}), (None, None))
            eventually(lambda: error_of(client, "ListEmailAddress", {})[0] is None, 5, "a call in a new second")
            client.close()


JSON_TYPES = {"string": str, "date": str, "datetime": str, "bool": bool, "uint64": int, "int64": int, "array": list, "object": dict}


class Answers(unittest.TestCase):
    """Every answer of success has exactly the described fields, with exactly the described types."""

    def check(self, fields, value, where, complete=True):
        known = {field["name"]: field for field in fields}
        self.assertEqual(set(value) - set(known), set(), where)
        if complete:
            self.assertEqual(set(known) - set(value), set(), where)
        for name, item in value.items():
            self.check_field(known[name], item, f"{where}.{name}", complete)

    def check_field(self, field, value, where, complete):
        if value is None:
            self.assertTrue(field.get("nullable"), where)
            return
        kind = field["type"]
        self.assertIs(type(value), JSON_TYPES[kind], where)
        if kind == "uint64":
            self.assertGreaterEqual(value, 0, where)
        if "one_of" in field:
            self.assertIn(value, field["one_of"], where)
        if field.get("pattern") == "datetime" or kind == "datetime":
            self.assertRegex(value, r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$", where)
        for i, item in enumerate(value if kind == "array" else []):
            if field["of"] in JSON_TYPES:
                self.assertIs(type(item), JSON_TYPES[field["of"]], where)
            else:
                self.check(DESCRIPTION["structures"][field["of"]]["fields"], item, f"{where}.{i}", complete)
        if kind == "object":
            self.check(DESCRIPTION["structures"][field["of"]]["fields"], value, where, complete)

    def check_suppression(self, call, day):
        counts = call("CreateCustomBlacklist", Emails=["no@shop.test", "never@shop.test"], ExpireDate=day)
        self.assertEqual((counts["TotalCount"], counts["ValidCount"]), (2, 2))
        entry = call("ListCustomBlacklist", Offset=0, Limit=10, Status=1)["Data"][1]
        self.assertEqual((entry["Email"], entry["ExpireDate"], entry["Status"]), ("no@shop.test", day, 1))
        call("UpdateCustomBlackList", Id=entry["Id"], Email="other@shop.test")
        call("DeleteCustomBlackList", Emails=["never@shop.test", "nobody@shop.test"])
        page = call("ListCustomBlacklist", Offset=0, Limit=10, Status=2)
        self.assertEqual([(row["Email"], row["ExpireDate"]) for row in page["Data"]], [("other@shop.test", "")])
        # A bounce needs a server that refuses: suppressed_addresses_are_not_mailed.py.
        self.assertEqual(call("ListBlackEmailAddress", StartDate=day, EndDate=day, Limit=10, Offset=0)["BlackList"], [])
        call("DeleteBlackList", EmailAddressList=["gone@shop.test"])

    def check_senders(self, call):
        """What the mails were sent with, changed and taken away again."""
        call("UpdateEmailSmtpPassWord", EmailAddress=SENDER, Password=PASSWORD)
        self.assertEqual(call("ListEmailAddress")["EmailSenders"][0]["SmtpPwdType"], 1)
        call("CreateAddressUnsubscribeConfig", Address=SENDER, UnsubscribeConfig="7", Status=1)
        call("UpdateAddressUnsubscribeConfig", Address=SENDER, UnsubscribeConfig="1", Status=0)
        self.assertEqual(call("ListAddressUnsubscribeConfig", Offset=0, Limit="10")["AddressUnsubscribeConfigList"],
                         [{"Address": SENDER, "UnsubscribeConfig": "1", "Status": 0}])
        call("DeleteAddressUnsubscribeConfig", Address=SENDER)
        call("DeleteEmailAddress", EmailAddress=SENDER)
        row, = call("ListEmailIdentities")["EmailIdentities"]
        self.assertEqual((row["IdentityName"], row["CurrentReputationLevel"], row["DailyQuota"]), (DOMAIN, 1, 500))
        call("DeleteEmailIdentity", EmailIdentity=DOMAIN)

    def test_every_action_answers_as_described(self):
        seen = set()
        with Program() as server:
            client = server.client()

            def call(action, **request):
                seen.add(action)
                answer = client.call(action, **request)
                answer.pop("RequestId")
                self.check(DESCRIPTION["actions"][action]["output"], answer, action)
                return answer
            made = call("CreateEmailIdentity", EmailIdentity=DOMAIN, DKIMOption=1, TagList=[{"TagKey": "k", "TagValue": "v"}])
            self.assertEqual(made["DKIMOption"], 1)
            self.assertGreaterEqual(len(made["Attributes"]), 4)
            self.assertEqual(call("UpdateEmailIdentity", EmailIdentity=DOMAIN, DKIMOption=2)["DKIMOption"], 2)
            self.assertEqual(call("GetEmailIdentity", EmailIdentity=DOMAIN)["TagList"], [{"TagKey": "k", "TagValue": "v"}])
            call("CreateEmailAddress", EmailAddress=SENDER, EmailSenderName="The Shop")
            self.assertEqual(call("ListEmailAddress")["EmailSenders"][0]["EmailSenderName"], "The Shop")
            letter = call("CreateEmailTemplate", TemplateName="信 letter_1", TemplateContent={"Html": b64("<p>{{name}}</p>")})["TemplateID"]
            self.assertEqual(call("GetEmailTemplate", TemplateID=letter)["TemplateContent"], {"Html": b64("<p>{{name}}</p>"), "Text": ""})
            self.assertEqual(call("ListEmailTemplates", Offset=0, Limit=0)["TotalCount"], 1)
            group = call("CreateReceiver", ReceiversName="顾客 1", Desc="好")["ReceiverId"]
            call("CreateReceiverDetailWithData", ReceiverId=group, Datas=data_rows(("ann@shop.test", '{"name":"Ann"}')))
            wait_uploaded(client, group)
            other = call("CreateReceiver", ReceiversName="other")["ReceiverId"]
            call("CreateReceiverDetail", ReceiverId=other, Emails=["bob@shop.test", "broken"])
            wait_uploaded(client, other)
            self.assertEqual([row["ReceiversName"] for row in call("ListReceivers", Offset=0, Limit=10)["Data"]], ["other", "顾客 1"])
            details = call("ListReceiverDetails", ReceiverId=group, Offset=0, Limit=10)["Data"]
            self.assertEqual(json.loads(details[0]["TemplateData"]), {"name": "Ann"})
            template = {"TemplateID": letter, "TemplateData": '{"name":"You"}'}
            sent = call("SendEmail", FromEmailAddress=f"Shop <{SENDER}>", Subject="s", Destination=["ann@shop.test"], Template=template)
            task_id = call("BatchSendEmail", FromEmailAddress=SENDER, ReceiverId=group, Subject="Hi {{name}}", TaskType=1,
                           Template=template)["TaskId"]
            eventually(lambda: call("ListSendTasks", Offset=0, Limit=1)["Data"][0]["TaskStatus"] == 10, 30, "the end of the task")
            row = call("ListSendTasks", Offset=0, Limit=1)["Data"][0]
            self.assertEqual((row["TaskId"], row["Template"], row["RequestCount"], row["SendCount"], row["CacheCount"]),
                             (task_id, template, 1, 1, 0))
            day = beijing.day(0)
            messages = eventually(lambda: [m for m in call("GetSendEmailStatus", RequestDate=day, Offset=0, Limit=10,
                                                           MessageId=sent["MessageId"])["EmailStatusList"]
                                           if m["DeliverStatus"] == 1], 30, "the mail's delivery")
            self.assertEqual([m["ToEmailAddress"] for m in messages], ["ann@shop.test"])
            call("GetSendEmailStatus", RequestDate=beijing.day(-30), Offset=0, Limit=10)
            call("DeleteReceiver", ReceiverId=other)
            self.check_suppression(call, day)
            report = call("GetStatisticsReport", StartDate=day, EndDate=day, Domain=DOMAIN.upper())
            self.assertEqual((report["OverallVolume"]["SendDate"], report["OverallVolume"]["RequestCount"]), (day, 2))
            self.assertEqual(report["DailyVolumes"], [report["OverallVolume"]])
            self.assertEqual(call("GetAbuseReport", StartTime=day, EndTime=day)["TotalCount"], 0)
            call("UpdateEmailTemplate", TemplateID=letter, TemplateName="new", TemplateContent={"Text": b64("new")})
            call("DeleteEmailTemplate", TemplateID=letter)
            self.check_senders(call)
            client.close()
        self.assertEqual(seen, set(DESCRIPTION["actions"]))


class Uploads(WithServer):
    def group(self, name):
        return self.client.call("CreateReceiver", ReceiversName=name)["ReceiverId"]

    def upload(self, group, addresses):
        answer = self.client.call("CreateReceiverDetail", ReceiverId=group, Emails=addresses)
        counts = [answer[f"{kind}Count"] for kind in ("Total", "Valid", "TooLong", "EmptyEmail", "Repeat")]
        self.assertEqual(counts[0], len(addresses))
        self.assertEqual(counts[0], sum(counts[1:]), "TotalCount is the sum of the others")
        return counts[1:]

    def test_repeats(self):
        """By case, by the form of an international domain, in the batch and against the group."""
        group = self.group("repeats")
        self.assertEqual(self.upload(group, ["Ann@Shop.test", "ann@shop.test", "ANN@SHOP.TEST"]), [1, 0, 0, 2])
        self.assertEqual(self.upload(group, ["aNN@sHop.tesT", "bob@shop.test"]), [1, 0, 0, 1])
        self.assertEqual(self.upload(group, ["a@bücher.test", "a@xn--bcher-kva.test", "A@BÜCHER.test", "a@XN--BCHER-KVA.TEST"]), [1, 0, 0, 3])
        self.assertEqual(self.upload(group, ["a@xn--bcher-kva.test"]), [0, 0, 0, 1])
        self.assertEqual(self.upload(group, ["a.nn@shop.test", "ann+1@shop.test"]), [2, 0, 0, 0])
        self.assertEqual(wait_uploaded(self.client, group)["Count"], 5)
        # As it was uploaded first, in that order; and the same addresses fit another group.
        page = self.client.call("ListReceiverDetails", ReceiverId=group, Offset=0, Limit=10)
        self.assertEqual([row["Email"] for row in page["Data"]],
                         ["Ann@Shop.test", "bob@shop.test", "a@bücher.test", "a.nn@shop.test", "ann+1@shop.test"])
        self.assertEqual(self.upload(self.group("again"), ["ann@shop.test"]), [1, 0, 0, 0])

    def test_the_five_counters(self):
        group = self.group("counters")
        long = "x" * 250 + "@shop.test"
        self.assertEqual(self.upload(group, ["a@shop.test", "A@shop.test", "", "", long, long, "broken", "BROKEN"]), [2, 2, 2, 2])
        row = wait_uploaded(self.client, group)
        self.assertEqual((row["Count"], row["InvalidCount"]), (2, 1))
        self.assertEqual(self.upload(group, ["", long]), [0, 1, 1, 0])
        self.assertEqual(program.group_row(self.client, group)["ReceiversStatus"], 3)

    def test_malformed_addresses_are_kept_and_never_mailed(self):
        group = self.group("malformed")
        broken = ["no-at", "a@", "@b.test", "a b@c.test", "a@b@c.test", "a@b..test", "a@-b.test", ".a@b.test"]
        self.assertEqual(self.upload(group, broken + ["good@shop.test"]), [9, 0, 0, 0])
        row = wait_uploaded(self.client, group)
        self.assertEqual((row["Count"], row["InvalidCount"]), (9, 8))
        page = self.client.call("ListReceiverDetails", ReceiverId=group, Offset=0, Limit=100, Status=2)
        self.assertEqual([item["Email"] for item in page["Data"]], broken)
        self.assertEqual((page["TotalCount"], page["ValidCount"], page["InvalidCount"]), (8, 1, 8))
        for item in page["Data"]:
            self.assertEqual(item["Status"], 2)
            self.assertGreater(len(item["Reason"]), 5, item)
        number = prepare_sender(self.client, text="Hello")
        self.client.call("BatchSendEmail", FromEmailAddress=SENDER, ReceiverId=group, Subject="s", TaskType=1,
                         Template={"TemplateID": number, "TemplateData": "{}"})
        done = eventually(lambda: (row := self.client.call("ListSendTasks", Offset=0, Limit=1)["Data"][0])["TaskStatus"] == 10 and row,
                          30, "the end of the task")
        self.assertEqual((done["RequestCount"], done["SendCount"], done["CacheCount"]), (1, 1, 0))
        mails = self.client.call("ListInboxMails", version=program.OWN, Offset=0, Limit=100)
        self.assertEqual([item["To"] for item in mails["Data"]], ["good@shop.test"])
        only_broken = self.group("only broken")
        self.upload(only_broken, ["broken"])
        wait_uploaded(self.client, only_broken)
        answer = self.client.call("BatchSendEmail", FromEmailAddress=SENDER, ReceiverId=only_broken, Subject="s", TaskType=1,
                                  Template={"TemplateID": number, "TemplateData": "{}"})
        done = eventually(lambda: (row := self.client.call("ListSendTasks", Offset=0, Limit=1)["Data"][0])["TaskStatus"] == 10 and row,
                          30, "the end of a task without anybody")
        self.assertEqual((done["TaskId"], done["RequestCount"], done["SendCount"]), (answer["TaskId"], 0, 0))

    def test_sizes(self):
        """20,000 at once, 50,000 in a group, and a batch that would be over the limit is refused whole."""
        group = self.group("sizes")
        self.assertEqual(error_of(self.client, "CreateReceiverDetail", {"ReceiverId": group, "Emails": rows(20_001)})[0],
                         "LimitExceeded.ReceiverDetailRequestLimit")
        self.assertEqual(self.upload(group, rows(20_000)), [20_000, 0, 0, 0])
        self.assertEqual(self.upload(group, rows(20_000, "two.test")), [20_000, 0, 0, 0])
        code, message = error_of(self.client, "CreateReceiverDetail", {"ReceiverId": group, "Emails": rows(10_001, "three.test")})
        self.assertEqual(code, "LimitExceeded.ReceiverDetailCountLimit")
        self.assertIn("50000", message)
        self.assertEqual(wait_uploaded(self.client, group)["Count"], 40_000, "a part of the refused batch was stored")
        self.assertEqual(self.upload(group, rows(10_000, "three.test") + rows(10_000)), [10_000, 0, 0, 10_000])
        self.assertEqual(self.upload(group, rows(20_000)), [0, 0, 0, 20_000])
        self.assertEqual(error_of(self.client, "CreateReceiverDetail", {"ReceiverId": group, "Emails": ["one@more.test"]})[0],
                         "LimitExceeded.ReceiverDetailCountLimit")
        self.assertEqual(wait_uploaded(self.client, group)["Count"], 50_000)

    def test_the_request_limit_is_a_setting(self):
        with Program(**{"limits.recipients_per_request": 3}) as server:
            client = server.client()
            group = client.call("CreateReceiver", ReceiversName="g")["ReceiverId"]
            code, message = error_of(client, "CreateReceiverDetail", {"ReceiverId": group, "Emails": rows(4)})
            self.assertEqual(code, "LimitExceeded.ReceiverDetailRequestLimit")
            self.assertIn("3", message)
            client.close()
        with Program(**{"limits.recipients_per_request": 30_000}) as server:
            client = server.client()
            group = client.call("CreateReceiver", ReceiversName="g")["ReceiverId"]
            self.assertEqual(client.call("CreateReceiverDetail", ReceiverId=group, Emails=rows(25_000))["ValidCount"], 25_000)
            client.close()


if __name__ == "__main__":
    program.main()
