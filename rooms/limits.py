"""How often something may be done from outside, counted in the cache."""

import hashlib
import ipaddress
import time
from dataclasses import dataclass

from django.core.cache import cache
from django.http import HttpRequest


@dataclass(frozen=True)
class Limit:
    """At most `number` times in each window of so many seconds, for each key by itself. 0: no limit."""

    name: str
    number: int
    seconds: int

    def is_over(self, key: object) -> bool:
        """Count one more. Without a cache there is no limit: better too many than nobody."""
        return bool(self.number) and self._count(str(key)) > self.number

    @property
    def ends_in(self) -> int:
        """Seconds until the window ends, and everybody may come back."""
        return self.seconds - int(time.time() % self.seconds)

    def _count(self, key: str) -> int:
        window = int(time.time() // self.seconds)
        place = f"limit.{hashlib.sha256(f'{self.name}:{window}:{key}'.encode()).hexdigest()}"
        if cache.add(place, 1, timeout=2 * self.seconds):
            return 1  # the first of this window, as most are
        try:
            return cache.incr(place)
        except ValueError:  # thrown out just now, or the cache does not answer
            return 1


def address_block(request: HttpRequest) -> str:
    """Where a request comes from: an IPv4 address, or the 64 bits of IPv6 that one household has."""
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address):
        return str(address.ipv4_mapped or ipaddress.ip_network((address, 64), strict=False))
    return str(address)
