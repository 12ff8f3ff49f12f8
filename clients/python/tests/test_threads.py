"""The form with callbacks, from threads."""

import queue
import subprocess
import sys
import textwrap
import threading
import time

import pytest

from pulse_mq import (
    AuthFailedError,
    BadOptionError,
    NotConnectedError,
    PermissionDeniedError,
    PulseMQClient,
    PulseMQWarning,
    ReconnectOptions,
)


@pytest.fixture
def make(prepared):
    """Clients that are closed after the test."""
    made = []

    def make(name, **more):
        made.append(PulseMQClient(**prepared.arguments(name, **more)))
        return made[-1]

    yield make
    for client in made:
        client.close()


def start_run(client):
    """`run()` in a thread; what it raised comes out of the queue, None when it returned."""
    ended = queue.Queue()

    def work():
        try:
            client.run()
        except Exception as error:
            ended.put(error)
        else:
            ended.put(None)

    threading.Thread(target=work, daemon=True).start()
    return ended


def test_run_sends_what_was_published_before_then_calls_the_callbacks_until_close(make):
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
        # When `run()` has subscribed nobody is told.
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


def test_run_returns_when_nothing_is_subscribed_to_and_everything_is_acknowledged(make):
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


def test_a_callback_that_raises_is_reported_and_stops_nobody(make):
    errors, got = queue.Queue(), queue.Queue()
    client = make("publisher", on_error=errors.put)
    client.connect()

    def fails(message):
        raise ValueError(f"no use for {message.topic}")

    client.subscribe("market", "raises.>", fails)
    client.subscribe("market", "raises.>", got.put)
    for index in range(3):
        client.publish("market", f"raises.n{index}", b"x")
    assert [got.get(timeout=10).topic for _ in range(3)] == ["raises.n0", "raises.n1", "raises.n2"]
    assert [str(errors.get(timeout=10)) for _ in range(3)] == [f"no use for raises.n{index}" for index in range(3)]


def test_without_on_error_it_is_a_warning_that_says_where(make):
    client = make("publisher")
    client.connect()
    got = queue.Queue()
    client.subscribe("market", "warns.a", lambda message: 1 / 0)
    client.subscribe("market", "warns.a", got.put)
    with pytest.warns(
        PulseMQWarning, match=r"the callback of market:warns\.a: ZeroDivisionError.*test_threads\.py:\d+"
    ):
        client.publish("market", "warns.a", b"x")
        got.get(timeout=10)
    with pytest.warns(PulseMQWarning, match="publishing to other:a: PermissionDeniedError"):
        client.publish("other", "a", b"x")
        client.flush()


def test_a_failed_publish_is_told_to_whoever_waits_for_it(make):
    client = make("publisher", on_error=(errors := queue.Queue()).put)
    client.connect()
    with pytest.raises(PermissionDeniedError):
        client.publish("other", "a", b"x").result(10)
    assert errors.empty()


def test_subscribing_while_connected_is_live_when_it_returns_and_ends_at_close(make):
    client = make("publisher")
    client.connect()
    got = queue.Queue()
    for index in range(20):
        subscription = client.subscribe("market", f"sync.t{index}", got.put)
        client.publish("market", f"sync.t{index}", b"1")
        assert got.get(timeout=10).topic == f"sync.t{index}"
        subscription.close()
        client.publish("market", f"sync.t{index}", b"2").result(10)
    with pytest.raises(PermissionDeniedError):
        client.subscribe("other", "a", got.put)
    client.flush()
    assert got.empty()


def test_a_callback_may_end_its_own_subscription_and_the_client(make):
    client = make("publisher")
    client.connect()
    got = []

    def once(message):
        got.append(message.data)
        subscription.close()

    subscription = client.subscribe("market", "once.own", once)
    for index in range(3):
        client.publish("market", "once.own", str(index), format="string").result(10)
    client.flush()
    assert got == ["0"]
    ended = start_run(client)
    client.subscribe("market", "once.end", lambda message: client.close())
    client.publish("market", "once.end", b"x")
    assert ended.get(timeout=10) is None


def test_what_would_wait_for_itself_is_refused(make):
    client = make("publisher")
    client.connect()
    errors = queue.Queue()

    def asks(message):
        try:
            client.query_topics("market")
        except NotConnectedError as error:
            errors.put(error)

    client.subscribe("market", "itself.a", asks)
    client.publish("market", "itself.a", b"x")
    assert "wait for itself" in str(errors.get(timeout=10))


def test_run_raises_what_made_it_end(make, prepared):
    client = make("reader", token="0" * 32)
    client.subscribe("market", "a", print)
    with pytest.raises(AuthFailedError):
        client.run()
    client = make("nobody")
    client.subscribe("market", "a", print)
    with pytest.raises(PermissionDeniedError):
        client.run()
    with pytest.raises(NotConnectedError, match="not connected"):
        client.query_namespaces()
    with pytest.raises(BadOptionError, match="coroutine"):
        client.subscribe("market", "a", coroutine_function)


async def coroutine_function(message):
    pass


def test_publishes_wait_for_the_first_connection_and_none_is_lost_at_close(make):
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
def test_nothing_keeps_the_process_alive(prepared, how):
    arguments = prepared.arguments("publisher")
    body = textwrap.dedent(ENDS[how])
    program = PROGRAM.format(body=body, **{key: arguments[key] for key in ("pub_port", "sub_port", "token")})
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=20)
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("end\n")
