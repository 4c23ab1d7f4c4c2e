"""Sizes, weights and the widths at which the window rearranges itself."""

import pytest

from desktop.theme.breakpoints import arrangement
from desktop.theme.fonts import Fonts, TextStep, Weight
from desktop.theme.tokens import ThemeName


def test_a_missing_medium_face_becomes_bold_where_text_is_large(qapp):
    """From 14 px bold reads better, below it clogs."""
    fonts = Fonts(1.0, ["Nowhere"], has_medium=False)
    assert fonts.font(TextStep.BODY, Weight.MEDIUM).weight() == Weight.BOLD
    assert fonts.font(TextStep.SECOND, Weight.MEDIUM).weight() == Weight.REGULAR
    real = Fonts(1.0, ["Nowhere"], has_medium=True)
    assert real.font(TextStep.SECOND, Weight.MEDIUM).weight() == Weight.MEDIUM


def test_text_size_changes_live_and_stays_within_its_limits(look, qtbot):
    """Widgets hear of it once, and 300 % is refused calmly."""
    with qtbot.waitSignal(look.changed):
        look.use_scale(3.0)
    assert look.scale == 2.0
    assert look.font(TextStep.BODY).pixelSize() == 28
    assert look.line_px(TextStep.TAG) == 32


def test_theme_changes_live(look, qtbot):
    """The colours are others after the signal."""
    light = look.theme.bg
    with qtbot.waitSignal(look.changed):
        look.use_theme(ThemeName.DARK)
    assert look.theme.bg != light


def test_an_icon_takes_the_colour_asked_for(look):
    """Recoloured, and drawn once for each colour and size."""
    drawn = look.icons.pixmap("door", look.theme.bad, 36)
    image = drawn.toImage()
    colours = {
        image.pixelColor(x, y).name()
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() == 255
    }
    assert colours == {look.theme.bad.name()}
    assert look.icons.pixmap("door", look.theme.bad, 36).cacheKey() == drawn.cacheKey()


@pytest.mark.parametrize(
    ("width", "scale", "sidebar", "preview", "panes"),
    [
        (1366, 1.0, 188, 380, 2),
        (1920, 1.0, 208, 380, 3),
        (1366, 1.25, 60, 340, 2),
        (1366, 1.5, 60, 0, 1),
        (1199, 1.0, 60, 340, 2),
        (999, 1.0, 60, 0, 1),
    ],
)
def test_the_window_rearranges_by_logical_width(width, scale, sidebar, preview, panes):
    """A larger text size acts like a narrower window."""
    found = arrangement(width, scale)
    assert (found.sidebar_px, found.preview_px, found.panes) == (sidebar, preview, panes)
