"""Steps of a case at the window that can be taken back, unless somebody has gone on from them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from sync.errors import NotFound
from sync.schema.values import same
from sync.store.record import Saw
from sync.store.records import patch
from sync.store.store import Store

CASE: Final = "service_case"


@dataclass(frozen=True)
class Taken:
    """A step that was taken: what stood in the fields that it changed ``before`` and ``after``."""

    case_id: str
    before: Mapping[str, Any] = field(repr=False)
    after: Mapping[str, Any] = field(repr=False)


def take(store: Store, case_id: str, fields: Mapping[str, Any]) -> Taken:
    """Write a step. Raises :class:`NotFound`, and whatever saving raises."""
    row = store.reading.find(CASE, case_id)
    if row is None:
        raise NotFound(what=case_id)
    store.records.write([patch(CASE, case_id, fields)])
    return Taken(case_id, {name: row.get(name) for name in fields}, dict(fields))


def take_back(store: Store, taken: Taken) -> bool:
    """Take a step back, sent or not; whether it was. Where the case stands otherwise by now it
    stays, and where somebody went on of whom this computer has not heard, the server keeps the
    undo aside."""
    saw = store.reading.saw([(CASE, taken.case_id)]).get((CASE, taken.case_id))
    if saw is None or not _stands(saw.shown, taken.after):
        return False
    store.records.write([patch(CASE, taken.case_id, taken.before, saw=_from(saw, taken))])
    return True


def _stands(shown: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
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
