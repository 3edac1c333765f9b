"""Whether letters can go: asked of the mail server itself, up to the point where a letter would begin."""

import smtplib
import tempfile
from contextlib import suppress
from pathlib import Path
from socket import create_connection
from urllib.parse import urlsplit

from anymail.backends.base import AnymailBaseBackend
from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.smtp import EmailBackend as Smtp
from django.utils.translation import gettext
from django.utils.translation import gettext as _

from invitations import outbox
from operation.doctor.findings import Finding, bad, good, warning
from operation.doctor.secrecy import without_secrets

TIMEOUT = 4  # seconds
FILES = "config.eml.EmailBackend"


def mail() -> Finding:
    if settings.EMAIL_BACKEND == FILES:
        return _files(Path(settings.EMAIL_FILE_PATH))
    backend = get_connection()
    if isinstance(backend, Smtp):
        return _smtp(backend)
    if isinstance(backend, AnymailBaseBackend):
        return _provider(backend)
    return warning(_("Letters go to nobody. Set EMAIL_URL."))


def _files(folder: Path) -> Finding:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return warning(_("Letters go into %(folder)s and to nobody. Set EMAIL_URL.") % {"folder": folder})
    except OSError as error:
        words = _("Nothing can be written into %(folder)s (%(error)s). Make it writable.")
        return bad(words % {"folder": folder, "error": error.strerror})


def _smtp(backend: Smtp) -> Finding:
    """Connect, EHLO, STARTTLS and login as set, NOOP, QUIT: as a letter would go, without one."""
    backend.timeout = TIMEOUT
    try:
        backend.open()
        _say_noop(backend)
    except Exception as error:  # noqa: BLE001  (the outbox knows what each means)
        ours, _colon, theirs = outbox.judge(error)[1].partition(": ")
        said_so = f"{gettext(ours)}{_colon}{without_secrets(theirs)}"
        return bad(_("%(error)s. Letters wait until it is mended: check EMAIL_URL.") % {"error": said_so})
    finally:
        with suppress(OSError):
            backend.close()
    return good(_("%(host)s takes letters.") % {"host": f"{backend.host}:{backend.port}"})


def _say_noop(backend: Smtp) -> None:
    code, said = backend.connection.noop() if backend.connection else (0, b"")
    if code != 250:
        raise smtplib.SMTPResponseException(code, said)


def _provider(backend: AnymailBaseBackend) -> Finding:
    """Its address is reached. Whether it knows our key, only a letter shows."""
    name = str(backend.esp_name)
    url = urlsplit(str(getattr(backend, "api_url", "")))
    port = url.port or (80 if url.scheme == "http" else 443)
    if not url.hostname:
        return good(
            _("Letters go through %(name)s, which says in each letter's row what becomes of it.")
            % {"name": name}
        )
    try:
        create_connection((url.hostname, port), TIMEOUT).close()
    except OSError as error:
        words = _("%(name)s cannot be reached at %(host)s (%(error)s). Letters wait until it is.")
        return bad(words % {"name": name, "host": url.hostname, "error": error})
    return good(_("%(name)s is reached. Whether it takes our key, only a letter shows.") % {"name": name})
