"""One life of ``test_campaign.py``. Arguments: folder, sheets to finish, ``dies`` or ``ends``."""

import os
import signal
import sys
import time
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.page import Route
from desktop.pages.campaigns import CampaignRoundPage, CampaignSheetPage
from desktop.services.profiles import ProfileFolder
from desktop.services.workplace import Workplace, workplace_on
from tests.support.campaigns import CAMPAIGN
from tests.support.laptops import TickingClock, open_store
from tests.support.workplaces import NOW, page_context

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
PATIENCE_MS = 5_000
KEPT_WITHIN_S = 1.0


def main(folder: Path, finished: int, dies: bool) -> int:
    """Answer sheets by keys until so many are finished; die in the middle of the next one."""
    application = QApplication.instance() or QApplication([])
    clock = TickingClock(NOW)
    profile = ProfileFolder("chen", folder / "chen")
    place = workplace_on(profile, open_store(profile.path, clock), clock)
    context = page_context(place)
    rounds, page = CampaignRoundPage(context), CampaignSheetPage(context)
    route = Route("campaign", CAMPAIGN)
    rounds.resize(1366, 700)
    page.resize(1366, 700)
    went: list[Route] = []
    rounds.went.connect(went.append)
    page.went.connect(went.append)
    show(rounds)
    rounds.enter(route)
    press(rounds, Key.Key_Return)  # The round begins where it stopped.
    show(page)
    while count(place) < finished:
        page.enter(went.pop())
        answer(page, whole=True)
    if not dies:
        place.close()
        return 0
    page.enter(went.pop())
    answer(page, whole=False)
    until = time.monotonic() + KEPT_WITHIN_S
    while not is_kept(place):
        assert time.monotonic() < until, "no draft within a second of the last key"
        application.processEvents()
    os.kill(os.getpid(), signal.SIGKILL)
    return 1


def answer(page: CampaignSheetPage, *, whole: bool) -> None:
    """Type what is missing of one sheet, and go on to the next door."""
    assert page._state is not None
    if not page._state.has("fuel"):
        press(page, Key.Key_1)
        QTest.keyClicks(focused(page), "4")
    if whole:
        # From wherever the sheet stopped, down to the last part, and the first way there.
        for _ in page._state.parts():
            press(page, Key.Key_Down)
        press(page, Key.Key_1)
        press(page, Key.Key_Return, CTRL)


def press(
    page: object, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    QTest.keyClick(focused(page), key, held)


def focused(page: object):
    found = QApplication.focusWidget()
    assert found is not None, page
    return found


def show(page: CampaignRoundPage | CampaignSheetPage) -> None:
    page.show()
    page.activateWindow()
    assert QTest.qWaitForWindowActive(page, PATIENCE_MS)


def is_kept(place: Workplace) -> bool:
    """Whether what was typed last is on the disk."""
    keys = place.store.drafts.keys("sheet/")
    return any(place.store.drafts.find(key)["answers"].get("age") == "4" for key in keys)


def count(place: Workplace) -> int:
    return len(place.store.reading.rows("campaign_sheet"))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "dies"))
