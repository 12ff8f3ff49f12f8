"""Peers that are no broker: they accept connections and never answer, close them at once, or send garbage."""

import contextlib
import json
import socket
import threading

import zmq

from pulse_mq import _wire


class HostilePeer:
    """Listens on two ports of 127.0.0.1. `way` is `silent`, `closes` or `garbage`."""

    def __init__(self, way):
        self._way = way
        self._kept = []
        self._listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
        self.ports = dict(zip(("pub_port", "sub_port"), (one.getsockname()[1] for one in self._listeners)))
        for listener in self._listeners:
            threading.Thread(target=self._serve, args=(listener,), daemon=True).start()

    def stop(self):
        """Ends it, and closes what it has accepted."""
        for listener in self._listeners:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        for one in self._kept:
            one.close()

    def _serve(self, listener):
        while True:
            try:
                one, _ = listener.accept()
            except OSError:
                return
            if self._way == "closes":
                one.close()
                continue
            self._kept.append(one)
            if self._way == "garbage":
                with contextlib.suppress(OSError):
                    one.sendall(b"\x7f\x00\xffHTTP/1.1 200 OK\r\n\r\n" * 50)


class LyingBroker:
    """Speaks ZMTP and answers a log-in. To every later request it answers with `answer(frames)`, a list of frames, or None."""

    def __init__(self, answer, log_in=None):
        self._answer = answer
        self._log_in = {"status": "AUTH_OK", "server": "lies", "features": []} if log_in is None else log_in
        self._context = zmq.Context()
        self._router = self._context.socket(zmq.ROUTER)
        self._deliveries = self._context.socket(zmq.XPUB)
        self._stop = threading.Event()
        self.ports = {
            "pub_port": self._router.bind_to_random_port("tcp://127.0.0.1"),
            "sub_port": self._deliveries.bind_to_random_port("tcp://127.0.0.1"),
        }
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def stop(self):
        """Ends it."""
        self._stop.set()
        self._thread.join()
        self._context.destroy(linger=0)

    def _serve(self):
        while not self._stop.is_set():
            if not self._router.poll(20):
                continue
            peer, *frames = self._router.recv_multipart()
            answer = reply(_wire.ACK, self._log_in) if frames[0][1] == _wire.AUTH else self._answer(frames)
            if answer is not None:
                self._router.send_multipart([peer, *answer])


def reply(kind, body, version=_wire.VERSION):
    """The frames of a reply. `body` is what JSON can hold, or bytes as they are."""
    payload = body if isinstance(body, bytes) else json.dumps(body).encode()
    header = _wire.HEADER.pack(version, kind, 0, 0, len(payload), 0, 0)
    return [header, b"", b"", b"", payload, b""]
