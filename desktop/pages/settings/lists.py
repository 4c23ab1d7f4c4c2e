"""Settings that are looked up here and made elsewhere: printing, phrases, frequency."""

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.page import Page, Route
from desktop.sections import keys_of
from desktop.settings import window_number
from desktop.theme.fonts import TextStep
from desktop.theme.provider import ThemeProvider
from desktop.viewmodels.frequency import frequency_lines
from desktop.viewmodels.phrases import phrases
from desktop.viewmodels.visit_form import SEGMENTS, result_words
from desktop.widgets.base import scaled
from desktop.widgets.button import Button
from desktop.widgets.card import SectionTitle
from desktop.widgets.field import LineField
from desktop.widgets.form_grid import FormGrid
from desktop.widgets.text import Text
from sync.i18n import N_, _


class _Listed(QWidget):
    """Titled grids of labels and values, one below the other."""

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__()
        self._look = look
        self.column = scaled(look, QVBoxLayout(self), (28, 16, 28, 20), 12)

    def add(self, title: str, lines: Iterable[tuple[str, str]], hint: str = "") -> None:
        """One more grid."""
        self.column.addWidget(SectionTitle(self._look, title, step=TextStep.TITLE))
        if hint:
            note = Text(self._look, hint, TextStep.SECOND, colour="t2", wraps=True)
            self.column.addWidget(note)
        grid = FormGrid(self._look)
        for label, value in lines:
            grid.add_value(label, value)
        self.column.addWidget(grid)


class Printing(_Listed):
    """What can be printed where; the printers themselves are the system's.

    Signals:
        numbered: the number of the desk's window, which receipts carry.
    """

    numbered = Signal(str)

    def __init__(self, page: Page, window: str) -> None:
        super().__init__(page.look)
        self.number = LineField(page.look, _(N_("Number of this window, as receipts carry it")))
        self.number.set_text(window)
        self.number.edit.editingFinished.connect(self._number)
        self.number.setVisible("desk" in keys_of(page.place.store.account.user.posts, {"desk"}))
        self.column.addWidget(self.number)
        self.add(
            _(N_("What is printed where")),
            (
                (_(N_("Today")), _(N_("Ctrl P: the round with row numbers, masked"))),
                (_(N_("Building picture")), _(N_("P: the building, readable in grey"))),
                (_(N_("Campaigns")), _(N_("T and E: the tally as a table"))),
                (_(N_("Front desk")), _(N_("Ctrl P: the receipt, 80 mm or A5; F4: certificates"))),
            ),
            _(
                N_(
                    "Each print asks which printer to use; without one it is kept as a PDF. It"
                    " carries your name and the time, and is written down."
                )
            ),
        )
        self.column.addStretch(1)

    def _number(self) -> None:
        number = window_number(self.number.text())
        if number:
            self.numbered.emit(number)
        else:
            self.number.set_error(_(N_("One to four letters or digits, such as 3.")))


class Phrases(_Listed):
    """The ready words of the visit form, by result."""

    def __init__(self, page: Page) -> None:
        super().__init__(page.look)
        hint = _(N_("In a note: Ctrl 1 to 4, or / on an empty line."))
        for result in SEGMENTS:
            lines = [(one.name, one.words.strip()) for one in phrases(result)]
            if lines:
                self.add(result_words(result), lines, hint)
                hint = ""
        self.column.addStretch(1)


class Frequency(_Listed):
    """How often whom, and where it is explained."""

    def __init__(self, page: Page) -> None:
        super().__init__(page.look)
        self._page = page
        self.add(
            _(N_("How often to visit")),
            frequency_lines(),
            _(N_("From the last time somebody was met. The shortest in a home wins.")),
        )
        explain = Button(page.look, _(N_("Look it up in the handbook")), icon="book-open")
        explain.clicked.connect(self._open_handbook)
        self.column.addWidget(explain, 0, Qt.AlignmentFlag.AlignLeft)
        self.column.addStretch(1)

    def _open_handbook(self) -> None:
        self._page.went.emit(Route("handbook", "frequency"))
