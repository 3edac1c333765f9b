"""The same done to many links: the question, the work in chunks, the result, and the way back."""

from links.bulk.deeds import DEEDS
from links.bulk.undoing import undo
from links.bulk.work import confirm, draft, finish, run

__all__ = ["DEEDS", "confirm", "draft", "finish", "run", "undo"]
