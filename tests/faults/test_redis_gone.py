"""Redis is stopped, or hangs, and comes back. See also tests/rooms/test_live.py, which measures 200 pages."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable

import pytest

from tests.faults.crowd import INVITE, Crowd, assert_each_has_one_letter
from tests.mailserver import Mailserver
from tests.pages import Person, eventually, played
from tests.scene import PASSWORD, scene
from tests.webs import site as served_site

pytestmark = [pytest.mark.served, pytest.mark.once]

PATIENT = 3  # seconds that a person waits for a page, on a machine that does much else


@pytest.fixture(scope="module")
def mailserver():
    mailserver = Mailserver()
    yield mailserver
    mailserver.close()


@pytest.fixture(scope="module")
def site(database_kind, mailserver, tmp_path_factory, prepared):
    var = tmp_path_factory.mktemp("site") / "var"
    quick = {"EMAIL_URL": mailserver.url, "OUTBOX_SWEEP": "2", "INVITATION_LEASE": "3"}
    with served_site(database_kind, var, with_redis=True, prepared=prepared, **quick) as site:
        yield site


async def slowest(*requests) -> float:
    """Seconds of the slowest, one after the other."""
    took = []
    for request in requests:
        begin = time.monotonic()
        await request()
        took.append(time.monotonic() - begin)
    return max(took)


async def live_without_redis(site, mailserver, gone, back) -> None:
    """People come in, roles change, letters are asked for and somebody logs in while it is gone."""
    mailserver.letters.clear()
    room = await scene(site, quota=3, capacity=8)
    first = await room.say("(lambda last: last.pk if last else 0)(Link.objects.last())")
    link = await room.link()
    crowd = Crowd(room, link)
    await asyncio.gather(*(crowd.come(f"Person {number}", site.ports[number % 2]) for number in range(4)))
    alice = await room.administrator()

    await asyncio.to_thread(gone)
    try:
        slow = await slowest(
            *(lambda number=number: crowd.come(f"Person {number}", site.ports[0]) for number in range(4, 10))
        )
        [page] = [crowd.pages["Person 0"]]
        begin = time.monotonic()
        change = await slowest(lambda: room.change(alice, f"/links/{link.pk}/role/", role="spectator"))
        told = (await page.until("me", "Spectator", since=begin, within=PATIENT)).at - begin
        await room.change(alice, f"/links/{link.pk}/role/", role="participant")
        await room.do(INVITE.format(first=first, number=3, room=room.room))
        newcomer = Person("Alice")
        await newcomer.get(site.ports[0], "/accounts/login/")
        form = {"login": "alice@example.org", "password": PASSWORD}
        assert (await newcomer.post(site.ports[0], "/accounts/login/", **form)).status == 302
    finally:
        await asyncio.to_thread(back)
    begin = time.monotonic()

    await asyncio.to_thread(mailserver.wait_for, 3, 60)
    assert await eventually(lambda: len(mailserver.letters) >= 3)
    letters = time.monotonic() - begin
    assert_each_has_one_letter(mailserver, range(first, first + 3))
    assert len(crowd.refused) == 2
    await crowd.is_told(3, 5)
    assert await room.counters() == (8, 3, 5)
    assert set(crowd.answers) == {200, 302}
    sys.stdout.write(
        f"slowest join {slow:.2f} s, change {change:.2f} s, told after {told:.2f} s, "
        f"letters {letters:.1f} s after it was back\n"
    )


@played
async def test_with_redis_stopped_people_come_in_are_told_and_log_in_and_letters_go_when_it_is_back(
    site, mailserver
):
    await live_without_redis(site, mailserver, site.redis.stop, site.redis.start)


@pytest.mark.soak
@played
async def test_a_redis_that_hangs_holds_up_nobody_and_letters_go_when_it_goes_on(site, mailserver):
    pid = site.redis.server._process.pid

    def tell(number: signal.Signals) -> Callable[[], None]:
        return lambda: os.kill(pid, number)

    await live_without_redis(site, mailserver, gone=tell(signal.SIGSTOP), back=tell(signal.SIGCONT))
