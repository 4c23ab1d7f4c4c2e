"""How long the front desk takes to find somebody among 12,000 people: by every way it searches."""

import random
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Final

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.page import Route
from desktop.pages.desk import DeskPage
from desktop.services.workplace import Workplace
from sync.rules.pinyin import py
from tests.bench.figures import Figure
from tests.bench.searching import AT_ONCE, HOUSEHOLDS, PEOPLE, p95
from tests.support.campaigns import bring, news
from tests.support.feed import Feed
from tests.support.workplaces import GRID, household_id, page_context, workplace

TYPED: Final = ("wgl", "zhang", "6-2-1602", "1602", "3305", "003X", "0417", "wangguilan", "9-1-301")
COMMITTED: Final = ("王桂兰", "6栋2单元1602", "11010119480302003X")
_SURNAMES: Final = "王李张刘陈杨黄赵吴周单曾仇解查区盖"
_GIVEN: Final = "桂兰英华伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚花"


def desk(folder: Path) -> Iterator[Figure]:
    """Each key stroke in the page's own search, until the list is painted."""
    application = QApplication.instance() or QApplication([])
    with workplace(folder, ("desk_clerk",), desk=True) as place:
        _fill(place)
        while place.store.index.step():
            pass
        strokes = _strokes(place)
        name = f"desk, {HOUSEHOLDS * PEOPLE:,} people: key to painted answer"
        yield Figure(f"{name}, p95", p95(strokes), "s", target=0.05)
        yield Figure(f"{name}, longest", max(strokes), "s")
    application.processEvents()


def _fill(place: Workplace) -> None:
    rng = random.Random(11)
    for start in range(0, HOUSEHOLDS, AT_ONCE):
        grid = news(place, GRID)
        for number in range(start, start + AT_ONCE):
            _put_home(grid, number, rng)
        bring(place, grid)
        while place.store.dues.refresh():
            pass


def _put_home(grid: Feed, number: int, rng: random.Random) -> None:
    room = f"{number % 40 + 10}-{number % 3 + 1}-{(number // 120 + 1) * 100 + number % 7 + 1}"
    home = household_id(f"{room} {number}")
    dwelling = f"dwelling {number}"
    where = {"building_id": "building 6", "room": room, "floor": 3, "address": f"丰和苑{room}"}
    grid.put("dwelling", dwelling, **where)
    grid.put("household", home, dwelling_id=dwelling, contact="13700113305")
    for at in range(PEOPLE):
        name = rng.choice(_SURNAMES) + "".join(rng.choice(_GIVEN) for _ in range(2))
        grid.put(
            "person",
            f"person {number} {at}",
            household_id=home,
            name=name,
            py=py(name),
            phone=f"139{rng.randrange(10**8):08}",
            birth="1960-01-01",
            id_tail=f"{rng.randrange(1000):03}{rng.choice('0123456789X')}",
        )


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
