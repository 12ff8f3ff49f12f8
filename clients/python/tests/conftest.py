"""The real broker of this project, and clients that are closed whatever happens."""

import asyncio
import pathlib
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "test" / "interop" / "python"))
sys.path.insert(0, str(pathlib.Path(__file__).parent))

from proxy import Proxy  # noqa: E402

from broker import Broker, Prepared  # noqa: E402
from pulse_mq import PulseMQClient  # noqa: E402


@pytest.fixture(scope="session")
def prepared():
    """A broker with a namespace `market`, and the users `publisher`, `reader` and `nobody`."""
    broker = Broker(config="limits:\n  max_connections_per_user: 1000\n  max_subscriptions_per_conn: 6000\n")
    yield Prepared(broker)
    broker.stop()


class Clients:
    """Makes clients and closes them."""

    def __init__(self, prepared):
        self.prepared = prepared
        self._made = []
        self._proxies = []

    def make(self, name, **more):
        client = PulseMQClient(**self.prepared.arguments(name, **more))
        self._made.append(client)
        return client

    async def connected(self, name, **more):
        client = self.make(name, **more)
        await client.async_connect()
        return client

    async def proxy(self, port):
        """A wire to a port, which can be cut."""
        proxy = Proxy(port)
        await proxy.start()
        self._proxies.append(proxy)
        return proxy

    async def close(self):
        for client in self._made:
            await client.async_close()
        for proxy in self._proxies:
            await proxy.stop()


@pytest.fixture
def run(prepared):
    """Runs `async def work(clients)` in a loop of its own, for 60 seconds at most."""

    def run(work, seconds=60):
        async def main():
            clients = Clients(prepared)
            try:
                return await asyncio.wait_for(work(clients), seconds)
            finally:
                await clients.close()

        return asyncio.run(main())

    return run
