"""Pictures of the pages as people see them: `make screens` those of docs/screens, `--all` every one."""

import argparse
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from tests.browser.catalogue import CATALOGUE, Entry
from tests.serving import ROOT
from tests.stage import Stage, open_stage

if TYPE_CHECKING:
    from playwright.sync_api import Page

FOLDER = ROOT / "docs" / "screens"
SIZES = {360: 740, 768: 1024, 1440: 900}
SCHEMES = ("light", "dark")
DESK, TABLET, PHONE = (1440, "light"), (768, "light"), (360, "light")
DARK_DESK, DARK_PHONE = (1440, "dark"), (360, "dark")
# What is worth a place in the repository: all together about 3 MB.
CHOSEN = {
    "rooms": [DESK, DARK_PHONE],
    "rooms-none": [TABLET],
    "guest-links": [DESK, DARK_DESK, TABLET, PHONE],
    "guest-links-doors": [DARK_DESK],
    "guest-link-menu": [DESK, PHONE],
    "delete-question": [DARK_DESK, PHONE],
    "group-links": [DESK, DARK_PHONE],
    "people": [DESK, DARK_PHONE],
    "room-settings": [DESK],
    "guest-link-new-errors": [TABLET],
    "import-faulty": [DESK, PHONE],
    "letter-of-link": [DESK],
    "set-date": [DESK, DARK_PHONE],
    "many-selected": [DESK],
    "activity": [DESK, DARK_PHONE],
    "attendance": [DESK, PHONE],
    "doctor": [DESK, DARK_PHONE],
    "operation-person": [DESK],
    "security-with-all": [DESK, DARK_PHONE],
    "privacy-of-room": [PHONE],
    "log-in": [DARK_DESK],
    "door-of-guest": [PHONE],
    "door-of-group": [PHONE, DARK_PHONE],
    "door-not-yet": [PHONE, DARK_PHONE],
    "waiting-for-a-place": [PHONE],
    "in-the-room": [PHONE, DARK_PHONE],
    "removed": [DARK_PHONE],
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="make screens", description=__doc__)
    parser.add_argument("--all", action="store_true", help="every page and state, in every size and scheme")
    parser.add_argument("--only", default="", help="those whose name has this in it")
    parser.add_argument("--to", type=Path, default=FOLDER, help="the folder; docs/screens without it")
    asked = parser.parse_args()
    with sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("google-chrome") or "/usr/bin/chromium"
        browser = playwright.chromium.launch(executable_path=path, chromium_sandbox=False)
        with open_stage(browser) as stage:
            asked.to.mkdir(parents=True, exist_ok=True)
            names = [
                name
                for entry in CATALOGUE
                if asked.only in entry.name
                for name in take(stage, entry, wanted(entry, everything=asked.all), asked.to)
            ]
        browser.close()
    if not asked.only:
        forget_others(asked.to, names)
        (asked.to / "README.md").write_text(gallery(names))


def wanted(entry: Entry, *, everything: bool) -> list[tuple[int, str]]:
    every = [(width, scheme) for width in SIZES for scheme in SCHEMES]
    return every if everything else CHOSEN.get(entry.name, [])


def take(stage: Stage, entry: Entry, views: list[tuple[int, str]], folder: Path) -> Iterator[str]:
    """A picture of each view. The file names, as they are taken."""
    for width in dict(views):
        is_phone = width < 1024
        viewport = {"width": width, "height": SIZES[width]}
        with stage.page_of(entry.whose, viewport=viewport, is_mobile=is_phone, has_touch=is_phone) as page:
            entry.show(page, stage)
            for scheme in (scheme for its, scheme in views if its == width):
                yield picture(page, folder / f"{entry.name}-{width}-{scheme}.png", scheme)


def picture(page: "Page", path: Path, scheme: str) -> str:
    page.emulate_media(color_scheme=scheme)
    page.evaluate("document.fonts.ready")
    page.screenshot(path=path, animations="disabled", scale="css")
    return path.name


def forget_others(folder: Path, names: list[str]) -> None:
    for path in folder.glob("*.png"):
        if path.name not in names:
            path.unlink()


def gallery(names: list[str]) -> str:
    lines = ["# How Foyer looks", "", "Made from the demo by `make screens`: page, width, scheme.", ""]
    for name in names:
        lines += [f"## {Path(name).stem.replace('-', ' ')}", "", f"![]({name})", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
