"""What belongs in a bundle and what does not: shared by the specs of the app and of the server."""

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

LINUX = sys.platform.startswith("linux")
Entry = tuple[str, str, str]
"""Name in the bundle, source, kind, as PyInstaller lists them."""

# Tools of the workshop, and databases that neither program speaks to: SQLCipher brings its own
# SQLite, and the system's would be an older one.
NEVER = [
    "sqlite3",
    "_sqlite3",
    "tkinter",
    "mypy",
    "hypothesis",
    "pytest",
    "sqlalchemy.dialects.mssql",
    "sqlalchemy.dialects.mysql",
    "sqlalchemy.dialects.oracle",
    "setuptools",
]

# Parts of Qt that no screen uses: the web-like Quick world, the on-screen keyboard, drivers for
# screens without a desktop, Qt's own TLS and databases (requests and SQLCipher do that work), a
# 20 MB software OpenGL, and the GTK theme that would pull all of GTK in.
_UNUSED_QT = re.compile(
    r"""Qt6?(Quick|Qml|VirtualKeyboard|Pdf|Egl|Wayland|WlShell)
      | plugins/(generic|tls|networkinformation|sqldrivers|qmltooling|wayland-[\w-]+)/
      | plugins/egldeviceintegrations/
      | platforms/libq(eglfs|linuxfb|minimalegl|vkkhrdisplay|vnc|wayland)
      | platformthemes/libqgtk3
      | opengl32sw\.dll""",
    re.VERBOSE | re.IGNORECASE,
)

# Qt's own dialogs speak the two languages of the app.
_UNUSED_WORDS = re.compile(r"translations/(?!qt(base)?_(zh_CN|en)\.qm)[\w-]+\.qm$")

# Tables of the world's other numbers; the app checks Chinese ones.
_UNUSED_NUMBERS = re.compile(r"stdnum/(?!cn/)")

_UNUSED = (_UNUSED_QT, _UNUSED_WORDS, _UNUSED_NUMBERS)

# Of the system's own libraries Python and Qt need these beside them. Everything else is the
# desktop's: a bundled fontconfig would not read its fonts, a bundled GLib not its settings. The
# small xcb family stays: many desktops lack it, and without it Qt finds no screen.
_SYSTEM_LIBRARIES = re.compile(
    r"""^lib(python3|ssl|crypto|ffi|lzma|bz2|z|uuid|sqlite3|readline|ncursesw|tinfo|stdc\+\+|gcc_s
      |xkbcommon|xkbcommon-x11
      |xcb-(cursor|icccm|image|keysyms|randr|render-util|shape|sync|util|xfixes|xkb))[-.\d]*\.so""",
    re.VERBOSE,
)


def slim(entries: Iterable[Entry]) -> list[Entry]:
    """The entries that belong in a bundle."""
    return [entry for entry in entries if _belongs(entry)]


def _belongs(entry: Entry) -> bool:
    name = entry[0].replace("\\", "/")
    if any(unused.search(name) for unused in _UNUSED):
        return False
    from_system = LINUX and re.match(r"lib[^/]+\.so", name) and entry[2] == "BINARY"
    return not from_system or _SYSTEM_LIBRARIES.match(name) is not None


def shipped_data() -> Iterator[tuple[str, str]]:
    """The files of resources/ as (source, folder in the bundle), without a developer's own."""
    left_out = {"packaging", "pictures", "__pycache__"}
    for file in sorted(Path("resources").rglob("*")):
        developers = left_out.intersection(file.parts) or file.suffix in {".py", ".po"}
        if file.is_file() and not developers:
            yield str(file), str(file.parent)


def revisions() -> Iterator[tuple[str, str]]:
    """The steps of the server's tables, which Alembic reads as files."""
    folder = Path("sync", "server", "migrations")
    for file in (*sorted(folder.glob("*.py")), *sorted(folder.glob("versions/*.py"))):
        yield str(file), str(file.parent)
