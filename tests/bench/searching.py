"""How long a key stroke in the search palette takes until its answer is painted."""

import os
import random
from collections.abc import Iterator
from pathlib import Path
from statistics import quantiles
from time import perf_counter
from typing import Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.screens import Kit, build_pages
from desktop.sections import groups, keys_of
from desktop.services.workplace import Workplace
from desktop.settings import Settings
from desktop.sync_runner import SyncRunner
from desktop.workspace import Workspace
from sync.rules.pinyin import py
from tests.bench.figures import Figure
from tests.support.campaigns import bring, news
from tests.support.feed import Feed
from tests.support.workplaces import GRID, household_id, page_context, workplace

HOUSEHOLDS: Final = 4_000
PEOPLE: Final = 3
VISITS: Final = 5
AT_ONCE: Final = 40
"""Households that one page brings."""
TYPED: Final = (
    "wgl",
    "wangguilan",
    "lj",
    "zhang",
    "1602",
    "6-2-1602",
    "3305",
    "xie",
    "guihua",
    ">sync",
)
COMMITTED: Final = ("王桂兰", "6栋2单元1602", "扶手", "老伴", "丰和苑6号楼", "𠮷")
"""What an input method hands over at once."""

_SURNAMES: Final = "王李张刘陈杨黄赵吴周单曾仇解查区盖"
_GIVEN: Final = "桂兰英华伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚花"
_NOTES: Final = (
    "血压138/86,药按时吃。说卫生间地滑,想装扶手。",
    "敲门三分钟没人应,对门说白天上班,晚上七点后在家。",
    "新租客两人,在物流园上班,合同到明年三月,电动车在楼下充。",
    "老伴上月走的,情绪低,聊了半小时,约好周五再来。",
    "燃气软管老化,已当场提醒,联系燃气公司明天换。",
)


def searching(folder: Path) -> Iterator[Figure]:
    """12,000 people on a laptop: the index built in steps, then every key stroke of a few words."""
    application = QApplication.instance() or QApplication([])
    with workplace(folder) as place:
        _fill(place)
        name = f"search, {HOUSEHOLDS * PEOPLE:,} people"
        steps = _build(place)
        yield Figure(f"{name}: building the index", sum(steps), "s")
        yield Figure(f"{name}: longest step of it", max(steps), "s")
        strokes = _strokes(place)
        yield Figure(f"{name}: key to painted answer, p95", p95(strokes), "s", target=0.05)
        yield Figure(f"{name}: longest", max(strokes), "s")
    application.processEvents()


def _fill(place: Workplace) -> None:
    rng = random.Random(7)
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
    place_of = {
        "building_id": "building 6",
        "room": room,
        "floor": 3,
        "address": f"丰和苑{room}",
    }
    grid.put("dwelling", f"dwelling {number}", **place_of)
    grid.put("household", home, dwelling_id=f"dwelling {number}", contact="13700113305")
    for at in range(PEOPLE):
        told = rng.choice(_SURNAMES) + "".join(rng.choice(_GIVEN) for _ in range(2))
        phone = f"139{rng.randrange(10**8):08}"
        body = {"name": told, "py": py(told), "phone": phone, "birth": "1960-01-01"}
        grid.put("person", f"person {number} {at}", household_id=home, **body)
    for at in range(VISITS):
        body = {"started_at": f"2026-0{at + 1}-11T02:00:00Z", "result": "met"}
        note = rng.choice(_NOTES)
        grid.put("visit", f"visit {number} {at}", household_id=home, note=note, **body)


def _build(place: Workplace) -> list[float]:
    steps = []
    more = True
    while more:
        started = perf_counter()
        more = place.store.index.step()
        steps.append(perf_counter() - started)
    return steps


def _strokes(place: Workplace) -> list[float]:
    context = page_context(place)
    runner = SyncRunner(place.syncing, context.lanes.net)
    settings = Settings()
    pages = build_pages(Kit(context, runner, lambda: settings, lambda chosen: None))
    sections = keys_of(place.store.account.user.posts, {page.KEY for page in pages})
    window = Workspace(context, groups(sections), pages, runner)
    window.resize(1366, 768)
    window.show()
    window.go_to_section("sync")
    window.open_search()
    strokes: list[float] = []
    for text in (*TYPED, *COMMITTED):
        window.search.line.clear()
        for typed in text if text.isascii() else (text,):
            started = perf_counter()
            if typed.isascii():
                QTest.keyClick(window.search.line, typed)
            else:
                window.search.line.insert(typed)
            window.search.repaint()
            window.search.rows.viewport().repaint()
            strokes.append(perf_counter() - started)
    window.close()
    return strokes


def p95(seconds: list[float]) -> float:
    return quantiles(seconds, n=20)[-1]
