"""Names of columns, keys and indexes come out as they went in, or are refused with what to do."""

import datetime

import pandas as pd
import pyarrow as pa
import pytest
from fidelity_cells import objects, refused
from payloads import FORMATS, there_and_back


@pytest.mark.parametrize("format", FORMATS)
def test_fault_f8_integer_keys_are_refused_by_name(format):
    refused(
        objects(None, {1: "a"}), format, 'column "v", row 1: {1: .a.} has the key 1, an int', "make every key a str"
    )


def test_fault_f8_rows_with_integer_keys_are_refused_by_name():
    refused([{"a": 1}, {7: 1}], "df_msgpack", "row 1 has the column name 7, an int", "make every name a str")
    refused({7: [1]}, "df_msgpack", "the column name 7, an int", "make every name a str")


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
