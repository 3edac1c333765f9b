"""The disk under `var/` is full: SQLite, the broker's files, letters as files. A real, small file system."""

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.faults.crowd import AWAY, INVITE, Crowd
from tests.pages import Person, played
from tests.scene import scene
from tests.webs import site as served_site

pytestmark = [pytest.mark.served, pytest.mark.once, pytest.mark.soak]

SIZE = "24m"


@pytest.fixture(scope="module")
def small_disk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("disk")
    if (
        os.geteuid() != 0
        or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", folder], capture_output=True, check=False
        ).returncode
    ):
        pytest.skip("Only who may mount a file system can fill one that is small")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture(scope="module")
def site(small_disk):
    # On SQLite whatever the run is on: that is what fills this disk.
    with served_site(
        "sqlite", small_disk / "var", with_redis=False, OUTBOX_SWEEP="2", INVITATION_LEASE="3"
    ) as site:
        yield site


def fill(folder: Path) -> Path:
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 20, 4096, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue  # no room for so many more
    assert os.statvfs(folder).f_bavail == 0
    return filler


@played
async def test_a_full_disk_says_so_loses_nothing_and_all_goes_on_when_there_is_room(site, small_disk):
    room = await scene(site, quota=3, capacity=8)
    link = await room.link()
    crowd = Crowd(room, link)
    outbox = small_disk / "var" / "outbox"
    await asyncio.gather(*(crowd.come(f"Person {number}", site.ports[number % 2]) for number in range(4)))
    await room.do(INVITE.format(first=0, number=2, room=room.room))
    deadline = time.monotonic() + 30
    while not outbox.exists() or len(list(outbox.glob("*.eml"))) < 2:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.1)

    filler = await asyncio.to_thread(fill, small_disk)
    answers = []
    for number in range(10):
        person = Person(f"Late {number}")
        answers.append(await person.knock(site.ports[0], link.door))
        await asyncio.sleep(0.5)
    filler.unlink()
    back = time.monotonic()

    assert any(answer.status == 503 and AWAY in answer.text for answer in answers)
    still = [f"Person {number}" for number in range(4, 10)]
    await asyncio.gather(*(crowd.come(name, site.ports[0]) for name in still))
    sys.stdout.write(f"all in {time.monotonic() - back:.1f} s after there was room\n")
    await room.do(INVITE.format(first=2, number=2, room=room.room))
    deadline = time.monotonic() + 30
    while len(list(outbox.glob("*.eml"))) < 4:
        assert time.monotonic() < deadline, list(outbox.iterdir())
        await asyncio.sleep(0.1)
    sys.stdout.write(f"all letters {time.monotonic() - back:.1f} s after\n")
    people_in, seats_taken, _waiting = await room.counters()
    assert (people_in, seats_taken) == (8, 3)
    left = [path.name for folder in (outbox, outbox.parent / "broker") for path in folder.glob(".*")]
    assert left == []
