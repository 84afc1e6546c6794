#!/usr/bin/python3
"""Promise: the pages of the console show every change by themselves, whatever the network does, and nothing typed is lost.

Method: streams of events are read by hand while a client sends mail, cut, resumed and met by a restart; then a browser goes
offline, loses its stream and its server, has two tabs and a half-written template (web/scenes/live_pages.mjs), while this
file stops and starts the server as the browser asks for it.
"""
import http.server
import pathlib
import sys
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from console import OWNER, PASSWORD, failures, make_owner, run_scenes, with_console  # noqa: E402
from console_client import Browser, EventStream, serve, set_up  # noqa: E402


class Streams(unittest.TestCase):
    def setUp(self):
        self.server = serve().start()
        self.addCleanup(lambda: self.server.__exit__(None, None, None))
        self.owner = set_up(self.server)
        self.client = self.server.client()
        self.addCleanup(self.client.close)
        self.template = program.prepare_sender(self.client)

    def mail(self):
        self.client.call("SendEmail", FromEmailAddress=program.SENDER, Destination=["ann@post.test"], Subject="s",
                         Template={"TemplateID": self.template, "TemplateData": '{"name":"Ann"}'})

    def test_a_mail_is_told_of_in_every_topic_that_shows_it(self):
        stream = EventStream(self.owner, "inbox,counters,messages,tasks,templates")
        self.assertEqual((stream.status, stream.headers["Content-Type"]), (200, "text/event-stream"))
        self.assertEqual((stream.headers["Cache-Control"], stream.headers["X-Accel-Buffering"]), ("no-store", "no"))
        stream.until("message", topic="templates")  # The first look tells of each topic, of this one last.
        self.mail()
        missing = {"inbox", "counters", "messages"}
        while missing:
            name, data = stream.next()
            self.assertEqual(set(data) - {"topic"} if name == "message" else set(), set())
            missing.discard(data.get("topic"))

    def test_an_import_tells_of_its_parts_and_of_its_undoing(self):
        group = self.client.call("CreateReceiver", ReceiversName="readers")["ReceiverId"]
        one = self.client.call("ImportRecipients", program.OWN, ReceiverId=group, FileName="a.csv", FileBytes=100, RecipientCount=2)["Import"]["ImportId"]
        stream = EventStream(self.owner, f"groups,import:{one}")
        stream.until("message", topic=f"import:{one}")
        self.client.call("ImportRecipients", program.OWN, ImportId=one, Part=1, FirstLine=1, Emails=["ann@post.test", "bob@post.test"])
        stream.until("message", topic=f"import:{one}")
        self.client.call("ImportRecipients", program.OWN, ImportId=one, Last=True)
        stream.until("message", topic=f"import:{one}")
        stream.close()
        # A stranger's stream hears nothing of it.
        stranger = self.client.call("CreateAccount", program.OWN, Name="tenant")["AppId"]
        self.client.call("CreateCredential", program.OWN, AppId=stranger, Name="shop")  # An account without one is not in use.
        self.assertEqual(self.owner.call("PutUser", AppId=stranger, Name="eve", Role="owner", Password=PASSWORD).json["Response"].get("Error"), None)
        eve = Browser(self.server.port)
        self.assertEqual(eve.log_in("eve", PASSWORD).status, 200)
        theirs = EventStream(eve, f"import:{one}")
        theirs.until("message", topic=f"import:{one}")  # The first look, at nothing.
        undone = EventStream(self.owner, f"import:{one}")
        undone.until("message", topic=f"import:{one}")
        self.client.call("UndoImport", program.OWN, ImportId=one)
        undone.until("message", topic=f"import:{one}")
        self.assertNotIn(f"import:{one}", str(theirs.until("beat")))

    def test_a_stream_that_was_cut_misses_nothing_and_a_restart_says_so(self):
        stream = EventStream(self.owner, "inbox")
        stream.until("message", topic="inbox")
        self.mail()
        stream.until("message", topic="inbox")
        last = stream.last_id
        stream.close()
        self.mail()
        program.eventually(lambda: self.client.call("ListInboxMails", program.OWN, Offset=0, Limit=1)["TotalCount"] == 2,
                           what="the second mail")
        again = EventStream(self.owner, "inbox", after=last)
        self.assertNotIn("reset", again.until("message", topic="inbox"))
        again.close()
        self.server.stop()
        self.server.start()
        self.assertEqual(EventStream(self.owner, "inbox", after=last).until("reset"), [])


class Control(http.server.BaseHTTPRequestHandler):
    """Lets the browser's scene stop and start the server, and change a password from elsewhere."""

    def do_POST(self):
        self.server.acts[self.path]()
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


class Pages(unittest.TestCase):
    def test_a_browser_loses_its_network_its_stream_its_server_and_nothing_else(self):
        with with_console() as server:
            make_owner(server)
            client = server.client()
            template = program.prepare_sender(client)
            client.close()

            def mail():
                own = server.client()
                own.call("SendEmail", FromEmailAddress=program.SENDER, Destination=["ann@post.test"], Subject="Live",
                         Template={"TemplateID": template, "TemplateData": '{"name":"Ann"}'})
                own.close()

            def change_password():
                elsewhere = Browser(server.port)
                elsewhere.log_in(OWNER, PASSWORD)
                assert "Error" not in elsewhere.call("PutUser", Name=OWNER, Password="another good password").json["Response"]
            control = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Control)
            control.acts = {"/stop": server.stop, "/start": server.start, "/mail": mail, "/password": change_password}
            threading.Thread(target=control.serve_forever, daemon=True).start()
            try:
                done = run_scenes("live_pages.mjs", server, SESAME_CONTROL=f"http://127.0.0.1:{control.server_address[1]}")
            finally:
                control.shutdown()
            print(done.stdout[-3000:])
            self.assertEqual(done.returncode, 0, failures(done))


if __name__ == "__main__":
    program.main()
