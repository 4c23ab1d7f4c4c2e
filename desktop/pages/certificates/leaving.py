"""A certificate on its way out of the house: on paper, as a PDF, for a word processor."""

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt

from desktop.dossier_pages import Bound
from desktop.page import Page
from desktop.services.certificates import CertificateLine
from desktop.widgets.save_dialog import ask_where
from sync.errors import DoorstepError
from sync.i18n import N_, _


class CertificateUnwritten(DoorstepError):
    """The file cannot be written there."""

    code = "certificate.unwritten"
    message = N_("{file} cannot be written. Choose another place.")


class Leaving:
    """Prints and writes what stands before one's eyes, and notes that it left.

    ``key`` is its line of the register, ``number`` its number, ``bound`` its pages.
    """

    def __init__(self, page: Page) -> None:
        self._page = page
        self.key = self.number = ""
        self.bound: Bound | None = None

    @property
    def stands(self) -> bool:
        """Whether a certificate of the register is before one's eyes."""
        return bool(self.key) and self.bound is not None

    def name_by(self, lines: Iterable[CertificateLine]) -> None:
        """Know its number from the register."""
        self.number = next((line.number for line in lines if line.id == self.key), "")

    def print(self) -> None:
        """Offer the printers of this computer; without one, a place for a PDF."""
        # Loaded when somebody prints: the drivers of a system take their time.
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo

        if not self.stands or self.bound is None:
            return
        if not QPrinterInfo.availablePrinterNames():
            self.ask_pdf()
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self._page)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(partial(self._print_on, printer, self.key, self.bound))
        dialog.setModal(True)
        dialog.show()

    def _print_on(self, printer: object, key: str, bound: Bound) -> None:
        from PySide6.QtPrintSupport import QPrinter

        assert isinstance(printer, QPrinter)
        bound.print_on(printer)
        note = partial(self._page.place.certificates.note_print, key)
        self._page.ask(note, partial(self._say_done, _(N_("The certificate is out."))))

    def ask_pdf(self) -> None:
        """Ask where to keep it as a PDF."""
        self._ask_where(_(N_("Keep the certificate as PDF")), "pdf", self.write_pdf)

    def ask_word(self) -> None:
        """Ask where to write it for a word processor."""
        self._ask_where(_(N_("Write the certificate for Word")), "docx", self.write_word)

    def _ask_where(self, title: str, suffix: str, then: Callable[[str], None]) -> None:
        """Where to; the name that is offered holds the number and nobody's name."""
        if not self.stands:
            return
        ask_where(self._page, title, suffix, then, self.number or _(N_("certificate")))

    def write_pdf(self, file: str) -> None:
        """Write what is shown as a PDF."""
        if self.stands and self.bound is not None:
            self._write(file, self.bound.write_pdf)

    def write_word(self, file: str) -> None:
        """Write what is shown for a word processor."""
        if self.stands:
            key, certificates = self.key, self._page.place.certificates
            self._write(file, lambda path: certificates.write_word(path, key))

    def _write(self, file: str, write: Callable[[Path], None]) -> None:
        key, certificates = self.key, self._page.place.certificates

        def written() -> None:
            path = Path(file)
            try:
                write(path)
            except OSError as error:
                raise CertificateUnwritten(file=path.name) from error
            certificates.note_print(key, export=True)

        words = _(N_("Written: {file}")).format(file=Path(file).name)
        self._page.ask(written, partial(self._say_done, words))

    def _say_done(self, words: str, done: object) -> None:
        self._page.said.emit(words, None)
