"""Hands on the keyboard, wherever it is, and a lane whose jobs wait to be let go."""

from collections import deque

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from desktop.jobs.job import Job
from desktop.page import Page, PageContext


class HeldLane:
    """Keeps jobs until a test lets the next one run: an answer that is still on its way."""

    def __init__(self) -> None:
        self.waiting: deque[Job] = deque()

    def start(self, job: Job) -> None:
        """Take a job, and let it wait."""
        self.waiting.append(job)

    def let_one_go(self) -> None:
        """Run the job that waited longest."""
        self.waiting.popleft().run()

    def let_all_go(self) -> None:
        """Run what waits, and what that starts."""
        while self.waiting:
            self.let_one_go()


def hold(context: PageContext) -> HeldLane:
    """Let the store's answers wait from now on."""
    lane = HeldLane()
    context.lanes.store = lane
    return lane


def press(page: Page, *keys: Qt.Key, ctrl: bool = False) -> None:
    """Press keys where the keyboard is: on a part of ``page``, or on the page itself."""
    held = Qt.KeyboardModifier.ControlModifier if ctrl else Qt.KeyboardModifier.NoModifier
    for key in keys:
        QTest.keyClick(focused_in(page), key, held)


def write(page: Page, text: str) -> None:
    """Type ``text`` where the keyboard is; Chinese comes in as an input method commits it."""
    target = focused_in(page)
    if text.isascii():
        QTest.keyClicks(target, text)
    else:
        target.insert(text) if hasattr(target, "insert") else target.insertPlainText(text)


def focused_in(page: Page) -> QWidget:
    """Where the keyboard is, which must be on the page."""
    focused = QApplication.focusWidget()
    assert focused is not None
    assert focused is page or page.isAncestorOf(focused)
    return focused
