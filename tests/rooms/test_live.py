"""What an administrator changes is on open pages within a second: over HTTP, with two web processes."""

import asyncio
import random
import signal
import sys
import time

import pytest

from tests.pages import Person, Stream, eventually, played
from tests.scene import Scene, role_in, scene
from tests.webs import site as served_site

pytestmark = pytest.mark.served

SOON = 3  # seconds, where the pages are few; how soon it is, many pages at once are asked
AT_LAST = 60  # seconds until a seat is free whose holder is gone (DESIGN 2.3.4)
ROLES = {"moderator": "Moderator", "participant": "Participant", "guest": "Guest", "spectator": "Spectator"}


@pytest.fixture(scope="module", params=["redis", "embedded"])
def site(request, database_kind, tmp_path_factory, prepared):
    """Two web processes; with a Redis between them, or with nothing but the database."""
    var = tmp_path_factory.mktemp("site") / "var"
    with_redis = request.param == "redis"
    with served_site(database_kind, var, with_redis=with_redis, prepared=prepared) as site:
        yield site


@pytest.fixture
def stoppable_redis(site):
    if site.redis is None:
        pytest.skip("this site has no Redis")
    yield site.redis
    site.redis.stop()
    site.redis.start()


# A second


async def open_pages(room: Scene, link, number: int) -> list[Stream]:
    """So many people with open pages, half of them on either process."""
    turn = asyncio.Semaphore(8)

    async def come(name: str, port: int) -> Stream:
        async with turn:
            person = await Person(name).join(port, link.door)
            return await room.look(person, port)

    ports = room.site.ports
    return await asyncio.gather(*(come(f"Person {n}", ports[n % 2]) for n in range(number)))


async def a_second(room: Scene, link, pages: list[Stream], alice: Person) -> bool:
    """Whether 99 of 100 are told within a second, in one of three rounds: this machine has other work too."""
    for _round in range(3):
        waits = []
        for role in ["guest", "participant"] * 3:
            waits += await seconds_until_told(room, link, pages, alice, role, "me", ROLES[role])
        ordered = sorted(waits)
        median, p99 = ordered[len(waits) // 2], ordered[len(waits) * 99 // 100]
        sys.stdout.write(f"p50 {median:.3f} s, p99 {p99:.3f} s, last {ordered[-1]:.3f} s\n")
        if within_a_second(waits):
            return True
    return False


async def seconds_until_told(
    room: Scene, link, pages: list[Stream], alice: Person, role: str, kind: str, words: str
) -> list[float]:
    """From the administrator's click to the change on each page."""
    begin = time.monotonic()
    await room.change(alice, f"/links/{link.pk}/role/", role=role)
    told = await asyncio.gather(*(page.until(kind, words, since=begin) for page in pages))
    return [event.at - begin for event in told]


def within_a_second(waits: list[float]) -> bool:
    return sum(wait < 1 for wait in waits) >= 0.99 * len(waits)


@played
async def test_a_change_of_role_is_on_two_hundred_pages_within_a_second(site):
    room = await scene(site, quota=250, capacity=250)
    link, alice = await room.link(), await room.administrator()
    pages = await open_pages(room, link, 200)

    assert await a_second(room, link, pages, alice)
    assert await room.counters() == (200, 200, 0)


@played
async def test_it_is_still_a_second_when_redis_stops_in_the_middle(site, stoppable_redis):
    room = await scene(site, quota=250, capacity=250)
    link, alice = await room.link(), await room.administrator()
    pages = await open_pages(room, link, 200)
    await seconds_until_told(room, link, pages, alice, "spectator", "me", "Spectator")

    stoppable_redis.stop()

    assert await a_second(room, link, pages, alice)


@played
async def test_two_hundred_who_lose_access_are_out_within_a_second(site):
    for _round in range(3):
        room = await scene(site, quota=250, capacity=250)
        link, alice = await room.link(), await room.administrator()
        pages = await open_pages(room, link, 200)
        waits = await seconds_until_told(room, link, pages, alice, "no_access", "out", "You were removed")
        assert await room.counters() == (0, 0, 0)
        if within_a_second(waits):
            return
    pytest.fail(f"the last after {max(waits)} s")


THOUSAND_CHANGES = """
import random
links = list(Link.objects.filter(room={room}))
people = list(Participant.objects.present().filter(room={room}))
chance = random.Random({seed})
for number in range(1000):
    role = chance.choice([Role.MODERATOR, Role.PARTICIPANT, Role.GUEST, Role.SPECTATOR])
    if chance.random() < 0.3:
        seating.give_role(chance.choice(people), role)
    else:
        chance.choice(links).grant(role)
"""


@played
async def test_nothing_is_missed_over_a_thousand_changes(site):
    room = await scene(site, quota=8, capacity=40)
    links = [await room.link(), await room.link("guest")]
    inside = [pair for link in links for pair in await room.come_in(link, *"ABCDEFGHIJ")]

    await room.do(THOUSAND_CHANGES.format(room=room.room, seed=random.random()))

    so = [describe(role, place) for _name, role, place in await room.people()]
    await eventually(lambda: [role_in(page.heard("me")[-1]) for _person, page in inside] == so)
    assert [role_in(page.heard("me")[-1]) for _person, page in inside] == so
    await room.counters()


def describe(role: str, place: int | None) -> str:
    return f"{ROLES[role]}, {place}" if place else ROLES[role]


# Out


@played
async def test_who_lost_access_is_out_and_nothing_brings_them_back(site):
    room = await scene(site)
    link, alice = await room.link(), await room.administrator()
    [(ana, page), (_bo, bos_page)] = await room.come_in(link, "Ana", "Bo")

    begin = time.monotonic()
    await room.change(alice, f"/links/{link.pk}/role/", role="no_access")

    for open_page in (page, bos_page):
        out = await open_page.until("out", "You were removed from the room", since=begin)
        assert out.at - begin < SOON
        await open_page.until_ended()
    for port in site.ports:
        again = await ana.get(port, f"/r/{room.room}/")
        assert "You were removed from the room" in again.text
        assert "/stream" not in again.text
        stream = await ana.open(port, room.stream)
        await stream.until("out", "You were removed from the room")
        assert stream.heard("me") == []
        knocked = await ana.knock(port, link.door)
        assert (knocked.status, "This link gives no access at present" in knocked.text) == (200, True)
    assert await room.counters() == (0, 0, 0)


@played
async def test_a_group_links_role_reaches_exactly_those_who_came_through_it(site):
    room = await scene(site)
    one, other, alice = await room.link(), await room.link(), await room.administrator()
    theirs = await room.come_in(one, "Ana", "Bo", "Cy")
    others = await room.come_in(other, "Dee", "Eve")
    [(_flo, by_hand)] = await room.come_in(one, "Flo")
    flo = await room.say("Participant.objects.latest('pk').pk")
    await room.change(alice, f"/rooms/{room.room}/people/{flo}/role/", role="moderator")
    await by_hand.until("me", "<strong>Moderator</strong>")

    await room.change(alice, f"/links/{one.pk}/role/", role="guest")

    for _person, page in theirs:
        await page.until("me", "<strong>Guest</strong>", within=5)
    await asyncio.sleep(0.6)
    assert [[role_in(me) for me in page.heard("me")] for _person, page in others] == [["Participant"]] * 2
    assert role_in(by_hand.heard("me")[-1]) == "Moderator"
    assert [role for _name, role, _place in await room.people()] == [
        *["guest"] * 3, *["participant"] * 2, "moderator"
    ]  # fmt: skip


@played
async def test_a_deleted_room_says_so_and_ends(site):
    room = await scene(site)
    link, alice = await room.link(), await room.administrator()
    inside = await room.come_in(link, "Ana", "Bo")
    managing = await alice.open(site.ports[1], f"/rooms/{room.room}/stream")

    begin = time.monotonic()
    await room.change(alice, f"/rooms/{room.room}/deletion/")

    for _person, page in inside:
        assert (await page.until("out", "This room was deleted")).at - begin < SOON
        await page.until_ended()
    await managing.until_ended()
    assert managing.heard("out") == []


@played
async def test_a_deleted_link_puts_out_who_came_through_it(site):
    room = await scene(site)
    link, other, alice = await room.link(), await room.link(), await room.administrator()
    [(_ana, page)] = await room.come_in(link, "Ana")
    [(_bo, stays)] = await room.come_in(other, "Bo")

    begin = time.monotonic()
    await room.change(alice, f"/links/{link.pk}/deletion/", people="stay")

    assert (await page.until("out", "Your link was deleted")).at - begin < SOON
    assert stays.heard("out") == []
    assert await room.counters() == (1, 1, 0)


# Seats


@played
async def test_a_demoted_moderator_is_still_demoted_after_a_reload(site):
    room = await scene(site)
    link, alice = await room.link("moderator"), await room.administrator()
    [(ana, page)] = await room.come_in(link, "Ana")
    pk = await room.say("Participant.objects.latest('pk').pk")

    await room.change(alice, f"/rooms/{room.room}/people/{pk}/role/", role="spectator")

    await page.until("me", "<strong>Spectator</strong>", within=5)
    await page.close()
    for port in site.ports:
        assert role_in((await ana.get(port, f"/r/{room.room}/")).text) == "Spectator"
        assert role_in((await room.look(ana, port)).heard("me")[0]) == "Spectator"
        assert (await ana.knock(port, link.door, **{"continue": ""})).status == 302
    assert await room.people() == [["Ana", "spectator", None]]


@played
async def test_a_moderator_comes_in_beyond_the_quota_and_counts(site):
    room = await scene(site, quota=1)
    await room.come_in(await room.link(), "Ana")

    [(_mo, page)] = await room.come_in(await room.link("moderator"), "Mo")

    assert role_in(page.heard("me")[0]) == "Moderator"
    assert await room.counters() == (2, 2, 0)


@played
async def test_a_larger_quota_seats_those_who_wait_in_order_and_tells_each(site):
    room = await scene(site, quota=1)
    alice = await room.administrator()
    _ana, *waiting = await room.come_in(await room.link(), "Ana", "Bo", "Cy", "Dee")
    await room.page_says(waiting, ["Spectator, 1", "Spectator, 2", "Spectator, 3"])

    settings = f"/rooms/{room.room}/settings/"
    await alice.get(site.ports[0], settings)
    begin = time.monotonic()
    fields = {"name": "Physics", "time_zone": "UTC", "capacity": "15", "description": ""}
    before = {
        "initial-name": "Physics",
        "initial-time_zone": "UTC",
        "initial-capacity": "15",
        "initial-quota": "1",
        "initial-description": "",
    }
    forgets = {"forgets": "site", "forgets_after": "90"}
    await room.change(alice, settings, **fields, **forgets, **before, quota="3")

    for _person, page in waiting[:2]:
        assert (await page.until("me", "<strong>Participant</strong>")).at - begin < SOON
    await room.page_says(waiting, ["Participant", "Participant", "Spectator, 1"])
    assert await room.counters() == (4, 3, 1)


@played
async def test_two_who_leave_at_once_promote_two_once_each(site):
    room = await scene(site, quota=2)
    [ana, bo, *waiting] = await room.come_in(await room.link(), *"ABCDE")
    await room.page_says(waiting, ["Spectator, 1", "Spectator, 2", "Spectator, 3"])

    begin = time.monotonic()
    leave = f"/r/{room.room}/leave/"
    await asyncio.gather(
        *(who.post(port, leave) for (who, _page), port in zip((ana, bo), site.ports, strict=True))
    )

    for _person, page in waiting[:2]:
        assert (await page.until("me", "<strong>Participant</strong>")).at - begin < SOON
    await room.page_says(waiting, ["Participant", "Participant", "Spectator, 1"])
    await asyncio.sleep(1.2)
    said = [[role_in(me) for me in page.heard("me")].count("Participant") for _person, page in waiting]
    assert said == [1, 1, 0]
    for _person, page in (ana, bo):
        await page.until("out", "You left")
    assert await room.counters() == (3, 2, 1)


@played
async def test_the_line_moves_up_and_each_is_told_their_place(site):
    room = await scene(site, quota=1)
    _ana, (bo, _page), *others = await room.come_in(await room.link(), *"ABCD")
    await room.page_says(others, ["Spectator, 2", "Spectator, 3"])

    await bo.post(site.ports[0], f"/r/{room.room}/leave/")

    await room.page_says(others, ["Spectator, 1", "Spectator, 2"])


@played
async def test_who_reloads_while_they_wait_keeps_their_place_on_the_page(site):
    room = await scene(site, quota=1)
    _ana, (bo, page) = await room.come_in(await room.link(), "Ana", "Bo")
    await page.close()

    for port in site.ports:
        assert role_in((await bo.get(port, f"/r/{room.room}/")).text) == "Spectator, 1"
        page = await room.look(bo, port)
        await asyncio.sleep(1.2)
        assert {role_in(me) for me in page.heard("me")} == {"Spectator, 1"}
        await page.close()


# One person


@played
async def test_going_on_elsewhere_lets_the_first_page_go_and_keeps_the_seat(site):
    room = await scene(site, quota=1)
    link = await room.link(guest="Gina")
    [(phone, page)] = await room.come_in(link, "")
    before = await room.say("Participant.objects.latest('pk').pk")
    # Written down after the page was told: until then nobody is asked whether to go on elsewhere.
    connected = f"Participant.objects.filter(pk={before}, connected_at__isnull=False).count()"
    assert await eventually(lambda: site.desk.say(connected))
    laptop, port = Person(), site.ports[1]
    assert "in use already" in (await laptop.knock(port, link.door)).text

    begin = time.monotonic()
    answer = await laptop.post(port, link.door, take_over="")

    assert answer.status == 302
    assert (await page.until("out", "You went on elsewhere")).at - begin < SOON
    await page.until_ended()
    assert role_in((await room.look(laptop, port)).heard("me")[0]) == "Participant"
    assert "You went on elsewhere" in (await phone.get(site.ports[0], f"/r/{room.room}/")).text
    present = f"list(Participant.objects.present().filter(room={room.room}).values_list('pk', flat=True))"
    assert await room.say(present) == [before]
    assert await room.counters() == (1, 1, 0)


@played
async def test_two_browsers_that_press_join_at_once_on_a_guest_link_are_one_person(site):
    for _time in range(5):
        room = await scene(site)
        link = await room.link(guest="Gina")
        both = [Person(), Person()]
        for person, port in zip(both, site.ports, strict=True):
            await person.get(port, link.door)

        answers = await asyncio.gather(
            *(person.post(port, link.door) for person, port in zip(both, site.ports, strict=True))
        )

        assert {answer.status for answer in answers} <= {302, 200}
        streams = [
            await person.open(port, room.stream)
            for person, answer, port in zip(both, answers, site.ports, strict=True)
            if answer.status == 302
        ]
        await eventually(lambda streams=streams: "" not in map(verdict, streams))
        assert sorted(map(verdict, streams)) == ["me", "out"][: len(streams)]
        assert await room.counters() == (1, 1, 0)


def verdict(stream: Stream) -> str:
    """In or out, as the page was told."""
    return next((event.kind for event in stream.events if event.kind in {"me", "out"}), "")


@played
async def test_a_page_that_is_reloaded_fifty_times_is_one_person_with_one_seat(site):
    room = await scene(site)
    [(ana, page)] = await room.come_in(await room.link(), "Ana")

    for number in range(50):
        port = site.ports[number % 2]
        answer, _ = await asyncio.gather(ana.get(port, f"/r/{room.room}/"), page.close())
        assert answer.status == 200
        page = await ana.open(port, room.stream)

    await page.until("me")
    assert role_in(page.heard("me")[-1]) == "Participant"
    assert await room.say(f"Participant.objects.filter(room={room.room}).count()") == 1
    assert await room.counters() == (1, 1, 0)


@played
async def test_a_lost_stream_comes_back_elsewhere_to_the_same_role_and_place(site):
    room = await scene(site, quota=1)
    _ana, (bo, page), (_cy, last) = await room.come_in(await room.link(), "Ana", "Bo", "Cy")
    before = await room.people()
    await room.page_says([(bo, page)], ["Spectator, 1"])

    await page.close()
    assert await eventually(lambda: 15 < site.desk.say(LEASE.format(name="Bo", room=room.room)) <= 20, 5)
    again = await bo.open(site.ports[0], room.stream)

    await room.page_says([(bo, again)], ["Spectator, 1"])
    assert await room.people() == before
    assert await eventually(lambda: site.desk.say(LEASE.format(name="Bo", room=room.room)) > 40, 5)
    assert {role_in(me) for me in last.heard("me")} == {"Spectator, 2"}


LEASE = """(
    Participant.objects.annotate(now=Now()).filter(room={room}, name={name!r})
    .annotate(left=F("lease_until")).values_list("left", "now").latest("pk")
)"""
LEASE = f"(lambda until, now: (until - now).total_seconds())(*{LEASE})"


# The door of a full room


async def at_the_door(room: Scene, link, *names: str) -> list[tuple[Person, Stream]]:
    waiting = []
    for number, name in enumerate(names):
        port = room.site.ports[number % 2]
        person = Person(name)
        answer = await person.knock(port, link.door)
        assert answer.status == 200
        assert room.door_stream.partition("?")[0] in answer.text
        waiting.append((person, await person.open(port, room.door_stream)))
    for place, (_person, stream) in enumerate(waiting, 1):
        await stream.until("place", f"You are number {place} in the line", within=3)
    return waiting


@played
async def test_the_first_at_a_full_rooms_door_comes_in_and_nobody_overtakes_them(site):
    room = await scene(site, quota=1, capacity=1)
    link = await room.link()
    [(ana, _page)] = await room.come_in(link, "Ana")
    [(bo, first), (_cy, second), (_dee, third)] = await at_the_door(room, link, "Bo", "Cy", "Dee")

    await ana.post(site.ports[0], f"/r/{room.room}/leave/")

    await first.until("go", within=3)
    eve = await Person("Eve").knock(site.ports[1], link.door)
    assert (eve.status, "The room is full" in eve.text) == (200, True)
    await second.until("place", "You are number 1 in the line", within=3)
    await third.until("place", "You are number 2 in the line", within=3)
    assert (await bo.post(site.ports[0], link.door, name="Bo")).status == 302
    await asyncio.sleep(1.2)
    assert [stream.heard("go") for stream in (first, second, third)] == [[""], [], []]
    assert await room.people() == [["Bo", "participant", None]]


@played
async def test_who_has_closed_the_page_at_the_door_is_passed_over(site):
    room = await scene(site, quota=1, capacity=1)
    link = await room.link()
    [(ana, _page)] = await room.come_in(link, "Ana")
    [(_bo, first), (cy, second)] = await at_the_door(room, link, "Bo", "Cy")
    await first.close()
    await ana.post(site.ports[0], f"/r/{room.room}/leave/")

    # As if the time had passed in which Bo's page may come back.
    knock = f"Knock.objects.filter(room={room.room}, name='Bo')"
    await room.do(f"{knock}.update(lease_until=Now() - timedelta(seconds=1))")

    await second.until("go", within=3)
    assert (await cy.post(site.ports[1], link.door, name="Cy")).status == 302
    assert await room.people() == [["Cy", "participant", None]]


@played
async def test_who_comes_to_the_door_anew_is_told_their_place_and_not_to_come_in(site):
    room = await scene(site, quota=1, capacity=1)
    link = await room.link()
    await room.come_in(link, "Ana")

    waiting = await at_the_door(room, link, *"ABCDEFGHIJ")

    await asyncio.sleep(1.2)
    assert [stream.heard("go") for _person, stream in waiting] == [[]] * 10


# Processes


@played
async def test_a_process_that_is_told_to_end_ends_its_streams_and_pages_come_back_elsewhere(site):
    room = await scene(site, quota=20, capacity=100)
    inside = await room.come_in(await room.link(), *(f"Person {number}" for number in range(30)))
    before = await room.people()
    web = await asyncio.to_thread(site.another_web)
    third = await room.look_all([person for person, _page in inside], [web.port] * 30)
    for _person, page in inside:
        await page.close()
    retries = {page.retry for page in third}
    assert len(retries) > 10
    assert all(1000 <= retry <= 5000 for retry in retries)

    begin = time.monotonic()
    took = await asyncio.to_thread(web.end, signal.SIGTERM)

    assert took < 5
    assert max([await page.until_ended() for page in third]) - begin < 3
    assert web.output == ""
    assert [page.heard("out") for page in third] == [[]] * 30
    back = [(person, await room.look(person, site.ports[0])) for person, _page in inside]
    await room.page_says(back, [describe(role, place) for _name, role, place in before])
    assert await room.people() == before


@played
async def test_after_a_killed_process_those_who_came_back_are_in_and_the_others_are_swept(site):
    room = await scene(site, quota=100, capacity=100)
    link = await room.link()
    web = await asyncio.to_thread(site.another_web)
    people = await asyncio.gather(*(Person(f"Person {n}").join(site.ports[0], link.door) for n in range(20)))
    pages = [await room.look(person, web.port) for person in people]

    await asyncio.to_thread(web.end, signal.SIGKILL)

    for page in pages:
        await page.until_ended()
    back = [(person, await room.look(person, site.ports[1])) for person in people[:10]]
    # As if the time of their leases had passed for the others.
    gone = f"Participant.objects.filter(room={room.room}, name__in={[person.name for person in people[10:]]})"
    await room.do(f"{gone}.update(lease_until=F('lease_until') - timedelta(seconds=45))")
    assert await eventually(lambda: len(site.desk.say(f"list({gone}.present())and[1]or[]")) == 0, 15)
    await room.page_says(back, ["Participant"] * 10)
    assert await room.counters() == (10, 10, 0)


@played
async def test_leases_run_out_when_they_say(site):
    """Stories that take half a minute, all at once."""
    if site.redis:
        pytest.skip("leases do not depend on Redis")
    await asyncio.gather(
        a_page_that_never_connects_loses_its_seat(site),
        a_lost_connection_loses_its_seat_after_twenty_seconds(site),
        an_open_page_keeps_its_seat(site),
        a_closed_page_at_the_door_is_passed_over(site),
    )


async def a_page_that_never_connects_loses_its_seat(site) -> None:
    room = await scene(site)
    begin = time.monotonic()
    ana = await Person("Ana").join(site.ports[0], (await room.link()).door)
    await emptied(room, 29, AT_LAST, begin)
    assert "Your connection was lost" in (await ana.get(site.ports[0], f"/r/{room.room}/")).text


async def a_lost_connection_loses_its_seat_after_twenty_seconds(site) -> None:
    room = await scene(site, quota=1)
    (_ana, page), bo = await room.come_in(await room.link(), "Ana", "Bo")
    await page.close()
    begin = time.monotonic()
    event = await bo[1].until("me", "<strong>Participant</strong>", within=AT_LAST)
    assert event.at - begin > 19
    assert await room.people() == [["Bo", "participant", None]]


async def an_open_page_keeps_its_seat(site) -> None:
    room = await scene(site)
    inside = await room.come_in(await room.link(), "Ana", "Bo")
    await asyncio.sleep(50)
    assert [page.heard("out") for _person, page in inside] == [[], []]
    assert await room.counters() == (2, 2, 0)


async def a_closed_page_at_the_door_is_passed_over(site) -> None:
    room = await scene(site, quota=1, capacity=1)
    link = await room.link()
    [(ana, _page)] = await room.come_in(link, "Ana")
    [(_bo, first), (_cy, second)] = await at_the_door(room, link, "Bo", "Cy")
    await first.close()
    begin = time.monotonic()
    await ana.post(site.ports[0], f"/r/{room.room}/leave/")
    assert 8 < (await second.until("go", within=40)).at - begin < 30


async def emptied(room: Scene, not_before: float, at_last: float, begin: float) -> None:
    while (await room.counters())[0]:
        assert time.monotonic() - begin < at_last
        await asyncio.sleep(0.2)
    assert time.monotonic() - begin > not_before


@pytest.mark.soak
@played
async def test_a_killed_process_gives_its_seats_back_within_a_minute_in_every_run_of_ten(site):
    """Ten processes with a hundred people each, killed at different moments between their signs of life."""
    rooms = [await scene(site, quota=50, capacity=100) for _run in range(10)]
    webs = await asyncio.gather(*(asyncio.to_thread(site.another_web) for _room in rooms))
    for room, web in zip(rooms, webs, strict=True):
        link = await room.link()
        people = [Person(f"Person {number}") for number in range(100)]
        for some in (people[start : start + 10] for start in range(0, 100, 10)):
            await asyncio.gather(*(person.join(web.port, link.door) for person in some))
        await asyncio.gather(*(room.look(person, web.port) for person in people))
        assert await room.counters() == (100, 50, 50)

    async def kill(number: int) -> float:
        await asyncio.sleep(1.5 * number)
        webs[number].process.kill()
        begin = time.monotonic()
        while await rooms[number].counters() != (0, 0, 0):
            assert time.monotonic() - begin < 60
            await asyncio.sleep(0.5)
        return time.monotonic() - begin

    took = await asyncio.gather(*(kill(number) for number in range(10)))
    sys.stdout.write(f"empty after {', '.join(f'{seconds:.0f}' for seconds in sorted(took))} s\n")
