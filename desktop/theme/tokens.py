"""The colours of the app by meaning, loaded from ``resources/theme``.

A colour is named for its use, never for its hue, so a widget reads the same in light and dark.
"""

import json
from dataclasses import dataclass, fields
from enum import StrEnum

from PySide6.QtGui import QColor

from desktop.rows import Tone
from resources import resource


class ThemeName(StrEnum):
    """The themes that ship with the app."""

    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True)
class Shades:
    """One tone: ``mark`` for shapes, ``ground`` below a text, ``text`` readable on both."""

    mark: QColor
    ground: QColor
    text: QColor


@dataclass(frozen=True)
class Theme:
    """Every colour token of one theme. The field names are those of the design."""

    name: ThemeName
    bg: QColor
    sidebar: QColor
    surface: QColor
    sunken: QColor
    line: QColor
    line2: QColor
    control: QColor
    t1: QColor
    t2: QColor
    t3: QColor
    pri: QColor
    on_pri: QColor
    pri_bg: QColor
    pri_t: QColor
    ok: QColor
    ok_bg: QColor
    ok_t: QColor
    warn: QColor
    warn_bg: QColor
    warn_t: QColor
    bad: QColor
    bad_bg: QColor
    bad_t: QColor
    care: QColor
    care_bg: QColor
    care_t: QColor
    mute_bg: QColor
    mute_t: QColor
    r0: QColor
    r1: QColor
    r2: QColor
    r3: QColor
    od: QColor
    hatch: QColor
    ins_bg: QColor
    del_bg: QColor
    tip: QColor
    ring: QColor

    @property
    def is_dark(self) -> bool:
        """Whether text is lighter than its ground."""
        return self.name is ThemeName.DARK

    @property
    def on_tip(self) -> QColor:
        """Text on a toast: the toast is as dark as a surface is light."""
        return self.surface

    @property
    def tip_link(self) -> QColor:
        """A pressable word on a toast."""
        return blend(self.pri, self.surface, 0.5)

    @property
    def tip_ok(self) -> QColor:
        """The mark on a toast that says what was done."""
        return blend(self.ok, self.surface, 0.5)

    @property
    def tip_warn(self) -> QColor:
        """The mark on a toast that says what was not done."""
        return blend(self.warn, self.surface, 0.5)

    def shades(self, tone: Tone) -> Shades:
        """The mark, ground and text colours of ``tone``."""
        match tone:
            case Tone.NEUTRAL:
                return Shades(self.control, self.mute_bg, self.mute_t)
            case Tone.PRIMARY:
                return Shades(self.pri, self.pri_bg, self.pri_t)
            case Tone.OK:
                return Shades(self.ok, self.ok_bg, self.ok_t)
            case Tone.WARN:
                return Shades(self.warn, self.warn_bg, self.warn_t)
            case Tone.BAD:
                return Shades(self.bad, self.bad_bg, self.bad_t)
            case Tone.CARE:
                return Shades(self.care, self.care_bg, self.care_t)


def load_theme(name: ThemeName) -> Theme:
    """Read a theme that ships with the app. A missing or unknown token is an error at start."""
    colours = json.loads(resource("theme", f"{name.value}.json").read_text("utf-8"))
    expected = {field.name for field in fields(Theme)} - {"name"}
    if set(colours) != expected:
        raise ValueError(f"theme {name.value}: tokens differ: {set(colours) ^ expected}")
    return Theme(name=name, **{token: QColor(value) for token, value in colours.items()})


def blend(top: QColor, ground: QColor, share: float) -> QColor:
    """``top`` laid over ``ground`` at an opacity of ``share`` (0 to 1), as one opaque colour."""
    keep = 1.0 - share
    return QColor.fromRgbF(
        top.redF() * share + ground.redF() * keep,
        top.greenF() * share + ground.greenF() * keep,
        top.blueF() * share + ground.blueF() * keep,
    )


def contrast(one: QColor, other: QColor) -> float:
    """The WCAG contrast ratio of two opaque colours, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: QColor) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (colour.redF(), colour.greenF(), colour.blueF())
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
