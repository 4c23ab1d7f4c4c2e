"""A change that its author may take back, unless somebody has gone on from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sync.schema.values import same
from sync.store.record import Record, Saw
from sync.store.records import Edit, patch
from sync.store.store import Store


@dataclass(frozen=True)
class Taken:
    """A step that was taken: what stood in the fields that it changed ``before`` and ``after``."""

    type: str
    row_id: str
    before: Mapping[str, Any] = field(repr=False)
    after: Mapping[str, Any] = field(repr=False)


def taken_from(row: Record, fields: Mapping[str, Any]) -> Taken:
    """The step that brought ``row`` to ``fields``."""
    return Taken(row.type, row.id, {name: row.get(name) for name in fields}, dict(fields))


def take_back(store: Store, taken: Taken, also: Sequence[Edit] = ()) -> bool:
    """Take a step back, sent or not, and write ``also`` with it; whether it was. Where the row
    stands otherwise by now it stays, and where somebody went on of whom this computer has not
    heard, the server keeps the undo aside."""
    key = (taken.type, taken.row_id)
    saw = store.reading.saw([key]).get(key)
    if saw is None or not stands(saw.shown, taken.after):
        return False
    back = patch(*key, taken.before, saw=_from(saw, taken))
    store.records.write([back, *also])
    return True


def stands(shown: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether what is shown is as a step left it."""
    return all(same(_plain(shown.get(name)), _plain(value)) for name, value in after.items())


def _plain(value: Any) -> Any:
    """A set of papers has no order."""
    return sorted(value) if isinstance(value, list) else value


def _from(saw: Saw, taken: Taken) -> Saw:
    """What an undo starts from is the step itself, also while it waits to be sent: the server
    then sees that a step is taken back, and from where."""
    if "stage" not in taken.after:
        return saw
    return replace(saw, server={**saw.server, "stage": taken.after["stage"]})
