"""PUBLIC_URL: does it lead to this Foyer?"""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from operation.doctor import address
from operation.doctor.findings import Verdict
from tests.browsers import Client
from tests.serving import free_port

GOOD, WARNING, BAD = Verdict.GOOD, Verdict.WARNING, Verdict.BAD


@pytest.fixture
def answering(settings) -> Iterator[Callable[..., str]]:
    """answering(status, text, location="", certificate=None): somebody does at PUBLIC_URL from now on."""
    with ExitStack() as stack:

        def start(status: int, text: str = "", location: str = "", certificate: Path | None = None) -> str:
            class Handler(BaseHTTPRequestHandler):
                def do_GET(self) -> None:
                    self.send_response(status)
                    if location:
                        self.send_header("Location", location)
                    self.end_headers()
                    self.wfile.write(text.encode())

                def log_message(self, *words) -> None:
                    pass

            server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
            if certificate:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(certificate)
                server.socket = context.wrap_socket(server.socket, server_side=True)
            thread = threading.Thread(target=server.serve_forever, args=[0.05], daemon=True)
            thread.start()
            stack.callback(thread.join, 5)
            stack.callback(server.server_close)
            stack.callback(server.shutdown)
            scheme = "https" if certificate else "http"
            settings.PUBLIC_URL = f"{scheme}://127.0.0.1:{server.server_port}"
            return settings.PUBLIC_URL

        yield start


@pytest.fixture
def own_certificate(tmp_path: Path) -> Path:
    """One that nobody has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now).not_valid_after(now + timedelta(days=1))
    certificate = builder.sign(key, hashes.SHA256())
    path = tmp_path / "own.pem"
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    path.write_bytes(private + certificate.public_bytes(pem))
    return path


@pytest.mark.once
def test_our_own_voice_is_known(live_server, settings):
    settings.PUBLIC_URL = live_server.url

    found = address.address()

    assert found.sentence == f"{live_server.url} is right, for this machine only. Set PUBLIC_URL."
    assert found.verdict is WARNING


@pytest.mark.once
@pytest.mark.parametrize(
    ("url", "verdict"), [("https://foyer.example.org", GOOD), ("http://foyer.example.org", WARNING)]
)
def test_a_right_address_is_good_when_it_is_encrypted(settings, url, verdict):
    settings.PUBLIC_URL = url

    assert address._found(urlsplit(url)).verdict is verdict


@pytest.mark.once
def test_a_foyer_with_another_key_is_not_us(live_server, settings):
    settings.PUBLIC_URL = live_server.url
    nonce_of_theirs = Client().get("/operation/echo/abc/").content.decode()
    assert nonce_of_theirs == address.echo("abc")

    settings.SECRET_KEY = "another key " * 5

    assert nonce_of_theirs != address.echo("abc")


@pytest.mark.once
@pytest.mark.parametrize(
    ("status", "text"), [(200, "a" * 64), (200, "<html>"), (404, ""), (502, "Bad Gateway")]
)
def test_something_else_that_answers(answering, status, text):
    url = answering(status, text)

    found = address.address()

    assert found.verdict is BAD
    assert f"At PUBLIC_URL, {url}, something else answers (HTTP {status})" in found.sentence


@pytest.mark.once
def test_an_address_that_sends_people_on(answering):
    url = answering(301, location="https://www.example.org/")

    found = address.address()

    assert found.verdict is BAD
    assert found.sentence.startswith(f"PUBLIC_URL, {url}, sends people on to https://www.example.org/.")


@pytest.mark.once
def test_a_proxy_that_does_not_say_that_it_speaks_https(answering, settings):
    url = answering(301, location="to come")
    answering(301, location=f"{url}/operation/echo/1/")
    settings.PUBLIC_URL = url

    assert "sends people on" in address.address().sentence

    here = f"http://127.0.0.1:{free_port()}"
    settings.PUBLIC_URL = here
    found = address._somebody_else(301, f"{here}/operation/echo/1/")
    assert found.verdict is BAD
    assert "X-Forwarded-Proto: https" in found.sentence


@pytest.mark.once
def test_an_address_where_nobody_answers(settings):
    settings.PUBLIC_URL = f"http://127.0.0.1:{free_port()}"

    found = address.address()

    assert found.verdict is BAD
    assert found.sentence.startswith(f"Nothing answers at PUBLIC_URL, {settings.PUBLIC_URL} (")


@pytest.mark.once
def test_a_certificate_that_browsers_refuse(answering, own_certificate):
    url = answering(200, certificate=own_certificate)

    found = address.address()

    assert found.verdict is BAD
    assert found.sentence.startswith(f"Browsers refuse the certificate of PUBLIC_URL, {url}: self-signed")


@pytest.mark.once
def test_an_answer_that_never_ends_is_given_up(settings, monkeypatch):
    from tests.operation.test_doctor import silent_server

    monkeypatch.setattr(address, "TIMEOUT", 0.3)
    with silent_server() as port:
        settings.PUBLIC_URL = f"http://127.0.0.1:{port}"
        found = address.address()

    assert found.verdict is BAD
    assert "timed out" in found.sentence


@pytest.mark.once
def test_who_asks_for_the_echo_gets_nothing_else_and_asks_no_database(client):
    answer = client.get("/operation/echo/0123456789abcdef/")

    assert (answer.status_code, len(answer.content)) == (200, 64)
    assert answer["Cache-Control"] == "no-store"
    assert client.post("/operation/echo/0123456789abcdef/").status_code == 405
