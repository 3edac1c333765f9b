"""The environment, read so that what is wrong in it is one sentence that names the variable."""

import sys
import zoneinfo
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from config.var import kept_secret

SHORTEST_KEY = 50  # characters, as Django's own check asks
YES, NO = ("true", "yes", "on", "1"), ("false", "no", "off", "0")
SERVERS = ("postgresql", "postgres")
MAIL = ("smtp", "smtp+tls", "smtps", "smtp+ssl", "consolemail", "filemail", "dummymail")
HOW_TO_MAKE_ONE = "make one with `openssl rand -hex 32`, and keep it"


class Environment(environ.Env):  # type: ignore[misc]  # environ carries no types
    """What is empty is not given. What may hold a password is never repeated in a sentence."""

    def get_value(
        self, var: str, cast: Any = None, default: Any = environ.Env.NOTSET, **_more: object
    ) -> Any:
        value = self.ENVIRON.get(var, "").strip()
        if not value and default is self.NOTSET:
            raise ImproperlyConfigured(f"{var} must be set.")
        if not value:
            return default
        return READ.get(cast, self.parse_value)(value, cast or str, var)

    @classmethod
    def parse_value(cls, value: str, cast: Any, _var: str = "") -> Any:
        return super().parse_value(value, cast)

    def at_least_one(self, var: str, default: int) -> int:
        number: int = self.int(var, default=default)
        if number < 1:
            raise ImproperlyConfigured(f"{var} must be 1 or more, and it is {number}.")
        return number

    def site(self, var: str, default: str) -> str:
        """The address of the whole site, without a slash at the end."""
        address: str = self.str(var, default=default).rstrip("/")
        if not _is_site(address):
            raise ImproperlyConfigured(
                f"{var} must be an address such as https://foyer.example.org, with nothing behind the host, "
                f"and it is “{address}”."
            )
        return address

    def service(self, var: str, schemes: tuple[str, ...], example: str) -> str:
        """The address of a server, which may hold a password; empty when there is none."""
        address: str = self.str(var, default="")
        if address and not address.startswith(tuple(f"{scheme}://" for scheme in schemes)):
            raise ImproperlyConfigured(f"{var} must begin with {_or(schemes)}, as in {example}.")
        return address

    def database(self, var: str) -> dict[str, Any] | None:
        schemes = (*SERVERS, "sqlite")
        if not (address := self.service(var, schemes, "postgresql://foyer:secret@db/foyer")):
            return None
        found = _parsed(self.db_url_config, var, address)
        if not found["NAME"]:
            raise ImproperlyConfigured(f"{var} must end with the database's name, as in …@db/foyer.")
        return found

    def mail(self, var: str) -> dict[str, Any]:
        """Django's EMAIL_ settings, none when no mail server is named."""
        address = self.service(var, MAIL, "smtp+tls://user:secret@mail.example.org:587")
        return _parsed(self.email_url_config, var, address) if address else {}

    def module(self, var: str, default: str) -> str:
        """The path of a class. Whether its module is there; what is in it nobody reads before it is used."""
        path: str = self.str(var, default=default)
        try:
            found = find_spec(path.rpartition(".")[0])
        except (ImportError, ValueError):
            found = None
        if found is None:
            raise ImproperlyConfigured(f"{var} names {path}, which is not installed.")
        return path

    def time_zone(self, var: str, default: str) -> str:
        name: str = self.str(var, default=default)
        if name not in zoneinfo.available_timezones():
            raise ImproperlyConfigured(
                f"{var} must be an IANA time zone such as Europe/Berlin, and it is “{name}”."
            )
        return name

    def key(self, var: str, kept_at: Path, *, unlike: str = "") -> str:
        """Given, or kept since an earlier start, or made now if no other machine has to know it."""
        given: str = self.str(var, default="")
        if not given and (kept_at.exists() or self._is_one_machine):
            return kept_secret(kept_at)
        if not given:
            raise ImproperlyConfigured(
                f"{var} must be set, the same for all processes on this database: {HOW_TO_MAKE_ONE}."
            )
        if given == unlike:
            raise ImproperlyConfigured(
                f"{var} must differ from SECRET_KEY, so that each can be changed alone: {HOW_TO_MAKE_ONE}."
            )
        if self.str("PUBLIC_URL", default="").startswith("https:") and len(given) < SHORTEST_KEY:
            raise ImproperlyConfigured(
                f"{var} has {len(given)} characters and needs {SHORTEST_KEY} or more: {HOW_TO_MAKE_ONE}."
            )
        return given

    @property
    def _is_one_machine(self) -> bool:
        """The data is a file beside the keys, or everything is started by `manage.py serve`."""
        is_server = self.str("DATABASE_URL", default="").startswith(SERVERS)
        return not is_server or sys.argv[1:2] == ["serve"]


def _truth(value: str, _cast: type, var: str) -> bool:
    if value.lower() not in YES + NO:
        raise ImproperlyConfigured(f"{var} must be true or false, and it is “{value}”.")
    return value.lower() in YES


def _whole_number(value: str, _cast: type, var: str) -> int:
    if not value.isdecimal():
        raise ImproperlyConfigured(f"{var} must be a whole number, and it is “{value}”.")
    return int(value)


READ: dict[Any, Any] = {bool: _truth, int: _whole_number}


def _is_site(address: str) -> bool:
    try:
        parts = urlsplit(address)
        is_whole = parts.hostname and parts.port != 0
    except ValueError:
        return False
    return bool(
        is_whole and parts.scheme in {"http", "https"} and address == f"{parts.scheme}://{parts.netloc}"
    )


def _parsed(parse: Callable[[str], dict[str, Any]], var: str, address: str) -> dict[str, Any]:
    try:
        return parse(address)
    except ValueError as error:
        # What the error says may be a part of the password.
        raise ImproperlyConfigured(
            f"{var} cannot be read: in names and passwords @ : / ? # % must be percent-encoded, as %40 for @."
        ) from error


def _or(words: tuple[str, ...]) -> str:
    return f"{', '.join(f'{word}://' for word in words[:-1])} or {words[-1]}://"
