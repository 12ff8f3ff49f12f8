"""History over the HTTP API: rows, bars, and what is refused."""

import asyncio
import base64
import io
import json
import socket
import threading
import time
import urllib.request
from datetime import date, datetime, timedelta, timezone

import pyarrow.parquet as pq
import pytest

from pulse_mq import (
    AuthFailedError,
    BadOptionError,
    NotConnectedError,
    PermissionDeniedError,
    PulseMQClient,
    PulseMQError,
    RequestTimeoutError,
    TopicFormatError,
)

TICKS = [{"price": 10, "size": 3}, {"price": 12.5, "size": 4}, {"price": 11}]


@pytest.fixture(scope="module")
def desk(prepared):
    """Options of a client of the user `desk`, and history of the namespace `kept`: three trades and a text."""
    broker = prepared.broker
    namespace_id = broker.namespace("kept")
    broker.call("PUT", f"/api/namespaces/{namespace_id}", {"history": True})
    prepared.tokens["desk"] = broker.user("desk", {namespace_id: "pub"})
    options = prepared.arguments("desk", api_url=f"http://127.0.0.1:{broker.admin_port}")
    with PulseMQClient(**options) as client:
        for tick in TICKS:
            client.publish("kept", "a.trade", json.dumps(tick), format="string").result(10)
        client.publish("kept", "b.text", "价格", format="string").result(10)
    reader = PulseMQClient(**options)
    while len(reader.history("kept", ">")) < 4:
        time.sleep(0.02)
    return options


def test_rows_in_pandas_polars_and_arrow(desk):
    trades = PulseMQClient(**desk).history("kept", "*.trade", columns=["size", "price"], limit=2)
    assert (len(trades), trades.has_more) == (2, True)
    frame = trades.to_pandas()
    assert list(frame.columns) == ["_topic", "_sequence", "_received_at", "size", "price"]
    assert frame["price"].tolist() == [10, 12.5]
    assert str(frame["_received_at"].dtype) == "datetime64[us, UTC]"
    assert trades.to_polars()["size"].to_list() == [3, 4]
    assert trades.to_arrow().column("_topic").to_pylist() == ["a.trade", "a.trade"]
    assert repr(trades) == "History(2 rows; _topic, _sequence, _received_at, size, price)"
    assert PulseMQClient(**desk).history("kept", "b.text").to_pandas()["value"].tolist() == ["价格"]


def test_parquet_of_the_broker_has_the_same_rows(desk):
    secret = base64.b64encode(f"{desk['username']}:{desk['token']}".encode()).decode()
    url = f"{desk['api_url']}/api/history?namespace=kept&pattern=%3E&format=parquet"
    with urllib.request.urlopen(urllib.request.Request(url, headers={"Authorization": f"Basic {secret}"})) as answer:
        table = pq.read_table(io.BytesIO(answer.read()))
    rows = PulseMQClient(**desk).history("kept", ">").to_arrow()
    assert table.to_pylist() == rows.to_pylist()
    assert [str(field.type) for field in table.schema] == [str(field.type) for field in rows.schema]


def test_times_and_bars_from_a_coroutine(desk):
    async def work():
        client = PulseMQClient(**desk)
        times = (await client.async_history("kept", "a.trade")).to_pandas()["_received_at"]
        assert times.is_monotonic_increasing
        second = times[1].to_pydatetime()
        later = await client.async_history("kept", "a.trade", from_time=second, to_time=times[2].to_pydatetime())
        assert later.to_pandas()["price"].tolist() == [12.5]
        far = datetime(2020, 1, 1, tzinfo=timezone(timedelta(hours=8)))
        assert len(await client.async_history("kept", ">", from_time=far, to_time=date(2020, 1, 2))) == 0
        bars = await client.async_history("kept", "a.trade", every="1d", size="size", zone="Asia/Shanghai")
        frame = bars.to_pandas()
        assert list(frame.columns) == ["_topic", "_start", "open", "high", "low", "close", "volume", "count"]
        assert (frame["open"].iloc[0], frame["high"].max(), frame["close"].iloc[-1]) == (10, 12.5, 11)
        assert (frame["volume"].sum(), frame["count"].sum()) == (7, 3)

    asyncio.run(work())


def test_a_refused_question_raises_the_reason(desk, prepared):
    client = PulseMQClient(**desk)
    with pytest.raises(BadOptionError, match=r"column last: topic a\.trade, sequence 1, has price, size"):
        client.history("kept", "a.trade", every="1m", price="last")
    with pytest.raises(PermissionDeniedError, match="an administrator can grant"):
        client.history("market", ">")
    with pytest.raises(AuthFailedError):
        PulseMQClient(**{**desk, "token": "wrong"}).history("kept", ">")
    publisher = PulseMQClient(**prepared.arguments("publisher", api_url=desk["api_url"]))
    with pytest.raises(PulseMQError, match="does not keep history"):
        publisher.history("market", ">")
    with pytest.raises(TopicFormatError):
        client.history("kept", "a..b")


@pytest.mark.parametrize(
    "options",
    [
        {"limit": 0},
        {"columns": "price"},
        {"columns": ["a,b"]},
        {"from_time": datetime(2026, 1, 1)},
        {"to_time": 7},
        {"from_time": "yesterday"},
        {"every": 60},
        {"every": "7m"},
        {"timeout": 0},
    ],
)
def test_a_wrong_option_is_named(desk, options):
    with pytest.raises(BadOptionError, match=next(iter(options)).removesuffix("_time")):
        PulseMQClient(**desk).history("kept", ">", **options)


def test_the_address_is_checked_and_clear_text_is_never_chosen_for_a_client_that_encrypts(desk):
    for wrong in ("localhost:8080", "ftp://a", "http://", "http://a:99999", 7):
        with pytest.raises(BadOptionError, match="api_url"):
            PulseMQClient(**{**desk, "api_url": wrong})
    curve = PulseMQClient(**{**desk, "api_url": None}, curve_server_key="0" * 40)
    with pytest.raises(BadOptionError, match="which CURVE does not encrypt: give api_url"):
        curve.history("kept", ">")


def test_the_blocking_call_is_refused_on_the_event_loop_of_the_client(desk):
    async def work():
        async with PulseMQClient(**desk) as client:
            with pytest.raises(NotConnectedError, match="use async_history"):
                client.history("kept", ">")

    asyncio.run(work())


class Peer:
    """Takes one connection, and sends what it is given. Then it is silent."""

    def __init__(self, answer):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.asked = threading.Event()
        self.left = threading.Event()
        self._answer = answer
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self):
        link, _ = self._listener.accept()
        with link:
            link.recv(65_536)
            link.sendall(self._answer)
            self.asked.set()
            if self._answer:
                return
            # Nothing, when the client has gone.
            link.recv(1)
            self.left.set()

    def close(self):
        self._thread.join(10)
        self._listener.close()


@pytest.mark.parametrize(
    ("answer", "error", "text"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", NotConnectedError, "cannot be read"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhalf", NotConnectedError, "cannot be read"),
        (
            b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nhi",
            NotConnectedError,
            "is not the HTTP API of a broker",
        ),
        (b"no http\r\n\r\n", NotConnectedError, "cannot be read"),
        (b"", RequestTimeoutError, "within 0.05 s"),
    ],
)
def test_an_answer_that_is_none(desk, answer, error, text):
    peer = Peer(answer)
    with pytest.raises(error, match=text):
        PulseMQClient(**{**desk, "api_url": peer.url}).history("kept", ">", timeout=0.05 if answer == b"" else 10)
    peer.close()


def test_a_cancellation_ends_the_call(desk):
    peer = Peer(b"")

    async def work():
        client = PulseMQClient(**{**desk, "api_url": peer.url})
        call = asyncio.ensure_future(client.async_history("kept", ">"))
        await asyncio.to_thread(peer.asked.wait, 10)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert await asyncio.to_thread(peer.left.wait, 10)

    asyncio.run(work())
    peer.close()
