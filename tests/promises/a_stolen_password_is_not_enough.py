#!/usr/bin/python3
"""Promise: with a second factor, a password or a link alone logs nobody in, each code works once, and people see and end their sessions.

Method: browsers made of requests (tests/lib/console_client.py) and an app for codes of their own arithmetic, against the real
program: set-up, logins, used codes, recovery codes, links, proofs, the way back by `sesame users reset`, and lists of sessions.
"""
import json
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from console_client import PASSWORD, App, Browser, serve, set_up, switch_on_factor, token_in  # noqa: E402
from stored_rows import database  # noqa: E402


def sesame(server, *words):
    done = subprocess.run([str(program.BINARY), *words, "--data-dir", str(server.folder / "data")],
                          capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout + done.stderr


class Case(unittest.TestCase):
    def setUp(self):
        self.server = serve().start()
        self.addCleanup(lambda: self.server.__exit__(None, None, None))
        self.ann = set_up(self.server)

    def browser(self):
        return Browser(self.server.port)


class SecondFactor(Case):
    def setUp(self):
        super().setUp()
        self.app, self.recovery = switch_on_factor(self.ann)

    def test_the_password_alone_is_asked_for_a_code_which_works_once(self):
        def refused(code):
            answer = self.browser().log_in("ann", PASSWORD, code)
            return answer.status, answer.code
        self.assertEqual((refused(None), refused("")), ((401, "CodeNeeded"), (401, "CodeNeeded")))
        code = self.app.code()
        pasted = f" {code[:3]} {code[3:]} "
        entered = self.browser()
        answer = entered.log_in("ann", PASSWORD, pasted)
        self.assertEqual((answer.status, answer.json["second_factor"], answer.json["recovery_codes"]), (200, True, 10))
        self.assertTrue(entered.logged_in())
        for wrong in (code, pasted, "000000", "x" * 500):  # More would be held as guesses.
            self.assertEqual(refused(wrong), (401, "CodeWrong"), wrong)

    def test_a_wrong_password_is_told_in_the_same_words_with_and_without_a_code(self):
        right = self.app.code()
        answers = {self.browser().log_in(name, "not her password", code).bytes for name in ("ann", "nobody") for code in (None, right)}
        self.assertEqual(len(answers), 1)
        self.assertIn(b"LoginFailed", answers.pop())
        # The right code was not used up by a wrong password.
        self.assertEqual(self.browser().log_in("ann", PASSWORD, right).status, 200)

    def test_guesses_of_codes_are_held(self):
        codes = [self.browser().log_in("ann", PASSWORD, f"{n:06}").code for n in range(8)]
        self.assertEqual(codes[:5], ["CodeWrong"] * 5)
        self.assertIn("TooManyAttempts", codes)

    def test_recovery_codes_log_in_once_each(self):
        self.assertEqual(len(set(self.recovery)), 10)
        answer = self.browser().log_in("ann", PASSWORD, self.recovery[3].upper())
        self.assertEqual((answer.status, answer.json["recovery_codes"]), (200, 9))
        self.assertEqual(self.browser().log_in("ann", PASSWORD, self.recovery[3]).code, "CodeWrong")

    def test_a_link_asks_for_the_code_and_is_not_used_up_by_the_question(self):
        token = token_in(sesame(self.server, "console", "link")[1], "login")
        link = lambda **more: self.browser().post("/console/login", {"token": token, **more})  # noqa: E731
        self.assertEqual((link().code, link(code="000000").code), ("CodeNeeded", "CodeWrong"))
        self.assertEqual(link(code=self.app.code()).status, 200)
        self.assertEqual(link(code=self.app.code()).code, "LinkInvalid")

    def test_a_code_proves_a_session_again_and_a_used_one_does_not(self):
        code = self.app.code()
        self.assertEqual(self.ann.post("/console/step-up", {"code": code}).status, 200)
        self.assertEqual(self.ann.post("/console/step-up", {"code": code}).code, "CodeWrong")
        self.assertEqual(self.ann.post("/console/step-up", {"password": PASSWORD}).status, 200)

    def test_a_change_ends_the_other_sessions(self):
        other = self.browser()
        self.assertEqual(other.log_in("ann", PASSWORD, self.app.code()).status, 200)
        self.assertEqual(self.ann.post("/console/second-factor", {"off": True}).status, 204)
        self.assertFalse(other.logged_in())
        self.assertTrue(self.ann.logged_in())
        self.assertEqual(self.browser().log_in("ann", PASSWORD).status, 200)

    def test_the_operator_switches_it_off(self):
        self.server.stop()
        status, said = sesame(self.server, "users", "reset", "ann")
        self.assertEqual(status, 0, said)
        self.server.start()
        answer = self.browser().post("/console/login", {"token": token_in(said, "login")})
        self.assertEqual((answer.status, answer.json["second_factor"]), (200, False))

    def test_neither_secret_nor_codes_stand_in_the_database(self):
        self.server.stop()
        data = b"".join(path.read_bytes() for path in (self.server.folder / "data").glob("sesame.db*"))
        for secret in (self.app.secret, *(code.encode() for code in self.recovery)):
            self.assertNotIn(secret, data)
        with database(self.server) as connection:
            self.assertEqual(connection.execute("SELECT count(*) FROM recovery_code").fetchone()[0], 10)


class Guesses(unittest.TestCase):
    """Guessers with networks enough for every pause between passwords to hold nothing."""

    def setUp(self):
        self.server = serve(**{"http.trusted_proxies": "127.0.0.1"}).start()
        self.addCleanup(lambda: self.server.__exit__(None, None, None))
        self.ann = set_up(self.server)
        self.app, self.recovery = switch_on_factor(self.ann)

    def from_network(self, number):
        host = f"127.0.0.1:{self.server.port}"
        return Browser(self.server.port, host=host, scheme="https",
                       headers={"X-Forwarded-For": f"203.0.113.{number}", "X-Forwarded-Proto": "https"})

    def test_who_has_the_password_guesses_ten_codes_and_then_hardly_any(self):
        answers = [self.from_network(n).log_in("ann", PASSWORD, f"{n:06}") for n in range(1, 15)]
        self.assertEqual([answer.code for answer in answers], ["CodeWrong"] * 10 + ["TooManyAttempts"] * 4)
        self.assertGreater(int(answers[-1].headers["Retry-After"]), 1800, "an hour for one more")
        # Even the right one waits: else guesses would go on. Recovery codes cannot be guessed, and go through.
        self.assertEqual(self.from_network(20).log_in("ann", PASSWORD, self.app.code()).code, "TooManyAttempts")
        self.assertEqual(self.ann.post("/console/step-up", {"code": self.app.code()}).code, "TooManyAttempts")
        self.assertEqual(self.from_network(21).log_in("ann", PASSWORD, self.recovery[0]).status, 200)

    def test_strangers_use_up_nobodys_guesses(self):
        for number in range(1, 31):
            self.assertEqual(self.from_network(number).log_in("ann", "not her password", f"{number:06}").code, "LoginFailed")
        self.assertEqual(self.from_network(40).log_in("ann", PASSWORD, self.app.code()).status, 200)


class SetUp(Case):
    def test_a_factor_is_on_only_when_a_code_has_confirmed_it(self):
        begun = self.ann.post("/console/second-factor", {"begin": True}).json
        self.assertRegex(begun["uri"], rf"^otpauth://totp/Sesame%20127\.0\.0\.1:ann\?secret={begun['secret']}&issuer=Sesame%20127\.0\.0\.1&")
        self.assertEqual(self.ann.post("/console/second-factor", {"ticket": begun["ticket"], "code": "000000"}).code, "CodeWrong")
        self.assertEqual(self.browser().log_in("ann", PASSWORD).status, 200, "it is off")
        for ticket in ("", "00", begun["ticket"][:-2] + "00", "x" * 5000):
            self.assertEqual(self.ann.post("/console/second-factor", {"ticket": ticket, "code": App(begun["secret"]).code()}).code, "BadRequest")
        other = self.browser()
        other.log_in("ann", PASSWORD)
        stolen = other.post("/console/second-factor", {"ticket": begun["ticket"], "code": App(begun["secret"]).code()})
        self.assertEqual(stolen.code, "BadRequest", "a ticket belongs to its session")

    def test_an_old_proof_is_not_enough_and_pages_of_others_change_nothing(self):
        for path in ("/console/second-factor", "/console/sessions"):
            self.assertEqual(self.ann.request("POST", path, {}, Origin="http://evil.test").code, "ForeignOrigin")
            self.assertEqual(self.ann.request("POST", path, {}, X_Sesame_Csrf="0" * 32).code, "CsrfMismatch")
            self.assertEqual(self.browser().post(path).status, 401)
        self.server.stop()
        with database(self.server) as connection:
            connection.execute("UPDATE console_session SET proven_ms = proven_ms - 3600000")
        self.server.start()
        for body in ({"begin": True}, {"off": True}, {"ticket": "00", "code": "000000"}):
            self.assertEqual(self.ann.post("/console/second-factor", body).code, "StepUpNeeded")


class Sessions(Case):
    def list(self, browser):
        return browser.get("/console/sessions").json["sessions"]

    def test_people_see_their_own_sessions_and_nobody_elses(self):
        self.ann.call("PutUser", Name="bob", Role="sender", Password=PASSWORD)
        bob = self.browser()
        self.assertEqual(bob.log_in("bob", PASSWORD).status, 200)
        phone = Browser(self.server.port, headers={"User-Agent": "a phone"})
        phone.log_in("ann", PASSWORD)
        own = self.list(self.ann)
        self.assertEqual([(row["peer"], row["agent"], row["current"]) for row in own],
                         [("127.0.0.1", "a phone", False), ("127.0.0.1", "", True)])
        self.assertNotIn(phone.cookie.split("=")[1], json.dumps(own))
        self.assertEqual([row["current"] for row in self.list(bob)], [True])
        # Nobody ends the session of another.
        self.assertEqual(bob.post("/console/sessions", {"end": own[0]["id"]}).status, 204)
        self.assertTrue(phone.logged_in())

    def test_one_session_ends_or_all_others(self):
        browsers = [self.browser() for _ in range(3)]
        for browser in browsers:
            browser.log_in("ann", PASSWORD)
        newest = self.list(self.ann)[0]["id"]
        self.assertEqual(self.ann.post("/console/sessions", {"end": newest}).status, 204)
        self.assertEqual([browser.logged_in() for browser in browsers].count(False), 1)
        self.assertEqual(self.ann.post("/console/sessions", {}).code, "BadRequest")
        self.assertEqual(self.ann.post("/console/sessions", {"end_others": True}).status, 204)
        self.assertEqual([browser.logged_in() for browser in [*browsers, self.ann]], [False, False, False, True])

    def test_a_new_password_leaves_one_session(self):
        self.browser().log_in("ann", PASSWORD)
        self.assertEqual(len(self.list(self.ann)), 2)
        self.ann.call("PutUser", Name="ann", Password="another good password")
        self.assertEqual([row["current"] for row in self.list(self.ann)], [True])


if __name__ == "__main__":
    program.main()
