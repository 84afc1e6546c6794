"""What open pages of the console cost: event streams of 200 browsers, beside the same program without them."""
import contextlib
import selectors
import socket
import threading
import time

import figures
import mail
import peers
from setting import folder, program, say
from console_client import PASSWORD, Browser, set_up

BROWSERS = 200
STREAMS_PER_SESSION = 8  # EventBoard::kStreamsPerSessionMax.
SESSIONS_PER_USER = 5
TOPICS = ("session,inbox,counters,attention,tasks,messages,domains,delivery,blocks,templates,groups,webhooks")


class Streams:
    """Event streams that are read as they come, and thrown away. Without `http.client`, whose reading costs more than serving."""

    def __init__(self, browsers):
        self.selector = selectors.DefaultSelector()
        self.sockets = [self.open(browsers[i // STREAMS_PER_SESSION], i) for i in range(BROWSERS)]
        self.heard = set()  # The streams that have sent something.
        self.failure = None
        self.ends = False
        self.thread = threading.Thread(target=self.read)
        self.thread.start()

    def open(self, browser, number):
        stream = socket.create_connection(("127.0.0.1", browser.port))
        # Each page also shows an object of its own.
        stream.sendall(f"GET /console/events?topics={TOPICS},task:{number + 1} HTTP/1.1\r\nHost: {browser.host}\r\n"
                       f"Cookie: {browser.cookie}\r\n\r\n".encode())
        head = stream.recv(65536)
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"stream {number}: {head[:200]}")
        stream.setblocking(False)
        self.selector.register(stream, selectors.EVENT_READ)
        return stream

    def read(self):
        while not self.ends:
            for key, _ in self.selector.select(0.2):
                try:
                    if not key.fileobj.recv(65536):
                        raise RuntimeError("the server ended a stream")
                except (OSError, RuntimeError) as fault:
                    self.failure = fault
                    return
                self.heard.add(key.fileobj)

    def all_heard(self):
        if self.failure:
            raise self.failure
        return len(self.heard) == BROWSERS

    def close(self):
        self.ends = True
        self.thread.join()
        for stream in self.sockets:
            stream.close()
        if self.failure:
            raise self.failure


def log_in_all(server):
    owner = set_up(server)
    owner.call("CreateReceiver", ReceiversName="a first group")
    browsers = []
    while len(browsers) * STREAMS_PER_SESSION < BROWSERS:
        name = f"user-{len(browsers) // SESSIONS_PER_USER}"
        owner.call("PutUser", Name=name, Role="owner", Password=PASSWORD)
        for _ in range(SESSIONS_PER_USER):
            browsers.append(Browser(server.port))
            answer = browsers[-1].log_in(name, PASSWORD)
            if answer.status != 200:
                raise RuntimeError(answer.bytes)
    return browsers


@contextlib.contextmanager
def streams_open(server, browsers):
    streams = Streams(browsers)
    try:
        program.eventually(streams.all_heard, 30, "an event on each stream")
        yield streams
    finally:
        streams.close()


def core_share(server, seconds):
    """Percent of a core that the program uses while nothing is asked of it."""
    time.sleep(2)  # The first looks, or the end of the streams, are over.
    begin, before = time.monotonic(), peers.cpu_seconds(server.process.pid)
    time.sleep(seconds)
    return 100 * (peers.cpu_seconds(server.process.pid) - before) / (time.monotonic() - begin)


def measure(sizes):
    quiet, watched, without, beside = [], [], [], []
    with folder() as path:
        server = program.Program(path / "sesame", **{"limits.recipients_per_group": 0})
        server.flags = ["--print-secrets"]
        with server:
            client = server.client()
            senders, template, group = mail.prepare(client, sizes.mails)
            browsers = log_in_all(server)

            def mails_per_second():
                return sizes.mails / mail.run_task(client, senders[2048], template, group, sizes.mails, "{}")
            mails_per_second()  # Not counted: the first run makes keys and files.
            for number in range(sizes.rounds):
                quiet.append(core_share(server, 5 * sizes.call_seconds))
                without.append(mails_per_second())
                with streams_open(server, browsers):
                    watched.append(core_share(server, 5 * sizes.call_seconds))
                    beside.append(mails_per_second())
                say(f"streams {number + 1}/{sizes.rounds}: {quiet[-1]:.2f} % of a core without, {watched[-1]:.2f} % with; "
                    f"{without[-1]:,.0f} mails/s without, {beside[-1]:,.0f} with")
            client.close()
    return [
        figures.alone(f"{BROWSERS} browsers with the console open, nothing happens", "% of a core",
                      [max(0, one - base) for one, base in zip(watched, quiet)], figures.at_most(5),
                      f"CPU of the program beyond what it uses without streams; {BROWSERS // STREAMS_PER_SESSION} sessions, "
                      f"each stream with {TOPICS.count(',') + 2} topics, one of its own"),
        figures.beside(f"mail into the sandbox with {BROWSERS} browsers open", "mails/s", "without browsers",
                       list(zip(beside, without)), figures.at_least(0.95), "in turns; all streams are read, by a process on the same cores"),
    ]
