"""Single facts about a store: its account, its grants, its last success."""

from threading import Lock
from typing import Final, TypeVar

import msgspec
from sqlalchemy import Connection, bindparam, insert, select

from sync.store.account import Account
from sync.store.database import Database
from sync.store.tables import META

_ACCOUNT: Final = "account"
_GRANTS: Final = "grants"
_LAST_SYNC: Final = "last_sync"
_PHOTOS_ASKED: Final = "photos_asked"
_PROVED: Final = "proved"
_DIFFERING: Final = "differing"
_PAPER: Final = "paper"
_FREED: Final = "freed_receipts"
_REBUILT: Final = "rebuilt"
_BROUGHT_BACK: Final = "brought_back"

_OF_SESSIONS: Final = frozenset({_GRANTS, _PROVED, _DIFFERING})
"""What every session asks, and hardly one changes: read once and kept."""

_VALUE: Final = select(META.c.value).where(META.c.key == bindparam("of"))
_PUT: Final = insert(META).prefix_with("OR REPLACE")

T = TypeVar("T")


class Grants(msgspec.Struct, frozen=True):
    """What the last hello said. ``schema`` is ours at that time: a new version says hello again.
    So does who meets another ``epoch``: ``grant_rev`` counts within one.

    ``courier_key`` is the key that files for the server are sealed with.
    """

    scopes: tuple[str, ...] = ()
    grant_rev: int = 0
    schema: int = 0
    courier_key: bytes = b""
    epoch: str = ""


class LastSync(msgspec.Struct, frozen=True):
    """The last session that reached its end, by this computer's clock and the server's.

    ``clock_off`` is by how many seconds this computer's is ahead, 0 where that is fine.
    """

    at: str = ""
    server_time: str = ""
    clock_off: int = 0


class PaperRound(msgspec.Struct, frozen=True):
    """The round that was printed last: when (a stamp), and the household behind each row."""

    at: str = ""
    households: tuple[str, ...] = ()


class FreedReceipts(msgspec.Struct, frozen=True):
    """The receipts of one day (ISO) whose case was undone here: their paper may be in a hand."""

    day: str = ""
    receipts: tuple[str, ...] = ()


class BroughtBack(msgspec.Struct, frozen=True):
    """When (a stamp) an opening last found edits missing from the store, how many came back from
    the edit journal, and how many savings could not be read there either."""

    at: str = ""
    again: int = 0
    unreadable: int = 0


class Facts:
    """Typed access to the few values that are no rows."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept: dict[str, str | None] = {}
        self._sets = 0
        self._turn = Lock()

    def account(self) -> Account | None:
        """Who this laptop is to its server, once enrolled."""
        return self._get(_ACCOUNT, Account)

    def set_account(self, account: Account) -> None:
        """Keep what enrolment gave."""
        self._set(_ACCOUNT, account)

    def grants(self) -> Grants:
        """The scopes this laptop may hold; none before the first hello."""
        return self._get(_GRANTS, Grants) or Grants()

    def set_grants(self, grants: Grants) -> None:
        """Keep what a hello said."""
        self._set(_GRANTS, grants)

    def last_sync(self) -> LastSync:
        """When a session last reached its end; empty before the first."""
        return self._get(_LAST_SYNC, LastSync) or LastSync()

    def set_last_sync(self, last: LastSync) -> None:
        """A session reached its end. A power cut may take the word of it, and nothing else: what
        any session brought is on the disk from then on."""
        database = self._database
        is_wanted = database.is_unsynced
        with database.writing() if is_wanted else database.noting() as connection:
            _put(connection, _LAST_SYNC, last)

    def photos_asked(self) -> str:
        """The day on which it was last asked whether sent photos are safe; empty before."""
        return self._get(_PHOTOS_ASKED, str) or ""

    def set_photos_asked(self, day: str) -> None:
        """It was asked on this day."""
        self._set(_PHOTOS_ASKED, day)

    def proved(self) -> dict[str, str]:
        """When each scope was last summed up again from its rows (stamps)."""
        return self._get(_PROVED, dict[str, str]) or {}

    def set_proved(self, proved: dict[str, str]) -> None:
        """Keep when each scope was last summed up."""
        self._set(_PROVED, proved)

    def differing(self) -> dict[str, str]:
        """The scopes that differ from the server's, and when that was last tried to be mended."""
        return self._get(_DIFFERING, dict[str, str]) or {}

    def set_differing(self, differing: dict[str, str]) -> None:
        """Keep which scopes differ."""
        self._set(_DIFFERING, differing)

    def paper(self) -> PaperRound:
        """The round that was printed last; empty before the first."""
        return self._get(_PAPER, PaperRound) or PaperRound()

    def set_paper(self, printed: PaperRound) -> None:
        """A round was printed: from now on row numbers mean this one."""
        self._set(_PAPER, printed)

    def freed_receipts(self) -> FreedReceipts:
        """Those of the last day on which a case was undone; empty before."""
        return self._get(_FREED, FreedReceipts) or FreedReceipts()

    def set_freed_receipts(self, freed: FreedReceipts) -> None:
        """A case is being undone."""
        self._set(_FREED, freed)

    def brought_back(self) -> BroughtBack:
        """What the last opening found that found anything missing; empty before."""
        return self._get(_BROUGHT_BACK, BroughtBack) or BroughtBack()

    def set_brought_back(self, found: BroughtBack) -> None:
        """An opening found edits missing."""
        self._set(_BROUGHT_BACK, found)

    def rebuilt(self) -> bool:
        """Whether the store took a damaged one's place, and was not opened since."""
        return self._get(_REBUILT, bool) or False

    def set_opened(self) -> None:
        """It was opened, and everything beside it looked through."""
        self._set(_REBUILT, False)

    def _get(self, key: str, kind: type[T]) -> T | None:
        try:
            text = self._kept[key]
        except KeyError:
            text = self._read(key)
        return None if text is None else msgspec.json.decode(text, type=kind)

    def _read(self, key: str) -> str | None:
        sets = self._sets
        with self._database.reading() as connection:
            text = connection.execute(_VALUE, {"of": key}).scalar_one_or_none()
        with self._turn:
            if key in _OF_SESSIONS and sets == self._sets:
                self._kept[key] = text
        return text

    def _set(self, key: str, value: object) -> None:
        try:
            with self._database.writing() as connection:
                _put(connection, key, value)
        finally:
            with self._turn:
                self._sets += 1
                self._kept.pop(key, None)


def put_account(connection: Connection, account: Account) -> None:
    """Keep another account in a transaction that changes more."""
    _put(connection, _ACCOUNT, account)


def put_rebuilt(connection: Connection) -> None:
    """The store takes a damaged one's place: what lies beside it may be known nowhere else."""
    _put(connection, _REBUILT, True)


def _put(connection: Connection, key: str, value: object) -> None:
    values = {"key": key, "value": msgspec.json.encode(value).decode()}
    connection.execute(_PUT, values)
