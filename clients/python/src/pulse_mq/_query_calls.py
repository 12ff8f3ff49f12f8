"""The calls of a client that ask what a user may read."""

from __future__ import annotations

from typing import Any

from ._core_slot import CoreSlot
from ._names import namespace_or_default


class QueryCalls:
    """A part of `PulseMQClient`."""

    _slot: CoreSlot

    async def async_query_namespaces(self) -> list[dict[str, Any]]:
        """Namespaces this user may read, each `{"name": str, "topics": [str, ...], "topic_count": int}`."""
        return await self._slot.core_here().query_namespaces()

    def query_namespaces(self) -> list[dict[str, Any]]:
        """As `async_query_namespaces`."""
        return self._slot.wait_for(lambda core: core.query_namespaces())

    async def async_query_topics(self, namespace: str) -> list[str]:
        """Topics of a namespace, sorted. Empty when the namespace does not exist, or this user may not read it."""
        name = namespace_or_default(namespace)
        return await self._slot.core_here().query_topics(name)

    def query_topics(self, namespace: str) -> list[str]:
        """As `async_query_topics`."""
        name = namespace_or_default(namespace)
        return self._slot.wait_for(lambda core: core.query_topics(name))

    async def async_query_permission(self) -> dict[str, Any]:
        """`{"type": user type, "namespaces": {name: "SUB" | "PUB" | "ADMIN"}}`. The map is empty for a user type without grants."""
        return await self._slot.core_here().query_permission()

    def query_permission(self) -> dict[str, Any]:
        """As `async_query_permission`."""
        return self._slot.wait_for(lambda core: core.query_permission())
