"""How soon the file of a case is bound and written: 40 pages and more, scans among them.

``python -m tests.bench.dossier PATH`` is the child: one process, off the screen; it prints JSON.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Final

from tests.bench.figures import Figure
from tests.bench.world import child

PAGES: Final = 40
TALKS: Final = 13
SCANNED: Final = ("application", "rights", "identity", "mediation", "agreement", "follow_up")
SCAN_SIZE: Final = (2480, 3508)
"""A page of A4 as scanners make it, at 300 dots an inch."""


def dossier(place: Path) -> Iterator[Figure]:
    """From the record to the PDF on disk."""
    told = child("dossier", str(place / "file.pdf"))
    assert told["pages"] >= PAGES
    name = f"file of a case, {told['pages']:.0f} pages, {len(SCANNED)} scans"
    yield Figure(f"{name}: bound", told["bound"] * 1000, "ms")
    yield Figure(f"{name}: bound and written", told["written"] * 1000, "ms", target=3000)


def _measure(path: Path) -> dict[str, float]:
    from PySide6.QtGui import QGuiApplication

    from desktop.dossier_pages import bind_file
    from sync.rules.paper_case import Scan
    from tests.support.cases import INQUIRY, MEETING, RARE

    application = QGuiApplication.instance() or QGuiApplication(sys.argv[:1])
    assert application is not None
    talks = (replace(MEETING, id=f"talk {at}", said=MEETING.said * 6) for at in range(TALKS))
    scans = tuple(Scan(key, key, "image/jpeg") for key in SCANNED)
    file = replace(RARE, talks=(INQUIRY, *talks), scans=scans)
    content = _scan()
    started = perf_counter()
    bound = bind_file(file, lambda scan: content)
    at = perf_counter()
    bound.write_pdf(path)
    return {
        "pages": len(bound.sheets),
        "bound": at - started,
        "written": perf_counter() - started,
    }


def _scan() -> bytes:
    """A page full of lines, as heavy as a real one."""
    from PySide6.QtCore import QBuffer, QByteArray, QIODevice
    from PySide6.QtGui import QColor, QImage, QPainter

    image = QImage(*SCAN_SIZE, QImage.Format.Format_RGB32)
    image.fill(QColor("ivory"))
    painter = QPainter(image)
    for at in range(3000):
        x, y = at * 7919 % SCAN_SIZE[0], at * 104_729 % SCAN_SIZE[1]
        painter.fillRect(x, y, at % 290, 8, QColor(at % 200, at % 90, 40))
    painter.end()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "JPG", 85)
    return bytes(data.data())


if __name__ == "__main__":
    print(json.dumps(_measure(Path(sys.argv[1]))))
