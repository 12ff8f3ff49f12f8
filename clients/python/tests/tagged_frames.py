"""DataFrames of pandas, polars and Arrow from tagged JSON (test/fidelity/README.md) and back, and what differs between two of them."""

import base64
import datetime
import decimal
import sys
import uuid

import numpy as np
import pandas as pd
import pyarrow as pa

from broker import ROOT
from pulse_mq._frames.arrow_lists import has_missing_floats

FIDELITY = ROOT / "test" / "fidelity"
sys.path.insert(0, str(FIDELITY))

from tagged import array_of  # noqa: E402

_digits = {"s": 0, "ms": 3, "us": 6, "ns": 9}
_lengths = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}
_day = 86_400 * 10**9
_nullable = ("Int64", "boolean")


def name_of(name):
    """The label of a tagged name: text, a number, or a tuple of a MultiIndex."""
    if isinstance(name, list):
        return tuple(map(name_of, name))
    return int(name["i"]) if isinstance(name, dict) else name


def pandas_frame(kind):
    """The pandas DataFrame of a kind."""
    frame = kind["frame"]
    columns = [_series(column, kind["pandas"]) for column in frame["columns"]]
    made = pd.DataFrame(dict(enumerate(columns)))
    names = [name_of(column["name"]) for column in frame["columns"]]
    made.columns = pd.MultiIndex.from_tuples(names) if names and isinstance(names[0], tuple) else pd.Index(names)
    if not names:
        made = pd.DataFrame()
    index = [pd.Index(array_of(level).to_pandas(), name=level["name"]) for level in frame.get("index", ())]
    if len(index) == 1:
        made.index = index[0]
    elif index:
        made.index = pd.MultiIndex.from_arrays(index)
    made.attrs = frame.get("attrs", {})
    return made


def _series(column, dtype):
    if column["type"] is None or (dtype or "").endswith("of dict"):
        return pd.Series([python_of(value) for value in column["values"]], dtype=object)
    array = array_of(column)
    if isinstance(array.type, pa.BaseExtensionType):
        return _extension_series(array)
    if has_missing_floats(pa, array):
        # `to_pandas` makes the missing items NaN.
        return pd.Series([python_of(value) for value in column["values"]], dtype=object)
    if dtype in _nullable and array.null_count:
        return pd.Series(pd.array(array.to_pylist(), dtype=dtype))
    if pa.types.is_dictionary(array.type):
        # pyarrow alone leaves out the zone of times.
        return array.dictionary_decode().to_pandas().astype("category")
    return array.to_pandas(integer_object_nulls=True)


def _extension_series(array):
    """Periods and intervals as such, UUIDs as objects, other extension types as columns of Arrow."""
    if array.type.extension_name == "arrow.uuid":
        return pd.Series(array.to_pylist(), dtype=object)
    if array.type.extension_name.startswith("pandas."):
        return array.to_pandas()
    return pd.Series(pd.array(array, dtype=pd.ArrowDtype(array.type)))


def arrow_frame(frame):
    """The Arrow table of a tagged frame."""
    names = [column["name"] for column in frame["columns"]]
    return pa.Table.from_arrays([array_of(column) for column in frame["columns"]], names=names)


def python_of(value):
    """The Python value of a tagged one."""
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, list):
        return [python_of(one) for one in value]
    tag, content = next(iter(value.items()))
    return _python_values[tag](content, value)


def _time_of(text, zone):
    time = pd.Timestamp(text.rstrip("Z"))
    return time if zone is None else time.tz_localize("UTC").tz_convert(zone)


_python_values = {
    "i": lambda content, _: int(content),
    "f": lambda content, _: float(content),
    "b": lambda content, _: base64.b64decode(content),
    "x": lambda content, _: decimal.Decimal(content),
    "d": lambda content, _: datetime.date.fromisoformat(content),
    "c": lambda content, _: datetime.time.fromisoformat(content[:15]),
    "n": lambda content, _: pd.Timedelta(int(content), "ns"),
    "t": lambda content, value: _time_of(content, value.get("zone")),
    "o": lambda content, _: {name: python_of(one) for name, one in content},
    "m": lambda content, _: [(python_of(key), python_of(one)) for key, one in content],
    "s": lambda content, _: {python_of(one) for one in content},
}


def tagged_pandas(frame):
    """The tagged frame of a pandas DataFrame."""
    columns = [(name, frame.iloc[:, at]) for at, name in enumerate(frame.columns)]
    tagged = {"columns": [_tagged_column(name, cells, str(cells.dtype)) for name, cells in columns], "rows": len(frame)}
    if not (isinstance(frame.index, pd.RangeIndex) and frame.index.name is None):
        levels = [(name, frame.index.get_level_values(at)) for at, name in enumerate(frame.index.names)]
        tagged["index"] = [_tagged_column(name, cells, str(cells.dtype)) for name, cells in levels]
    if frame.attrs:
        tagged["attrs"] = frame.attrs
    return tagged


def _tagged_column(name, cells, dtype):
    # NaN of a column is missing, as in pandas. NaN inside of a list is a value.
    values = [None if _is_missing(cell) else tagged_of(cell) for cell in cells.astype(object).tolist()]
    return {"name": name, "type": dtype, "values": values}


def _is_missing(cell):
    return cell is None or cell is pd.NaT or cell is pd.NA or (isinstance(cell, float) and cell != cell)


def tagged_of(cell):
    """The tagged value of a Python one."""
    if cell is None or cell is pd.NA or (isinstance(cell, (np.datetime64, np.timedelta64)) and np.isnat(cell)):
        return None
    if cell is pd.NaT:
        return None
    if isinstance(cell, (list, tuple, np.ndarray)):
        return [tagged_of(one) for one in cell]
    if isinstance(cell, dict):
        return {"o": [[name, tagged_of(one)] for name, one in cell.items()]}
    if isinstance(cell, (bool, np.bool_)):
        return bool(cell)
    if isinstance(cell, (np.datetime64, datetime.datetime)):
        return _tagged_time(pd.Timestamp(cell))
    if isinstance(cell, (np.timedelta64, datetime.timedelta)):
        exact = pd.Timedelta(cell).asm8
        unit = np.datetime_data(exact.dtype)[0]
        return {"n": str(int(exact.astype("int64")) * _lengths[unit]), "u": unit}
    if isinstance(cell, (int, np.integer)):
        return {"i": str(int(cell))}
    if isinstance(cell, (float, np.floating)):
        return {"f": repr(float(cell))}
    if isinstance(cell, str):
        return cell
    return _tagged_object(cell)


def _tagged_object(cell):
    if isinstance(cell, bytes):
        return {"b": base64.b64encode(cell).decode()}
    if isinstance(cell, decimal.Decimal):
        return {"x": format(cell, "f")}
    if isinstance(cell, datetime.date):
        return {"d": cell.isoformat()}
    if isinstance(cell, datetime.time):
        return {"c": cell.isoformat("microseconds")}
    if isinstance(cell, uuid.UUID):
        return str(cell)
    if isinstance(cell, pd.Period):
        return {"i": str(cell.ordinal)}
    if isinstance(cell, pd.Interval):
        return {"o": [["left", tagged_of(cell.left)], ["right", tagged_of(cell.right)]]}
    raise TypeError(f"{cell!r} is no value of a DataFrame")


def _tagged_time(time):
    text = {"t": _time_text(int(time.asm8.astype("int64")), np.datetime_data(time.asm8.dtype)[0])}
    return text if time.tzinfo is None else {**text, "zone": str(time.tzinfo)}


def _time_text(count, unit):
    seconds, rest = divmod(count, 10**9 // _lengths[unit])
    text = str(np.datetime64(seconds, "s"))
    return f"{text}.{rest:0{_digits[unit]}}Z" if _digits[unit] else f"{text}Z"


def tagged_arrow(table):
    """The tagged frame of an Arrow table."""
    columns = [
        {"name": name, "type": str(column.type), "values": _tagged_cells(column.combine_chunks())}
        for name, column in zip(table.column_names, table.columns)
    ]
    return {"columns": columns, "rows": table.num_rows}


def _tagged_cells(array):
    if isinstance(array, pa.ChunkedArray):
        return [cell for chunk in array.chunks for cell in _tagged_cells(chunk)]
    return [_tagged_scalar(array[row], array.type) for row in range(len(array))]


def _tagged_scalar(scalar, kind):
    if not scalar.is_valid:
        return None
    if isinstance(kind, pa.BaseExtensionType) and kind.extension_name.startswith("pandas."):
        return _tagged_scalar(scalar.value, kind.storage_type)
    if pa.types.is_dictionary(kind):
        return _tagged_scalar(scalar.value, kind.value_type)
    if pa.types.is_map(kind):
        return {
            "m": [
                [_tagged_scalar(one[0], kind.key_type), _tagged_scalar(one[1], kind.item_type)] for one in pairs(scalar)
            ]
        }
    if pa.types.is_struct(kind):
        return {"o": [[field.name, _tagged_scalar(scalar[at], field.type)] for at, field in enumerate(kind)]}
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return [_tagged_scalar(one, kind.value_type) for one in scalar.values]
    if pa.types.is_timestamp(kind):
        text = {"t": _time_text(scalar.value, kind.unit)}
        return text if kind.tz is None else {**text, "zone": kind.tz}
    if pa.types.is_time(kind):
        count = scalar.value * _lengths[kind.unit]
        return {"c": _time_text(count, "ns")[11:-1]}
    if pa.types.is_duration(kind):
        return {"n": str(scalar.value * _lengths[kind.unit]), "u": kind.unit}
    if pa.types.is_floating(kind):
        return {"f": repr(float(scalar.as_py()))}
    return tagged_of(scalar.as_py())


def pairs(scalar):
    """The keys and values of a cell of a map."""
    return [(one[0], one[1]) for one in scalar.values]


def difference(sent, got, is_pandas, is_typescript=False):
    """What differs between two tagged frames. None when they are equal.

    In pandas NaN and missing are one value of a column, and a map is a list of pairs. Rows of TypeScript have only text as names, and
    the index of pandas as columns.
    """
    if is_typescript:
        sent = {**sent, "columns": [*sent["columns"], *sent.get("index", ())], "index": ()}
    names = [[name_of(column["name"]) for column in frame["columns"]] for frame in (sent, got)]
    if is_typescript:
        names = [[str(name) for name in side] for side in names]
    if names[0] != names[1]:
        return f"columns {names[0]} became {names[1]}"
    if not sent["columns"] and sent.get("rows", 0) != got["rows"]:
        return f"{sent.get('rows', 0)} rows became {got['rows']}"
    if sent.get("attrs") != got.get("attrs"):
        return f"attributes {sent.get('attrs')} became {got.get('attrs')}"
    if len(sent.get("index", ())) != len(got.get("index", ())):
        return f"index {sent.get('index')} became {got.get('index')}"
    for one, other in zip(
        [*sent["columns"], *sent.get("index", ())], [*got["columns"], *got.get("index", ())], strict=True
    ):
        left, right = ([_canonical_cell(value, is_pandas) for value in side["values"]] for side in (one, other))
        if left != right:
            return f"column {one['name']}: {left} became {right}"
    return None


def _canonical_cell(value, is_pandas):
    """The same for a whole cell, of which pandas does not tell NaN from missing."""
    is_nan = isinstance(value, dict) and str(value.get("f")) in ("NaN", "nan")
    return canonical(None if is_nan and is_pandas else value, is_pandas)


def canonical(value, is_pandas):
    """A value that is equal for equal tagged values only."""
    if value is None or isinstance(value, (str, bool)):
        return (type(value).__name__, value)
    if isinstance(value, list):
        return ["list", *(canonical(one, is_pandas) for one in value)]
    tag, content = next(iter(value.items()))
    if tag == "f" and content in ("NaN", "nan"):
        return ("nan",)
    if tag in "if":
        return _canonical_number(tag, content)
    if tag in "tc":
        return (
            tag,
            content.rstrip("Z").rstrip("0").rstrip(".") if "." in content else content.rstrip("Z"),
            value.get("zone"),
        )
    if tag == "n":
        return (tag, int(content))
    if tag == "x":
        number = decimal.Decimal(content)
        # As a text for -0, which is equal to 0 as a number.
        is_plain = len(content) < 28 and not (number.is_zero() and number.is_signed())
        return (tag, number.normalize() if is_plain else content.rstrip("0"))
    if tag == "o":
        return {name: canonical(one, is_pandas) for name, one in content}
    if tag == "m":
        if is_pandas:
            return ["list", *(["list", canonical(key, True), canonical(one, True)] for key, one in content)]
        return [tag, *((canonical(key, is_pandas), canonical(one, is_pandas)) for key, one in content)]
    return (tag, content)


def _canonical_number(tag, content):
    if tag == "i":
        return ("number", int(content))
    number = float(content.replace("Infinity", "inf"))
    return ("number", str(number)) if number == 0 and np.signbit(number) else ("number", number)
