"""The last error of a computer in a few words, for whoever looks after many of them.

Computers tell the server the code alone; the sentence that its worker reads speaks to that person.
"""

from typing import Final

from sync.errors import (
    Bug,
    CertificateRefused,
    ClonedStore,
    DiskFull,
    DiskRefused,
    NameNotFound,
    NotTheServer,
    PortalAnswered,
    ServerBusy,
    SignedOut,
    StoreDamaged,
    StoreUnreadable,
    TooMuchAtOnce,
    UpgradeNeeded,
)
from sync.i18n import N_, _

_WORDS: Final = {
    Bug.code: N_("a fault of the app"),
    CertificateRefused.code: N_("certificate not accepted"),
    ClonedStore.code: N_("its data was copied"),
    DiskFull.code: N_("disk full"),
    DiskRefused.code: N_("disk refuses to write"),
    NameNotFound.code: N_("server's name not known"),
    NotTheServer.code: N_("another program answers there"),
    PortalAnswered.code: N_("network wants a login"),
    ServerBusy.code: N_("server busy"),
    SignedOut.code: N_("signed out"),
    StoreDamaged.code: N_("its data is damaged"),
    StoreUnreadable.code: N_("its data is damaged"),
    TooMuchAtOnce.code: N_("network takes nothing so large"),
    UpgradeNeeded.code: N_("version too old"),
}


def error_words(code: str) -> str:
    """What the code means; a code of another version is told as it is."""
    words = _WORDS.get(code)
    return _(words) if words else code


def error_fact(code: str) -> str:
    """The same with the code, by which it is looked up; empty where there was no error."""
    return f"{error_words(code)} ({code})" if code in _WORDS else code
