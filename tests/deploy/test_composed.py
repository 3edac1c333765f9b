"""What compose starts works together: the same commands as plain processes, behind the real proxy."""

import json
import re
import signal
import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx
import pytest

from tests.deploy.composed import dockerfile
from tests.deploy.names import loopback
from tests.deploy.processes import Composed, Process, composed_site, post
from tests.mailserver import Mailserver

pytestmark = [pytest.mark.once, pytest.mark.served]

ALICE = {"email": "alice@example.org", "name": "Alice", "password": "a long pass phrase 42"}
ROOM = {"name": "Physics", "time_zone": "Europe/Berlin", "quota": "10", "capacity": "1000"}
GUEST = {"name": "Gina", "role": "participant", "language": "en", "send": "on"}
EVERYBODY = {"description": "Everybody", "role": "participant"}
READ_HEADER = 10  # seconds, in the Caddyfile
ME = "Your role: <strong>{}</strong>"


@dataclass
class Site:
    composed: Composed
    smtp: Mailserver
    webs: dict[str, Process]  # by address
    lives: dict[str, Process]
    worker: Process
    beat: Process
    caddy: Process
    alice: httpx.Client
    room: str  # the path of its pages


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[Site]:
    smtp, folder = Mailserver(), tmp_path_factory.mktemp("composed")
    with composed_site(folder, EMAIL_URL=smtp.url, OUTBOX_SWEEP="2") as composed:
        replicas = [(name, loopback()) for name in ("web", "web", "live")]
        started = {(name, address): composed.start(name, address) for name, address in replicas}
        worker, beat, caddy = composed.start("worker"), composed.start("beat"), composed.caddy()
        for (name, address), process in started.items():
            composed.await_answer(name, address, process)
        webs, lives = (
            {address: process for (of, address), process in started.items() if of == name}
            for name in ("web", "live")
        )
        alice = composed.browser()
        room = set_up(composed, alice)
        yield Site(composed, smtp, webs, lives, worker, beat, caddy, alice, room)
    smtp.close()


def set_up(composed: Composed, alice: httpx.Client) -> str:
    """As an operator does it, with the address that a command prints."""
    address = composed.manage("setup_address").split()[-1]
    assert address.startswith(f"{composed.url}/setup/")
    assert post(alice, httpx.URL(address).path, **ALICE).headers["Location"] == "/rooms/new/"
    made = post(alice, "/rooms/new/", **ROOM)
    assert made.status_code == 302
    return re.match(r"/rooms/\d+/", made.headers["Location"])[0]


class Listener:
    """An open page: its stream, opened again each time that it ends."""

    def __init__(self, browser: httpx.Client, path: str) -> None:
        self.browser, self.path = browser, path
        self.heard: list[str] = []
        self.ended: list[int | str] = []  # the status of each stream, and what broke it off
        self.is_over = threading.Event()
        self.thread = threading.Thread(target=self._listen, daemon=True)
        self.thread.start()

    def await_words(self, words: str, *, since: int = 0, within: float = 20) -> None:
        deadline = time.monotonic() + within
        while words not in "".join(self.heard[since:]):
            assert time.monotonic() < deadline, (self.ended, self.heard)
            time.sleep(0.02)

    def _listen(self) -> None:
        while not self.is_over.is_set():
            try:
                self._hear()
            except httpx.HTTPError as error:
                self.ended.append(str(error))
            time.sleep(0.2)

    def _hear(self) -> None:
        with self.browser.stream("GET", self.path) as stream:
            self.ended.append(stream.status_code)
            for line in stream.iter_lines():
                self.heard.append(line)


class Crowd:
    """People who come in one after the other, several at once, until they are told that it is enough."""

    def __init__(self, composed: Composed, door: str, number: int = 3) -> None:
        self.door = door
        self.is_over = threading.Event()
        self.pool = ThreadPoolExecutor(number)
        browsers = [composed.browser() for _ in range(number)]
        self.counts = [self.pool.submit(self._come, browser) for browser in browsers]

    def end(self) -> Counter[str]:
        """What became of each request."""
        self.is_over.set()
        counts = sum((count.result(30) for count in self.counts), Counter())
        self.pool.shutdown()
        return counts

    def _come(self, browser: httpx.Client) -> Counter[str]:
        got: Counter[str] = Counter()
        while not self.is_over.is_set():
            browser.cookies.clear()
            got[self._answer(browser, "GET", self.door)] += 1
            form = {"csrfmiddlewaretoken": browser.cookies.get("__Host-csrftoken", ""), "name": "Ana"}
            got[self._answer(browser, "POST", self.door, data=form)] += 1
            time.sleep(0.05)
        return got

    def _answer(self, browser: httpx.Client, method: str, path: str, **more) -> str:
        try:
            referer = {"Referer": str(browser.base_url)}
            return f"{method} {browser.request(method, path, headers=referer, **more).status_code}"
        except httpx.TransportError as error:
            return f"{method} {error!r}"


def join(browser: httpx.Client, door: str, **form: str) -> str:
    """Come in, and the path of the page inside."""
    joined = post(browser, door, **form)
    assert joined.status_code == 302, joined.text
    return joined.headers["Location"]


def test_what_compose_starts_invites_lets_in_and_tells(site):
    composed, alice = site.composed, site.alice
    assert {cookie.secure for cookie in alice.cookies.jar} == {True}

    assert post(alice, f"{site.room}guests/new/", email="gina@example.org", **GUEST).status_code == 302
    [letter] = site.smtp.wait_for(1)
    assert letter.recipients == ["gina@example.org"]
    door = re.search(rf"{composed.url}(/j/\w+)", letter.text)[1]

    gina = composed.browser()
    inside = join(gina, door)
    cookies = {cookie.name: (cookie.secure, cookie.path) for cookie in gina.cookies.jar}
    assert cookies["__Host-browser"] == (True, "/")
    assert {secure for secure, _path in cookies.values()} == {True}
    page = gina.get(inside)
    assert ME.format("Participant") in page.text
    assert page.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "Server" not in page.headers
    style = re.search(r'href="(/static/css/\S+?\.css)"', page.text)[1]
    assert "immutable" in gina.get(style).headers["Cache-Control"]

    stream = Listener(gina, f"{inside}stream?language=en")
    stream.await_words(ME.format("Participant"))
    guests = f"{site.room}guests/"
    link = re.search(r"/links/(\d+)/role/", alice.get(guests).text)[1]
    assert post(alice, guests, to=f"/links/{link}/role/", role="guest").status_code == 302
    stream.await_words(ME.format("Guest"), within=5)
    stream.is_over.set()


def test_the_health_of_a_container_is_what_its_process_says(site):
    address = next(iter(site.webs))
    check = dockerfile("HEALTHCHECK")

    def health(of: str) -> int:
        return site.composed.run([word.replace("127.0.0.1", of) for word in check])

    assert health(address) == int(site.composed.ask(address, "/healthz").status_code != 200)
    assert health(loopback()) == 1


def test_the_proxy_sends_to_https_and_keeps_figures_to_itself(site):
    plain = httpx.get(f"http://localhost:{site.composed.http_port}/")

    assert (plain.status_code, plain.headers["Location"]) == (308, f"{site.composed.url}/")
    kept = site.alice.get("/metrics")
    assert (kept.status_code, kept.text) == (404, "")  # without a page of Foyer's


def test_who_sends_half_a_head_is_shown_the_door(site):
    where = ("localhost", urlsplit(site.composed.url).port)
    trusted = ssl.create_default_context(cafile=str(site.composed.root))
    with (
        socket.create_connection(where, timeout=READ_HEADER + 5) as line,
        trusted.wrap_socket(line, server_hostname="localhost") as talk,
    ):
        talk.sendall(b"GET / HTTP/1.1\r\nHost: loc")
        said = time.monotonic()
        talk.recv(1_000)  # 408, or nothing: it is over
        assert READ_HEADER - 1 < time.monotonic() - said < READ_HEADER + 5
        assert talk.recv(1_000) == b""


def test_each_process_is_replaced_in_turn_and_nobody_notices(site):
    composed, groups = site.composed, f"{site.room}groups/"
    assert post(site.alice, f"{groups}new/", **EVERYBODY).status_code == 302
    door = re.search(rf"{composed.url}(/j/\w+)", site.alice.get(groups).text)[1]
    ana = composed.browser()
    stream = Listener(ana, f"{join(ana, door, name='Ana')}stream?language=en")
    stream.await_words(ME.format("Participant"))
    crowd = Crowd(composed, door)

    heard = len(stream.heard)
    replaced = [*replace("web", site.webs, composed), *replace("live", site.lives, composed)]
    stream.await_words(ME.format("Participant"), since=heard)
    answers = crowd.end()

    assert set(answers) == {"GET 200", "POST 302"}, answers
    assert min(answers.values()) > 20
    assert set(stream.ended) == {200}
    said = "".join(process.output for process in replaced).splitlines()
    assert [line for line in said if json.loads(line)["logger"] != "requests"] == []
    stream.is_over.set()


def replace(service: str, replicas: dict[str, Process], composed: Composed) -> list[Process]:
    """First a new one, then the end of an old one, which Docker's name server knows until it has ended."""
    olds = list(replicas.items())
    for address, old in olds:
        new = loopback()
        replicas[new] = composed.serve(service, new)
        assert old.stop() == -signal.SIGTERM  # uvicorn ends in order, and then by the signal
        composed.names.remove(service, address)
        del replicas[address]
    return [old for _address, old in olds]


def test_a_worker_that_is_told_to_end_finishes_its_letter_and_the_next_sends_the_others(site):
    composed, before = site.composed, len(site.smtp.letters)
    assert site.worker.stop() == 0
    guests = [f"guest{number}@example.org" for number in range(8)]
    for email in guests:
        assert post(site.alice, f"{site.room}guests/new/", email=email, **GUEST).status_code == 302
    site.smtp.delay = 1
    one = composed.start("worker")
    site.smtp.wait_for(before + 1)

    assert one.stop() == 0
    assert "Traceback" not in one.output
    assert len(site.smtp.letters) < before + 8
    assert site.beat.stop() == 0
    site.smtp.delay = 0
    site.worker, site.beat = composed.start("worker"), composed.start("beat")

    site.smtp.wait_for(before + 8, timeout=40)
    time.sleep(0.5)
    assert sorted(letter.recipients[0] for letter in site.smtp.letters[before:]) == guests
