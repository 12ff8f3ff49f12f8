"""Values at the edges of pandas, NumPy and pyarrow: kept, or refused at the publish by column, row and value. Never a raw error."""

import datetime
import decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from fidelity_cells import BIG, cells_of, objects, plain, refused
from payloads import FORMATS, there_and_back, there_and_to_arrow

FAR = datetime.timedelta(days=200_000_000)
MICROSECOND = datetime.timedelta(microseconds=1)


def text_of_bytes(*cells):
    """Arrow text with any bytes, which pyarrow takes without looking."""
    lengths = np.cumsum([0, *map(len, cells)]).astype("int32")
    return pa.Array.from_buffers(pa.string(), len(cells), [None, pa.py_buffer(lengths), pa.py_buffer(b"".join(cells))])


@pytest.mark.parametrize(
    "cell", [FAR, -FAR, [FAR], {"a": FAR}, [[-FAR]]], ids=["plain", "negative", "list", "struct", "nested list"]
)
def test_durations_past_64_bits_of_microseconds_are_kept_in_milliseconds(cell):
    table = there_and_to_arrow(objects(cell, None), "df_pyarrow")
    assert table["v"].to_pylist() == [cell, None]
    assert pd.Timedelta(there_and_back(objects(FAR, MICROSECOND * 0), "df_pyarrow")["v"][0]).days == FAR.days


@pytest.mark.parametrize(
    "cell", [FAR + MICROSECOND, [FAR + MICROSECOND], {"a": -FAR - MICROSECOND}], ids=["plain", "list", "struct"]
)
def test_durations_with_microseconds_past_64_bits_are_refused_by_name(cell):
    refused(objects(None, cell), "df_pyarrow", 'column "v", row 1: .*-?20000000', "64 bits, which are 106,751,991 days")


def test_durations_that_no_unit_holds_together_are_refused_by_name():
    refused(objects(MICROSECOND, FAR), "df_pyarrow", 'column "v", row 1: .*64 bits', "; send it as text")
    refused(objects([FAR, MICROSECOND]), "df_pyarrow", 'column "v", row 0: ', "; ")


@pytest.mark.parametrize(
    "values",
    [pd.cut([1, 2, 3], 2), pd.Categorical(pd.period_range("2020Q1", periods=2, freq="Q"))],
    ids=["pd.cut", "periods"],
)
def test_categories_that_no_reader_reads_are_refused_at_the_publish(values):
    frame = pd.DataFrame({"v": values})
    refused(frame, "df_pyarrow", 'column "v": .*(interval|period)', "make them text")
    refused(frame, "df_msgpack", 'column "v", row 0: .*(interval|period)', "send it as text")


@pytest.mark.parametrize("order", [1, -1])
def test_times_that_no_unit_holds_together_are_refused_at_the_publish(order):
    cells = [np.datetime64(2**62, "s"), np.datetime64(1, "ns")][::order]
    row = 0 if order == 1 else 1
    refused(
        objects(*cells), "df_msgpack", f'column "v", row {row}: .*{2**62} s after 1970.* 64 bits', "send it as text"
    )
    refused(objects(*cells), "df_pyarrow", f'column "v", row {row}: ', "send it as text")


def test_times_of_coarse_units_are_exact_or_refused():
    for unit in ("Y", "M", "W", "D", "h", "m"):
        cell = np.datetime64(50, unit)
        for format in FORMATS:
            assert there_and_back(objects(cell), format)["v"].to_numpy()[0] == cell
            refused(objects(np.datetime64(2**62, unit)), format, 'column "v", row 0: ', "send it as text")
    refused(objects([np.datetime64(2**62, "s")]), "df_pyarrow", 'column "v", row 0: .*no value in Python')


@pytest.mark.parametrize(
    "array",
    [
        pa.array([[BIG], None]),
        pa.array([[["a"], []], None]),
        pa.array([{"a": BIG, "b": "x"}, None]),
        pa.array([[{"a": 1.5}], None], pa.large_list(pa.struct({"a": pa.float64()}))),
        pa.array(["a", None]).dictionary_encode(),
        pa.array([b"ab", None], pa.binary(2)),
        pa.array([[1, 2], None], pa.list_(pa.int64(), 2)),
        pa.array(["a", None], pa.string_view()),
        pa.array([[("k", BIG)], None], pa.map_(pa.string(), pa.int64())),
    ],
    ids=lambda array: str(array.type),
)
def test_pyarrow_backed_columns_of_every_type_are_published(array):
    frame = pd.DataFrame({"v": pd.array(array, dtype=pd.ArrowDtype(array.type)), "w": [1, 2]})
    assert there_and_to_arrow(frame, "df_pyarrow")["v"].to_pylist() == array.to_pylist()
    assert cells_of(frame, "df_pyarrow") == [plain(cell) for cell in array.to_pylist()]
    if not pa.types.is_map(array.type):
        assert cells_of(frame, "df_msgpack") == array.to_pylist()


@pytest.mark.parametrize(
    ("columns", "text"),
    [
        (pd.CategoricalIndex(["a", "b"]), "a CategoricalIndex"),
        (pd.period_range("2020Q1", periods=2, freq="Q"), "a PeriodIndex"),
        (pd.interval_range(0, 2), "an IntervalIndex"),
        (pd.MultiIndex.from_tuples([("a", None), ("b", "c")]), r"\('a', nan\) has a missing label"),
        (pd.MultiIndex.from_tuples([("a", datetime.date(2026, 1, 1)), ("b", None)]), "missing label"),
        (pd.Index([datetime.date(2026, 1, 1), datetime.date(2026, 1, 2)]), "cannot be read back"),
        (pd.to_timedelta([1, 2]), "read back"),
    ],
    ids=["categories", "periods", "intervals", "no label", "no date", "dates", "durations"],
)
def test_column_labels_that_pandas_would_not_read_back_are_refused(columns, text):
    refused(pd.DataFrame([[1, 2]], columns=columns), "df_pyarrow", text, "; (name|give)")


def test_the_index_of_a_group_of_intervals_is_refused_by_name():
    frame = pd.DataFrame({"a": [1, 2, 3], "b": [1, 2, 3]})
    cut = pd.cut(frame["a"], 2)
    for groups in (cut, ["b", cut]):
        grouped = frame.groupby(groups, observed=True).sum()
        refused(grouped, "df_pyarrow", 'the index .*"a" has categories that are interval', "reset_index")


def test_a_masked_cell_of_numpy_is_missing():
    masked = np.ma.array([1, 2], mask=[0, 1])
    for format in FORMATS:
        assert cells_of(objects(masked, masked[1], np.ma.array(1, mask=True)), format) == [[1, None], None, None]


@pytest.mark.parametrize("format", FORMATS)
def test_longdouble_is_refused_by_name(format):
    frame = pd.DataFrame({"v": np.array([1, 2], dtype=np.longdouble)})
    refused(frame, format, 'column "v", row 0: .* is a longdouble', "as text")


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("kind", ["Arrow", "list", "category", "string[pyarrow]", "ArrowDtype"])
def test_text_of_arrow_that_is_not_utf8_is_refused_at_the_publish(kind, format):
    array = text_of_bytes(b"a", b"b", b"\xff")
    made = {
        "Arrow": lambda: pa.table({"v": array}),
        "list": lambda: pa.table({"v": pa.ListArray.from_arrays([0, 1, 2, 3], array)}),
        "category": lambda: pa.table({"v": pa.DictionaryArray.from_arrays([0, 1, 2], array)}),
        "string[pyarrow]": lambda: pd.DataFrame({"v": pd.array(array, dtype="string[pyarrow]")}),
        "ArrowDtype": lambda: pd.DataFrame({"v": pd.array(array, dtype=pd.ArrowDtype(pa.string()))}),
    }
    row = 0 if kind == "category" else 2
    refused(made[kind](), format, f'column "v", row {row}: .*UTF8', "send it as bytes")


@pytest.mark.parametrize("nesting", ["plain", "list", "struct"])
@pytest.mark.parametrize("text", ["NaN", "-NaN", "sNaN", "Infinity", "-Infinity", "-0", "-0.00"])
def test_decimals_that_arrow_does_not_have_are_refused_by_name(text, nesting):
    value = decimal.Decimal(text)
    cell = {"plain": value, "list": [value], "struct": {"a": value}}[nesting]
    refused(
        objects(None, cell), "df_pyarrow", rf'column "v", row 1: Decimal\(.{text}.\) is a Decimal', "; send (None|0)"
    )
    refused(objects(None, cell), "df_msgpack", 'column "v", row 1: .*Decimal', "; ")


def test_decimals_that_are_missing_or_zero_are_kept():
    cells = [decimal.Decimal("0.00"), None, decimal.Decimal("-0.01")]
    assert cells_of(objects(*cells), "df_pyarrow") == cells
