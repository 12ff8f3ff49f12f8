"""Which process this is: a client that was connected before `os.fork` must not be used in the child.

The child has copies of the sockets, but none of the threads that serve them, and locks that a lost thread may hold for ever.
"""

from __future__ import annotations

import os

from .errors import ForkedError


class ProcessMark:
    """Remembers the process it was made in. Comparing a count costs less than asking the system for the process id."""

    __slots__ = ("_count", "_id")

    _forks = 0

    def __init__(self) -> None:
        self._count = ProcessMark._forks
        self._id = os.getpid()

    @property
    def is_here(self) -> bool:
        """False in a process that was forked from the one it was made in."""
        return self._count == ProcessMark._forks

    def check(self) -> None:
        """Raises a ForkedError in a process that was forked from the one it was made in."""
        if self._count != ProcessMark._forks:
            raise ForkedError(
                f"this client was connected in process {self._id}, before a fork, and this is process {os.getpid()}: "
                "close() it here and connect() again, or make a client of its own in each process"
            )

    @classmethod
    def on_fork(cls) -> None:
        """Called in the child of every fork."""
        cls._forks += 1


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=ProcessMark.on_fork)
