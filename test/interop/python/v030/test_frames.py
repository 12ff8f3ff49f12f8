"""DataFrames of the unchanged package, pandas -> broker -> pandas and pandas -> TypeScript -> pandas: docs/dataframes.md."""

import asyncio
import base64
import datetime
import decimal
import pathlib
import pickle
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from broker import INTEROP
from pulse_mq import PulseMQClient

RELAY = INTEROP / "relay.mjs"
TIME = pd.Timestamp("2026-11-24 09:29:00.123456")

#: Sent by Arrow, each comes back equal.
ARROW = {
    "plain": pd.DataFrame({"i": [1, -2], "f": [1.0, float("nan")], "b": [True, False], "s": ["a", "中文"]}),
    "ints": pd.DataFrame(
        {name: np.array([1, 2], dtype=name) for name in ("int8", "int16", "int32", "uint8", "uint64")}
    ),
    "large": pd.DataFrame({"v": [2**53 + 1, -(2**62)]}),
    "nullable": pd.DataFrame({"v": pd.array([1, None, 3], dtype="Int64"), "w": ["x", None, "z"]}),
    "times": pd.DataFrame(
        {
            "us": pd.Series([TIME, pd.NaT]).astype("datetime64[us]"),
            "tz": pd.Series([TIME] * 2).dt.tz_localize("Asia/Shanghai"),
        }
    ),
    "nanos": pd.DataFrame({"ns": pd.Series([TIME + pd.Timedelta(1, "ns")]).astype("datetime64[ns]")}),
    "category": pd.DataFrame({"v": pd.Categorical(["a", "b", "a"])}),
    "named_index": pd.DataFrame({"v": [1, 2]}, index=pd.Index(["x", "y"], name="symbol")),
    "time_index": pd.DataFrame({"v": [1.5, 2.5]}, index=pd.date_range("2026-01-01", periods=2, freq="D", name="day")),
    "empty": pd.DataFrame({"v": pd.Series([], dtype="float64")}),
}
#: Sent by MessagePack, each comes back equal.
MSGPACK = {
    "plain": pd.DataFrame({"i": [1, -2], "f": [1.0, 2.0], "b": [True, False], "s": ["a", "中文"]}),
    "large": pd.DataFrame({"v": [2**53 + 1, -(2**62)]}),
    "floats": pd.DataFrame({"v": [0.1, float("inf"), -0.0]}),
    "missing": pd.DataFrame({"v": [1.0, float("nan")]}),
    "uint64": pd.DataFrame({"v": np.array([1, 2**64 - 1], dtype="uint64")}),
    "text": pd.DataFrame({"v": ["x", None, "z"]}),
}
#: MessagePack of 0.3.0 changes these: what is sent, and what comes back.
MSGPACK_CHANGED = {
    "narrow": (
        ARROW["ints"][["int8", "int16", "int32", "uint8"]],
        ARROW["ints"][["int8", "int16", "int32", "uint8"]].astype("int64"),
    ),
    "Int64": (
        pd.DataFrame({"v": pd.array([1, None, 3], dtype="Int64")}),
        pd.DataFrame({"v": [1.0, float("nan"), 3.0]}),
    ),
    "float32": (pd.DataFrame({"v": np.array([0.5, 1.0], dtype="float32")}), pd.DataFrame({"v": [0.5, 1.0]})),
    "category": (ARROW["category"], pd.DataFrame({"v": ["a", "b", "a"]})),
    "index": (ARROW["named_index"], pd.DataFrame({"v": [1, 2]})),
    "no rows": (ARROW["empty"], pd.DataFrame()),
}
#: MessagePack of 0.3.0 cannot hold these.
MSGPACK_REFUSED = {
    "datetime": pd.DataFrame({"v": pd.Series([TIME])}),
    "zone": pd.DataFrame({"v": pd.Series([TIME]).dt.tz_localize("Asia/Shanghai")}),
    "date": pd.DataFrame({"v": [datetime.date(2026, 11, 24)]}),
    "timedelta": pd.DataFrame({"v": [pd.Timedelta(seconds=90)]}),
    "decimal": pd.DataFrame({"v": [decimal.Decimal("10.55")]}),
}


@pytest.fixture(scope="module")
def relay(prepared):
    """A TypeScript client that receives topics under `in.` and publishes them again under `out.`."""
    broker = prepared.broker
    token = broker.user("relay", {prepared.namespace_id: "pub"})
    arguments = ["node", str(RELAY), str(broker.pub_port), str(broker.sub_port), "relay", token]
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    yield process
    process.kill()
    process.wait()


def travel(prepared, frame, format, way):
    """Publishes a DataFrame to the first topic of `way`, and returns what the package receives on the second."""
    topic_in, topic_out = way
    script = pathlib.Path(__file__).with_name("frame_receiver.py")
    arguments = [prepared.broker.pub_port, prepared.broker.sub_port, prepared.tokens["reader"], topic_out]
    receiver = subprocess.Popen([sys.executable, script, *map(str, arguments)], stdout=subprocess.PIPE)

    async def publish():
        client = PulseMQClient(**prepared.arguments("publisher"))
        await client.async_connect()
        # The package does not report when a subscription is live, so the DataFrame is published until it has arrived.
        while receiver.poll() is None:
            await client.async_publish("market", topic_in, frame, format=format)
            await asyncio.sleep(0.05)
        await client.async_close()

    reading = asyncio.to_thread(receiver.stdout.read)

    async def both():
        read, _ = await asyncio.gather(reading, publish())
        return read

    return pickle.loads(base64.b64decode(asyncio.run(asyncio.wait_for(both(), 30))))


WAYS = {"through the broker": ("direct.frame", "direct.frame"), "through TypeScript": ("in.frame", "out.frame")}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", ARROW)
def test_arrow_keeps_values_dtypes_and_index(prepared, relay, name, way):
    got = travel(prepared, ARROW[name], "df_pyarrow", WAYS[way])
    pd.testing.assert_frame_equal(got, ARROW[name], check_freq=False)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", MSGPACK)
def test_msgpack_keeps_values_and_plain_dtypes(prepared, relay, name, way):
    got = travel(prepared, MSGPACK[name], "df_msgpack", WAYS[way])
    pd.testing.assert_frame_equal(got, MSGPACK[name])


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", MSGPACK_CHANGED)
def test_msgpack_turns_other_dtypes_into_plain_values(prepared, relay, name, way):
    sent, expected = MSGPACK_CHANGED[name]
    got = travel(prepared, sent, "df_msgpack", WAYS[way])
    pd.testing.assert_frame_equal(got, expected, check_column_type=False, check_index_type=len(sent) > 0)


@pytest.mark.parametrize("name", MSGPACK_REFUSED)
def test_msgpack_refuses_times_dates_and_decimals(prepared, name):
    async def publish():
        client = PulseMQClient(**prepared.arguments("publisher"))
        await client.async_connect()
        try:
            await client.async_publish("market", "refused.frame", MSGPACK_REFUSED[name], format="df_msgpack")
        finally:
            await client.async_close()

    with pytest.raises(TypeError):
        asyncio.run(asyncio.wait_for(publish(), 30))


@pytest.mark.parametrize(
    ("name", "format"),
    [("plain", "df_msgpack"), ("large", "df_msgpack"), ("large", "df_pyarrow"), ("plain", "df_pyarrow")],
)
def test_rows_made_in_typescript_keep_their_values(prepared, relay, name, format):
    """A row holds a number without its type: 1.0 comes back as 1. So dtypes may differ, values may not."""
    got = travel(prepared, MSGPACK[name], format, ("in.rows.frame", "out.rows.frame"))
    pd.testing.assert_frame_equal(got, MSGPACK[name], check_dtype=False)
