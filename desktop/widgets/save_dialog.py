"""Where a file shall be written: asked for without stopping the window."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget


def ask_where(
    owner: QWidget, title: str, suffix: str, then: Callable[[str], None], name: str = ""
) -> None:
    """Ask for a file that ends in ``suffix`` and hand it to ``then``; ``name``, without its end,
    is offered and names nobody. Nothing happens where no file is chosen."""
    dialog = QFileDialog(owner, title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(suffix)
    dialog.setNameFilter(f"*.{suffix}")
    if name:
        dialog.selectFile(f"{name}.{suffix}")
    dialog.fileSelected.connect(then)
    dialog.open()
