"""A wire in the middle that can be cut, or swallow everything while it stays open."""

import asyncio


class Proxy:
    """Runs on the loop of the test; `to_broker` and `to_client` may each be swallowed."""

    def __init__(self, target):
        self._target = target
        self._links = []
        self.swallows_to_broker = False
        self.swallows_to_client = False
        self.connection_count = 0

    async def start(self):
        self._server = await asyncio.start_server(self._join, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self):
        self._server.close()
        self.cut()
        # Transports close on the next turn of the loop.
        await asyncio.sleep(0)

    def swallow(self, swallows=True):
        self.swallows_to_broker = self.swallows_to_client = swallows

    def cut(self):
        for tasks, writers in self._links:
            for task in tasks:
                task.cancel()
            for writer in writers:
                writer.transport.abort()
        self._links.clear()

    async def _join(self, near_reader, near_writer):
        self.connection_count += 1
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            near_writer.transport.abort()
            return
        writers = (near_writer, far_writer)
        ways = (
            (near_reader, far_writer, lambda: self.swallows_to_broker),
            (far_reader, near_writer, lambda: self.swallows_to_client),
        )
        tasks = [asyncio.ensure_future(self._pass(*way)) for way in ways]
        self._links.append((tasks, writers))

    async def _pass(self, reader, writer, swallows):
        try:
            while data := await reader.read(65_536):
                if not swallows():
                    writer.write(data)
                    await writer.drain()
        except OSError:
            pass
        writer.transport.abort()
