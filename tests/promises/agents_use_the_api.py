#!/usr/bin/python3
"""Promise: a program that reads in place of a person finds, understands and makes every call with the tools of `sesame mcp`,
and mails nothing before somebody has confirmed it.

Method: a scripted client speaks the Model Context Protocol over the pipes of the built program, beside a server in the
sandbox: a list, a template and a task in at most twelve calls; hostile lines; a credential that may only read.
"""
import datetime
import json
import os
import pathlib
import selectors
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from command_case import CommandCase  # noqa: E402
from program import DOMAIN, OWN, SENDER, eventually  # noqa: E402

BEIJING = datetime.timezone(datetime.timedelta(hours=8))


class Agent:
    """The client's side of one `sesame mcp`."""

    def __init__(self, access, *flags):
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("SESAME_", "TENCENTCLOUD_"))}
        self.process = subprocess.Popen([str(program.BINARY), "mcp", *flags], env={**clean, **access}, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.ready = selectors.DefaultSelector()
        self.ready.register(self.process.stdout, selectors.EVENT_READ)
        self.calls = 0
        self.number = 0

    def write(self, line):
        self.process.stdin.write(line if isinstance(line, bytes) else line.encode())
        self.process.stdin.flush()

    def read(self):
        if not self.ready.select(60):
            raise AssertionError("no answer within a minute")
        return json.loads(self.process.stdout.readline())

    def ask(self, method, **params):
        self.number += 1
        self.write(json.dumps({"jsonrpc": "2.0", "id": self.number, "method": method, "params": params}) + "\n")
        answer = self.read()
        assert (answer["jsonrpc"], answer["id"]) == ("2.0", self.number), answer
        return answer

    def tool(self, name, failed=False, **arguments):
        self.calls += 1
        result = self.ask("tools/call", name=name, arguments=arguments)["result"]
        assert result["isError"] == failed, result
        assert json.loads(result["content"][0]["text"]) == result["structuredContent"]
        return result["structuredContent"]

    def act(self, action, failed=False, confirmation=None, **parameters):
        more = {"confirmation": confirmation} if confirmation else {}
        return self.tool("call_action", failed=failed, action=action, parameters=parameters, **more)

    def end(self):
        """The exit status once the input has ended."""
        self.process.stdin.close()
        status = self.process.wait(30)
        self.process.stdout.close()
        return status


class AgentCase(CommandCase):
    def agent(self, *flags, **access):
        agent = Agent({**self.access(), **access}, *flags)
        self.addCleanup(lambda: agent.process.poll() is None and agent.process.kill())
        return agent


class Calls(AgentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        program.prepare_sender(cls.client)

    def tasks(self):
        return self.client.call("ListSendTasks", Offset=0, Limit=100)["Data"]

    def test_a_list_a_template_and_a_task_in_twelve_calls(self):
        agent = self.agent()
        hello = agent.ask("initialize", protocolVersion="2025-06-18", capabilities={}, clientInfo={"name": "test", "version": "1"})
        self.assertEqual((hello["result"]["protocolVersion"], hello["result"]["serverInfo"]["name"]), ("2025-06-18", "sesame"))
        agent.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n')
        tools = agent.ask("tools/list")["result"]["tools"]
        self.assertEqual([one["name"] for one in tools], ["find_action", "describe_action", "call_action"])
        self.assertIn("BatchSendEmail", [one["action"] for one in agent.tool("find_action", query="mail a recipient group")["actions"]])
        about = agent.tool("describe_action", action="BatchSendEmail")
        self.assertEqual(about["effect"], "sends_mail")
        self.assertIn("ReceiverId", about["parameters"]["required"])
        self.assertIn("TemplateID", about["parameters"]["properties"]["Template"]["properties"])
        group = agent.act("CreateReceiver", ReceiversName="agent", Desc="")["ReceiverId"]
        agent.act("CreateReceiverDetailWithData", ReceiverId=group, Datas=[
            {"Email": "ann@agent.test", "TemplateData": '{"name":"Ann"}'}, {"Email": "bob@agent.test", "TemplateData": '{"name":"Bob"}'}])
        page = "SGVsbG8ge3tuYW1lfX0="  # Hello {{name}}
        letter = agent.act("CreateEmailTemplate", TemplateName="agent", TemplateContent={"Text": page})["TemplateID"]
        before = len(self.tasks())
        order = {"ReceiverId": group, "FromEmailAddress": SENDER, "Subject": "Hi", "TaskType": 1,
                 "Template": {"TemplateID": letter, "TemplateData": "{}"}}
        trial = agent.act("BatchSendEmail", **order)
        self.assertFalse(trial["sent"])
        self.assertEqual(len(self.tasks()), before, "a trial mails nobody")
        agent.act("BatchSendEmail", failed=True, confirmation="guessed", **order)
        agent.act("BatchSendEmail", failed=True, confirmation=trial["confirmation"], **{**order, "Subject": "Another"})
        self.assertEqual(len(self.tasks()), before, "a confirmation is for one call only")
        asked = datetime.datetime.now(BEIJING).replace(tzinfo=None, microsecond=0)
        done = agent.act("BatchSendEmail", confirmation=trial["confirmation"], **order)
        self.assertEqual(agent.act("BatchSendEmail", confirmation=trial["confirmation"], **order), done, "a repetition acts once")
        self.assertLessEqual(agent.calls, 12)
        task, = [one for one in self.tasks() if one["TaskId"] == done["answer"]["TaskId"]]
        begin = datetime.datetime.strptime(task["TimedParam"]["BeginTime"], "%Y-%m-%d %H:%M:%S")
        self.assertGreaterEqual(begin - asked, datetime.timedelta(minutes=5), "there is time to stop it")
        self.assertEqual(len(self.tasks()), before + 1)
        sooner = agent.act("UpdateSendTask", TaskId=task["TaskId"], BeginTime=asked.strftime("%Y-%m-%d %H:%M:%S"))
        self.assertFalse(sooner["sent"], "an earlier start needs a yes as well")
        agent.act("StopSendTask", TaskId=task["TaskId"])
        self.assertEqual(agent.end(), 0)

    def test_a_single_mail_needs_a_yes_as_well(self):
        agent = self.agent()
        letter = self.client.call("CreateEmailTemplate", TemplateName="single", TemplateContent={"Text": "SGk="})["TemplateID"]
        mail = {"FromEmailAddress": SENDER, "Subject": "Single", "Destination": ["ann@single.test"],
                "Template": {"TemplateID": letter, "TemplateData": "{}"}}
        trial = agent.act("SendEmail", **mail)
        inbox = lambda: self.client.call("ListInboxMails", OWN, To="ann@single.test", Offset=0, Limit=10)["Data"]  # noqa: E731
        self.assertEqual(inbox(), [])
        for _ in range(2):
            agent.act("SendEmail", confirmation=trial["confirmation"], **mail)
        eventually(inbox, 30, "the mail")
        self.assertEqual(len(inbox()), 1)
        self.assertIn("ann@nowhere", json.dumps(agent.act("SendEmail", **{**mail, "Destination": ["ann@nowhere"]})["parameters"]))

    def test_what_cannot_be_done_is_said(self):
        agent = self.agent()
        self.assertIn("ListReceivers", agent.tool("describe_action", failed=True, action="ListReceiver")["error"])
        self.assertIn("effect", agent.tool("find_action", failed=True, query="x", effect="evil")["error"])
        self.assertIn("MissingParameter", agent.act("GetEmailTemplate", failed=True)["error"])
        self.assertEqual(agent.ask("tools/call", name="rm")["error"]["code"], -32602)
        self.assertEqual(agent.ask("tools/call")["error"]["code"], -32602)
        self.assertEqual(agent.ask("resources/list")["error"]["code"], -32601)
        self.assertEqual(agent.ask("ping")["result"], {})

    def test_hostile_lines_get_an_answer_or_none_and_end_nothing(self):
        agent = self.agent()
        for line, code in ((b"{\n", -32700), (b"\xff\xfe\n", -32700), (b"[]\n", -32600), (b"17\n", -32600), (b'{"id":1}\n', -32600),
                           (b'{"id":1,"method":5}\n', -32600), (b"[" * 100_000 + b"\n", -32700), (b"x" * (17 << 20) + b"\n", -32600)):
            agent.write(line)
            self.assertEqual(agent.read()["error"]["code"], code, line[:40])
        for line in (b"\n", b"  \r\n", b'{"jsonrpc":"2.0","id":1,"result":{}}\n', b'{"jsonrpc":"2.0","method":"notifications/cancelled"}\n'):
            agent.write(line)
        self.assertEqual(agent.ask("ping")["result"], {})
        self.assertEqual(agent.end(), 0)


class Rights(AgentCase):
    def test_what_may_only_read_changes_nothing(self):
        agent = self.agent("--read-only")
        self.assertIn("credential", agent.act("CreateSessionToken", failed=True)["error"])
        self.assertIn("--read-only", agent.act("CreateReceiver", failed=True, ReceiversName="no", Desc="")["error"])
        reader = self.client.call("CreateCredential", OWN, Name="reader", Permission="read-only")
        access = {"TENCENTCLOUD_SECRET_ID": reader["SecretId"], "TENCENTCLOUD_SECRET_KEY": reader["SecretKey"]}
        limited = self.agent(**access)
        self.assertIn("UnauthorizedOperation", limited.act("CreateReceiver", failed=True, ReceiversName="no", Desc="")["error"])
        for each in (agent, limited):
            self.assertEqual(each.act("ListReceivers", Offset=0, Limit=10)["Data"], [])


if __name__ == "__main__":
    program.main()
