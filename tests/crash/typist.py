"""Somebody types visits into the real form, real threads and all, until the process is killed.

``python -m tests.crash.typist PROFILE NAME`` tells every key and every saved visit on its output,
each line whole before the next key is pressed.
"""

import os
import sys
from pathlib import Path
from time import monotonic

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from desktop.jobs.lanes import threaded_lanes
from desktop.page import PageContext, Route
from desktop.pages.visit import VisitPage
from desktop.services.profiles import ProfileFolder
from desktop.services.workplace import workplace_on
from desktop.theme.provider import ThemeProvider
from desktop.theme.tokens import ThemeName, load_theme
from sync.identity import Minter, SystemClock
from sync.store.store import Store
from tests.support.laptops import PASSWORD

KEY_EVERY_MS = 15
KEYS_A_VISIT = 60
WORDS = "老人精神好药按时吃说卫生间地滑想装扶手"


def text_of(name: str, number: int, keys: int) -> str:
    """What the typist has written of a visit after so many keys."""
    whole = f"{name}.{number}:" + WORDS * (1 + KEYS_A_VISIT // len(WORDS))
    return whole[: min(keys, KEYS_A_VISIT)]


def tell(*words: object) -> None:
    """One line, in one piece, gone before anything else happens."""
    os.write(1, ("\t".join(map(str, words)) + "\n").encode())


class Typist(QObject):
    """Presses a key at every tick, saves when a visit is written, and begins the next one."""

    def __init__(self, page: VisitPage, households: list[str], name: str) -> None:
        super().__init__(page)
        self._page = page
        self._households = households
        self._name = name
        self._number, self._keys, self._saving = -1, 0, False
        page.said.connect(self._saved)
        self._clock = QTimer(self, interval=KEY_EVERY_MS)
        self._clock.timeout.connect(self._press)
        self._begin()
        self._clock.start()

    @property
    def _household(self) -> str:
        return self._households[self._number % len(self._households)]

    def _begin(self) -> None:
        self._number += 1
        self._keys, self._saving = 0, False
        self._page.enter(Route("visit", self._household, "met"))

    def _press(self) -> None:
        if self._saving or self._page._state is None:
            return
        note = self._page.fields._note
        if self._keys == 0:
            note.set_text("")  # A draft of a former life is written over.
        if self._keys >= KEYS_A_VISIT:
            self._saving = True
            self._page._save(onward=False)
            return
        self._keys += 1
        tell("key", self._household, self._number, self._keys, monotonic())
        note.edit.insertPlainText(text_of(self._name, self._number, self._keys)[-1])

    def _saved(self, words: str, undo: object) -> None:
        tell("saved", self._household, self._number)
        self._begin()


def main(folder: str, name: str) -> int:
    """Open the profile and type until the end."""
    application = QApplication.instance() or QApplication([])
    clock = SystemClock()
    profile = ProfileFolder("chen", Path(folder))
    store = Store.open(profile.path, PASSWORD, clock=clock, minter=Minter(now=clock.now))
    place = workplace_on(profile, store, clock)
    lanes, _closing = threaded_lanes()
    page = VisitPage(PageContext(place, lanes, ThemeProvider(load_theme(ThemeName.LIGHT))))
    page.resize(1366, 700)
    page.show()
    households = [row.id for row in store.reading.rows("household", limit=3)]
    typist = Typist(page, households, name)
    assert typist.parent() is page
    return application.exec()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
