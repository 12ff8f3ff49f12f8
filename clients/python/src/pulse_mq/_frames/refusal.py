"""The text of a refusal: the format, the column, the row, the value, why, and what to do."""

from __future__ import annotations

from reprlib import Repr
from typing import Any

from ..errors import BadPayloadError

ARROW_KEEPS_IT = 'use format="df_pyarrow", which keeps it'
SEND_AS_TEXT = "send it as text"
HALF_A_PAIR = "has half of a surrogate pair, which UTF-8 cannot hold"
REPLACE_HALF_A_PAIR = 'remove it, for example with text.encode("utf-8", "replace").decode()'

_shown = Repr()
_shown.maxstring = _shown.maxother = 60
_shown.maxlong = 80


class Place:
    """Where a cell is. It makes the error of that cell."""

    __slots__ = ("column", "format", "row")

    def __init__(self, format: str, column: Any, row: int | None = None) -> None:
        self.format = format
        self.column = column
        self.row = row

    def at(self, row: int) -> Place:
        """Returns the place of a row of this column."""
        return Place(self.format, self.column, row)

    def refuse(self, value: Any, why: str, what_to_do: str) -> BadPayloadError:
        """Returns the error for a value that the format cannot hold."""
        return BadPayloadError(f"{self}: {show(value)} {why}; {what_to_do}")

    def __str__(self) -> str:
        row = "" if self.row is None else f", row {self.row}"
        return f"format {self.format}: column {name_of(self.column)}{row}"


def show(value: Any) -> str:
    """Returns a value as a short text. A value whose `repr` fails is shown by its type."""
    try:
        return _shown.repr(value)
    except Exception:
        return kind_of(value)


def text_of(scalar: Any) -> str:
    """Returns an Arrow scalar as text. One without a Python value, such as a time whose local year is 0, is shown by its type."""
    try:
        return str(scalar)
    except Exception:
        return kind_of(scalar)


def kind_of(value: Any) -> str:
    """Returns the type of a value with its article, such as `an int`."""
    name = type(value).__name__
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"


def name_of(column: Any) -> str:
    """Returns the name of a column as it is shown in a text."""
    return f'"{column}"' if isinstance(column, str) and column.isprintable() else ascii(column)
