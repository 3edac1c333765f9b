"""What a web process counts of itself; each has its own. operation/views/metrics.py shows it."""

from prometheus_client import Counter, Gauge, Histogram, disable_created_metrics

# When counting began is in nobody's picture.
disable_created_metrics()  # type: ignore[no-untyped-call]

# Seconds.
QUICK = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)

# Came in, or in as one who waits for a seat; or why not (links/door.py).
OUTCOMES = (
    *("joined", "waits", "full", "in_use", "barred"),
    *("no_access", "inactive", "not_yet", "expired", "unknown"),
)
JOINS = Counter("foyer_joins", "Who pressed Join, by what became of it.", ["outcome"])
for outcome in OUTCOMES:  # counted from nought, so that the first of a kind is seen as a rise
    JOINS.labels(outcome)

REQUESTS = Histogram(
    "foyer_request_seconds",
    "Until a page was answered, by view, method and kind of status.",
    ["view", "method", "status"],
    buckets=QUICK,
)
STREAMS = Gauge("foyer_streams_open", "Open pages that are told what is new.")
TOLD = Histogram(
    "foyer_live_told_seconds",
    "From a room's change, as this process heard of it, until its open pages here were handed the news.",
    buckets=QUICK,
)
