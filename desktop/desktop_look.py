"""What the window system has for the doctor: fonts and input methods, as Qt finds them."""

from typing import Final

from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication, QRawFont

from desktop.input_method import bundled_plugins
from desktop.services.doctor.examine import Desktop

TRIED: Final = "好𬀪𠮷䶮㛃"
"""A common character, and rare ones that stand in people's names (GB 18030-2022, level 2)."""

_CHINESE: Final = (
    QFontDatabase.WritingSystem.SimplifiedChinese,
    QFontDatabase.WritingSystem.TraditionalChinese,
)


def look_at_desktop() -> Desktop:
    """Ask Qt without a window: where no display is, too."""
    made = None
    if QGuiApplication.instance() is None:
        made = QGuiApplication(["doorstep", "-platform", "offscreen"])
    try:
        return Desktop(_missing(), bundled_plugins())
    finally:
        if made is not None:
            # There is one application at a time, and a window needs one of another kind.
            made.shutdown()


def _missing() -> str:
    families = dict.fromkeys(name for one in _CHINESE for name in QFontDatabase.families(one))
    fonts = [QRawFont.fromFont(QFont(family)) for family in families]
    return "".join(
        character
        for character in TRIED
        if not any(font.supportsCharacter(ord(character)) for font in fonts)
    )
