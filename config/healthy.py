"""Asks the web process beside it whether it is well: a container's healthcheck, where there is no curl.

Run as a file and not as a module, so that it loads neither Django nor the settings.
"""

import http.client
import os
import sys
from urllib.parse import urlsplit


def main(address: str) -> int:
    # As the proxy would ask: a foreign name is refused, and plain http is sent to https.
    host = urlsplit(os.environ.get("PUBLIC_URL", "")).netloc or "localhost"
    connection = http.client.HTTPConnection(address, timeout=4)
    try:
        connection.request("GET", "/healthz", headers={"Host": host, "X-Forwarded-Proto": "https"})
        return int(connection.getresponse().status != 200)
    except (OSError, http.client.HTTPException):
        return 1
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
