"""A lost event loop and a lost thread give a typed error at once."""

import asyncio
import queue
import threading
import time

import pytest
from calls import ASYNC_CALLS, CALLS
from reconnecting import QUICK, Events, next_of

from pulse_mq import NotConnectedError, PulseMQClient, PulseMQError, ReconnectOptions

LOST = "event loop of this client"


@pytest.fixture
def left_open(prepared):
    """A client whose event loop ended, and was closed, before the client was."""
    client = PulseMQClient(**prepared.arguments("publisher"))
    asyncio.run(client.async_connect())
    yield client
    client.close()


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.filterwarnings("ignore::pulse_mq.PulseMQWarning")
def test_a_blocking_call_on_a_closed_loop_raises(left_open, call):
    with pytest.raises(NotConnectedError, match=LOST):
        CALLS[call](left_open)


@pytest.mark.parametrize("call", ASYNC_CALLS)
def test_an_async_call_after_the_loop_was_closed_raises(left_open, call):
    async def work():
        with pytest.raises(NotConnectedError, match="the event loop that connected this client is closed"):
            await ASYNC_CALLS[call](left_open)

    asyncio.run(work())


def test_a_client_whose_loop_was_closed_can_connect_again(left_open):
    async def work():
        await left_open.async_connect()
        await left_open.async_publish("market", "again.a", b"x")
        await left_open.async_close()

    asyncio.run(work())


class LoopInThread:
    """An event loop in a thread of the test, which the test stops under a client."""

    def __init__(self):
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()

    def call(self, work):
        """Runs a coroutine on it."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(20)

    def stop(self):
        """Stops the loop, and leaves it open."""
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()


@pytest.mark.parametrize("is_closed", [False, True])
def test_calls_that_wait_when_the_loop_is_lost_raise(run, prepared, is_closed):
    async def work(clients):
        proxy = await clients.proxy(prepared.broker.pub_port)
        await asyncio.to_thread(lose_the_loop, proxy)

    def lose_the_loop(proxy):
        thread = LoopInThread()
        client = PulseMQClient(**prepared.arguments("publisher", pub_port=proxy.port, request_timeout=30.0))
        thread.call(client.async_connect())
        proxy.swallow()
        errors = queue.Queue()

        def wait(call):
            try:
                call(client)
            except Exception as error:
                errors.put(error)

        waiting = [threading.Thread(target=wait, args=(CALLS[name],), daemon=True) for name in ("flush", "publish")]
        for one in waiting:
            one.start()
        while client._slot.core.keeper.current.requests.pending_count < 2:
            time.sleep(0.01)
        thread.stop()
        if is_closed:
            thread.loop.close()
        for _ in waiting:
            error = errors.get(timeout=10)
            assert isinstance(error, NotConnectedError) and LOST in str(error)
        client.close()
        if not is_closed:
            thread.loop.close()

    run(work)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt])
def test_a_thread_that_a_callback_has_ended_is_told_and_the_client_connects_again(make, error):
    events = queue.Queue()
    client = make("publisher", on_connection=events.put, on_error=lambda error: None)
    client.connect()

    def end(message):
        raise error

    client.subscribe("market", "exit.a", end)
    client.publish("market", "exit.a", b"x")
    with pytest.raises(NotConnectedError):
        while True:
            client.publish("market", "exit.b", b"x").result()
            client.flush()
    kinds = []
    while kinds[-1:] != ["closed"]:
        event = events.get(timeout=10)
        kinds.append(event.kind)
    assert f"ended by {error.__name__}" in str(event.error)
    client.connect()
    client.publish("market", "exit.c", b"x").result()


def test_a_subscription_is_not_iterated_on_another_loop(run, prepared):
    client = PulseMQClient(**prepared.arguments("reader"))

    async def subscribe():
        await client.async_connect()
        return await client.async_subscribe("market", "other.loop")

    async def iterate(subscription):
        for work in (subscription.__anext__, subscription.aclose):
            with pytest.raises(NotConnectedError, match="the event loop that connected this client is closed"):
                await work()

    asyncio.run(iterate(asyncio.run(subscribe())))
    client.close()


def test_an_iteration_that_is_cancelled_or_ended_elsewhere_ends(run):
    async def work(clients):
        client = await clients.connected("publisher")
        subscription = await client.async_subscribe("market", "cancelled.>")
        waiting = [asyncio.ensure_future(subscription.__anext__()) for _ in range(3)]
        await asyncio.sleep(0)
        waiting[0].cancel()
        await client.async_publish("market", "cancelled.a", b"x")
        assert (await asyncio.wait_for(waiting[1], 20)).data == b"x"
        await subscription.aclose()
        with pytest.raises(StopAsyncIteration):
            await asyncio.wait_for(waiting[2], 20)
        with pytest.raises(asyncio.CancelledError):
            await waiting[0]

    run(work)


async def reconnecting_for_ever(clients, events):
    client, *proxies = await clients.through_proxies("publisher", reconnect=QUICK, on_connection=events)
    for proxy in proxies:
        proxy.cut_and_refuse()
    await events.wait("reconnecting")
    return client


def test_an_unexpected_error_while_reconnecting_is_reported_and_ends_the_client(run):
    async def work(clients):
        events = Events()
        errors = []
        client, *proxies = await clients.through_proxies(
            "publisher", reconnect=QUICK, on_connection=events, on_error=errors.append
        )
        subscription = await client.async_subscribe("market", "fault.>")

        async def restore(connection):
            raise ZeroDivisionError("a mistake of ours")

        client._slot.core.restore = restore
        waiting = asyncio.ensure_future(client.async_publish("market", "fault.a", b"x"))
        for proxy in proxies:
            proxy.cut()
        closed = await events.wait("closed")
        assert "unexpected ZeroDivisionError: a mistake of ours" in str(closed.error)
        assert [str(error) for error in errors] == [str(closed.error)]
        with pytest.raises(PulseMQError):
            await next_of(subscription)
        with pytest.raises(PulseMQError, match="ZeroDivisionError"):
            await client.async_publish("market", "fault.a", b"x")
        await asyncio.gather(waiting, return_exceptions=True)

    run(work)


def test_a_reconnect_whose_task_was_cancelled_ends_the_client(run):
    async def work(clients):
        events = Events()
        client = await reconnecting_for_ever(clients, events)
        client._slot.core.keeper._reconnecting.cancel()
        closed = await events.wait("closed")
        assert "reconnecting was cancelled" in str(closed.error)
        with pytest.raises(NotConnectedError):
            await client.async_flush()

    run(work)


def test_a_connection_that_is_never_restored_counts_as_a_failed_try(run, prepared):
    async def work(clients):
        events = Events()
        options = ReconnectOptions(max_tries=3, base_delay=0.01, max_delay=0.02)
        client, _, deliveries = await clients.through_proxies(
            "publisher", reconnect=options, on_connection=events, connect_timeout=0.3, request_timeout=0.5
        )
        subscription = await client.async_subscribe("market", "never.>")
        # The log-in succeeds each time, and the delivery link never opens.
        deliveries.cut_and_refuse()
        closed = await events.wait("closed")
        assert "gave up after 3 tries" in str(closed.error)
        assert events.kinds.count("reconnecting") == 3
        with pytest.raises(NotConnectedError, match="gave up"):
            await next_of(subscription)

    run(work)


def test_an_unexpected_error_while_reading_loses_the_connection_and_is_told(run):
    async def work(clients):
        events = Events()
        client = await clients.connected("publisher", reconnect=QUICK, on_connection=events)
        subscription = await client.async_subscribe("market", "broken.>")
        channel = client._slot.core.keeper.current._subscribers[0]

        def feed(chunk):
            raise ZeroDivisionError("a mistake of ours")

        channel.reader.feed = feed
        await client.async_publish("market", "broken.a", b"x")
        lost = await events.wait("disconnected")
        assert "unexpected ZeroDivisionError" in str(lost.error)
        await events.wait("reconnected")
        await client.async_publish("market", "broken.a", b"y")
        assert (await next_of(subscription)).data == b"y"

    run(work)
