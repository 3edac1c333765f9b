import shutil
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from operation.doctor.findings import Finding, Verdict, bad, good, warning

MEGABYTE, GIGABYTE = 1_000_000, 1_000_000_000


def disk() -> Finding:
    """The fullest of the places where we write."""
    folders = [settings.VAR_DIR]
    if connection.vendor == "sqlite":
        folders.append(Path(settings.DATABASES["default"]["NAME"]).parent)
    return max((space_in(folder) for folder in folders), key=lambda each: list(Verdict).index(each.verdict))


def space_in(folder: Path) -> Finding:
    total, _used, free = shutil.disk_usage(folder)
    return space(folder, free, total)


def space(folder: Path, free: int, total: int) -> Finding:
    words = {"size": filesizeformat(free), "folder": folder}
    if free >= GIGABYTE and free >= total * 0.05:
        return good(_("%(size)s are free in %(folder)s.") % words)
    said = _("Only %(size)s are free in %(folder)s. Make room, or nothing more can be kept.") % words
    return bad(said) if free < 200 * MEGABYTE else warning(said)
