"""The columns of a live table keep every value."""

import datetime

import numpy as np
import pandas as pd
import pytest

from pulse_mq._live_columns import ColumnStore


@pytest.mark.parametrize(
    ("values", "dtype", "expected"),
    [
        ([1.5, None, 2], "float64", [1.5, None, 2.0]),
        ([1, 2], "int64", None),
        ([1, 2.5], "float64", [1.0, 2.5]),
        ([1, None], "Int64", None),
        ([None, 2.5], "float64", None),
        ([None, None], "object", None),
        ([1, "a"], "object", None),
        ([2**53 + 1, 2.5], "object", None),
        ([2.5, 2**53 + 1], "object", None),
        ([1, 2**64], "object", None),
        ([True, False], "bool", None),
        ([1, True], "object", None),
        ([[1], [2, 3]], "object", None),
        ([[1, 2], [3, 4]], "object", None),
        ([pd.Timestamp(5), None], "datetime64[ns]", None),
        ([datetime.datetime(2026, 1, 1), datetime.datetime(2026, 1, 2)], "datetime64[us]", None),
        ([pd.Timestamp(5), pd.Timestamp(5).as_unit("s")], None, None),
        ([pd.Timestamp(5, tz="UTC")], "datetime64[ns, UTC]", None),
        (["a", None], None, None),
    ],
)
def test_columns_keep_every_value(values, dtype, expected):
    store = ColumnStore()
    store.set_row(0, {}, {"other": 0})
    for index, value in enumerate(values):
        store.set_row(index, {}, {"v": value})
    column = pd.Series(store.arrays(len(values))["v"])
    assert dtype is None or column.dtype == dtype
    got = [None if not isinstance(one, list) and pd.isna(one) else one for one in column.tolist()]
    assert got == (values if expected is None else expected)
    assert [type(one) for one in got if type(one) is bool] == [type(one) for one in values if type(one) is bool]


def test_columns_grow_with_their_rows_and_a_value_that_goes_is_missing():
    store = ColumnStore()
    kinds = {"i": 1, "f": 1.5, "s": "x", "t": pd.Timestamp(7)}
    for index in range(1_000):
        store.set_row(index, {}, kinds)
    store.set_row(0, kinds, {"late": 5})
    made = pd.DataFrame(store.arrays(1_000))
    assert made.iloc[0].isna().tolist() == [True, True, True, True, False]
    assert made.iloc[1:][list(kinds)].notna().all(axis=None) and made["late"].notna().sum() == 1
    assert np.array_equal(made["f"].iloc[1:], np.full(999, 1.5))
