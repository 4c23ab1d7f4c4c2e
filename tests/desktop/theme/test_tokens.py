"""The colours hold the ratios that the design promises."""

import pytest

from desktop.rows import Tone
from desktop.theme.tokens import ThemeName, contrast, load_theme

READABLE = 4.5
MARK = 3.0
# (text, ground, least ratio light, least ratio dark), as the design documents them.
DOCUMENTED = (
    ("t1", "bg", 14.7, 13.8),
    ("t2", "sidebar", 6.4, 6.8),
    ("t3", "sidebar", 4.7, 4.8),
    ("on_pri", "pri", 6.5, 5.0),
    ("pri_t", "pri_bg", 6.9, 6.9),
    ("ok_t", "ok_bg", 6.1, 7.6),
    ("warn_t", "warn_bg", 6.0, 8.0),
    ("bad_t", "bad_bg", 6.0, 6.7),
    ("care_t", "care_bg", 6.8, 7.1),
    ("mute_t", "mute_bg", 6.3, 6.9),
)


@pytest.mark.parametrize("name", ThemeName)
@pytest.mark.parametrize(("text", "ground", "light", "dark"), DOCUMENTED)
def test_text_keeps_the_documented_contrast(name, text, ground, light, dark):
    """A token changed by taste may not cost legibility."""
    theme = load_theme(name)
    least = dark if theme.is_dark else light
    assert round(contrast(getattr(theme, text), getattr(theme, ground)), 1) >= least


@pytest.mark.parametrize("name", ThemeName)
def test_every_text_is_readable_on_each_of_its_grounds(name):
    """All grounds a text stands on, not only the best one."""
    theme = load_theme(name)
    pairs = [
        (text, ground)
        for text in (theme.t1, theme.t2, theme.t3)
        for ground in (theme.bg, theme.surface, theme.sidebar)
    ]
    pairs += [(theme.t1, theme.sunken), (theme.t2, theme.sunken), (theme.t1, theme.pri_bg)]
    pairs += [(theme.t1, theme.ins_bg), (theme.t1, theme.del_bg)]
    pairs += [(theme.on_tip, theme.tip), (theme.tip_link, theme.tip)]
    pairs += [(theme.shades(tone).text, theme.surface) for tone in Tone]
    assert [round(contrast(*pair), 2) for pair in pairs if contrast(*pair) < READABLE] == []


@pytest.mark.parametrize("name", ThemeName)
def test_marks_stand_out_from_the_surface(name):
    """A lamp or an empty ring is seen before its words are read."""
    theme = load_theme(name)
    marks = (theme.ok, theme.bad, theme.care, theme.control, theme.ring)
    assert all(contrast(mark, theme.surface) >= MARK for mark in marks)


def test_the_known_ends_of_contrast():
    """The formula itself: black on white is 21."""
    theme = load_theme(ThemeName.LIGHT)
    black = theme.t1.fromString("#000000")
    assert round(contrast(black, theme.surface), 2) == 21.0
    assert contrast(black, black) == 1.0
