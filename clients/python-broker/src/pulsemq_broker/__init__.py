"""The PulseMQ broker for Python environments.

The command `pulsemq` runs it. In a program: `from pulse_mq import PulseMQServer`.
"""

from .version import __version__

__all__ = ["__version__"]
