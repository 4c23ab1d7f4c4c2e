"""The app one version older or newer than this one: ``python -m tests.support.versions +1``.

It runs the commands that come on stdin as lines of JSON, one after the other, and answers each with
a line, as one terminal would without importing everything anew. The older one does not know a
household's ``best_time`` yet; the newer one has its ``mood`` too.
"""

import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from typing import Any, Final

from sync.schema import household
from sync.schema.fields import SyncedRow, synced
from sync.schema.policy import Merge

GONE: Final = "best_time"
NEW: Final = "mood"


def _older() -> Any:
    kept = {
        name: declared
        for name, declared in household.Household.model_fields.items()
        if name != GONE
    }
    members = {
        "__module__": household.__name__,
        "__doc__": household.Household.__doc__,
        "__annotations__": {name: declared.annotation for name, declared in kept.items()},
        "TYPE": household.Household.TYPE,
        "ROOT": household.Household.ROOT,
        **kept,
    }
    return type(SyncedRow)("Household", (SyncedRow,), members)


def _newer() -> Any:
    class Household(household.Household):
        """A household as the next version knows it."""

        mood: str | None = synced(Merge.ASK, label="Mood")

    return Household


def main(by: int) -> None:
    """Be the app of another version. Nothing may read the registry before it is changed."""
    assert "sync.schema.registry" not in sys.modules
    household.Household = _newer() if by > 0 else _older()  # type: ignore[misc]
    from sync.schema import registry

    registry.SCHEMA_VERSION += by  # type: ignore[misc]
    from desktop.cli import run

    asked, answers = sys.stdin, sys.stdout
    for line in asked:
        command = json.loads(line)
        sys.stdin = io.StringIO(command["stdin"])
        with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
            code = run(command["arguments"])
        answer = {"code": code, "out": out.getvalue(), "err": err.getvalue()}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
