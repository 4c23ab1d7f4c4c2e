"""What the user of this computer chose. Applied at once, kept in one small file."""

import json
import os
import re
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Final

from sync.i18n import LANGUAGES, preferred_language

SCALES: Final = (1.0, 1.25, 1.5, 1.75, 2.0)
SYSTEM: Final = "system"
THEMES: Final = (SYSTEM, "light", "dark")
_WINDOW: Final = re.compile(r"[0-9A-Za-z]{1,4}")


@dataclass(frozen=True)
class Settings:
    """How the app looks and speaks. Nothing about people or servers.

    Attributes:
        language: a key of ``sync.i18n.LANGUAGES``.
        scale: the text size, a factor.
        theme: ``light``, ``dark``, or as the computer has it.
        compact: whether rows are a quarter lower.
        shows_keys: whether buttons show the key that presses them.
        reduces_motion: whether nothing slides or fades.
        toured: profiles whose user has seen the three cards of the first day.
        window: the number of the desk's window that this computer stands at.
    """

    language: str = LANGUAGES[0]
    scale: float = 1.0
    theme: str = SYSTEM
    compact: bool = False
    shows_keys: bool = True
    reduces_motion: bool = False
    toured: tuple[str, ...] = ()
    window: str = "1"


class SettingsFile:
    """Loads and saves :class:`Settings`; a broken or newer file falls back value by value."""

    def __init__(self, path: Path, ruled_language: str = "") -> None:
        self._path = path
        self._ruled_language = ruled_language

    def load(self) -> Settings:
        """The saved settings. ``DOORSTEP_LANG`` outranks the file for this run, and the policy of
        this computer outranks both."""
        settings = _checked(self._read())
        if self._ruled_language:
            return replace(settings, language=self._ruled_language)
        if "language" not in self._read() or os.environ.get("DOORSTEP_LANG"):
            settings = replace(settings, language=preferred_language())
        return settings

    def save(self, settings: Settings) -> None:
        """Write all settings, in one step, so that a crash leaves the old file or the new."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_suffix(".new")
        draft.write_text(json.dumps(asdict(settings), indent=2), encoding="utf-8")
        draft.replace(self._path)

    def _read(self) -> dict[str, Any]:
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}


def window_number(typed: object) -> str:
    """The number of a window, as receipts carry it: a few letters and digits; else nothing."""
    text = typed.strip() if isinstance(typed, str) else ""
    return text if _WINDOW.fullmatch(text) else ""


def _checked(found: dict[str, Any]) -> Settings:
    allowed = {"language": LANGUAGES, "scale": SCALES, "theme": THEMES}
    known = {field.name: field.default for field in fields(Settings)}
    kept: dict[str, Any] = {}
    for name, value in found.items():
        if isinstance(known.get(name), bool):
            if isinstance(value, bool):
                kept[name] = value
        elif name == "toured":
            names = value if isinstance(value, list) else []
            kept[name] = tuple(one for one in names if isinstance(one, str))
        elif name == "window":
            if window_number(value):
                kept[name] = value
        elif name in allowed and value in allowed[name]:
            kept[name] = value
    return Settings(**kept)
