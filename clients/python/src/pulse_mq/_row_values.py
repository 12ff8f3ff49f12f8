"""The values of a row of a live table: the last row of a DataFrame, or the members of a JSON object."""

from __future__ import annotations

import json
from typing import Any

from .message import PulseMessage, last_row_of

#: The column of what has no columns: a number, a text or bytes.
VALUE_COLUMN = "value"


def row_values(message: PulseMessage) -> dict[Any, Any]:
    """Returns the values by column.

    A text, and bytes in UTF-8, are read as JSON: an object has a column for each member, and a list of objects counts as its last one.
    Everything else is the column `value`, as is JSON with two members of one name. A DataFrame without rows has no values. Raises as `message.data` does.
    """
    if message.format in ("df_msgpack", "df_pyarrow"):
        return last_row_of(message)
    return _values_of(message.data)


def _object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Raises a ValueError for an object with two members of one name, of which one value would be lost."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("two members have one name")
    return found


def _values_of(data: str | bytes) -> dict[Any, Any]:
    try:
        found = json.loads(data if isinstance(data, str) else data.decode("utf-8"), object_pairs_hook=_object_of)
    except (ValueError, RecursionError):
        return {VALUE_COLUMN: data}
    if isinstance(found, list) and found and isinstance(found[-1], dict):
        found = found[-1]
    return found if isinstance(found, dict) else {VALUE_COLUMN: found}
