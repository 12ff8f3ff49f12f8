"""A client that was connected before a fork raises a typed error at once in the child, and goes on in the parent."""

import json
import os
import queue

import pytest
from calls import ASYNC_CALLS, CALLS
from reconnecting import next_of

from pulse_mq import ForkedError


def in_child(work):
    """Runs `work` in a forked child, and returns what it returns, as JSON keeps it."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            text = json.dumps(work())
        except BaseException as error:
            text = json.dumps(f"{type(error).__name__}: {error}")
        os.write(writing, text.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    return json.loads(text)


def error_of(work):
    try:
        work()
    except Exception as error:
        return type(error).__name__
    return None


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_client_that_was_connected_before_a_fork_raises_at_once_and_the_parent_goes_on(make):
    client = make("publisher")
    client.connect()
    got = queue.Queue()
    subscription = client.subscribe("market", "fork.>", got.put)
    future = client.publish("market", "fork.first", b"x")

    def child():
        works = [lambda call=call: call(client) for call in CALLS.values()]
        works += [client.connect, client.run, subscription.close]
        return [error_of(work) for work in works], client.is_connected

    assert in_child(child) == [["ForkedError"] * (len(CALLS) + 3), False]
    future.result()
    client.publish("market", "fork.second", b"x").result()
    assert [got.get(timeout=10).topic for _ in range(2)] == ["fork.first", "fork.second"]


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_future_of_the_parent_raises_in_the_child(make):
    client = make("publisher")
    future = client.publish("market", "fork.future", b"x")
    assert in_child(lambda: [error_of(future.result), error_of(future.exception)]) == ["ForkedError", "ForkedError"]


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_child_closes_the_client_and_connects_its_own(make):
    client = make("publisher")
    client.connect()

    def child():
        client.close()
        with client:
            client.publish("market", "fork.child", b"x").result()
            return client.query_permission()["type"]

    assert in_child(child) == "mq_normal"
    client.publish("market", "fork.parent", b"x").result()


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_an_async_client_that_was_connected_before_a_fork_raises_at_once(run):
    async def work(clients):
        client = await clients.connected("publisher")
        subscription = await client.async_subscribe("market", "fork.>")
        # A gather makes tasks, which no loop runs in the child.
        calls = [call for name, call in ASYNC_CALLS.items() if "many at once" not in name]

        def child():
            names = []
            for work in (*calls, lambda _: subscription.__anext__(), lambda _: subscription.aclose()):
                one = work(client)
                try:
                    one.send(None)
                except ForkedError as error:
                    names.append(type(error).__name__)
            return names

        assert in_child(child) == ["ForkedError"] * (len(calls) + 2)
        await client.async_publish("market", "fork.parent", b"x")
        assert (await next_of(subscription)).topic == "fork.parent"

    run(work)
