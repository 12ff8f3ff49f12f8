"""The configuration of PulseMQServer. The package `pulsemq-broker` brings both."""

from typing import TYPE_CHECKING, Any

from ._bundled import bundled

if TYPE_CHECKING:
    from pulsemq_broker.config import *  # noqa: F403


def __getattr__(name: str) -> Any:
    # A module is asked for names such as __path__, which must not need the broker.
    if name.startswith("_"):
        raise AttributeError(name)
    return getattr(bundled("config", f"pulse_mq.config.{name}"), name)
