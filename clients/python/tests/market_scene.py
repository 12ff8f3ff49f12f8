"""A namespace that keeps last values, and what the tests of lanes, snapshots and statuses do in it."""

import pytest


@pytest.fixture(scope="session")
def prices(prepared):
    """The name of the namespace `prices`, which keeps last values, for the users `feed` (pub) and `screen` (sub)."""
    broker = prepared.broker
    namespace_id = broker.namespace("prices")
    broker.call("PUT", f"/api/namespaces/{namespace_id}", {"keep_last_value": True})
    for name, role in (("feed", "pub"), ("screen", "sub")):
        prepared.tokens[name] = broker.user(name, {namespace_id: role})
    return "prices"


async def publish(publisher, topic, *values):
    """Publishes texts to a topic of `prices`."""
    await publisher.async_publish_many("prices", topic, values, format="string")
