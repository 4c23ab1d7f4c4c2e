"""What a person wants done to one row, before it is saved."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sync.merge.operation import OpKind
from sync.store.record import Saw


@dataclass(frozen=True)
class Edit:
    """One thing a person wants done to one row. Made by the functions below.

    ``scope_id`` is needed for new rows; an existing one knows where it lives. An empty ``id``
    is made when saving. ``saw`` is what the person had before their eyes; without it they saw
    what stands here at the moment of saving.
    """

    kind: OpKind
    type: str
    id: str = ""
    scope_id: str = ""
    fields: Mapping[str, Any] | None = None
    saw: Saw | None = None


def create(type_: str, fields: Mapping[str, Any], *, scope_id: str, row_id: str = "") -> Edit:
    """A new row."""
    return Edit(OpKind.CREATE, type_, row_id, scope_id, dict(fields))


def append(type_: str, fields: Mapping[str, Any], *, scope_id: str, row_id: str = "") -> Edit:
    """A new entry that is never changed: a visit, a note, an oral mediation."""
    return Edit(OpKind.APPEND, type_, row_id, scope_id, dict(fields))


def patch(type_: str, row_id: str, fields: Mapping[str, Any], *, saw: Saw | None = None) -> Edit:
    """New values for some fields of a row. Fields that hold them already are left out."""
    return Edit(OpKind.PATCH, type_, row_id, fields=dict(fields), saw=saw)


def delete(type_: str, row_id: str, *, saw: Saw | None = None) -> Edit:
    """Remove a row."""
    return Edit(OpKind.DELETE, type_, row_id, saw=saw)


def restore(type_: str, row_id: str, *, saw: Saw | None = None) -> Edit:
    """Bring a row back whose removal still waits here."""
    return Edit(OpKind.RESTORE, type_, row_id, saw=saw)


def resolve(conflict_id: str, choice: Any, *, saw: Saw | None = None) -> Edit:
    """Settle a conflict by ``choice``: a value, or ``keep`` or ``delete`` for a whole row.

    ``saw`` is about the conflict's row. One that is settled is settled anew by who has seen that.
    """
    return Edit(OpKind.RESOLVE, "conflict", conflict_id, fields={"value": choice}, saw=saw)
