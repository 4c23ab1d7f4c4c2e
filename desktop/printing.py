"""Papers on pages: laid out once, in one measure, for the screen, a printer and PDF alike."""

from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QCoreApplication, QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QTextBlock,
    QTextBlockFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextLayout,
    QTextOption,
)

from desktop.services.dossier.web import CLOSING

PX_AN_INCH: Final = 96
_MM_AN_INCH: Final = 25.4
PAGE: Final = QSizeF(210 / _MM_AN_INCH * PX_AN_INCH, 297 / _MM_AN_INCH * PX_AN_INCH)
"""A4, upright, in pixels of 1/96 inch: the measure that every size here is in."""

MARGIN_PX: Final = 72
FOOT_PX: Final = 40
TEXT_PX: Final = 17
# Black on white, whatever the colours of the window are.
_SHEET: Final = """
p { margin: 0; line-height: 28px; white-space: pre-wrap; color: #000000; }
td { white-space: pre-wrap; color: #000000; }
"""
_MOST_OF_16_BITS: Final = 0xFFFF
FAMILIES: Final = (
    "FangSong",
    "仿宋",
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "SimSun",
    "SimSun-ExtB",
    "SimSun-ExtG",
    "Songti SC",
    "Noto Sans CJK SC",
    "Microsoft YaHei",
    "PMingLiU-ExtB",
    "HanaMinB",
)
"""Faces of official papers first. What one lacks, as 𠮷 䶮 㛃, is taken from the next that has it;
the system's other faces come after these."""


_GLYPHS: Final = (
    QTextLayout.GlyphRunRetrievalFlag.RetrieveGlyphIndexes
    | QTextLayout.GlyphRunRetrievalFlag.RetrieveStringIndexes
)


def paper_font(size_px: int = TEXT_PX) -> QFont:
    """The face of the papers."""
    font = QFont(list(FAMILIES))
    font.setPixelSize(size_px)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    font.setStyleStrategy(QFont.StyleStrategy.PreferQuality)
    return font


class Pages:
    """One document laid out on pages of A4. Used on one thread at a time."""

    def __init__(self, html: str) -> None:
        self._document = QTextDocument()
        # The same line breaks at every resolution: what is seen is what is printed.
        self._document.setUseDesignMetrics(True)
        self._document.setDefaultFont(paper_font())
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self._document.setDefaultTextOption(option)
        self._document.setDefaultStyleSheet(_SHEET)
        self._document.setHtml(html)
        self._document.setDocumentMargin(0)
        self._document.setPageSize(PAGE)
        frame = QTextFrameFormat(self._document.rootFrame().frameFormat())
        frame.setMargin(MARGIN_PX)
        self._document.rootFrame().setFrameFormat(frame)
        self._keep_the_end_together()

    @property
    def count(self) -> int:
        """How many pages there are."""
        return self._document.pageCount()

    def paint(self, painter: QPainter, page: int) -> None:
        """Paint page ``page`` (from 0) with its upper left corner at the painter's origin."""
        painter.save()
        top = page * PAGE.height()
        painter.translate(0, -top)
        self._document.drawContents(painter, QRectF(0, top, PAGE.width(), PAGE.height()))
        painter.restore()

    def hand_over(self) -> None:
        """Give it to the Qt thread: it was laid out on the thread of a job."""
        application = QCoreApplication.instance()
        if application is not None:
            self._document.moveToThread(application.thread())

    @property
    def rare(self) -> str:
        """The characters beyond 16 bits, in their order, each once."""
        text = self._document.toPlainText()
        return "".join(dict.fromkeys(each for each in text if ord(each) > _MOST_OF_16_BITS))

    def _keep_the_end_together(self) -> None:
        """Signatures never stand on a page alone: the last words before them go along."""
        layout = self._document.documentLayout()
        for block in self._blocks():
            if not _is_closing(block):
                continue
            top = layout.blockBoundingRect(block).top()
            if int(top / PAGE.height()) == self._document.pageCount() - 1:
                return
            broken = QTextBlockFormat()
            broken.setPageBreakPolicy(QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)
            QTextCursor(block).mergeBlockFormat(broken)
            return

    def _blocks(self) -> Iterator[QTextBlock]:
        block = self._document.begin()
        while block.isValid():
            yield block
            block = block.next()

    def missing(self) -> str:
        """The characters that no face of this computer has; each would be an empty box."""
        assert self.count  # Lays everything out: there are no glyphs before.
        found: dict[str, None] = {}
        for block in self._blocks():
            for run in block.layout().glyphRuns(0, block.length(), _GLYPHS):
                for glyph, at in zip(run.glyphIndexes(), run.stringIndexes(), strict=True):
                    if glyph == 0:
                        found[_character(block.text(), at)] = None
        return "".join(found)


def _is_closing(block: QTextBlock) -> bool:
    """Whether the anchor of the last words is in the block."""
    fragments = block.begin()
    while not fragments.atEnd():
        if CLOSING in fragments.fragment().charFormat().anchorNames():
            return True
        fragments += 1
    return False


def _character(text: str, at: int) -> str:
    """The character at a place that Qt counted in UTF-16."""
    return text.encode("utf-16-le")[2 * at : 2 * at + 4].decode("utf-16-le", "ignore")[:1]


def paint_foot(painter: QPainter, words: str) -> None:
    """The line below the text of a page."""
    painter.setPen(QColor(Qt.GlobalColor.black))
    painter.setFont(paper_font(13))
    room = QRectF(0, PAGE.height() - MARGIN_PX, PAGE.width(), FOOT_PX)
    painter.drawText(room, Qt.AlignmentFlag.AlignCenter, words)


def paint_note(painter: QPainter, words: str) -> None:
    """A page that has no picture here: words in its middle."""
    painter.setPen(QColor(Qt.GlobalColor.black))
    painter.setFont(paper_font())
    painter.drawText(QRectF(0, 0, PAGE.width(), PAGE.height()), Qt.AlignmentFlag.AlignCenter, words)


def set_up(device: QPagedPaintDevice) -> None:
    """A4, upright, edge to edge: the margins are part of the pages."""
    device.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4),
            QPageLayout.Orientation.Portrait,
            QMarginsF(0, 0, 0, 0),
        )
    )
