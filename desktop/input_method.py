"""Chinese input on Linux desktops, where Qt's wheels know compose tables and ibus alone.

Most Chinese desktops run fcitx and say so in ``QT_IM_MODULE``. The packages for Linux bring Qt's
plugin for it, which speaks with fcitx 4 and with fcitx5. Qt from its wheels has none of that name
and falls back to none in silence: letters come out as typed. fcitx5 answers as ibus does when it is
asked through the portal, so that is what the app asks for there. Has to happen before
``QApplication``.
"""

import os
import sys
from collections.abc import Collection, Mapping, MutableMapping
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
    """Where the desktop means fcitx and Qt would not find it, name what finds it: a plugin for it,
    or else the portal of ibus; whether that was needed."""
    said = environment.get(_MODULES) or environment.get(_MODULE, "")
    wanted = [one for one in said.split(";") if one]
    if any(plugin.startswith(one) for one in wanted for plugin in plugins):
        return False
    if not _means_fcitx(wanted, environment):
        return False
    environment.pop(_MODULES, None)
    if any(plugin.startswith(FCITX) for plugin in plugins):
        environment[_MODULE] = FCITX
    else:
        environment[_MODULE] = IBUS
        environment[_PORTAL] = "1"
    return True


def _means_fcitx(wanted: Collection[str], environment: Mapping[str, str]) -> bool:
    """What is said to X counts where nothing is said to Qt, which reads its own variables alone."""
    if wanted:
        return any(one.startswith(FCITX) for one in wanted)
    return FCITX in environment.get(_X_MODIFIERS, "")


def bundled_plugins() -> frozenset[str]:
    """The input methods that this Qt has a plugin for, such as ``ibus``."""
    folder = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath), "platforminputcontexts")
    names = (file.stem.removeprefix("lib") for file in folder.glob(f"*{_PLUGIN_TAIL}*"))
    return frozenset(name.removesuffix(_PLUGIN_TAIL) for name in names)
