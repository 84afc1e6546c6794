#!/usr/bin/python3
"""Promise: what belongs to one account or region is nothing to another, and a revoked credential is refused at once.

Method: strangers (another account, who manages the accounts, the same account in another region) have the same things as an
owner, and try every described action on the owner's (tests/lib/foreign_cases.py): they learn and change nothing, while the same
request about one's own is served. Credentials are disabled while they are in use, and the server is killed in between; what
the data folder and the log hold is searched for every key that was shown.
"""
import base64
import json
import pathlib
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import foreign_cases  # noqa: E402
import program  # noqa: E402
from description import DESCRIBED  # noqa: E402
from foreign_cases import Refused, World  # noqa: E402
from program import OWN, SES, ApiError, Client, Program, eventually  # noqa: E402
from sink import Sink  # noqa: E402
from stored_rows import add_complaints, add_returned_mails  # noqa: E402


class Caller:
    """Calls as somebody in some region; shares a program's connection."""

    def __init__(self, client, made=None, region="ap-guangzhou", app_id=None):
        self.client, self.signing, self.headers, self.app_id = client, {"region": region}, {}, app_id
        if made and "Token" in made:
            self.signing.update(secret_id=made["TmpSecretId"], secret_key=made["TmpSecretKey"])
            self.headers = {"X-TC-Token": made["Token"]}
        elif made:
            self.signing.update(secret_id=made["SecretId"], secret_key=made["SecretKey"])

    def call(self, action, version=SES, **request):
        _, _, envelope = self.client.raw(action, json.dumps(request).encode(), version, headers=dict(self.headers), **self.signing)
        response = envelope["Response"]
        if "Error" in response:
            raise ApiError(response["Error"]["Code"], response["Error"]["Message"])
        return response

    def code(self, action, version=SES, **request):
        try:
            self.call(action, version, **request)
        except ApiError as error:
            return error.code
        return "OK"


RELAY = {"gone.": "550 5.1.1 no such user", "slow.": "450 4.2.0 later"}


def without_id(answer):
    return {name: value for name, value in answer.items() if name not in ("RequestId", "DryRunId")}


class Strangers(unittest.TestCase):
    """tests/lib/foreign_cases.py, played by each kind of stranger against an owner with one of everything."""

    def test_every_action_is_tried_or_concerns_no_object(self):
        tried = {case.action for case in foreign_cases.cases()}
        excused = set(foreign_cases.CONCERNS_NO_OBJECT)
        self.assertEqual(set(DESCRIBED) - tried - excused, set(), "described, but not in tests/lib/foreign_cases.py")
        self.assertEqual(tried & excused, set(), "tried, so it is no longer to be excused")
        self.assertEqual(excused - set(DESCRIBED), set(), "excused, but not described")

    def test_in_the_sandbox(self):
        with Program(**{"limits.domains": 100}) as server:
            self.play_everybody(server, "sandbox")

    def test_with_a_relay(self):
        with Sink(reply=lambda address: RELAY.get(address[:5])) as sink:
            with Program(**{"delivery.mode": "relay", "delivery.relay": f"127.0.0.1:{sink.port}", "delivery.relay_tls": "off"}) as server:
                self.play_everybody(server, "relay")

    def play_everybody(self, server, mode):
        client = server.client()
        manager = client.call("ListAccounts", OWN, Offset=0, Limit=1)["Data"][0]["AppId"]
        admin = Caller(client, app_id=manager)

        def tenant(name):
            app_id = admin.call("CreateAccount", OWN, Name=name)["AppId"]
            return Caller(client, admin.call("CreateCredential", OWN, AppId=app_id, Name=name), app_id=app_id)
        worlds = {}
        # The manager is an owner before it is a stranger, who empties an inbox.
        for kind, owner, stranger in (("region", admin, Caller(client, region="ap-hongkong", app_id=manager)),
                                      ("account", tenant("owner"), tenant("stranger")), ("manager", tenant("owner"), admin)):
            # No mark is a part of another.
            worlds[kind] = World(owner, f"{kind}-owner-{mode}", mode), World(stranger, f"{kind}-stranger-{mode}", mode)
        client.close()
        server.stop()
        for world in (world for pair in worlds.values() for world in pair):
            add_complaints(server, world.app_id, world.caller.signing["region"], world.sender, [f"ann.{world.mark}@post.test"],
                           int(time.time()))
            world.returned = add_returned_mails(server, world.app_id, world.caller.signing["region"],
                                                [f"back.{world.mark}@post.test"], int(time.time()))[0]
        server.start()
        for kind, (theirs, mine) in worlds.items():
            with self.subTest(kind=kind, mode=mode):
                self.play(kind, mode, theirs, mine)
        client.close()

    def play(self, kind, mode, theirs, mine):
        chosen = [case for case in foreign_cases.cases() if case.mode == mode]
        for world in (theirs, mine):
            world.begin_dry_run()
        before = self.read_all(chosen, theirs)
        for case in chosen:
            if isinstance(case, Refused) and kind not in case.codes:
                continue
            with self.subTest(action=case.action, kind=kind):
                request = case.request(mine, theirs)
                if isinstance(case, Refused):
                    self.assertEqual(mine.caller.code(case.action, case.version, **request), case.codes[kind], request)
                    continue
                answer = without_id(mine.caller.call(case.action, case.version, **request))
                self.assertTrue(self.holds_nothing(case, answer, theirs), answer)
                self.check_total(answer)
                if case.effect == "read":
                    own = theirs.caller.call(case.action, case.version, **request)
                    self.assertFalse(self.holds_nothing(case, own, theirs), f"the owner does not see their own: {own}")
        self.assertEqual(self.read_all(chosen, theirs), before, "a stranger changed something")
        self.play_owner(chosen, theirs)

    def holds_nothing(self, case, answer, theirs):
        return theirs.mark not in json.dumps(answer) and (case.nothing is None or case.nothing(answer))

    def check_total(self, answer):
        """A page that holds all rows there are: what the owner has is not counted, either."""
        rows = [value for value in answer.values() if isinstance(value, list)]
        for name in {"TotalCount", "Total"} & set(answer) if rows else ():
            self.assertEqual(answer[name], len(rows[0]), answer)

    def read_all(self, chosen, world):
        """Everything the table can see of a world, as its owner sees it; the audit log grows by what the account tries in any region."""
        return {f"{number} {case}": without_id(world.caller.call(case.action, case.version, **case.request(world, world)))
                for number, case in enumerate(chosen) if case.effect == "read" and case.owner == "OK" and case.action != "ListAuditEntries"}

    def play_owner(self, chosen, world):
        """The requests are good: the same about one's own is served."""
        for case in chosen:
            if case.owner is None or not isinstance(case, Refused):
                continue
            with self.subTest(action=case.action, by="owner"):
                request = case.request(world, world)
                if case.action == "DeleteEmailIdentity":  # Not while its mail is under way.
                    eventually(lambda: world.statuses() == {1}, 30, "the mail")
                self.assertEqual(world.caller.code(case.action, case.version, **request), case.owner, request)


class Apart(unittest.TestCase):
    def setUp(self):
        self.server = Program().start()
        self.client = self.server.client()
        self.admin = Caller(self.client)

    def tearDown(self):
        self.client.close()
        self.server.__exit__(None, None, None)

    def test_only_who_manages_accounts_reviews_templates(self):
        app_id = self.admin.call("CreateAccount", OWN, Name="Bookshop")["AppId"]
        tenant = Caller(self.client, self.admin.call("CreateCredential", OWN, AppId=app_id))
        content = {"Text": base64.b64encode(b"Hello").decode()}
        made = tenant.call("CreateEmailTemplate", TemplateName="letter", TemplateContent=content)["TemplateID"]
        review = {"TemplateID": made, "Approved": False, "Reason": "no"}
        self.assertEqual(tenant.code("ReviewEmailTemplate", OWN, **review), "AuthFailure.UnauthorizedOperation")
        self.assertEqual(self.admin.code("ReviewEmailTemplate", OWN, **review), "InvalidParameterValue.TemplateNotExist")
        self.assertEqual(self.admin.code("ReviewEmailTemplate", OWN, AppId=1, **review), "ResourceNotFound")
        self.admin.call("ReviewEmailTemplate", OWN, AppId=app_id, **review)
        self.assertEqual(tenant.call("GetEmailTemplate", TemplateID=made)["TemplateStatus"], 2)

    def test_regions_that_are_served_are_a_setting(self):
        with Program(**{"api.regions": "eu-frankfurt"}) as server:
            client = server.client()
            self.assertEqual(Caller(client, region="eu-frankfurt").code("ListEmailAddress"), "OK")
            self.assertEqual(Caller(client).code("ListEmailAddress"), "UnsupportedRegion")
            client.close()

    def test_limits_are_each_accounts_own(self):
        with Program(**{"limits.requests_per_second": 3}) as server:
            client = server.client()
            admin = Caller(client)
            app_id = admin.call("CreateAccount", OWN, Name="Bookshop")["AppId"]
            tenant = Caller(client, admin.call("CreateCredential", OWN, AppId=app_id))
            # However fast the first account calls, the second one's first calls of a second are served.
            eventually(lambda: "RequestLimitExceeded" in [admin.code("ListEmailAddress") for _ in range(10)], 10, "the limit")
            self.assertEqual(tenant.code("ListEmailAddress"), "OK")
            client.close()


class Revoked(unittest.TestCase):
    def test_at_once_while_it_is_in_use(self):
        with Program() as server:
            client = server.client()
            admin = Caller(client)
            for use_session in (False, True):
                made = admin.call("CreateCredential", OWN)
                key = Caller(client, made).call("CreateSessionToken", OWN) if use_session else made
                refused = "AuthFailure.TokenFailure" if use_session else "AuthFailure.SecretIdNotFound"
                seen, stop = [], threading.Event()

                def use():
                    mine = Client(server.port)
                    caller = Caller(mine, key)
                    while not stop.is_set():
                        begun = time.monotonic()
                        seen.append((begun, caller.code("ListReceivers", Offset=0, Limit=1)))
                    mine.close()
                workers = [threading.Thread(target=use) for _ in range(8)]
                for worker in workers:
                    worker.start()
                eventually(lambda: len(seen) > 200, 30, "some calls")
                admin.call("DisableCredential", OWN, CredentialId=made["SecretId"])
                answered = time.monotonic()
                eventually(lambda: sum(begun > answered for begun, _ in seen) > 200, 30, "some calls after it")
                stop.set()
                for worker in workers:
                    worker.join()
                self.assertEqual({code for begun, code in seen if begun > answered}, {refused})
                self.assertEqual({code for _, code in seen}, {"OK", refused})
            client.close()

    def test_also_after_kill(self):
        """What was answered is on disk: a disabled key stays disabled, a token of a live one stays good."""
        server = Program()
        with server:
            client = server.client()
            admin = Caller(client)
            gone, kept = admin.call("CreateCredential", OWN), admin.call("CreateCredential", OWN, Permission="read-only")
            session = Caller(client, kept).call("CreateSessionToken", OWN)
            admin.call("DisableCredential", OWN, CredentialId=gone["SecretId"])
            server.kill()
            client.close()
            server.start()
            page = {"Offset": 0, "Limit": 1}
            client = server.client()
            self.assertEqual(Caller(client, gone).code("ListReceivers", **page), "AuthFailure.SecretIdNotFound")
            for good in (kept, session):
                self.assertEqual(Caller(client, good).code("ListReceivers", **page), "OK")
                self.assertEqual(Caller(client, good).code("CreateReceiver", ReceiversName="x"), "AuthFailure.UnauthorizedOperation")
            client.close()

    def test_a_token_ends_at_its_time(self):
        with Program() as server:
            client = server.client()
            session = Caller(client, Caller(client).call("CreateSessionToken", OWN, DurationSeconds=2))
            self.assertEqual(session.code("ListEmailAddress"), "OK")
            code = eventually(lambda: (code := session.code("ListEmailAddress")) != "OK" and code, 10, "its end")
            self.assertEqual(code, "AuthFailure.TokenFailure")
            client.close()


class Secrets(unittest.TestCase):
    def test_no_key_lies_open_in_the_data_or_the_log(self):
        server = Program(**{"log.level": "debug"})
        with server:
            client = server.client()
            admin = Caller(client)
            shown = [program.SECRET_KEY]
            for _ in range(5):
                made = admin.call("CreateCredential", OWN, Name="shop")
                session = Caller(client, made).call("CreateSessionToken", OWN)
                Caller(client, session).call("ListEmailAddress")
                shown += [made["SecretKey"], session["TmpSecretKey"], session["Token"]]
            listed = json.dumps(admin.call("ListCredentials", OWN, Offset=0, Limit=100))
            for key in shown:
                self.assertNotIn(key, listed)
            client.close()
            server.stop()
            for path in filter(pathlib.Path.is_file, server.folder.rglob("*")):
                content = path.read_bytes()
                for key in shown:
                    self.assertNotIn(key.encode(), content, path)


if __name__ == "__main__":
    program.main()
