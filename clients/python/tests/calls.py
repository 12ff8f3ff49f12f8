"""Every public call that waits for something, in its async and its blocking form."""

import asyncio


async def _iterate(client):
    async for _ in client.async_subscribe("market", "calls.>"):
        break


async def _with(client):
    async with client.async_subscribe("market", "calls.>"):
        pass


async def _live(client):
    await client.async_subscribe("market", "calls.>").live()


async def _snapshot_end(client):
    await client.async_subscribe("market", "calls.>", snapshot=True).snapshot_end()


async def _unanswered(client):
    await client.async_publish("market", "calls.a", b"x", ack=False)
    await client.async_flush()


async def _many_at_once(client):
    await asyncio.gather(*(client.async_publish("market", "calls.a", b"x") for _ in range(10)))


#: Each is called with a client that was connected.
ASYNC_CALLS = {
    "async_publish": lambda client: client.async_publish("market", "calls.a", b"x"),
    "async_publish, many at once": _many_at_once,
    "async_publish without ack": _unanswered,
    "async_publish_many": lambda client: client.async_publish_many("market", "calls.a", [b"x"] * 3_000),
    "async_flush": lambda client: client.async_flush(),
    "async_subscribe, live": _live,
    "async_subscribe, async with": _with,
    "async_subscribe, async for": _iterate,
    "async_subscribe, snapshot_end": _snapshot_end,
    "async_last": lambda client: client.async_last("market", "calls.a"),
    "async_live_table": lambda client: client.async_live_table("market", "calls.>", on_slow="drop_oldest"),
    "async_query_namespaces": lambda client: client.async_query_namespaces(),
    "async_query_topics": lambda client: client.async_query_topics("market"),
    "async_query_permission": lambda client: client.async_query_permission(),
}

CALLS = {
    "publish": lambda client: client.publish("market", "calls.a", b"x").result(),
    "publish, exception": lambda client: _raise(client.publish("market", "calls.a", b"x").exception()),
    "publish without ack": lambda client: (client.publish("market", "calls.a", b"x", ack=False), client.flush()),
    "publish, thousands": lambda client: [client.publish("market", "calls.a", b"x") for _ in range(3_000)][-1].result(),
    "publish_many": lambda client: client.publish_many("market", "calls.a", [b"x"] * 3_000),
    "flush": lambda client: client.flush(),
    "subscribe": lambda client: client.subscribe("market", "calls.>", lambda message: None),
    "last": lambda client: client.last("market", "calls.a"),
    "live_table": lambda client: client.live_table("market", "calls.>", on_slow="drop_oldest"),
    "query_namespaces": lambda client: client.query_namespaces(),
    "query_topics": lambda client: client.query_topics("market"),
    "query_permission": lambda client: client.query_permission(),
}


def _raise(error):
    if error is not None:
        raise error
