"""Which photos or scans are meant: asked for without stopping the window."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from sync.i18n import N_, _


def ask_scans(owner: QWidget, then: Callable[[Sequence[str]], None]) -> None:
    """Ask for photos and PDFs and hand their files to ``then``; nothing happens without any."""
    dialog = QFileDialog(owner, _(N_("Photo or scan")))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.setNameFilter("*.jpg *.jpeg *.png *.pdf")
    dialog.filesSelected.connect(then)
    dialog.open()
