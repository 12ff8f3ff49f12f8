"""What `history` asks for, as the query of `GET /api/history`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from urllib.parse import urlencode

from ._checks import check_integer, check_text
from .errors import BadOptionError

_row_max_count = 1_000_000


def history_query(
    namespace: str,
    pattern: str,
    *,
    from_time: datetime | date | str | None,
    to_time: datetime | date | str | None,
    limit: int,
    columns: Sequence[str] | None,
    every: str | None,
    price: str | None,
    size: str | None,
    zone: str | None,
) -> str:
    """Returns the query. Raises a BadOptionError for what the broker could not read."""
    check_integer("limit", limit, 1, _row_max_count)
    texts = {"every": every, "price": price, "size": size, "zone": zone}
    for name, text in texts.items():
        if text is not None:
            check_text(name, text)
    given = {
        "namespace": namespace,
        "pattern": pattern,
        "format": "arrow",
        "from": _time_text("from_time", from_time),
        "to": _time_text("to_time", to_time),
        "limit": str(limit),
        "columns": None if columns is None else _columns_text(columns),
        **texts,
    }
    return urlencode({name: value for name, value in given.items() if value is not None})


def _time_text(name: str, value: datetime | date | str | None) -> str | None:
    """A date stands for its first moment, or at the end of a range for its whole day: the broker knows which."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise BadOptionError(f"{name} is {value!r}, expected a datetime with a time zone, such as UTC")
        return value.isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    raise BadOptionError(f"{name} is {type(value).__name__}, expected a datetime with a time zone, a date or a str")


def _columns_text(columns: Sequence[str]) -> str:
    names = [] if isinstance(columns, str) else list(columns)
    if not names or not all(isinstance(name, str) and "," not in name for name in names):
        raise BadOptionError(f"columns is {columns!r}, expected a list of names without commas")
    return ",".join(names)
