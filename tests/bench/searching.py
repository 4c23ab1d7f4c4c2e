"""How long a key stroke in the search palette takes until its answer is painted."""

import os
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
from tests.bench.figures import Figure
from tests.bench.people import HOUSEHOLDS, PEOPLE, fill
from tests.support.workplaces import page_context, workplace

VISITS: Final = 5
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


def searching(folder: Path) -> Iterator[Figure]:
    """12,000 people on a laptop: the index built in steps, then every key stroke of a few words."""
    application = QApplication.instance() or QApplication([])
    with workplace(folder) as place:
        fill(place, seed=7, visits=VISITS)
        name = f"search, {HOUSEHOLDS * PEOPLE:,} people"
        steps = _build(place)
        yield Figure(f"{name}: building the index", sum(steps), "s")
        yield Figure(f"{name}: longest step of it", max(steps), "s")
        strokes = _strokes(place)
        yield Figure(f"{name}: key to painted answer, p95", p95(strokes), "s", target=0.05)
        yield Figure(f"{name}: longest", max(strokes), "s")
    application.processEvents()


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
    sections = keys_of(place.store.account.user.posts, set(pages))
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
