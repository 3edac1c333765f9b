"""What PostgreSQL had to do for an answer, as EXPLAIN (ANALYZE, FORMAT JSON) tells it."""

import json
from typing import Any


def rows_read_in_vain(explained: str) -> int:
    """Rows that it looked at and threw away, however often it came by."""
    [answer] = json.loads(explained)
    return _in_vain(answer["Plan"])


def _in_vain(plan: dict[str, Any]) -> int:
    thrown = sum(plan.get(f"Rows Removed by {why}", 0) for why in ("Filter", "Join Filter"))
    return thrown * plan["Actual Loops"] + sum(map(_in_vain, plan.get("Plans", [])))
