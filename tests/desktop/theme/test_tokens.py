"""The colours hold the ratios that the design promises, also for eyes that see fewer colours."""

from itertools import combinations

import pytest
from PySide6.QtGui import QColor

from desktop.rows import Tone
from desktop.theme.tokens import ThemeName, blend, contrast, load_theme

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
TEXTS = ("t1", "t2", "t3")
GROUNDS = ("bg", "surface", "sidebar")
TINTS = ("pri_bg", "ok_bg", "warn_bg", "bad_bg", "care_bg", "mute_bg")
# Pairs that a widget draws, beyond every text on every plain ground.
DRAWN = (
    ("t1", "sunken"),
    ("t2", "sunken"),
    ("t1", "ins_bg"),
    ("t1", "del_bg"),
    ("pri_t", "surface"),
    ("pri_t", "sidebar"),
    ("on_tip", "tip"),
    ("tip_link", "tip"),
    ("tip_ok", "tip"),
    ("tip_warn", "tip"),
    *(("t1", tint) for tint in TINTS),
    *(("t2", tint) for tint in TINTS),
)
# Shapes and edges that are seen before any word is read, and what they stand on.
MARKS = (
    *((mark, ground) for mark in ("ok", "bad", "care") for ground in ("surface", "sunken")),
    ("control", "surface"),
    ("control", "bg"),
    *(("ring", ground) for ground in (*GROUNDS, "sunken", "pri_bg")),
    ("pri", "surface"),
    ("r0", "surface"),
    ("od", "surface"),
)
BACKED = {
    "warn": "a triangle, with words",
    "r1": "its legend, its tooltip and the days in words",
    "r2": "its legend, its tooltip and the days in words",
    "r3": "its legend, its tooltip and the days in words",
    "hatch": "slanted lines",
    "line": "an edge that carries nothing",
    "line2": "an edge that carries nothing",
}
"""Tokens below 3 : 1 in one of the themes, and what says the same without the colour."""


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
    pairs = [(text, ground) for text in TEXTS for ground in GROUNDS] + list(DRAWN)
    found = {
        pair: round(contrast(getattr(theme, pair[0]), getattr(theme, pair[1])), 2) for pair in pairs
    }
    for tone in Tone:
        shades = theme.shades(tone)
        found[tone, "its ground"] = round(contrast(shades.text, shades.ground), 2)
        found[tone, "surface"] = round(contrast(shades.text, theme.surface), 2)
    assert {pair: ratio for pair, ratio in found.items() if ratio < READABLE} == {}


@pytest.mark.parametrize("name", ThemeName)
def test_marks_stand_out_from_what_they_stand_on(name):
    """A lamp, an empty ring or the focus is seen before its words are read."""
    theme = load_theme(name)
    found = {
        pair: round(contrast(getattr(theme, pair[0]), getattr(theme, pair[1])), 2) for pair in MARKS
    }
    assert {pair: ratio for pair, ratio in found.items() if ratio < MARK} == {}


@pytest.mark.parametrize("token", BACKED)
def test_what_is_paler_than_a_mark_is_named_here(token):
    """The list of exceptions holds no token that needs none."""
    themes = [load_theme(name) for name in ThemeName]
    assert any(contrast(getattr(one, token), one.surface) < MARK + 0.1 for one in themes)


# --- Eyes that see fewer colours ----------------------------------------------------------------

# Machado, Oliveira and Fernandes (2009), full severity, on linear light.
_RED_BLIND = (
    (0.152286, 1.052583, -0.204868),
    (0.114503, 0.786281, 0.099216),
    (-0.003882, -0.048116, 1.051998),
)
_GREEN_BLIND = (
    (0.367322, 0.860646, -0.227968),
    (0.280085, 0.672501, 0.047413),
    (-0.011820, 0.042940, 0.968881),
)
JUST_APART = 5.0
"""Distance in CIELAB from which two areas side by side are told apart at a glance."""

# States that stand beside each other without a shape to part them: cells of the building picture
# and grounds of chips. The lamps differ by shape already; see test_look_of_lamps.
BESIDE = (
    ("r0", "od"),
    ("r1", "od"),
    ("r0", "r1"),
    ("r1", "r2"),
    ("r2", "r3"),
    ("ok", "bad"),
    ("ok", "warn"),
    ("warn", "bad"),
)


def _seen(colour: QColor, matrix: tuple[tuple[float, ...], ...]) -> tuple[float, float, float]:
    """``colour`` in CIELAB (D65) as an eye of ``matrix`` sees it."""
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    red, green, blue = (
        min(1.0, max(0.0, sum(w * part for w, part in zip(row, linear, strict=True))))
        for row in matrix
    )
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    fx, fy, fz = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def _apart(one: QColor, other: QColor, matrix: tuple[tuple[float, ...], ...]) -> float:
    pair = zip(_seen(one, matrix), _seen(other, matrix), strict=True)
    return float(sum((a - b) ** 2 for a, b in pair) ** 0.5)


@pytest.mark.parametrize("name", ThemeName)
@pytest.mark.parametrize("matrix", [_RED_BLIND, _GREEN_BLIND], ids=["red-blind", "green-blind"])
def test_states_stay_apart_for_eyes_that_see_fewer_colours(name, matrix):
    """One man in twelve does not see red and green as others do."""
    theme = load_theme(name)
    found = {
        (one, other): round(_apart(getattr(theme, one), getattr(theme, other), matrix), 1)
        for one, other in BESIDE
    }
    assert {pair: far for pair, far in found.items() if far < JUST_APART} == {}


def test_the_simulation_itself():
    """Grey stays grey, and a red and a green of one lightness fall together."""
    for matrix in (_RED_BLIND, _GREEN_BLIND):
        grey = _seen(QColor("#808080"), matrix)
        assert abs(grey[1]) < 1
        assert abs(grey[2]) < 1
    red, green = QColor("#B05A00"), QColor("#7A7A00")
    whole = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
    assert _apart(red, green, _GREEN_BLIND) < _apart(red, green, whole) / 2


@pytest.mark.parametrize("name", ThemeName)
def test_chips_of_different_tones_have_different_grounds(name):
    """Beside their words; a hovered button differs from a resting one, too."""
    theme = load_theme(name)
    grounds = {tone: theme.shades(tone).ground.name() for tone in Tone}
    assert len(set(grounds.values())) == len(grounds)
    assert blend(theme.t1, theme.pri, 0.08) != theme.pri
    assert all(one != other for one, other in combinations(grounds.values(), 2))


def test_the_known_ends_of_contrast():
    """The formula itself: black on white is 21."""
    theme = load_theme(ThemeName.LIGHT)
    black = theme.t1.fromString("#000000")
    assert round(contrast(black, theme.surface), 2) == 21.0
    assert contrast(black, black) == 1.0
