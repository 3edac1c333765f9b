"""How a connection ends when its process is told to: uvicorn closes at once who has not said anything yet.

A proxy that has just connected is about to say something, and would answer the person with an error.
"""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

GRACE = 1.0  # seconds in which its request comes


class Protocol(HttpToolsProtocol):
    def shutdown(self) -> None:
        if self.cycle is None:
            self.loop.call_later(GRACE, super().shutdown)  # type: ignore[unreachable]  # before its first request
        else:
            super().shutdown()
