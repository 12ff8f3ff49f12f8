"""Checks `df.attrs`. pandas and pyarrow keep them as JSON in the metadata of an Arrow schema; rows of MessagePack have no place for them."""

from __future__ import annotations

import json
from typing import Any

from .._limits import DEPTH_MAX
from ..errors import BadPayloadError
from .refusal import ARROW_KEEPS_IT, kind_of, show

_as_text = "make it text, a number, a list or a dict with text keys, or remove it from df.attrs"


def refuse_attributes(frame: Any, format: str) -> None:
    """Raises a BadPayloadError for a frame with `df.attrs`."""
    for name in frame.attrs:
        text = f"df.attrs has {show(name)}, which MessagePack does not keep"
        raise _refused(format, text, f"remove it with df.attrs.clear(), or {ARROW_KEEPS_IT}")


def check_attributes(frame: Any, format: str) -> None:
    """Raises a BadPayloadError for `df.attrs` that JSON would change. pyarrow alone warns and leaves out all of them, or makes a tuple a list."""
    if not frame.attrs:
        return
    _check_dict(frame.attrs, "df.attrs", format, 0)
    try:
        json.dumps(frame.attrs)
    except ValueError as error:
        raise _refused(format, f"df.attrs cannot be written as JSON ({error})", _as_text) from error


def _check(value: Any, path: str, format: str, depth: int) -> None:
    if depth > DEPTH_MAX:
        raise _refused(format, f"{path} has more than {DEPTH_MAX} levels of lists and dicts", "send fewer levels")
    if isinstance(value, dict):
        _check_dict(value, path, format, depth)
    elif isinstance(value, list):
        for at, one in enumerate(value):
            _check(one, f"{path}[{at}]", format, depth + 1)
    elif value is not None and not isinstance(value, (str, bool, int, float)):
        raise _refused(format, f"{path} is {show(value)}, {kind_of(value)}, which JSON does not hold", _as_text)


def _check_dict(value: dict[Any, Any], path: str, format: str, depth: int) -> None:
    for key, one in value.items():
        if not isinstance(key, str):
            text = f"{path} has the key {show(key)}, {kind_of(key)}, which JSON makes a text"
            raise _refused(format, text, "make every key a str")
        _check(one, f"{path}[{show(key)}]", format, depth + 1)


def _refused(format: str, text: str, what_to_do: str) -> BadPayloadError:
    return BadPayloadError(f"format {format}: {text}; {what_to_do}")
