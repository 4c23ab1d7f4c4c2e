"""The part of requirements.lock that a program needs to run, with its hashes, on standard output.

Usage: runtime_lock.py [--windows] [PACKAGE…]
doorstep itself without its extras, and packages named; for this system, or for Windows. What is
chosen by the kind of system is chosen here: no marker is left for pip to judge by its own.
"""

import re
import sys
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

_BLOCK = re.compile(
    r"^(?P<name>[\w.-]+)(?:\[[\w,-]+\])?==[^\s;]+(?P<marker> ; [^\\\n]+)?.*(?:\n[ \t].*)*",
    re.MULTILINE,
)
_WINDOWS = {
    "sys_platform": "win32",
    "platform_system": "Windows",
    "os_name": "nt",
    "platform_machine": "AMD64",
}


def needed_by(name: str) -> list[str]:
    """What a package says that it needs. One for another system is not here: it needs nothing."""
    try:
        return requires(name) or []
    except PackageNotFoundError:
        return []


def closure(roots: list[str], system: Mapping[str, str]) -> set[str]:
    """The names of all that ``roots`` need on a system, themselves included."""
    known: set[str] = set()
    ahead = [Requirement(root) for root in roots]
    while ahead:
        wanted = ahead.pop()
        name = canonicalize_name(wanted.name)
        extras = wanted.extras or {""}
        if name in known and not wanted.extras:
            continue
        known.add(name)
        for line in needed_by(name):
            needed = Requirement(line)
            if needed.marker is None or any(
                needed.marker.evaluate({**system, "extra": extra}) for extra in extras
            ):
                ahead.append(needed)
    return known


def main() -> None:
    """Print the lines."""
    asked = [word for word in sys.argv[1:] if word != "--windows"]
    system = _WINDOWS if "--windows" in sys.argv else {}
    needed = closure(["doorstep", *asked], system)
    for block in _BLOCK.finditer(Path("requirements.lock").read_text(encoding="utf-8")):
        if canonicalize_name(block["name"]) not in needed:
            continue
        marker = block["marker"]
        if marker is None:
            sys.stdout.write(block[0] + "\n")
        elif Marker(marker.removeprefix(" ; ")).evaluate({**system}):
            sys.stdout.write(block[0].replace(marker, " ", 1) + "\n")


if __name__ == "__main__":
    main()
