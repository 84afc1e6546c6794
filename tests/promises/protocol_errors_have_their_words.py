#!/usr/bin/python3
"""Promise: a call that breaks the protocol is refused with the documented common code, in the documented words, in
both languages.

Method: the table of tests/lib/protocol_error_cases.py is played in English and in Chinese; what it cannot provoke is
listed there with its reason, and both together must be the description's list of common codes. Then the exact texts
that clients of the cloud have seen, and the limits of clock, size and rate.
"""
import http.client
import json
import pathlib
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
import protocol_error_cases  # noqa: E402
from error_answers import CHINESE, INTERNAL, error_of  # noqa: E402
from error_case import file  # noqa: E402
from error_sources import provoked_in, sources_naming  # noqa: E402
from program import DOMAIN, SENDER, Program, eventually  # noqa: E402
from served_case import ServedCase  # noqa: E402


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


class ProtocolErrors(ServedCase):
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
        for body, rule in ((b"[]", "it is another kind of value"), (b'{"a":', "it ends too early, after byte 5"), (b'{"Limit":1,"Limit":2}', "a name stands twice"),
                           (b'{"Limit":1} x', "something follows"), (b"\xff{}", ""), (b'{"KeyWord":"\xff"}', "")):
            _, _, envelope = self.client.raw("ListReceivers", body)
            error = envelope["Response"]["Error"]
            self.assertEqual(error["Code"], "InvalidParameter", body)
            self.assertTrue(error["Message"].startswith("The request body is not a JSON object in UTF-8: "), error)
            self.assertIn(rule, error["Message"])

    def test_a_head_that_is_too_large(self):
        for query in ("Subject=" + "x" * 50_000, "Language=zh-CN&Subject=" + "x" * 100_000, "x" * 40_000):
            connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
            connection.request("GET", "/?Action=SendEmail&" + query)
            answer = connection.getresponse()
            response = json.loads(answer.read())["Response"]
            connection.close()
            self.assertEqual((answer.status, response["Error"]["Code"]), (200, "RequestSizeLimitExceeded"))
            self.assertTrue(response["RequestId"])
            (self.assertRegex if "zh-CN" in query else self.assertNotRegex)(response["Error"]["Message"], CHINESE)

    def test_ids_are_named_as_they_were_sent(self):
        for action, name, more in (("DeleteReceiver", "ReceiverId", {}), ("GetEmailTemplate", "TemplateID", {}),
                                   ("ListReceiverDetails", "ReceiverId", {"Offset": 0, "Limit": 1}),
                                   ("UpdateCustomBlackList", "Id", {"Email": "a@shop.test"})):
            for number in (2 ** 64 - 1, 2 ** 63, 2 ** 63 - 1):
                message = error_of(self.client, action, {name: number, **more})[1]
                self.assertIn(f"`{number}`", message)
                self.assertNotIn("-", message.split("`")[1])

    def test_chinese_answers_are_chinese(self):
        group = self.client.call("CreateReceiver", ReceiversName="reasons")["ReceiverId"]
        self.client.call("CreateReceiverDetail", ReceiverId=group, Emails=["nobody", "a@shop.test", "a..b@shop.test"])
        program.wait_uploaded(self.client, group)
        for language, pattern in (("zh-CN", CHINESE), ("en-US", "[a-z]")):
            body = json.dumps({"ReceiverId": group, "Offset": 0, "Limit": 10}).encode()
            rows = self.client.raw("ListReceiverDetails", body, language=language)[2]["Response"]["Data"]
            reasons = [row["Reason"] for row in rows]
            self.assertEqual(reasons[1], "")
            for reason in (reasons[0], reasons[2]):
                self.assertRegex(reason, pattern)
                (self.assertNotRegex if language == "zh-CN" else self.assertRegex)(reason, "[a-z]{3}")
        code, message = error_of(self.client, "SendEmail", {"FromEmailAddress": SENDER, "Subject": "s", "Destination": ["nobody"],
                                                            "Template": {"TemplateID": 1, "TemplateData": "{}"}}, language="zh-CN")
        self.assertEqual(code, "FailedOperation.IncorrectEmail")
        self.assertNotRegex(message.replace("name@domain", ""), "[a-z]{3} [a-z]{2}")

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


if __name__ == "__main__":
    program.main()
