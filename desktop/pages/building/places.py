"""Choosing a building: the one before, the one after, or any by name."""

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu

from desktop.services.buildings import BuildingLine
from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import Themed, scaled
from desktop.widgets.button import Button
from sync.i18n import N_, _


class PlacePicker(Themed):
    """Signals:
    chosen: the key of a place.
    """

    chosen = Signal(str)

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look)
        self._lines: tuple[BuildingLine, ...] = ()
        self._key = ""
        row = scaled(look, QHBoxLayout(self), spacing=6)
        self._before = Button(look, "", icon="caret-left")
        self._name = Button(look, _(N_("Building picture")), icon="buildings")
        self._after = Button(look, "", icon="caret-right")
        for button, name, step in (
            (self._before, _(N_("Previous building")), -1),
            (self._after, _(N_("Next building")), 1),
        ):
            button.setAccessibleName(name)
            button.setToolTip(f"{name} ({'[' if step < 0 else ']'})")
            button.clicked.connect(partial(self.step, step))
        self._name.clicked.connect(self.open_menu)
        for button in (self._before, self._name, self._after):
            row.addWidget(button)

    def show_places(self, lines: Iterable[BuildingLine], key: str) -> None:
        """All places, and which one is shown."""
        self._lines, self._key = tuple(lines), key
        at = self._place()
        self._name.set_words(self._lines[at].name if self._lines else "")
        name = _(N_("Choose a building: {name}")).format(name=self._name.words)
        self._name.setAccessibleName(name)
        self._before.allow(at > 0, _(N_("This is the first building")))
        self._after.allow(at + 1 < len(self._lines), _(N_("This is the last building")))

    def step(self, step: int) -> None:
        """Go to the place before (-1) or after (1) this one."""
        at = self._place() + step
        if 0 <= at < len(self._lines):
            self.chosen.emit(self._lines[at].key)

    def open_menu(self) -> None:
        """Offer every place, under its estate."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        estate = ""
        for line in self._lines:
            if line.estate and line.estate != estate:
                menu.addSection(line.estate)
            estate = line.estate
            action = menu.addAction(f"{line.estate} {line.name}".strip())
            action.setCheckable(True)
            action.setChecked(line.key == self._key)
            action.triggered.connect(partial(self.chosen.emit, line.key))
            if line.key == self._key:
                menu.setActiveAction(action)
        menu.popup(self._name.mapToGlobal(self._name.rect().bottomLeft()))

    def _place(self) -> int:
        keys = [line.key for line in self._lines]
        return keys.index(self._key) if self._key in keys else 0
