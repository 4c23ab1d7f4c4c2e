"""A body that scrolls up and down on whatever ground it stands."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget


def scrolling(body: QWidget | None = None) -> QScrollArea:
    """A scroll area without a ground, an edge or a place in the focus order."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.viewport().setAutoFillBackground(False)
    if body is not None:
        show_in(area, body)
    return area


def show_in(area: QScrollArea, body: QWidget) -> None:
    """Show ``body`` instead of what was there, which is deleted."""
    area.setWidget(body)
    body.setAutoFillBackground(False)  # Qt turned it on.
