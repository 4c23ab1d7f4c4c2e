"""The bound file of a case, page by page: what the screen shows, a printer prints, a PDF keeps."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPagedPaintDevice, QPainter, QPdfWriter

from desktop.printing import MARGIN_PX, PAGE, PX_AN_INCH, Pages, paint_foot, paint_note, set_up
from desktop.services.dossier.binding import Leaf, back, contents, cover, leaves
from desktop.services.dossier.blocks import Paper
from desktop.services.dossier.web import html_of
from desktop.services.dossier.words import paper_words
from sync.errors import DoorstepError
from sync.i18n import N_
from sync.progress import Progress, silent
from sync.rules.paper_case import PaperCase, Scan

PDF_DPI: Final = 300
SCAN_DPI: Final = 200
"""What a scan is reduced to; finer ones make the file large and no easier to read."""
_PDF: Final = "application/pdf"
_SCREEN_SCALE: Final = 1.5
_SMOOTH: Final = Qt.TransformationMode.SmoothTransformation
_STEP: Final = N_("Binding the papers")
_WRITING: Final = N_("Writing the pages")

ReadScan = Callable[[Scan], bytes]
"""The bytes of a scan, none where it cannot be had now; raises AttachmentDamaged."""


class ScansAbsent(DoorstepError):
    """Scans of the file lie on the server alone, and there is no network."""

    code = "case.scans_absent"
    message = N_("{count} scans are not on this computer. Go on once there is a network.")


class ScanUnreadable(DoorstepError):
    """A scan is no picture and no PDF that can be opened."""

    code = "case.scan"
    message = N_("A scan of {paper} cannot be read. Add it anew.")


@dataclass(frozen=True)
class Sheet:
    """One page. ``scan`` and ``scan_page`` name the page of a PDF that is laid in its place."""

    paint: Callable[[QPainter], None]
    foot: str = ""
    scan: bytes = b""
    scan_page: int = 0


@dataclass(frozen=True)
class Bound:
    """Pages in their order; ``starts`` tells where each part begins, ``missing`` which characters
    no face of this computer has, ``rare`` which are beyond 16 bits; ``absent``: so many scans have
    a page that says so in their place."""

    sheets: tuple[Sheet, ...]
    starts: tuple[tuple[str, int], ...] = ()
    missing: str = ""
    rare: str = ""
    absent: int = 0

    def paint(self, painter: QPainter, number: int) -> None:
        """Paint page ``number`` (from 0) in pixels of 1/96 inch."""
        sheet = self.sheets[number]
        sheet.paint(painter)
        if sheet.foot:
            paint_foot(painter, sheet.foot)

    def print_on(self, device: QPagedPaintDevice, progress: Progress = silent) -> None:
        """Print every page. May be cancelled between two of them. Raises ScansAbsent."""
        if self.absent:
            raise ScansAbsent(count=self.absent)
        set_up(device)
        painter = QPainter(device)
        try:
            scale = device.logicalDpiX() / PX_AN_INCH
            painter.scale(scale, scale)
            for number in range(len(self.sheets)):
                progress(_WRITING, number, len(self.sheets))
                if number:
                    device.newPage()
                self.paint(painter, number)
        finally:
            painter.end()

    def write_pdf(self, path: Path, progress: Progress = silent) -> None:
        """Write all pages into a file, scans that are PDF themselves among them.

        Raises OSError; cancelled or failed, it leaves no file behind.
        """
        made = QByteArray()
        buffer = QBuffer(made)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        writer = QPdfWriter(buffer)
        writer.setResolution(PDF_DPI)
        writer.setTitle("")  # A case's title names people; a file's properties travel far.
        self.print_on(writer, progress)
        buffer.close()
        path.write_bytes(_finished(bytes(made.data()), self))


def bind_paper(paper: Paper) -> Bound:
    """One paper by itself."""
    pages = Pages(html_of(paper))
    sheets = tuple(_sheets(pages))
    if len(sheets) > 1:
        sheets = tuple(_numbered(sheets))
    return Bound(sheets, ((paper.key, 0),), pages.missing(), pages.rare)


def bind_papers(papers: Sequence[Paper]) -> Bound:
    """The documents of one kind, one behind the other: every talk, for example."""
    sheets = tuple(sheet for paper in papers for sheet in bind_paper(paper).sheets)
    pages = [Pages(html_of(paper)) for paper in papers]
    return Bound(
        sheets,
        missing=_once(page.missing() for page in pages),
        rare=_once(page.rare for page in pages),
    )


def bind_file(
    file: PaperCase,
    read: ReadScan,
    progress: Progress = silent,
    *,
    required: Sequence[str] = (),
) -> Bound:
    """The whole file: cover, contents, every paper with its scans, back.

    Cover, contents and back have no page number, as archives count. Raises
    :class:`ScanUnreadable` and whatever ``read`` raises.
    """
    bound = leaves(file, required)
    if file.register_only:  # A sheet by itself: there is no file to bind.
        return _bind_sheet(bound[0], read)
    inner = _Binding(read)
    for at, leaf in enumerate(bound):
        progress(_STEP, at, len(bound))
        inner.add(leaf)
    front = _Binding(read)
    front.add_papers([cover(file), contents(file, bound, inner.ranges)])
    end = _Binding(read)
    end.add_papers([back(file, len(inner.sheets))])
    starts = [("cover", 0)]
    starts += [
        (leaf.key, len(front.sheets) + first - 1)
        for leaf, (first, _) in zip(bound, inner.ranges, strict=True)
    ]
    parts = (front, inner, end)
    return Bound(
        (*front.sheets, *_numbered(inner.sheets), *end.sheets),
        tuple(starts),
        _once(part.missing for part in parts),
        _once(part.rare for part in parts),
        inner.absent,
    )


def _bind_sheet(leaf: Leaf, read: ReadScan) -> Bound:
    """One paper, and behind it the scan of what was signed by hand."""
    paper, scans = bind_paper(leaf.papers[0]), _Binding(read)
    scans.add(replace(leaf, papers=()))
    sheets = (*paper.sheets, *scans.sheets)
    return replace(paper, sheets=sheets, starts=((leaf.key, 0),), absent=scans.absent)


class _Binding:
    """Pages as they are put one behind the other."""

    def __init__(self, read: ReadScan) -> None:
        self._read = read
        self.sheets: list[Sheet] = []
        self.ranges: list[tuple[int, int]] = []
        self.missing = ""
        self.rare = ""
        self.absent = 0

    def add(self, leaf: Leaf) -> None:
        """One leaf with its scans; from which page to which, counted from 1."""
        first = len(self.sheets)
        self.add_papers(leaf.papers)
        for scan in leaf.scans:
            content = self._read(scan)
            self.absent += not content
            self.sheets += _scan_sheets(scan, leaf, content)
        self.ranges.append((first + 1, len(self.sheets)))

    def add_papers(self, papers: Sequence[Paper]) -> None:
        """Documents alone."""
        for paper in papers:
            pages = Pages(html_of(paper))
            self.sheets += _sheets(pages)
            self.missing += pages.missing()
            self.rare += pages.rare
            pages.hand_over()


def _numbered(sheets: Sequence[Sheet]) -> Iterator[Sheet]:
    words = paper_words()
    for at, sheet in enumerate(sheets, 1):
        yield replace(sheet, foot=words.say("foot", page=at, pages=len(sheets)))


def _once(parts: Iterable[str]) -> str:
    return "".join(dict.fromkeys("".join(parts)))


def _sheets(pages: Pages) -> Iterator[Sheet]:
    for number in range(pages.count):
        yield Sheet(partial(_paint_page, pages, number))


def _paint_page(pages: Pages, number: int, painter: QPainter) -> None:
    pages.paint(painter, number)


def _scan_sheets(scan: Scan, leaf: Leaf, content: bytes) -> Iterator[Sheet]:
    """The pages of a scan: one for a picture, as many as it has for a PDF."""
    label = paper_words().say("pdf" if content else "absent", name=leaf.title)
    if not content:
        yield Sheet(partial(_paint_label, label))
        return
    if scan.media == _PDF:
        for number in range(_pages_of(content, leaf)):
            yield Sheet(partial(_paint_label, label), "", content, number)
        return
    picture = _picture(content)
    if picture.isNull():
        raise ScanUnreadable(paper=leaf.title)
    yield Sheet(partial(_paint_picture, picture, _seen(picture)))


def _pages_of(content: bytes, leaf: Leaf) -> int:
    # Loaded when a file holds a PDF: most hold pictures.
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        return len(PdfReader(BytesIO(content)).pages)
    except (PyPdfError, ValueError, KeyError) as error:
        raise ScanUnreadable(paper=leaf.title) from error


def _finished(content: bytes, bound: Bound) -> bytes:
    """The made pages, their text put right, with PDF scans in the places kept for them."""
    # Loaded when a PDF is written: starting the app does not wait for it.
    from pypdf import PdfReader, PdfWriter

    from desktop.pdf_text import put_characters_right

    writer = PdfWriter(clone_from=PdfReader(BytesIO(content)))
    put_characters_right(writer, bound.rare)
    scans = {one.scan: PdfReader(BytesIO(one.scan)) for one in bound.sheets if one.scan}
    for number, sheet in enumerate(bound.sheets):
        if sheet.scan:
            writer.insert_page(scans[sheet.scan].pages[sheet.scan_page], number)
            writer.remove_page(number + 1)
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


def _picture(content: bytes) -> QImage:
    """The picture upright and no finer than a page needs; null if it is none."""
    data = QByteArray(content)
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    most = QSize(
        round(PAGE.width() / PX_AN_INCH * SCAN_DPI), round(PAGE.height() / PX_AN_INCH * SCAN_DPI)
    )
    size = reader.size()
    if size.width() > most.width() or size.height() > most.height():
        reader.setScaledSize(size.scaled(most, Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()


def _seen(picture: QImage) -> QImage:
    """The picture for a screen, small enough to be painted while somebody scrolls."""
    width = round(PAGE.width() * _SCREEN_SCALE)
    return picture.scaledToWidth(width, _SMOOTH) if picture.width() > width else picture


def _paint_label(label: str, painter: QPainter) -> None:
    paint_note(painter, label)


def _paint_picture(picture: QImage, seen: QImage, painter: QPainter) -> None:
    """The picture as large as the page allows, inside its margins."""
    edge = MARGIN_PX / 2
    room = QRectF(edge, edge, PAGE.width() - 2 * edge, PAGE.height() - MARGIN_PX - edge)
    size = picture.size().scaled(room.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
    left = room.center().x() - size.width() / 2
    shown = picture if painter.worldTransform().m11() > _SCREEN_SCALE else seen
    painter.drawImage(QRectF(left, room.top(), size.width(), size.height()), shown)
