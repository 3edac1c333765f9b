"""What browsers are told with every answer: pages, redirects, errors, files and streams."""

from collections.abc import Awaitable, Callable, MutableMapping
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]

OFF = (
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "usb",
)
EVERYWHERE = {
    "X-Robots-Tag": "noindex",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in OFF),
    "Cross-Origin-Resource-Policy": "same-origin",
    # Who wants to be kept says so: files, and the operator's colour and logo.
    "Cache-Control": "no-store",
}
# Where the address is a key, or where guests are. No other site hears of it, whatever a page says.
SECRET = ("/j/", "/n/", "/r/", "/again/", "/setup/", "/accounts/password/reset/")
STREAM = {
    **EVERYWHERE,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


class Headers:
    """The outermost middleware: no answer of Django leaves without them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        for name, value in EVERYWHERE.items():
            answer.headers.setdefault(name, value)
        if request.path_info.startswith(SECRET):
            answer.headers["Referrer-Policy"] = "no-referrer"
        return answer


def on_stream(send: Send) -> Send:
    """The same for an answer that is none of Django's."""

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": _with_ours(tuple(message["headers"]))}
        await send(message)

    return send_with_headers


@cache
def _with_ours(headers: tuple[tuple[bytes, bytes], ...]) -> list[tuple[bytes, bytes]]:
    said = {name for name, _value in headers}
    ours = {name.lower().encode(): value.encode() for name, value in _of_streams().items()}
    return [*headers, *((name, value) for name, value in ours.items() if name not in said)]


def _of_streams() -> dict[str, str]:
    hsts = settings.SECURE_HSTS_SECONDS
    return STREAM | ({"Strict-Transport-Security": f"max-age={hsts}"} if hsts else {})
