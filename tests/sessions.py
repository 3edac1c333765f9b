"""A second session of the database, for tests that interleave two of them."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, ParamSpec, TypeVar

from django.db import connections

P = ParamSpec("P")
T = TypeVar("T")


def in_another_session(verb: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> "Future[T]":
    """Start the verb in a thread with a connection of its own, and return at once.

    The test needs `django_db(transaction=True)`, and asks for `result(timeout=…)` after its own commit.
    """
    future: Future[T] = Future()
    threading.Thread(target=_run, args=(future, verb, args, kwargs), daemon=True).start()
    return future


def _run(future: "Future[Any]", verb: Callable[..., Any], args: Any, kwargs: Any) -> None:
    try:
        answer = verb(*args, **kwargs)
    except BaseException as error:  # noqa: BLE001  (whoever asks for the result gets it)
        connections.close_all()
        future.set_exception(error)
    else:
        # Closed before the answer is known: the test may drop the database right after it.
        connections.close_all()
        future.set_result(answer)
