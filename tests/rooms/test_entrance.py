"""Logging in and asking for a new password, in the words of the other pages."""

import pytest
from bs4 import BeautifulSoup

pytestmark = pytest.mark.django_db


def read(answer) -> BeautifulSoup:
    return BeautifulSoup(answer.content, "html.parser")


@pytest.mark.parametrize("address", ["/accounts/login/", "/accounts/password/reset/"])
def test_an_e_mail_address_is_called_as_everywhere_else(client, address):
    page = read(client.get(address))
    assert page.find("label").text == "E-mail"
    assert page.select("[placeholder]") == []
    assert "Email" not in page.text


def test_a_wrong_password_is_said_in_our_words(client, alice):
    page = read(client.post("/accounts/login/", {"login": alice.email, "password": "wrong"}))
    assert page.select_one(".notice.bad").text.strip() == (
        "This e-mail address and this password do not go together."
    )
