"""One server process, two ways in: streams as plain ASGI (none yet), all else in a small pool of threads."""

from typing import Any

from a2wsgi import WSGIMiddleware
from django.conf import settings
from django.core.wsgi import get_wsgi_application

django: Any = get_wsgi_application()
pages: Any = WSGIMiddleware(django, workers=settings.WEB_THREADS)


async def application(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "http":
        await pages(_without_ambiguous_headers(scope), receive, send)
    elif scope["type"] == "lifespan":
        await _live(receive, send)
    else:
        await send({"type": "websocket.close"})


async def _live(receive: Any, send: Any) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


def _without_ambiguous_headers(scope: Any) -> dict[str, Any]:
    # WSGI can't tell X_Forwarded_Proto, which anybody may send, from the proxy's X-Forwarded-Proto.
    return {**scope, "headers": [header for header in scope["headers"] if b"_" not in header[0]]}
