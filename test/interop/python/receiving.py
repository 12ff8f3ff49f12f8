"""Runs receiver.py and reads what it prints."""

import json
import pathlib
import queue
import subprocess
import sys
import threading


class Receiver:
    """The unchanged package, which subscribes in a process of its own."""

    def __init__(self, prepared, name: str, *pairs: str):
        broker = prepared.broker
        script = pathlib.Path(__file__).with_name("receiver.py")
        arguments = [str(broker.pub_port), str(broker.sub_port), name, prepared.tokens[name], *pairs]
        self.process = subprocess.Popen([sys.executable, str(script), *arguments], stdout=subprocess.PIPE, text=True)
        self.lines: queue.Queue = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def next(self, timeout=10):
        """Returns the next message, and waits up to `timeout` seconds for it."""
        return self.lines.get(timeout=timeout)

    def until(self, topic: str):
        """Returns the messages up to and including the first one of a topic."""
        messages = []
        while not messages or messages[-1]["topic"] != topic:
            messages.append(self.next())
        return messages

    def live(self, publish, topic: str):
        """Publishes to `topic` until a message arrives. The package does not report when a subscription is live."""
        for _ in range(200):
            publish(topic)
            try:
                while self.next(timeout=0.05)["topic"] != topic:
                    pass
                return
            except queue.Empty:
                continue
        raise AssertionError(f"the receiver got none of 200 messages to {topic}")

    def stop(self):
        """Kills the process."""
        self.process.kill()
        self.process.wait()

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(json.loads(line))
