"""What tests stand on. Everything that Django's settings read is chosen here, before they are imported."""

import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import hypothesis
import pytest
from hypothesis import HealthCheck

from tests import databases, overheard
from tests.cast import *  # noqa: F403  (fixtures: the cast is on stage in every test)
from tests.mailserver import Mailserver
from tests.prepared import Prepared
from tests.prepared import prepared as make_prepared
from tests.serving import Foyer

# What the shell may have set for a Foyer of its own.
GIVEN = (
    "DATABASE_URL",
    "REDIS_URL",
    "EMAIL_URL",
    "EMAIL_BACKEND",
    "PUBLIC_URL",
    "ALLOWED_HOSTS",
    "BOUNCE_ADDRESS",
    "BOUNCE_IMAP_URL",
    "LOG_FORMAT",
    "METRICS_TOKEN",
    "SENTRY_DSN",
)

started = pytest.StashKey[ExitStack]()


# How long a machine takes is no rule of ours.
hypothesis.settings.register_profile("foyer", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis.settings.load_profile("foyer")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=["sqlite", "postgresql"], default="sqlite")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    worker = getattr(config, "workerinput", None)
    if worker is None:
        config.stash[started] = ExitStack()
        start_run(config.stash[started], config.getoption("--database"))
    # Who only hands out tests must not choose settings: those who run them would inherit the choice.
    if worker or not config.getoption("tx", None):
        start_process(worker["workerid"] if worker else "alone")


def pytest_unconfigure(config: pytest.Config) -> None:
    if started in config.stash:
        config.stash[started].close()


def start_run(stack: ExitStack, database: str) -> None:
    """Once, in the process that starts the others: they inherit its environment."""
    for name in ("DJANGO_SETTINGS_MODULE", *GIVEN):
        os.environ.pop(name, None)
    folder = tempfile.mkdtemp(prefix="foyer-tests-")
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    os.environ["FOYER_TESTS"] = folder
    if database == "postgresql":
        os.environ["DATABASE_URL"] = stack.enter_context(databases.postgresql())


def start_process(name: str) -> None:
    var = Path(os.environ["FOYER_TESTS"]) / name
    os.environ["VAR_DIR"] = str(var)
    os.environ["STATICFILES"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    os.environ["SECRET_KEY"] = "a key for tests " * 4
    os.environ["LINK_KEY"] = "a key for the links of tests"
    os.environ["RETURN_GRACE"] = "0"  # the database of tests has always just started
    os.environ["ANYMAIL_WEBHOOK_SECRET"] = "provider:a secret of tests"
    os.environ["LOG_REQUESTS"] = "yes"
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    # WhiteNoise warns about a missing one, and warnings are errors.
    (var / "static").mkdir(parents=True, exist_ok=True)

    import django

    django.setup()

    from config.logs import Formatter

    logging.getLogger().addHandler(overheard.Listener(Formatter("json")))


@pytest.fixture(autouse=True)
def no_address_in_the_log() -> Iterator[None]:
    """Whatever a test does, the log of it opens no door. Processes are heard in tests/serving.py."""
    yield
    assert overheard.take_leaks() == [], "an address is in the log"
    assert any(isinstance(handler, overheard.Listener) for handler in logging.getLogger().handlers)


@pytest.fixture(scope="session")
def database_kind(request: pytest.FixtureRequest) -> str:
    return request.config.getoption("--database")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(database_kind: str, worker_id: str) -> None:
    from django.conf import settings

    test = settings.DATABASES["default"].setdefault("TEST", {})
    if database_kind == "sqlite":
        # A file, for in memory a second session only ever hears "table is locked".
        test["NAME"] = str(settings.VAR_DIR / "test.sqlite3")
    else:
        test["NAME"] = f"test_foyer_{worker_id}"


@pytest.fixture(autouse=True)
def quick_passwords(settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    from django.core.cache import cache

    yield
    cache.clear()


@pytest.fixture
def smtp(settings) -> Iterator[Mailserver]:
    """A real mail server, and Django's mail in this process goes to it. Elsewhere: `EMAIL_URL=smtp.url`."""
    server = Mailserver()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    yield server
    server.close()


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Valkey server, one for each test process."""
    from config.cache import Cache

    with databases.valkey() as url:
        yield url
        for client in Cache._clients.values():
            client.get_client().connection_pool.disconnect()


@pytest.fixture(scope="session")
def prepared(database_kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prepared]:
    """For what starts a Foyer without being about its first start."""
    server = os.environ["DATABASE_URL"] if database_kind == "postgresql" else ""
    with make_prepared(tmp_path_factory.mktemp("prepared"), server) as prepared:
        yield prepared


@pytest.fixture
def serve(tmp_path: Path, database_kind: str, prepared: Prepared) -> Iterator[Callable[..., Foyer]]:
    """Start `manage.py serve` on a free port and a new database of this run's kind.

    serve(*arguments, ready=True, new=False, var=…, port=…, **environment) → Foyer, when it answers.
    A second start with the same `var` finds the data of the first; the first finds what was prepared, unless
    it is `new` and finds nothing at all.
    """
    with ExitStack() as stack:
        urls: dict[Path, str] = {}

        def start(
            *arguments: str,
            ready: bool = True,
            new: bool = False,
            var: Path = tmp_path / "var",
            port: int | None = None,
            **environment: str,
        ) -> Foyer:
            if database_kind == "postgresql" and "DATABASE_URL" not in environment:
                if var not in urls:
                    template = "template1" if new else prepared.database
                    own = databases.database_of_its_own(os.environ["DATABASE_URL"], template)
                    urls[var] = stack.enter_context(own)
                environment["DATABASE_URL"] = urls[var]
            if ready and not new and not var.exists():
                prepared.lay_out(var)
            foyer = Foyer(var, *arguments, port=port, **environment)
            stack.callback(foyer.stop)
            if ready:
                foyer.await_line("Foyer is at ")
            return foyer

        yield start


def missing_part(sentence: str) -> None:
    """Skip, with what to do about it; fail where nothing may be missing."""
    if os.environ.get("FOYER_REQUIRE_ALL"):
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium."""
    for name in ("chromium", "chromium-browser", "google-chrome", "/usr/bin/chromium"):
        if path := shutil.which(name):
            return path
    missing_part("No Chromium is found: apt-get install chromium")
    raise AssertionError


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator:
    """A Chromium, driven by Playwright, for the tests of one module.

    Ended with the module: Playwright's event loop makes Django refuse the database to those who come after.
    """
    from playwright.sync_api import sync_playwright

    quiet = ("gpu", "quic", "background-networking", "component-update", "sync")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(
            executable_path=chromium,
            chromium_sandbox=False,
            args=[*(f"--disable-{part}" for part in quiet), "--no-first-run"],
        )
        yield browser
        browser.close()


@pytest.fixture
def new_context(browser) -> Iterator[Callable]:
    """Another person's device, with cookies of its own: new_context(**playwright's options)."""
    contexts = []

    def open_context(**options):
        contexts.append(browser.new_context(**{"locale": "en-GB", **options}))
        return contexts[-1]

    yield open_context
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_context):
    return new_context().new_page()
