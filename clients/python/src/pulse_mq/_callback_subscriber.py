"""Subscribing without `await`: messages go to functions, on the thread of the connection."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

from ._core import Core
from ._core_slot import CoreSlot
from ._loop_thread import running_loop
from ._notifier import Notifier
from ._stream import CallbackStream
from ._subscribe_options import SubscribeOptions
from .errors import PulseMQError
from .message import PulseMessage
from .subscription import CallbackSubscription


class CallbackSubscriber:
    """The callback subscriptions of a client, also those made before it is connected. May be used from any thread."""

    def __init__(self, slot: CoreSlot, notifier: Notifier) -> None:
        self._slot = slot
        self._notifier = notifier
        self._lock = threading.Lock()
        self._subscriptions: list[CallbackSubscription] = []

    @property
    def is_empty(self) -> bool:
        """True when there is no subscription."""
        return not self._subscriptions

    def subscribe(
        self,
        namespace: str,
        pattern: str,
        callback: Callable[[PulseMessage], object],
        options: SubscribeOptions,
    ) -> CallbackSubscription:
        """Adds a subscription with checked arguments. With a core, returns when it is live, except on the loop's own thread."""
        subscription = CallbackSubscription(namespace, pattern, callback, options, self._unsubscribe)
        with self._lock:
            self._subscriptions.append(subscription)
        core = self._slot.core
        if core is None:
            return subscription
        if running_loop() is core.loop:
            core.background.start(self._start_and_report(core, subscription))
            return subscription
        try:
            self._slot.wait_for(lambda core: self._start(core, subscription))
        except BaseException:
            self._forget(subscription)
            raise
        return subscription

    async def start_all(self, core: Core) -> None:
        """Starts the subscriptions made before there was a core. Raises the first refusal."""
        for subscription in list(self._subscriptions):
            await self._start(core, subscription)

    def reset(self) -> None:
        """Lets every subscription start again on the next core."""
        for subscription in list(self._subscriptions):
            subscription.stream = subscription.starting = None

    async def _start(self, core: Core, subscription: CallbackSubscription) -> None:
        """Starts a subscription once per core. Returns when it is live.

        A subscription made while the client connects has two callers: `subscribe` and `start_all`.
        """
        if subscription.starting is None:
            names = (subscription.namespace, subscription.pattern)
            stream = CallbackStream(*names, subscription.callback, core.streams, subscription.options)
            subscription.stream = stream
            subscription.starting = core.loop.create_task(core.streams.start(stream))
        # Shielded: the cancellation of one caller must not end it for the other.
        await asyncio.shield(subscription.starting)

    async def _start_and_report(self, core: Core, subscription: CallbackSubscription) -> None:
        try:
            await self._start(core, subscription)
        except PulseMQError as error:
            self._forget(subscription)
            self._notifier.error(error, f"the subscription {subscription.namespace}:{subscription.pattern}")

    def _unsubscribe(self, subscription: CallbackSubscription) -> None:
        self._forget(subscription)
        core, stream = self._slot.core, subscription.stream
        if core is not None and stream is not None:
            self._slot.stop(core, stream)

    def _forget(self, subscription: CallbackSubscription) -> None:
        with self._lock:
            if subscription in self._subscriptions:
                self._subscriptions.remove(subscription)
