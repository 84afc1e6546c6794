"""The receiver of a webhook: a small HTTP server that keeps what is posted to it. Not Sesame's code."""
import http.server
import json
import threading


class Receiver:
    """Keeps (event id, body, signature) of each post; `answer` decides the status from how many came before."""

    def __init__(self, answer=lambda count: 200, seconds=0):
        self.posts, self.lock, self.gone = [], threading.Lock(), threading.Event()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):  # noqa: N802, the name is http.server's
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.gone.wait(seconds)
                with receiver.lock:
                    status = answer(len(receiver.posts))
                    receiver.posts.append((int(self.headers["X-Sesame-Event-Id"]), body, self.headers["X-Sesame-Signature"], status,
                                           self.headers["Content-Type"]))
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.handle_error = lambda *_: None  # Connections of a program that was killed.
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/events?x=1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.gone.set()
        self.server.shutdown()
        self.server.server_close()

    def accepted(self):
        with self.lock:
            return [json.loads(body) for _, body, _, status, _ in self.posts if status == 200]

    def emails(self, event):
        return {body["email"] for body in self.accepted() if body["event"] == event}
