"""Values come out as they went in, or the publish is refused with the column, the row, the value and what to do."""

import datetime
import decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from fidelity_cells import BIG, NANOSECOND, cells_of, objects, plain, refused
from payloads import FORMATS, there_and_back, there_and_to_arrow

from pulse_mq import BadPayloadError


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
