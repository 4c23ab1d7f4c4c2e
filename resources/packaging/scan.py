"""Searches built programs for planted names, inside their packed modules as well.

Usage: scan.py NAMES FOLDER…    (NAMES: a file with one name a line; ends with 1 where one is found)
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from PyInstaller.archive.readers import ArchiveReadError, CArchiveReader, NotAnArchiveError

_MODULES = ".pyz"
_STRAY = (".db", ".sqlite", ".log", ".xlsx", ".csv", ".key", ".pem", ".env", ".journal")
"""What a workshop leaves lying about; none of it belongs in a program."""
_OURS = frozenset({"cacert.pem"})
_SAMPLES = frozenset({"resources"})


def contents(file: Path) -> Iterator[tuple[str, bytes]]:
    """A file, and what is packed in it: each with where it stands."""
    yield str(file), file.read_bytes()
    try:
        packed = CArchiveReader(str(file))
    except (NotAnArchiveError, ArchiveReadError):
        return
    for name in packed.toc:
        yield f"{file}: {name}", packed.extract(name)
        if name.endswith(_MODULES):
            modules = packed.open_embedded_archive(name)
            for module in modules.toc:
                yield f"{file}: {module}", modules.extract(module, raw=True) or b""


def main() -> int:
    """Say where a name stands, or a file that no program needs."""
    names = Path(sys.argv[1]).read_text(encoding="utf-8").split()
    needles = [name.encode(way) for name in names for way in ("utf-8", "utf-16-le", "gbk")]
    found, searched = [], 0
    for folder in map(Path, sys.argv[2:]):
        for file in sorted(folder.rglob("*")):
            if not file.is_file() or file.is_symlink():
                continue
            if file.suffix in _STRAY and file.name not in _OURS and not _SAMPLES & {*file.parts}:
                found.append(f"{file}: no program needs it")
            for place, content in contents(file):
                searched += 1
                found += [place for needle in needles if needle in content]
    sys.stderr.writelines(f"found: {place}\n" for place in sorted(set(found)))
    sys.stdout.write(f"searched {searched} files and modules for {len(names)} names\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
