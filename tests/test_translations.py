import re
import shutil
import subprocess
import sys

import polib
import pytest
from django.conf import settings

from tests.conftest import missing_part
from tests.serving import ROOT

pytestmark = pytest.mark.once

# Ours are written in the code.
LANGUAGES = [code for code, _name in settings.LANGUAGES if code != "en"]
SOURCES = ["rooms", "links", "invitations", "operation", "config", "templates"]


def catalogue(language: str) -> polib.POFile:
    return polib.pofile(str(ROOT / "locale" / language / "LC_MESSAGES" / "django.po"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated(language):
    assert [entry.msgid for entry in catalogue(language).untranslated_entries()] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_a_guess(language):
    assert [entry.msgid for entry in catalogue(language).fuzzy_entries()] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_shown_is_what_was_translated(language):
    compiled = polib.mofile(str(ROOT / "locale" / language / "LC_MESSAGES" / "django.mo"))

    assert as_dictionary(compiled) == as_dictionary(catalogue(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_of_the_code_is_in_the_catalogue(language, sentences):
    known = {
        (entry.msgctxt, entry.msgid, entry.msgid_plural)
        for entry in catalogue(language)
        if not entry.obsolete
    }

    assert sorted(sentences - known, key=str) == []


@pytest.fixture(scope="module")
def sentences(tmp_path_factory) -> set[tuple]:
    if shutil.which("xgettext") is None:
        missing_part("xgettext is missing: apt-get install gettext")
    copy = tmp_path_factory.mktemp("sources")
    for folder in SOURCES:
        if (ROOT / folder).exists():
            shutil.copytree(ROOT / folder, copy / folder)
    (copy / "locale").mkdir()
    subprocess.run(
        [sys.executable, "-m", "django", "makemessages", "--locale", "xx", "--no-obsolete", "--no-location"],
        cwd=copy,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin"},
        check=True,
        capture_output=True,
    )
    found = polib.pofile(str(copy / "locale" / "xx" / "LC_MESSAGES" / "django.po"))
    return {(entry.msgctxt, entry.msgid, entry.msgid_plural) for entry in found}


def as_dictionary(entries: polib.POFile) -> dict:
    return {
        (entry.msgctxt, entry.msgid): entry.msgstr_plural or entry.msgstr
        for entry in entries
        if (entry.msgstr or entry.msgstr_plural) and not entry.obsolete
    }


def places(text: str) -> set[str]:
    """What is filled in, and the tags."""
    return set(re.findall(r"%\(\w+\)[sd]|%s|<[^>]+>", text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_fills_in_what_its_sentence_does(language):
    wrong = []
    for entry in catalogue(language):
        forms = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        wanted = places(entry.msgid_plural or entry.msgid)
        # Of a number's forms the one for one may do without it.
        wrong += [form for form in forms[1:] or forms if places(form) != wanted]
        wrong += [form for form in forms if not places(form) <= wanted]
    assert wrong == []
