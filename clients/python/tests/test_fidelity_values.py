"""Values come out as they went in, or the publish is refused with the column, the row, the value and what to do."""

import datetime
import decimal
import re

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from payloads import FORMATS, there_and_back, there_and_to_arrow

from pulse_mq import BadPayloadError
from pulse_mq._payload import decode_arrow_table, decode_payload, encode_payload

BIG = 2**53 + 1
NANOSECOND = pd.Timestamp("2026-11-24 09:29:00.123456789")


def objects(*cells):
    """A column of objects, as they are."""
    return pd.DataFrame({"v": pd.Series(list(cells), dtype=object)})


def cells_of(data, format):
    """The cells that come back, lists in place of arrays and missing cells as None."""
    return [plain(cell) for cell in there_and_back(data, format)["v"].tolist()]


def plain(cell):
    if isinstance(cell, (list, tuple, np.ndarray)):
        return [plain(one) for one in cell]
    if isinstance(cell, dict):
        return {key: plain(one) for key, one in cell.items()}
    return None if pd.isna(cell) else cell


def refused(data, format, *parts):
    """Checks that a publish is refused, and that each part stands in the text."""
    with pytest.raises(BadPayloadError) as caught:
        encode_payload(data, format, None)
    for part in parts:
        assert re.search(part, str(caught.value)), str(caught.value)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (np.array([1.5, 2.5]), [1.5, 2.5]),
        (np.array([10.5]), [10.5]),
        (np.array([BIG, -BIG]), [BIG, -BIG]),
        (np.array(["a", "b"]), ["a", "b"]),
        (np.array([[1, 2], [3, 4]]), [[1, 2], [3, 4]]),
        (np.array([], dtype="float64"), []),
        (np.array([[BIG, None], [], None], dtype=object), [[BIG, None], [], None]),
        ([BIG, None], [BIG, None]),
        ((1, 2), [1, 2]),
        ({"a": BIG, "b": [None, 1]}, {"a": BIG, "b": [None, 1]}),
        ([{"a": BIG}, {"a": None}], [{"a": BIG}, {"a": None}]),
        ([NANOSECOND], [NANOSECOND]),
        ({"t": NANOSECOND.to_datetime64()}, {"t": NANOSECOND}),
        (np.array([NANOSECOND.to_datetime64()]), [NANOSECOND]),
    ],
)
def test_fault_f8_lists_and_arrays_in_cells_are_lists(cell, expected, format):
    assert cells_of(pd.DataFrame({"v": [cell]}), format) == [expected]


@pytest.mark.parametrize("format", FORMATS)
def test_fault_f8_a_list_column_read_from_arrow_can_be_published_again(format):
    received = there_and_back(pd.DataFrame({"v": [[1, 2], [3]], "w": [[1.5], [2.5]]}), "df_pyarrow")
    assert isinstance(received["v"][0], np.ndarray)
    again = there_and_back(received, format)
    assert [plain(cell) for cell in again["v"]] == [[1, 2], [3]]
    assert [plain(cell) for cell in again["w"]] == [[1.5], [2.5]]


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(
    "cell",
    [
        np.datetime64("2026-11-24T09:29:00.123456789", "ns"),
        np.datetime64("1500-01-01T00:00:00.000001", "us"),
        np.datetime64("2026-11-24T09", "h"),
        datetime.datetime(1, 1, 1, 0, 0, 0, 1),
        datetime.datetime(9999, 12, 31, 23, 59, 59, 999_999),
        NANOSECOND,
        pd.Timestamp("1600-02-29").as_unit("s"),
    ],
)
def test_fault_f8_times_in_object_cells_keep_every_digit(cell, format):
    back = there_and_back(objects(cell, None), format)["v"]
    assert back.dtype.kind == "M" and pd.isna(back[1])
    assert back[0] == (cell if isinstance(cell, datetime.datetime) else pd.Timestamp(cell))


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_fault_f8_times_before_1677_and_1970_are_equal(unit, format):
    days = ["1969-12-31"] if unit == "ns" else ["0001-01-01", "1600-02-29", "1969-12-31", "9999-12-31"]
    frame = pd.DataFrame({"v": pd.Series(np.array(days, dtype=f"datetime64[{unit}]"))})
    assert (there_and_back(frame, format)["v"].to_numpy() == frame["v"].to_numpy()).all()


@pytest.mark.parametrize("nesting", ["plain", "list", "struct"])
def test_fault_f8_zoned_times_that_python_has_no_value_for_are_refused_by_name(nesting):
    zone = pa.timestamp("s", "America/New_York")
    kinds = {"plain": zone, "list": pa.list_(zone), "struct": pa.struct([("at", zone)])}
    # In New York this is in the year 0.
    cells = {"plain": -62_135_596_800, "list": [-62_135_596_800], "struct": {"at": -62_135_596_800}}
    table = pa.table({"v": pa.array([None, cells[nesting]], kinds[nesting])})
    with pytest.raises(BadPayloadError, match=r'column "v.*", row [01]'):
        encode_payload(table, "df_msgpack", None)
    payload, _, _ = encode_payload(table, "df_pyarrow", None)
    assert decode_arrow_table(payload, 3, 0).equals(table)
    if nesting != "plain":
        with pytest.raises(BadPayloadError, match='column "v", row 1'):
            decode_payload(payload, 3, 0)


@pytest.mark.parametrize("place", ["column", "index", "MultiIndex"])
def test_fault_f8_zoned_times_before_1677_are_refused_where_pandas_ends_the_process(place):
    times = pd.DatetimeIndex(np.array(["1500-01-01", "2026-01-01"], dtype="datetime64[s]"), name="at")
    zoned = times.tz_localize("UTC").tz_convert("Europe/Berlin")
    frame = pd.DataFrame({"v": [1, 2]}, index=zoned)
    if place == "column":
        frame = frame.reset_index()
    if place == "MultiIndex":
        frame = frame.set_index("v", append=True)
    payload, _, _ = encode_payload(frame, "df_pyarrow", None)
    if hasattr(zoned.tz, "_utc_transition_times"):
        with pytest.raises(BadPayloadError, match=r'column "at", row 0: .*to_arrow'):
            decode_payload(payload, 3, 0)
    else:
        assert list(decode_payload(payload, 3, 0).reset_index()["at"]) == list(zoned)


def test_fault_f8_durations_are_kept_by_arrow_and_refused_by_name_in_msgpack():
    for cell in (np.timedelta64(5, "s"), pd.Timedelta(1, "ns"), datetime.timedelta(days=1, microseconds=1)):
        back = there_and_back(objects(cell, None), "df_pyarrow")["v"]
        assert back.dtype.kind == "m" and back[0] == pd.Timedelta(cell) and pd.isna(back[1])
        refused(objects(cell), "df_msgpack", 'column "v", row 0: .*, which MessagePack', "df_pyarrow")


def test_fault_f8_zoned_times_are_kept_by_arrow_and_refused_by_name_in_msgpack():
    zoned = NANOSECOND.tz_localize("Asia/Shanghai")
    arrow = pd.array([zoned.as_unit("us").floor("us")], dtype=pd.ArrowDtype(pa.timestamp("us", "Asia/Shanghai")))
    for frame in (pd.DataFrame({"v": [zoned]}), objects(None, zoned), pd.DataFrame({"v": arrow})):
        back = there_and_back(frame, "df_pyarrow")["v"]
        assert [plain(cell) for cell in back] == [plain(cell) for cell in frame["v"]]
        assert "Asia/Shanghai" in str(back.dtype)
        refused(frame, "df_msgpack", 'column "v", row [01]: .*Asia/Shanghai', "df_pyarrow")
    other = objects(zoned, zoned.tz_convert("UTC"))
    refused(other, "df_pyarrow", 'column "v", row 1: .* in the zone UTC', "one zone")


@pytest.mark.parametrize("format", FORMATS)
def test_fault_f8_integer_keys_are_refused_by_name(format):
    refused(
        objects(None, {1: "a"}), format, 'column "v", row 1: {1: .a.} has the key 1, an int', "make every key a str"
    )


def test_fault_f8_rows_with_integer_keys_are_refused_by_name():
    refused([{"a": 1}, {7: 1}], "df_msgpack", "row 1 has the column name 7, an int", "make every name a str")
    refused({7: [1]}, "df_msgpack", "the column name 7, an int", "make every name a str")


def test_fault_f17_the_refusal_of_2_to_the_70_says_what_is_true():
    frame = pd.DataFrame({"v": [1, 2**70]})
    refused(
        frame, "df_msgpack", f'column "v", row 1: {2**70} is outside of 64 bits', 'Decimal with format="df_pyarrow"'
    )
    refused(frame, "df_pyarrow", f'column "v", row 1: {2**70}', "send it as a Decimal, or as text")
    decimals = pd.DataFrame({"v": [decimal.Decimal(1), decimal.Decimal(2**70)]})
    assert there_and_back(decimals, "df_pyarrow")["v"].tolist() == [1, 2**70]
    text = frame.astype(str)
    for format in FORMATS:
        assert there_and_back(text, format)["v"].tolist() == ["1", str(2**70)]


@pytest.mark.parametrize(
    ("frame", "text"),
    [
        (pd.DataFrame([[1]], columns=[0]), "the column name 0 is an int"),
        (pd.DataFrame([[1]], columns=[1.5]), "the column name 1.5 is a float"),
        (pd.DataFrame([[1, 2]], columns=["a", 0]), "the column name 0 is an int"),
        (
            pd.DataFrame([[1]], columns=pd.MultiIndex.from_tuples([("a", 1)])),
            "the columns are a MultiIndex of 2 levels",
        ),
        (pd.DataFrame([[1]], columns=pd.Index(["a"], name="field")), "the columns have the name 'field'"),
        (pd.DataFrame({"v": [1]}, index=pd.Index([0], name="row")), "the index has the name 'row'"),
        (pd.DataFrame({"v": [1, 2, 3]}).iloc[1:], "the index is not 0, 1, 2 ... .it has 1"),
        (pd.DataFrame({"v": [1]}, index=["a"]), "the index is not 0, 1, 2 ... .it has 'a'"),
        (pd.DataFrame({"v": [1]}, index=pd.MultiIndex.from_tuples([(0, 1)])), "the index is a MultiIndex"),
        (pd.DataFrame(index=range(3)), "the frame has 3 rows and no column"),
    ],
)
def test_fault_f17_labels_that_msgpack_loses_are_refused_with_what_to_do(frame, text):
    refused(frame, "df_msgpack", text, "; (name|join|remove|make|publish)")


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame([[1, 2]], columns=[0, 1]),
        pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("a", 1), ("b", 2)], names=["x", "y"])),
        pd.DataFrame({"v": [1, 2, 3]}).iloc[1:],
        pd.DataFrame({"v": [1]}, index=pd.Index([0], name="row")),
        pd.DataFrame({"v": [1, 2]}, index=pd.MultiIndex.from_tuples([("a", 1), ("b", 2)], names=["k", None])),
        pd.DataFrame({"v": [1]}, index=pd.Index([datetime.date(2026, 1, 1)], name="day")),
        pd.DataFrame([[1, 2]], columns=["", "a"]),
        pd.DataFrame(index=range(3)),
    ],
)
def test_fault_f17_arrow_keeps_labels(frame):
    pd.testing.assert_frame_equal(there_and_back(frame, "df_pyarrow"), frame)


def test_fault_f17_arrow_refuses_labels_that_pandas_would_not_get_back():
    refused(pd.DataFrame([[1, 2]], columns=["a", 0]), "df_pyarrow", "mix text and 0, an int", r"astype\(str\)")
    index = pd.Index(pd.array([2**62, None], dtype="Int64"), name="k")
    refused(pd.DataFrame({"v": [1, 2]}, index=index), "df_pyarrow", 'the index "k" .* read back as', "reset_index")


@pytest.mark.parametrize("format", FORMATS)
def test_fault_f5_two_columns_of_one_name_are_refused(format):
    refused(pd.DataFrame([[1, 2]], columns=["a", "a"]), format, 'two columns have the name "a"', "rename")
    table = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"])
    refused(table, format, 'two columns have the name "a"', "rename")


def test_fault_f15_a_frame_without_rows_keeps_its_columns_or_is_refused():
    frame = pd.DataFrame({"v": pd.Series([], dtype="int8"), "w": pd.Series([], dtype="datetime64[us]")})
    pd.testing.assert_frame_equal(there_and_back(frame, "df_pyarrow"), frame)
    refused(frame, "df_msgpack", "2 columns and no rows", "df_pyarrow")
    for format in FORMATS:
        assert there_and_back(pd.DataFrame(), format).shape == (0, 0)
    assert there_and_back([], "df_msgpack").shape == (0, 0)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("name", ["__proto__", "constructor", "", " ", "中文", "a.b", 'a"b', "__index_level_0__"])
def test_fault_f16_names_of_columns_are_kept(name, format):
    frame = pd.DataFrame({name: [1, 2], "other": ["x", "y"]})
    pd.testing.assert_frame_equal(there_and_back(frame, format), frame)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"v": pd.array([BIG, None], dtype="Int64")}),
        objects(BIG, None),
        pd.DataFrame({"v": pd.Categorical([BIG, None])}),
        pl.DataFrame({"v": [BIG, None]}),
        pa.table({"v": [BIG, None]}),
    ],
)
def test_fault_f18_integers_with_missing_cells_stay_exact(frame, format):
    back = there_and_back(frame, format)["v"]
    assert int(back.astype(object)[0]) == BIG and pd.isna(back[1])
    assert there_and_to_arrow(frame, format)["v"].to_pylist() == [BIG, None]


@pytest.mark.parametrize("format", FORMATS)
def test_fault_f18_minus_zero_nan_and_infinities_are_kept(format):
    back = there_and_back(pd.DataFrame({"v": [-0.0, float("inf"), float("-inf"), float("nan")]}), format)["v"]
    assert np.signbit(back[0]) and back[0] == 0
    assert back[1:3].tolist() == [float("inf"), float("-inf")] and np.isnan(back[3])


def test_fault_f18_msgpack_of_integers_and_floats_is_exact_or_refused():
    assert there_and_back([{"v": 1}, {"v": 2.5}], "df_msgpack")["v"].tolist() == [1.0, 2.5]
    refused([{"v": BIG}, {"v": 2.5}], "df_msgpack", f'column "v", row 0: {BIG} is not exact as a float')
    refused([{"v": -1}, {"v": 2**63}], "df_msgpack", f'column "v", row 1: {2**63} .* negative')
    assert there_and_back([{"v": 1}, {"v": 2**64 - 1}], "df_msgpack")["v"].tolist() == [1, 2**64 - 1]


MIXED = [
    (("a", b"b"), 0),
    ((datetime.date(2026, 1, 1), datetime.datetime(2026, 1, 1, 5)), 1),
    ((1.5, True), 1),
    ((1, "a"), 1),
    (([1], ["a"]), 1),
    ((["a", b"b"],), 0),
    (({"a": 1}, {"a": "x"}), 1),
    ((decimal.Decimal(1), decimal.Decimal("Infinity")), 1),
    (({1, 2},), 0),
    ((1j,), 0),
    (("a", "\ud800"), 1),
    ((datetime.time(9, tzinfo=datetime.timezone.utc),), 0),
    ((object(),), 0),
]


@pytest.mark.parametrize(("cells", "row"), MIXED)
def test_fault_f18_arrow_refuses_cells_that_it_would_change(cells, row):
    refused(objects(*cells), "df_pyarrow", f'format df_pyarrow: column "v", row {row}: ', "; ")


@pytest.mark.parametrize("cells", [("a", "\ud800"), (["\ud800"],), ({1, 2},), (1j,), (object(),), (datetime.time(9),)])
def test_fault_f18_msgpack_refuses_cells_that_it_cannot_hold(cells):
    refused(objects(*cells), "df_msgpack", rf'format df_msgpack: column "v", row {len(cells) - 1}: ', "; ")


def test_fault_f18_arrow_without_pandas_metadata_reads_exactly():
    table = pa.table(
        {
            "i": pa.array([BIG, None], pa.int64()),
            "u": pa.array([2**64 - 1, None], pa.uint64()),
            "n": pa.array([1, None], pa.int8()),
            "s": pa.array(
                [{"t": NANOSECOND.value, "d": 5}, None], pa.struct({"t": pa.timestamp("ns"), "d": pa.duration("ns")})
            ),
            "m": pa.array([[("k", BIG)], None], pa.map_(pa.string(), pa.int64())),
        }
    )
    frame = there_and_back(table, "df_pyarrow")
    assert frame.dtypes.astype(str).tolist() == ["Int64", "UInt64", "Int8", "object", "object"]
    assert frame["u"].astype(object)[0] == 2**64 - 1
    assert frame["s"][0] == {"t": NANOSECOND, "d": pd.Timedelta(5, "ns")}
    assert frame["m"][0] == [("k", BIG)]


def test_fault_f18_what_pandas_cannot_hold_is_refused_by_name_and_arrow_has_it():
    table = pa.table({"v": pa.array([0, 1], pa.time64("ns"))})
    with pytest.raises(BadPayloadError, match=r'column "v", row 1: .1 ns after midnight.*to_arrow'):
        there_and_back(table, "df_pyarrow")
    assert there_and_to_arrow(table, "df_pyarrow") == table
