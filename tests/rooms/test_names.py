"""DESIGN 2.1.5: names that people give."""

import unicodedata

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from rooms.names import HIDING, LONGEST, clean_name, clean_note, name_key, split_number


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Ana", "Ana"),
        ("  Ana\u00a0", "Ana"),
        ("Ana  María", "Ana María"),
        ("Jose\u0301", "José"),
        ("x" * 80, "x" * 80),
        ("李小龍", "李小龍"),
        ("Zoë 🙂", "Zoë 🙂"),
        ("O\u2019Neill-Smith Jr.", "O\u2019Neill-Smith Jr."),
    ],
)
def test_a_name_is_trimmed_and_composed(typed, name):
    assert clean_name(typed) == name


@pytest.mark.parametrize("typed", ["", " ", "\u00a0\u2003"])
def test_only_spaces_is_no_name(typed):
    with pytest.raises(ValidationError, match="Please enter a name"):
        clean_name(typed)


def test_81_characters_are_one_too_many():
    with pytest.raises(ValidationError, match="80 characters; this one has 81"):
        clean_name("x" * 81)


@pytest.mark.parametrize(
    "unseen",
    [
        "\0",
        "\n",
        "\x7f",
        "\u202e",
        "\u2066",
        "\u200b",
        "\u200e",
        "\u2060",
        "\ufeff",
        "\u00ad",
        "\u2028",
        "\ue000",
        "\u3164",
        "\u2800",
        "\ufe0f",
    ],
    ids=lambda character: f"U+{ord(character):04X}",
)
def test_a_character_that_cannot_be_seen_is_refused_with_its_place(unseen):
    with pytest.raises(ValidationError, match="after “An”"):
        clean_name(f"An{unseen}a")


def test_a_name_that_begins_unseen_is_told_so():
    with pytest.raises(ValidationError, match="begins with a character"):
        clean_name("\u202eAna")


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("Ana", ("Ana", 1)),
        ("Ana (2)", ("Ana", 2)),
        ("Ana (10)", ("Ana", 10)),
        ("Ana (1)", ("Ana (1)", 1)),
        ("Ana (0)", ("Ana (0)", 1)),
        ("Ana (02)", ("Ana (02)", 1)),
        ("(2)", ("(2)", 1)),
        ("Ana(2)", ("Ana(2)", 1)),
    ],
)
def test_a_number_in_brackets_is_the_number_of_a_namesake(name, split):
    assert split_number(name) == split


def test_names_that_differ_in_case_only_are_one_name():
    assert name_key("ANA") == name_key("ana")
    assert name_key("Straße") == name_key("STRASSE")
    assert name_key("Ana") != name_key("Anna")


@given(st.text(max_size=100))
def test_of_all_of_unicode_a_name_is_what_can_be_read_or_it_is_refused(typed):
    try:
        name = clean_name(typed)
    except ValidationError:
        return
    assert 1 <= len(name) <= LONGEST
    assert name == name.strip() == unicodedata.normalize("NFC", name) == clean_name(name)
    assert not {unicodedata.category(sign) for sign in name} & HIDING


@given(st.text(max_size=200))
def test_of_a_note_everything_stays_but_what_hides(typed):
    note = clean_note(typed)
    assert clean_note(note) == note
    assert {sign for sign in note if unicodedata.category(sign) in HIDING} <= {"\n", "\u200c", "\u200d"}
