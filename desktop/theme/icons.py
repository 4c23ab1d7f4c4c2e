"""Phosphor icons, recoloured for the theme and kept as pixmaps."""

from typing import Final

from PySide6.QtCore import QByteArray, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from resources import resource

ICON_PX: Final = 18
APP_ICON_PX: Final = (16, 24, 32, 48, 64, 128, 256)


class IconSet:
    """Draws icons by name and keeps what it drew. One per app, passed on by the theme provider.

    A name is a file of ``resources/icons/phosphor``; an unknown one raises ``FileNotFoundError``,
    since a missing icon is a packaging fault.
    """

    def __init__(self) -> None:
        self._sources: dict[tuple[str, bool], bytes] = {}
        self._pixmaps: dict[tuple[str, str, int, bool, float], QPixmap] = {}

    def pixmap(
        self, name: str, colour: QColor, px: int, *, filled: bool = False, ratio: float = 1.0
    ) -> QPixmap:
        """The icon as a square of ``px`` device-independent pixels."""
        key = (name, colour.name(), px, filled, ratio)
        if key not in self._pixmaps:
            self._pixmaps[key] = self._draw(name, colour, px, filled, ratio)
        return self._pixmaps[key]

    def icon(self, name: str, colour: QColor, px: int, *, filled: bool = False) -> QIcon:
        """The icon for Qt's own widgets, such as menus."""
        return QIcon(self.pixmap(name, colour, px, filled=filled, ratio=2.0))

    def app_icon(self) -> QIcon:
        """The mark of the product in the sizes that windows and task bars ask for."""
        drawing = QSvgRenderer(QByteArray(resource("icons", "app", "logo.svg").read_bytes()))
        made = QIcon()
        for px in APP_ICON_PX:
            pixmap = QPixmap(px, px)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            drawing.render(painter, QRectF(0, 0, px, px))
            painter.end()
            made.addPixmap(pixmap)
        return made

    def paint(
        self,
        painter: QPainter,
        name: str,
        colour: QColor,
        rect: QRectF,
        *,
        filled: bool = False,
    ) -> None:
        """Draw the icon centred in ``rect``, as large as its shorter side."""
        side = min(rect.width(), rect.height())
        if side < 1:
            return  # A widget squeezed to nothing: Qt has no pixmap of that size.
        ratio = painter.device().devicePixelRatioF()
        pixmap = self.pixmap(name, colour, round(side), filled=filled, ratio=ratio)
        corner = QPointF(rect.center().x() - side / 2, rect.center().y() - side / 2)
        painter.drawPixmap(corner, pixmap)

    def _draw(self, name: str, colour: QColor, px: int, filled: bool, ratio: float) -> QPixmap:
        source = self._source(name, filled).replace(b"currentColor", colour.name().encode())
        pixmap = QPixmap(round(px * ratio), round(px * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        QSvgRenderer(QByteArray(source)).render(painter, QRectF(0, 0, px, px))
        painter.end()
        return pixmap

    def _source(self, name: str, filled: bool) -> bytes:
        key = (name, filled)
        if key not in self._sources:
            weight = "fill" if filled else "regular"
            found = resource("icons", "phosphor", weight, f"{name}.svg")
            self._sources[key] = found.read_bytes()
        return self._sources[key]
