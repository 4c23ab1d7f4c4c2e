"""One profile's data, open: the door through which services and the engine come in."""

from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from sync.errors import Bug, DoorstepError
from sync.identity import Clock, Device, Minter, stamp
from sync.store import edit_journal, former, lanes, lease, migrations, vault
from sync.store.account import Account, keep_account, kept_account
from sync.store.attachments import Attachments
from sync.store.database import Database, create_database, open_database
from sync.store.derived import Dues
from sync.store.drafts import Drafts
from sync.store.edit_journal import EditJournal
from sync.store.edit_return import Found
from sync.store.facts import BroughtBack, Facts, put_account
from sync.store.lock import ProfileLock
from sync.store.parts import Parts
from sync.store.reading import Reading
from sync.store.records import Records
from sync.store.replica import Replica
from sync.store.request_counter import RequestCounter
from sync.store.sealing import Sealing
from sync.store.search_index import SearchIndex
from sync.store.unfinished import Unfinished
from sync.store.vault import KEY_BYTES, Key, OpenVault, Outside, Owner, Protection, Work
from sync.wire.messages import LeaseReply, UserInfo
from sync.wire.signing import Credentials, Signer

ALONE: Final = Outside()


@dataclass(frozen=True)
class Ground:
    """What a store stands on: its folder, its key, and the clock that the lease counts by."""

    folder: Path
    key: Key
    lease_clock: Clock = ALONE.clock


class Store:
    """Everything of one profile. Close it when done; it holds the profile's lock.

    Attributes:
        account: who this laptop is to its server.
        index: what searching reads; ``step`` builds it in idle moments.
        reading: queries.
        records: saving edits.
        drafts: forms not saved yet.
        dues: the table of due dates; ``refresh`` brings it up to date.
        facts: grants and the last success.
        replica: the engine's side.
        attachments: the sealed files of photos and scans.
        sealing: the scopes that were taken away, until they are purged.
        lease: counts the days for which the server lends its part of the key.
        journal: every saving a second time, outside of the database.
        found: what opening found of edits that the database had lost.
        vault: wraps the key anew; ``None`` where only the key was given.
    """

    def __init__(
        self,
        database: Database,
        lock: ProfileLock,
        account: Account,
        clock: Clock,
        minter: Minter,
        ground: Ground,
    ) -> None:
        """Use :meth:`create` or :meth:`open`, which check what they open."""
        self._lock = lock
        self._ground = ground
        folder, lease_clock = ground.folder, ground.lease_clock
        self.vault: OpenVault | None = None
        self.found = Found()
        self.lease = lease.Running(folder, lease_clock)
        self.database = database
        self.account = account
        self.clock = clock
        self.minter = minter
        self.facts = Facts(database)
        self.dues = Dues(database)
        self.drafts = Drafts(database, clock)
        self.index = SearchIndex(database, self.dues)
        self.reading = Reading(database, self.index)
        self.attachments = Attachments(database, folder, minter.random_bytes)
        self._counter = RequestCounter(folder)
        self.boot = minter.new_id()
        device = Device(account.client_id, account.device_name, self.boot)
        self.journal = EditJournal(
            folder,
            ground.key.derive(edit_journal.KEY_PURPOSE),
            database,
            lambda: self.facts.grants().courier_key,
            lambda: self.account.client_id,
        )
        self.sealing = Sealing(
            database, self.attachments, clock, self.journal, partial(former.drop, folder)
        )
        unfinished = Unfinished(device, clock, minter)
        self.parts = Parts(database, clock.monotonic)
        self.replica = Replica(database, self.parts, unfinished, self.journal)
        self.records = Records(device, clock, minter, self.dues, self.drafts, self.journal)

    @classmethod
    def create(
        cls,
        folder: Path,
        password: str,
        account: Account,
        *,
        clock: Clock,
        minter: Minter,
        work: Work | None = None,
        outside: Outside = ALONE,
    ) -> "Store":
        """A new profile in ``folder``: vault, empty encrypted database, account.

        Raises :class:`PasswordTooShort` (check first with ``vault.check_password``, before the
        one-time code is spent), ProfileExists, ProfileInUse, DiskFull. ``work`` is what a password
        costs to try; the default is the one to use.
        """
        vault.check_password(password)
        with ExitStack() as on_failure:
            lock = ProfileLock(folder)
            on_failure.callback(lock.release)
            vault.check_free(folder)
            key = Key(minter.random_bytes(KEY_BYTES))
            database = create_database(folder, key, now=clock.now())
            on_failure.callback(database.close)
            migrations.create(database)
            Facts(database).set_account(account)
            keep_account(folder, key, account)
            # The header last: with it the profile exists, so a kill before leaves none behind.
            owner = Owner(server=account.server, user=account.user.login)
            made = vault.seal(
                folder, key, password, owner, minter.random_bytes, work, outside.keychain
            )
            store = cls(database, lock, account, clock, minter, Ground(folder, key, outside.clock))
            store.vault = made
            on_failure.callback(store.journal.close)
            store.journal.open()
            on_failure.pop_all()
        return store

    @classmethod
    def open(
        cls,
        folder: Path,
        password: str,
        *,
        clock: Clock,
        minter: Minter,
        outside: Outside = ALONE,
    ) -> "Store":
        """An enrolled profile. Raises WrongPassword, KeychainLost, LeaseEnded, ProfileInUse,
        StoreDamaged, StoreTooNew, VaultUnreadable."""
        return cls.open_by(
            folder,
            lambda: vault.open_vault(folder, password, minter.random_bytes, outside.keychain),
            clock=clock,
            minter=minter,
            outside=outside,
        )

    @classmethod
    def open_by(
        cls,
        folder: Path,
        unlock: Callable[[], OpenVault],
        *,
        clock: Clock,
        minter: Minter,
        outside: Outside = ALONE,
    ) -> "Store":
        """As :meth:`open`, by whatever unlocks; asked once the lease was counted."""
        lock = ProfileLock(folder)
        try:
            lease.expire(folder, outside.clock)
            opened = unlock()
        except BaseException:
            lock.release()
            raise
        store = cls._on(lock, folder, opened.key, clock, minter, outside.clock)
        store.vault = opened
        return store

    @classmethod
    def open_with(cls, folder: Path, key: Key, *, clock: Clock, minter: Minter) -> "Store":
        """As :meth:`open`, with the key already unlocked (``vault.unlock``)."""
        return cls._on(ProfileLock(folder), folder, key, clock, minter, ALONE.clock)

    @classmethod
    def _on(
        cls,
        lock: ProfileLock,
        folder: Path,
        key: Key,
        clock: Clock,
        minter: Minter,
        lease_clock: Clock,
    ) -> "Store":
        # Who could not open it may try again, once there is room for it on the disk.
        with ExitStack() as on_failure:
            on_failure.callback(lock.release)
            database = open_database(folder, key, now=clock.now())
            on_failure.callback(database.close)
            former.keep_before_upgrade(folder, database, clock.now())
            migrations.upgrade(database)
            account = Facts(database).account()
            if account is None:
                raise Bug
            store = cls(database, lock, account, clock, minter, Ground(folder, key, lease_clock))
            on_failure.callback(store.journal.close)
            if kept_account(folder, key) != account:
                with suppress(OSError):
                    keep_account(folder, key, account)
            # Before the sweep: a photo that only the journal names is named again.
            store.found = store.journal.open()
            store._tidy_photos()
            if store.found != Found():
                store._keep_found()
            on_failure.pop_all()
        return store

    def _keep_found(self) -> None:
        """For who examines the computer later. A full disk does not keep the profile shut."""
        again, unreadable = self.found.again, self.found.unreadable
        with suppress(DoorstepError):
            self.facts.set_brought_back(BroughtBack(stamp(self.clock.now()), again, unreadable))

    def _tidy_photos(self) -> None:
        """A file without a record is left over, except where records may be what was lost."""
        rebuilt = self.facts.rebuilt()
        if rebuilt or self.found.unreadable:
            self.attachments.set_aside(self.clock.now())
        else:
            self.attachments.sweep()
        if rebuilt:
            self.facts.set_opened()

    def take_lease(self, reply: LeaseReply) -> None:
        """Have the server's part, and what else it says about keys, protect this profile.

        The secret is on the disk before the header asks for it. Raises KeychainRefused; then the
        profile opens as before.
        """
        if self.vault is None:
            raise Bug
        lease.take(self._ground.folder, reply, self._ground.lease_clock)
        self.vault.protect(Protection(reply.secret, reply.recovery_key, self.account.login))

    def credentials(self) -> Credentials:
        """What this laptop shows its server with each request."""
        account = self.account
        signer = Signer(account.key, self._counter.next) if account.key else None
        return Credentials(account.token, signer)

    def take_key(self, key: bytes) -> None:
        """Sign with ``key`` from now on. It is on the disk before the server hears of it."""
        self._take_login(replace(self.account, key=key))

    def take_token(self, token: str) -> None:
        """Go on by another token; the server takes the former one until this one is used."""
        if token != self.account.token:
            former = self.account.token
            self._take_login(replace(self.account, token=token, former_token=former))

    def _take_login(self, account: Account) -> None:
        """The header first: what is asked for while the profile is shut has to be accepted, and
        the server knows either token until the next is used."""
        if self.vault is not None:
            self.vault.protect(Protection(token=account.login))
        self.facts.set_account(account)
        self.account = account
        self._keep_account()

    def set_user(self, user: UserInfo) -> None:
        """The server told the person's present name and posts."""
        if user != self.account.user:
            self.account = replace(self.account, user=user)
            self.facts.set_account(self.account)
            self._keep_account()

    def begin_again(self, account: Account) -> None:
        """Go on under another client id of the same person: every lane begins at 1.

        Operations keep their ids, and all that the journal holds is sent once more, so nothing
        is lost or doubled. For a cloned disk, a computer enrolled anew, a server that was
        restored to a time before its backups count.
        """
        with self.database.writing() as connection:
            lanes.renumber(connection)
            put_account(connection, account)
        self.account = account
        self._keep_account()

    def take_client_id(self) -> None:
        """Begin again as this computer's own next client: nobody else has that one."""
        computer, suffix = self.account.client_id.partition("~")[0], self.minter.random_bytes(5)
        self.begin_again(replace(self.account, client_id=f"{computer}~{suffix.hex()}"))

    def _keep_account(self) -> None:
        with suppress(OSError):  # The next opening does it.
            keep_account(self._ground.folder, self._ground.key, self.account)

    def close(self) -> None:
        """Write everything back into the main file, and let others open the profile."""
        try:
            self.lease.stop()
        finally:
            self._close()

    def _close(self) -> None:
        try:
            self.journal.trim()
            self.journal.close()
        finally:
            self.database.close()
            self._lock.release()
