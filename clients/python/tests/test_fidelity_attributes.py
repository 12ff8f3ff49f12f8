"""`df.attrs`: kept by Arrow where JSON keeps them, else refused by name."""

import datetime
import decimal

import numpy as np
import pandas as pd
import pytest
from fidelity_cells import refused
from payloads import there_and_back


def with_attributes(attributes):
    """A frame with attributes. Objects and times make pyarrow build columns in another way."""
    frame = pd.DataFrame({"v": [1, 2], "w": [[1.5, None], None], "at": [datetime.date(2026, 1, 1), None]})
    frame.attrs = attributes
    return frame


@pytest.mark.parametrize(
    "attributes",
    [
        {"source": "sina", "n": 2**60, "f": -0.5, "is_live": True, "missing": None},
        {"levels": [1, [2, {"a": "中文"}]], "nested": {"": {}}, "half a pair": "\ud800"},
        {"numpy": np.float64(1.5), "infinity": float("-inf")},
        {},
    ],
)
def test_arrow_keeps_attributes_that_json_keeps(attributes):
    assert there_and_back(with_attributes(attributes), "df_pyarrow").attrs == attributes


def circle():
    """A list that is an item of itself."""
    one = []
    one.append(one)
    return one


@pytest.mark.parametrize(
    ("attributes", "text"),
    [
        ({"a": (1, 2)}, r"df\.attrs\['a'\] is \(1, 2\), a tuple"),
        ({"a": {"b": [1, datetime.date(2026, 1, 1)]}}, r"df\.attrs\['a'\]\['b'\]\[1\] is .*, a date"),
        ({"a": decimal.Decimal("1.5")}, "a Decimal"),
        ({"a": np.array([1])}, "an? ndarray"),
        ({"a": np.int64(1)}, "an int64"),
        ({"a": pd.Timestamp("2026-01-01")}, "a Timestamp"),
        ({"a": pd.DataFrame()}, "a DataFrame"),
        ({1: "a"}, "df.attrs has the key 1, an int, which JSON makes a text"),
        ({"a": {True: 1}}, r"df\.attrs\['a'\] has the key True, a bool"),
        ({"a": circle()}, "more than 32 levels"),
        ({"a": 10**5_000}, "cannot be written as JSON"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_attributes_that_json_changes_are_refused_by_name(attributes, text):
    refused(with_attributes(attributes), "df_pyarrow", text, "; (make|send) ")


def test_msgpack_refuses_attributes_by_name():
    frame = pd.DataFrame({"v": [1]})
    frame.attrs = {"source": "sina"}
    refused(
        frame, "df_msgpack", "df.attrs has 'source', which MessagePack does not keep", r"attrs\.clear\(\)", "df_pyarrow"
    )
    frame.attrs.clear()
    assert there_and_back(frame, "df_msgpack")["v"].tolist() == [1]
