"""The operating system's keychain, where the computer's own part of a key lies.

Only stores that the system itself encrypts are used, by name: the library would otherwise take a
plain file without a word wherever such a backend is installed.
"""

import base64
import os
import sys
from contextlib import suppress
from typing import Any, Final, Protocol

from sync.errors import KeychainRefused

SERVICE: Final = "doorstep"
# What the library itself reads: whoever names another backend there wants none of ours.
_CHOSEN: Final = "PYTHON_KEYRING_BACKEND"
_ALLOWED: Final = {
    "win32": ("keyring.backends.Windows.WinVaultKeyring",),
    "darwin": ("keyring.backends.macOS.Keyring",),
    "linux": (
        "keyring.backends.SecretService.Keyring",
        "keyring.backends.kwallet.DBusKeyring",
        "keyring.backends.kwallet.DBusKeyringKWallet4",
    ),
}


class Keychain(Protocol):
    """Keeps 32 bytes under a name, outside of the profile's folder."""

    @property
    def is_there(self) -> bool:
        """Whether this computer has one that can be used now."""

    def keep(self, entry: str, secret: bytes) -> None:
        """Store a secret and read it back. Raises :class:`KeychainRefused`."""

    def find(self, entry: str) -> bytes | None:
        """The secret, or ``None`` where there is none, or the keychain does not open."""

    def forget(self, entry: str) -> None:
        """Remove a secret; one that is not there is gone already."""


class NoKeychain:
    """A computer without one: its profiles are kept by the password and the server's part."""

    is_there: Final = False

    def keep(self, entry: str, secret: bytes) -> None:
        """Refuse: nothing could keep it."""
        raise KeychainRefused

    def find(self, entry: str) -> bytes | None:
        """Nothing is in it."""

    def forget(self, entry: str) -> None:
        """Nothing was in it."""


class SystemKeychain:
    """One backend of the ``keyring`` library."""

    is_there: Final = True

    def __init__(self, backend: Any) -> None:
        self._backend = backend

    def keep(self, entry: str, secret: bytes) -> None:
        """Store it and look whether it came to lie there as it is."""
        try:
            self._backend.set_password(SERVICE, entry, base64.b64encode(secret).decode())
        except Exception as error:  # Each system fails in ways of its own.
            raise KeychainRefused from error
        if self.find(entry) != secret:
            raise KeychainRefused

    def find(self, entry: str) -> bytes | None:
        """A keychain that stays shut counts as one that has nothing."""
        try:
            text = self._backend.get_password(SERVICE, entry)
            return base64.b64decode(text, validate=True) if text else None
        except Exception:  # noqa: BLE001  # As above: a refused prompt, no bus, no service.
            return None

    def forget(self, entry: str) -> None:
        """Whether it was there makes no difference."""
        with suppress(Exception):
            self._backend.delete_password(SERVICE, entry)


def system_keychain() -> Keychain:
    """This computer's keychain, the first of those allowed that answers."""
    chosen = os.environ.get(_CHOSEN, "")
    for name in _ALLOWED.get(sys.platform, ()):
        if chosen in ("", name) and (backend := _backend(name)) is not None:
            return SystemKeychain(backend)
    return NoKeychain()


def _backend(name: str) -> Any:
    # Here, for nobody but the one who opens a profile needs it.
    from importlib import import_module

    module, _, kind = name.rpartition(".")
    try:
        found = getattr(import_module(module), kind)
        usable = found.priority > 0  # Raises where the system lacks what it stands on.
        return found() if usable else None
    except Exception:  # noqa: BLE001  # As the library does when it looks for backends.
        return None
