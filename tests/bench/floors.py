"""The floors: the same work with nothing of ours in it. Run as a child: ``python -m … NAME …``.

``fetch URL FILE``    one GET, gunzip, decode, one bulk insert into SQLCipher
``serve PORT FOLDER`` a bare HTTP server: files on GET, one insert transaction on POST
``window``            a bare window with the app's imports
"""

import gzip
import json
import os
import sqlite3
import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import perf_counter

import msgspec
import requests
from sqlcipher3 import dbapi2 as sqlcipher

ROW_TABLE = "CREATE TABLE row (type TEXT, id TEXT, rev INT, root TEXT, body TEXT)"


def bulk_insert(path: Path, rows: list[list[object]]) -> None:
    """All rows in one durable transaction of an encrypted file."""
    connection = sqlcipher.connect(str(path), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{os.urandom(32).hex()}'\"")
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(ROW_TABLE)
    connection.execute("BEGIN")
    connection.executemany("INSERT INTO row VALUES (?,?,?,?,?)", rows)
    connection.execute("COMMIT")
    connection.close()


def fetch(url: str, file: str) -> dict[str, float]:
    """Seconds and bytes of one compressed transfer and one bulk insert."""
    started = perf_counter()
    packed = requests.get(url, timeout=60).content
    rows = msgspec.json.decode(gzip.decompress(packed))
    for row in rows:
        row[4] = msgspec.json.encode(row[4]).decode()
    bulk_insert(Path(file), rows)
    return {"seconds": perf_counter() - started, "bytes_down": len(packed)}


class Handler(SimpleHTTPRequestHandler):
    """Files on GET; on POST one insert transaction of the operations in the body."""

    protocol_version = "HTTP/1.1"
    database = "pushed.db"

    def do_POST(self) -> None:
        """Store what came, durably, and say so."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        rows = [(op["op_id"], json.dumps(op)) for op in json.loads(body)["ops"]]
        connection = sqlite3.connect(Path(self.directory) / self.database)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE IF NOT EXISTS op (id TEXT, body TEXT)")
        with connection:
            connection.executemany("INSERT INTO op VALUES (?,?)", rows)
        connection.close()
        answer = json.dumps({"taken": len(rows)}).encode()
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


if __name__ == "__main__":
    name, *arguments = sys.argv[1:]
    found = {"fetch": fetch, "serve": serve, "window": window}[name](*arguments)
    print(json.dumps(found))
