"""A new password for an opened profile."""

from desktop.services.profiles import ProfileFolder
from desktop.services.tries import counted
from desktop.services.workplace import Workplace
from sync.errors import DoorstepError
from sync.i18n import N_
from sync.store.vault import (
    LEAST_PASSWORD,
    NO_KEYCHAIN,
    change_password,
    check_password,
    owner_of,
)

LEAST = LEAST_PASSWORD
"""The least length of a password, in characters."""


class PasswordsDiffer(DoorstepError):
    """The second typing is there to catch a slip."""

    code = "vault.password_differs"
    message = N_("The two passwords differ. Type the second one again.")


def check_new(password: str, again: str) -> None:
    """Raise PasswordTooShort or :class:`PasswordsDiffer` before anything is made with it."""
    check_password(password)
    if password != again:
        raise PasswordsDiffer


def change(place: Workplace, old: str, new: str, again: str) -> None:
    """Let ``new`` open this profile from now on. Raises WrongPassword and
    WaitBeforeTrying, too; nothing changed then.

    Takes about as long as unlocking.
    """
    check_new(new, again)
    store = place.store
    keychain = NO_KEYCHAIN if store.vault is None else store.vault.keychain
    with counted(place.folder, place.clock):
        random_bytes = store.minter.random_bytes
        store.vault = change_password(place.folder.path, old, new, random_bytes, keychain=keychain)


def opener_of(folder: ProfileFolder) -> tuple[str, str]:
    """Whose profile it is, as (login, server): readable while it is locked.

    Raises VaultUnreadable.
    """
    owner = owner_of(folder.path)
    return owner.user, owner.server
