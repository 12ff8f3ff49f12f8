"""Runs a program of a README or a document in a process of its own, and waits for what it does."""

import queue
import re
import subprocess
import sys
import threading
import time


def python_blocks(text):
    """Returns the Python code blocks of a Markdown text."""
    return re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


class ExampleProgram:
    """Writes `code` to `path` with the ports of the broker, and runs it, or the code `runner` with the path as its argument."""

    def __init__(self, broker, code, path, runner=None, cwd=None):
        code = code.replace("5555", str(broker.pub_port)).replace("5556", str(broker.sub_port))
        path.write_text(code.replace("8080", str(broker.admin_port)), encoding="utf-8")
        words = [str(path)] if runner is None else ["-c", runner, str(path)]
        self.process = subprocess.Popen(
            [sys.executable, "-u", *words],
            cwd=cwd,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self._lines = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def next(self):
        """Returns the next line that it prints."""
        return self._lines.get(timeout=30)

    def until_end(self):
        """Waits until it has ended with exit code 0, and returns all lines."""
        errors = self.process.stderr.read()
        assert self.process.wait(timeout=60) == 0, errors
        self._reader.join()
        return list(self._lines.queue)

    def stop(self):
        """Kills it."""
        self.process.kill()
        self.process.wait()
        self._reader.join()
        self.process.stderr.close()
        self.process.stdout.close()

    def _read(self):
        for line in self.process.stdout:
            self._lines.put(line.rstrip("\n"))


def subscribed(broker, username):
    """Returns when a user has a subscription at the broker."""
    _wait_for(lambda: _subscription_count(broker, username) > 0, f"{username} to subscribe")


def unsubscribed(broker, username):
    """Returns when a user has no subscription at the broker any more."""
    _wait_for(lambda: _subscription_count(broker, username) == 0, f"{username} to unsubscribe")


def _subscription_count(broker, username):
    rows = broker.call("GET", "/api/connections")
    return sum(row["subscription_count"] for row in rows if row["username"] == username)


def _wait_for(is_true, what):
    deadline = time.monotonic() + 30
    while not is_true():
        assert time.monotonic() < deadline, f"waited 30 s for {what}"
        time.sleep(0.02)
