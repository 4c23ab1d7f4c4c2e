"""The floors: the same work with nothing of ours in it. Run as a child: ``python -m … NAME …``.

``fetch URL FILE``    one GET, gunzip, decode, one bulk insert into SQLCipher
``take URL FILE``     the same with every body left as it came: less than any reader of rows does
``keep URL FILE``     the same into a table with keys, made or found: to find them again
``send URL FILE``     pack the operations in the file, one POST
``serve PORT FOLDER`` a bare HTTP server: files on GET; on POST one insert transaction
``window``            a bare window with the app's imports
"""

import gzip
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import perf_counter
from typing import Any

import msgspec
import requests
from sqlcipher3 import dbapi2 as sqlcipher

ROW_TABLE = "CREATE TABLE row (type TEXT, id TEXT, rev INT, root TEXT, body TEXT)"
KEYED_TABLE = (
    "CREATE TABLE IF NOT EXISTS row"
    " (type TEXT, id TEXT, rev INT, root TEXT, body TEXT, PRIMARY KEY (type, id)) WITHOUT ROWID"
)
KEYED_INDEX = "CREATE INDEX IF NOT EXISTS row_by_root ON row (type, root)"
KEY = "5e" * 32
"""Of a file that is opened once more."""

OP_TABLE = "CREATE TABLE IF NOT EXISTS op (id TEXT, body TEXT)"
PACKED = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "temp_store=MEMORY",
    "secure_delete=ON",
    "cache_size=-16384",
)
"""Those of the laptop's store."""

GZIP_LEVEL = 4
"""That of the laptop."""


class Op(msgspec.Struct):
    """What is looked at of an operation before it is stored."""

    op_id: str


def insert(path: Path, key: str, tables: Sequence[str], statement: str, lines: list[Any]) -> Any:
    """All lines in one durable transaction of an encrypted file; its connection, still open:
    what writing the log back costs belongs to no sync."""
    connection = sqlcipher.connect(str(path), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{key}'\"")
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    for table in tables:
        connection.execute(table)
    connection.execute("BEGIN")
    connection.executemany(statement, lines)
    connection.execute("COMMIT")
    return connection


def fetch(url: str, file: str) -> dict[str, float]:
    """Seconds from the request to the durable commit of one compressed transfer, and its bytes."""

    return _brought(url, file, _read, os.urandom(32).hex(), (ROW_TABLE,))


def keep(url: str, file: str) -> dict[str, float]:
    """As :func:`fetch`, into a table with a primary key and an index by root."""
    return _brought(url, file, _read, KEY, (KEYED_TABLE, KEYED_INDEX))


def _read(text: bytes) -> list[Any]:
    found: list[list[Any]] = msgspec.json.decode(text)
    for row in found:
        row[4] = msgspec.json.encode(row[4]).decode()
    return found


def take(url: str, file: str) -> dict[str, float]:
    """As :func:`fetch`, without a look into the rows."""

    def rows(text: bytes) -> list[Any]:
        found = msgspec.json.decode(text, type=list[tuple[str, str, int, str, msgspec.Raw]])
        return [(*row, bytes(body).decode()) for *row, body in found]

    return _brought(url, file, rows, os.urandom(32).hex(), (ROW_TABLE,))


def _brought(
    url: str, file: str, rows: Callable[[bytes], list[Any]], key: str, tables: Sequence[str]
) -> dict[str, float]:
    started = perf_counter()
    packed = requests.get(url, timeout=60).content
    lines = rows(gzip.decompress(packed))
    statement = "INSERT OR REPLACE INTO row VALUES (?,?,?,?,?)"
    connection = insert(Path(file), key, tables, statement, lines)
    seconds = perf_counter() - started
    connection.close()
    return {"seconds": seconds, "bytes_down": len(packed)}


def send(url: str, file: str) -> dict[str, float]:
    """Seconds and bytes of one compressed transfer of operations to who stores them durably."""
    body = Path(file).read_bytes()
    started = perf_counter()
    packed = gzip.compress(body, GZIP_LEVEL, mtime=0)
    requests.post(url, data=packed, headers=PACKED, timeout=60).raise_for_status()
    return {"seconds": perf_counter() - started, "bytes_up": len(packed)}


class Handler(SimpleHTTPRequestHandler):
    """Files on GET; on POST one insert transaction of the operations in the body."""

    protocol_version = "HTTP/1.1"
    database = "pushed.db"
    key = os.urandom(32).hex()

    def do_POST(self) -> None:
        """Store what came, durably, and say so."""
        packed = self.rfile.read(int(self.headers["Content-Length"]))
        raws = msgspec.json.decode(gzip.decompress(packed), type=list[msgspec.Raw])
        lines = [(msgspec.json.decode(raw, type=Op).op_id, bytes(raw).decode()) for raw in raws]
        path = Path(self.directory) / self.database
        insert(path, self.key, (OP_TABLE,), "INSERT INTO op VALUES (?,?)", lines).close()
        answer = json.dumps({"taken": len(lines)}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *arguments: object) -> None:
        """Nobody reads this server's log."""


def serve(port: str, folder: str) -> None:
    """Serve until killed."""
    handler = partial(Handler, directory=folder)
    ThreadingHTTPServer(("127.0.0.1", int(port)), handler).serve_forever()


def window() -> None:
    """A bare window, with everything imported that the app imports, shown once."""
    from PySide6.QtWidgets import QApplication, QMainWindow

    import desktop.app

    application = QApplication([])
    bare = QMainWindow()
    bare.resize(1366, 768)
    bare.setWindowTitle(desktop.app.__name__)
    bare.show()
    application.processEvents()


_CHILDREN: Mapping[str, Callable[..., dict[str, float] | None]] = {
    "fetch": fetch,
    "take": take,
    "keep": keep,
    "send": send,
    "serve": serve,
    "window": window,
}


if __name__ == "__main__":
    name, *arguments = sys.argv[1:]
    found = _CHILDREN[name](*arguments)
    print(json.dumps(found))
