"""Where mail goes until a mail server is named: a folder, one `.eml` file a letter, and a console."""

import logging
import secrets
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from config.whole import whole_file

logger = logging.getLogger(__name__)
ON_CONSOLE = "| "  # what a letter's lines begin with there


class EmailBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            path = _put(message.message().as_bytes().replace(b"\n", b"\r\n"), Path(settings.EMAIL_FILE_PATH))
            logger.info("a letter is kept as %s", path)
            if settings.LOG_FORMAT == "text":
                _show(message)
        return len(email_messages)


def _show(message: EmailMessage) -> None:
    """On the console, for a person who tries Foyer out: its link opens. So it is no log line."""
    letter = f"To: {', '.join(message.recipients())}\nSubject: {message.subject}\n\n{message.body}"
    sys.stderr.write("".join(f"{ON_CONSOLE}{line}\n" for line in letter.splitlines()))
    sys.stderr.flush()


def _put(letter: bytes, folder: Path) -> Path:
    """Whoever looks into the folder sees whole letters, in the order in which they were sent."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}-{secrets.token_hex(3)}.eml"
    with whole_file(path) as draft:
        draft.write(letter)
    return path
