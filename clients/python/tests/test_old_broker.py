"""The client on the broker of the package pulse-mq 0.3.0 itself, which knows no tickets and applies no patterns."""

import asyncio
import re
import socket
import subprocess

import pandas as pd
import pytest
from peers import environment

from pulse_mq import AuthFailedError, PulseMQClient

SERVER = 'from pulse_mq import PulseMQServer; PulseMQServer(host="127.0.0.1", pub_port={0}, sub_port={0}+1, db_path="b.db").run()'


def adjacent_ports():
    """Two free ports one behind the other: the package knows no other way."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


@pytest.fixture(scope="module")
def old(tmp_path_factory):
    """The arguments of a client of it."""
    folder = tmp_path_factory.mktemp("old")
    port = adjacent_ports()
    command = [environment() / "bin" / "python", "-I", "-u", "-c", SERVER.format(port)]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    for line in process.stdout:
        if "Health" in line:
            break
    token = re.search(r"Token:\s+(\w+)", (folder / ".pulsemq_admin").read_text())[1]
    yield {"host": "127.0.0.1", "pub_port": port, "username": "admin", "token": token}
    process.terminate()
    process.wait()
    process.stdout.close()


async def ready(client, subscription, topic):
    """This broker says SUB_OK before the socket is subscribed: what is published until the first one arrives may be lost."""
    while True:
        await client.async_publish("market", topic, b"ready")
        try:
            return await asyncio.wait_for(subscription.__anext__(), 0.05)
        except asyncio.TimeoutError:
            continue


async def next_after(subscription, topic):
    while (message := await asyncio.wait_for(subscription.__anext__(), 10)).topic == topic:
        pass
    return message


def test_everything_works_with_patterns_applied_in_the_client(old):
    async def main():
        async with PulseMQClient(**old) as client:
            wanted = await client.async_subscribe("market", "a.>")
            other = await client.async_subscribe("market", "b.*")
            first = await ready(client, wanted, "a.ready")
            assert (first.sequence, first.epoch, first.received_at) == (0, 0, None)
            await client.async_publish("market", "zzz.q", b"x")
            await client.async_publish("market", "b.c", "text", format="string")
            table = pd.DataFrame({"price": [10.5], "volume": [100]})
            await client.async_publish("market", "a.table", table, format="df_pyarrow", compress="zstd")
            pd.testing.assert_frame_equal((await next_after(wanted, "a.ready")).data, table)
            text = await next_after(other, "a.ready")
            assert (text.data, text.username, other.queued_count) == ("text", "admin", 0)
            # This one answers every publish, whether asked to or not: nothing may shift.
            await client.async_publish("market", "a.unanswered", b"x", ack=False)
            assert await client.async_query_topics("market") == ["a.ready", "a.table", "a.unanswered", "b.c", "zzz.q"]
            await wanted.aclose()
            assert (await client.async_query_namespaces())[0]["name"] == "market"
            assert (await client.async_query_permission())["type"] == "super_admin"

    asyncio.run(main())


def test_a_wrong_token_is_refused(old):
    async def main():
        with pytest.raises(AuthFailedError):
            await PulseMQClient(**{**old, "token": "wrong"}).async_connect()

    asyncio.run(main())
