"""The options of a replay, as the payload of its SUB has them."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any, Final, Literal

from ._checks import check_flag, check_integer
from .errors import BadOptionError

#: A time: a datetime with a time zone, or Unix seconds such as `received_at` of a message.
Time = datetime | float
Speed = float | Literal["full"]

_sequence_max: Final = 2**53 - 1
_speed_min: Final = 0.01
_speed_max: Final = 100_000.0


def replay_options(
    from_time: Time | None,
    to_time: Time | None,
    from_sequence: int | None,
    to_sequence: int | None,
    speed: Speed,
    follow: bool,
) -> dict[str, Any]:
    """Checks options. Raises a BadOptionError that names the option, the value and what is allowed."""
    check_flag("follow", follow)
    if follow and (to_time is not None or to_sequence is not None):
        raise BadOptionError(
            "follow is True, expected False together with to_time or to_sequence: it goes on without an end"
        )
    given = _given(from_time, to_time, from_sequence, to_sequence, None if speed == "full" else speed)
    return _checked({**given, **({"follow": True} if follow else {})}, to_time)


def options_after_seek(
    present: dict[str, Any],
    from_time: Time | None,
    to_time: Time | None,
    from_sequence: int | None,
    to_sequence: int | None,
    speed: Speed | None,
) -> dict[str, Any]:
    """Returns the options of a replay after a seek. What is None stays; a new start takes the place of the old one.

    Raises a BadOptionError.
    """
    if present.get("follow") and (to_time is not None or to_sequence is not None):
        raise BadOptionError("to_time and to_sequence do not go with follow=True, which goes on without an end")
    options = dict(present)
    if from_time is not None or from_sequence is not None:
        options.pop("from_us", None)
        options.pop("from_sequence", None)
    if speed == "full":
        options.pop("speed", None)
    options.update(_given(from_time, to_time, from_sequence, to_sequence, None if speed == "full" else speed))
    return _checked(options, to_time)


def _given(
    from_time: Time | None,
    to_time: Time | None,
    from_sequence: int | None,
    to_sequence: int | None,
    speed: float | str | None,
) -> dict[str, Any]:
    if from_sequence is not None:
        check_integer("from_sequence", from_sequence, 1, _sequence_max)
    options = {
        "from_us": _microseconds("from_time", from_time),
        "to_us": _microseconds("to_time", to_time),
        "from_sequence": from_sequence,
        "to_sequence": to_sequence,
        "speed": None if speed is None else _checked_speed(speed),
    }
    return {name: value for name, value in options.items() if value is not None}


def _checked(options: dict[str, Any], to_time: Time | None) -> dict[str, Any]:
    """Checks the ends of the ranges against their beginnings."""
    if "to_us" in options and options["to_us"] <= options.get("from_us", 0):
        shown = repr(to_time) if to_time is not None else f"{options['to_us'] / 1_000_000}"
        raise BadOptionError(f"to_time is {shown}, expected a time later than from_time")
    if "to_sequence" in options:
        check_integer("to_sequence", options["to_sequence"], options.get("from_sequence", 1), _sequence_max)
    return options


def _microseconds(name: str, value: Time | None) -> int | None:
    if value is None:
        return None
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise BadOptionError(f"{name} is {value!r}, expected a datetime with a time zone, such as UTC")
        seconds = value.timestamp()
    elif _is_number(value):
        seconds = float(value)
    else:
        raise BadOptionError(f"{name} is {type(value).__name__}, expected a datetime with a time zone, or Unix seconds")
    if not 0 <= seconds <= _sequence_max / 1_000_000:
        raise BadOptionError(f"{name} is {value!r}, expected a datetime with a time zone, or Unix seconds from 0")
    return round(seconds * 1_000_000)


def _checked_speed(speed: object) -> float:
    if _is_number(speed) and _speed_min <= speed <= _speed_max:  # type: ignore[operator]
        return float(speed)  # type: ignore[arg-type]
    raise BadOptionError(f"speed is {speed!r}, expected 'full', or a number from {_speed_min:g} to {_speed_max:.0f}")


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
