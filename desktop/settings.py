"""What the user of this computer chose. Applied at once, kept in one small file."""

import json
import os
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Final

from sync.i18n import LANGUAGES, preferred_language

SCALES: Final = (1.0, 1.25, 1.5, 1.75, 2.0)
THEMES: Final = ("light", "dark")


@dataclass(frozen=True)
class Settings:
    """Language, text size (a factor) and colours. Nothing about people or servers."""

    language: str = LANGUAGES[0]
    scale: float = 1.0
    theme: str = "light"


class SettingsFile:
    """Loads and saves :class:`Settings`; a broken or newer file falls back value by value."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> Settings:
        """The saved settings. ``DOORSTEP_LANG`` outranks the file for this run."""
        settings = _checked(self._read())
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


def _checked(found: dict[str, Any]) -> Settings:
    known = {field.name for field in fields(Settings)}
    allowed = {"language": LANGUAGES, "scale": SCALES, "theme": THEMES}
    kept = {
        name: value for name, value in found.items() if name in known and value in allowed[name]
    }
    return Settings(**kept)
