"""HTTP byte by byte: signed requests as bytes, and a connection that sends them whole, in pieces or broken. Not Sesame's code."""
import json
import socket
import time

from description import DESCRIPTION
from program import SES, tc3_headers

CODES = {code.split("#")[0] for code in DESCRIPTION["errors"]}


class Wire:
    """One connection, byte by byte."""

    def __init__(self, port, *pieces, half_close=False):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.bytes = b""
        for piece in pieces:
            self.send(piece)
        if half_close:
            try:
                self.socket.shutdown(socket.SHUT_WR)
            except OSError:
                pass

    def send(self, piece):
        """False when the other side has closed."""
        try:
            self.socket.sendall(piece)
            return True
        except OSError:
            return False

    def more(self):
        try:
            piece = self.socket.recv(1 << 16)
        except ConnectionError:
            piece = b""
        self.bytes += piece
        return bool(piece)

    def answer(self):
        """The next answer as (status, headers, decoded body); None when the connection was closed instead."""
        while b"\r\n\r\n" not in self.bytes:
            if not self.more():
                assert self.bytes == b"", f"half an answer: {self.bytes[:200]}"
                return None
        head, _, rest = self.bytes.partition(b"\r\n\r\n")
        lines = head.decode("ascii").split("\r\n")
        status = int(lines[0].split()[1])
        headers = {name.strip().lower(): value.strip() for name, value in (line.split(":", 1) for line in lines[1:])}
        if status == 100:
            self.bytes = rest
            return status, headers, None
        length = int(headers["content-length"])
        while len(self.bytes) < len(head) + 4 + length:
            assert self.more(), "half a body"
        body = self.bytes[len(head) + 4:len(head) + 4 + length]
        self.bytes = self.bytes[len(head) + 4 + length:]
        return status, headers, json.loads(body) if headers.get("content-type") == "application/json" else body

    def is_closed(self):
        """Whether the other side closes now, without a further byte."""
        return self.bytes == b"" and not self.more()

    def close(self):
        self.socket.close()


def signed(port, action="ListReceivers", body=b'{"Offset":0,"Limit":1}', target="/", version="HTTP/1.1", framing=None, more="", host=None):
    """A whole valid request as bytes."""
    headers = tc3_headers(body, host or f"127.0.0.1:{port}", action, SES, int(time.time()))
    lines = [f"POST {target} {version}"] + [f"{name}: {value}" for name, value in headers.items()]
    lines.append(f"Content-Length: {len(body)}" if framing is None else framing)
    return ("\r\n".join(line for line in lines if line) + f"\r\n{more}\r\n").encode() + (body if framing is None else b"")


def make_group(port, name, **options):
    return signed(port, "CreateReceiver", json.dumps({"ReceiversName": name}).encode(), **options)


def chunked(body, size=7, extension=b""):
    pieces = [body[i:i + size] for i in range(0, len(body), size)]
    return b"".join(b"%x%s\r\n%s\r\n" % (len(piece), extension, piece) for piece in pieces) + b"0\r\n\r\n"


def code_of(answer):
    """The error code of an answer ("" for success), checked for its form."""
    status, headers, document = answer
    assert status in (200, 400) and headers["content-type"] == "application/json", answer
    response = document["Response"]
    assert response["RequestId"], answer
    if "Error" not in response:
        return ""
    assert response["Error"]["Code"] in CODES and response["Error"]["Message"], answer
    assert response["Error"]["Code"] != "InternalError", answer
    return response["Error"]["Code"]
