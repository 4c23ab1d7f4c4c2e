"""The six digits of an opened profile: set for the rest of the day, handed to the lock screen."""

from sync.errors import DoorstepError
from sync.i18n import N_
from sync.identity import Clock
from sync.store.quick import (
    DIGITS,
    QuickCodeWeak,
    QuickCodeWrong,
    QuickKey,
    Until,
    after_a_wrong_code,
    seal_quickly,
)
from sync.store.store import Store

__all__ = [
    "DIGITS",
    "NoQuickCode",
    "QuickCodeWeak",
    "QuickCodeWrong",
    "QuickKey",
    "QuickUnlock",
    "after_a_wrong_code",
]


class NoQuickCode(DoorstepError):
    """There is no password whose place a code could take."""

    code = "quick.none"
    message = N_("Lock, open it with the password, and set the code then.")


class QuickUnlock:
    """Counts from the password: a code that opened it again gives no further hours."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._until = Until.from_now(clock)
        self._key: QuickKey | None = None

    @property
    def key(self) -> QuickKey | None:
        """What the lock screen is given; ``None`` where no code opens it any more."""
        key = self._key
        return None if key is None or key.is_over(self._clock) else key

    @property
    def until(self) -> str:
        """Until when a code opens it, as a stamp."""
        return self._until.wall

    def set(self, code: str) -> None:
        """Have these six digits open it. Raises QuickCodeWeak or :class:`NoQuickCode`."""
        vault = self._store.vault
        if vault is None:
            raise NoQuickCode
        key = seal_quickly(vault, code, self._until, self._store.minter.random_bytes)
        if key.is_over(self._clock):
            raise NoQuickCode
        self._key = key

    def carry_on(self, key: QuickKey) -> None:
        """It was opened by this one, which goes on to hold."""
        self._key, self._until = key, Until(key.until, key.until_up)

    def forget(self) -> None:
        """The password alone opens it."""
        self._key = None
