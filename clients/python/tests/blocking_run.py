"""Calls the blocking `run()` beside a test."""

import queue
import threading


def start_run(client):
    """Calls `run()` in a thread. Returns a queue that gets the error it raises, or None when it returns."""
    ended = queue.Queue()

    def work():
        try:
            client.run()
        except Exception as error:
            ended.put(error)
        else:
            ended.put(None)

    threading.Thread(target=work, daemon=True).start()
    return ended
