"""Requests that nobody sends who means well: real forms with something hostile in them, to every address."""

import random
import string
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.browsers import Client

Pairs = list[tuple[str, Any]]

WORDS = [
    *(
        "",
        " ",
        "\0",
        "a\0b",
        "\r\n",
        "x\r\nSet-Cookie: a=b",
        "\x1b[31m",
        "\u202egnp.exe",
        "\ufeff",
        "\u200b",
        "\ud800",
    ),
    *(
        "😀👩‍👩‍👧‍👦",
        "Z̸̢̛a̶l̸g̷o̶" * 9,
        "İıſß",
        "\U0001d54f" * 90,
        "a" * 81,
        "b" * 300,
        "c" * 70_000,
        "\uffff",
        "\U0010ffff",
    ),
    *(
        "' OR 1=1 --",
        '"; DROP TABLE rooms_room; --',
        "%s%n%d",
        "{{ 7*7 }}",
        "{% debug %}",
        "${7*7}",
        "%(name)s",
    ),
    *(
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "javascript:alert(1)",
        "&lt;&#0;",
        "]]>",
    ),
    *(
        "../../../../etc/passwd",
        "//evil.example.com",
        "https://evil.example.com/",
        "/\\evil.example.com",
        "\\\\evil",
    ),
    *(
        "0",
        "-1",
        "1",
        "007",
        "1e9",
        "1.5",
        "NaN",
        "Infinity",
        "٣",
        "²",
        "½",
        "1_000",
        "+1",
        " 1 ",
        "0x10",
        "true",
        "None",
    ),
    *(str(2**31), str(-(2**31) - 1), str(2**63), str(2**63 - 1), str(-(2**63)), "9" * 40, "9" * 5_000),
    *(
        "2026-02-30",
        "0001-01-01",
        "9999-12-31",
        "2027-03-28",
        "10000-01-01",
        "-1-1-1",
        "24:00",
        "02:30",
        "00:00:00.0",
    ),
    *(
        "gina@example.org",
        "a@b",
        "@",
        "a@" + "b" * 250 + ".org",
        "gina@exämple.org",
        "a\n@b.org",
        '"a b"@example.org',
    ),
    *(
        "starts-week",
        "ends-",
        "on",
        "off",
        "moderator",
        "guest",
        "nobody",
        "de",
        "xx",
        "Europe/Berlin",
        "Mars/Olympus",
    ),
    *("[]", "{}", '{"a": 1}', "null", "=1+1", "@SUM(A1)", "a,b\nc,d", "Name,E-Mail\nAda,ada@example.org"),
]
FILES = [
    ("guests.csv", b"Name,E-Mail\nAda,ada@example.org\n", "text/csv"),
    ("guests.csv", b"Name,E-Mail\n\0\0,\xff\xfe\n", "text/csv"),
    ("guests.csv", "Name,E-Mail\nA\ud7ffda,ada@example.org\n".encode("utf-16"), "text/csv"),
    ("guests.xlsx", b"PK\x03\x04" + b"\0" * 60, "application/vnd.ms-excel"),
    ("guests.xlsx", b"PK\x05\x06" + b"\0" * 18, "application/zip"),
    ("\0.xlsx", b"", "text/plain"),
    ("../../evil.csv", b'"' * 3_000, "text/csv"),
    ("a" * 300 + ".csv", b"a;b\n" * 50, "image/png"),
    ("x.html", b"<script>alert(1)</script>", "text/html"),
]
BODIES = [
    (b"name=%ff%fe&email=%00", "application/x-www-form-urlencoded"),
    (b"\xff\xfe=\xff&&&=;%", "application/x-www-form-urlencoded"),
    (b"name=a", "application/x-www-form-urlencoded; charset=klingon"),
    (b'{"name": "Ada"}', "application/json"),
    (b"<a/>", "text/xml"),
    (b"no parts at all", "multipart/form-data; boundary=x"),
    (b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--", "multipart/form-data; boundary=x"),
    (
        b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\n\xff\x00\r\n--x--',
        "multipart/form-data; boundary=x",
    ),
    (
        (
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n'
            b"Content-Transfer-Encoding: base64\r\n\r\n@@@\r\n--x--"
        ),
        "multipart/form-data; boundary=x",
    ),
    (b"name=a", "multipart/form-data"),
    (b"name=a", ""),
    (b"&".join(b"a=%d" % number for number in range(1_100)), "application/x-www-form-urlencoded"),
]
HEADERS = [
    *(
        "accept-language",
        "referer",
        "origin",
        "host",
        "x-forwarded-for",
        "x-forwarded-proto",
        "cookie",
        "if-none-match",
    ),
    *(
        "hx-target",
        "hx-trigger",
        "hx-current-url",
        "hx-prompt",
        "hx-boosted",
        "if-modified-since",
        "range",
        "user-agent",
    ),
]
COOKIES = ["browser", "sessionid", "csrftoken", "messages", "django_language"]
METHODS = ["get", "post", "head", "put", "patch", "delete", "options"]


@dataclass
class Form:
    action: str
    method: str
    fields: Pairs = field(default_factory=list)


class Forms(HTMLParser):
    """The forms of a page as a browser would send them, more or less."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.found: list[Form] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.found.append(Form(said.get("action") or self.path, said.get("method", "get").lower()))
        elif self.found and said.get("name") and tag in {"input", "select", "textarea", "button"}:
            self.found[-1].fields.append((said["name"], said.get("value", "")))
        elif self.found and tag == "option" and "selected" in said and self.found[-1].fields:
            name, _value = self.found[-1].fields[-1]
            self.found[-1].fields[-1] = (name, said.get("value", ""))


@dataclass
class Sent:
    who: str
    method: str
    path: str
    options: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.who}: {self.method.upper()} {self.path[:300]!a} {str(self.options)[:1500]!a}"


class Attacker:
    """Sends what comes to mind, from a seed, as each of several people."""

    def __init__(
        self, seed: int, clients: dict[str, Client], paths: list[str], forms: dict[str, list[Form]]
    ) -> None:
        self.random = random.Random(seed)
        self.clients, self.paths, self.forms = clients, paths, forms
        self.names = sorted(
            {name for those in forms.values() for form in those for name, _value in form.fields}
        )

    def requests(self, number: int) -> Iterator[Sent]:
        for _ in range(number):
            who = self.random.choice(list(self.clients))
            yield self._form(who) if self.forms[who] and self.random.random() < 0.6 else self._anything(who)

    def send(self, sent: Sent) -> Any:
        client = self.clients[sent.who]
        kept = deepcopy(client.cookies)
        for name, value in sent.options.get("cookies", {}).items():
            client.cookies[name] = value
        try:
            options = {name: value for name, value in sent.options.items() if name != "cookies"}
            if "content_type" in options:  # bytes as they are
                return client.generic(sent.method.upper(), sent.path, **options)
            return getattr(client, sent.method)(sent.path, **options)
        finally:
            client.cookies = kept

    def _form(self, who: str) -> Sent:
        """A form that was really offered, with one or two things wrong in it."""
        form = self.random.choice(self.forms[who])
        fields = list(form.fields)
        for _ in range(self.random.choice([1, 1, 2, 3])):
            self._spoil(fields)
        address = form.action if self.random.random() < 0.9 else self._path()
        if form.method != "post":
            return Sent(who, "get", self._with_query(address, fields), self._around())
        data: dict[str, Any] = {}
        for name, value in fields:
            data.setdefault(name, []).append(value)
        return Sent(who, "post", address, {"data": self._as_sent(data), **self._around()})

    def _spoil(self, fields: Pairs) -> None:
        place = self.random.randrange(len(fields)) if fields else None
        match self.random.randrange(6):
            case 0 if place is not None:
                del fields[place]
            case 1 if place is not None:
                fields.append(fields[place])
            case 2 if place is not None:
                fields[place] = (fields[place][0], self._file())
            case 3:
                fields.append((self.random.choice(self.names or ["name"]), self._word()))
            case _ if place is not None:
                fields[place] = (fields[place][0], self._word())

    def _anything(self, who: str) -> Sent:
        method = self.random.choice(["get", "get", "post", "post", *METHODS])
        path = self._path()
        fields = [
            (self.random.choice(self.names or ["name"]), self._word())
            for _ in range(self.random.randrange(5))
        ]
        if method in {"get", "head", "options"} or self.random.random() < 0.3:
            path = self._with_query(path, fields)
        if method in {"get", "head"}:
            return Sent(who, method, path, self._around())
        body, kind = self.random.choice(BODIES)
        if method == "post" and self.random.random() < 0.5:
            return Sent(who, method, path, {"data": self._as_sent(dict(fields)), **self._around()})
        return Sent(who, method, path, {"data": body, "content_type": kind, **self._around()})

    def _path(self) -> str:
        """One that is there; or with another number or word in it."""
        parts = self.random.choice(self.paths).split("/")
        if self.random.random() < 0.3:
            place = self.random.randrange(len(parts))
            word = self._word()[:2_000]
            parts[place] = (
                quote(word, safe="", errors="surrogatepass") if self.random.random() < 0.9 else "%FF%C0"
            )
        return "/" + "/".join(parts).lstrip("/")

    def _with_query(self, path: str, fields: Pairs) -> str:
        pairs = [(name, value if isinstance(value, str) else "file") for name, value in fields]
        query = urlencode(pairs, errors="surrogatepass")
        return f"{urlsplit(path).path}?{query if self.random.random() < 0.95 else '%FF=%00&&=;'}"

    def _as_sent(self, data: dict[str, Any]) -> dict[str, Any]:
        """What a browser can put into multipart/form-data."""
        return {
            _sendable(name): [_sendable(one) for one in value]
            if isinstance(value, list)
            else _sendable(value)
            for name, value in data.items()
        }

    def _around(self) -> dict[str, Any]:
        """Where it comes from, with headers and cookies that may be anything."""
        block = ".".join(str(self.random.randrange(1, 255)) for _ in range(3))
        options: dict[str, Any] = {"REMOTE_ADDR": f"10.{block}", "headers": {}}
        if self.random.random() < 0.3:
            options["headers"]["hx-request"] = "true"
        if self.random.random() < 0.15:
            options["headers"][self.random.choice(HEADERS)] = _latin(self._word()[:4_000])
        if self.random.random() < 0.1:
            options["cookies"] = {self.random.choice(COOKIES): _latin(self._word()[:4_000])}
        return options

    def _word(self) -> str:
        if self.random.random() < 0.8:
            return self.random.choice(WORDS)
        signs = string.printable + "äß€😀\0\u202e\u0301\u2028"
        return "".join(self.random.choice(signs) for _ in range(self.random.randrange(40)))

    def _file(self) -> SimpleUploadedFile:
        return SimpleUploadedFile(*self.random.choice(FILES))


def _sendable(value: Any) -> Any:
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def _latin(word: str) -> str:
    """As a server hands it on (PEP 3333), which lets no end of line through."""
    return word.encode("utf-8", "replace").decode("latin-1").translate({0: None, 10: None, 13: None})
