"""What the style sheets promise: words can be read, nothing moves for long, and all of it is small."""

import itertools
import re

import pytest

from tests.stylesheets import FOLDER, tokens

GROUNDS = ("surface", "ground", "hover", "sunken")
INKS = ("ink", "ink-soft", "ink-muted", "accent-text", "good", "warning", "bad")
PAIRS = [
    *itertools.product(INKS, GROUNDS),
    *(("ink-soft", f"{kind}-soft") for kind in ("accent", "good", "warning", "bad")),
    *((kind, f"{kind}-soft") for kind in ("good", "warning", "bad")),
    ("accent-text", "accent-soft"),
    ("accent-ink", "accent"),
    ("accent-ink", "accent-hover"),
]
# What is no word but says something: the edge of a field, a switch that is on and one that is off.
SHAPES = list(itertools.product(("line-strong", "accent", "off"), GROUNDS))
SHEETS = {path.name: path.read_text() for path in sorted(FOLDER.glob("*.css"))}
# A spinner goes on for as long as there is something to wait for. The colour of a row that has changed fades:
# nothing moves, and a blink of 200 ms would be missed.
LASTING = {"turn", "changed"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("word", "behind"), PAIRS)
def test_words_can_be_read(scheme, word, behind):
    colours = tokens()[scheme]
    assert colours[word].contrast(colours[behind]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("shape", "behind"), SHAPES)
def test_what_shows_a_state_can_be_seen(scheme, shape, behind):
    colours = tokens()[scheme]
    assert colours[shape].contrast(colours[behind]) >= 3


def test_all_style_sheets_together_are_under_thirty_thousand_bytes():
    assert sum(path.stat().st_size for path in FOLDER.glob("*.css")) <= 30_000


def test_each_style_sheet_puts_all_its_rules_into_a_layer():
    for name, sheet in SHEETS.items():
        outside = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
        while "{" in outside:
            outside = re.sub(r"([^{};]*)\{[^{}]*\}", r"\1;", outside)
        rules = [rule.strip() for rule in outside.split(";") if rule.strip()]
        assert [rule for rule in rules if not re.match(r"@layer|@font-face", rule)] == [], name


def test_nothing_moves_for_longer_than_a_fifth_of_a_second():
    for name, sheet in SHEETS.items():
        declared = re.findall(r"(?:animation|transition|--quick)[a-z-]*: ([^;}]+)", sheet)
        for value in declared:
            lasts = [
                float(n) * (1 if unit == "ms" else 1000) for n, unit in re.findall(r"([\d.]+)(ms|s)\b", value)
            ]
            assert all(each <= 200 for each in lasts) or LASTING & set(value.split()), (name, value)


def test_nothing_moves_for_those_who_ask_for_none():
    still = SHEETS["base.css"].partition("@media (prefers-reduced-motion: reduce)")[2]
    rule = still[: still.index("}")]
    assert "*, ::before, ::after" in rule
    assert "animation: none !important" in rule
    assert "transition: none !important" in rule


def test_no_colour_is_written_where_a_token_stands_for_it():
    ours = {str(colour) for scheme in tokens().values() for colour in scheme.values()} - {
        "#ffffff",
        "#000000",
    }
    for name, sheet in SHEETS.items():
        if name != "tokens.css":
            assert ours & set(re.findall(r"#[0-9a-f]{6}\b", sheet)) <= {"#f0c069", "#ff9d97"}, name
