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
        self._wait()

    @property
    def url(self) -> str:
        return f"imap://{quote(USER, safe='')}:{quote(PASSWORD, safe='')}@127.0.0.1:{self.port}/INBOX"

    def connect(self) -> imaplib.IMAP4:
        imap = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        imap.login(USER, PASSWORD)
        imap.select("INBOX")
        return imap

    def put(self, *messages: bytes) -> None:
        with self.connect() as imap:
            for message in messages:
                lines = message.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
                assert imap.append("INBOX", None, None, lines)[0] == "OK"

    def left(self) -> list[tuple[bytes, bool]]:
        """Subject and whether it was seen, of each message that is still there."""
        with self.connect() as imap:
            found = []
            for uid in imap.uid("SEARCH", "ALL")[1][0].split():
                _ok, parts = imap.uid("FETCH", uid.decode(), "(FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
                [(said, subject)] = [part for part in parts if isinstance(part, tuple)]
                rest = b"".join(part for part in parts if isinstance(part, bytes))
                found.append((subject.strip().removeprefix(b"Subject: "), b"\\Seen" in said + rest))
            return found

    def clear(self) -> None:
        with self.connect() as imap:
            imap.store("1:*", "+FLAGS", r"(\Deleted)")
            imap.expunge()

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(10)

    def _wait(self) -> None:
        deadline = time.monotonic() + 30
        while True:
            try:
                self.connect().logout()
            except OSError:
                assert self._process.poll() is None, "pymap has ended"
                assert time.monotonic() < deadline, "pymap does not answer"
                time.sleep(0.05)
            else:
                return
