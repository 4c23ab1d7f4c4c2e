"""Photos of a hazard: never asked for, and only once the resident agreed."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from desktop.pictures import prepare
from desktop.services.photos import Photo
from desktop.theme.fonts import TextStep
from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import NO_MARGINS, Themed, scaled
from desktop.widgets.button import Button
from desktop.widgets.card import SectionTitle
from desktop.widgets.flow import FlowLayout
from desktop.widgets.text import Text
from desktop.widgets.toggle import CheckBox
from sync.errors import DoorstepError
from sync.i18n import N_, _, n_

MOST_PHOTOS: Final = 6


class HazardPhotos(Themed):
    """Takes photos from files of this computer; they are saved with the visit.

    Signals:
        refused: a DoorstepError about a file that is no photo.
        changed: other photos are to be saved than before.
    """

    refused = Signal(object)
    changed = Signal()

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look)
        self._taken: list[Photo] = []
        self.consent = CheckBox(look, _(N_("The resident agreed")))
        self.consent.clicked.connect(self._tell)
        self.add = Button(look, _(N_("Add a photo")), icon="camera", key="P")
        self.add.clicked.connect(self.ask)
        self._count = Text(look, "", TextStep.NOTE, colour="t2")
        title = SectionTitle(look, _(N_("Photos")), _(N_("of the hazard alone")))
        line = QWidget()
        flow = FlowLayout(look, line)
        for part in (self.consent, self.add, self._count):
            flow.addWidget(part)
        column = scaled(look, QVBoxLayout(self), NO_MARGINS, 6)
        column.addWidget(title)
        column.addWidget(line)
        self._show()

    def taken(self) -> Sequence[Photo]:
        """The photos to be saved; none without consent."""
        return tuple(self._taken) if self.consent.isChecked() else ()

    def restore(self, photos: Sequence[Photo]) -> None:
        """Go on with photos that were chosen before; the resident agreed to them then."""
        self._taken = list(photos)
        self.consent.setChecked(bool(photos))
        self._show()

    def clear(self) -> None:
        """Begin without photos and without consent."""
        self._taken.clear()
        self.consent.setChecked(False)
        self._show()

    def ask(self) -> None:
        """Choose a file, once the resident agreed; the window is not blocked meanwhile."""
        if not self.consent.isChecked() or len(self._taken) >= MOST_PHOTOS:
            return
        dialog = QFileDialog(self, _(N_("A photo of the hazard")))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter("*.jpg *.jpeg *.png")
        dialog.fileSelected.connect(self.take)
        dialog.open()

    def take(self, file: str) -> None:
        """Make one file ready; what a camera adds to it is left out."""
        try:
            made = prepare(Path(file))
        except DoorstepError as error:
            self.refused.emit(error)
            return
        self._taken.append(Photo(made.content, made.media, made.thumb, consent=True))
        self._tell()

    def _tell(self) -> None:
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        self.add.setVisible(self.consent.isChecked())
        count = len(self._taken)
        words = n_("{count} photo", "{count} photos", count).format(count=count) if count else ""
        self._count.set_text(words)
