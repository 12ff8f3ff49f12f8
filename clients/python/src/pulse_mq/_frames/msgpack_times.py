"""The unit of a column of MessagePack timestamps, which have nanoseconds and 64 bits of seconds: more than one unit of pandas or Arrow."""

from __future__ import annotations

from typing import Any

from msgpack import Timestamp

from .refusal import SEND_AS_TEXT, Place

#: Units from the finest, and how many of them a second has.
PER_SECOND = {"ns": 1_000_000_000, "us": 1_000_000, "ms": 1_000, "s": 1}


def check_times(name: str, cells: list[Any]) -> None:
    """Raises a BadPayloadError for times that no single unit holds: a reader could not make a column of them."""
    if unit_of([cell for cell in cells if type(cell) is Timestamp]) is not None:
        return
    row = max((row for row, cell in enumerate(cells) if type(cell) is Timestamp), key=lambda at: abs(cells[at].seconds))
    shown = f"the time {cells[row].seconds} s after 1970"
    why = "and the other times of the column need more digits than 64 bits of one unit have"
    raise Place("df_msgpack", name, row).refuse(shown, why, f"{SEND_AS_TEXT}, or in two columns")


def unit_of(times: list[Timestamp]) -> str | None:
    """Returns the finest unit in which all of at least one time have 64 bits and no digit is lost. None without any such unit."""
    seconds = [time.seconds for time in times]
    ends = (min(seconds), max(seconds))
    # Which of the times in these two seconds is the first or the last does not matter: all of them must fit.
    outermost = [time for time in times if time.seconds in ends]
    for unit, per_second in PER_SECOND.items():
        step = 1_000_000_000 // per_second
        if step > 1 and any(time.nanoseconds % step for time in times):
            return None
        # The least value of 64 bits stands for a missing time.
        if all(-(2**63) < time.seconds * per_second + time.nanoseconds // step < 2**63 for time in outermost):
            return unit
    return None
