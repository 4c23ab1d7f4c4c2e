"""Typefaces and the type scale. Sizes are pixels at 100 %, multiplied by the text size chosen."""

from collections.abc import Sequence
from enum import Enum, IntEnum
from typing import Final

from PySide6.QtGui import QFont, QFontDatabase

SANS: Final = ("Noto Sans CJK SC", "Microsoft YaHei UI")
SERIF: Final = ("Noto Serif CJK SC", "SimSun")

# Where a family has no 500 face, a 500 text this large reads better bold than regular.
MEDIUM_BECOMES_BOLD_PX: Final = 14


class TextStep(Enum):
    """A step of the type scale: (size, line height) in pixels at 100 %."""

    DISPLAY = (26, 36)
    HEADING = (20, 28)
    TITLE = (16, 24)
    BODY = (14, 22)
    SECOND = (13, 20)
    NOTE = (12, 18)
    TAG = (11, 16)

    # Fonts are looked up with each painted word, and Enum hashes by a name, in Python.
    __hash__ = object.__hash__

    @property
    def size_px(self) -> int:
        """The font size at 100 %."""
        return self.value[0]

    @property
    def line_px(self) -> int:
        """The line height at 100 %."""
        return self.value[1]


class Weight(IntEnum):
    """The three weights in use."""

    REGULAR = 400
    MEDIUM = 500
    BOLD = 700


class Fonts:
    """Hands out fonts for one text size; build a new one when the size changes."""

    def __init__(self, scale: float, families: Sequence[str], has_medium: bool) -> None:
        self._scale = scale
        self._families = list(families)
        self._has_medium = has_medium
        self._made: dict[tuple[TextStep, Weight], QFont] = {}

    def font(self, step: TextStep, weight: Weight = Weight.REGULAR) -> QFont:
        """The font of ``step``, with a missing 500 face replaced."""
        key = (step, weight)
        if key not in self._made:
            font = QFont(self._families)
            font.setPixelSize(round(step.size_px * self._scale))
            font.setWeight(QFont.Weight(self._drawn_weight(step, weight)))
            font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
            self._made[key] = font
        return QFont(self._made[key])

    def line_px(self, step: TextStep) -> int:
        """The line height of ``step`` in pixels."""
        return round(step.line_px * self._scale)

    def _drawn_weight(self, step: TextStep, weight: Weight) -> Weight:
        if weight is not Weight.MEDIUM or self._has_medium:
            return weight
        return Weight.BOLD if step.size_px >= MEDIUM_BECOMES_BOLD_PX else Weight.REGULAR


def has_medium_face(families: Sequence[str]) -> bool:
    """Whether the first installed family of ``families`` has a 500 face."""
    installed = set(QFontDatabase.families())
    for family in families:
        if family in installed:
            return any(
                QFontDatabase.weight(family, style) == Weight.MEDIUM
                for style in QFontDatabase.styles(family)
            )
    return False
