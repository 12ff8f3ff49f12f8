"""One link on its own: peers that hang up right after the handshake, and bytes that come in any pieces."""

import asyncio
import socket
import threading

import pytest

from pulse_mq import NotConnectedError, _zmtp
from pulse_mq._delivery_reader import DeliveryReader
from pulse_mq._link import Endpoint, Link
from pulse_mq._stream import QueueStream
from pulse_mq._topics import TopicTable
from pulse_mq._wire import BLOCK, BLOCK_VERSION, HEADER, PUB, VERSION

READY = _zmtp.ready("ROUTER")


class Peer:
    """Completes the ZMTP handshake with every peer, in pieces of `piece_bytes`, and closes the connection."""

    def __init__(self, piece_bytes=1_000):
        self._piece_bytes = piece_bytes
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.endpoint = Endpoint("127.0.0.1", self._listener.getsockname()[1], 20, 10, 3)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def stop(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _serve(self):
        while True:
            try:
                one, _ = self._listener.accept()
            except OSError:
                return
            with one:
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                answer = _zmtp.GREETING + READY
                for at in range(0, len(answer), self._piece_bytes):
                    one.sendall(answer[at : at + self._piece_bytes])
                seen = b""
                while b"READY" not in seen and (piece := one.recv(1_024)):
                    seen += piece


def test_open_raises_when_the_link_is_closed_right_after_the_handshake():
    async def work():
        peer = Peer()
        link = Link("DEALER", peer.endpoint, lambda data: None, lambda error: None)
        opening = asyncio.ensure_future(link.open())
        while link._wire is None or not link._wire.is_ready:
            await asyncio.sleep(0)
        # Before `open` runs again.
        link.close()
        with pytest.raises(NotConnectedError, match="was closed"):
            await opening
        peer.stop()

    asyncio.run(asyncio.wait_for(work(), 50))


@pytest.mark.parametrize("piece_bytes", [1, 7, 63, 1_000])
def test_a_link_is_lost_right_after_a_handshake_in_any_pieces(piece_bytes):
    async def work():
        peer = Peer(piece_bytes)
        loop = asyncio.get_running_loop()
        for _ in range(30):
            lost = loop.create_future()
            link = Link("DEALER", peer.endpoint, lambda data: None, lost.set_result)
            try:
                await link.open()
                error = await asyncio.wait_for(lost, 5)
            except NotConnectedError as raised:
                error = raised
            assert "was lost" in str(error)
            link.close()
        peer.stop()

    asyncio.run(asyncio.wait_for(work(), 50))


@pytest.mark.parametrize(
    ("greeting", "text"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "does not speak ZMTP"),
        (b"\xff\x00\x00\x00\x00\x00\x00\x00\x01\x00", "does not speak ZMTP"),
        (b"\xff" + bytes(8) + b"\x7f\x01", "version 1 of ZMTP"),
        (_zmtp.GREETING.replace(b"NULL", b"PLAI"), "asks for the mechanism"),
        (_zmtp.GREETING.replace(b"NULL\0", b"CURVE"), "does not take clear text: give curve_server_key or tls"),
        (_zmtp.GREETING + b"\x04\x06\x05ERROR", "answered the handshake with b'.x05ERROR'"),
        (_zmtp.GREETING + b"\x00\x01x", "answered the handshake with b'x'"),
        (_zmtp.GREETING + b"\x02" + b"\xff" * 8, "a message of 18446744073709551"),
    ],
)
def test_a_peer_that_is_no_broker_is_told_at_once(greeting, text):
    async def work():
        async def answer(reader, writer):
            writer.write(greeting)
            await reader.read()
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        endpoint = Endpoint("127.0.0.1", server.sockets[0].getsockname()[1], 20, 10, 3)
        with pytest.raises(NotConnectedError, match=text):
            await Link("DEALER", endpoint, lambda data: None, lambda error: None).open()
        server.close()
        await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(work(), 10))


class Owner:
    def set_paused(self, stream, is_paused):
        pass

    def on_slow(self, notice):
        raise AssertionError(str(notice))


def delivery(topic, payload, sequence, username="bench", block=True):
    header = HEADER.pack(VERSION, PUB, 0, 0, len(payload), 0, 5)
    reserved = BLOCK.pack(BLOCK_VERSION, 0, 0, 1, sequence, 7) if block else b""
    frames = [f"market:{topic}".encode(), header, b"market", topic.encode(), username.encode(), payload]
    return b"".join(_zmtp.frame(one, _zmtp.MORE) for one in frames) + _zmtp.frame(reserved)


class Reading:
    """A reader of deliveries, and what it has read."""

    def __init__(self):
        self.gaps = []
        self.commands = []
        topics = TopicTable(self.gaps.append)
        self.stream = QueueStream("market", ">", 1_000_000, "drop_oldest", Owner())
        topics.add(self.stream)
        self.reader = DeliveryReader(topics, self.commands.append, lambda *marker: None, None)

    def read(self):
        """The messages so far."""
        return [(one.topic, one.username, one.payload, one.sequence, one.received_at) for one in self.stream.queue]


WIRE = b"".join(
    [
        delivery("a", b"first", 1),
        delivery("a", b"", 2),
        delivery("b.c", b"x" * 255, 1),
        _zmtp.PING,
        delivery("a", b"x" * 256, 3),
        delivery("a", b"y" * 300_000, 4),
        delivery("a", b"other publisher", 5, username="second"),
        delivery("a", b"and back", 6),
        delivery("b.c", b"no block", 0, block=False),
        delivery("b.c", b"\x00\x18\x01" * 30, 2),
        _zmtp.PONG,
        delivery("a", b"last", 7),
    ]
)


def test_deliveries_are_the_same_at_every_cut():
    whole = Reading()
    whole.reader.feed(WIRE)
    expected = whole.read()
    assert [one[3] for one in expected] == [1, 2, 1, 3, 4, 5, 6, 0, 2, 7]
    assert expected[5][:3] == ("a", "second", b"other publisher") and expected[7][4] is None
    assert len(whole.commands) == 2 and whole.gaps == []
    small = len(WIRE) - 300_000
    for cut in [*range(1_600), *range(len(WIRE) - small + 900, len(WIRE))]:
        reading = Reading()
        reading.reader.feed(WIRE[:cut])
        reading.reader.feed(WIRE[cut:])
        assert reading.read() == expected, cut


@pytest.mark.parametrize("size", [1, 2, 3, 50, 4_096])
def test_deliveries_are_the_same_in_pieces_of_any_size(size):
    whole, reading = Reading(), Reading()
    whole.reader.feed(WIRE)
    for at in range(0, len(WIRE), size):
        reading.reader.feed(WIRE[at : at + size])
    assert reading.read() == whole.read()


def test_a_reader_that_is_stopped_keeps_the_rest():
    reading = Reading()
    deliver = reading.stream.deliver

    def stop(message):
        deliver(message)
        reading.reader.is_stopped = True

    topics = reading.reader._topics
    topics.remove(reading.stream)
    reading.stream.deliver = stop
    topics.add(reading.stream)
    reading.reader.feed(WIRE)
    for count in range(1, 11):
        assert len(reading.read()) == count
        reading.reader.is_stopped = False
        reading.reader.feed(b"")
    assert len(reading.read()) == 10


@pytest.mark.parametrize("data", [b"\x10\x00", b"\x05\x01x", b"\x02" + b"\xff" * 8, b"\x01\x00" * 20, b"\x00\x01x"])
def test_bytes_that_are_no_deliveries_are_refused(data):
    with pytest.raises(NotConnectedError):
        Reading().reader.feed(data)
