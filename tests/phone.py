"""How much a first visit loads: bytes of bodies on the wire, in the encodings that a phone accepts.

Counted are the page and every style sheet, script and picture that it asks for, and what these ask for,
but not the fonts, which nothing waits for.
"""

import re
import urllib.request
from gzip import decompress
from urllib.parse import urldefrag, urljoin

ASKED_FOR = re.compile(
    r"""(?:<link[^>]*\bhref|<script[^>]*\bsrc|<img[^>]*\bsrc|<use[^>]*\bhref)="([^"]+)"|url\("?([^")]+)"?\)"""
)


class Phone:
    """Loads a page as a phone does, and counts."""

    def __init__(self, cookie: str = "") -> None:
        self.cookie = cookie
        self.weights: dict[str, int] = {}

    def load(self, url: str) -> int:
        if url not in self.weights and not url.endswith(".woff2"):
            self._ask(url)
        return sum(self.weights.values())

    def _ask(self, url: str) -> None:
        headers = {"Accept-Encoding": "gzip", "Cookie": self.cookie}
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=20) as answer:
            body, encoding = answer.read(), answer.headers.get("Content-Encoding", "")
        self.weights[url] = len(body)
        text = (decompress(body) if encoding == "gzip" else body).decode(errors="replace")
        for found in ASKED_FOR.findall(text):
            self.load(urldefrag(urljoin(url, "".join(found))).url)
