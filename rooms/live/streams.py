"""The streams behind open pages: plain ASGI beside Django's handlers. Each asks who it is, then waits."""

import asyncio
import contextlib
import random
import re
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from functools import lru_cache
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.contrib.auth import get_user
from django.db import DatabaseError
from django.http import HttpRequest
from django.http.cookie import parse_cookie

from rooms import second_factors
from rooms.browser import browser_in
from rooms.live.follower import Follower
from rooms.live.pages import Kind, Page, Send
from rooms.models import Room
from rooms.session_cookie import session_key_in

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

PATH = re.compile(r"/(?:r/(?P<room>\d{1,18})/(?P<door>door/)?|rooms/(?:(?P<managed>\d{1,18})/)?)stream")
ASK_EVERY = 15.0  # seconds between two looks at who an administrator's session belongs to
SLOWEST_RETURN = 5_000  # milliseconds in which clients come back, each at its own moment
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]

_followers: list[Follower] = []


def is_stream(path: str) -> bool:
    return path.endswith("/stream") and PATH.fullmatch(path) is not None


async def stream(scope: Scope, receive: Receive, send: Send) -> None:
    """Server-sent events (WHATWG HTML, 9.2).

    `Last-Event-ID` is ignored on purpose: a page is told how things are, not what it missed.
    """
    page, room_ids = await _who_asks(scope)
    if page is None or _follower().is_ending:
        await _refuse(send, 404 if page is None else 503)
        return
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    retry = random.randint(SLOWEST_RETURN // 5, SLOWEST_RETURN)  # noqa: S311  (spreads, hides nothing)
    await send({"type": "http.response.body", "body": b"retry: %d\n\n" % retry, "more_body": True})
    page.send = send
    _follower().open(page, room_ids)
    asking = asyncio.create_task(_ask_again(page, scope, room_ids)) if page.kind is Kind.MANAGE else None
    try:
        while (await receive())["type"] != "http.disconnect":
            pass
    finally:
        if asking:
            asking.cancel()
        _follower().close(page, room_ids)


async def _refuse(send: Send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": HEADERS[1:2]})
    await send({"type": "http.response.body", "body": b""})


async def _ask_again(page: Page, scope: Scope, room_ids: list[int]) -> None:
    """The session may be over, or its administrator have other rooms by now: then the page asks anew."""
    now = room_ids
    while set(now) == set(room_ids):
        await asyncio.sleep(ASK_EVERY)
        with contextlib.suppress(DatabaseError):  # whoever can't be asked has not changed
            _page, now = await _who_asks(scope)
    page.end()


async def _who_asks(scope: Scope) -> tuple[Page | None, list[int]]:
    """The page that asks, and the rooms that it is about. No page: nobody who may be told anything."""
    match = PATH.fullmatch(scope["path"])
    headers = dict(scope["headers"])
    cookies = parse_cookie(headers.get(b"cookie", b"").decode("latin-1"))
    if match is None or scope["method"] != "GET":
        return None, []
    if match["room"] is None:
        rooms = await _follower().ask(_managed_rooms, cookies, match["managed"])
        return (Page(Kind.MANAGE), rooms) if rooms else (None, [])
    browser = browser_in(cookies)
    kind = Kind.DOOR if match["door"] else Kind.INSIDE
    return (Page(kind, browser, _language(scope["query_string"])) if browser else None), [int(match["room"])]


def _managed_rooms(cookies: dict[str, str], room_id: str | None) -> list[int]:
    request = HttpRequest()
    sessions = import_module(settings.SESSION_ENGINE)
    request.session = sessions.SessionStore(session_key_in(cookies))
    administrator = second_factors.who(request, get_user(request))
    if not administrator.is_authenticated:
        return []
    rooms: Iterable[int] = Room.objects.managed_by(administrator).values_list("pk", flat=True)
    return [pk for pk in rooms if room_id is None or pk == int(room_id)]


@lru_cache(maxsize=100)
def _language(query: bytes) -> str:
    asked = parse_qs(query.decode("latin-1")).get("language", [""])[0]
    return asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _follower() -> Follower:
    """The one of this process; made by the first stream."""
    if not _followers:
        _followers.append(Follower())
    return _followers[0]
