"""A mail provider on a loopback port that speaks Mailgun's HTTP, and can be as bad as providers are."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote_plus


class Provider:
    """`letters` has the forms that were accepted. `status`: what it answers. `delay`: in seconds."""

    def __init__(self) -> None:
        self.letters: list[str] = []
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

    def do_POST(self) -> None:
        form = self.rfile.read(int(self.headers["Content-Length"]))
        self.provider.requests += 1
        self.provider.awake.wait(self.provider.delay)
        if self.provider.status == 200:
            self.provider.letters.append(unquote_plus(form.decode()))
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
