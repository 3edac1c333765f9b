"""PostgreSQL is stopped and started again while people come in and letters go out."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.databases import PostgreSQL
from tests.faults.crowd import AWAY, INVITE, Crowd, assert_each_has_one_letter
from tests.mailserver import Mailserver
from tests.pages import Person, eventually, played
from tests.scene import scene
from tests.webs import site as served_site

pytestmark = pytest.mark.served

NOWHERE = "/j/0123456789abcdefghijklmnop"
SHORT = {"INVITATION_LEASE": "3", "OUTBOX_SWEEP": "2", "RETURN_GRACE": "20", "LETTERS_A_MINUTE": "400"}
STATES = "[list(so) for so in Invitation.objects.order_by().values_list('state', 'reason').distinct()]"
ABOUT_TO_RUN_OUT = "Participant.objects.update(lease_until=Now() + timedelta(seconds={seconds}))"


@pytest.fixture(scope="module")
def server(database_kind):
    if database_kind == "sqlite":
        pytest.skip("SQLite has no server that could be restarted")
    server = PostgreSQL()
    yield server
    server.end()


@pytest.fixture(scope="module")
def mailserver():
    mailserver = Mailserver()
    yield mailserver
    mailserver.close()


@pytest.fixture(scope="module")
def site(server, mailserver, tmp_path_factory):
    var = tmp_path_factory.mktemp("site") / "var"
    own = {"server": server.url, "EMAIL_URL": mailserver.url, **SHORT}
    with served_site("postgresql", var, with_redis=False, **own) as site:
        site.desk.do("from invitations.models import Invitation")
        yield site


@asynccontextmanager
async def away(server: PostgreSQL, how: str) -> AsyncIterator[None]:
    await asyncio.to_thread(server.stop, how)
    try:
        yield
    finally:
        await asyncio.to_thread(server.start)


async def restart_under_load(site, server, mailserver, how: str, people: int, letters: int, gone: float):
    """Half of the people are in when it stops, the others press *Join* meanwhile."""
    mailserver.letters.clear()
    room = await scene(site, quota=people // 4, capacity=people)
    crowd = Crowd(room, await room.link())
    first = await room.say("(lambda last: last.pk if last else 0)(Link.objects.last())")
    names = [f"Person {number}" for number in range(people + 5)]
    ports = [site.ports[number % 2] for number in range(len(names))]
    half = people // 2
    await asyncio.gather(*map(crowd.come, names[:half], ports[:half]))
    await room.do(INVITE.format(first=first, number=letters, room=room.room))

    begin = time.monotonic()
    async with asyncio.TaskGroup() as coming:
        for pair in zip(names[half:], ports[half:], strict=True):
            coming.create_task(crowd.come(*pair))
        async with away(server, how):
            await asyncio.sleep(gone)
        back = time.monotonic()
        while (await Person().get(site.ports[0], NOWHERE)).status != 404:
            assert time.monotonic() - back < 20
        first_page = time.monotonic()

    await asyncio.to_thread(mailserver.wait_for, letters, 60)
    await eventually(lambda: site.desk.say(STATES) == [["sent", ""]], 60)
    assert site.desk.say(STATES) == [["sent", ""]]
    assert_each_has_one_letter(mailserver, range(first, first + letters))
    figures = back - begin, first_page - back, time.monotonic() - back, len(mailserver.letters) - letters
    return room, crowd, figures


@played
async def test_a_database_that_crashes_and_recovers_loses_no_seat_and_no_letter(site, server, mailserver):
    room, crowd, _figures = await restart_under_load(site, server, mailserver, "immediate", 16, 12, 0.5)

    assert len(crowd.refused) == 5
    await crowd.is_told(4, 12)
    assert await room.counters() == (16, 4, 12)


@played
async def test_while_the_database_is_away_pages_say_so_and_nobody_loses_a_seat_though_leases_ran_out(
    site, server
):
    room = await scene(site, quota=1, capacity=2)
    inside = await room.come_in(await room.link(), "Ana", "Bo")
    link, port = await room.link(guest="gina"), site.ports[0]
    [(_ana, ana), (_bo, bo)] = inside
    await room.do(ABOUT_TO_RUN_OUT.format(seconds=1.5))

    async with away(server, "fast"):
        page = await Person("Gina").get(port, link.door)
        await asyncio.sleep(2)

    assert (page.status, AWAY in page.text) == (503, True)
    assert await eventually(
        lambda: site.desk.say("Participant.objects.filter(lease_until__gt=Now()).count()") == 2
    )
    await room.do("from rooms.models import Participant", "seating.sweep_all()")
    assert await room.people() == [["Ana", "participant", None], ["Bo", "spectator", 1]]
    assert (ana.heard("out"), bo.heard("out")) == ([], [])
    assert await room.counters() == (2, 1, 1)
    await room.administrator()


@pytest.mark.soak
@pytest.mark.parametrize("gone", [0, 5, 50])
@pytest.mark.parametrize("how", ["immediate", "fast"])
@played
async def test_a_hundred_people_and_two_hundred_letters_outlive_a_restart(
    site, server, mailserver, how, gone
):
    room, crowd, figures = await restart_under_load(site, server, mailserver, how, 100, 200, gone)
    await crowd.is_told(25, 75)
    assert await room.counters() == (100, 25, 75)
    without, to_first_page, took, twice = figures
    sys.stdout.write(
        f"{how}, {without:.1f} s without: first page after {to_first_page:.2f} s, all in and all letters "
        f"gone after {took:.1f} s, {twice} letters twice, answers {dict(crowd.answers)}\n"
    )
