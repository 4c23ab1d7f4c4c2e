"""A person by the first character of the name."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.rows import Tone
from desktop.theme.fonts import TextStep, Weight
from desktop.theme.provider import ThemeProvider
from desktop.widgets.base import Themed
from desktop.widgets.painting import draw_text, smooth


class Avatar(Themed):
    """A disc with one character: the first letter of a name, which may begin with a room (1601
    张阿姨). ``tone`` tells people apart, never their worth."""

    def __init__(
        self,
        look: ThemeProvider,
        name: str,
        tone: Tone = Tone.PRIMARY,
        *,
        px: int = 34,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(look, parent)
        self._side = px
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_person(name, tone)

    def set_person(self, name: str, tone: Tone = Tone.PRIMARY) -> None:
        """Show another person."""
        self._letter = next((one for one in name if one.isalpha()), name[:1])
        self._tone = tone
        self.setAccessibleName(name)
        self.update()

    def sizeHint(self) -> QSize:
        """A square."""
        side = self._look.px(self._side)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the disc and the character."""
        painter = QPainter(self)
        smooth(painter)
        shades = self._look.theme.shades(self._tone)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shades.ground)
        painter.drawEllipse(QRectF(self.rect()))
        font = self._look.font(TextStep.BODY, Weight.MEDIUM)
        font.setPixelSize(round(self._look.px(self._side) * 0.42))
        rect = QRectF(self.rect())
        centre = Qt.AlignmentFlag.AlignCenter
        draw_text(painter, rect, self._letter, font, shades.text, centre)
