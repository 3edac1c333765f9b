"""A request is read whole before a thread is taken for it: who sends one byte a second holds up nobody."""

import asyncio
from typing import Any

LARGEST = 1 << 20  # bytes that are kept in memory for one request
PATIENCE = 60  # seconds in which they have to be here
TOO_SLOW = {"type": "http.response.start", "status": 408, "headers": [(b"connection", b"close")]}


class Gone(Exception):
    """The client has left, or was too slow and was told so."""


def length_of(scope: Any) -> int:
    """In bytes, as announced. What is not announced is not read by Django either."""
    announced = dict(scope["headers"]).get(b"content-length", b"")
    return int(announced) if announced.isdigit() else 0


async def in_one_piece(scope: Any, receive: Any, send: Any) -> Any:
    """A `receive` that need not be waited for. Raises Gone."""
    try:
        async with asyncio.timeout(PATIENCE):
            body = await _read(receive, length_of(scope))
    except TimeoutError as error:
        await send(TOO_SLOW)
        await send({"type": "http.response.body", "body": b""})
        raise Gone from error

    async def receive_body() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_body


async def _read(receive: Any, length: int) -> bytes:
    body, more = bytearray(), length > 0
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return bytes(body)
