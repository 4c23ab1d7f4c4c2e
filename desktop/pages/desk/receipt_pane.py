"""The receipt as it is printed, and the sentence that a person copies and sends."""

from functools import partial
from typing import Final

from PySide6.QtCore import QMarginsF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QGuiApplication,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPdfWriter,
    QTextDocument,
)
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.theme.fonts import TextStep
from desktop.theme.provider import ThemeProvider
from desktop.viewmodels.desk import Receipt, receipt_html
from desktop.widgets.base import NO_MARGINS, scaled
from desktop.widgets.button import Button
from desktop.widgets.card import Card, SectionTitle, Well
from desktop.widgets.save_dialog import ask_where
from desktop.widgets.scroll_column import ScrollColumn
from desktop.widgets.tabs import Segments, Tab
from desktop.widgets.text import Text
from sync.i18n import N_, _

_SIZES: Final = {"roll": QSizeF(80, 160), "a5": QSizeF(148, 210)}
_MARGIN_MM: Final = 5.0
_DPI: Final = 300
_WIDEST_PX: Final = 420


class ReceiptPane(Card):
    """One receipt. Without a printer it is kept as a PDF.

    Signals:
        said: what was done, in words.
    """

    said = Signal(str)

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look, NO_MARGINS, 0)
        self.receipt: Receipt | None = None
        self._shown: Receipt | None = None
        sizes = [Tab("roll", _(N_("80 mm"))), Tab("a5", "A5")]
        self.paper = Segments(look, sizes, _(N_("Paper")))
        head = SectionTitle(look, _(N_("Receipt")))
        head.add(self.paper)
        self._paper = Text(look, "", TextStep.SECOND, wraps=True)
        self._paper.setTextFormat(Qt.TextFormat.RichText)
        self._words = Text(look, "", TextStep.SECOND, wraps=True)
        self._scroll = ScrollColumn(look, (16, 12, 16, 12), 10)
        self._content = QWidget()
        column = scaled(look, QVBoxLayout(self._content), NO_MARGINS, 10)
        across = scaled(look, QHBoxLayout(), NO_MARGINS, 0)
        across.addStretch(1)
        across.addWidget(self._content, 100)
        across.addStretch(1)
        self._scroll.body.addLayout(across)
        self._scroll.body.addStretch(1)
        column.addWidget(head)
        slip = Card(look, (14, 12, 14, 16))
        slip.body.addWidget(self._paper)
        ground = Well(look, margins=(16, 16, 16, 16))
        ground.body.addWidget(slip)
        column.addWidget(ground)
        hint = _(N_("copied and sent by a person"))
        column.addWidget(SectionTitle(look, _(N_("For the resident")), hint))
        column.addWidget(self._words)
        self.buttons: list[Button] = []
        for words, icon, key, does in (
            (_(N_("Print the receipt")), "printer", "Ctrl P", self.print),
            (_(N_("One more for the archive")), "file-text", "Ctrl Shift P", self.print),
            (_(N_("Copy the words for the resident")), "copy", "Ctrl Shift C", self.copy),
        ):
            button = Button(look, words, icon=icon, key=key)
            button.clicked.connect(does)
            column.addWidget(button)
            self.buttons.append(button)
        note = _(N_("Any printer will do; without one it is kept as a PDF."))
        column.addWidget(Text(look, note, TextStep.NOTE, colour="t2", wraps=True))
        self.body.addWidget(self._scroll, 1)
        look.changed.connect(self._narrow)
        self._narrow()

    def _narrow(self) -> None:
        """A slip is narrow, also where the pane is not; and another look writes it anew."""
        self._content.setMaximumWidth(self._look.px(_WIDEST_PX))
        if self._shown is not None:
            self._paper.setText(receipt_html(self._shown))

    def show_receipt(self, receipt: Receipt) -> None:
        """Show what is registered and would be printed."""
        self.receipt = receipt
        self._show(receipt)

    def forget(self) -> None:
        """Whoever took it home has left: nothing of it is printed, copied or shown any more."""
        self.receipt = self._shown = None
        self._paper.setText("")
        self._words.set_text("")
        for button in self.buttons:
            button.setEnabled(False)

    def foresee(self, receipt: Receipt) -> None:
        """Show what the paper will say. It is none yet: nothing is printed or copied of it."""
        self.receipt = None
        self._show(receipt)

    def _show(self, receipt: Receipt) -> None:
        self._shown = receipt
        self._paper.setText(receipt_html(receipt))
        self._words.set_text(receipt.words)
        for button in self.buttons:
            button.setEnabled(self.receipt is not None)

    def copy(self) -> None:
        """Put the sentence on the clipboard: a person sends it."""
        if self.receipt is not None:
            QGuiApplication.clipboard().setText(self.receipt.words)
            self.said.emit(_(N_("Copied. Send it yourself.")))

    def print(self) -> None:
        """Offer the printers of this computer; without one, a place for a PDF."""
        if self.receipt is None:
            return
        # Loaded when somebody prints: the drivers of a system take their time.
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo

        if not QPrinterInfo.availablePrinterNames():
            title = _(N_("No printer here: keep it as a PDF"))
            ask_where(self.window(), title, "pdf", self.write_pdf, self.receipt.number)
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        self._set_up(printer)
        chooser = QPrintDialog(printer, self.window())
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.accepted.connect(partial(self._draw, printer))
        chooser.setModal(True)
        chooser.show()

    def write_pdf(self, file: str) -> None:
        """Keep the receipt as a PDF."""
        writer = QPdfWriter(file)
        writer.setResolution(_DPI)
        self._set_up(writer)
        self._draw(writer)

    def _set_up(self, device: QPagedPaintDevice) -> None:
        size = QPageSize(_SIZES[self.paper.chosen()], QPageSize.Unit.Millimeter)
        margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
        device.setPageLayout(
            QPageLayout(
                size, QPageLayout.Orientation.Portrait, margins, QPageLayout.Unit.Millimeter
            )
        )

    def _draw(self, device: QPagedPaintDevice) -> None:
        if self.receipt is None:
            return
        document = QTextDocument()
        document.setDefaultFont(self._look.font(TextStep.SECOND))
        document.setHtml(receipt_html(self.receipt))
        document.print_(device)
        self.said.emit(_(N_("The receipt is out.")))
