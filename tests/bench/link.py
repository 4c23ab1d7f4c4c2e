"""A line with a distance and a width, between a laptop and its server.

Every byte takes half the round trip each way and waits its turn at the given rate; a new
connection costs one round trip before it carries anything, as TCP's greeting does. Run as a
process of its own: ``python -m tests.bench.link PORT SERVER_PORT ROUND_TRIP_MS MBIT_S``.
"""

import asyncio
import sys
from contextlib import suppress
from dataclasses import dataclass

CHUNK_BYTES = 8 * 1024


@dataclass
class Way:
    """One direction of the line: when its last byte is through, on the loop's clock."""

    bytes_per_s: float
    delay_s: float
    free_at: float = 0.0

    def arrival(self, now: float, size: int) -> float:
        """When ``size`` bytes sent ``now`` are at the other end."""
        self.free_at = max(self.free_at, now) + size / self.bytes_per_s
        return self.free_at + self.delay_s


class Link:
    """Passes connections on. Both ways have the same width, shared by all connections."""

    def __init__(self, server_port: int, round_trip_s: float, bytes_per_s: float) -> None:
        self._server_port = server_port
        self._round_trip_s = round_trip_s
        self._up = Way(bytes_per_s, round_trip_s / 2)
        self._down = Way(bytes_per_s, round_trip_s / 2)

    async def serve(self, port: int) -> None:
        """Until killed."""
        server = await asyncio.start_server(self._connected, "127.0.0.1", port)
        async with server:
            print("ready", flush=True)
            await server.serve_forever()

    async def _connected(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        await asyncio.sleep(self._round_trip_s)
        far, onward = await asyncio.open_connection("127.0.0.1", self._server_port)
        await asyncio.gather(
            self._carry(near, onward, self._up), self._carry(far, back, self._down)
        )

    async def _carry(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, way: Way
    ) -> None:
        on_the_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        delivering = asyncio.create_task(_deliver(on_the_way, sink))
        loop = asyncio.get_running_loop()
        while data := await _read(source):
            on_the_way.put_nowait((way.arrival(loop.time(), len(data)), data))
            # The sender feels the width: it may not run ahead of the line for ever.
            await asyncio.sleep(max(0.0, way.free_at - loop.time()))
        on_the_way.put_nowait((loop.time() + way.delay_s, b""))
        await delivering


async def _read(source: asyncio.StreamReader) -> bytes:
    """The next bytes; nothing at the end, however it came."""
    try:
        return await source.read(CHUNK_BYTES)
    except OSError:
        return b""


async def _deliver(
    on_the_way: "asyncio.Queue[tuple[float, bytes]]", sink: asyncio.StreamWriter
) -> None:
    loop = asyncio.get_running_loop()
    with suppress(OSError):
        while True:
            due, data = await on_the_way.get()
            await asyncio.sleep(max(0.0, due - loop.time()))
            if not data:
                break
            sink.write(data)
            await sink.drain()
    with suppress(OSError):
        sink.close()
        await sink.wait_closed()


if __name__ == "__main__":
    port, server_port, round_trip_ms, mbit_s = (int(word) for word in sys.argv[1:])
    link = Link(server_port, round_trip_ms / 1000, mbit_s * 1_000_000 / 8)
    with suppress(KeyboardInterrupt):
        asyncio.run(link.serve(port))
