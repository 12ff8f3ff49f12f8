"""The columns of a live table in polars: the values of `to_pandas()`, whatever kinds of values the topics have."""

import datetime
import decimal
import json
import uuid

import numpy as np
import pandas as pd
import polars as pl
import pytest
from fidelity_cells import BIG
from market_scene import publish

from pulse_mq._live_columns import ColumnStore
from pulse_mq._live_polars import polars_series

NANO = pd.Timestamp("2026-11-24 09:30:00.123456789")
MICRO = pd.Timestamp("2026-11-24 09:30:00.5").as_unit("us")
FAR = pd.Timestamp(np.datetime64(2**53, "s"))


def series_of_rows(*values):
    """The series of a column that has one value for each topic."""
    store = ColumnStore()
    for row, value in enumerate(values):
        store.set_row(row, {}, {"v": value})
    return polars_series(pl, "v", store.arrays(len(values))["v"])


@pytest.mark.parametrize(
    "values",
    [
        (2**60 + 1, 1.5),
        (1.5, BIG),
        (BIG, float("inf")),
        (True, 1),
        (1, True),
        (True, 1.5),
        (1, "x"),
        ("x", b"x"),
        ([1], ["a"]),
        (NANO.tz_localize("Asia/Tokyo"), NANO.tz_localize("UTC")),
        (pd.Timestamp("1500-01-01").as_unit("us"), NANO),
        (datetime.date(2026, 1, 1), datetime.datetime(2026, 1, 1, 5)),
        (decimal.Decimal("1.50"), decimal.Decimal("-0")),
        (2**63, -1),
        (2**70, 1),
        (uuid.UUID(int=5), None),
        (FAR, None),
        (FAR, MICRO),
        (pd.Timedelta(np.timedelta64(2**53, "s")), None),
        (pd.Period("2026Q1"), None),
        ([("k", 1)], None),
        (10**40, decimal.Decimal(10**40)),
    ],
    ids=str,
)
def test_values_that_no_dtype_of_polars_holds_together_stay_what_they_are(values):
    series = series_of_rows(*values)
    assert series.dtype == pl.Object
    assert series.to_list() == list(values)
    assert [type(value) for value in series] == [type(value) for value in values]


def test_a_nan_beside_an_integer_past_2_to_the_53_stays_a_nan():
    series = series_of_rows(BIG, float("nan"), None)
    whole, nan, missing = series.to_list()
    assert series.dtype == pl.Object and whole == BIG and nan != nan and missing is None


@pytest.mark.parametrize(
    "values", [(NANO, MICRO), (MICRO, NANO), (NANO, None, MICRO)], ids=["ns, us", "us, ns", "null"]
)
def test_nanoseconds_beside_microseconds_keep_their_digits(values):
    series = series_of_rows(*values)
    assert series.dtype == pl.Datetime("ns")
    assert series.to_physical().to_list() == [None if one is None else one.as_unit("ns").value for one in values]


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        ((1, 2.5), pl.Float64),
        ((1, None), pl.Int64),
        (("a", None), pl.String),
        ((True, None), pl.Boolean),
        ((b"a", None), pl.Binary),
        (([1], None), pl.List(pl.Int64)),
        (({"a": 1}, None), pl.Struct({"a": pl.Int64})),
        ((datetime.date(2026, 1, 1), None), pl.Date),
        ((decimal.Decimal("1.50"), None), pl.Decimal(3, 2)),
        ((NANO.floor("s").as_unit("s"), None), pl.Datetime("ms")),
        ((NANO.floor("us").tz_localize("UTC"), None), pl.Datetime("ns", "UTC")),
        ((datetime.timedelta(days=200_000_000), None), pl.Duration("ms")),
        ((None, None), pl.Null),
    ],
    ids=str,
)
def test_values_of_one_kind_have_its_dtype(values, dtype):
    series = series_of_rows(*values)
    assert series.dtype == dtype and series.to_list() == list(values)


def test_a_live_table_of_topics_with_other_kinds_keeps_every_value(run, prices):
    async def work(clients):
        publisher = await clients.connected("feed")
        for topic, value in (("a", 2**60 + 1), ("b", 1.5)):
            frame = pd.DataFrame({"v": [value]})
            await publisher.async_publish(prices, f"exact.{topic}", frame, format="df_pyarrow")
        await publish(publisher, "exact.c", json.dumps({"v": "x"}), '{"v": 9007199254740993}')
        await publish(publisher, "exact.d", '{"v": 1, "v": 2}')
        table = await (await clients.connected("screen")).async_live_table(prices, "exact.*")
        values = [2**60 + 1, 1.5, BIG, None]
        polars, pandas = table.to_polars(), table.to_pandas()
        assert polars["v"].to_list() == values and pandas["v"].tolist() == values
        # JSON with one name twice has no row: one of the values would be lost.
        assert polars["value"].to_list() == [None, None, None, '{"v": 1, "v": 2}']

    run(work)
