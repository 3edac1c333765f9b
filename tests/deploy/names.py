"""Names of services and the addresses of their replicas, as Docker's own name server knows them."""

import random
import secrets
import socketserver
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

import dns.message
import dns.query
import dns.rcode
import dns.rdatatype
import dns.rrset


def loopback() -> str:
    """An address of this machine that nobody else is likely to have taken."""
    return "127." + ".".join(str(1 + secrets.randbelow(254)) for _ in range(3))


class Names:
    def __init__(self) -> None:
        self.known: dict[str, set[str]] = defaultdict(set)
        # Some Caddies ask over TCP, others over UDP.
        stream = socketserver.ThreadingTCPServer((loopback(), 0), self._handle_stream)
        packets = socketserver.ThreadingUDPServer(stream.server_address, self._handle_packet)
        self.servers = [stream, packets]
        for each in self.servers:
            threading.Thread(target=each.serve_forever, args=[0.05], daemon=True).start()

    @property
    def address(self) -> str:
        return "{}:{}".format(*self.servers[0].server_address)

    def add(self, name: str, address: str) -> None:
        self.known[name].add(address)

    def remove(self, name: str, address: str) -> None:
        self.known[name].discard(address)

    def end(self) -> None:
        for each in self.servers:
            each.shutdown()
            each.server_close()

    def _handle_packet(self, request, asker, _server) -> None:
        packet, to = request
        to.sendto(self._answer(dns.message.from_wire(packet)).to_wire(), asker)

    def _handle_stream(self, request, _asker, _server) -> None:
        asked, _at = dns.query.receive_tcp(request, time.time() + 5)
        dns.query.send_tcp(request, self._answer(asked))

    def _answer(self, asked: dns.message.Message) -> dns.message.Message:
        answer, [question] = dns.message.make_response(asked), asked.question
        addresses = list(self.known.get(question.name.labels[0].decode(), ()))
        random.shuffle(addresses)
        if not addresses:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif question.rdtype == dns.rdatatype.A:
            answer.answer.append(dns.rrset.from_text(question.name, 0, "IN", "A", *addresses))
        return answer


@contextmanager
def server() -> Iterator[Names]:
    names = Names()
    yield names
    names.end()
