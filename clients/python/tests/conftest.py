"""The fixtures: the real broker of this project, and clients that are closed after every test."""

import asyncio
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "test" / "interop" / "python"))
sys.path.insert(0, str(pathlib.Path(__file__).parent))

from market_scene import prices  # noqa: F401
from own_broker import OwnBroker
from proxy import Proxy
from reconnecting import until_connected

from broker import Broker, Prepared
from pulse_mq import PulseMQClient


@pytest.fixture(scope="session")
def prepared():
    """The broker that tests share, with the namespace and users of `Prepared`."""
    broker = Broker(config="limits:\n  max_sessions_per_user: 1000\n  max_subscriptions_per_session: 6000\n")
    yield Prepared(broker)
    broker.stop()


@pytest.fixture
def own():
    """A function that starts a broker for one test, which may kill it. `config` is YAML."""
    started = []

    def start(config=None):
        started.append(OwnBroker(config))
        return started[-1]

    yield start
    for one in started:
        one.end()


class Clients:
    """Makes clients of a broker on the loop of the test, and closes them."""

    def __init__(self, prepared):
        self.prepared = prepared
        self._made = []
        self._proxies = []

    def make(self, name, **options):
        """Returns a client of a user, not connected."""
        client = PulseMQClient(**self.prepared.arguments(name, **options))
        self._made.append(client)
        return client

    async def connected(self, name, **options):
        """Returns a connected client of a user."""
        client = self.make(name, **options)
        await until_connected(client.async_connect)
        return client

    async def proxy(self, port):
        """Returns a proxy in front of a port."""
        proxy = Proxy(port)
        await proxy.start()
        self._proxies.append(proxy)
        return proxy

    async def through_proxies(self, name, **options):
        """Returns a connected client, the proxy of its request link, and the proxy of its delivery link."""
        requests = await self.proxy(self.prepared.broker.pub_port)
        deliveries = await self.proxy(self.prepared.broker.sub_port)
        client = await self.connected(name, **{"pub_port": requests.port, "sub_port": deliveries.port, **options})
        return client, requests, deliveries

    async def close(self):
        """Closes the clients and proxies."""
        for client in self._made:
            await client.async_close()
        for proxy in self._proxies:
            await proxy.stop()


@pytest.fixture
def run(prepared):
    """A function that runs `async def work(clients)` on a new loop, for 60 seconds at most."""

    def run(work, broker=prepared):
        async def main():
            clients = Clients(broker)
            try:
                return await asyncio.wait_for(work(clients), 60)
            finally:
                await clients.close()

        return asyncio.run(main())

    return run


@pytest.fixture
def make(prepared):
    """A function that makes clients for the blocking methods, which are closed after the test."""
    made = []

    def make(name, **options):
        made.append(PulseMQClient(**prepared.arguments(name, **options)))
        return made[-1]

    yield make
    for client in made:
        client.close()
