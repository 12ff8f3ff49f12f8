"""Sections of the README of 0.3.0, with ports and credentials filled in and shorter loops."""

import asyncio
import json
import os
import random
import time

import pandas as pd
import pytest
import requests

from broker import Broker
from pulse_mq import PulseMQClient


@pytest.fixture(scope="module")
def broker():
    broker = Broker()
    yield broker
    broker.stop()


@pytest.fixture(scope="module")
def tokens(broker):
    """The users and tokens of section 1.2, prepare.py."""
    base = f"http://127.0.0.1:{broker.admin_port}"
    before = os.getcwd()
    os.chdir(broker.directory)
    with open(".pulsemq_admin") as f:
        admin_creds = eval(f.read())
    os.chdir(before)
    resp = requests.post(
        f"{base}/login", json={"username": admin_creds["username"], "password": admin_creds["password"]}
    )
    headers = {"Authorization": f"Bearer {resp.json()['token']}"}
    resp = requests.post(
        f"{base}/api/namespaces", headers=headers, json={"name": "market_data", "description": "股票行情数据"}
    )
    assert resp.json() == {"id": 1, "name": "market_data"}
    resp = requests.post(
        f"{base}/api/users", headers=headers, json={"username": "publisher_01", "user_type": "mq_normal"}
    )
    publisher = resp.json()
    resp = requests.post(
        f"{base}/api/users", headers=headers, json={"username": "subscriber_01", "user_type": "mq_normal"}
    )
    subscriber = resp.json()
    assert (publisher["id"], subscriber["id"]) == (2, 3)
    resp = requests.get(f"{base}/api/namespaces", headers=headers)
    ns_list = resp.json()
    ns_id = next(ns["id"] for ns in ns_list if ns["name"] == "market_data")
    for user, role in ((publisher, "pub"), (subscriber, "sub")):
        resp = requests.post(
            f"{base}/api/namespaces/{ns_id}/permissions", headers=headers, json={"user_id": user["id"], "role": role}
        )
        assert resp.json() == {"status": "granted"}
    return {"publisher_01": publisher["token"], "subscriber_01": subscriber["token"]}


def run(broker, tokens, username, work):
    """Runs `async def work(client)` with a connected client of this user."""

    async def main():
        client = PulseMQClient(
            host="localhost",
            pub_port=broker.pub_port,
            sub_port=broker.sub_port,
            username=username,
            token=tokens[username],
        )
        await client.async_connect()
        try:
            return await work(client)
        finally:
            await client.async_close()

    return asyncio.run(main())


def test_section_1_3_publisher(broker, tokens):
    async def work(client):
        for i in range(100):
            kline = json.dumps(
                {"symbol": "sz000651", "open": 10.5 + i * 0.01, "timestamp": int(time.time() * 1000)}
            ).encode()
            await client.async_publish(namespace="market_data", topic="sz000651.kline.1m", data=kline, format="bytes")

    run(broker, tokens, "publisher_01", work)


def test_section_2_all_formats(broker, tokens):
    df_small = pd.DataFrame({"symbol": ["sz000651"] * 3, "price": [10.5, 10.6, 10.55], "volume": [100, 200, 150]})
    df_large = pd.DataFrame(
        {
            "symbol": ["sz000651"] * 100000,
            "timestamp": pd.date_range("2025-01-01", periods=100000, freq="ms"),
            "price": [10.5 + random.random() * 0.1 for _ in range(100000)],
            "volume": [random.randint(100, 500) for _ in range(100000)],
        }
    )

    async def work(client):
        signal = json.dumps({"action": "BUY", "price": 10.5})
        await client.async_publish(
            namespace="market_data", topic="sz000651.raw", data=b"\x01\x02\x03\x04", format="bytes"
        )
        await client.async_publish(namespace="market_data", topic="sz000651.signal", data=signal, format="string")
        await client.async_publish(
            namespace="market_data", topic="sz000651.snapshot", data=df_small, format="df_msgpack"
        )
        await client.async_publish(
            namespace="market_data", topic="sz000651.tick_batch", data=df_large, format="df_pyarrow"
        )

    run(broker, tokens, "publisher_01", work)


def test_section_4_queries(broker, tokens):
    async def work(client):
        return await client.async_query_namespaces(), await client.async_query_topics("market_data")

    namespaces, topics = run(broker, tokens, "subscriber_01", work)
    assert namespaces == [{"name": "market_data", "topics": topics, "topic_count": 5}]
    assert "sz000651.kline.1m" in topics
