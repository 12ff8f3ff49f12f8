"""Times, zones and durations come out as they went in, or are refused by name."""

import datetime

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from fidelity_cells import NANOSECOND, objects, plain, refused
from payloads import FORMATS, there_and_back

from pulse_mq import BadPayloadError
from pulse_mq._payload import decode_arrow_table, decode_payload, encode_payload


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
