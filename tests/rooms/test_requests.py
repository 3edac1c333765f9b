"""Where a form leads back to: a page of ours, or none."""

import pytest
from django.test import RequestFactory

from rooms.requests import asked_back_to


@pytest.mark.once
@pytest.mark.parametrize(
    ("said", "page"),
    [
        ("/rooms/7/guests/?q=a&page=2", "/rooms/7/guests/?q=a&page=2"),
        ("", ""),
        ("guest", ""),
        ("rooms:list", ""),  # no name of a view either
        ("//evil.example.com", ""),
        ("/\\evil.example.com", ""),
        ("https://evil.example.com/", ""),
        ("javascript:alert(1)", ""),
    ],
)
def test_a_form_leads_back_to_a_page_of_ours_or_nowhere(said, page):
    assert asked_back_to(RequestFactory().post("/", {"next": said})) == page
