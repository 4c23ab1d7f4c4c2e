"""A line that a person carries: requests kept in a file now, answers brought back another day.

Both ends of it are transports, so the engine that syncs over a wire syncs over a stick.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, TypeVar

import msgspec

from sync.errors import CourierDamaged, CourierSpent, DiskFull
from sync.i18n import N_
from sync.identity import Minter
from sync.progress import Progress, silent
from sync.wire.client import Client
from sync.wire.messages import (
    CourierAnswer,
    CourierCall,
    CourierReply,
    PullReply,
    PullRequest,
    PushReply,
    ScopePage,
)
from sync.wire.sealed import (
    ID_BYTES,
    REQUEST,
    Envelope,
    Mark,
    open_answer,
    read_envelopes,
    seal_request,
)
from sync.wire.signing import Credentials
from sync.wire.transport import DEADLINE_S, Meantime, Reply, Traffic, nothing

HELLO: Final = "/v1/hello"
PUSH: Final = "/v1/push"
PULL: Final = "/v1/pull"

HANDING_OVER: Final = N_("Handing over")
MOST_ANSWER_BYTES: Final = 512 * 1024 * 1024
"""What fits on any stick."""

T = TypeVar("T")


@dataclass(frozen=True)
class Call:
    """One request as a transport was given it."""

    method: str
    path: str
    body: bytes


class Recorder:
    """A transport that keeps the request and says that no answer came."""

    def __init__(self) -> None:
        self.traffic = Traffic()
        self._last: Call | None = None

    def exchange(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        *,
        deadline_s: float = DEADLINE_S,
        meanwhile: Meantime = nothing,
    ) -> Reply:
        """Keep it. Always raises :class:`CourierSpent`."""
        self._last = Call(method, path, body or b"")
        raise CourierSpent

    def hang_up(self) -> None:
        """Nothing to break off."""

    def call(self, ask: Callable[[Client], object]) -> Call:
        """The request that ``ask`` makes, byte for byte."""
        with suppress(CourierSpent):
            ask(Client(self))
        assert self._last is not None
        return self._last


class RequestFile:
    """Writes a courier file: one sealed request after another."""

    def __init__(self, file: BinaryIO, server_key: bytes, who: Credentials, minter: Minter) -> None:
        self._file = file
        self._server_key = server_key
        self._who = who
        self._random_bytes = minter.random_bytes
        self._file_id = minter.random_bytes(ID_BYTES)
        self._number = 0

    def write(self, call: Call, *, last: bool) -> None:
        """Add one request; after the last one nothing may follow."""
        token, signer = self._who.token, self._who.signer
        asked = CourierCall(token, call.method, call.path, call.body)
        if signer is not None:
            asked.signed = signer.carried(token, call.method, call.path, call.body)
        content = msgspec.msgpack.encode(asked)
        mark = Mark(REQUEST, self._file_id, self._number, last)
        self._file.write(seal_request(content, mark, self._server_key, self._random_bytes))
        self._number += 1


def kind_of(file: Path) -> int:
    """Whether a file holds requests or answers. Raises :class:`CourierDamaged` where neither."""
    with file.open("rb") as opened:
        for envelope in read_envelopes(opened):
            return envelope.mark.kind
    raise CourierDamaged


def check_requests(file: Path) -> int:
    """How many requests a file holds. Raises :class:`CourierDamaged` where one is missing.

    What is inside only the server can check.
    """
    count, ended, file_id = 0, False, b""
    with file.open("rb") as opened:
        for envelope in read_envelopes(opened):
            mark = envelope.mark
            file_id = file_id or mark.file_id
            if ended or (mark.kind, mark.file_id, mark.number) != (REQUEST, file_id, count):
                raise CourierDamaged
            count, ended = count + 1, mark.last
    if not ended:
        raise CourierDamaged
    return count


@dataclass(frozen=True)
class Carried:
    """What was handed over, and whether everything that was asked for is in the answers."""

    requests: int
    bytes: int
    whole: bool


def carry_all(
    file: Path,
    answers: Path,
    carry: Callable[[bytes], CourierReply],
    progress: Progress = silent,
    most_bytes: int = MOST_ANSWER_BYTES,
) -> Carried:
    """Hand every request of ``file`` over, and write the answers.

    Stops asking for more once the answers weigh ``most_bytes``: the next trip brings the rest.
    Raises what ``carry`` raises; whatever was handed over until then may be handed over again.
    """
    count, written, whole = check_requests(file), 0, False
    with file.open("rb") as opened, written_whole(answers) as out:
        for envelope in read_envelopes(opened):
            raw = envelope.raw
            while raw:
                progress(HANDING_OVER, envelope.mark.number, count)
                reply = carry(raw)
                written += out.write(reply.answer)
                raw = reply.next if written < most_bytes else b""
                whole = not reply.next
    return Carried(count, written, whole)


@contextmanager
def written_whole(file: Path) -> Iterator[BinaryIO]:
    """A file that is there whole and on the disk, or not at all. Raises :class:`DiskFull`."""
    draft = file.with_name(f"{file.name}.part")
    try:
        with draft.open("wb") as opened:
            yield opened
            opened.flush()
            os.fsync(opened.fileno())
        draft.replace(file)
    except OSError as error:
        raise DiskFull from error
    finally:
        draft.unlink(missing_ok=True)


@dataclass(frozen=True)
class _Pages:
    """Where the answer to one client's pull stands, and which pages are in it."""

    client: str
    at: int
    keys: frozenset[tuple[str, str, int, int]]


@dataclass(frozen=True)
class _Pushed:
    """Where the answer to a push of one lane stands, and the numbers it has receipts for.

    A refused push has none: its lane expects ``next``.
    """

    lane: tuple[str, str]
    first: int
    last: int
    next: int
    at: int

    def answers(self, first_seq: int) -> bool:
        """Whether a push that begins with this number was answered so."""
        if self.last:
            return self.first <= first_seq <= self.last
        return first_seq != self.next


class AnswerFile:
    """A transport that answers from a file what was asked through one.

    The whole file is checked first; one envelope at a time is in memory. A request that the file
    has no answer to raises :class:`CourierSpent`: that part of the session is for another day.
    So does a request under another client id than the one that the file was packed under: what
    it tells of lanes is about other numbers.
    """

    def __init__(self, file: Path, token: str) -> None:
        self.traffic = Traffic()
        self._path = file
        self._token = token
        self._hellos: list[int] = []
        self._pushes: list[_Pushed] = []
        self._pulls: list[_Pages] = []
        self.server_time = ""
        self.is_whole = False
        self._index()

    def exchange(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        *,
        deadline_s: float = DEADLINE_S,
        meanwhile: Meantime = nothing,
    ) -> Reply:
        """The recorded answer."""
        self.traffic.requests += 1
        if path == HELLO and self._hellos:
            return _reply(self._answer(self._hellos[-1]))
        if path == PUSH:
            return self._pushed(body or b"")
        if path == PULL:
            return self._pulled(body or b"")
        raise CourierSpent

    def hang_up(self) -> None:
        """Nothing to break off."""

    def _pushed(self, body: bytes) -> Reply:
        asked = _decoded(body, _Batch)
        lane = (asked.client, asked.scope)
        of_lane = [push for push in self._pushes if push.lane == lane]
        if asked.ops:
            of_lane = [push for push in of_lane if push.answers(asked.first_seq)]
        if not of_lane:
            raise CourierSpent
        # Who sends nothing asks how far the lane is: the last answer knows most.
        return _reply(self._answer(of_lane[-1].at))

    def _pulled(self, body: bytes) -> Reply:
        asked = _decoded(body, PullRequest)
        if not asked.scopes and self._pulls:
            return self._ask_by_name()
        wanted = {(one.scope, one.epoch, one.cursor, one.gen) for one in asked.scopes}
        for pages in reversed(self._pulls):
            if pages.client == asked.client and wanted & pages.keys:
                # Pages for other cursors may be in it, too: their echo tells that they are late.
                return _reply(self._answer(pages.at))
        raise CourierSpent

    def _ask_by_name(self) -> Reply:
        """No sum, for whoever asks whether nothing is new: each scope has its own page here."""
        told = _decoded(self._answer(self._pulls[-1].at).body, PullReply)
        told.scopes, told.quiet = [], ""
        return Reply(200, msgspec.json.encode(told))

    def _answer(self, at: int) -> CourierAnswer:
        with self._path.open("rb") as file:
            file.seek(at)
            envelope = next(read_envelopes(file), None)
        if envelope is None:
            raise CourierDamaged
        return self._read(envelope)

    def _read(self, envelope: Envelope) -> CourierAnswer:
        content = open_answer(envelope, self._token)
        try:
            return msgspec.msgpack.decode(content, type=CourierAnswer)
        except msgspec.DecodeError:
            raise CourierDamaged from None

    def _index(self) -> None:
        at, number, file_id = 0, 0, b""
        with self._path.open("rb") as file:
            for envelope in read_envelopes(file):
                mark = envelope.mark
                file_id = file_id or mark.file_id
                if self.is_whole or mark.file_id != file_id or mark.number < number:
                    raise CourierDamaged
                self._note(self._read(envelope), at)
                at, number, self.is_whole = file.tell(), mark.number, mark.last
        if not at:
            raise CourierDamaged

    def _note(self, answer: CourierAnswer, at: int) -> None:
        self.traffic.down += len(answer.body)
        if answer.status != 200:
            return  # What the server refused waits, as after any refusal.
        if answer.path == HELLO:
            self._hellos.append(at)
        elif answer.path == PUSH:
            pushed = _decoded(answer.body, PushReply)
            seqs = [outcome.seq for outcome in pushed.outcomes] or [0]
            lane = (answer.client, pushed.scope)
            self._pushes.append(_Pushed(lane, min(seqs), max(seqs), pushed.lane.next, at))
            self._note_time(pushed.server_time)
        elif answer.path == PULL:
            pulled = _decoded(answer.body, PullReply)
            keys = frozenset(map(_key, pulled.scopes))
            self._pulls.append(_Pages(answer.client, at, keys))
            self._note_time(pulled.server_time)

    def _note_time(self, server_time: str) -> None:
        self.server_time = max(self.server_time, server_time)


class _Batch(msgspec.Struct):
    """What tells one batch of a lane from another."""

    scope: str
    client: str
    first_seq: int
    ops: list[msgspec.Raw] = []


def _key(page: ScopePage) -> tuple[str, str, int, int]:
    return page.scope, page.epoch, page.cursor, page.gen


def _reply(answer: CourierAnswer) -> Reply:
    return Reply(answer.status, answer.body)


def _decoded(body: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError:
        raise CourierDamaged from None
