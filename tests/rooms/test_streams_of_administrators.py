"""Whose streams tell of rooms, and for how long."""

import asyncio
import signal
from collections.abc import Iterator

import pytest
from allauth.usersessions.models import UserSession
from django.db import connections

from rooms.live import follower, streams
from rooms.models import Administrator
from rooms.wakeup import bell
from tests.browsers import Client
from tests.cast import PASSWORD
from tests.pages import eventually
from tests.sessions import in_another_session

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def process(monkeypatch) -> Iterator[None]:
    """One that asks often, and leaves nothing behind."""
    monkeypatch.setattr(streams, "ASK_EVERY", 0.1)
    monkeypatch.setattr(follower, "HEARTBEAT", 0.1)
    monkeypatch.setattr(streams, "_followers", [])
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def client(alice) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": alice.email, "password": PASSWORD})
    return client


def tell(client: Client, change=None) -> list[dict]:
    """What the stream of alice's rooms sends until it ends by itself, which the change has to bring about."""
    cookie = f"sessionid={client.cookies['sessionid'].value}".encode()
    scope = {"path": "/rooms/stream", "method": "GET", "headers": [(b"cookie", cookie)], "query_string": b""}
    sent: list[dict] = []

    async def send(message: dict) -> None:
        sent.append(message)

    async def receive() -> dict:
        """Somebody who stays to the end."""
        while not sent or sent[-1].get("more_body", True):
            await asyncio.sleep(0.01)
        return {"type": "http.disconnect"}

    async def story() -> None:
        stream = asyncio.create_task(streams.stream(scope, receive, send))
        if change:
            assert await eventually(lambda: len(sent) > 3)
            assert not stream.done()
            await asyncio.wrap_future(in_another_session(change))
        await asyncio.wait_for(stream, 10)
        await leave(streams._follower())

    asyncio.run(story())
    return sent


async def leave(ours) -> None:
    for task in ours.tasks:
        task.cancel()
    await asyncio.gather(*ours.tasks, return_exceptions=True)
    await ours.ask(connections.close_all)
    ours.thread.shutdown()
    bell.listeners.remove(ours._ring)


def test_the_stream_of_a_session_that_is_ended_ends(client, room):
    sent = tell(client, lambda: UserSession.objects.get().end())
    assert sent[0]["status"] == 200


def test_so_does_that_of_an_account_that_is_switched_off(client, room):
    assert tell(client, lambda: Administrator.objects.update(is_active=False))[0]["status"] == 200


def test_so_does_that_of_somebody_who_no_longer_manages_the_room(client, room):
    assert tell(client, room.administrators.clear)[0]["status"] == 200


def test_a_session_without_a_second_factor_that_is_required_gets_none(client, room, settings):
    settings.MFA_REQUIRED = True
    assert tell(client)[0]["status"] == 404
