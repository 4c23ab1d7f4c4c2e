"""Every widget on one sheet, in both languages and at both ends of the text size."""

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from desktop.theme.fonts import TextStep
from desktop.theme.provider import ThemeProvider
from desktop.theme.tokens import ThemeName, load_theme
from desktop.widgets.base import PaintedButton
from desktop.widgets.chip import Chip
from desktop.widgets.keycap import KeyHint
from desktop.widgets.lamp import LampMark
from desktop.widgets.painting import text_width
from desktop.widgets.side_by_side import VersionCard
from desktop.widgets.sidebar import NavButton, UserButton
from tests.desktop.widgets.gallery import build, chinese, english

# These wrap, or end in … with the whole on hover.
WRAPPING = (NavButton, UserButton, VersionCard)
MEASURED = (PaintedButton, Chip, KeyHint, LampMark)


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("say", [chinese, english])
def test_no_word_is_clipped(qtbot, say, scale):
    """What holds words is at least as wide as they are, also next to others."""
    look = ThemeProvider(load_theme(ThemeName.LIGHT), scale)
    sheet = build(look, say)
    qtbot.addWidget(sheet)
    sheet.resize(look.px(1500), look.px(1800))
    sheet.show()
    QApplication.processEvents()
    shown = [w for w in sheet.findChildren(QWidget) if isinstance(w, MEASURED) and w.isVisible()]
    narrow = [
        w.accessibleName()
        for w in shown
        if not isinstance(w, WRAPPING) and w.width() < w.sizeHint().width()
    ]
    words = look.font(TextStep.SECOND)
    narrow += [
        w.words
        for w in shown
        if isinstance(w, PaintedButton)
        and not isinstance(w, WRAPPING)
        and w.width() < text_width(words, w.words)
    ]
    assert len(shown) > 40
    assert narrow == []


def test_what_can_be_pressed_is_large_enough_and_has_a_name(qtbot, look):
    """32 pixels at least, and a word for screen readers."""
    sheet = build(look, chinese)
    qtbot.addWidget(sheet)
    sheet.resize(1500, 1800)
    sheet.show()
    QApplication.processEvents()
    buttons = [b for b in sheet.findChildren(PaintedButton) if b.isVisible()]
    assert [b.accessibleName() for b in buttons if b.height() < 26] == []
    assert [type(b).__name__ for b in buttons if not b.accessibleName()] == []


def test_a_live_change_of_look_repaints_without_a_restart(qtbot, look):
    """Larger text and dark colours reach widgets that already stand."""
    sheet = build(look, chinese)
    qtbot.addWidget(sheet)
    sheet.resize(1500, 1800)
    sheet.show()
    button = sheet.findChild(PaintedButton)
    before = button.sizeHint().height()
    look.use_scale(2.0)
    look.use_theme(ThemeName.DARK)
    assert button.sizeHint().height() == 2 * before
    assert sheet.grab().toImage().pixelColor(800, 2) == look.theme.bg
