"""Tables of the newest row of each topic."""

import asyncio
import gc
import json

import pandas as pd
import pytest
from market_scene import publish
from reconnecting import QUICK, Events

from pulse_mq import (
    BadOptionError,
    BadPayloadError,
    NotConnectedError,
    PermissionDeniedError,
    PulseMessage,
    PulseMQError,
)
from pulse_mq._keyed_rows import KeyedRows


async def publish_json(publisher, topic, **values):
    await publish(publisher, topic, json.dumps(values))


async def until(is_true):
    """Returns when a condition holds, which nothing reports."""
    while not is_true():
        await asyncio.sleep(0.01)


def delete_topic(broker, name):
    """Deletes a topic, when it is registered."""
    while True:
        for topic in broker.call("GET", f"/api/topics?namespace=market&text={name}"):
            if topic["name"] == name:
                return broker.call("DELETE", f"/api/topics/{topic['id']}")


def test_a_table_has_the_newest_row_of_each_topic(run, prices):
    async def work(clients):
        publisher = await clients.connected("feed")
        await publish_json(publisher, "table.a", last=10.5, volume=100)
        await publish_json(publisher, "table.b", last=11, name="b")
        async with await (await clients.connected("screen")).async_live_table(prices, "table.*") as table:
            frame = table.to_pandas()
            assert frame.index.tolist() == ["table.a", "table.b"] and frame.index.name == "topic"
            assert frame.columns.tolist() == ["last", "volume", "name", "_age", "_status", "_sequence"]
            assert frame["last"].tolist() == [10.5, 11.0] and frame["last"].dtype == "float64"
            assert frame["volume"].dtype == "Int64" and frame["volume"].isna().tolist() == [False, True]
            assert frame["_status"].tolist() == ["live", "live"] and frame["_sequence"].tolist() == [1, 1]
            assert (frame["_age"] >= 0).all() and (frame["_age"] < 60).all()
            # The frame belongs to its reader.
            frame.loc["table.a", "last"] = -1.0
            await publish_json(publisher, "table.b", last=12.5)
            await publish_json(publisher, "table.c", last=1)
            await until(lambda: len(table) == 3)
            frame = table.to_pandas()
            assert frame["last"].tolist() == [10.5, 12.5, 1.0]
            assert frame["name"].isna().all() and frame["_sequence"].tolist() == [1, 2, 1]
            polars = table.to_polars()
            assert polars.columns == ["topic", *frame.columns]
            assert polars["last"].to_list() == [10.5, 12.5, 1.0] and polars["volume"].to_list() == [100, None, None]
            row = table.get("table.b")
            assert (row.topic, row.values, row.sequence, row.status) == ("table.b", {"last": 12.5}, 2, "live")
            assert [row.topic for row in table.rows()] == ["table.a", "table.b", "table.c"]
            assert table.get("table.d") is None

    run(work)


def test_rows_of_every_format(run, prices):
    async def work(clients):
        publisher = await clients.connected("feed")
        time = pd.Timestamp("2026-11-24 09:30:00.123456789")
        table = pd.DataFrame({"last": [1.0, 2.5], "time": [time, time], "side": ["a", "b"]}, index=[7, 8])
        await publisher.async_publish(prices, "kinds.arrow", table, format="df_pyarrow")
        await publisher.async_publish(
            prices, "kinds.rows", table.reset_index(drop=True), format="df_msgpack", compress="lz4"
        )
        await publisher.async_publish(prices, "kinds.none", table.iloc[:0], format="df_pyarrow")
        await publish(publisher, "kinds.list", '[{"last": 1}, {"last": 2}]')
        await publish(publisher, "kinds.number", "10.55")
        await publish(publisher, "kinds.text", "BUY")
        await publisher.async_publish(prices, "kinds.bytes", b"\xff\x00")
        await publisher.async_publish(prices, "kinds.json", b'{"last": 9}')
        live = await (await clients.connected("screen")).async_live_table(prices, "kinds.*")
        values = {row.topic.partition(".")[2]: row.values for row in live.rows()}
        last_row = {"last": 2.5, "time": time, "side": "b"}
        assert values == {
            "arrow": last_row,
            "rows": last_row,
            "none": {},
            "list": {"last": 2},
            "number": {"value": 10.55},
            "text": {"value": "BUY"},
            "bytes": {"value": b"\xff\x00"},
            "json": {"last": 9},
        }
        frame = live.to_pandas()
        assert frame["time"].dtype == "datetime64[ns]" and frame.loc["kinds.arrow", "time"] == time
        assert frame.loc["kinds.number", "value"] == 10.55 and frame.loc["kinds.text", "value"] == "BUY"
        chosen = await (await clients.connected("screen")).async_live_table(prices, "kinds.*", columns=["side", "bid"])
        assert chosen.to_pandas().columns.tolist() == ["side", "bid", "_age", "_status", "_sequence"]
        assert chosen.to_pandas()["bid"].isna().all() and chosen.get("kinds.arrow").values == {"side": "b"}

    run(work)


def test_a_payload_that_cannot_be_decoded_is_reported_and_its_row_has_no_values(run, prices):
    async def work(clients):
        errors = []
        publisher = await clients.connected("feed")
        reader = await clients.connected("screen", on_error=errors.append)
        frames = publisher._frames.make(prices, "bad.a", b"\xff\xff", "bytes", None, ack=True, do_not_conflate=False)
        # The format in the header says MessagePack.
        await publisher._slot.core.publish_and_wait(frames[:4] + b"\x02" + frames[5:], True)
        table = await reader.async_live_table(prices, "bad.*")
        await until(lambda: errors)
        assert isinstance(errors[0], BadPayloadError) and table.get("bad.a").values == {}

    run(work)


def test_rows_that_a_snapshot_after_a_reconnect_does_not_bring_are_unconfirmed(run, own):
    one = own()
    broker, namespace_id = one.broker, one.prepared.namespace_id
    broker.call("PUT", f"/api/namespaces/{namespace_id}", {"keep_last_value": True})

    async def work(clients):
        events = Events()
        publisher = await clients.connected("publisher")
        for topic in ("again.a", "again.b"):
            await publisher.async_publish("market", topic, b"1")
        gaps = []
        reader, requests, _ = await clients.through_proxies(
            "reader", reconnect=QUICK, on_connection=events, on_gap=gaps.append
        )
        table = await reader.async_live_table("market", "again.*")
        requests.cut_and_refuse()
        await events.wait("disconnected")
        await asyncio.to_thread(delete_topic, broker, "again.b")
        requests.accept()
        await until(lambda: table.get("again.b").status == "unconfirmed")
        assert (table.get("again.a").status, table.get("again.a").is_confirmed) == ("live", True)
        assert not table.get("again.b").is_confirmed
        assert table.to_pandas()["_status"].tolist() == ["live", "unconfirmed"]
        await publisher.async_publish("market", "again.b", b"2")
        await until(lambda: table.get("again.b").is_confirmed)
        assert table.to_pandas()["value"].tolist() == [1, 2]
        assert [(gap.topic, gap.epoch_changed) for gap in gaps] == [("again.b", True)]

    run(work, one.prepared)


def test_the_status_of_a_row_is_what_the_broker_says(run, own):
    one = own()
    broker, namespace_id = one.broker, one.prepared.namespace_id
    broker.call("PUT", f"/api/namespaces/{namespace_id}", {"keep_last_value": True})

    async def work(clients):
        publisher = await clients.connected("publisher")
        await publisher.async_publish("market", "state.a", b"1")
        table = await (await clients.connected("reader")).async_live_table("market", "state.*")
        assert table.to_pandas()["_status"].tolist() == ["live"]
        await asyncio.to_thread(delete_topic, broker, "state.a")
        await until(lambda: table.get("state.a").status == "deleted")
        assert table.to_pandas()["_status"].tolist() == ["deleted"]

    run(work, one.prepared)


def test_a_table_ends_by_close_and_when_nothing_refers_to_it(run, prices):
    async def work(clients):
        reader = await clients.connected("screen")
        publisher = await clients.connected("feed")
        await publish_json(publisher, "ends.a", last=1)

        async def patterns():
            return {key.pattern for key in await reader._slot.core.keeper.current.subscriptions()}

        table = await reader.async_live_table(prices, "ends.*")
        dropped = await reader.async_live_table(prices, "ends.a")
        assert await patterns() == {"ends.*", "ends.a"}
        table.close()
        table.close()
        del dropped
        gc.collect()
        while await patterns():
            await asyncio.sleep(0.01)
        await publish_json(publisher, "ends.a", last=2)
        assert table.get("ends.a").values == {"last": 1}

    run(work)


def test_reading_raises_the_cause_when_the_client_gives_up(run, prices):
    async def work(clients):
        reader, requests, _ = await clients.through_proxies("screen", reconnect=False)
        table = await reader.async_live_table(prices, "lost.*")
        assert table.to_pandas().empty and table.to_polars().is_empty() and table.rows() == []
        requests.cut()
        await until(lambda: not reader.is_connected)
        for read in (table.to_pandas, table.rows, lambda: table.get("a")):
            with pytest.raises(NotConnectedError):
                read()

    run(work)


def test_with_a_key_a_message_has_a_row_for_each_value_of_the_column(run, prices):
    async def work(clients):
        publisher = await clients.connected("feed")
        reader = await clients.connected("screen")
        first = pd.DataFrame({"symbol": ["x", "y"], "price": [1, 1], "side": ["a", "b"]})
        second = pd.DataFrame({"symbol": ["y", "z"], "price": [2, 2], "side": ["c", "d"]})
        table = await reader.async_live_table(prices, "keyed.*", key="symbol", columns=["symbol", "price"])
        await publisher.async_publish(prices, "keyed.arrow", first, format="df_pyarrow")
        # One after the other without a read between them: no row of the first may be lost.
        await publisher.async_publish(prices, "keyed.arrow", second, format="df_msgpack")
        await publish(publisher, "keyed.json", '[{"symbol": "x", "price": 3}, {"symbol": 7, "price": 4}]')
        await publish(publisher, "keyed.json", '{"price": 5}')
        await publish(publisher, "keyed.json", '[{"symbol": 8, "price": 6}, 1]')
        await until(lambda: (row := table.get("keyed.json")) is not None and row.sequence == 3)
        assert [(row.topic, row.key, row.values.get("price"), row.sequence) for row in table.rows()] == [
            ("keyed.arrow", "x", 1, 1),
            ("keyed.arrow", "y", 2, 2),
            ("keyed.arrow", "z", 2, 2),
            ("keyed.json", "x", 3, 1),
            ("keyed.json", 7, 4, 1),
            ("keyed.json", None, None, 3),
        ]
        assert table.get("keyed.arrow", "y").values == {"symbol": "y", "price": 2}
        assert table.get("keyed.arrow") is None and table.get("keyed.arrow", "w") is None and len(table) == 6
        frame = table.to_pandas()
        assert frame.index.names == ["topic", "_key"]
        assert frame.columns.tolist() == ["symbol", "price", "_age", "_status", "_sequence"]
        assert frame.loc[("keyed.arrow", "y"), "price"] == 2 and frame.loc[("keyed.json", 7), "price"] == 4
        polars = table.to_polars()
        assert polars.columns == ["topic", "_key", "symbol", "price", "_age", "_status", "_sequence"]
        assert polars["topic"].to_list() == ["keyed.arrow"] * 3 + ["keyed.json"] * 3
        assert polars["_key"].to_list() == ["x", "y", "z", "x", 7, None]
        table.close()

    run(work)


def test_a_key_that_cannot_name_a_row_is_reported_and_changes_none(run, prices):
    async def work(clients):
        publisher = await clients.connected("feed")
        errors = []
        reader = await clients.connected("screen", on_error=errors.append)
        table = await reader.async_live_table(prices, "named.*", key="at")
        await publish(publisher, "named.a", '[{"at": 1, "last": 1}, {"at": true, "last": 2}, {"at": NaN, "last": 3}]')
        await publish(publisher, "named.a", '[{"at": 1, "last": 4}, {"at": [1], "last": 5}]', '{"at": NaN, "last": 6}')
        await until(lambda: (row := table.get("named.a", float("nan"))) is not None and row.values["last"] == 6)
        assert [row.values["last"] for row in table.rows()] == [1, 2, 6]
        assert table.get("named.a", True).values["last"] == 2 and table.get("named.a", 1).values["last"] == 1
        await until(lambda: len(errors) == 1)
        assert "the key column at has a list, expected a text" in str(errors[0])
        table.close()

    run(work)


def test_after_a_reconnect_an_image_confirms_the_rows_of_a_key_that_it_brings(run, own):
    one = own()
    one.broker.call("PUT", f"/api/namespaces/{one.prepared.namespace_id}", {"keep_last_value": True})

    async def work(clients):
        events = Events()
        publisher = await clients.connected("publisher")
        reader, requests, _ = await clients.through_proxies("reader", reconnect=QUICK, on_connection=events)
        table = await reader.async_live_table("market", "again.*", key="at")
        for text in (b'[{"at": 1}, {"at": 2}]', b'[{"at": 2}, {"at": 3}]'):
            await publisher.async_publish("market", "again.a", text)
        await until(lambda: len(table) == 3)
        requests.cut_and_refuse()
        await events.wait("disconnected")
        requests.accept()
        await until(lambda: [row.status for row in table.rows()] == ["unconfirmed", "live", "live"])
        await publisher.async_publish("market", "again.a", b'{"at": 1}')
        await until(lambda: [row.status for row in table.rows()] == ["live"] * 3)
        assert [(row.key, row.sequence) for row in table.rows()] == [(1, 3), (2, 2), (3, 2)]

    run(work, one.prepared)


def test_arguments_and_refusals(run, prices):
    async def work(clients):
        reader = await clients.connected("screen")
        for options, text in (
            ({"columns": "last"}, "columns is 'last', expected a list"),
            ({"on_slow": "x"}, "on_slow"),
            ({"key": ""}, "key is '', expected the name of a column"),
            ({"key": 5}, "key is 5, expected the name of a column"),
        ):
            with pytest.raises(BadOptionError, match=text):
                await reader.async_live_table(prices, "a", **options)
        with pytest.raises(PermissionDeniedError):
            await reader.async_live_table("market", "a", on_slow="drop_oldest")
        with pytest.raises(PulseMQError, match='"market" does not keep'):
            await (await clients.connected("reader")).async_live_table("market", "a")

    run(work)


def test_the_blocking_forms_may_be_read_from_any_thread(make, prices):
    with make("feed") as publisher, make("screen") as reader:
        publisher.publish(prices, "sync.a", '{"last": 1}', format="string").result(10)
        assert reader.last(prices, "sync.a").data == '{"last": 1}'
        assert reader.last(prices, "sync.none") is None
        with reader.live_table(prices, "sync.*") as table:
            publisher.publish(prices, "sync.a", '{"last": 2}', format="string").result(10)
            while table.get("sync.a").values != {"last": 2}:
                pass
            assert table.to_pandas()["last"].tolist() == [2]
        assert reader._slot.core.streams._streams.keys == set()
    with pytest.raises(NotConnectedError):
        make("screen").live_table(prices, "sync.*")


def test_messages_for_a_table_with_a_key_that_nobody_reads_do_not_pile_up():
    rows = KeyedRows("symbol", None, lambda error, topic: pytest.fail(f"{topic}: {error}"))
    for number in range(1_000):
        assert rows.has_undecoded == (number > 0)
        text = json.dumps([{"symbol": number % 3, "price": number}])
        rows.put(PulseMessage("market", "a", text, format="string", sequence=number + 1))
    assert not rows.has_undecoded
    assert [row.values["price"] for row in rows.by_name.values()] == [999, 997, 998]
