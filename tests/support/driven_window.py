"""``python -m tests.support.driven_window HOME PASSWORD ROOM``: the app itself, unlocked by a hand
that is not there, on one home; it says so in a line, and goes on as it would."""

import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from desktop.app import DoorstepApp
from desktop.page import Route
from desktop.pages.unlock import UnlockPage
from desktop.paths import paths_for
from desktop.program import open_window
from desktop.workspace import Workspace
from tests.support.workplaces import household_id

LOOK_MS = 50
CODE = "271828"


class Hand:
    """Types the password, opens a home, copies a name, sets the six digits."""

    def __init__(self, root: DoorstepApp, password: str, room: str) -> None:
        self._root = root
        self._home = household_id(room)
        self._timer = QTimer(interval=LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()
        page = root.window.centralWidget()
        assert isinstance(page, UnlockPage)
        page.password.set_text(password)
        page.unlock.click()

    def _look(self) -> None:
        space = self._root.window.centralWidget()
        if not isinstance(space, Workspace):
            return
        self._timer.stop()
        space.go(Route("household", self._home))
        place = space.page.place
        place.quick.set(CODE)
        card = place.households.card(self._home)
        QApplication.clipboard().setText(" ".join(one.name for one in card.members))
        QTimer.singleShot(10 * LOOK_MS, self._tell)

    def _tell(self) -> None:
        sys.stdout.write("open\n")
        sys.stdout.flush()


def main() -> None:
    """Run it."""
    hands: list[Hand] = []
    home, password, room = sys.argv[1:]
    sys.exit(
        open_window(
            paths_for(Path(home)), None, lambda root: hands.append(Hand(root, password, room))
        )
    )


if __name__ == "__main__":
    main()
