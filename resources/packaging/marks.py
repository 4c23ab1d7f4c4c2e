"""The marks that Windows shows of a program: its icon, and its version in the file's properties."""

from importlib.metadata import version
from pathlib import Path

_LOGO = Path("resources", "icons", "app", "logo.svg")
_ICON = Path("build", "doorstep.ico")
_SIDE = 256
_CHINESE_UNICODE = "080404B0"


def windows_icon() -> str:
    """The app's picture as an .ico file, drawn anew from the one that the app itself shows."""
    from PySide6.QtGui import QGuiApplication, QIcon

    gui = QGuiApplication.instance() or QGuiApplication([])
    _ICON.parent.mkdir(parents=True, exist_ok=True)
    drawn = QIcon(str(_LOGO)).pixmap(_SIDE, _SIDE).toImage()
    if not drawn.save(str(_ICON)):
        raise SystemExit(f"Qt could not write {_ICON}")
    gui.shutdown()
    return str(_ICON)


def windows_version(program: str) -> object:
    """What the properties of ``program``.exe tell: whose it is, and its version in four parts."""
    from PyInstaller.utils.win32 import versioninfo as info  # type: ignore[import-untyped]

    said = version("doorstep")
    parts = (*(int(part) for part in said.split(".")[:3]), 0)
    words = {
        "CompanyName": "Doorstep",
        "FileDescription": "家门口 Doorstep",
        "FileVersion": said,
        "InternalName": program,
        "LegalCopyright": "Apache-2.0",
        "OriginalFilename": f"{program}.exe",
        "ProductName": "家门口 Doorstep",
        "ProductVersion": said,
    }
    strings = [info.StringStruct(name, value) for name, value in words.items()]
    return info.VSVersionInfo(
        ffi=info.FixedFileInfo(filevers=parts, prodvers=parts),
        kids=[
            info.StringFileInfo([info.StringTable(_CHINESE_UNICODE, strings)]),
            info.VarFileInfo([info.VarStruct("Translation", [0x0804, 1200])]),
        ],
    )
