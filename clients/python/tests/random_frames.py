"""Random tagged frames (test/fidelity/README.md) for hypothesis. TypeScript and pandas can both make most of them."""

import pandas as pd
from hypothesis import strategies as st

_has_pytz = int(pd.__version__.partition(".")[0]) < 3

_texts = st.text(st.characters(codec="utf-8"), max_size=8)
_names = (
    st.sampled_from(["v", "price", "__proto__", "constructor", "", "中文", "a.b", "length", "toString", "0", "17"])
    | _texts
)
_zones = st.sampled_from(["UTC", "Asia/Shanghai", "America/New_York"])
_lengths = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}
_digits = {"s": 0, "ms": 3, "us": 6, "ns": 9}


def _integers(least, most):
    edges = [one for one in (0, 2**31, 2**32, 2**53 - 1, 2**53 + 1, -(2**53) - 1, least, most) if least <= one <= most]
    return (st.integers(least, most) | st.sampled_from(edges)).map(lambda value: {"i": str(value)})


_floats = (st.floats() | st.floats(width=32) | st.sampled_from([0.0, -0.0, 1.0, 1e20, 5e-324])).map(
    lambda value: {"f": repr(value).replace("inf", "Infinity").replace("nan", "NaN")}
)


def _seconds_of(unit, zone):
    """The first and the last second of times. Nanoseconds reach from 1677 to 2262; every reader has the years 1 to 9999."""
    if unit == "ns":
        return -9_000_000_000, 9_000_000_000
    if zone is None:
        return -62_135_596_800, 253_402_300_799
    # A day less, so that they are in these years in the zone too. With the zones of pytz pandas ends the process before 1677.
    return -9_000_000_000 if _has_pytz else -62_135_510_400, 253_402_214_399


@st.composite
def _times(draw, unit, zone):
    import numpy as np

    seconds = draw(st.integers(*_seconds_of(unit, zone)))
    rest = draw(st.integers(0, 10 ** _digits[unit] - 1)) if _digits[unit] else 0
    fraction = f".{rest:0{_digits[unit]}}" if _digits[unit] else ""
    time = {"t": f"{np.datetime64(seconds, 's')}{fraction}Z"}
    return time if zone is None else {**time, "zone": zone}


@st.composite
def _decimals(draw, precision, scale):
    most = 10**precision - 1
    unscaled = draw(st.integers(-most, most))
    digits = f"{abs(unscaled):0{scale + 1}}"
    return {"x": f"{'-' if unscaled < 0 else ''}{digits[:-scale]}.{digits[-scale:]}" if scale else str(unscaled)}


@st.composite
def _types(draw, depth=2):
    """An Arrow type, and a strategy of its values."""
    kinds = ["int", "float", "text", "bool", "bytes", "time", "zoned", "date", "clock", "duration", "decimal"]
    kind = draw(st.sampled_from(kinds + (["list", "struct"] if depth > 0 else [])))
    if kind == "int":
        bits = draw(st.sampled_from([8, 16, 32, 64]))
        is_signed = draw(st.booleans())
        edges = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if is_signed else (0, 2**bits - 1)
        return f"{'' if is_signed else 'u'}int{bits}", _integers(*edges)
    if kind == "time":
        unit = draw(st.sampled_from(list(_digits)))
        return f"timestamp[{unit}]", _times(unit, None)
    if kind == "zoned":
        unit, zone = draw(st.sampled_from(list(_digits))), draw(_zones)
        return f"timestamp[{unit}, {zone}]", _times(unit, zone)
    if kind == "duration":
        unit = draw(st.sampled_from(list(_digits)))
        counts = st.integers(-(2**40), 2**40).map(lambda count: {"n": str(count * _lengths[unit]), "u": unit})
        return f"duration[{unit}]", counts
    if kind == "decimal":
        precision = draw(st.integers(1, 38))
        scale = draw(st.integers(0, precision))
        return f"decimal128({precision}, {scale})", _decimals(precision, scale)
    if kind == "list":
        inner, values = draw(_types(depth=depth - 1))
        return f"list<{inner}>", st.lists(st.none() | values, max_size=4)
    if kind == "struct":
        return draw(_structs(depth))
    return _simple[kind]


@st.composite
def _structs(draw, depth):
    names = draw(st.lists(st.sampled_from(["a", "b", "price", "__proto__"]), min_size=1, max_size=3, unique=True))
    fields = [(name, *draw(_types(depth=depth - 1))) for name in names]
    text = ", ".join(f"{name}: {kind}" for name, kind, _ in fields)
    values = st.tuples(*(st.none() | values for _, _, values in fields))
    return f"struct<{text}>", values.map(lambda row: {"o": [[name, one] for (name, _, _), one in zip(fields, row)]})


_simple = {
    "float": ("float64", _floats),
    "text": ("utf8", _texts),
    "bool": ("bool", st.booleans()),
    "bytes": ("binary", st.sampled_from(["", "AA==", "/w==", "AAE="]).map(lambda text: {"b": text})),
    "date": ("date32", st.dates().map(lambda day: {"d": day.isoformat()})),
    "clock": ("time64[us]", st.times().map(lambda time: {"c": time.isoformat("microseconds")})),
}


@st.composite
def frames(draw):
    """A tagged frame of one to four columns, with missing values, and one to six rows."""
    row_count = draw(st.integers(1, 6))
    names = draw(st.lists(_names, min_size=1, max_size=4, unique=True))
    columns = []
    for name in names:
        kind, values = draw(_types())
        cells = st.none() | values if draw(st.booleans()) else values
        column = draw(st.lists(cells, min_size=row_count, max_size=row_count))
        columns.append({"name": name, "type": kind, "values": column})
    return {"columns": columns}
