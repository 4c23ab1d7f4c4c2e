"""Doing what the planner says: one session from the first request to equal digests."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final, TypeVar, assert_never

from sync.engine.blobs import Blobs
from sync.engine.comparing import Comparing
from sync.engine.line import Line
from sync.engine.plan import (
    AskLane,
    AskPhotos,
    ConfirmPurge,
    Facts,
    Finish,
    PullPages,
    PushLanes,
    Repair,
    SayHello,
    SendPhoto,
    Step,
    TakeAnew,
    Tidy,
    plan,
)
from sync.engine.receiving import RECEIVING, Receiving
from sync.engine.report import SyncReport
from sync.engine.sending import Sending
from sync.engine.tidying import TIDYING, work_off
from sync.errors import (
    AttachmentDamaged,
    NetworkError,
    SyncRunning,
    UpgradeNeeded,
)
from sync.i18n import N_
from sync.identity import stamp
from sync.merge.times import clock_off
from sync.progress import Progress, silent
from sync.schema.registry import SCHEMA_VERSION
from sync.store.attachments import State, Upload
from sync.store.facts import Grants, LastSync
from sync.store.glance import Glance
from sync.store.sealing import Purged
from sync.store.store import Store
from sync.wire.client import Client
from sync.wire.messages import PullReply, PushReply

__all__ = ["COMPARING", "GREETING", "RECEIVING", "SENDING", "TIDYING", "SyncEngine"]

SENDING: Final = N_("Sending")
GREETING: Final = N_("Calling the server")
COMPARING: Final = N_("Comparing")

Pause = Callable[[float], None]
Told = Callable[[SyncReport], None]
"""Hears how a session went as soon as that is certain."""

T = TypeVar("T")


def untold(_report: SyncReport) -> None:
    """Nobody waits for it before the end."""


class SyncEngine:
    """Syncs one store with one server. One session at a time; run it off the Qt thread."""

    def __init__(
        self,
        store: Store,
        client: Client,
        *,
        pause: Pause = time.sleep,
        carried: bool = False,
    ) -> None:
        """``carried``: the answers are those of a file, and the pull's names the cursors that
        were when it was asked."""
        self._store = store
        self._client = client
        self._pause = pause
        self._carried = carried
        self._busy = threading.Lock()
        self.was_answered = False
        """Whether the server answered anything in the last session, however it ended."""

    def run(self, progress: Progress = silent, told: Told = untold) -> SyncReport:
        """One full session. ``progress`` is called between batches and may cancel.

        ``told`` hears the report once everything is sent, received and proved equal, where due
        dates or old copies are still to be worked on: what people read is new from then on, and
        :meth:`run` returns when that is done too.

        Raises :class:`NetworkError` (work kept), SignedOut, UpgradeNeeded, SyncRunning,
        DiskFull or Cancelled. A lane that does not get through stops nothing else and is named
        in the report.
        """
        line = Line(self._store, self._client, self._pause)
        if not self._busy.acquire(blocking=False):
            raise SyncRunning
        try:
            return _Session(self._store, line, self._carried, progress).run(told)
        finally:
            self.was_answered = line.was_answered
            try:
                self._store.database.write_back()
            finally:
                self._busy.release()


class _Session:
    """One run: what it has seen so far. Everything that must outlive it is in the store."""

    def __init__(self, store: Store, line: Line, carried: bool, progress: Progress) -> None:
        self._store = store
        self._line = line
        self._blobs = Blobs(store, self._line, progress)
        self._progress = progress
        self._grants = store.facts.grants()
        self._hello_wanted = not self._grants.scopes or self._grants.schema != SCHEMA_VERSION
        self._hellos = 0
        self._upgrade: UpgradeNeeded | None = None
        self._sending = Sending(store, line, echoes=not carried)
        self._comparing = Comparing(store, self._line)
        self._receiving = Receiving(store, line, self._comparing, progress, carried=carried)
        self._server_epoch = ""
        self._tidied = False
        self._glance: Glance | None = None
        self._purged: list[Purged] = []
        self._photos: dict[str, Upload] = {}
        self._ask_photos_due = False
        self._photos_sent = 0
        self._server_time = ""
        self._clock_off = 0

    def run(self, told: Told) -> SyncReport:
        """Step after step until nothing is left, and then what can be worked out here."""
        started = self._store.clock.monotonic()
        self._open_granted()
        while not isinstance(effect := plan(self._facts()), Finish):
            self._do(effect)
        is_untidy = self._seen().untidy
        if self._upgrade is not None:
            work_off(self._store, self._progress)
            raise self._upgrade
        self._note_success()
        report = self._report(self._store.clock.monotonic() - started)
        if is_untidy:
            told(report)
            work_off(self._store, self._progress)
        return report

    def _open_granted(self) -> None:
        """Every granted scope has a copy, if only an empty one."""
        if set(self._grants.scopes) - self._seen().copies.keys():
            self._store.replica.grant(self._grants.scopes)
            self._glance = None

    def _seen(self) -> Glance:
        """Where the store stands; looked at anew after every step that may have changed it."""
        if self._glance is None:
            self._glance = self._store.replica.glance()
        return self._glance

    def _do(self, effect: Step) -> None:
        if not isinstance(effect, PushLanes | PullPages | Tidy):
            self._glance = None  # These three say by themselves when it is out of date.
        match effect:
            case SayHello():
                self._hello()
            case PushLanes(scopes):
                self._push(scopes)
            case AskLane(scope):
                self._note_reply(self._sending.ask(scope))
                self._store.sealing.asked(scope)
            case PullPages(scopes):
                self._pull(scopes)
            case Repair(scope):
                self._repair(scope)
            case TakeAnew(scope):
                self._comparing.take_anew(scope)
            case Tidy():
                self._tidy()
            case ConfirmPurge() | AskPhotos() | SendPhoto():
                self._last_step(effect)
            case _:
                assert_never(effect)

    def _facts(self) -> Facts:
        glance = self._seen()
        return Facts(
            hello_wanted=self._hello_wanted,
            hellos=self._hellos,
            upgrade_wanted=self._upgrade is not None,
            lanes=glance.waiting,
            stuck=frozenset(self._sending.stuck),
            unsure=glance.unsure(self._server_epoch) | self._to_ask(glance),
            granted=self._grants.scopes,
            settled=frozenset(self._comparing.settled),
            doubtful=frozenset(self._comparing.doubtful),
            repairs=dict(self._comparing.repairs),
            tidied=self._tidied,
            purged=tuple(one.scope_id for one in self._purged),
            ask_photos=self._ask_photos_due,
            photos=tuple(self._photos),
        )

    def _to_ask(self, glance: Glance) -> frozenset[str]:
        """Lanes of scopes that were taken away, once a session knows that the server answers."""
        asks = glance.sealed and self._server_epoch
        return frozenset(self._store.sealing.lanes_to_ask() if asks else ())

    def _hello(self) -> None:
        """Learn what may be held: open what is new, seal and remove what is not ours any more."""
        self._progress(GREETING, 0, 0)
        self._hellos += 1
        self._hello_wanted = False
        try:
            hello = self._line.ask(lambda client: client.hello())
        except UpgradeNeeded as error:
            self._upgrade = error
            return
        self._server_epoch = hello.epoch
        if self._grants.epoch not in ("", hello.epoch):
            self._blobs.doubt()
        replica = self._store.replica
        # What begins here is granted once it was sent: until then no server has a say in it.
        unsent = {scope for scope, waiting in self._seen().begun_here.items() if waiting}
        for copy in replica.copies():
            if copy.scope_id not in (*hello.grants, *unsent):
                replica.revoke(copy.scope_id)
        replica.grant(hello.grants)
        scopes, rev = tuple(hello.grants), hello.grant_rev
        self._grants = Grants(scopes, rev, SCHEMA_VERSION, hello.courier_key, hello.epoch)
        self._store.facts.set_grants(self._grants)
        self._store.set_user(hello.user)

    def _push(self, scopes: tuple[str, ...]) -> None:
        """Send the next batches."""
        waiting = sum(self._seen().waiting.values())
        self._progress(SENDING, self._sending.pushed, self._sending.pushed + waiting)
        begun = self._seen().begun_here.keys() & set(scopes)
        reply = self._sending.push(scopes)
        self._note_reply(reply)
        self._glance = None
        if reply is not None:
            self._receiving.note_sent(self._grants.scopes, self._seen(), reply)
        if begun:
            # Whether a scope that begins here is ours to hold, its first answer has decided.
            self._hello_wanted = True

    def _note_reply(self, reply: PushReply | PullReply | None) -> None:
        if reply is not None:
            self._server_epoch, self._server_time = reply.epoch, reply.server_time
            if reply.epoch != self._grants.epoch:
                self._hello_wanted = True
            # A wrong clock is told, and stops nothing.
            self._clock_off = clock_off(self._store.clock.now(), reply.server_time)

    def _pull(self, scopes: tuple[str, ...]) -> None:
        """Ask for the next page of each scope and bring them in."""
        glance, self._glance = self._seen(), None
        try:
            reply = self._receiving.pull(scopes, self._grants, glance)
        except UpgradeNeeded as error:
            self._upgrade = error
            return
        self._glance = self._receiving.seen
        self._note_reply(reply)
        if reply.grant_rev != self._grants.grant_rev or self._receiving.revoked:
            self._hello_wanted = True
            self._receiving.revoked = False

    def _repair(self, scope: str) -> None:
        self._progress(COMPARING, 0, 0)
        self._comparing.repair(scope)

    def _tidy(self) -> None:
        """Remove what was taken away; in an idle moment look whether what is stored still is so."""
        self._progress(TIDYING, 0, 0)
        if self._seen().sealed:
            # Before anybody is told that a scope is gone: its rows, and the days made of them.
            self._glance = None
            work_off(self._store, self._progress)
            self._purged = self._store.sealing.purge()
        elif self._seen().photos and self._store.attachments.drop_unseen():
            self._glance = None
        if not self._sending.pushed and not self._receiving.pulled:
            self._comparing.prove_one(self._grants.scopes)
        self._tidied = True
        if self._seen().photos:
            self._photos = {upload.id: upload for upload in self._store.attachments.uploads()}
            self._ask_photos_due = self._blobs.asking_is_due()

    def _confirm_purge(self) -> None:
        """Whoever took the scopes away learns that they are gone; untold is told next time."""
        purged, self._purged = self._purged, []
        told = {one.scope_id: one.kept for one in purged}
        self._line.ask(lambda client: client.report_purged(told))
        self._store.sealing.told(purged)

    def _last_step(self, step: ConfirmPurge | AskPhotos | SendPhoto) -> None:
        """Bytes come last, and one that does not get through keeps nothing else from going."""
        with suppress(NetworkError, AttachmentDamaged):
            if isinstance(step, ConfirmPurge):
                self._confirm_purge()
            elif isinstance(step, SendPhoto):
                self._photos_sent += self._blobs.send(self._photos.pop(step.attachment))
            else:
                self._ask_photos_due = False
                self._blobs.ask_durable()
                self._photos = {one.id: one for one in self._store.attachments.uploads()}

    def _note_success(self) -> None:
        facts = self._store.facts
        if not self._sending.stuck:
            now = stamp(self._store.clock.now())
            facts.set_last_sync(LastSync(now, self._server_time, self._clock_off))
        elif self._store.database.is_unsynced:
            # No success to tell of; what came is told all the same, and has to stay.
            facts.set_last_sync(facts.last_sync())

    def _report(self, seconds: float) -> SyncReport:
        glance = self._seen()
        return SyncReport(
            clock_off=self._clock_off,
            pushed=self._sending.pushed,
            pulled=self._receiving.pulled,
            conflicts=glance.conflicts,
            held=glance.held,
            pending=sum(glance.waiting.values()),
            photos=self._photos_sent,
            photos_waiting=glance.photos.get(State.WAITING, 0),
            heads=glance.heads,
            bytes_up=self._line.bytes_up,
            bytes_down=self._line.bytes_down,
            requests=self._line.requests,
            seconds=round(seconds, 4),
            stuck=dict(self._sending.stuck),
            differing=self._comparing.differing,
        )
