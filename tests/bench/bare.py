"""The limit beside the streams: a bare asyncio server that writes the same bytes to as many sockets.

    python -m tests.bench.bare PORT

Every connection is a page. A POST's body is what all pages are sent, at once.
"""

import asyncio
import sys

import uvloop

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
pages: set[asyncio.Transport] = set()


class Page(asyncio.Protocol):
    def connection_made(self, transport: asyncio.Transport) -> None:
        self.transport = transport
        self.buffer = b""

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, end, body = self.buffer.partition(b"\r\n\r\n")
        if head.startswith(b"GET") and end:
            pages.add(self.transport)
            self.transport.write(HEAD + chunk(b"event: me\ndata: \n\n"))
        elif end and len(body) == int(head.rpartition(b"Content-Length: ")[2]):
            tell(body)
            self.transport.write(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n")

    def connection_lost(self, error: Exception | None) -> None:
        pages.discard(self.transport)


def chunk(body: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(body), body)


def tell(body: bytes) -> None:
    piece = chunk(body)
    for page in pages:
        page.write(piece)


async def serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Page, "127.0.0.1", port, backlog=10_000)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
