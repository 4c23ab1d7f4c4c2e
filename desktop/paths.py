"""Where the app keeps things. Every path comes from platformdirs or from ``DOORSTEP_HOME``.

Names of folders and files never hold anything about a person.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from platformdirs import PlatformDirs

_DIRS: Final = PlatformDirs("doorstep", appauthor=False, ensure_exists=False)


@dataclass(frozen=True)
class Paths:
    """The app's folders. ``data`` holds profiles, ``config`` settings, ``logs`` reports."""

    data: Path
    config: Path
    logs: Path

    @property
    def profiles(self) -> Path:
        """One folder a profile: a user of a server on this computer."""
        return self.data / "profiles"

    @property
    def settings_file(self) -> Path:
        """What this computer's user chose: language, text size."""
        return self.config / "settings.json"

    @property
    def demo(self) -> Path:
        """The demo's server and profiles, apart from real ones."""
        return self.data / "demo"


def paths_for(home: Path | None = None) -> Paths:
    """The folders below ``home``, or ``DOORSTEP_HOME``, or where the system keeps such things."""
    chosen = home or (Path(os.environ["DOORSTEP_HOME"]) if "DOORSTEP_HOME" in os.environ else None)
    if chosen is not None:
        base = chosen.expanduser().absolute()
        return Paths(data=base, config=base, logs=base / "logs")
    return Paths(data=_DIRS.user_data_path, config=_DIRS.user_config_path, logs=_DIRS.user_log_path)
