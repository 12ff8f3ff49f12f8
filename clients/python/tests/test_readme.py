"""Runs every Python example of the README of pulse-mq 0.3.0 with our client.

The examples are read from the README. Credentials and ports are filled in, and the hundred seconds that the publisher sleeps become
half a second. run_server.py is left out, because this package has no server: the tests of the package pulsemq-broker run it.
"""

import asyncio
import json
import re

import pytest
from example_program import QUICKLY, ExampleProgram, filled_in, find, python_blocks, subscribed, tokens_of
from own_broker import OwnBroker
from peers import readme

from pulse_mq import PulseMQClient


@pytest.fixture(scope="module")
def examples():
    """The Python code blocks of the README."""
    return python_blocks(readme())


def test_every_example_of_the_readme_is_tested_here(examples):
    marks = [
        "run_server.py",
        "prepare.py",
        "publisher.py",
        "subscriber.py",
        "所有格式发布完成",
        "[1m K线]",
        "query_user",
        "multi_subscriber.py",
        "robust_sub",
        "reconnect=False",
    ]
    assert len(examples) == len(marks)
    for mark, example in zip(marks, examples):
        assert mark in example


@pytest.fixture(scope="module")
def own():
    """A broker, which one of the examples kills."""
    own = OwnBroker()
    yield own
    own.end()


@pytest.fixture(scope="module")
def tokens(own, examples, tmp_path_factory):
    """Runs prepare.py, and creates the users of the other examples. The token of each user."""
    path = tmp_path_factory.mktemp("prepare") / "example.py"
    done = ExampleProgram(own.broker, find(examples, "prepare.py"), path, cwd=own.broker.directory)
    lines = done.until_end()
    done.stop()
    assert lines[0] == "namespace: {'id': 2, 'name': 'market_data'}"
    assert lines[-2:] == ["授权 publisher: {'status': 'granted'}", "授权 subscriber: {'status': 'granted'}"]
    tokens = tokens_of(lines)
    for name in ("demo", "trader", "query_user", "sub_kline", "sub_trade", "sub_all", "robust_sub"):
        tokens[name] = own.broker.user(name, {2: "pub" if name == "demo" else "sub"})
    return tokens


@pytest.fixture
def start(own, examples, tokens, tmp_path):
    """A function that runs the example that contains a text."""
    started = []

    def start(mark, runner=None):
        code = filled_in(find(examples, mark), tokens)
        started.append(ExampleProgram(own.broker, code, tmp_path / "example.py", runner))
        return started[-1]

    yield start
    for example in started:
        example.stop()


def publish(own, tokens, topics):
    """Publishes five bytes to each topic."""
    client = PulseMQClient("localhost", own.broker.pub_port, username="publisher_01", token=tokens["publisher_01"])
    for topic in topics:
        client.publish("market_data", topic, b"12345")
    client.run()


def test_1_publisher_and_subscriber(own, start):
    subscriber = start("subscriber.py")
    assert subscriber.next() == "订阅者已连接"
    subscribed(own.broker, "subscriber_01")
    publisher = start("publisher.py", QUICKLY)
    lines = publisher.until_end()
    assert lines == ["发布者已连接", *(f"已发送第 {count} 条 K 线数据" for count in range(1, 101)), "发布完成"]
    for _ in range(100):
        assert re.fullmatch(r"\[market_data] sz000651\.kline\.1m: \d{3} bytes", subscriber.next())


def test_2_all_formats(own, tokens, start):
    async def main():
        client = PulseMQClient("localhost", own.broker.pub_port, username="trader", token=tokens["trader"])
        async with client, client.async_subscribe("market_data", "sz000651.>") as subscription:
            example = start("所有格式发布完成")
            messages = [await asyncio.wait_for(subscription.__anext__(), 30) for _ in range(4)]
            return messages, await asyncio.to_thread(example.until_end)

    messages, lines = asyncio.run(main())
    assert lines == ["所有格式发布完成"]
    raw, signal, small, large = (message.data for message in messages)
    assert raw == b"\x01\x02\x03\x04"
    assert json.loads(signal) == {"action": "BUY", "price": 10.5}
    assert small.to_dict("list") == {
        "symbol": ["sz000651"] * 3,
        "price": [10.5, 10.6, 10.55],
        "volume": [100, 200, 150],
    }
    assert list(large.columns) == ["symbol", "timestamp", "price", "volume"] and len(large) == 100_000
    assert str(large["timestamp"].iloc[-1]) == "2025-01-01 00:01:39.999000"


def test_3_wildcards(own, tokens, start):
    example = start("[1m K线]")
    subscribed(own.broker, "trader")
    publish(own, tokens, ["sz000651.trade", "sz000652.kline.1m", "sz000651.kline.1m", "sz000651", "sz000651.end"])
    assert [example.next() for _ in range(3)] == [
        "[全行情] sz000651.trade",
        "[全行情] sz000651.kline.1m",
        "[全行情] sz000651.end",
    ]


def test_4_queries(own, tokens, start):
    publish(own, tokens, ["sz000651.kline.1m", "sz000651.kline.5m", "sz000651.trade"])
    namespaces, topics = start("query_user").until_end()
    assert "'sz000651.kline.1m'" in topics and topics.startswith("Topics: [")
    assert namespaces.startswith("Namespaces: [{'name': 'market_data', 'topics': [") and "'topic_count': " in namespaces


def test_5_several_subscribers(own, tokens, start):
    example = start("multi_subscriber.py")
    for name in ("sub_kline", "sub_trade", "sub_all"):
        subscribed(own.broker, name)
    publish(own, tokens, ["sz000651.kline.1m", "sz000651.trade", "sz000652.trade", "sz000651.other"])
    assert sorted(example.next() for _ in range(5)) == [
        "[sub_all] sz000651.kline.1m: 5 bytes",
        "[sub_all] sz000651.other: 5 bytes",
        "[sub_all] sz000651.trade: 5 bytes",
        "[sub_kline] sz000651.kline.1m: 5 bytes",
        "[sub_trade] sz000651.trade: 5 bytes",
    ]


def test_8_reconnect_after_the_broker_was_killed(own, tokens, start):
    example = start("robust_sub")
    subscribed(own.broker, "robust_sub")
    publish(own, tokens, ["sz000651.before"])
    assert example.next() == "收到: sz000651.before"
    own.kill()
    own.start()
    subscribed(own.broker, "robust_sub")
    publish(own, tokens, ["sz000651.after"])
    assert example.next() == "收到: sz000651.after"


def test_8_without_reconnect(examples, own):
    scope = {"PulseMQClient": PulseMQClient}
    exec(find(examples, "reconnect=False"), scope)
    assert not scope["client"].is_connected
