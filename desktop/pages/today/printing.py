"""Sending the round to a printer, or into a PDF where there is none."""

from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QPdfWriter
from PySide6.QtWidgets import QWidget

from desktop.pages.today.round_sheet import draw_sheet, set_up
from desktop.services.paper import PaperSheet
from desktop.widgets.save_dialog import ask_where
from sync.i18n import N_, _, n_


class RoundPrinting(QObject):
    """Asks where to, and prints. Nothing of it blocks the window.

    Signals:
        done: what was printed, in words.
    """

    done = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent

    def start(self, sheet: PaperSheet) -> None:
        """Offer the printers of this computer; without one, a place for a PDF."""
        # Loaded when somebody prints: the drivers of a system take their time.
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo

        if not QPrinterInfo.availablePrinterNames():
            self._offer_pdf(sheet)
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        set_up(printer)
        dialog = QPrintDialog(printer, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self._tell(draw_sheet(printer, sheet, self._family())))
        dialog.setModal(True)
        dialog.show()

    def write_pdf(self, sheet: PaperSheet, file: str) -> None:
        """Write the round into ``file``."""
        writer = QPdfWriter(file)
        writer.setResolution(300)
        set_up(writer)
        self._tell(draw_sheet(writer, sheet, self._family()))

    def _offer_pdf(self, sheet: PaperSheet) -> None:
        title = _(N_("No printer here: keep the round as a PDF"))
        ask_where(self._window, title, "pdf", partial(self.write_pdf, sheet))

    def _family(self) -> str:
        return self._window.font().family()

    def _tell(self, pages: int) -> None:
        words = n_("Printed the round: {count} page", "Printed the round: {count} pages", pages)
        self.done.emit(words.format(count=pages))
