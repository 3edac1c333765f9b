import shutil
import signal
import socket
import time

import httpx
import psutil
import pytest

pytestmark = pytest.mark.served


def wait_until(claim, timeout: float = 20) -> None:
    deadline = time.monotonic() + timeout
    while not claim():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def gone(processes, timeout: float) -> bool:
    _ended, alive = psutil.wait_procs(processes, timeout)
    return not alive


def test_one_command_starts_web_worker_and_beat_where_nothing_was_before(serve):
    foyer = serve(new=True)

    assert sorted(foyer.children()) == ["beat", "web", "worker"]
    assert f"Foyer is at {foyer.url}  (Ctrl-C ends it)" in foyer.output
    assert foyer.status("/accounts/login/") == 200


def test_it_answers_with_what_browsers_are_asked_to_enforce(serve):
    foyer = serve()
    page = httpx.get(f"{foyer.url}/accounts/login/")

    policy = page.headers["Content-Security-Policy"].split("; ")
    assert {"default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"} <= set(
        policy
    )
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "DENY"
    assert page.headers["Referrer-Policy"] == "same-origin"


def test_a_port_in_use_is_said_in_one_sentence(serve):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        foyer = serve(port=port, ready=False)

        assert foyer.wait() == 1
        assert len(foyer.lines) == 1
        assert f"port {port}" in foyer.output
        assert "--port" in foyer.output


@pytest.mark.once
@pytest.mark.parametrize("keys", [{}, {"SECRET_KEY": "s" * 50, "LINK_KEY": "k" * 50}], ids=["made", "given"])
def test_an_unwritable_folder_is_said_in_one_sentence(serve, tmp_path, keys):
    (tmp_path / "file").touch()
    foyer = serve(var=tmp_path / "file" / "var", ready=False, **keys)

    assert foyer.wait() == 1
    assert len(foyer.lines) == 1
    assert "cannot write there (Not a directory): make that folder writable, or set VAR_DIR" in foyer.output


@pytest.mark.once
def test_a_database_that_does_not_answer_is_said_in_words(serve):
    foyer = serve(ready=False, DATABASE_URL="postgres://nobody@127.0.0.1:1/nothing")

    assert foyer.wait() == 1
    assert "Traceback" not in foyer.output
    assert "Check DATABASE_URL" in foyer.output


@pytest.mark.once
def test_the_secrets_are_for_the_owner_alone(serve):
    foyer = serve(new=True)

    assert {(foyer.var / name).stat().st_mode & 0o777 for name in ("secret_key", "link_key")} == {0o600}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_ends_whole_within_five_seconds(serve, number):
    foyer = serve()
    children = list(foyer.children().values())
    begin = time.monotonic()

    assert foyer.stop(number) == 0
    assert gone(children, 0)
    assert time.monotonic() - begin < 5
    assert "Traceback" not in foyer.output


@pytest.mark.once
def test_a_child_that_does_not_listen_ends_all_the_same(serve):
    foyer = serve()
    children = foyer.children()
    children["web"].suspend()  # a stopped process takes no SIGTERM
    begin = time.monotonic()

    assert foyer.stop() == 0
    assert gone(list(children.values()), 0)
    assert time.monotonic() - begin < 5


@pytest.mark.once
@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_a_child_that_dies_is_started_again_and_that_is_said(serve, name):
    foyer = serve()
    before = foyer.children()

    before[name].kill()

    foyer.await_line(f"The {name} process ended \\(SIGKILL\\) and is started again in 1 s", timeout=5)
    wait_until(lambda: name in foyer.children())
    after = foyer.children()
    assert after[name].pid != before[name].pid
    assert {other: child.pid for other, child in after.items() if other != name} == {
        other: child.pid for other, child in before.items() if other != name
    }
    assert foyer.await_answer("/accounts/login/") == 200


@pytest.mark.once
def test_no_child_outlives_a_killed_parent(serve):
    foyer = serve()
    children = list(foyer.children().values())

    foyer.process.kill()

    assert gone(children, 5)


@pytest.mark.once
def test_the_first_start_offers_a_way_in_and_a_second_start_another(serve):
    first = serve(new=True)
    way_in = first.setup_url
    assert way_in.startswith(f"{first.url}/setup/")
    assert first.status(way_in.removeprefix(first.url)) == 200
    first.stop()

    second = serve(port=first.port)

    assert second.setup_url != way_in
    assert second.status(way_in.removeprefix(first.url)) == 404
    assert second.status(second.setup_url.removeprefix(first.url)) == 200


def become_the_first_administrator(foyer) -> httpx.Response:
    with httpx.Client() as person:
        person.get(foyer.setup_url)
        answers = {"email": "alice@example.org", "name": "Alice", "password": "a long enough one 42"}
        token = {"csrfmiddlewaretoken": person.cookies["csrftoken"]}
        return person.post(foyer.setup_url, data=answers | token)


def test_a_second_start_finds_its_data(serve):
    first = serve()
    assert become_the_first_administrator(first).status_code == 302
    assert first.status(first.setup_url.removeprefix(first.url)) == 404
    secrets = {name: (first.var / name).read_text() for name in ("secret_key", "link_key")}
    first.stop()

    second = serve()

    assert second.setup_url is None
    assert {name: (second.var / name).read_text() for name in secrets} == secrets


@pytest.mark.once
def test_a_deleted_broker_folder_comes_back_and_nobody_notices(serve):
    foyer = serve()
    broker = foyer.var / "broker"
    wait_until(broker.exists)
    before = foyer.children()

    shutil.rmtree(broker)

    wait_until(broker.exists)
    queue = [foyer.manage("shell", "-c", "from rooms.tasks import sweep; sweep.delay()") for _ in range(2)]
    assert [(command.returncode, command.stderr) for command in queue] == [(0, ""), (0, "")]
    wait_until(lambda: not list(broker.glob("*.celery.msg")))
    assert foyer.children() == before


@pytest.mark.once
def test_people_are_sent_to_the_public_address(serve):
    foyer = serve(PUBLIC_URL="https://foyer.example")

    assert "Foyer is at https://foyer.example " in foyer.output
    assert foyer.setup_url.startswith("https://foyer.example/setup/")


def refuses(foyer) -> bool:
    try:
        socket.create_connection(("127.0.0.1", foyer.port), 5).close()
    except ConnectionRefusedError:
        return True
    return False


@pytest.mark.once
def test_who_has_just_connected_when_a_web_process_is_told_to_end_is_answered(serve):
    """As a proxy does, which would say 502 to a person."""
    foyer = serve()
    with socket.create_connection(("127.0.0.1", foyer.port), 5) as proxy:
        foyer.status("/healthz")  # so that the connection before was taken
        foyer.children()["web"].terminate()
        wait_until(lambda: refuses(foyer))
        proxy.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert proxy.recv(100).startswith(b"HTTP/1.1 200")
