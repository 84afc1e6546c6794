#!/usr/bin/python3
"""Promise: only people with a session get into the web console, a session ends at once, and neither door opens the other.

Method: a browser made of requests (tests/lib/console_client.py) and a client that signs, against the real program: links, logins
and guesses, foreign origins and hosts, each way in which a session ends, restarts, and the headers of every kind of answer.
"""
import pathlib
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from console_client import PASSWORD, Browser, EventStream, OwnedCase, serve, set_up, token_in  # noqa: E402
from program import OWN, Client, Program, free_port, tc3_headers  # noqa: E402

def sesame(server, *words):
    done = subprocess.run([str(program.BINARY), *words, "--data-dir", str(server.folder / "data"), "--listen", f"127.0.0.1:{server.port}"],
                          capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout + done.stderr


class FirstOwner(unittest.TestCase):
    def test_the_link_works_once_and_a_start_replaces_it(self):
        server = serve()
        with server:
            first = token_in(server.said, "setup")
            server.stop()
            server.start()
            browser, token = Browser(server.port), token_in(server.said, "setup")
            self.assertEqual(browser.get("/console/session").json["setup"], True)
            self.assertEqual(browser.log_in("ann", PASSWORD).code, "SetupNeeded")
            for wrong in (first, "0" * 32, "", "x" * 1000):
                answer = browser.post("/console/setup", {"token": wrong, "name": "ann", "password": PASSWORD})
                self.assertEqual((answer.status, answer.code), (403, "LinkInvalid"))
            # Mistakes that a person can mend do not use the link up.
            for name, password, code in (("ann", "short", "PasswordWeak"), ("ann", "password1234", "PasswordWeak"), ("a n", PASSWORD, "UserName")):
                self.assertEqual(browser.post("/console/setup", {"token": token, "name": name, "password": password}).code, code)
            answer = browser.post("/console/setup", {"token": token, "name": "ann", "password": PASSWORD})
            self.assertEqual((answer.status, answer.json["role"], answer.json["user"]), (200, "owner", "ann"))
            other = Browser(server.port)
            self.assertEqual(other.post("/console/setup", {"token": token, "name": "eve", "password": PASSWORD}).code, "LinkInvalid")
            server.stop()
            server.start()
            self.assertIsNone(token_in(server.said, "setup"))
            self.assertEqual(other.get("/console/session").json["setup"], False)

    def test_a_service_prints_no_link_and_the_operator_gets_one(self):
        with Program() as server:
            self.assertIsNone(token_in(server.said, "setup"))
            status, said = sesame(server, "console", "link")
            self.assertEqual(status, 0, said)
            browser = Browser(server.port)
            made = {"token": token_in(said, "setup"), "name": "ann", "password": PASSWORD}
            self.assertEqual(browser.post("/console/login", {"token": made["token"]}).code, "SetupNeeded")
            self.assertEqual(browser.post("/console/setup", made).status, 200)
            self.assertEqual(Browser(server.port).post("/console/setup", made).code, "LinkInvalid")

    def test_a_lost_password_comes_back_by_a_link(self):
        with serve() as server:
            before = set_up(server)
            status, said = sesame(server, "console", "link")
            token = token_in(said, "login")
            self.assertEqual(status, 0, said)
            abused = Browser(server.port).post("/console/setup", {"token": token, "name": "eve", "password": PASSWORD})
            self.assertEqual(abused.code, "LinkInvalid")
            self.assertEqual(Browser(server.port).post("/console/login", {"token": token}).json["user"], "ann")
            self.assertEqual(Browser(server.port).post("/console/login", {"token": token}).code, "LinkInvalid")
            self.assertNotEqual(sesame(server, "console", "link", "--user", "nobody")[0], 0)
            self.assertNotEqual(sesame(server, "users", "reset", "ann")[0], 0, "a server uses the folder")
            server.stop()
            status, said = sesame(server, "users", "reset", "ANN")
            self.assertEqual(status, 0, said)
            self.assertIn("owner", sesame(server, "users", "list")[1])
            server.start()
            self.assertFalse(before.logged_in())
            self.assertEqual(Browser(server.port).log_in("ann", PASSWORD).code, "LoginFailed")
            after = Browser(server.port).post("/console/login", {"token": token_in(said, "login")})
            self.assertEqual((after.status, after.json["password"]), (200, False))


class Guessing(unittest.TestCase):
    def setUp(self):
        self.server = serve().start()
        self.addCleanup(lambda: self.server.__exit__(None, None, None))
        set_up(self.server)

    def test_an_unknown_name_and_a_wrong_password_are_told_in_the_same_words(self):
        wrong = Browser(self.server.port).log_in("ann", "not her password")
        unknown = Browser(self.server.port).log_in("nobody", "not her password")
        self.assertEqual((wrong.status, wrong.bytes), (401, unknown.bytes))
        self.assertEqual(wrong.status, unknown.status)
        self.assertEqual(Browser(self.server.port).log_in("ANN", PASSWORD).status, 200)

    def test_after_five_wrong_passwords_each_attempt_waits_for_known_and_unknown_names(self):
        for name in ("ann", "nobody"):
            for _ in range(5):
                self.assertEqual(Browser(self.server.port).log_in(name, "wrong").status, 401)
            held = Browser(self.server.port).log_in(name, PASSWORD)
            self.assertEqual((held.status, held.code), (429, "TooManyAttempts"))
            self.assertGreaterEqual(int(held.headers["Retry-After"]), 1)
            # The network of the guesses is held, too; a restart begins anew.
            self.server.stop()
            self.server.start()
        self.assertEqual(Browser(self.server.port).log_in("ann", PASSWORD).status, 200)


class Doors(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = serve().start()
        cls.browser = set_up(cls.server)

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__(None, None, None)

    def test_a_session_calls_with_the_answers_of_a_signed_call(self):
        signed = self.server.client().call("ListEmailIdentities")
        answer = self.browser.call("ListEmailIdentities")
        called = answer.json["Response"]
        self.assertEqual(answer.headers["X-Sesame-Request"], "/console/calls/" + called["RequestId"])
        self.assertEqual({**called, "RequestId": ""}, {**signed, "RequestId": ""})
        for action, code in (("Fly", "InvalidAction"), ("ListReceivers", "MissingParameter")):
            self.assertEqual(self.browser.call(action).json["Response"]["Error"]["Code"], code)
        wrong = self.browser.post("/console/call", {}, X_TC_Action="ListReceivers", X_TC_Version="2020-10-02", X_TC_Region="mars")
        self.assertEqual(wrong.json["Response"]["Error"]["Code"], "InvalidParameterValue")

    def test_the_api_looks_at_no_cookie(self):
        headers = {"X_TC_Action": "ListEmailIdentities", "X_TC_Version": "2020-10-02", "X_TC_Region": "ap-guangzhou",
                   "X_TC_Timestamp": str(int(time.time()))}
        answer = self.browser.request("POST", "/", {}, **headers)
        self.assertEqual(answer.json["Response"]["Error"]["Code"], "MissingParameter")
        signed = self.browser.request("POST", "/", {}, Authorization="TC3-HMAC-SHA256 Credential=x", **headers)
        self.assertIn("AuthFailure", signed.json["Response"]["Error"]["Code"])

    def test_the_console_takes_no_signature(self):
        body = b"{}"
        signed = tc3_headers(body, self.browser.host, "ListEmailIdentities", "2020-10-02", int(time.time()))
        for browser in (Browser(self.server.port), self.browser):
            answer = browser.request("POST", "/console/call", body, **{name: signed[name] for name in signed if name != "Host"})
            self.assertEqual((answer.status, answer.code), (400, "SignedCall"))

    def test_pages_of_others_change_nothing(self):
        for headers in ({"Origin": "http://evil.test"}, {"Origin": "null"}, {"Origin": None}, {"Origin": f"https://{self.browser.host}"},
                        {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}):
            for path in ("/console/call", "/console/login", "/console/logout", "/console/setup", "/console/explorer/call", "/console/part"):
                self.assertEqual(self.browser.request("POST", path, {}, **headers).code, "ForeignOrigin", (path, headers))
        self.assertEqual(self.browser.get("/console/session", Sec_Fetch_Site="cross-site").code, "ForeignOrigin")
        self.assertTrue(self.browser.logged_in())

    def test_a_page_without_the_sessions_own_token_changes_nothing(self):
        for csrf in (None, "", "0" * 32):
            for path in ("/console/call", "/console/logout", "/console/step-up", "/console/explorer/call", "/console/part"):
                self.assertEqual(self.browser.request("POST", path, {}, X_Sesame_Csrf=csrf).code, "CsrfMismatch", path)
        for cookie in (None, "sesame=", "sesame=" + "0" * 64, "sesame=" + "x" * 5000):
            self.assertEqual(self.browser.request("POST", "/console/call", {}, Cookie=cookie).status, 401)
        self.assertTrue(self.browser.logged_in())

    def test_only_json_comes_in(self):
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", None):
            self.assertEqual(self.browser.request("POST", "/console/call", b"{}", Content_Type=kind).code, "BadRequest")
        for body in (b"", b"[]", b"{", b'{"name":1', b"\xff"):
            answer = self.browser.request("POST", "/console/login", body)
            self.assertIn((answer.status, answer.code), ((400, "BadRequest"), (401, "LoginFailed")))

    def test_a_rebound_name_reaches_nothing_and_the_refusal_names_the_setting(self):
        for host in ("evil.test", f"evil.test:{self.server.port}", "localhost.evil.test", ""):
            for method, path in (("GET", "/console/"), ("GET", "/console/session"), ("POST", "/console/call")):
                answer = self.browser.request(method, path, {} if method == "POST" else None, Host=host, Origin=f"http://{host}")
                self.assertEqual((answer.status, answer.code), (403, "HostNotAllowed"))
                self.assertIn("console.hosts", answer.json["error"]["message"])
        self.assertEqual(Browser(self.server.port, host=f"localhost:{self.server.port}").get("/console/session").status, 401)

    def test_every_answer_carries_the_strict_headers(self):
        part = self.browser.post("/console/part", {"html": "<script>alert(1)</script>"}).json["url"]
        policies = {"/console/": "script-src 'self'", "/console/tasks/17": "require-trusted-types-for 'script'",
                    "/console/assets/none.js": "default-src 'none'", "/console/session": "default-src 'none'", part: "sandbox; default-src 'none'",
                    "/console/api/description": "default-src 'none'"}
        for path, policy in policies.items():
            headers = self.browser.get(path).headers
            self.assertIn(policy, headers["Content-Security-Policy"], path)
            self.assertNotIn("unsafe-eval", headers["Content-Security-Policy"])
            self.assertEqual((headers["X-Content-Type-Options"], headers["Referrer-Policy"], headers["Cross-Origin-Opener-Policy"],
                              headers["Cross-Origin-Resource-Policy"]), ("nosniff", "no-referrer", "same-origin", "same-origin"), path)
            self.assertTrue(headers["Cache-Control"], path)
        self.assertNotIn("unsafe-inline", self.browser.get("/console/").headers["Content-Security-Policy"])
        self.assertIn("frame-ancestors 'none'", self.browser.get("/console/").headers["Content-Security-Policy"])

    def test_foreign_content_is_shown_to_its_session_only(self):
        part = self.browser.post("/console/part", {"html": "<b>hello</b>"}).json["url"]
        answer = self.browser.get(part)
        self.assertEqual((answer.status, answer.bytes), (200, b"<b>hello</b>"))
        other = Browser(self.server.port)
        self.assertEqual(other.get(part).status, 401)
        other.log_in("ann", PASSWORD)
        self.assertEqual(other.get(part).status, 404)
        self.assertEqual(self.browser.get(part, Sec_Fetch_Site="cross-site").code, "ForeignOrigin")
        self.assertNotIn("https:", answer.headers["Content-Security-Policy"])
        remote = self.browser.post("/console/part", {"html": "x", "images": True}).json["url"]
        self.assertIn("img-src data: https:", self.browser.get(remote).headers["Content-Security-Policy"])
        large = self.browser.post("/console/part", {"html": "x" * (4 * 1024 * 1024 + 1)})
        self.assertEqual((large.status, large.code), (413, "PartTooLarge"))

    def test_a_browser_that_asks_for_the_root_is_shown_the_way_and_a_client_is_not(self):
        browser = Browser(self.server.port)
        shown = browser.get("/", Accept="text/html,*/*")
        self.assertEqual((shown.status, shown.headers["Location"]), (302, "/console/"))
        for path, headers in (("/", {"Accept": "*/*"}), ("/?Action=ListReceivers", {"Accept": "text/html"}),
                              ("/", {"Accept": "text/html", "Authorization": "x"})):
            self.assertIn("Response", browser.get(path, **headers).json, path)


class Ends(OwnedCase, unittest.TestCase):
    def test_log_out_ends_the_session_and_takes_the_cookie(self):
        token = self.owner.cookie
        answer = self.owner.post("/console/logout")
        self.assertEqual((answer.status, answer.bytes), (204, b""))
        self.assertIn("Max-Age=0", answer.headers["Set-Cookie"])
        self.owner.cookie = token
        self.assertFalse(self.owner.logged_in())

    def test_a_new_password_ends_every_other_session_at_once(self):
        elsewhere = Browser(self.server.port)
        elsewhere.log_in("ann", PASSWORD)
        self.assertNotIn("Error", self.owner.call("PutUser", Name="ann", Password="another good password").json["Response"])
        self.assertFalse(elsewhere.logged_in())
        self.assertTrue(self.owner.logged_in())
        self.assertEqual(Browser(self.server.port).log_in("ann", PASSWORD).status, 401)
        self.assertEqual(Browser(self.server.port).log_in("ann", "another good password").status, 200)

    def test_a_new_role_and_the_end_of_a_user_end_sessions_at_once(self):
        bob = self.user("bob", "operator")
        self.owner.call("PutUser", Name="bob", Role="analyst")
        self.assertFalse(bob.logged_in())
        bob.log_in("bob", PASSWORD)
        self.owner.call("PutUser", Name="bob", Enabled=False)
        self.assertFalse(bob.logged_in())
        self.assertEqual(bob.log_in("bob", PASSWORD).code, "LoginFailed")
        self.owner.call("PutUser", Name="bob", Enabled=True)
        bob.log_in("bob", PASSWORD)
        self.owner.call("DeleteUser", Name="bob")
        self.assertFalse(bob.logged_in())

    def test_an_event_stream_ends_with_its_session(self):
        ends = {"log-out": lambda: bob.post("/console/logout"),
                "password": lambda: self.owner.call("PutUser", Name="bob", Password="another good password"),
                "role": lambda: self.owner.call("PutUser", Name="bob", Role="analyst"),
                "end of the user": lambda: self.owner.call("DeleteUser", Name="bob")}
        own = EventStream(self.owner, "session")
        own.until("ready")
        bob = self.user("bob", "operator")
        for name, end in ends.items():
            bob.log_in("bob", "another good password" if name in ("role", "end of the user") else PASSWORD)
            stream = EventStream(bob, "session,inbox")
            stream.until("ready")
            begun = time.monotonic()
            end()
            stream.until("session", ended=True)
            self.assertIsNone(stream.next(), name)
            self.assertLess(time.monotonic() - begun, 2, name)
            self.assertEqual(EventStream(bob, "session").status, 401, name)
        begun = time.monotonic()
        self.server.stop()
        self.assertLess(time.monotonic() - begun, 5)
        self.assertNotIn("session", [event[0] for event in iter(own.next, None)])

    def test_event_streams_are_for_their_own_pages_and_so_many(self):
        for header, status in (("same-origin", 200), ("cross-site", 403), ("same-site", 403)):
            self.assertEqual(EventStream(self.owner, "inbox", Sec_Fetch_Site=header).status, status)
        self.assertEqual(EventStream(Browser(self.server.port), "inbox").status, 401)
        self.assertEqual(EventStream(self.owner, "inbox", Host="evil.example").status, 403)
        analyst = self.user("eve", "reviewer")
        stream = EventStream(analyst, "inbox,templates,webhooks")
        stream.until("ready", topics=["templates", "session"])
        program.eventually(lambda: self.streams() == 1, what="the streams that were refused or left to end")
        streams = [EventStream(self.owner, "inbox") for _ in range(9)]
        self.assertEqual([stream.status for stream in streams], [200] * 8 + [503])
        streams[0].close()
        program.eventually(lambda: EventStream(self.owner, "inbox").status == 200, what="a place that was given back")

    def streams(self):
        text = Browser(self.server.port).get("/metrics").bytes.decode()
        return sum(float(line.split()[1]) for line in text.splitlines() if line.startswith("sesame_console_streams "))

    def test_a_session_outlasts_restarts_and_kills(self):
        for end in (self.server.stop, self.server.kill):
            end()
            self.server.start()
            self.assertTrue(self.owner.logged_in())
        self.assertNotIn("Error", self.owner.call("ListUsers", Offset=0, Limit=10).json["Response"])

    def test_a_held_start_ends_every_session(self):
        """A restored folder has sessions that ended since its backup."""
        self.assertTrue(self.owner.logged_in())
        self.server.stop()
        self.server.flags.append("--hold-delivery")
        self.server.start()
        self.assertFalse(self.owner.logged_in())
        self.assertEqual(self.owner.log_in("ann", PASSWORD).status, 200)

    def test_a_credential_manages_users_but_owners(self):
        client = self.server.client()
        self.assertEqual(client.call("PutUser", OWN, Name="bob", Role="analyst")["Name"], "bob")
        for change in ({"Name": "ann", "Password": PASSWORD}, {"Name": "new", "Role": "owner"}):
            with self.assertRaises(program.ApiError) as refused:
                client.call("PutUser", OWN, **change)
            self.assertEqual(refused.exception.code, "AuthFailure.UnauthorizedOperation")
        client.close()


class Wires(unittest.TestCase):
    REMOTE = {"X-Forwarded-For": "203.0.113.7"}
    TLS = {**REMOTE, "X-Forwarded-Proto": "https"}

    def test_over_plain_http_passwords_come_from_this_machine_only(self):
        server = serve(**{"http.trusted_proxies": "127.0.0.1"})
        with server:
            set_up(server)
            remote = Browser(server.port, headers=self.REMOTE)
            for path in ("/console/setup", "/console/login"):
                answer = remote.post(path, {"name": "ann", "password": PASSWORD})
                self.assertEqual((answer.status, answer.code), (403, "PlainHttpRefused"))
                self.assertIn("console.plain_http", answer.json["error"]["message"])
            private = Browser(server.port, scheme="https", headers=self.TLS)
            answer = private.log_in("ann", PASSWORD)
            self.assertRegex(answer.headers["Set-Cookie"], r"^__Host-sesame=[0-9a-f]{64}; Path=/; HttpOnly; SameSite=Strict; .*Secure$")
            self.assertIn("max-age", answer.headers["Strict-Transport-Security"])
            self.assertTrue(private.logged_in())
            self.assertNotIn("Error", private.call("ListEmailIdentities").json["Response"])
            # The cookie of the one wire is nothing on the other.
            private.headers, private.scheme = {}, "http"
            self.assertFalse(private.logged_in())

    def test_a_proxy_that_nobody_named_makes_no_client_local(self):
        with serve() as server:
            set_up(server)
            self.assertEqual(Browser(server.port, headers=self.TLS).log_in("ann", PASSWORD).code, "PlainHttpRefused")

    def test_the_operator_may_allow_it(self):
        with serve(**{"http.trusted_proxies": "127.0.0.1", "console.plain_http": "true"}) as server:
            set_up(server)
            self.assertEqual(Browser(server.port, headers=self.REMOTE).log_in("ann", PASSWORD).status, 200)

    def test_the_console_has_names_and_a_listener_of_its_own(self):
        port = free_port()
        with Program(**{"console.listen": f"localhost:{port}", "console.hosts": "desk.example"}) as server:
            for host, status in (("desk.example", 401), (f"desk.example:{port}", 401), ("other.example", 403)):
                self.assertEqual(Browser(port, host=host).get("/console/session").status, status)
            self.assertIn("Response", Browser(server.port).get("/console/session").json)
            self.assertEqual(Browser(port).get("/").headers["Location"], "/console/")
            self.assertEqual(Browser(port).post("/", {}).status, 404)

    def test_a_console_that_is_off_is_not_there(self):
        with Program(**{"console.enabled": "false"}) as server:
            for path in ("/console/", "/console/session"):
                self.assertIn("Response", Browser(server.port).get(path).json)
            status, envelope = Client(server.port).raw("ListEmailIdentities", b"{}")[0::2]
            self.assertEqual(status, 200)
            self.assertNotIn("Error", envelope["Response"])
            self.assertNotIn("/console/", server.said)


if __name__ == "__main__":
    program.main()
