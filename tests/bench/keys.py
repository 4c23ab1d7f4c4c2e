"""How long a person's usual records take by keys alone: scripted keys, the machine's own time, and
a stated pace of typing.

The pace is that of the keystroke-level model (Card, Moran and Newell, 1980): 0.28 s for each key of
an average typist who is no secretary, and 1.35 s to make up one's mind before each part of the
form. Chinese counts as the letters of its pinyin and a key for each word of two characters. What is
said at the door or the window meanwhile is the resident's time, and not counted.
"""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from desktop.page import Page, Route
from desktop.pages.desk import DeskPage
from desktop.pages.matters import MattersPage
from desktop.pages.mediation_note import MediationNotePage
from desktop.pages.today import TodayPage
from desktop.pages.visit import VisitPage
from desktop.services.workplace import Workplace
from sync.rules.pinyin import py
from tests.bench.figures import Figure
from tests.support.workplaces import household_id, page_context, workplace

KEY_S: Final = 0.28
MIND_S: Final = 1.35
CHARACTERS_OF_A_WORD: Final = 2
WANG: Final = household_id("6-2-1602")
Key = Qt.Key


class Typist:
    """Hands on the keyboard of one page. Attributes: ``keys`` pressed, ``parts`` thought about,
    ``machine_s`` that the app took for its answers."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.keys = 0
        self.parts = 0
        self.machine_s = 0.0

    def press(self, *keys: Qt.Key, ctrl: bool = False) -> None:
        """One part: a few keys in a row. Ctrl is a key, too."""
        held = Qt.KeyboardModifier.ControlModifier if ctrl else Qt.KeyboardModifier.NoModifier
        self.parts += 1
        for key in keys:
            self.keys += 1 + ctrl
            self._take(partial(QTest.keyClick, self._focused(), key, held))

    def write(self, text: str) -> None:
        """One part: a text, in Latin letters or as an input method commits it."""
        self.parts += 1
        if text.isascii():
            self.keys += len(text)
            self._take(partial(QTest.keyClicks, self._focused(), text))
            return
        spelt = [(py(one).split() or [""])[-1] for one in text if not one.isascii()]
        letters = [one for one in spelt if one]
        # Everything else is a key of its own: digits, and the marks between the words.
        self.keys += len(text) - len(letters)
        self.keys += len("".join(letters)) + len(letters) // CHARACTERS_OF_A_WORD
        target = self._focused()
        insert = getattr(target, "insert", None) or target.insertPlainText  # type: ignore[attr-defined]
        self._take(partial(insert, text))

    def open(self, route: Route) -> None:
        """The app opens the page: its own time alone."""
        self._take(partial(self._page.enter, route))

    @property
    def seconds(self) -> float:
        """The whole of it, at the stated pace."""
        return self.keys * KEY_S + self.parts * MIND_S + self.machine_s

    def _take(self, act: Callable[[], object]) -> None:
        started = perf_counter()
        act()
        QApplication.processEvents()
        self.machine_s += perf_counter() - started

    def _focused(self) -> QWidget:
        focused = QApplication.focusWidget()
        inside = focused is not None and (
            focused is self._page or self._page.window().isAncestorOf(focused)
        )
        return focused if inside and focused is not None else self._page


def keys(folder: Path) -> Iterator[Figure]:
    """Each record with its budget of the hand-book or the design."""
    application = QApplication.instance() or QApplication([])
    with workplace(folder / "door", ("grid_worker",)) as place:
        yield from _told("plain visit", _visit(place), 20)
        yield from _told("nobody answered", _not_home(place), 5)
        yield from _told("oral mediation", _mediation(place), 120)
        yield from _told("matter, offline", _matter(place), 40)
    with workplace(folder / "desk", ("desk_clerk",), desk=True) as place:
        yield from _told("case received at the desk", _case(place), 30)
        yield from _told("case to its end", _whole_case(place))
    application.processEvents()


def _told(name: str, typist: Typist, budget_s: float = 0.0) -> Iterator[Figure]:
    yield Figure(f"keys, {name}: keys", typist.keys, "")
    yield Figure(f"keys, {name}: machine", typist.machine_s, "s")
    yield Figure(f"keys, {name}: in all", typist.seconds, "s", target=budget_s)


def _begin(page: Page) -> Typist:
    page.resize(1366, 768)
    page.show()
    page.activateWindow()
    QApplication.processEvents()
    return Typist(page)


def _kept(place: Workplace, type_: str, before: int) -> None:
    """What was typed is in the store, or the figure means nothing."""
    assert place.store.reading.count(type_) == before + 1, type_


def _visit(place: Workplace) -> Typist:
    """V at the door that is marked, 1, save and go to the next one."""
    before, page = place.store.reading.count("visit"), VisitPage(page_context(place))
    typist = _begin(page)
    typist.keys, typist.parts = 1, 1  # V: the list has it, and goes to this page.
    typist.open(Route("visit", WANG))
    typist.press(Key.Key_1)
    typist.press(Key.Key_Return, ctrl=True)
    _kept(place, "visit", before)
    page.close()
    return typist


def _not_home(place: Workplace) -> Typist:
    """The next door, and 2: recorded from the list."""
    before, page = place.store.reading.count("visit"), TodayPage(page_context(place))
    typist = _begin(page)
    page.enter(Route("today"))
    typist.press(Key.Key_J)
    typist.press(Key.Key_2)
    _kept(place, "visit", before)
    page.close()
    return typist


def _mediation(place: Workplace) -> Typist:
    """The other door, what it was about, what came of it, carried out, saved."""
    before = place.store.reading.count("oral_mediation")
    page = MediationNotePage(page_context(place))
    typist = _begin(page)
    typist.open(Route("mediation_note", WANG))
    typist.write("6-2-904")
    typist.press(Key.Key_Return)
    typist.write("楼上卫生间漏水泡了楼下吊顶")
    typist.press(Key.Key_Tab)
    typist.write("7日内修好防水，赔偿吊顶费1200元，双方不再争执。")
    typist.press(Key.Key_Tab, Key.Key_Space)
    typist.press(Key.Key_S, ctrl=True)
    _kept(place, "oral_mediation", before)
    page.close()
    return typist


def _matter(place: Workplace) -> Typist:
    """N at the home, what it is about, reported."""
    before, page = place.store.reading.count("matter"), MattersPage(page_context(place))
    typist = _begin(page)
    typist.keys, typist.parts = 1, 1  # N: the household has it, and goes to this page.
    typist.open(Route("matters", WANG, "new"))
    typist.write("四层楼道灯不亮")
    typist.press(Key.Key_Return, ctrl=True)
    _kept(place, "matter", before)
    page.close()
    return typist


def _whole_case(place: Workplace) -> Typist:
    """Received without its papers; they come, it is ready, picked up, five of five."""
    before, page = place.store.reading.count("service_case"), DeskPage(page_context(place))
    typist = _begin(page)
    page.enter(Route("desk"))
    typist.write("wgl")
    typist.press(Key.Key_Return)
    typist.press(Key.Key_2)
    typist.press(Key.Key_S, ctrl=True)
    number = next(one.id for one in place.service_cases.waiting() if one.stage == "supplement")
    row = place.service_cases.case(number)
    # They come again, with the receipt in their hand.
    typist.press(Key.Key_F, ctrl=True)
    typist.write(row.receipt)
    typist.press(Key.Key_Return)
    for _step in ("papers", "ready", "picked up"):
        typist.press(Key.Key_Return)
    typist.press(Key.Key_5)
    _kept(place, "service_case", before)
    assert place.service_cases.case(number).stage == "closed"
    page.close()
    return typist


def _case(place: Workplace) -> Typist:
    """Initials, Enter, what for, all papers, registered."""
    before, page = place.store.reading.count("service_case"), DeskPage(page_context(place))
    typist = _begin(page)
    page.enter(Route("desk"))
    typist.write("wgl")
    typist.press(Key.Key_Return)
    typist.press(Key.Key_1)
    typist.press(Key.Key_A)
    typist.press(Key.Key_S, ctrl=True)
    _kept(place, "service_case", before)
    page.close()
    return typist
