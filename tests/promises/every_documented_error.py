#!/usr/bin/python3
"""Promise: every documented error of an action can be met over the wire, says what is wrong and leaves nothing half done.

Method: the table of tests/lib/error_cases.py is played against servers with fitting settings. Each answer must carry
exactly the code, an English and a Chinese message that names the field or value, and the counts of everything stored
must be the same as before. What the table cannot provoke is listed there with its reason; both together must be the
description's list.
"""
import pathlib
import sys
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import documented_errors  # noqa: E402
import error_cases  # noqa: E402
import program  # noqa: E402
from description import DESCRIPTION  # noqa: E402
from error_answers import CHINESE, INTERNAL, error_of  # noqa: E402
from error_case import SERVERS, mail, rows, task  # noqa: E402
from error_sources import provoked_in, sources_naming  # noqa: E402
from error_world import make_world, stored  # noqa: E402
from program import DOMAIN, SENDER, Client, Program, eventually, wait_uploaded  # noqa: E402
from sink import Sink  # noqa: E402


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
                for language, form in ((None, "."), ("zh-CN", CHINESE)):
                    code, message = error_of(client, "DeleteEmailAddress", {"EmailAddress": SENDER}, language=language)
                    self.assertEqual(code, "OperationDenied.NotAllowDelete", message)
                    self.assertIn(f"`{SENDER}`", message)
                    self.assertRegex(message, form)
                self.assertIn(SENDER, [one["EmailAddress"] for one in client.call("ListEmailAddress")["EmailSenders"]])
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


if __name__ == "__main__":
    program.main()
