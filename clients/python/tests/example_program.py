"""Runs a program of a README or a document in a process of its own, and waits for what it does."""

import queue
import re
import subprocess
import sys
import threading
import time

#: Runs a program with the sleeps of asyncio 200 times shorter.
QUICKLY = """
import asyncio, runpy, sys
slowly = asyncio.sleep
asyncio.sleep = lambda seconds, *more: slowly(seconds / 200, *more)
runpy.run_path(sys.argv[1], run_name="__main__")
"""


def python_blocks(text):
    """Returns the Python code blocks of a Markdown text."""
    return re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def find(examples, mark):
    """Returns the example that contains a text."""
    return next(example for example in examples if mark in example)


def filled_in(code, tokens):
    """Replaces the tokens in an example by those of its users."""
    for name, token in tokens.items():
        code = re.sub(rf'(username="{name}",\s+token=)"[^"]*"', rf'\1"{token}"', code)
        code = re.sub(rf'(subscriber\("{name}", )"token-\d"', rf'\1"{token}"', code)
    return code


def tokens_of(lines):
    """Returns the tokens that prepare.py has printed, by user."""
    text = "\n".join(lines)
    return {
        "publisher_01": re.search(r"publisher token: (\w{32})", text)[1],
        "subscriber_01": re.search(r"subscriber token: (\w{32})", text)[1],
    }


class ExampleProgram:
    """Writes `code` to `path` with the ports of the broker, and runs it, or the code `runner` with the path as its argument."""

    def __init__(self, broker, code, path, runner=None, cwd=None, python=sys.executable, env=None):
        code = code.replace("5555", str(broker.pub_port)).replace("5556", str(broker.sub_port))
        path.write_text(code.replace("8080", str(broker.admin_port)), encoding="utf-8")
        words = [str(path)] if runner is None else ["-c", runner, str(path)]
        self.process = subprocess.Popen(
            [python, "-u", *words],
            cwd=cwd,
            env=env,
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
