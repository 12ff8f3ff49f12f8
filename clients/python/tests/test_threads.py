"""The blocking methods, from threads: run, publish, queries and close."""

import asyncio
import concurrent.futures
import queue
import subprocess
import sys
import textwrap
import threading
import time

import pytest
from blocking_run import start_run

from pulse_mq import (
    AuthFailedError,
    NotConnectedError,
    PermissionDeniedError,
    ReconnectOptions,
)


def test_run_sends_earlier_publishes_then_calls_the_callbacks_until_close(make):
    publisher = make("publisher")
    for index in range(3):
        publisher.publish("market", "run.before", str(index), format="string")
    got = queue.Queue()
    publisher.subscribe("market", "run.>", got.put)
    ended = start_run(publisher)
    while not publisher.is_connected:
        time.sleep(0.01)
    other = make("publisher")
    other.connect()
    message = None
    while message is None:
        # Nothing reports when `run()` has subscribed, so a message is published until one arrives.
        other.publish("market", "run.ready", b"x").result(10)
        try:
            message = got.get(timeout=0.05)
        except queue.Empty:
            continue
    assert message.topic == "run.ready"
    assert "run.before" in other.query_topics("market")
    other.publish("market", "run.after", b"x").result(10)
    while message.topic != "run.after":
        message = got.get(timeout=10)
    publisher.close()
    assert ended.get(timeout=10) is None
    assert not publisher.is_connected


def test_run_without_a_subscription_returns_when_everything_is_acknowledged(make):
    publisher = make("publisher")
    futures = [publisher.publish("market", "once.a", b"x") for _ in range(10)]
    publisher.run()
    assert all(future.done() and future.exception() is None for future in futures)


def test_defect_37_publish_works_from_any_thread_and_from_a_callback(make):
    client = make("publisher")
    client.connect()
    got = queue.Queue()
    echoed = queue.Queue()
    client.subscribe("market", "any.in", lambda message: client.publish("market", "any.out", message.data))
    client.subscribe("market", "any.out", lambda message: echoed.put(message.data))
    client.subscribe("market", "any.t.*", lambda message: got.put((message.topic, message.data)))

    def publish_many(thread):
        for index in range(500):
            client.publish("market", f"any.t.n{thread}", str(index), format="string")

    threads = [threading.Thread(target=publish_many, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    client.publish("market", "any.in", b"ping").result(10)
    assert echoed.get(timeout=10) == b"ping"
    for thread in threads:
        thread.join()
    client.flush()
    received = [got.get(timeout=10) for _ in range(2000)]
    for number in range(4):
        assert [data for topic, data in received if topic == f"any.t.n{number}"] == [str(index) for index in range(500)]


def asked_for_result(future):
    with pytest.raises(concurrent.futures.TimeoutError):
        future.result(0)


def asked_for_exception(future):
    with pytest.raises(concurrent.futures.TimeoutError):
        future.exception(0)


def given_a_callback(future):
    future.add_done_callback(lambda _: None)


@pytest.mark.parametrize("watch", [asked_for_result, asked_for_exception, given_a_callback])
def test_a_failed_publish_is_not_reported_when_its_future_is_watched(make, watch):
    client = make("publisher", on_error=(errors := queue.Queue()).put)
    # Before connect(), so that the broker cannot refuse it yet.
    future = client.publish("other", "a", b"x")
    watch(future)
    client.connect()
    with pytest.raises(PermissionDeniedError):
        future.result(10)
    client.flush()
    assert errors.empty()


def test_a_failed_publish_is_reported_when_nothing_watches_its_future(make):
    client = make("publisher", on_error=(errors := queue.Queue()).put)
    future = client.publish("other", "a", b"x")
    client.connect()
    assert isinstance(errors.get(timeout=10), PermissionDeniedError)
    with pytest.raises(PermissionDeniedError):
        future.result(10)


def test_run_raises_the_error_that_ended_it(make):
    client = make("reader", token="0" * 32)
    client.subscribe("market", "a", print)
    with pytest.raises(AuthFailedError):
        client.run()
    client = make("outsider")
    client.subscribe("market", "a", print)
    with pytest.raises(PermissionDeniedError):
        client.run()


def test_blocking_calls_without_a_connection_raise(make):
    with pytest.raises(NotConnectedError, match="not connected"):
        make("reader").query_namespaces()


def test_blocking_calls_raise_where_an_event_loop_runs(make):
    client = make("publisher")
    client.connect()

    async def main():
        with pytest.raises(NotConnectedError, match="this call blocks"):
            client.flush()
        with pytest.raises(NotConnectedError, match=r"connect\(\) blocks"):
            make("publisher").connect()
        with pytest.raises(NotConnectedError, match=r"run\(\) blocks"):
            make("publisher").run()
        with pytest.raises(NotConnectedError, match="by another event loop"):
            await client.async_flush()

    asyncio.run(main())


def test_queries_list_what_the_user_may_read(make):
    client = make("publisher")
    client.connect()
    client.publish("market", "ask.one", b"x").result(10)
    assert "ask.one" in client.query_topics("market")
    assert [namespace["name"] for namespace in client.query_namespaces()] == ["market"]
    assert client.query_permission() == {"type": "mq_normal", "namespaces": {"market": "PUB"}}


def test_publishes_before_connect_are_kept_and_close_loses_none(make):
    client = make("publisher", reconnect=ReconnectOptions(base_delay=0.05))
    futures = [client.publish("market", "first.a", b"x") for _ in range(5)]
    with client:
        futures += [client.publish("market", "first.a", b"x") for _ in range(5000)]
    assert all(future.done() for future in futures)
    assert all(future.exception() is None for future in futures)


PROGRAM = """
import asyncio, sys, threading, time
from pulse_mq import PulseMQClient
client = PulseMQClient("127.0.0.1", {pub_port}, {sub_port}, "publisher", "{token}")
{body}
print("end", flush=True)
"""

ENDS = {
    "closed": """
        client.connect()
        client.subscribe("market", "ends.a", print)
        client.publish("market", "ends.a", b"x").result(10)
        client.close()
        assert threading.active_count() == 1
    """,
    "not closed": """
        client.connect()
        client.subscribe("market", "ends.a", lambda message: None)
        client.publish("market", "ends.a", b"x").result(10)
    """,
    "async, not closed": """
        async def main():
            await client.async_connect()
            await client.async_subscribe("market", "ends.a")
            await client.async_publish("market", "ends.a", b"x")
        asyncio.run(main())
    """,
}


@pytest.mark.parametrize("how", ENDS)
def test_the_process_ends_when_its_program_ends(prepared, how):
    arguments = prepared.arguments("publisher")
    body = textwrap.dedent(ENDS[how])
    program = PROGRAM.format(body=body, **{key: arguments[key] for key in ("pub_port", "sub_port", "token")})
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=20)
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("end\n")
