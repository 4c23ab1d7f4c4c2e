"""The desktop's own session: it is locked, or the computer goes to sleep (Linux, over D-Bus).

Each desktop tells it in its own way; the names are those of systemd-logind, freedesktop.org, GNOME,
Kylin's UKUI and deepin (UOS). Where none of them is on the bus, nothing is heard, and the idle
lock remains.
"""

import os
import sys
from collections.abc import Iterator
from typing import Any, Final

from PySide6.QtCore import SLOT, QObject, Signal, Slot
from PySide6.QtDBus import QDBusConnection

_LOGIN: Final = "org.freedesktop.login1"
_SAVERS: Final = (
    # service, path, interface, signal
    ("org.freedesktop.ScreenSaver", "", "org.freedesktop.ScreenSaver", "ActiveChanged"),
    ("org.gnome.ScreenSaver", "", "org.gnome.ScreenSaver", "ActiveChanged"),
    ("com.deepin.dde.lockFront", "", "com.deepin.dde.lockFront", "Visible"),
    ("org.deepin.dde.LockFront1", "", "org.deepin.dde.LockFront1", "Visible"),
)
_UKUI: Final = ("org.ukui.ScreenSaver", "", "org.ukui.ScreenSaver", "lock")


class SessionWatch(QObject):
    """Hears of the session's lock and of sleep.

    Signals:
        leaving: the person is going, or gone.
    """

    leaving = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        if sys.platform.startswith("linux"):
            self.listen(QDBusConnection.systemBus(), QDBusConnection.sessionBus())

    def listen(self, system: QDBusConnection, session: QDBusConnection) -> None:
        """Hear what is told on these two buses."""
        began = (_LOGIN, "", f"{_LOGIN}.Manager", "PrepareForSleep")
        system.connect(*began, self, _slot("_became(bool)"))
        system.connect(_LOGIN, own_session(), f"{_LOGIN}.Session", "Lock", self, _slot("_left()"))
        for saver in _SAVERS:
            session.connect(*saver, self, _slot("_became(bool)"))
        session.connect(*_UKUI, self, _slot("_left()"))

    @Slot(bool)
    def _became(self, is_so: bool) -> None:
        if is_so:
            self.leaving.emit()

    @Slot()
    def _left(self) -> None:
        self.leaving.emit()


def _slot(signature: str) -> Any:
    """A slot by its name. The stubs ask for bytes; the call itself takes the text alone."""
    return SLOT(signature)


def own_session(session_id: str | None = None) -> str:
    """The object of this session at logind; empty for any, where it is not known."""
    known = os.environ.get("XDG_SESSION_ID", "") if session_id is None else session_id
    return f"/org/freedesktop/login1/session/{''.join(_escaped(known))}" if known else ""


def _escaped(name: str) -> Iterator[str]:
    """As systemd writes names into paths: a digit in front and what is no letter as ``_xx``."""
    for place, character in enumerate(name):
        plain = character.isascii() and (character.isalpha() or (character.isdigit() and place))
        yield character if plain else f"_{ord(character):02x}"
