"""The app's window as a process of its own, painted without a screen. Prints one JSON object.

``scroll ROWS``   seconds of each frame while a list of so many rows is scrolled through
``memory HOME``   MB that the process holds after a walk through its pages
"""

import json
import os
import sys
from pathlib import Path
from time import perf_counter
from typing import Final

from tests.bench.figures import memory_mb

SIZE: Final = (1366, 768)
STEP_PX: Final = 120
"""One notch of a mouse wheel."""
LARGE_STEP_PX: Final = 2_000
"""Pulling the handle of the scroll bar."""
FRAMES: Final = 400


def scroll(count: str) -> dict[str, object]:
    """Scroll down by the wheel and by the handle; each frame is painted whole before the next."""
    from PySide6.QtWidgets import QApplication, QMainWindow

    from desktop.rows import Lamp, Row, Tag, Tone
    from desktop.theme.provider import ThemeProvider
    from desktop.theme.style import apply_style, dress_window
    from desktop.theme.tokens import ThemeName, load_theme
    from desktop.viewmodels.row_list import RowListModel
    from desktop.widgets.row_list import RowList

    application = QApplication([])
    look = ThemeProvider(load_theme(ThemeName.LIGHT))
    apply_style(application, look)
    lamps = list(Lamp)
    model = RowListModel()
    model.replace(
        [
            Row(
                key=str(at),
                title=f"王桂兰{at}",
                lead=f"{at % 30 + 1}{at % 8 + 1:02}",
                lamp=lamps[at % len(lamps)],
                tags=(Tag("独居老人", Tone.CARE), Tag("党员户", Tone.PRIMARY)),
                reason=f"逾期 {at % 20} 天",
                reason_tone=Tone.BAD,
                detail=f"独居老人每月必访 · 上次 5月{at % 28 + 1}日 见到本人",
                badge=Tag("约 11:00", icon="clock") if at % 5 == 0 else None,
            )
            for at in range(int(count))
        ]
    )
    rows = RowList(look, "rows")
    rows.setModel(model)
    window = QMainWindow()
    dress_window(window, look)
    window.setCentralWidget(rows)
    window.resize(*SIZE)
    window.show()
    application.processEvents()
    seconds = []
    bar = rows.verticalScrollBar()
    for step in (STEP_PX, LARGE_STEP_PX):
        bar.setValue(0)
        application.processEvents()
        for _frame in range(FRAMES):
            started = perf_counter()
            bar.setValue((bar.value() + step) % max(1, bar.maximum()))
            rows.viewport().repaint()
            seconds.append(perf_counter() - started)
            application.processEvents()
    return {"seconds": seconds, "rows": model.rowCount()}


def memory(home: str) -> dict[str, object]:
    """Open every page of the round once, and say what that took."""
    from PySide6.QtWidgets import QApplication

    from desktop.app import DoorstepApp
    from desktop.jobs.lanes import InlineLane, Lanes
    from desktop.page import Route
    from desktop.paths import paths_for
    from desktop.theme.style import apply_style
    from sync.identity import SystemClock
    from tests.bench.laptop import NoNetwork, opened

    application = QApplication([])
    lane = InlineLane()
    root = DoorstepApp(paths_for(Path(home)), None, SystemClock(), Lanes(lane, NoNetwork()))
    apply_style(application, root.look)
    place = opened(home)
    root.show_workspace(place)
    root.window.resize(*SIZE)
    root.window.show()
    household = place.store.reading.rows("household", limit=1)[0].id
    pages = ("today", "households", "household", "visit", "conflicts", "sync", "settings")
    for key in pages:
        root.go(Route(key, household if key in ("household", "visit") else ""))
        application.processEvents()
        root.window.grab()
    held_mb = memory_mb("VmRSS")
    root.window.close()
    return {"held_mb": held_mb, "peak_mb": memory_mb("VmHWM"), "pages": len(pages)}


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    name, *arguments = sys.argv[1:]
    print(json.dumps({"scroll": scroll, "memory": memory}[name](*arguments)))
