"""Callback subscriptions: what calls the function, and what it may do."""

import queue

import pytest
from blocking_run import start_run

from pulse_mq import BadOptionError, NotConnectedError, PermissionDeniedError, PulseMQWarning


def test_a_callback_that_raises_is_reported_and_called_again(make):
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


def test_without_on_error_an_error_is_a_warning_that_names_its_place(make):
    client = make("publisher")
    client.connect()
    got = queue.Queue()
    client.subscribe("market", "warns.a", lambda message: 1 / 0)
    client.subscribe("market", "warns.a", got.put)
    with pytest.warns(
        PulseMQWarning, match=r"the callback of market:warns\.a: ZeroDivisionError.*test_callbacks\.py:\d+"
    ):
        client.publish("market", "warns.a", b"x")
        got.get(timeout=10)
    with pytest.warns(PulseMQWarning, match="publishing to other:a: PermissionDeniedError"):
        client.publish("other", "a", b"x")
        client.flush()


def test_a_subscription_while_connected_is_live_when_subscribe_returns_and_ends_at_close(make):
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


def test_a_subscription_made_while_connecting_calls_once_for_each_message(make):
    got = queue.Queue()

    def on_connection(event):
        if event.kind == "connected":
            client.subscribe("market", "early.connected", got.put)

    client = make("publisher", on_connection=on_connection)
    client.connect()
    for data in (b"1", b"2"):
        client.publish("market", "early.connected", data)
    assert [got.get(timeout=10).data for _ in range(2)] == [b"1", b"2"]


def test_subscriptions_start_again_when_the_client_connects_again(make):
    client = make("publisher")
    got = queue.Queue()
    client.subscribe("market", "again.a", got.put)
    for data in (b"1", b"2"):
        with client:
            client.publish("market", "again.a", data)
            assert got.get(timeout=10).data == data


def test_a_callback_may_close_its_own_subscription_and_the_client(make):
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


def test_a_callback_may_not_wait_for_its_own_thread(make):
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
    assert "would wait for the thread it runs on" in str(errors.get(timeout=10))


def test_a_callback_may_not_wait_for_its_own_publish(make):
    client = make("publisher")
    client.connect()
    errors, acknowledged, got = queue.Queue(), queue.Queue(), queue.Queue()

    def publishes(message):
        for wait in ("result", "exception"):
            future = client.publish("market", "itself.out", message.data)
            for timeout in (None, 60):
                with pytest.raises(NotConnectedError) as caught:
                    getattr(future, wait)(timeout)
                errors.put(str(caught.value))
            future.add_done_callback(lambda future: acknowledged.put(future.result()))

    client.subscribe("market", "itself.in", publishes)
    client.subscribe("market", "itself.out", lambda message: got.put(message.data))
    client.publish("market", "itself.in", b"x").result(10)
    for _ in range(4):
        assert "add_done_callback" in errors.get(timeout=10)
    # The publishes themselves go on.
    for _ in range(2):
        assert (acknowledged.get(timeout=10), got.get(timeout=10)) == (None, b"x")


def test_a_coroutine_function_is_refused_as_a_callback(make):
    async def callback(message):
        pass

    with pytest.raises(BadOptionError, match="coroutine"):
        make("reader").subscribe("market", "a", callback)
