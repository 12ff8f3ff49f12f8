"""A receiver process and what it printed."""
import json
import pathlib
import queue
import subprocess
import sys
import threading


class Receiver:
    """The unchanged package subscribing in a process of its own."""

    def __init__(self, prepared, name: str, *pairs: str):
        broker = prepared.broker
        script = pathlib.Path(__file__).with_name("receiver.py")
        arguments = [str(broker.pub_port), str(broker.sub_port), name, prepared.tokens[name], *pairs]
        self.process = subprocess.Popen([sys.executable, str(script), *arguments], stdout=subprocess.PIPE, text=True)
        self.lines: queue.Queue = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(json.loads(line))

    def next(self, timeout=10):
        return self.lines.get(timeout=timeout)

    def until(self, topic: str):
        """Everything up to the first message of a topic, that one included."""
        messages = []
        while not messages or messages[-1]["topic"] != topic:
            messages.append(self.next())
        return messages

    def live(self, publish, topic: str):
        """Publishes to `topic` until one arrives: this package does not say when it is subscribed."""
        for _ in range(200):
            publish(topic)
            try:
                while self.next(timeout=0.05)["topic"] != topic:
                    pass
                return
            except queue.Empty:
                continue
        raise AssertionError("the receiver never received")

    def stop(self):
        self.process.kill()
        self.process.wait()
