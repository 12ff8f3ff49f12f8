"""Tagged JSON of the fidelity tests (README.md beside this file): Arrow arrays of tagged columns."""

import base64
import datetime
import decimal
import re
import uuid

import pyarrow as pa

EPOCH = datetime.datetime(1970, 1, 1)
UNITS = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}
PLAIN = {
    name: getattr(pa, name)()
    for name in (
        *("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
        *("bool8", "uuid", "float16", "float32", "float64", "utf8", "large_utf8", "binary", "date32", "null"),
    )
} | {"bool": pa.bool_()}


def split(text):
    """Splits the arguments of a type at the commas outside of brackets."""
    parts, depth = [""], 0
    for character in text:
        depth += {"<": 1, "(": 1, "[": 1, ">": -1, ")": -1, "]": -1}.get(character, 0)
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]


def type_of(text):
    """Returns the pyarrow type of a text such as `list<timestamp[us, UTC]>`."""
    if text in PLAIN:
        return PLAIN[text]
    name, inside = re.fullmatch(r"(\w+)[<(\[](.*)[>)\]]", text).groups()
    parts = split(inside)
    if name == "list":
        return pa.list_(type_of(inside))
    if name == "map":
        return pa.map_(*map(type_of, parts))
    if name == "struct":
        fields = [part.split(": ", 1) for part in parts]
        return pa.struct([pa.field(field, type_of(kind)) for field, kind in fields])
    if name == "dictionary":
        return pa.dictionary(pa.int32(), type_of(inside))
    if name in ("period", "interval"):
        return pandas_type(name, parts)
    if name == "decimal128":
        return pa.decimal128(*map(int, parts))
    return getattr(pa, name)(*parts)


def pandas_type(name, parts):
    """Returns the extension type of pandas of `period[Q-DEC]` or `interval[int64, right]`. Not all tests have pandas."""
    from pandas.core.arrays.arrow.extension_types import ArrowIntervalType, ArrowPeriodType

    return ArrowPeriodType(*parts) if name == "period" else ArrowIntervalType(type_of(parts[0]), parts[1])


def value_of(value, kind):
    """Returns the Python value that `pa.array` takes for a tagged value of a type."""
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, list):
        return [value_of(item, kind.value_type) for item in value]
    tag, content = next(iter(value.items()))
    if tag == "o":
        return [(name, value_of(one, kind.field(index).type)) for index, (name, one) in enumerate(content)]
    if tag == "m":
        return [(value_of(key, kind.key_type), value_of(one, kind.item_type)) for key, one in content]
    return scalar(tag, content, kind)


def scalar(tag, content, kind):
    match tag:
        case "i":
            return int(content)
        case "f":
            return float(content)
        case "b":
            return base64.b64decode(content)
        case "x":
            return decimal.Decimal(content)
        case "d":
            return datetime.date.fromisoformat(content)
        case "c":
            hours, minutes, seconds = content.split(":")
            nanoseconds = (int(hours) * 60 + int(minutes)) * 60 * 10**9 + int(decimal.Decimal(seconds) * 10**9)
            return nanoseconds // UNITS[kind.unit]
        case "n":
            return int(content) // UNITS[kind.unit]
        case "t":
            whole, _, digits = content.rstrip("Z").partition(".")
            days = datetime.datetime.fromisoformat(whole) - EPOCH
            nanoseconds = (days.days * 86_400 + days.seconds) * 10**9 + int(digits.ljust(9, "0"))
            return nanoseconds // UNITS[kind.unit]


def stored_of(value, kind):
    """Returns what an extension type stores for a tagged value. A period or an interval is tagged as what it stores."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str):
        return uuid.UUID(value).bytes
    return value_of(value, kind.storage_type)


def array_of(column):
    """Returns the array of a column. Times are made of integers: Python's own have only microseconds."""
    kind = type_of(column["type"])
    if isinstance(kind, pa.BaseExtensionType):
        values = [stored_of(value, kind) for value in column["values"]]
        return pa.ExtensionArray.from_storage(kind, pa.array(values, kind.storage_type))
    if pa.types.is_dictionary(kind):
        text = re.fullmatch(r"dictionary<(.*)>", column["type"]).group(1)
        return array_of({**column, "type": text}).dictionary_encode().cast(kind)
    values = [value_of(value, kind) for value in column["values"]]
    return pa.array(values, kind)
