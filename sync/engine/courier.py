"""A session in two halves, days apart: what a courier takes along, and what comes back.

The requests are those of a session over the network, byte for byte, and the answers go through
the session that the network would feed. Whatever is carried twice, too late or in part therefore
does what a repeated, late or lost reply does: nothing, or a part.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from msgspec import Raw

from sync.engine.session import SyncEngine
from sync.engine.tidying import work_off
from sync.errors import CourierDamaged, CourierNotReady, CourierSpent
from sync.i18n import N_
from sync.progress import Progress, silent
from sync.store.store import Store
from sync.wire.client import Client
from sync.wire.courier import AnswerFile, Call, Recorder, RequestFile, written_whole
from sync.wire.messages import DEFAULT_PAGE_ROWS, PullRequest, PushRequest

PACKING: Final = N_("Packing")


@dataclass(frozen=True)
class Packed:
    """What was written for the courier: operations that wait, and scopes asked for."""

    operations: int
    scopes: int
    bytes: int


@dataclass(frozen=True)
class Brought:
    """What a courier's answers did. ``delivered`` counts receipts.

    ``outdated`` files are older than what is here, and changed nothing. Where one is not
    ``whole``, the server has more: the next export asks for it.
    """

    delivered: int = 0
    pending: int = 0
    conflicts: int = 0
    held: int = 0
    whole: bool = True
    outdated: bool = False


def pack(
    store: Store, file: Path, progress: Progress = silent, page_rows: int = DEFAULT_PAGE_ROWS
) -> Packed:
    """Write everything that waits, and where this computer's copies end, for the server alone.

    Nothing here changes: what a courier loses is still waiting. Raises :class:`CourierNotReady`
    before the first sync, DiskFull.
    """
    grants = store.facts.grants()
    if not grants.courier_key:
        raise CourierNotReady
    waiting = sum(store.replica.lanes().values())
    packed = 0
    with written_whole(file) as opened:
        requests = RequestFile(opened, grants.courier_key, store.credentials(), store.minter)
        for call, operations in _calls(store):
            progress(PACKING, packed, waiting)
            requests.write(call, last=False)
            packed += operations
        requests.write(_pull(store, page_rows), last=True)
    return Packed(packed, len(grants.scopes), file.stat().st_size)


def bring_in(store: Store, file: Path, progress: Progress = silent) -> Brought:
    """Take a courier's answers in. The whole file is checked before anything is used.

    Raises :class:`~sync.errors.CourierDamaged`, also where the file is for another computer.
    """
    answers = _answers(store, file)
    before = store.reading.counts()
    outdated = answers.server_time < store.facts.last_sync().server_time
    if not outdated:
        _session(store, answers, progress)
        with suppress(OSError):  # A full disk: what came is in, and the days count on.
            store.lease.heard_of(answers.server_time)
    after = store.reading.counts()
    return Brought(
        delivered=max(0, before.waiting - after.waiting),
        pending=after.waiting,
        conflicts=after.conflicts,
        held=after.held,
        whole=answers.is_whole,
        outdated=outdated,
    )


def _answers(store: Store, file: Path) -> AnswerFile:
    """Sealed with the token of the day it was packed: the present one, or the one before."""
    account = store.account
    try:
        return AnswerFile(file, account.token)
    except CourierDamaged:
        if not account.former_token:
            raise
        return AnswerFile(file, account.former_token)


def _session(store: Store, answers: AnswerFile, progress: Progress) -> None:
    with suppress(CourierSpent):
        client = Client(answers)
        SyncEngine(store, client, pause=lambda seconds: None, carried=True).run(progress)
        return
    # It ended where the file did: what came has to be worked out all the same.
    work_off(store, progress)


def _calls(store: Store) -> Iterator[tuple[Call, int]]:
    """Hello, then every lane from its first waiting operation on; how many each carries."""
    recorder = Recorder()
    yield recorder.call(lambda client: client.hello()), 0
    epochs = {copy.scope_id: copy.epoch for copy in store.replica.copies()}
    for scope in sorted(store.replica.lanes()):
        after = 0
        while ops := store.replica.waiting(scope, after):
            request = PushRequest(
                scope=scope,
                client=store.account.client_id,
                first_seq=ops[0].seq,
                ops=[Raw(op.raw) for op in ops],
                epoch=epochs.get(scope, ""),
            )
            after = ops[-1].seq
            yield recorder.call(partial(Client.push, request=request)), len(ops)


def _pull(store: Store, page_rows: int) -> Call:
    grants = store.facts.grants()
    request = PullRequest(
        client=store.account.client_id,
        scopes=store.replica.cursors(grants.scopes),
        grant_rev=grants.grant_rev,
        limit=page_rows,
    )
    return Recorder().call(lambda client: client.pull(request))
