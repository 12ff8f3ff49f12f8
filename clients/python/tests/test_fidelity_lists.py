"""Items of lists: a missing item is None and NaN is NaN, also after the frame was published again."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from fidelity_cells import objects
from payloads import FORMATS, there_and_back

MISSING_FLOATS = [
    [[1.5, None], [None], None, [], [2.5]],
    [[float("nan"), None], [1.5, float("nan")]],
    [[[1.5, None], None], [[2.5]]],
    [{"bids": [1.5, None], "names": ["a", None], "bid": None}, {"bids": [], "names": [], "bid": float("nan")}],
    [[{"bids": [None, 1.5]}], None],
]


def exact(cell):
    """A cell with lists in place of arrays, NaN as a text, and None as it is."""
    if isinstance(cell, (list, tuple, np.ndarray)):
        return [exact(one) for one in cell]
    if isinstance(cell, dict):
        return {key: exact(one) for key, one in cell.items()}
    if cell is pd.NaT:
        return None
    return "NaN" if isinstance(cell, float) and cell != cell else cell


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("cells", MISSING_FLOATS)
def test_fault_f8_missing_items_of_lists_of_floats_are_none_and_not_nan(cells, format):
    back = there_and_back(objects(*cells), format)
    assert [exact(cell) for cell in back["v"]] == [exact(cell) for cell in cells]
    again = there_and_back(back, format)
    assert [exact(cell) for cell in again["v"]] == [exact(cell) for cell in cells]


def test_fault_f8_missing_items_of_every_list_of_arrow_are_none():
    entry = pa.map_(pa.string(), pa.list_(pa.float32()))
    for kind, cell in (
        (pa.large_list(pa.float16()), [1.5, None]),
        (pa.list_(pa.float64(), 2), [None, 1.5]),
        (entry, [("k", [1.5, None]), ("j", None)]),
        (pa.struct([("t", pa.timestamp("ns")), ("v", pa.list_(pa.float64()))]), {"t": None, "v": [None]}),
    ):
        array = pa.array([cell, None], kind)
        for column in (array, pa.chunked_array([array.slice(1), array], kind)):
            back = there_and_back(pa.table({"v": column}), "df_pyarrow")["v"]
            assert [exact(one) for one in back] == [exact(one) for one in column.to_pylist()]
    whole = there_and_back(pa.table({"v": pa.array([[1.5], [None]], pa.list_(pa.float64()))}), "df_pyarrow")["v"]
    assert [cell.dtype.kind for cell in whole] == ["f", "O"]
