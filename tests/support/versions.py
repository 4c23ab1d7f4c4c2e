"""The app one version older or newer than this one: ``python -m tests.support.versions +1 …``.

The older one does not know a household's ``best_time`` yet; the newer one has its ``mood`` too.
"""

import sys
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


def main(by: int, arguments: list[str]) -> int:
    """Run the app of another version. Nothing may read the registry before it is changed."""
    assert "sync.schema.registry" not in sys.modules
    household.Household = _newer() if by > 0 else _older()  # type: ignore[misc]
    from sync.schema import registry

    registry.SCHEMA_VERSION += by  # type: ignore[misc]
    from desktop.cli import run

    return run(arguments)


if __name__ == "__main__":
    # The command that would have been run comes first, as it does for every wrapper.
    sys.exit(main(int(sys.argv[1]), sys.argv[3:]))
