"""The operator's own name, colour and logo."""

import re

import pytest
from django.core.checks import run_checks
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from rooms import brand
from rooms.colour import BLACK, WHITE, Colour
from tests import stylesheets

GREEN = "#0a7d33"
HEAD = re.compile(r'<link rel="(icon|stylesheet)" href="([^"]+)"')
channels = st.integers(0, 255)


def head_of(page) -> dict[str, list[str]]:
    found = HEAD.findall(page.content.decode())
    return {rel: [href for its, href in found if its == rel] for rel in ("icon", "stylesheet")}


def test_contrast_is_that_of_the_standard():
    assert WHITE.contrast(BLACK) == pytest.approx(21)
    assert BLACK.contrast(WHITE) == pytest.approx(21)
    assert WHITE.contrast(WHITE) == 1
    # From WCAG's own examples: the lightest gray on white that is enough for words, and the next that is not.
    assert Colour.read("#767676").contrast(WHITE) == pytest.approx(4.54, abs=0.005)
    assert Colour.read("#777").contrast(WHITE) == pytest.approx(4.48, abs=0.005)


# A busy machine is no reason to fail.
@hypothesis_settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(channels, channels, channels)
@example(255, 255, 0)
@example(255, 255, 255)
@example(0, 0, 0)
@example(118, 118, 118)
def test_every_colour_is_legible_in_both_schemes(red, green, blue):
    ours = stylesheets.tokens()
    theirs = stylesheets.schemes(brand.style_sheet(str(Colour(red, green, blue))))
    for scheme, grounds in (("light", brand.LIGHT), ("dark", brand.DARK)):
        colours = ours[scheme] | theirs[scheme]
        assert colours["accent-ink"].contrast(colours["accent"]) >= 4.5
        assert colours["accent-ink"].contrast(colours["accent-hover"]) >= 4.5
        for ground in (*grounds, colours["accent-soft"]):
            assert colours["accent-text"].contrast(ground) >= 4.5
        for name in ("ink", "ink-soft"):
            assert colours[name].contrast(colours["accent-soft"]) >= 4.5
        for ground in grounds:
            assert colours["accent"].contrast(ground) >= 3


def test_a_colour_that_is_legible_stays_as_it_is():
    light = stylesheets.schemes(brand.style_sheet(GREEN))["light"]
    assert (str(light["accent"]), str(light["accent-text"]), str(light["accent-ink"])) == (
        GREEN,
        GREEN,
        "#ffffff",
    )


def test_what_stands_behind_words_is_what_the_tokens_say():
    for scheme, grounds in (("light", brand.LIGHT), ("dark", brand.DARK)):
        colours = stylesheets.tokens()[scheme]
        assert tuple(colours[name] for name in ("surface", "ground", "hover", "sunken")) == grounds


def test_without_settings_nothing_more_is_asked_for(client, db, make_link):
    for address in ("/accounts/login/", make_link().address.removeprefix("http://127.0.0.1:8000")):
        head = head_of(client.get(address))
        assert head["icon"] == ["/static/logo.svg"]
        assert [href for href in head["stylesheet"] if "/brand/" in href] == []
    for address in ("/brand/0/logo", "/brand/0.css"):
        assert client.get(address).status_code == 404


def test_the_operators_colour_comes_at_an_address_that_is_kept_for_ever(client, db, settings):
    settings.BRAND_COLOUR = GREEN
    (address,) = [href for href in head_of(client.get("/accounts/login/"))["stylesheet"] if "/brand/" in href]
    sheet = client.get(address)
    assert (sheet.status_code, sheet["Content-Type"]) == (200, "text/css")
    assert sheet.content.decode() == brand.style_sheet(GREEN)
    assert set(sheet["Cache-Control"].split(", ")) == {"public", "immutable", "max-age=31536000"}
    settings.BRAND_COLOUR = "#800"
    assert client.get(address)["Cache-Control"] == "no-cache"
    (other,) = [href for href in head_of(client.get("/accounts/login/"))["stylesheet"] if "/brand/" in href]
    assert other != address


def test_our_logo_takes_the_operators_colour(client, db, settings):
    settings.BRAND_COLOUR = GREEN
    (address,) = head_of(client.get("/accounts/login/"))["icon"]
    logo = client.get(address)
    assert logo["Content-Type"] == "image/svg+xml"
    assert GREEN in logo.content.decode()
    assert brand.OUR_COLOUR not in logo.content.decode()


@pytest.mark.parametrize(("name", "kind"), [("ours.svg", "image/svg+xml"), ("Ours.PNG", "image/png")])
def test_the_operators_logo_is_shown_and_is_the_icon(client, db, settings, tmp_path, name, kind):
    (tmp_path / name).write_bytes(b"a picture")
    settings.BRAND_LOGO = str(tmp_path / name)
    page = client.get("/accounts/login/")
    (address,) = head_of(page)["icon"]
    assert f'<img src="{address}"' in page.content.decode()
    logo = client.get(address)
    assert (logo.content, logo["Content-Type"]) == (b"a picture", kind)
    assert "immutable" in logo["Cache-Control"]


def test_a_browser_that_looks_for_an_icon_finds_one(client, settings):
    assert client.get("/favicon.ico").url == "/static/logo.svg"
    settings.BRAND_COLOUR = GREEN
    assert client.get("/favicon.ico").url.startswith("/brand/")


def test_the_operators_name_stands_where_ours_stood(client, db, settings, alice, mailoutbox):
    settings.BRAND_NAME = "Conferences of the University"
    login = client.get("/accounts/login/").content.decode()
    assert "· Conferences of the University</title>" in login
    assert "Foyer" not in login
    client.post("/accounts/password/reset/", {"email": alice.email})
    (letter,) = mailoutbox
    assert "Conferences of the University" in letter.subject
    assert "Foyer" not in letter.subject + letter.body


def test_guests_read_the_operators_name_and_not_ours(client, db, settings, make_link):
    door = make_link().address.removeprefix("http://127.0.0.1:8000")
    assert "Foyer" not in client.get(door).content.decode()
    settings.BRAND_NAME = "Conferences of the University"
    assert "<p>Conferences of the University</p>" in client.get(door).content.decode()


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("BRAND_NAME", " ", "BRAND_NAME must have 1 to 40 characters"),
        ("BRAND_NAME", "x" * 41, "BRAND_NAME must have 1 to 40 characters"),
        ("BRAND_NAME", 'The "Foyer"', "BRAND_NAME must have 1 to 40 characters"),
        ("BRAND_NAME", "Foyer\r\nBcc: all", "BRAND_NAME must have 1 to 40 characters"),
        ("BRAND_COLOUR", "blue", "BRAND_COLOUR must be a colour such as #2563eb."),
        ("BRAND_COLOUR", "#12345", "BRAND_COLOUR must be a colour such as #2563eb."),
        ("BRAND_COLOUR", "#fff;}", "BRAND_COLOUR must be a colour such as #2563eb."),
        ("BRAND_LOGO", "logo.exe", "BRAND_LOGO must be the path of a file that ends in .svg or .png."),
        ("BRAND_LOGO", "/no/such/logo.svg", "BRAND_LOGO names /no/such/logo.svg, which cannot be read"),
    ],
)
def test_a_setting_that_cannot_be_shown_is_said_at_the_start(settings, name, value, words):
    setattr(settings, name, value)
    (error,) = [error for error in run_checks() if error.id.startswith("rooms.")]
    assert error.msg.startswith(words)


def test_right_settings_are_silent(settings, tmp_path):
    (tmp_path / "a.png").write_bytes(b"a picture")
    settings.BRAND_NAME, settings.BRAND_COLOUR = "Universität Übersee", "#A0f"
    settings.BRAND_LOGO = str(tmp_path / "a.png")
    assert [error for error in run_checks() if error.id.startswith("rooms.")] == []
