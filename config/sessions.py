"""Sessions in the database, under a hash of their key: a copy of the database lets nobody in."""

import hashlib
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession


def digest(session_key: str) -> str:
    """As long as a key, which has more than a hundred bits itself and needs no salt."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:40]


class SessionStore(db.SessionStore):
    """What a browser holds is the key; what the database holds only recognises it."""

    def load(self) -> dict[str, Any]:
        key = self.session_key
        if key is None:
            return {}
        self._session_key = digest(key)
        values = super().load()
        # None by now when there is no such session.
        self._session_key = key if self.session_key else None
        return values

    def exists(self, session_key: str) -> bool:
        return super().exists(digest(session_key))

    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        session = super().create_model_instance(data)
        session.session_key = digest(session.session_key)
        return session

    def delete(self, session_key: str | None = None) -> None:
        if key := session_key or self.session_key:
            super().delete(digest(key))
