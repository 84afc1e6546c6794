#!/usr/bin/python3
"""Promise: a call that is repeated with its idempotency key acts once and is answered as the first time, kills included.

Method: the program is killed at random moments while clients send mails and uploads; a call whose answer was lost is
repeated with the same key until it is answered. In the end every mail is in the inbox once, every group has what was
uploaded once, and every answer that came before a kill comes again after it. And `sesame send` is typed once before a
proxy that loses the first answers.
"""
import http.client
import http.server
import json
import pathlib
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import beijing  # noqa: E402
import program  # noqa: E402
from chance import seeded  # noqa: E402
from command_case import CommandCase  # noqa: E402
from program import SENDER, SES, Program, eventually, group_row, prepare_sender, tc3_headers, wait_uploaded  # noqa: E402

KEY, REPLAY = "X-Sesame-Idempotency-Key", "X-Sesame-Idempotent-Replay"
CALLERS, CALLS, KILLS = 4, 60, 6


class Lost(Exception):
    """The answer did not come."""


def once(client, key, action, **parameters):
    """(the answer's bytes, whether it is a replay); Lost when the connection broke."""
    connection, body = http.client.HTTPConnection("127.0.0.1", client.port, timeout=60), json.dumps(parameters).encode()
    try:
        headers = tc3_headers(body, client.host, action, SES, int(time.time()))
        connection.request("POST", "/", body=body, headers={**headers, KEY: key})
        answer = connection.getresponse()
        return answer.read(), answer.headers.get(REPLAY) == "1"
    except (OSError, http.client.HTTPException) as lost:
        raise Lost from lost
    finally:
        connection.close()


def repeated(client, key, action, **parameters):
    """The answer, however often the call must be repeated for it."""
    def answered():
        try:
            text, _ = once(client, key, action, **parameters)
        except Lost:
            return None
        error = json.loads(text)["Response"].get("Error")
        if error and error["Code"] in ("ResourceInUse", "ServiceUnavailable"):
            return None
        return text
    return eventually(answered, 60, f"an answer to {action}")


class LosingProxy(http.server.ThreadingHTTPServer):
    """Passes requests to a server on `port`, and closes the connection instead of giving the first two answers of an
    action."""

    def __init__(self, port, action):
        self.server_port_behind, self.action, self.answers = port, action, []
        super().__init__(("127.0.0.1", 0), Pass)
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Pass(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        behind = http.client.HTTPConnection("127.0.0.1", self.server.server_port_behind, timeout=60)
        behind.request("POST", self.path, body=body, headers=dict(self.headers))
        answer = behind.getresponse()
        text = answer.read()
        behind.close()
        if self.headers["X-TC-Action"] == self.server.action:
            self.server.answers.append((text, answer.headers.get(REPLAY) == "1"))
            if len(self.server.answers) <= 2:
                self.close_connection = True
                return
        self.send_response(answer.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


class TheCommandLineRepeats(CommandCase):
    def test_a_campaign_whose_answers_got_lost_is_mailed_once(self):
        template = prepare_sender(self.client, text="Hello")
        group = self.client.call("CreateReceiver", ReceiversName="typed")["ReceiverId"]
        self.client.call("CreateReceiverDetail", ReceiverId=group, Emails=["ann@post.test"])
        wait_uploaded(self.client, group)
        with LosingProxy(self.server.port, "BatchSendEmail") as proxy:
            self.sesame("send", "--group", "typed", "--from", SENDER, "--subject", "Once", "--template", template,
                        SESAME_ENDPOINT=f"http://127.0.0.1:{proxy.server_port}")
            proxy.shutdown()
        self.assertEqual([replayed for _, replayed in proxy.answers], [False, True, True])
        self.assertEqual(len({text for text, _ in proxy.answers}), 1)
        self.assertEqual(self.client.call("ListSendTasks", Offset=0, Limit=10)["TotalCount"], 1)


class RepeatedCallsActOnce(unittest.TestCase):
    def test_mails_and_uploads_of_repeated_calls_exist_once(self):
        rng = seeded()
        with Program() as the_program:
            client = the_program.client()
            template = prepare_sender(client)
            group = client.call("CreateReceiver", ReceiversName="once")["ReceiverId"]
            client.close()
            answers = self.call_while_it_is_killed(the_program, rng, template, group)
            client = the_program.client()
            self.assert_once(client, group, answers)
            self.assert_replayed(client, template, group, answers)
            client.close()

    def call_while_it_is_killed(self, the_program, rng, template, group):
        answers, pause, port = {}, threading.Event(), the_program.port

        def caller(number):
            for call in range(CALLS):
                key = f"{number}-{call}"
                action, parameters = call_of(key, template, group)
                answers[key] = repeated(the_program.client(), key, action, **parameters)
        callers = [threading.Thread(target=caller, args=(number,)) for number in range(CALLERS)]
        for thread in callers:
            thread.start()
        for kill in range(KILLS):
            due = (kill + 1) * CALLERS * CALLS // (KILLS + 2)
            eventually(lambda due=due: len(answers) >= due, 60, "more answers")
            pause.wait(rng.uniform(0, 0.02))
            the_program.kill()
            the_program.start()
            self.assertEqual(the_program.port, port)
        for thread in callers:
            thread.join()
        self.assertEqual(len(answers), CALLERS * CALLS)
        return answers

    def assert_once(self, client, group, answers):
        for key, text in answers.items():
            self.assertNotIn("Error", json.loads(text)["Response"], key)
        wait_uploaded(client, group)
        uploads = [key for key in answers if is_upload(key)]
        self.assertEqual(group_row(client, group)["Count"], len(uploads))
        mails = len(answers) - len(uploads)
        ids = {json.loads(text)["Response"]["MessageId"] for key, text in answers.items() if not is_upload(key)}
        self.assertEqual(len(ids), mails)
        told = eventually(lambda: self.told(client, mails), 60, "every mail")
        self.assertEqual(told, ids, "no mail but those that were answered")
        eventually(lambda: self.in_the_inbox(client) >= mails, 60, "the inbox")
        self.assertEqual(self.in_the_inbox(client), mails)

    @staticmethod
    def in_the_inbox(client):
        return client.call("ListInboxMails", program.OWN, Offset=0, Limit=1)["TotalCount"]

    def told(self, client, wanted):
        rows, offset = [], 0
        while True:
            page = client.call("GetSendEmailStatus", RequestDate=beijing.today(), Offset=offset, Limit=100)["EmailStatusList"]
            rows += [row["MessageId"] for row in page]
            offset += 100
            if len(page) < 100:
                return set(rows) if len(rows) >= wanted else None

    def assert_replayed(self, client, template, group, answers):
        for key, text in answers.items():
            action, parameters = call_of(key, template, group)
            again, is_replay = once(client, key, action, **parameters)
            self.assertTrue(is_replay, key)
            self.assertEqual(again, text)


def is_upload(key):
    return int(key.rpartition("-")[2]) % 3 == 0


def call_of(key, template, group):
    if is_upload(key):
        return "CreateReceiverDetail", {"ReceiverId": group, "Emails": [f"{key}@post.test"]}
    return "SendEmail", {"FromEmailAddress": SENDER, "Destination": [f"{key}@post.test"], "Subject": "Once",
                         "Template": {"TemplateID": template, "TemplateData": json.dumps({"name": key})}}


if __name__ == "__main__":
    program.main()
