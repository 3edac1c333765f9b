"""What an authenticator app does (RFC 6238), in a few lines that are not ours."""

import base64
import hmac
import struct
import time
from types import SimpleNamespace


def code_of(secret: str, at: float | None = None) -> str:
    """The six digits of this half minute."""
    step = struct.pack(">Q", int(time.time() if at is None else at) // 30)
    digest = hmac.digest(base64.b32decode(secret), step, "sha1")
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4]) & 0x7FFFFFFF) % 10**6:06}"


def wrong_code_of(secret: str) -> str:
    """One that fits neither now nor in the next half minute."""
    right = {code_of(secret, time.time() + seconds) for seconds in (-30, 0, 30)}
    return next(code for code in ("000000", "111111", "222222", "333333") if code not in right)


def stop_the_clock(monkeypatch) -> None:
    """Of the app and of who checks its codes: on a slow machine none is a moment too late."""
    now = time.time()
    clock = SimpleNamespace(time=lambda: now)
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.time", clock)
    monkeypatch.setattr("tests.authenticator.time", clock)
