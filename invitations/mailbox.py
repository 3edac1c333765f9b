"""The mailbox to which bounces come, read over IMAP (RFC 9051): a round a minute, by beat.

A bounce is deleted once what it says is in the database; a crash in between lets it be heard again, which
changes nothing. What is no bounce is marked as seen and stays, for somebody to find.
"""

import imaplib
import logging
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from django.conf import settings
from django.db import InterfaceError, OperationalError

from invitations import bounces

log = logging.getLogger(__name__)
A_ROUND = 100  # messages
TIMEOUT = 20  # seconds that one answer of the server may take
LONGEST = 2**20  # bytes of a message that are read: a bounce says early what it has to say


def read() -> None:
    """Hear the bounces that have come. A mailbox that can't be reached is for the next round."""
    if not settings.BOUNCE_IMAP_URL or not settings.BOUNCE_ADDRESS:
        return
    try:
        with _opened(urlsplit(settings.BOUNCE_IMAP_URL)) as imap:
            for uid in _unseen(imap)[:A_ROUND]:
                _deal_with(imap, uid)
    except (OSError, imaplib.IMAP4.error, ValueError) as error:
        log.warning("the bounce mailbox could not be read: %s", error)


@contextmanager
def _opened(url: SplitResult) -> Iterator[imaplib.IMAP4]:
    host, tls = url.hostname or "localhost", url.scheme == "imaps"
    imap = (
        imaplib.IMAP4_SSL(host, url.port or 993, ssl_context=ssl.create_default_context(), timeout=TIMEOUT)
        if tls
        else imaplib.IMAP4(host, url.port or 143, timeout=TIMEOUT)
    )
    with imap:
        imap.login(unquote(url.username or ""), unquote(url.password or ""))
        _checked(imap.select(_quoted(unquote(url.path.strip("/")) or "INBOX")))
        yield imap


def _unseen(imap: imaplib.IMAP4) -> list[str]:
    [uids] = _checked(imap.uid("SEARCH", "UNSEEN", "UNDELETED"))
    return uids.decode().split() if uids else []


def _deal_with(imap: imaplib.IMAP4, uid: str) -> None:
    is_bounce = _hear(_fetch(imap, uid), uid)
    _checked(imap.uid("STORE", uid, "+FLAGS.SILENT", r"(\Deleted)" if is_bounce else r"(\Seen)"))
    if is_bounce:
        _expunge(imap, uid)


def _hear(raw: bytes, uid: str) -> bool:
    try:
        return bounces.hear(raw)
    except (OperationalError, InterfaceError) as error:
        raise OSError(f"the database does not answer ({error})") from error
    except Exception:
        # Whatever is wrong with one message never holds up another.
        log.exception("message %s in the bounce mailbox could not be understood", uid)
        return False


def _fetch(imap: imaplib.IMAP4, uid: str) -> bytes:
    parts = _checked(imap.uid("FETCH", uid, f"(BODY.PEEK[]<0.{LONGEST}>)"))
    return next((part[1] for part in parts if isinstance(part, tuple)), b"")


def _expunge(imap: imaplib.IMAP4, uid: str) -> None:
    """This one only (RFC 4315), where the server can; else it stays, marked as deleted."""
    [said] = _checked(imap.capability())
    if re.search(rb"\bUIDPLUS\b", said):
        imap.uid("EXPUNGE", uid)


def _checked(answer: tuple[str, list[Any]]) -> list[Any]:
    kind, data = answer
    if kind != "OK":
        raise imaplib.IMAP4.error(f"{kind}: {data}")
    return data


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
