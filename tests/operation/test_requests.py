"""Each request has an id, and leaves a line."""

import logging
import re

import pytest

from tests.doors import address_of


@pytest.fixture
def lines(caplog):
    caplog.set_level(logging.INFO, logger="requests")
    return lambda: [record for record in caplog.records if record.name == "requests"]


@pytest.mark.once
@pytest.mark.parametrize("given", ["", "short", "a" * 65, "two words", "line\nbreak", "<script>123"])
def test_a_request_is_given_an_id_of_its_own(client, given):
    first, second = (client.get("/nowhere", headers={"x-request-id": given})["X-Request-ID"] for _ in "12")

    assert re.fullmatch(r"[0-9a-f]{16}", first)
    assert first != second


@pytest.mark.once
def test_it_keeps_the_id_that_the_proxy_gave_it(client):
    given = "9f86d081-884c-7d65-9a2f-eaa0c55ad015"

    assert client.get("/nowhere", headers={"x-request-id": given})["X-Request-ID"] == given


def test_a_request_leaves_one_line(client, make_group_link, lines):
    address = address_of(make_group_link())
    client.get(f"/j/{address}")

    [line] = lines()
    assert line.getMessage() == "request"
    assert (line.method, line.path, line.view, line.status) == ("GET", f"/j/{address}", "links:door", 200)
    assert line.ms > 0


def test_what_machines_ask_leaves_none(db, client, lines):
    for path in ("/healthz", "/readyz", "/metrics"):
        client.get(path)

    assert lines() == []


@pytest.mark.once
def test_who_meets_an_error_is_told_by_which_code_it_is_found_in_the_log(client, monkeypatch, caplog):
    def broken(*_):
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr("links.views.join.find", broken)
    client.raise_request_exception = False
    page = client.get("/j/nowhere")

    assert page.status_code == 500
    assert f"<code>{page['X-Request-ID']}</code>" in page.content.decode()
    assert "broken on purpose" in caplog.text
