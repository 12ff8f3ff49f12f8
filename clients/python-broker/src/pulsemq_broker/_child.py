"""The process of the broker: starts it, reads its events and its log, and ends it. PulseMQServer uses it.

A pipe ties the lives of both processes together. The broker ends when the write end of the pipe is closed, and the system closes it when
this process ends in any way, SIGKILL included. The signal that Linux sends at the death of a parent would not do: it is sent as soon as
the thread ends that started the broker.
"""

from __future__ import annotations

import collections
import contextlib
import json
import os
import subprocess
import threading
import traceback
import weakref
from collections.abc import Callable, Mapping
from typing import IO, Any

from ._bundle import LAUNCHER, node
from .errors import BrokerEndedError, StartupError

#: Settings as in the YAML file: sections with their keys.
Settings = Mapping[str, Mapping[str, object]]

#: Seconds. The broker ends itself within 4.5 seconds of the request; after this time it is killed.
_END_TIMEOUT = 10.0
_SHOWN_LOG_LINES = 5


class BrokerProcess:
    """One run of the broker. Its methods may be called from any thread, and `end` from a signal handler."""

    def __init__(self, settings: Settings, on_log: Callable[[str], None]) -> None:
        self._settings = settings
        self._on_log = on_log
        self._last_lines: collections.deque[str] = collections.deque(maxlen=_SHOWN_LOG_LINES)
        self._process: subprocess.Popen[str] | None = None
        #: The write end of the pipe, until it is closed. A list, because `pop` is one step, also for a signal handler.
        self._lifeline: list[int] = []
        self._is_settled = threading.Event()
        self._has_ended = threading.Event()
        self._is_end_wanted = False
        self._is_in_fork = False
        self._failure: str | None = None
        #: What the broker said when it was up: `addresses` and `banner`.
        self.up: dict[str, Any] | None = None

    @property
    def is_running(self) -> bool:
        """True from the moment it is up until it has ended."""
        return self.up is not None and not self._has_ended.is_set()

    def start(self, timeout: float) -> None:
        """Returns when the broker is up, or has ended because `end` was called. Raises a StartupError otherwise."""
        try:
            process = self._spawn()
        except BaseException:
            self._cut()
            self._has_ended.set()
            raise
        self._read_in_threads(process)
        self._send_settings()
        if not self._is_settled.wait(timeout):
            self._kill()
            raise StartupError(f"the broker was not up after {timeout:g} s, and was ended{self._shown_log()}")
        if self.up is None and not self._is_end_wanted:
            raise StartupError(self._reason())

    def end(self) -> None:
        """Asks the broker to end, and returns at once."""
        # What has ended before has ended by itself.
        self._is_end_wanted = self._is_end_wanted or not self._has_ended.is_set()
        self._cut()

    def wait(self, timeout: float | None = None) -> bool:
        """Returns True when the broker has ended, and False after `timeout` seconds."""
        return self._has_ended.wait(timeout)

    def stop(self) -> None:
        """Ends the broker, and returns when it has ended. Does nothing in a forked process: the broker belongs to the other one."""
        self.end()
        if self._process is not None and not self._is_in_fork and not self.wait(_END_TIMEOUT):
            self._kill()

    def check(self) -> None:
        """Raises a BrokerEndedError when the broker has ended by itself with an error. Only after it has ended."""
        assert self._process is not None
        if not self._is_end_wanted and self._process.returncode != 0:
            raise BrokerEndedError(self._reason())

    def forget_in_fork(self) -> None:
        """In a forked process: closes the copy of the pipe, which would keep the broker alive after the end of its parent."""
        self._is_in_fork = True
        self._cut()

    def _spawn(self) -> subprocess.Popen[str]:
        command = [node(), LAUNCHER]
        reader, writer = os.pipe()
        self._lifeline.append(writer)
        _live.add(self)
        if self._is_end_wanted:
            self._cut()
        try:
            self._process = subprocess.Popen(
                command,
                stdin=reader,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                errors="replace",
                # A terminal sends Ctrl+C to a whole group, and a notebook ends a cell by it: what it means is decided in this process.
                start_new_session=True,
            )
        finally:
            os.close(reader)
        return self._process

    def _send_settings(self) -> None:
        line = json.dumps(self._settings).encode() + b"\n"
        # The broker has ended already, and says why in its events; or `end` has closed the pipe.
        with contextlib.suppress(OSError, IndexError):
            # A line is far shorter than the 64 KiB that a pipe takes without a reader.
            os.write(self._lifeline[0], line)

    def _read_in_threads(self, process: subprocess.Popen[str]) -> None:
        log = threading.Thread(target=self._read_log, args=(process.stderr,), name="pulsemq-log", daemon=True)
        events = threading.Thread(target=self._read_events, args=(process, log), name="pulsemq-events", daemon=True)
        log.start()
        events.start()

    def _read_events(self, process: subprocess.Popen[str], log: threading.Thread) -> None:
        assert process.stdout is not None
        with process.stdout as pipe:
            for line in pipe:
                event = json.loads(line)
                if event["event"] == "up":
                    self.up = event
                    self._is_settled.set()
                else:
                    self._failure = event["reason"]
        process.wait()
        log.join()
        self._cut()
        self._has_ended.set()
        self._is_settled.set()

    def _read_log(self, pipe: IO[str]) -> None:
        with pipe:
            for line in pipe:
                text = line.rstrip("\n")
                self._last_lines.append(text)
                try:
                    self._on_log(text)
                except Exception:
                    # The thread must go on: a broker whose log is not read stops when the pipe is full.
                    traceback.print_exc()

    def _cut(self) -> None:
        """Closes the write end of the pipe, once."""
        _live.discard(self)
        with contextlib.suppress(IndexError):
            os.close(self._lifeline.pop())

    def _kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._has_ended.wait()

    def _reason(self) -> str:
        if self._failure is not None:
            return self._failure
        assert self._process is not None
        return f"the broker ended with exit code {self._process.returncode}{self._shown_log()}"

    def _shown_log(self) -> str:
        return "".join(f"\n  {line}" for line in self._last_lines)


#: Those whose pipe is open.
_live: weakref.WeakSet[BrokerProcess] = weakref.WeakSet()


def _forget_all_in_fork() -> None:
    for child in list(_live):
        child.forget_in_fork()


os.register_at_fork(after_in_child=_forget_all_in_fork)
