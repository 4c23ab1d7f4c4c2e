"""One profile's data, open: the door through which services and the engine come in."""

from pathlib import Path

from sync.identity import Clock, Minter
from sync.store.account import Account
from sync.store.drafts import Drafts
from sync.store.reading import Reading
from sync.store.records import Records
from sync.store.vault import Key


class Store:
    """Everything of one profile. Close it when done; it holds the profile's lock.

    Attributes:
        account: who this laptop is to its server.
        reading: queries.
        records: saving edits.
        drafts: forms not saved yet.
    """

    account: Account
    reading: Reading
    records: Records
    drafts: Drafts

    @classmethod
    def create(
        cls, folder: Path, password: str, account: Account, *, clock: Clock, minter: Minter
    ) -> "Store":
        """A new profile in ``folder``: vault, empty encrypted database, account.

        Raises :class:`PasswordTooShort` (check first with ``vault.check_password``, before the
        one-time code is spent), ProfileExists, DiskFull.
        """
        raise NotImplementedError

    @classmethod
    def open(cls, folder: Path, password: str, *, clock: Clock, minter: Minter) -> "Store":
        """An enrolled profile. Raises WrongPassword, ProfileInUse, StoreDamaged, StoreTooNew,
        VaultUnreadable."""
        raise NotImplementedError

    @classmethod
    def open_with(cls, folder: Path, key: Key, *, clock: Clock, minter: Minter) -> "Store":
        """As :meth:`open`, with the key already unlocked (``vault.unlock``)."""
        raise NotImplementedError

    def close(self) -> None:
        """Write everything back into the main file, and let others open the profile."""
        raise NotImplementedError
