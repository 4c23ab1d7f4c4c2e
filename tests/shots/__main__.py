"""Write pictures of every screen into build/shots. Run: python -m tests.shots [FOLDER] [SHARE…]

First each screen as a worker comes to it, at 1366×768; then, in shares that run side by side, what
she comes to by keys; every page in every kind of window (sizes, text sizes, light and dark, both
languages; offline, empty, loading, failed, not here); and the pages of the desk, the mediator, the
leader and the secretary on their own laptops. What is cut, squeezed or overlaps in any of these is
told, and ends in failure. Names of shares take those alone.

The demo's server runs as a process of its own; the laptops are enrolled and synced, and two of them
change what the other changes. The clock stands at ten on the sample day.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["DOORSTEP_NOW"] = "2026-06-18T10:00:00+08:00"
os.environ.pop("DOORSTEP_LANG", None)

from desktop.demo.cast import demo_in
from desktop.demo.story import DEMO_SEED
from tests.shots.laptops import prepare
from tests.shots.pool import FIRST, take_shares
from tests.shots.shares import SHARES

FOLDER: Final = Path("build/shots")


def main() -> int:
    """Prepare the demo in a folder that is thrown away, and take every picture."""
    known = [FIRST, *SHARES]
    asked = argparse.ArgumentParser(prog="python -m tests.shots", description=__doc__)
    asked.add_argument("folder", nargs="?", type=Path, default=FOLDER, help="emptied first")
    asked.add_argument("shares", nargs="*", help=f"these alone: {', '.join(known)}")
    said = asked.parse_args()
    folder, wanted = said.folder, said.shares or known
    if unknown := set(wanted) - set(known):
        asked.error(f"there is no {', '.join(sorted(unknown))}; there are: {', '.join(known)}")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as home:
        demo = demo_in(Path(home))
        demo.found_community(DEMO_SEED)
        with demo.server:
            prepare(demo)
            print(f"laptops are ready after {time.monotonic() - began:.0f} s", flush=True)
            found = list(take_shares(Path(home), folder, wanted))
    taken = len(list(folder.rglob("*.png")))
    took = time.monotonic() - began
    print(f"{taken} pictures in {folder} in {took:.0f} s, {len(found)} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
