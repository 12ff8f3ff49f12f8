"""The class PulseMQServer: a broker that lives as long as a Python program."""

from __future__ import annotations

import asyncio
import atexit
import sys
import threading
from collections.abc import Callable
from types import TracebackType

from pulse_mq.errors import BadOptionError

from ._child import BrokerProcess, Settings
from ._signals import end_signals
from .config import Config

__all__ = ["PulseMQServer"]

#: Seconds. A start takes about one; migrations of a large database take longer.
_START_TIMEOUT = 60.0


class PulseMQServer:
    """The broker, in a process of its own that ends with this program.

    Without arguments it has the defaults of the command `pulsemq`. Keywords change single settings. A `Config` gives any of them. Paths
    are relative to the working directory at the start, where the broker also writes `.pulsemq_admin`.

        server = PulseMQServer(pub_port=6000, admin_port=9090)
        server.run()                         # until Ctrl+C or SIGTERM

        with PulseMQServer() as server:      # or start() and stop()
            print(server.admin_port)

    `on_log` gets each line of the log, on a thread of its own. By default a line goes to `sys.stderr`. All methods may be called from any
    thread. They wait: in asyncio use `async_run`, or call them with `asyncio.to_thread`.
    """

    def __init__(
        self,
        config: Config | None = None,
        *,
        host: str | None = None,
        pub_port: int | None = None,
        sub_port: int | None = None,
        admin_port: int | None = None,
        db_path: str | None = None,
        log_level: str | None = None,
        on_log: Callable[[str], None] | None = None,
    ) -> None:
        keywords: Settings = {
            "server": {"host": host, "pub_port": pub_port, "sub_port": sub_port, "admin_port": admin_port},
            "storage": {"db_path": db_path},
            "logging": {"level": log_level},
        }
        given = _without_none(keywords)
        if config is not None and given:
            raise BadOptionError("give PulseMQServer either a Config or keywords such as pub_port, not both")
        self._settings = given if config is None else config.settings()
        self._on_log = _to_stderr if on_log is None else on_log
        self._lock = threading.Lock()
        self._child: BrokerProcess | None = None

    def start(self, timeout: float = _START_TIMEOUT) -> None:
        """Returns when all three ports accept connections.

        Raises a StartupError when the broker cannot start, or not within `timeout` seconds, and a RuntimeError when it runs already.
        """
        self._start(self._new_child(), timeout)

    def stop(self) -> None:
        """Ends the broker, and returns when it has ended. Does nothing when it does not run."""
        child = self._child
        if child is not None:
            child.stop()
            atexit.unregister(child.stop)

    def run(self) -> None:
        """Starts the broker, prints its addresses, and returns when it has ended: at Ctrl+C, SIGTERM, or a `stop` in another thread.

        Raises a StartupError when the broker cannot start, and a BrokerEndedError when it ends by itself with an error.
        """
        child = self._new_child()
        with end_signals(child.end):
            self._run(child)

    async def async_run(self) -> None:
        """Does the same for asyncio, and ends the broker when it is cancelled, which asyncio.run does at Ctrl+C."""
        child = self._new_child()
        try:
            await asyncio.to_thread(self._run, child)
        except asyncio.CancelledError:
            await asyncio.to_thread(child.stop)
            raise

    @property
    def is_running(self) -> bool:
        """True while the broker is up."""
        return self._child is not None and self._child.is_running

    @property
    def pub_port(self) -> int:
        """The port for publishers. Like the other ports the real one, also when the setting is 0. Raises a RuntimeError before `start`."""
        return self._port("pubPort")

    @property
    def sub_port(self) -> int:
        """The port for subscribers."""
        return self._port("subPort")

    @property
    def admin_port(self) -> int:
        """The port of the console and the HTTP API."""
        return self._port("adminPort")

    def __enter__(self) -> PulseMQServer:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _new_child(self) -> BrokerProcess:
        with self._lock:
            if self._child is not None and not self._child.wait(0):
                raise RuntimeError("the broker of this PulseMQServer runs already; stop() ends it")
            self._child = BrokerProcess(self._settings, self._on_log)
            return self._child

    def _run(self, child: BrokerProcess) -> None:
        try:
            self._start(child, _START_TIMEOUT)
            if child.up is not None:
                print(child.up["banner"], end="", flush=True)
            child.wait()
        finally:
            self.stop()
        child.check()

    def _start(self, child: BrokerProcess, timeout: float) -> None:
        # The ports are free again when the program has ended. After a kill the broker ends by itself.
        atexit.register(child.stop)
        try:
            child.start(timeout)
        except BaseException:
            self.stop()
            raise

    def _port(self, name: str) -> int:
        child = self._child
        if child is None or child.up is None:
            raise RuntimeError("the broker has not been started")
        return int(child.up["addresses"][name])


def _without_none(sections: Settings) -> Settings:
    """The sections and keys that have a value."""
    given = {name: {key: value for key, value in keys.items() if value is not None} for name, keys in sections.items()}
    return {name: keys for name, keys in given.items() if keys}


def _to_stderr(line: str) -> None:
    try:
        print(line, file=sys.stderr, flush=True)
    except (OSError, ValueError):
        # Its reader has closed it. The log file has every line.
        return
