"""The part of requirements.lock that a program needs to run, with its hashes, on standard output.

Usage: runtime_lock.py [PACKAGE…]      (doorstep itself without its extras, and packages named)
"""

import re
import sys
from importlib.metadata import requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

_BLOCK = re.compile(r"^(?P<name>[\w.-]+)(?:\[[\w,-]+\])?==.*(?:\n[ \t].*)*", re.MULTILINE)


def closure(roots: list[str]) -> set[str]:
    """The names of all that ``roots`` need on this system, themselves included."""
    known: set[str] = set()
    ahead = [Requirement(root) for root in roots]
    while ahead:
        wanted = ahead.pop()
        name = canonicalize_name(wanted.name)
        extras = wanted.extras or {""}
        if name in known and not wanted.extras:
            continue
        known.add(name)
        for line in requires(name) or ():
            needed = Requirement(line)
            if needed.marker is None or any(needed.marker.evaluate({"extra": e}) for e in extras):
                ahead.append(needed)
    return known


def main() -> None:
    """Print the lines."""
    needed = closure(["doorstep", *sys.argv[1:]])
    for block in _BLOCK.finditer(Path("requirements.lock").read_text(encoding="utf-8")):
        if canonicalize_name(block["name"]) in needed:
            sys.stdout.write(block[0] + "\n")


if __name__ == "__main__":
    main()
