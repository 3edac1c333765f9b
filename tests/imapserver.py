"""A real IMAP server (pymap) on a loopback port, with one empty mailbox."""

import imaplib
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

from tests.serving import free_port

USER, PASSWORD = "bounces@example.org", "p@ss/word: 1"


class Imapserver:
    def __init__(self) -> None:
        self.port = free_port()
        command = [Path(sys.executable).parent / "pymap", "--host", "127.0.0.1", "--port", str(self.port)]
        backend = ["--no-tls", "dict", "--demo-user", USER, "--demo-password", PASSWORD]
        self._process = subprocess.Popen(
            [*map(str, command), *backend], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._imap = self._wait()

    @property
    def url(self) -> str:
        return f"imap://{quote(USER, safe='')}:{quote(PASSWORD, safe='')}@127.0.0.1:{self.port}/INBOX"

    def _connect(self) -> imaplib.IMAP4:
        imap = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        imap.login(USER, PASSWORD)
        return imap

    def put(self, *messages: bytes) -> None:
        for message in messages:
            lines = message.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
            assert self._imap.append("INBOX", None, None, lines)[0] == "OK"

    def left(self) -> list[tuple[bytes, bool]]:
        """Subject and whether it was seen, of each message that is still there."""
        self._imap.select("INBOX", readonly=True)
        found = []
        for uid in self._imap.uid("SEARCH", "ALL")[1][0].split():
            wanted = "(FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])"
            _ok, parts = self._imap.uid("FETCH", uid.decode(), wanted)
            [(said, subject)] = [part for part in parts if isinstance(part, tuple)]
            rest = b"".join(part for part in parts if isinstance(part, bytes))
            found.append((subject.strip().removeprefix(b"Subject: "), b"\\Seen" in said + rest))
        return found

    def clear(self) -> None:
        self._imap.select("INBOX")
        self._imap.store("1:*", "+FLAGS", r"(\Deleted)")
        self._imap.expunge()

    def close(self) -> None:
        self._imap.logout()
        self._process.terminate()
        self._process.wait(10)

    def _wait(self) -> imaplib.IMAP4:
        deadline = time.monotonic() + 30
        while True:
            try:
                return self._connect()
            except OSError:
                assert self._process.poll() is None, "pymap has ended"
                assert time.monotonic() < deadline, "pymap does not answer"
                time.sleep(0.05)
