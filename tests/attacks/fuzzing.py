"""Requests that no app of ours would send: shaped like its messages, or like nothing at all."""

import asyncio
import random
import string
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
from fastapi import FastAPI

from sync.identity import SystemClock
from sync.schema.registry import ENTITIES
from sync.server.access import ROUTES
from sync.server.app import make_app
from sync.server.blobs.stores import FolderStore
from sync.wire import messages, office_messages
from tests.bench.figures import memory_mb
from tests.server.bench import COMMUNITY, Bench
from tests.support.stores import empty_store

LONGEST_S = 2.0
MOST_MB = 512
"""What the server's process may take: the requests' bodies, its store's pages, everything."""
LOOKED_AT_EVERY = 500
TOGETHER = 8
WAITING = frozenset({"/v1/live"})
"""What waits for news by itself."""

_ASKS = "Request"
_SHAPES = [
    one
    for module in (messages, office_messages)
    for one in vars(module).values()
    if isinstance(one, type) and issubclass(one, msgspec.Struct) and one.__name__.endswith(_ASKS)
]
_RAW = (b"", b"{", b"null", b"[]", b'"x"', b"\xff\xfe", b"{}" * 40, b"[" * 3000, b'{"a":1,"a":2}')
_ODD = (
    None, "", "x", "\x00", "\ud800", -1, 0, 1 << 60, 1 << 80, 1e308, True, [], {}, [[]], {"a": {}},
    "grid:1", "case:x", "user:y", "2026-06-18T02:00:00Z", "王桂兰", "'; DROP TABLE row; --",
    "../../x",
)  # fmt: skip


def fuzz_often(folder: Path, count: int, seed: int) -> dict[str, Any]:
    """So many requests of strangers and of every post; told are answers of 500 and above, those
    that took too long, memory that grows too far, and whatever the store then complains of."""
    with closing(empty_store(folder / "server")) as db:
        bench = Bench.make(db)
        tokens = ["", "x" * 43]
        for post in ("grid_worker", "desk_clerk", "secretary", "it_admin", "mediator"):
            area = bench.grid if post == "grid_worker" else COMMUNITY
            tokens.append(bench.desk(post, post, area).token)
        app = make_app(
            db, SystemClock(), blobs=FolderStore(folder / "blobs"), updates=folder / "up"
        )
        told = asyncio.run(_all(app, tokens, count, random.Random(seed)))
        told.faults += bench.differences()
    if told.most_mb > MOST_MB:
        told.faults.append(f"{told.most_mb:.0f} MB of memory")
    statuses = dict(sorted(told.statuses.items()))
    return {"done": count, "statuses": statuses, "mb": round(told.most_mb), "faults": told.faults}


class _Told:
    def __init__(self) -> None:
        self.statuses: Counter[str] = Counter()
        self.faults: list[str] = []
        self.most_mb = 0.0

    def answered(self, status: int) -> None:
        """One more, and now and then a look at the memory."""
        self.statuses[str(status)] += 1
        if self.statuses.total() % LOOKED_AT_EVERY == 0:
            self.most_mb = max(self.most_mb, memory_mb("VmRSS"))


async def _all(app: FastAPI, tokens: list[str], count: int, rng: random.Random) -> _Told:
    told = _Told()
    made = (request(rng, tokens) for _ in range(count))

    async def worker() -> None:
        for method, path, token, body in made:
            await _one(app, told, method, path, token, body)

    await asyncio.gather(*(worker() for _ in range(TOGETHER)))
    return told


def request(rng: random.Random, tokens: list[str]) -> tuple[str, str, str, bytes]:
    """One of them: a third raw bytes, a third the right shape with odd values, a third damaged."""
    method, route = rng.choice([key for key in ROUTES if key[1] not in WAITING])
    if rng.random() < 0.05:
        method = rng.choice(("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"))
    path = "/".join(
        part if not part.startswith("{") else rng.choice(_PARTS)(rng) for part in route.split("/")
    )
    return method, path, rng.choice(tokens), _body(rng)


_PARTS = (
    lambda rng: "".join(rng.choices(string.ascii_letters + "%:._-~", k=rng.randint(1, 30))),
    lambda rng: str(rng.choice((0, 1, -1, 1 << 70))),
    lambda rng: rng.choice(("grid%3A1", "..", "%00", "%F0%9F", "person", "p1", "%E7%8E%8B")),
)


def _body(rng: random.Random) -> bytes:
    way = rng.random()
    if way < 0.3:
        return rng.choice(_RAW) if rng.random() < 0.5 else rng.randbytes(rng.randint(0, 400))
    try:
        whole = msgspec.json.encode(_shaped(rng, rng.choice(_SHAPES)))
    except (UnicodeEncodeError, OverflowError, ValueError):
        return b'{"a":"\\ud800"}'
    if way < 0.65:
        return whole
    at = rng.randrange(len(whole) + 1)  # Damaged somewhere: cut, doubled, or a byte turned over.
    return rng.choice((whole[:at], whole[:at] + whole, whole[:at] + rng.randbytes(2) + whole[at:]))


def _shaped(rng: random.Random, shape: type[msgspec.Struct]) -> dict[str, Any]:
    fields = {name: _value(rng, name) for name in shape.__struct_encode_fields__}
    if "ops" in fields and rng.random() < 0.8:
        fields["ops"] = [_op(rng, seq) for seq in range(1, rng.randint(2, 4))]
        fields["first_seq"] = 1
    return fields if rng.random() < 0.8 else {**fields, rng.choice(("extra", "")): _value(rng, "")}


def _op(rng: random.Random, seq: int) -> dict[str, Any]:
    type_ = rng.choice([*ENTITIES, "nothing"])
    names = list(ENTITIES[type_].fields) if type_ in ENTITIES else ["x"]
    pairs = {name: [None, _value(rng, name)] for name in rng.sample(names, min(2, len(names)))}
    kind = rng.choice(("create", "patch", "append", "delete", "resolve", "x"))
    return {
        "op_id": f"{rng.random()}",
        "seq": seq,
        "kind": kind,
        "type": type_,
        "id": "r1",
        "f": pairs,
    }


def _value(rng: random.Random, name: str) -> Any:
    if rng.random() < 0.4:
        return rng.choice(_ODD)
    if name.endswith("s"):
        return [rng.choice(_ODD) for _ in range(rng.randint(0, 3))]
    return rng.choice(("grid:1", "client", 1, "x", "user:1"))


async def _one(app: FastAPI, told: _Told, method: str, path: str, token: str, body: bytes) -> None:
    sent: list[dict[str, Any]] = []
    given = False

    async def receive() -> dict[str, Any]:
        nonlocal given
        if given:
            return {"type": "http.disconnect"}
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(dict(message))

    headers = [(b"authorization", f"Bearer {token}".encode())] if token else []
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method,
        "scheme": "http", "path": _plain(path), "raw_path": path.encode(), "root_path": "",
        "query_string": b"", "headers": headers, "client": ("127.0.0.1", 1), "server": ("x", 80),
        "state": {},
    }  # fmt: skip
    about = f"{method} {path} {body[:80]!r}"
    try:
        await asyncio.wait_for(app(scope, receive, send), LONGEST_S * 5)
    except Exception as error:  # noqa: BLE001  (Whatever gets out is a fault.)
        told.faults.append(f"{about}: {type(error).__name__}")
        return
    status = int(sent[0]["status"]) if sent else 0
    told.answered(status)
    if status >= 500 and status != 503:  # 503: damaged on its way, sent again it is whole.
        told.faults.append(f"{about}: {status}")


def _plain(path: str) -> str:
    from urllib.parse import unquote

    return unquote(path)
