"""DataFrames, pandas -> broker -> pandas and pandas -> TypeScript -> pandas: each line of docs/dataframes.md."""

import datetime
import decimal
import subprocess

import msgpack
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import zstandard
from reconnecting import next_of

from broker import INTEROP
from pulse_mq import BadPayloadError, PayloadTooLargeError, PulseMessage
from pulse_mq._compression import compress
from pulse_mq._payload import decode_payload, encode_payload

TIME = pd.Timestamp("2026-11-24 09:29:00.123456")
TIMES = pd.Series([TIME, pd.NaT, pd.Timestamp("1969-12-31 23:59:59.999999")])

#: Sent by Arrow, each comes back equal.
ARROW = {
    "int64": pd.DataFrame({"v": [1, -(2**62), 2**53 + 1]}),
    "uint64": pd.DataFrame({"v": np.array([1, 2**64 - 1], dtype="uint64")}),
    "narrow": pd.DataFrame(
        {name: np.array([1, 100], dtype=name) for name in ("int8", "int16", "int32", "uint8", "uint16", "uint32")}
    ),
    "Int64": pd.DataFrame({"v": pd.array([1, None, 2**62], dtype="Int64")}),
    "float64": pd.DataFrame({"v": [0.1, float("nan"), float("-inf"), -0.0]}),
    "float32": pd.DataFrame({"v": np.array([0.1, 2.5], dtype="float32")}),
    "bool": pd.DataFrame({"v": [True, False]}),
    "str": pd.DataFrame({"v": ["a", "中文", ""], "w": ["x", None, "z"]}),
    "datetime64[s]": pd.DataFrame({"v": TIMES.astype("datetime64[s]")}),
    "datetime64[ms]": pd.DataFrame({"v": TIMES.astype("datetime64[ms]")}),
    "datetime64[us]": pd.DataFrame({"v": TIMES.astype("datetime64[us]")}),
    "datetime64[ns]": pd.DataFrame({"v": TIMES.astype("datetime64[ns]") + pd.Timedelta(1, "ns")}),
    "zone": pd.DataFrame({"v": TIMES.astype("datetime64[us]").dt.tz_localize("Asia/Shanghai")}),
    "date": pd.DataFrame({"v": [datetime.date(2026, 11, 24), datetime.date(1969, 12, 31)]}),
    "timedelta64": pd.DataFrame({"v": pd.Series([pd.Timedelta("1s"), pd.NaT]).astype("timedelta64[us]")}),
    "category": pd.DataFrame({"v": pd.Categorical(["a", "b", "a"])}),
    "decimal": pd.DataFrame({"v": [decimal.Decimal("10.50"), decimal.Decimal("-0.01")]}),
    "named index": pd.DataFrame({"v": [1, 2]}, index=pd.Index(["x", "y"], name="symbol")),
    "time index": pd.DataFrame({"v": [1.5, 2.5]}, index=pd.date_range("2026-01-01", periods=2, name="day")),
    "two indexes": pd.DataFrame(
        {"v": [1, 2]}, index=pd.MultiIndex.from_tuples([("a", 1), ("b", 2)], names=["symbol", "n"])
    ),
    "no rows": pd.DataFrame({"v": pd.Series([], dtype="float64"), "w": pd.Series([], dtype="int8")}),
}

NANOSECOND = TIMES.astype("datetime64[ns]") + pd.Timedelta(1, "ns")
#: Sent by MessagePack: what is sent, and what comes back, None for the same.
MSGPACK = {
    "int64": (ARROW["int64"], None),
    "uint64": (ARROW["uint64"], None),
    "narrow": (ARROW["narrow"], ARROW["narrow"].astype("int64")),
    "Int64": (ARROW["Int64"], None),
    "float64": (ARROW["float64"], None),
    "float32": (ARROW["float32"], ARROW["float32"].astype("float64")),
    "bool": (ARROW["bool"], None),
    "str": (ARROW["str"], None),
    "datetime64[us]": (ARROW["datetime64[us]"], ARROW["datetime64[us]"].astype("datetime64[ns]")),
    "datetime64[ns]": (pd.DataFrame({"v": NANOSECOND}), None),
    "category": (ARROW["category"], pd.DataFrame({"v": ["a", "b", "a"]})),
    "object of text": (pd.DataFrame({"v": pd.Series(["a", None], dtype=object)}), pd.DataFrame({"v": ["a", None]})),
}
#: Sent as rows that TypeScript makes. Other dtypes change there: a JavaScript Date holds milliseconds, and a row has no dtypes.
AS_ROWS = ("int64", "float64", "bool", "str", "datetime64[ms]")


@pytest.fixture(scope="module")
def relay(prepared):
    """A TypeScript client that publishes under `out.` what arrives under `in.`, and as rows what arrives under `in.rows.`."""
    token = prepared.broker.user("relay", {prepared.namespace_id: "pub"})
    arguments = prepared.arguments("publisher")
    command = ["node", INTEROP / "relay.mjs", str(arguments["pub_port"]), str(arguments["sub_port"])]
    process = subprocess.Popen([*command, "relay", token], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def travel(run, frame, format, way):
    """Publishes a DataFrame to the first topic of `way`, and returns the data that arrives on the second."""
    sent_to, comes_from = way

    async def work(clients):
        client = await clients.connected("publisher")
        async with client.async_subscribe("market", comes_from) as subscription:
            await client.async_publish("market", sent_to, frame, format=format)
            return (await next_of(subscription)).data

    return run(work)


WAYS = {"through the broker": ("direct.frame", "direct.frame"), "through TypeScript": ("in.frame", "out.frame")}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", ARROW)
def test_arrow_keeps_values_dtypes_and_index(run, relay, name, way):
    pd.testing.assert_frame_equal(travel(run, ARROW[name], "df_pyarrow", WAYS[way]), ARROW[name], check_freq=False)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", MSGPACK)
def test_msgpack_keeps_values_and_plain_dtypes(run, relay, name, way):
    frame, expected = MSGPACK[name]
    got = travel(run, frame, "df_msgpack", WAYS[way])
    pd.testing.assert_frame_equal(
        got, frame if expected is None else expected, check_column_type=False, check_index_type=len(frame) > 0
    )


@pytest.mark.parametrize("format", ["df_pyarrow", "df_msgpack"])
@pytest.mark.parametrize("name", AS_ROWS)
def test_rows_made_in_typescript_keep_their_values(run, relay, name, format):
    frame = ARROW[name]
    got = travel(run, frame, format, ("in.rows.frame", "out.rows.frame"))
    if name == "datetime64[ms]":
        got = got.astype("datetime64[ms]")
    pd.testing.assert_frame_equal(got, frame, check_dtype=False)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("zone", 'column "v", row 0: .* is a time in the zone Asia/Shanghai'),
        ("date", 'column "v", row 0: .* is a date'),
        ("timedelta64", 'column "v", row 0: .* is a timedelta'),
        ("decimal", 'column "v", row 0: .* is a Decimal'),
        ("named index", "the index has the name 'symbol'"),
        ("time index", "the index has the name 'day'"),
        ("two indexes", r"the index is a MultiIndex \(\"symbol\", \"n\"\)"),
        ("no rows", "the frame has 2 columns and no rows"),
    ],
)
def test_msgpack_names_what_it_cannot_hold(name, text):
    with pytest.raises(BadPayloadError, match=text) as caught:
        encode_payload(ARROW[name], "df_msgpack", None)
    assert 'use format="df_pyarrow"' in str(caught.value)


def test_msgpack_refuses_two_columns_of_the_same_name():
    with pytest.raises(BadPayloadError, match='two columns have the name "a"'):
        encode_payload(pd.DataFrame([[1, 2]], columns=["a", "a"]), "df_msgpack", None)


def test_msgpack_times_beyond_the_range_of_nanoseconds_become_microseconds():
    data = msgpack.packb([{"v": msgpack.Timestamp(-62_135_596_800, 0)}])
    assert str(decode_payload(data, 2, 0)["v"].iloc[0]) == "0001-01-01 00:00:00"


def test_tables_row_dicts_and_column_dicts_are_accepted(run):
    table = pa.table({"v": [1, 2]})
    for data, format in (
        (table, "df_pyarrow"),
        ([{"v": 1}, {"v": 2}], "df_msgpack"),
        ({"v": [1, 2]}, "df_msgpack"),
    ):
        got = travel(run, data, format, WAYS["through the broker"])
        pd.testing.assert_frame_equal(got, pd.DataFrame({"v": [1, 2]}))
    with pytest.raises(BadPayloadError, match="not str"):
        encode_payload("text", "df_pyarrow", None)


BOMB = b"\x00" * 60_000_000


@pytest.mark.parametrize("algorithm", ["zlib", "lz4", "zstd"])
def test_decompression_stops_at_the_limit(algorithm):
    for data in (compress(algorithm, BOMB), compress(algorithm, b"x" * 10_485_761)):
        with pytest.raises(PayloadTooLargeError):
            decode_payload(data, 0, ("zlib", "lz4", "zstd").index(algorithm) + 1)
    whole = compress(algorithm, b"x" * 10_485_760)
    assert len(decode_payload(whole, 0, ("zlib", "lz4", "zstd").index(algorithm) + 1)) == 10_485_760


def test_zstd_frames_without_a_declared_size_stop_at_the_same_limit():
    def stream(data):
        return zstandard.ZstdCompressor(write_content_size=False).compress(data)

    assert decode_payload(stream(b"x" * 5000), 0, 3) == b"x" * 5000
    with pytest.raises(PayloadTooLargeError):
        decode_payload(stream(BOMB), 0, 3)
    with pytest.raises(BadPayloadError, match="truncated"):
        decode_payload(stream(bytes(range(256)) * 50)[:-3], 0, 3)


def test_compressed_arrow_buffers_stop_at_the_limit():
    table = pa.table({"v": pa.array([0.0] * 9_000_000)})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
        writer.write_table(table)
    assert sink.getvalue().size < 1_000_000
    with pytest.raises(PayloadTooLargeError):
        decode_payload(sink.getvalue().to_pybytes(), 3, 0)


@pytest.mark.parametrize("format_code", [2, 3])
def test_an_invalid_dataframe_raises_bad_payload_error(format_code):
    good, _, _ = encode_payload(
        pd.DataFrame({"v": [1, 2], "w": ["a", "b"]}), ("", "", "df_msgpack", "df_pyarrow")[format_code], None
    )
    for data in (b"", b"\xff" * 40, b"ARROW1\0\0", good[:-9], b"\x93\x01\x02\x03", b"\x00" * 64):
        with pytest.raises(BadPayloadError):
            decode_payload(data, format_code, 0)


def test_a_message_can_be_made_for_tests():
    message = PulseMessage("market", "a.b", {"x": 1}, format="string", timestamp=5, compressed="zstd", sequence=7)
    assert (message.data, message.format, message.timestamp, message.compressed) == ({"x": 1}, "string", 5, "zstd")
    assert (message.sequence, message.received_at, message.after_drop) == (7, None, False)
    with pytest.raises(AttributeError):
        message.topic = "c"
