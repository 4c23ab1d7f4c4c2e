"""Two hundred names and numbers, and where they stand in plain while and after somebody works."""

import os
import random
import tempfile
from pathlib import Path
from typing import Any

from sync.store import records
from tests.support.feed import GRID, Feed
from tests.support.laptops import new_store, open_store
from tests.support.plaintext import ENCODINGS, leaks

SIGNS = "夔骞龘爨彧翀昶晟祎琇瑄珺璟瓒甯睿祾穜筠箖"


def canaries(count: int, rng: random.Random) -> list[str]:
    """Half of them names, half numbers, none of which stands anywhere else."""
    names = ["".join(rng.choices(SIGNS, k=6)) for _ in range(count // 2)]
    return names + [f"1{rng.randrange(10**16, 10**17)}" for _ in range(count - len(names))]


def look_for_canaries(folder: Path, count: int, seed: int) -> dict[str, Any]:
    """Write each as a resident, a note and a draft; look into every file of the profile, into the
    temporary ones, and into what is open and has no name any more."""
    rng = random.Random(seed)
    texts = canaries(count, rng)
    temporary = folder / "temporary"
    temporary.mkdir(parents=True)
    before, tempfile.tempdir = tempfile.tempdir, str(temporary)
    os.environ["SQLITE_TMPDIR"] = str(temporary)
    faults: list[str] = []
    try:
        feed = Feed()
        for number, text in enumerate(texts):
            feed.put("household", f"h{number}", contact=text)
            feed.put("person", f"p{number}", household_id=f"h{number}", name=text, phone=text)
        store = new_store(folder / "profile")
        feed.pull_into(store)
        for number, text in enumerate(texts):
            note = {"household_id": f"h{number}", "text": f"说{text}来过"}
            store.records.write([records.append("note", note, scope_id=GRID)])
            store.drafts.keep(f"note:h{number}", {"text": text})
            store.reading.search(text, notes=True)
        while store.index.step():
            pass
        faults += [f"open, {one}" for one in leaks(folder, texts)]
        faults += _nameless(texts)
        store.close()
        faults += [f"closed, {one}" for one in leaks(folder, texts)]
        again = open_store(folder / "profile")
        faults += [f"again, {one}" for one in leaks(folder, texts)]
        again.close()
    finally:
        tempfile.tempdir = before
        del os.environ["SQLITE_TMPDIR"]
    return {"done": count, "encodings": len(ENCODINGS) + 1, "faults": faults}


def _nameless(texts: list[str]) -> list[str]:
    """What this process has open and was removed."""
    found = []
    for one in Path("/proc/self/fd").iterdir() if Path("/proc/self/fd").is_dir() else ():
        try:
            if str(one.readlink()).endswith("(deleted)"):
                content = one.read_bytes()
                found += [f"nameless: {text[:1]}…" for text in texts if text.encode() in content]
        except OSError:
            continue  # It was closed meanwhile, or is no file.
    return found
