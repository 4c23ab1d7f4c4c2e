"""Looking for people's names and numbers in the files that an app leaves behind."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Final

ENCODINGS: Final = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")


def leaks(folder: Path, texts: Iterable[str]) -> list[str]:
    """Where below ``folder`` any of ``texts`` stands in plain: a file and an encoding each.

    Names of files count too. The texts themselves are not told.
    """
    wanted = [(encoding, needle) for text in texts for encoding, needle in _forms(text)]
    found: set[str] = set()
    for path in sorted(folder.rglob("*")):
        place = path.relative_to(folder).as_posix()
        hay = place.encode() + (b"\n" + path.read_bytes() if path.is_file() else b"")
        found |= {f"{place}: {encoding}" for encoding, needle in wanted if needle in hay}
    return sorted(found)


def _forms(text: str) -> list[tuple[str, bytes]]:
    escaped = json.dumps(text)[1:-1].encode()
    return [(encoding, text.encode(encoding)) for encoding in ENCODINGS] + [("json", escaped)]
