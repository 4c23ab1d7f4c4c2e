"""Looking through the memory of a running process, as whoever stole it would."""

from collections.abc import Iterable
from pathlib import Path

_PORTION = 1 << 22


def found_in(pid: int, wanted: Iterable[bytes]) -> set[bytes]:
    """Which of these byte strings stand anywhere in the writable memory of a process."""
    left, found = set(wanted), set()
    longest = max(map(len, left))
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for begin, end in _regions(pid):
            at, tail = begin, b""
            while at < end:
                try:
                    memory.seek(at)
                    part = memory.read(min(_PORTION, end - at))
                except (OSError, ValueError, OverflowError):
                    break
                if not part:
                    break
                text = tail + part
                found |= {one for one in left if one in text}
                tail, at = text[-longest:], at + len(part)
    return found


def _regions(pid: int) -> list[tuple[int, int]]:
    regions = []
    for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
        span, rights, *_rest = line.split()
        if rights.startswith("rw") and "[v" not in line:
            begin, end = (int(one, 16) for one in span.split("-"))
            regions.append((begin, end))
    return regions
