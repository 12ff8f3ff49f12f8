"""F11: all addresses of a host name are tried."""

import asyncio
import os
import socket

import pytest

from pulse_mq import NotConnectedError, PulseMQClient, RequestTimeoutError


class NamedLoop(asyncio.SelectorEventLoop):
    """A loop that resolves the name `two.example` to the addresses of a test: no name server is needed."""

    def __init__(self, addresses):
        super().__init__()
        self._addresses = addresses

    async def getaddrinfo(self, host, port, **options):
        if host != "two.example":
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        found = [(socket.AF_INET6 if ":" in one else socket.AF_INET, one) for one in self._addresses]
        return [(family, socket.SOCK_STREAM, 6, "", (address, port)) for family, address in found]


def run(addresses, work):
    loop = NamedLoop(addresses)
    try:
        return loop.run_until_complete(asyncio.wait_for(work, 30))
    finally:
        loop.close()


@pytest.fixture
def swallowing():
    """The port of a listener on 127.0.0.3 that never answers."""
    with socket.create_server(("127.0.0.3", 0)) as listener:
        yield listener.getsockname()[1]


async def publish(arguments):
    client = PulseMQClient(**{**arguments, "host": "two.example"})
    async with client, client.async_subscribe("market", "named.>") as subscription:
        await client.async_publish("market", "named.a", b"x")
        return (await subscription.__anext__()).data


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.2", "127.0.0.1"],
        ["::1", "127.0.0.2", "127.0.0.1"],
        ["127.0.0.1"],
        ["127.0.0.2", "127.0.0.2", "127.0.0.1"],
    ],
)
def test_fault_f11_the_address_that_answers_is_found(prepared, addresses):
    assert run(addresses, publish(prepared.arguments("publisher"))) == b"x"


def test_fault_f11_an_address_that_never_answers_does_not_take_all_the_time(prepared):
    async def work():
        port = prepared.broker.pub_port
        listener = socket.create_server(("127.0.0.3", port))
        with listener:
            return await publish(prepared.arguments("publisher", connect_timeout=2.0))

    assert run(["127.0.0.3", "127.0.0.1"], work()) == b"x"


def test_fault_f11_an_error_names_every_address(swallowing):
    async def work():
        client = PulseMQClient("two.example", swallowing, connect_timeout=0.4)
        with pytest.raises(
            RequestTimeoutError, match=r"any address of two\.example.*127\.0\.0\.2.*refused; .*127\.0\.0\.3"
        ):
            await client.async_connect()
        client = PulseMQClient("none.example", swallowing)
        with pytest.raises(NotConnectedError, match=r"cannot resolve the host none\.example"):
            await client.async_connect()

    run(["127.0.0.2", "127.0.0.3"], work())


def test_fault_f11_no_socket_is_left_behind(swallowing):
    before = len(os.listdir("/proc/self/fd"))

    async def work():
        client = PulseMQClient("two.example", swallowing, connect_timeout=0.2)
        for _ in range(5):
            with pytest.raises(RequestTimeoutError):
                await client.async_connect()

    run(["127.0.0.2", "127.0.0.3"], work())
    assert len(os.listdir("/proc/self/fd")) <= before
