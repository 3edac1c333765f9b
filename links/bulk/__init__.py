"""The same done to many links: the question, the work in chunks, the result, and the way back."""

from links.bulk.deeds import DEEDS
from links.bulk.undoing import undo
from links.bulk.work import AT_ONCE, Do, Outcome, confirm, draft, finish, run

__all__ = ["AT_ONCE", "DEEDS", "Do", "Outcome", "confirm", "draft", "finish", "run", "undo"]
