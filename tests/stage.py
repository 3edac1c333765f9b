"""A Foyer that is served with something of everything on it, and the people who look at its pages."""

import re
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.prepared import Prepared
from tests.serving import Foyer
from tests.webs import Desk

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.browser.catalogue import Entry

ALICE, NEWCOMER, KEEPER = "demo@example.org", "newcomer@example.org", "keeper@example.org"
PASSWORD = "a long pass phrase 42"
# A provider that is away: the login names it all the same.
OPENID = {
    "OIDC_ISSUER": "http://127.0.0.1:1",
    "OIDC_CLIENT_ID": "foyer",
    "OIDC_CLIENT_SECRET": "a secret of tests",
    "OIDC_NAME": "Example University",
    "OIDC_ADMIN_CLAIM": "groups=foyer-admins",
}


class Stage:
    """`at` says where everything is; tests/props.py laid it out. `desk` changes what people look at."""

    def __init__(
        self, stack: ExitStack, browser: "Browser", var: Path, prepared: Prepared | None = None
    ) -> None:
        self._stack = stack
        self._browser = browser
        self._var = var
        self._prepared = prepared
        self.foyer = self._serve(var / "demo", "--demo")
        self.desk = Desk(self.foyer)
        stack.callback(self.desk.end)
        self.at: dict[str, str] = self.desk.do("from tests import props", "props.lay_out()")

    def url(self, path: str) -> str:
        """url("{board}/guests/")"""
        return self.foyer.url + path.format(**self.at)

    @contextmanager
    def page_of(self, whose: str = "", **options: Any) -> Iterator["Page"]:
        """A new window: of who is logged in with this e-mail, or of nobody in particular on a new device."""
        with self._open(whose, **options) as context:
            yield context.new_page()

    @contextmanager
    def show(self, entry: "Entry", **media: Any) -> Iterator["Page"]:
        """A window for an entry of the catalogue. Those of one person share a browser: that is quick."""
        context = self._contexts[entry.whose]
        page = context.new_page()
        page.emulate_media(**media)
        with page:
            yield page
        if not entry.whose:
            context.clear_cookies()
            context.set_offline(offline=False)

    @cached_property
    def setup_url(self) -> str:
        """Of another Foyer, where nobody has been yet."""
        found = self._serve(self._var / "new", **OPENID).setup_url
        assert found
        return found

    @property
    def openid_url(self) -> str:
        """Of a Foyer with an OpenID provider."""
        return self.setup_url.partition("/setup/")[0]

    @cached_property
    def _contexts(self) -> dict[str, "BrowserContext"]:
        return {whose: self._open(whose) for whose in ("", *self._sessions)}

    @cached_property
    def _sessions(self) -> dict[str, Any]:
        return {email: self._log_in(email) for email in (ALICE, NEWCOMER)}

    def _open(self, whose: str, **options: Any) -> "BrowserContext":
        session = {"storage_state": self._sessions[whose]} if whose else {}
        defaults = {"locale": "en-GB", "permissions": [], "reduced_motion": "reduce", **session}
        context = self._browser.new_context(**{**defaults, **options})
        context.set_default_timeout(15_000)
        return context

    def _log_in(self, email: str) -> Any:
        with self.page_of() as page:
            page.goto(self.url("/"))
            page.get_by_label(re.compile("E-?mail", re.IGNORECASE)).fill(email)
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Log in").click()
            page.get_by_role("heading", name="Rooms").wait_for()
            return page.context.storage_state()

    def _serve(self, var: Path, *arguments: str, **environment: str) -> Foyer:
        if self._prepared:
            self._prepared.lay_out(var)
        foyer = Foyer(var, *arguments, **environment)
        self._stack.callback(foyer.stop)
        foyer.await_line("Foyer is at ", timeout=120)
        return foyer


@contextmanager
def open_stage(browser: "Browser", prepared: Prepared | None = None) -> Iterator[Stage]:
    with ExitStack() as stack:
        var = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="foyer-stage-")))
        yield Stage(stack, browser, var, prepared)
