"""A table of guests becomes a preview; once that is confirmed, links and letters; undone, nothing."""

from invitations.importing.work import run

__all__ = ["run"]
