"""The work: chunk after chunk of a confirmed import, each in one transaction under the import's row.

Links, letters and what became of each row are written together or not at all. Whoever dies leaves whole
chunks behind, and the import falls due again.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext_noop as _

from invitations import outbox
from invitations.cells import Parsed
from invitations.columns import Field
from invitations.importing.judge import Judge
from invitations.models import Import, ImportRow, Suppression
from invitations.models.imports import KNOWN, WRONG
from links.models import GuestLink
from links.models.change import change
from rooms.models import Role
from rooms.models.activity import Deed

log = logging.getLogger(__name__)
CHUNK = 200
# A change of a link holds its room, and nobody at its door waits for more than these.
CHUNK_OF_CHANGES = 20
TRIES = 3
ENDS_TOO_EARLY = _("With these dates the link would end before it starts")
NOT_MADE = _("No link could be made of this row")
State = ImportRow.State


def run(wake_outbox: Callable[[], None]) -> None:
    """Do what is confirmed, and forget previews that nobody came back to."""
    Import.objects.forgotten().delete()
    while running := Import.objects.claim():
        work = Work(running, Judge.of(running), wake_outbox)
        while work.do_chunk():
            pass


@dataclass(frozen=True, slots=True)
class Work:
    """One import in one worker's hands."""

    running: Import
    judge: Judge
    wake_outbox: Callable[[], None]

    def do_chunk(self) -> bool:
        """False when there is no more to do, or another worker has it."""
        size = CHUNK_OF_CHANGES if self.running.updates else CHUNK
        with transaction.atomic():
            if not self.running.hold():
                return False
            rows = list(self.running.rows.pending().order_by("number")[:size])
            if not rows:
                self.running.end()
                return False
            if not self._settled(rows):
                for row in rows:
                    self._settle_alone(row)
        return True

    def _settle_alone(self, row: ImportRow) -> None:
        if not any(self._settled([row]) for _attempt in range(TRIES)):
            ImportRow.objects.filter(pk=row.pk).settle(State.FAILED, NOT_MADE)

    def _settled(self, rows: list[ImportRow]) -> bool:
        """False, and nothing is done, when somebody gave one of these guests a link at this moment."""
        try:
            with transaction.atomic():
                self._settle(rows)
        except (IntegrityError, DataError, ValueError) as error:
            log.warning("import %s: rows from %s: %s", self.running.pk, rows[0].number, error)
            self.running.refresh_from_db(fields=["activity"])  # its line may be one that is taken back
            return False
        return True

    def _settle(self, rows: list[ImportRow]) -> None:
        known = self._known({row.email for row in rows})
        new: list[tuple[ImportRow, Parsed]] = []
        for row in rows:
            read = self.judge.read(row)
            if read.errors:
                self._write_down(row, State.FAILED, WRONG)
            elif link := known.get(row.email):
                self._meet(row, read, link)
            else:
                new.append((row, read))
        self._make(new)
        ImportRow.objects.write_down(rows)

    def _known(self, emails: set[str]) -> dict[str, GuestLink]:
        """The links that these guests have, held when they are to be changed."""
        links = GuestLink.objects.kept().filter(room=self.running.room_id).with_addresses(emails)
        if self.running.updates:
            links = links.select_for_update(no_key=True).order_by("pk")
        return {link.email.lower(): link for link in links}

    def _meet(self, row: ImportRow, read: Parsed, link: GuestLink) -> None:
        """Its guest has a link already."""
        if not self.running.updates:
            self._write_down(row, State.SKIPPED, KNOWN, link)
            return
        changes = Changes.of(read, self.judge.cells(row))
        if changes.would_end_too_early(link):
            self._write_down(row, State.FAILED, ENDS_TOO_EARLY)
            return
        changes.make(link, self.running)
        self._write_down(row, State.UPDATED, "", link)

    def _make(self, new: list[tuple[ImportRow, Parsed]]) -> None:
        links = [self._link(read) for _row, read in new]
        GuestLink.objects.bulk_create(links)
        if links:
            self.running.write_down(links)
        unwilling = Suppression.objects.among((row.email for row, _read in new), self.running.room_id)
        for (row, _read), link in zip(new, links, strict=True):
            self._write_down(row, State.MADE, "", link)
            row.wants_no_letters = row.email in unwilling
        invited = [link for (row, _read), link in zip(new, links, strict=True) if not row.wants_no_letters]
        if self.running.send and invited:
            outbox.invite_all(invited, by=self.running.administrator)
            self.wake_outbox()

    def _link(self, read: Parsed) -> GuestLink:
        return GuestLink(
            kind=GuestLink.Kind.GUEST,  # which nobody sets for many
            room_id=self.running.room_id,
            created_by_id=self.running.administrator_id,
            name=read.name,
            email=read.email,
            role=read.role,
            language=read.language,
            starts_at=read.starts_at,
            ends_at=read.ends_at,
        )

    def _write_down(
        self, row: ImportRow, state: State, problem: str = "", link: GuestLink | None = None
    ) -> None:
        row.state, row.problem, row.link_id = state, problem, link.pk if link else None


@dataclass(frozen=True, slots=True)
class Changes:
    """What a row says of a guest who has a link. What it does not say stays."""

    texts: dict[str, str]
    roles: dict[str, Role]
    bounds: dict[str, datetime | None]

    @classmethod
    def of(cls, read: Parsed, cells: dict[Field, str]) -> "Changes":
        said = {field for field, cell in cells.items() if cell.strip()}
        texts = {"name": read.name}
        if Field.LANGUAGE in said:
            texts["language"] = read.language
        bounds = {"starts_at": read.starts_at} if Field.START in said else {}
        bounds |= {"ends_at": read.ends_at} if Field.END in said else {}
        return cls(texts, {"role": Role(read.role)} if Field.ROLE in said else {}, bounds)

    def would_end_too_early(self, link: GuestLink) -> bool:
        starts_at = self.bounds.get("starts_at", link.starts_at)
        ends_at = self.bounds.get("ends_at", link.ends_at)
        return bool(starts_at and ends_at and ends_at <= starts_at)

    def make(self, link: GuestLink, run: Import) -> None:
        """As the link's own verbs do it, so that those who are in are told: a part of the import."""
        for deed, said in ((Deed.EDITED, self.texts), (Deed.ROLE, self.roles), (Deed.WINDOW, self.bounds)):
            if values := _differing(said, link):
                _change(link, deed, values, run)


def _change(link: GuestLink, deed: Deed, values: dict[str, Any], run: Import) -> None:
    this = GuestLink.objects.filter(pk=link.pk)
    change(this, run.room_id, deed, lambda _link: values, by=run.administrator, part_of=run.write_down([]))


def _differing(values: dict[str, Any], link: GuestLink) -> dict[str, Any]:
    return {name: value for name, value in values.items() if getattr(link, name) != value}
