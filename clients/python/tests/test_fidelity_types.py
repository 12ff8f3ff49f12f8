"""Types of Arrow and pandas that carry a meaning on top of their values: kept, made the type that they mean, or refused by name."""

import decimal
import uuid

import pandas as pd
import pyarrow as pa
import pytest
from fidelity_cells import cells_of, objects, refused
from payloads import FORMATS, there_and_back, there_and_to_arrow

from pulse_mq import BadPayloadError
from pulse_mq._frames.arrow_to_polars import polars_of_arrow
from pulse_mq._payload import decode_payload, encode_payload

ID = uuid.UUID("6ed74ade-b33b-4de4-b931-7342343db9c5")


def extension(name, storage):
    """An array of an extension type. Skips where this version of pyarrow does not have it."""
    if not hasattr(pa, name):
        pytest.skip(f"pyarrow {pa.__version__} has no {name}")
    return pa.ExtensionArray.from_storage(getattr(pa, name)(), storage)


def bool8():
    return extension("bool8", pa.array([1, 0, None], pa.int8()))


def uuids():
    return extension("uuid", pa.array([ID.bytes], pa.binary(16)))


def stream_of(table):
    """The bytes of a publisher that converts nothing."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()


@pytest.mark.parametrize("format", FORMATS)
def test_bool8_of_arrow_is_boolean(format):
    array = bool8()
    for made, expected in (
        (array, [True, False, None]),
        (pa.ListArray.from_arrays([0, 3], array), [[True, False, None]]),
    ):
        table = pa.table({"v": made})
        assert cells_of(table, format) == expected
        assert there_and_to_arrow(table, format)["v"].to_pylist() == expected
        frame = pd.DataFrame({"v": pd.array(made, dtype=pd.ArrowDtype(made.type))})
        assert cells_of(frame, format) == expected


def test_bool8_of_a_publisher_that_converts_nothing_is_boolean():
    table = pa.table({"v": bool8()})
    assert decode_payload(stream_of(table), 3, 0)["v"].tolist() == [True, False, None]
    assert polars_of_arrow(table)["v"].to_list() == [True, False, None]


@pytest.mark.parametrize("format", FORMATS)
def test_json_of_arrow_is_its_text(format):
    array = pa.array(['{"a":1}', None])
    if not hasattr(pa, "json_"):
        pytest.skip(f"pyarrow {pa.__version__} has no json_")
    table = pa.table({"v": pa.ExtensionArray.from_storage(pa.json_(), array)})
    assert cells_of(table, format) == array.to_pylist()


def test_a_uuid_stays_one_or_is_refused_by_name():
    table = pa.table({"v": uuids()})
    assert there_and_to_arrow(table, "df_pyarrow").equals(table)
    assert there_and_back(table, "df_pyarrow")["v"].tolist() == [ID]
    refused(table, "df_msgpack", f'column "v", row 0: .{ID}. is of the Arrow type extension<arrow.uuid>', "df_pyarrow")
    refused(objects(ID), "df_msgpack", f"{ID}.* is an UUID", "as text")
    with pytest.raises(BadPayloadError, match=r'column "v": .*arrow\.uuid.*to_arrow'):
        polars_of_arrow(table)
    nested = pa.table({"v": pa.ListArray.from_arrays([0, 1], uuids())})
    for format in FORMATS:
        refused(nested, format, 'column "v".*arrow.uuid', "; ")


def test_tensors_and_unknown_extensions_are_refused_by_name():
    if not hasattr(pa, "fixed_shape_tensor"):
        pytest.skip("no fixed_shape_tensor")
    storage = pa.array([[1, 2, 3, 4]], pa.list_(pa.int32(), 4))
    table = pa.table({"v": pa.ExtensionArray.from_storage(pa.fixed_shape_tensor(pa.int32(), [2, 2]), storage)})
    for format in FORMATS:
        refused(table, format, 'column "v".*fixed_shape_tensor', "; ")
    with pytest.raises(BadPayloadError, match=r'column "v": .*fixed_shape.*to_arrow'):
        decode_payload(stream_of(table), 3, 0)


def test_periods_and_intervals_are_kept_by_pandas_and_refused_elsewhere():
    frame = pd.DataFrame({"p": pd.period_range("2020Q1", periods=2, freq="Q"), "i": pd.interval_range(0, 2)})
    pd.testing.assert_frame_equal(there_and_back(frame, "df_pyarrow"), frame)
    table = there_and_to_arrow(frame, "df_pyarrow")
    pd.testing.assert_frame_equal(there_and_back(table, "df_pyarrow"), frame)
    refused(frame, "df_msgpack", 'column "p", row 0: .2020Q1. is of the dtype period', "df_pyarrow")
    refused(table, "df_msgpack", 'column "p", row 0: .*pandas.period', "df_pyarrow")
    with pytest.raises(BadPayloadError, match=r'column "p": .*pandas\.period.*to_arrow'):
        polars_of_arrow(table)


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "UTC", "+09:00", "America/New_York"])
def test_a_category_of_zoned_times_keeps_its_zone(zone):
    times = pd.date_range("2020", periods=2, tz=zone)
    frame = pd.DataFrame({"v": pd.Categorical([times[1], times[0], None], categories=times, ordered=True)})
    back = there_and_back(frame, "df_pyarrow")["v"]
    assert back.cat.ordered and back.cat.codes.tolist() == [1, 0, -1]
    assert back.cat.categories.tolist() == times.tolist()
    # A fixed offset of pytz, with which pandas 2 reads an offset, has another name.
    assert back[0].utcoffset() == times[1].utcoffset() and (zone[0] == "+" or str(back.cat.categories.tz) == zone)
    refused(frame, "df_msgpack", 'column "v", row [01]: .* in the zone', "df_pyarrow")
    refused(frame.assign(k=1).set_index("v"), "df_pyarrow", 'the index "v" .* read back as', "reset_index")


@pytest.mark.parametrize("category", [ID, (1, 2)], ids=["UUID", "tuple"])
def test_categories_of_a_kind_that_no_reader_reads_are_refused_at_the_publish(category):
    values = pd.Series(pd.Categorical.from_codes([0], categories=pd.Index([category], tupleize_cols=False)))
    refused(pd.DataFrame({"v": values}), "df_pyarrow", r'column "v \(categories\)", row 0: .* is a category', "as text")


@pytest.mark.parametrize("kind", [pa.timestamp("s"), pa.timestamp("s", "UTC"), pa.duration("s")], ids=str)
def test_seconds_are_milliseconds_in_polars_or_refused_by_name(kind):
    for made, cells in ((kind, [-5, None, 7]), (pa.list_(kind), [[-5], None, [7]])):
        near = polars_of_arrow(pa.table({"v": pa.array(cells, made)}))["v"].to_arrow()
        assert near.cast(made).equals(pa.array(cells, made).cast(near.type).cast(made))
        far = [2**60 if cell == -5 else [2**60] if cell == [-5] else cell for cell in cells][::-1]
        with pytest.raises(BadPayloadError, match=r'column "v", row 2: .*milliseconds.*to_arrow'):
            polars_of_arrow(pa.table({"v": pa.array(far, made)}))


def test_decimals_of_more_than_38_digits_are_refused_by_name_in_polars():
    for cell in (decimal.Decimal(10**40), [decimal.Decimal(10**40)]):
        with pytest.raises(BadPayloadError, match=r'column "v": .*decimal256.*38 digits.*to_arrow'):
            polars_of_arrow(pa.table({"v": pa.array([cell])}))


class _CountedFrame(pd.DataFrame):
    """A DataFrame that counts how often its dtypes are made."""

    @property
    def dtypes(self):
        _counted.append(1)
        return super().dtypes


_counted = []


@pytest.mark.parametrize("first", [1, "text", [1]], ids=["integers", "text", "lists"])
def test_the_dtypes_of_a_frame_are_read_equally_often_for_any_number_of_columns(first):
    counts = []
    for count in (4, 40):
        _counted.clear()
        frame = _CountedFrame({f"c{at}": pd.Series([first]) for at in range(count)})
        _counted.clear()
        encode_payload(frame, "df_pyarrow", None)
        counts.append(len(_counted))
    assert counts[0] == counts[1] > 0


@pytest.mark.parametrize("data", [[1, 2], (1, 2), [], (), {1}, 3, None], ids=repr)
def test_bytes_are_taken_from_bytes_likes_only(data):
    refused(data, "bytes", "takes bytes, bytearray or memoryview, not ")
    for same in (b"ab", bytearray(b"ab"), memoryview(b"ab"), memoryview(b"a.b.")[::2]):
        assert encode_payload(same, "bytes", None)[0] == b"ab"
