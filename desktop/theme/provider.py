"""The look in use, shared by every widget and changeable while the app runs."""

from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QFont

from desktop.theme.fonts import SANS, Fonts, TextStep, Weight, has_medium_face
from desktop.theme.icons import IconSet
from desktop.theme.metrics import COMPACT_ROWS
from desktop.theme.tokens import Theme, ThemeName, load_theme

LEAST_SCALE: Final = 1.0
LARGEST_SCALE: Final = 2.0


class ThemeProvider(QObject):
    """What widgets ask for colours, fonts, lengths and icons. The composition root owns it.

    Signals:
        changed: theme, text size or a display setting is new; widgets measure and paint again.
    """

    changed = Signal()

    def __init__(self, theme: Theme, scale: float = 1.0, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.icons = IconSet()
        self._has_medium = has_medium_face(SANS)
        self._theme = theme
        self._scale = _within_limits(scale)
        self._fonts = Fonts(self._scale, SANS, self._has_medium)
        self._compact = False
        self._shows_keys = True
        self._reduces_motion = False

    @property
    def theme(self) -> Theme:
        """The colours in use."""
        return self._theme

    @property
    def scale(self) -> float:
        """The text size, from 1.0 to 2.0."""
        return self._scale

    @property
    def compact(self) -> bool:
        """Whether rows are a quarter lower."""
        return self._compact

    @property
    def shows_keys(self) -> bool:
        """Whether buttons show the key that presses them."""
        return self._shows_keys

    @property
    def reduces_motion(self) -> bool:
        """Whether nothing may slide or fade."""
        return self._reduces_motion

    def px(self, length: float) -> int:
        """``length`` at 100 % as pixels at the text size in use."""
        return round(length * self._scale)

    def row_px(self, height: float) -> int:
        """The height of a row, lower when density is compact."""
        return self.px(height * (COMPACT_ROWS if self._compact else 1.0))

    def font(self, step: TextStep, weight: Weight = Weight.REGULAR) -> QFont:
        """The font of a step of the type scale."""
        return self._fonts.font(step, weight)

    def line_px(self, step: TextStep) -> int:
        """The line height of a step of the type scale."""
        return self._fonts.line_px(step)

    def use_theme(self, name: ThemeName) -> None:
        """Change the colours."""
        self._theme = load_theme(name)
        self.changed.emit()

    def use_scale(self, scale: float) -> None:
        """Change the text size; a value outside the limits is brought within them."""
        self._scale = _within_limits(scale)
        self._fonts = Fonts(self._scale, SANS, self._has_medium)
        self.changed.emit()

    def use_display(self, *, compact: bool, shows_keys: bool, reduces_motion: bool) -> None:
        """Change what is neither colour nor size; the same once more is no change."""
        wanted = (compact, shows_keys, reduces_motion)
        if wanted == (self._compact, self._shows_keys, self._reduces_motion):
            return
        self._compact = compact
        self._shows_keys = shows_keys
        self._reduces_motion = reduces_motion
        self.changed.emit()


def _within_limits(scale: float) -> float:
    return min(LARGEST_SCALE, max(LEAST_SCALE, scale))
