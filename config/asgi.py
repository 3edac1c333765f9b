"""One server process, two ways in: streams as plain ASGI, all else through WSGI in a few threads."""

import contextlib
import gc
import resource
from typing import Any

from a2wsgi import WSGIMiddleware
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.utils.module_loading import import_string

from config import body
from config.headers import on_stream

UPLOADS_AT_ONCE = 2
GARBAGE = 50_000  # objects more than before, and what nobody needs any more is looked for
django: Any = get_wsgi_application()
pages: Any = WSGIMiddleware(django, workers=settings.WEB_THREADS)
# What is too large to be kept in memory is read by a thread. It holds up other uploads only.
uploads: Any = WSGIMiddleware(django, workers=UPLOADS_AT_ONCE)
is_stream: Any = import_string("rooms.live.streams.is_stream")
stream: Any = import_string("rooms.live.streams.stream")


async def application(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "http" and is_stream(scope["path"]):
        await stream(scope, receive, on_stream(send))
    elif scope["type"] == "http" and scope["path"] == "/healthz":
        await _say_alive(send)
    elif scope["type"] == "http":
        await _page(_without_ambiguous_headers(scope), receive, send)
    elif scope["type"] == "lifespan":
        await _live(receive, send)
    else:
        await send({"type": "websocket.close"})


async def _page(scope: Any, receive: Any, send: Any) -> None:
    if body.length_of(scope) > body.LARGEST:
        await uploads(scope, receive, send)
        return
    with contextlib.suppress(body.Gone):
        await pages(scope, await body.in_one_piece(scope, receive, send), send)


async def _say_alive(send: Any) -> None:
    # Without a thread: all of them may wait for a database that hangs, and a new process would not help.
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"ok\n"})


async def _live(receive: Any, send: Any) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


def _without_ambiguous_headers(scope: Any) -> dict[str, Any]:
    # WSGI can't tell X_Forwarded_Proto, which anybody may send, from the proxy's X-Forwarded-Proto.
    return {**scope, "headers": [header for header in scope["headers"] if b"_" not in header[0]]}


def _allow_as_many_connections_as_we_may() -> None:
    """A system's first limit is often 1,024, and each open page is one."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _look_for_garbage_seldom() -> None:
    """An open page is fifty objects that live long and would be looked through all the time."""
    gc.collect()
    gc.freeze()  # what the process begins with, it keeps
    gc.set_threshold(GARBAGE)


_allow_as_many_connections_as_we_may()
_look_for_garbage_seldom()
