"""Chinese input on Linux desktops, where Qt's wheels know compose tables and ibus alone.

Most Chinese desktops run fcitx and say so in ``QT_IM_MODULE``. Qt has no plugin of that name and
falls back to none in silence: letters come out as typed. fcitx5 answers as ibus does when it is
asked through the portal, so that is what the app asks for. Has to happen before ``QApplication``.
"""

import os
import sys
from collections.abc import Collection, MutableMapping
from pathlib import Path
from typing import Final

from PySide6.QtCore import QLibraryInfo

FCITX: Final = "fcitx"
IBUS: Final = "ibus"
_MODULE: Final = "QT_IM_MODULE"
_MODULES: Final = "QT_IM_MODULES"  # Since Qt 6.7: several with semicolons, the first that is there.
_PORTAL: Final = "IBUS_USE_PORTAL"
_X_MODIFIERS: Final = "XMODIFIERS"
_PLUGIN_TAIL: Final = "platforminputcontextplugin"


def prepare_input_method() -> None:
    """Let this process's Qt find the input method of the desktop."""
    if sys.platform.startswith("linux"):
        reach_fcitx(os.environ, bundled_plugins())


def reach_fcitx(environment: MutableMapping[str, str], plugins: Collection[str]) -> bool:
    """Ask fcitx through the portal of ibus where no plugin speaks to it directly; whether that
    was needed. What names a plugin that is there stays as it is."""
    said = environment.get(_MODULES) or environment.get(_MODULE, "")
    wanted = [one for one in said.split(";") if one]
    if not wanted and FCITX in environment.get(_X_MODIFIERS, ""):
        wanted = [FCITX]
    is_there = any(plugin.startswith(one) for one in wanted for plugin in plugins)
    if is_there or not any(one.startswith(FCITX) for one in wanted):
        return False
    environment.pop(_MODULES, None)
    environment[_MODULE] = IBUS
    environment[_PORTAL] = "1"
    return True


def bundled_plugins() -> frozenset[str]:
    """The input methods that this Qt has a plugin for, such as ``ibus``."""
    folder = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath), "platforminputcontexts")
    names = (file.stem.removeprefix("lib") for file in folder.glob(f"*{_PLUGIN_TAIL}*"))
    return frozenset(name.removesuffix(_PLUGIN_TAIL) for name in names)
