"""An SMTP server that keeps what it gets: small, strict about line ends, able to pipeline. Not Sesame's code."""
import asyncio
import inspect
import re
import threading
import time


class Sink:
    """Accepts mail on a port of `host` in a thread of its own. `reply` may decide per recipient: a function from the
    address to the line that answers RCPT (surrogate escapes are bytes as they are), or None for 250. A coroutine function
    keeps its session waiting, and no other. With `tls`, a context of ssl, it offers STARTTLS."""

    def __init__(self, reply=None, keep_bytes=True, data_reply=None, port=0, tls=None, host="127.0.0.1"):
        self.reply, self.keep_bytes, self.data_reply = reply, keep_bytes, data_reply
        self.host, self.wanted_port = host, port  # 0: the kernel chooses.
        self.tls = tls
        self.mails = []  # (monotonic time, MAIL address, RCPT address, bytes or b"", Message-ID)
        self.peers = []  # (address, name in EHLO) of each mail.
        self.sessions = 0
        self.bare_line_ends = 0
        self.loop = asyncio.new_event_loop()
        self.ready = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self.thread.start()
        self.ready.wait(10)
        return self

    def __exit__(self, *_):
        self.loop.call_soon_threadsafe(self._stop)
        self.thread.join(10)

    def _stop(self):
        for task in asyncio.all_tasks(self.loop):
            task.cancel()
        self.loop.call_soon(self.loop.stop)

    def _run(self):
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(asyncio.start_server(self._session, self.host, self.wanted_port, limit=1 << 24))
        self.port = server.sockets[0].getsockname()[1]
        self.ready.set()
        self.loop.run_forever()
        server.close()

    async def _session(self, reader, writer):
        self.sessions += 1
        sender = recipient = None
        encrypted = False
        address, name = writer.get_extra_info("peername")[0], ""
        try:
            writer.write(b"220 sink.test ESMTP\r\n")
            while line := await reader.readline():
                if not line.endswith(b"\r\n"):
                    self.bare_line_ends += 1
                verb = line[:4].upper()
                if verb == b"EHLO":
                    name = line[5:].strip().decode()
                    offers = b"250-STARTTLS\r\n" if self.tls and not encrypted else b""
                    writer.write(b"250-sink.test\r\n250-PIPELINING\r\n250-SMTPUTF8\r\n250-8BITMIME\r\n" + offers +
                                 b"250 SIZE 20000000\r\n")
                elif verb == b"STAR" and self.tls:
                    writer.write(b"220 go ahead\r\n")
                    await writer.start_tls(self.tls)
                    encrypted = True
                elif verb == b"MAIL":
                    sender, recipient = line[line.index(b"<") + 1:line.index(b">")].decode(), None
                    writer.write(b"250 2.1.0 ok\r\n")
                elif verb == b"RCPT":
                    to = line[line.index(b"<") + 1:line.index(b">")].decode()
                    answer = self.reply(to) if self.reply else None
                    if inspect.isawaitable(answer):
                        answer = await answer
                    recipient = None if answer else to
                    writer.write((answer or "250 2.1.5 ok").encode("utf-8", "surrogateescape") + b"\r\n")
                elif verb == b"DATA":
                    if recipient is None:
                        writer.write(b"503 5.5.1 no recipient\r\n")
                        continue
                    writer.write(b"354 go\r\n")
                    await writer.drain()
                    body = await reader.readuntil(b"\r\n.\r\n")
                    self.peers.append((address, name))
                    self._keep(sender, recipient, body[:-3].replace(b"\r\n..", b"\r\n."))
                    writer.write((self.data_reply(recipient) if self.data_reply else "250 2.0.0 kept").encode() + b"\r\n")
                elif verb == b"QUIT":
                    writer.write(b"221 bye\r\n")
                    break
                else:
                    writer.write(b"250 ok\r\n")
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError, ValueError):
            pass
        writer.close()

    def _keep(self, sender, recipient, message):
        if re.search(rb"(?<!\r)\n|\r(?!\n)", message):
            self.bare_line_ends += 1
        found = re.search(rb"(?im)^message-id:\s*<([^>]*)>", message)
        message_id = found.group(1).decode() if found else ""
        self.mails.append((time.monotonic(), sender, recipient, message if self.keep_bytes else b"", message_id))
