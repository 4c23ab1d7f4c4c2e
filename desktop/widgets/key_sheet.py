"""All keys on one sheet, by where they act."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from desktop.keys import KeyHints
from desktop.theme.fonts import TextStep, Weight
from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import scaled
from desktop.widgets.columns import Columns
from desktop.widgets.keycap import KeyHint
from desktop.widgets.overlay import Overlay
from desktop.widgets.text import Text
from sync.i18n import _

WIDTH_PX = 860
STACKS_BELOW_PX = 640


class KeySheet(Overlay):
    """Shows what it is given each time it opens, so that it always tells the keys of now."""

    def __init__(self, look: ThemeProvider, host: QWidget) -> None:
        super().__init__(look, host, _("All keys"), WIDTH_PX)
        self._shown: QWidget | None = None

    def show_keys(self, here: tuple[str, KeyHints], everywhere: tuple[str, KeyHints]) -> None:
        """Open with the keys of the page, and beside them those that act everywhere."""
        if self._shown is not None:
            self.body.removeWidget(self._shown)
            self._shown.hide()
            self._shown.deleteLater()
        look = self._look
        self._shown = Columns(
            look,
            _column(look, *here),
            _column(look, *everywhere),
            stacks_below_px=STACKS_BELOW_PX,
        )
        self.body.addWidget(self._shown)
        self.open()


def _column(look: ThemeProvider, title: str, hints: KeyHints) -> QWidget:
    holder = QWidget()
    column = scaled(look, QVBoxLayout(holder), spacing=8)
    column.addWidget(Text(look, title, TextStep.BODY, weight=Weight.BOLD, wraps=True))
    grid = scaled(look, QGridLayout(), spacing=8)
    for row, (caps, words) in enumerate(hints):
        _add_line(grid, row, KeyHint(look, caps), Text(look, words, TextStep.SECOND, wraps=True))
    grid.setColumnStretch(1, 1)
    column.addLayout(grid)
    column.addStretch(1)
    return holder


def _add_line(grid: QGridLayout, row: int, hint: KeyHint, words: Text) -> None:
    grid.addWidget(hint, row, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
    grid.addWidget(words, row, 1)
