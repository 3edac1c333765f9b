"""A mail provider on a loopback port that speaks Mailgun's HTTP, and can be as bad as providers are."""

import email
import email.policy
import threading
import time
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Provider:
    """`letters` has what was accepted. `status`: what it answers. `delay`: seconds until it does."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.status, self.delay, self.requests = 200, 0.0, 0
        self.awake = threading.Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"provider": self}))
        self.url = f"http://127.0.0.1:{self.server.server_port}/v3/"
        self._thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self.awake.set()
        self.server.shutdown()
        self._thread.join(5)
        self.server.server_close()


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_POST(self) -> None:  # noqa: N802
        form = self.rfile.read(int(self.headers["Content-Length"]))
        self.provider.requests += 1
        self.provider.awake.wait(self.provider.delay)
        if self.provider.status == 200:
            head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
            self.provider.letters.append(email.message_from_bytes(head + form, policy=email.policy.HTTP))
        answer = b'{"id": "<%d@example.org>", "message": "Queued"}' % time.time_ns()
        try:
            self.send_response(self.provider.status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)
        except OSError:
            pass  # nobody has waited

    def log_message(self, *_words: object) -> None:
        pass
