"""How long the front desk takes to find somebody among 12,000 people: by every way it searches."""

from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Final

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.page import Route
from desktop.pages.desk import DeskPage
from desktop.services.workplace import Workplace
from tests.bench.figures import Figure
from tests.bench.people import HOUSEHOLDS, PEOPLE, fill
from tests.bench.searching import p95
from tests.support.workplaces import page_context, workplace

TYPED: Final = ("wgl", "zhang", "6-2-1602", "1602", "3305", "003X", "0417", "wangguilan", "9-1-301")
COMMITTED: Final = ("王桂兰", "6栋2单元1602", "11010119480302003X")


def desk(folder: Path) -> Iterator[Figure]:
    """Each key stroke in the page's own search, until the list is painted."""
    application = QApplication.instance() or QApplication([])
    with workplace(folder, ("desk_clerk",), desk=True) as place:
        fill(place, seed=11)
        while place.store.index.step():
            pass
        strokes = _strokes(place)
        name = f"desk, {HOUSEHOLDS * PEOPLE:,} people: key to painted answer"
        yield Figure(f"{name}, p95", p95(strokes), "s", target=0.05)
        yield Figure(f"{name}, longest", max(strokes), "s")
    application.processEvents()


def _strokes(place: Workplace) -> list[float]:
    page = DeskPage(page_context(place))
    page.resize(1366, 768)
    page.show()
    page.enter(Route("desk"))
    line, viewport = page.list.search.edit, page.list.rows.viewport()
    strokes: list[float] = []
    for text in (*TYPED, *COMMITTED):
        line.clear()
        for typed in text if text.isascii() and len(text) < 18 else (text,):
            started = perf_counter()
            if len(typed) == 1:
                QTest.keyClick(line, typed)
            else:
                line.insert(typed)
            viewport.repaint()
            strokes.append(perf_counter() - started)
    page.close()
    return strokes
