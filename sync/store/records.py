"""Saving what a person does: the only way an edit comes into being."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sync.merge.operation import OpKind


@dataclass(frozen=True)
class Edit:
    """One thing a person wants done to one row. Made by the functions below.

    ``scope_id`` is needed for new rows; an existing one knows where it lives. An empty ``id``
    is made when saving.
    """

    kind: OpKind
    type: str
    id: str = ""
    scope_id: str = ""
    fields: Mapping[str, Any] | None = None


def create(type_: str, fields: Mapping[str, Any], *, scope_id: str, row_id: str = "") -> Edit:
    """A new row."""
    return Edit(OpKind.CREATE, type_, row_id, scope_id, dict(fields))


def append(type_: str, fields: Mapping[str, Any], *, scope_id: str, row_id: str = "") -> Edit:
    """A new entry that is never changed: a visit, a note, an oral mediation."""
    return Edit(OpKind.APPEND, type_, row_id, scope_id, dict(fields))


def patch(type_: str, row_id: str, fields: Mapping[str, Any]) -> Edit:
    """New values for some fields of a row. Fields that hold them already are left out."""
    return Edit(OpKind.PATCH, type_, row_id, fields=dict(fields))


def delete(type_: str, row_id: str) -> Edit:
    """Remove a row."""
    return Edit(OpKind.DELETE, type_, row_id)


def restore(type_: str, row_id: str) -> Edit:
    """Bring a row back whose removal still waits here."""
    return Edit(OpKind.RESTORE, type_, row_id)


def resolve(conflict_id: str, choice: Any) -> Edit:
    """Settle a conflict by ``choice``: a value, or ``keep`` or ``delete`` for a whole row."""
    return Edit(OpKind.RESOLVE, "conflict", conflict_id, fields={"value": choice})


@dataclass(frozen=True)
class Written:
    """What one saving wrote: an operation id (empty where nothing changed) and a row id an edit."""

    op_ids: tuple[str, ...]
    row_ids: tuple[str, ...]


class Records:
    """Writes edits. One call is one durable transaction: all of it is saved, or nothing."""

    def write(self, edits: Iterable[Edit], *, ends_draft: str = "") -> Written:
        """Save ``edits`` and what they show; drop the draft they came from in the same breath.

        Raises :class:`ValueRefused`, FieldUnknown, FieldComputed, EntryIsFinal, NotFound,
        NothingToResolve, OperationTooLarge, ScopeNotHere, DiskFull or StoreBusy; then nothing
        was saved.
        """
        raise NotImplementedError
