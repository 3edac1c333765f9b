"""How an open page is written to: one write after the other, and always the newest."""

import asyncio

from rooms.live.pages import Kind, Page
from tests.pages import played


class Line:
    """A connection: what went over it, and whether anybody reads at its end."""

    def __init__(self) -> None:
        self.said: list[bytes | None] = []  # None: the end
        self.is_read = asyncio.Event()
        self.is_read.set()

    async def send(self, message: dict) -> None:
        await self.is_read.wait()
        self.said.append(message["body"] if message["more_body"] else None)


def connected() -> tuple[Page, Line]:
    page, line = Page(Kind.INSIDE), Line()
    page.send = line.send
    return page, line


async def settled() -> None:
    for _turn in range(5):
        await asyncio.sleep(0)


@played
async def test_a_page_that_waits_costs_no_task():
    pages, before = [connected()[0] for _ in range(10)], asyncio.all_tasks()
    for page in pages:
        page.put("me", b"Guest")
    assert len(asyncio.all_tasks() - before) == 10
    await settled()
    assert asyncio.all_tasks() == before


@played
async def test_a_slow_page_gets_the_newest_of_each_part_and_holds_up_no_other():
    (slow, line), (quick, others) = connected(), connected()
    line.is_read.clear()
    for number in range(100):
        slow.put("me", b"role %d " % number)
        slow.put("people", b"list %d " % number)
        slow.beat()
        quick.put("me", b"role %d" % number)
        await settled()
    assert others.said == [b"role %d" % number for number in range(100)]
    assert len(slow.pending) == 3

    line.is_read.set()
    await settled()

    assert line.said == [b"role 0 list 0 :\n\n", b"role 99 list 99 :\n\n"]


@played
async def test_what_was_put_before_it_was_connected_is_written_with_the_next():
    page, line = Page(Kind.INSIDE), Line()
    page.put("me", b"Guest")
    page.send = line.send
    page.put("people", b"Ana")
    await settled()
    assert line.said == [b"GuestAna"]


@played
async def test_the_last_word_is_the_last_and_the_end_comes_once():
    page, line = connected()
    line.is_read.clear()
    page.put("me", b"Guest")
    await settled()
    page.end(b"You left")
    page.end()
    line.is_read.set()
    await settled()
    page.put("me", b"Moderator")
    page.beat()
    page.end()
    await settled()
    assert line.said == [b"Guest", b"You left", None]
