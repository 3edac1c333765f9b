"""A real OpenID provider on loopback, for one person at a time (OpenID Connect Core 1.0, 3.1, with PKCE)."""

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "foyer", "a secret of tests"


class Provider:
    """`claims` are those of the person who is logged in there; `fault` is what it does wrong next."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.claims: dict[str, Any] = {}
        self.userinfo_has: set[str] | None = None  # of the claims; all without it
        self.fault = ""
        self.codes: dict[str, dict[str, Any]] = {}
        self.tokens: dict[str, dict[str, Any]] = {}
        self.seen: list[str] = []
        provider = self

        class Handler(_Handler):
            its = provider

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self._thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self._thread.join(5)

    def configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
        }

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the browser is sent back to: the person is logged in there and agrees, or presses cancel."""
        assert (asked["client_id"], asked["response_type"]) == (CLIENT, "code")
        assert "openid" in asked["scope"].split()
        if self.fault == "cancelled":
            return f"{asked['redirect_uri']}?{urlencode({'error': 'access_denied', 'state': asked['state']})}"
        code = secrets.token_urlsafe(16)
        self.codes[code] = {**asked, "claims": dict(self.claims)}
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        asked = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            asked is None
            or self.fault == "refuses"
            or (form["client_id"], form["client_secret"]) != (CLIENT, SECRET)
            or (form["redirect_uri"], challenge) != (asked["redirect_uri"], asked["code_challenge"])
        ):
            return 400, {"error": "invalid_grant"}
        token = secrets.token_urlsafe(16)
        self.tokens[token] = asked["claims"]
        now = int(time.time())
        claims = {**asked["claims"], "iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300}
        if self.fault == "for somebody else":
            claims["aud"] = "another client"
        id_token = jwt.encode(claims, self.key, "RS256", {"kid": "one"})
        return 200, {"access_token": token, "token_type": "Bearer", "expires_in": 300, "id_token": id_token}

    def userinfo(self, token: str) -> tuple[int, dict[str, Any]]:
        if token not in self.tokens:
            return 401, {}
        claims = self.tokens[token]
        has = self.userinfo_has
        return 200, {name: said for name, said in claims.items() if has is None or name in has | {"sub"}}

    def jwks(self) -> dict[str, Any]:
        key = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {"keys": [{**key, "kid": "one", "use": "sig", "alg": "RS256"}]}


class _Handler(BaseHTTPRequestHandler):
    its: Provider

    def do_GET(self) -> None:
        path, _mark, query = self.path.partition("?")
        self.its.seen.append(path)
        if path == "/authorize":
            asked = {name: values[0] for name, values in parse_qs(query).items()}
            self.send_response(302)
            self.send_header("Location", self.its.authorize(asked))
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif path == "/.well-known/openid-configuration":
            self._answer(200, self.its.configuration())
        elif path == "/jwks":
            self._answer(200, self.its.jwks())
        elif path == "/userinfo":
            self._answer(*self.its.userinfo(self.headers.get("Authorization", "").removeprefix("Bearer ")))
        else:
            self._answer(404, {})

    def do_POST(self) -> None:
        self.its.seen.append(urlsplit(self.path).path)
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._answer(*self.its.token({name: values[0] for name, values in parse_qs(body).items()}))

    def _answer(self, status: int, said: dict[str, Any]) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: Any) -> None:
        """Silent: what it was asked is in `seen`."""
