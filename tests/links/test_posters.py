"""Group links as sheets to hang on a door."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from links.models import GroupLink
from rooms.models import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def sheets(client, alice, room):
    client.force_login(alice)

    def get(address: str = "") -> list[BeautifulSoup]:
        page = BeautifulSoup(client.get(f"/rooms/{room.pk}/groups/print/{address}").content, "html.parser")
        return page.find_all("article")

    return get


def test_a_sheet_says_where_for_whom_and_when_and_shows_the_way(sheets, room, make_group_link):
    nine = datetime(2030, 11, 30, 9, tzinfo=ZoneInfo("Europe/Berlin"))
    link = make_group_link(
        description="All of maths", label="ours", starts_at=nine, ends_at=nine + timedelta(hours=2)
    )
    (sheet,) = sheets()
    words = sheet.get_text(" ", strip=True)
    for part in ("Physics colloquium", "All of maths", link.address):
        assert part in words
    assert "Opens: Saturday 30 November 2030, 09:00 (Europe/Berlin)" in words
    assert "Closes: Saturday 30 November 2030, 11:00 (Europe/Berlin)" in words
    assert "ours" not in words
    assert len(sheet.select("svg.qr path")) == 1


def test_only_what_opens_now_or_later_is_printed(sheets, make_group_link, make_guest_link):
    now = timezone.now()
    make_group_link(description="now")
    make_group_link(description="later", starts_at=now + timedelta(days=1))
    make_group_link(description="over", ends_at=now - timedelta(days=1))
    make_group_link(description="off", is_active=False)
    make_group_link(description="shut", role=Role.NO_ACCESS)
    make_group_link(description="gone", deleted_at=now)
    make_guest_link()
    assert [sheet.select_one("h2 + p").text for sheet in sheets()] == ["now", "later"]


def test_one_link_is_printed_from_its_own_page(client, sheets, room, make_group_link):
    make_group_link(description="other")
    link = make_group_link(description="this")
    (sheet,) = sheets(f"?link={link.pk}")
    assert sheet.select_one("h2 + p").text == "this"
    address = f"/rooms/{room.pk}/groups/print/?link={link.pk}"
    assert address in client.get(f"/links/{link.pk}/qr/").content.decode()
    GroupLink.objects.filter(pk=link.pk).update(is_active=False)
    assert address not in client.get(f"/links/{link.pk}/qr/").content.decode()
    assert sheets(f"?link={link.pk}") == []
    assert sheets(f"?link={9**50}") == []


def test_without_any_it_says_what_to_do(client, sheets, room):
    assert sheets() == []
    page = client.get(f"/rooms/{room.pk}/groups/print/").content.decode()
    assert f'href="/rooms/{room.pk}/groups/new/"' in page


def test_the_sheets_of_others_are_not_found(client, bob, room):
    client.force_login(bob)
    assert client.get(f"/rooms/{room.pk}/groups/print/").status_code == 404
    client.logout()
    assert client.get(f"/rooms/{room.pk}/groups/print/").status_code == 302


@pytest.mark.parametrize("number", [1, 30])
def test_the_sheets_take_a_fixed_number_of_statements(
    client, sheets, room, make_group_link, django_assert_num_queries, number
):
    for i in range(number):
        make_group_link(description=f"{i}")
    with django_assert_num_queries(4):
        assert len(sheets()) == number
