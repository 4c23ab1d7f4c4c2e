"""Talking to the server: enrolling this computer, one sync session, what is kept aside there."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from desktop.services.leasing import give_up, keep_lease, note_contact
from desktop.services.news import News
from desktop.services.platforms import this_platform
from desktop.services.profiles import Connection, ProfileFolder
from sync import __version__
from sync.engine.blobs import fetch_attachment
from sync.engine.report import SyncReport
from sync.engine.session import GREETING, RECEIVING, TIDYING, SyncEngine, Told, untold
from sync.errors import AnotherPerson, DeviceRevoked, DoorstepError, KeychainNeeded
from sync.identity import Clock, Minter
from sync.progress import Progress, silent
from sync.store.account import Account
from sync.store.keychain import system_keychain
from sync.store.record import Record
from sync.store.store import Store
from sync.store.vault import Outside, check_password
from sync.wire.breakable import BreakableTransport
from sync.wire.client import Client
from sync.wire.messages import DeviceState, EnrollRequest, HeldItem
from sync.wire.signing import NOBODY, Credentials, new_key, public_of
from sync.wire.transport import HttpTransport, Link

__all__ = [
    "STAGES",
    "Connect",
    "NewComputer",
    "SyncReport",
    "Syncing",
    "connect",
    "enroll",
    "enroll_again",
    "held_document",
    "report_document",
]

log: Final = logging.getLogger("doorstep.sync")
STAGES: Final = (GREETING, RECEIVING, TIDYING)
"""The steps of a first sync, untranslated, as its progress names them."""

Connect = Callable[[Connection, Credentials], Client]
"""Makes a client for a server, and for who asks there; tests pass one with a broken network."""


def connect(connection: Connection, who: Credentials) -> Client:
    """A client over the real network."""
    link = Link(connection.server, who.token, connection.ca_file, connection.proxy, who.signer)
    return Client(HttpTransport(link))


@dataclass(frozen=True)
class NewComputer:
    """What enrolling needs: the address, the one-time code, and this computer's name."""

    server: str
    code: str
    device_name: str
    ca_file: str = ""
    proxy: str = ""


def enroll(
    folder: ProfileFolder,
    computer: NewComputer,
    password: str,
    clock: Clock,
    connect_to: Connect = connect,
    outside: Outside | None = None,
) -> Store:
    """Spend the code, make the encrypted store, and return it open.

    The password is checked before the code is spent, and set before any data is stored. Raises
    PasswordTooShort, OtherServer, CodeRefused, KeychainNeeded or a NetworkError; then nothing was
    made.
    """
    check_password(password)
    outside = outside or Outside(system_keychain())
    if not (folder.policy.allow_without_keychain or outside.keychain.is_there):
        raise KeychainNeeded
    folder.policy.check_server(computer.server)
    chosen = Connection(computer.server.rstrip("/"), computer.ca_file, computer.proxy)
    connection = folder.ruled(chosen)
    client = connect_to(connection, NOBODY)
    key = new_key()
    asked = EnrollRequest(
        computer.code.strip(),
        computer.device_name,
        keychain=outside.keychain.is_there,
        key=public_of(key),
    )
    reply = client.enroll(asked)
    account = Account.from_enrolment(connection.server, computer.device_name, reply, key)
    minter = Minter(now=clock.now)
    store = Store.create(
        folder.path, password, account, clock=clock, minter=minter, outside=outside
    )
    folder.remember(connection)
    if reply.lease is not None:
        store.take_lease(folder.policy.lent(reply.lease))
    return store


def enroll_again(
    folder: ProfileFolder, store: Store, computer: NewComputer, connect_to: Connect = connect
) -> None:
    """Give an open profile a new token of the same person; everything in it stays.

    Raises :class:`AnotherPerson`, CodeRefused or a NetworkError; then nothing was changed.
    """
    known = store.account.user
    has_keychain = store.vault is not None and store.vault.keychain.is_there
    chosen = Connection(computer.server.rstrip("/"), computer.ca_file, computer.proxy)
    connection = folder.ruled(chosen)
    key = new_key()
    reply = connect_to(connection, NOBODY).enroll(
        EnrollRequest(
            computer.code.strip(),
            computer.device_name,
            login=known.login,
            keychain=has_keychain,
            key=public_of(key),
        )
    )
    if (reply.user.login, reply.user.community_id) != (known.login, known.community_id):
        raise AnotherPerson
    account = Account.from_enrolment(connection.server, computer.device_name, reply, key)
    store.begin_again(account)
    if reply.lease is not None and store.vault is not None:
        store.take_lease(folder.policy.lent(reply.lease))
    folder.remember(connection)


class Syncing:
    """Sync sessions of one profile. The last report stays readable for the sync centre."""

    def __init__(self, store: Store, folder: ProfileFolder, connect_to: Connect = connect) -> None:
        self._store = store
        self._folder = folder
        self._connection = folder.connection()
        self._connect = connect_to
        self._way: BreakableTransport | None = None
        self.last_report: SyncReport | None = None
        self._last_error = ""
        self._told: DeviceState | None = None

    def run(self, progress: Progress = silent, told: Told = untold) -> SyncReport:
        """One full session; takes as long as the network does. Never called on the Qt thread.

        ``told`` hears how it went before the due dates of what came are worked out. Raises
        DeviceRevoked where the office gave this computer up: what was not sent is handed in then,
        and its keys are erased.
        """
        client = self.reach()
        progress(GREETING, 0, 0)  # Who was stopped before there was a way ends here.
        engine = SyncEngine(self._store, client)
        try:
            report = self.last_report = engine.run(progress, told)
        except DeviceRevoked:
            give_up(self._store, self._folder, client)
            raise
        except DoorstepError as error:
            self._last_error = error.code
            if engine.was_answered:
                note_contact(self._store)
            raise
        keep_lease(self._store, client, self._folder.policy)
        self._tell(client, report)
        return report

    def _tell(self, client: Client, report: SyncReport) -> None:
        """Tell IT how this computer is, where that changed. No sync ends badly for it."""
        state = DeviceState(
            version=__version__,
            system=this_platform(),
            pending=report.pending,
            oldest=self._store.reading.oldest_waiting() if report.pending else "",
            held=report.held,
            error=self._last_error,
        )
        if state == self._told:
            return
        try:
            client.report_state(state)
        except DoorstepError as error:
            log.info("state not told: %s", error.code)
            return
        self._told, self._last_error = state, ""

    def reach(self) -> Client:
        """A way to the server that :meth:`break_off` ends, for a session or what takes its place.

        Whoever was stopped before this was called has to find out by themselves.
        """
        self._way = BreakableTransport(self._client().transport)
        return Client(self._way)

    def break_off(self) -> None:
        """End what :meth:`reach` began, wherever it waits, from any thread: it raises Cancelled."""
        if self._way is not None:
            self._way.hang_up()

    def photo(self, record: Record) -> bytes:
        """The bytes of a photo, from the server. Raises AttachmentDamaged or a NetworkError."""
        return fetch_attachment(self._store, self._client(), record)

    def held(self) -> list[HeldItem]:
        """What the server keeps aside for this person to see."""
        return self._client().held().items

    def news(self) -> News:
        """What waits for others' changes, on a line of its own."""
        return News(self._store, self._client)

    def _client(self) -> Client:
        return self._connect(self._connection, self._store.credentials())


def report_document(report: SyncReport) -> dict[str, Any]:
    """A session's counts as scripts read them."""
    return {
        "pushed": report.pushed,
        "pulled": report.pulled,
        "conflicts": report.conflicts,
        "held": report.held,
        "pending": report.pending,
        "photos": report.photos,
        "photos_waiting": report.photos_waiting,
        "heads": dict(report.heads),
        "bytes_up": report.bytes_up,
        "bytes_down": report.bytes_down,
        "requests": report.requests,
        "seconds": round(report.seconds, 3),
        "stuck": dict(report.stuck),
        "differing": list(report.differing),
    }


def held_document(item: HeldItem, *, whole: bool = False) -> dict[str, Any]:
    """What the server keeps aside, as scripts read it; ``whole`` adds what was written."""
    told: dict[str, Any] = {
        "op_id": item.op_id,
        "scope": item.scope,
        "type": item.type,
        "id": item.id,
        "code": item.code,
        "at": item.at,
        "age_s": item.age_s,
        "author": item.author,
        "device": item.device,
    }
    return told | ({"f": item.f} if whole else {})
