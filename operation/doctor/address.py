"""Whether PUBLIC_URL leads here: we call it, and know our own voice by a signature of SECRET_KEY."""

import http.client
import secrets
import ssl
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from operation.doctor.findings import Finding, bad, good, warning

TIMEOUT = 4  # seconds
LONGEST = 200  # characters of an answer


def echo(nonce: str) -> str:
    """What only this installation can answer."""
    return salted_hmac("operation.doctor.echo", nonce, algorithm="sha256").hexdigest()


def address() -> Finding:
    url, nonce = urlsplit(settings.PUBLIC_URL), secrets.token_hex(16)
    try:
        status, said, elsewhere = _ask(url, reverse("operation:echo", args=[nonce]))
    except ssl.SSLCertVerificationError as error:
        words = _("Browsers refuse the certificate of PUBLIC_URL, %(url)s: %(error)s.")
        return bad(words % {"url": settings.PUBLIC_URL, "error": error.verify_message})
    except (OSError, http.client.HTTPException) as error:
        words = _(
            "Nothing answers at PUBLIC_URL, %(url)s (%(error)s). Links in letters begin with it: is it right?"
        )
        return bad(words % {"url": settings.PUBLIC_URL, "error": error})
    if status == 200 and constant_time_compare(said, echo(nonce)):
        return _found(url)
    return _somebody_else(status, elsewhere)


def _ask(url: SplitResult, path: str) -> tuple[int, str, str]:
    """Straight there: through no proxy, and without following anybody elsewhere."""
    host, port = url.hostname or "", url.port
    connection = (
        http.client.HTTPSConnection(host, port, timeout=TIMEOUT, context=ssl.create_default_context())
        if url.scheme == "https"
        else http.client.HTTPConnection(host, port, timeout=TIMEOUT)
    )
    try:
        connection.request("GET", path, headers={"Accept": "text/plain"})
        answer = connection.getresponse()
        return (
            answer.status,
            answer.read(LONGEST).decode("ascii", "replace"),
            answer.getheader("Location", ""),
        )
    finally:
        connection.close()


def _found(url: SplitResult) -> Finding:
    if url.hostname in ("localhost", "127.0.0.1", "::1"):
        return warning(
            _("%(url)s is right, for this machine only. Set PUBLIC_URL.") % {"url": settings.PUBLIC_URL}
        )
    if url.scheme != "https":
        words = _("%(url)s is right, but everybody on the way can read along. Put TLS before it.")
        return warning(words % {"url": settings.PUBLIC_URL})
    return good(_("%(url)s leads here.") % {"url": settings.PUBLIC_URL})


def _somebody_else(status: int, elsewhere: str) -> Finding:
    if elsewhere.startswith(settings.PUBLIC_URL):
        words = _("The proxy at PUBLIC_URL, %(url)s, has to send X-Forwarded-Proto: https with each request.")
        return bad(words % {"url": settings.PUBLIC_URL})
    if elsewhere:
        words = _("PUBLIC_URL, %(url)s, sends people on to %(elsewhere)s. Set it to where they end up.")
        return bad(words % {"url": settings.PUBLIC_URL, "elsewhere": elsewhere[:LONGEST]})
    words = _(
        "At PUBLIC_URL, %(url)s, something else answers (HTTP %(status)d) or a Foyer with another SECRET_KEY."
    )
    return bad(words % {"url": settings.PUBLIC_URL, "status": status})
