"""Who mediates, and whom one can ask: the mediators of the community and the expert pool."""

from dataclasses import dataclass, field
from typing import Any, Final

from desktop.services.case_forms import CaseRefused, Flaw
from sync.i18n import N_
from sync.identity import Clock, local_day
from sync.schema.policy import ScopeKind
from sync.schema.registry import scope_name
from sync.store.record import Record
from sync.store.records import create, patch
from sync.store.store import Store

_HANDLE: Final = frozenset({"mediator", "secretary"})


@dataclass(frozen=True)
class Colleague:
    """Somebody who works here. ``mediates``: cases can be handed to them."""

    id: str
    name: str
    mediates: bool


@dataclass(frozen=True)
class ExpertLine:
    """One person of the expert pool. With a ``staff_id`` they can hold a case that they are
    invited to."""

    id: str
    name: str = ""
    unit: str = ""
    phone: str = field(default="", repr=False)
    fields: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    staff_id: str = ""
    note: str = field(default="", repr=False)


class CasePeople:
    """Mediators and experts of the community."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def colleagues(self) -> list[Colleague]:
        """Everybody who works here, mediators first."""
        handle = self._mediating()
        rows = self._store.reading.rows("staff")
        made = [Colleague(row.id, str(row.get("name", "")), row.id in handle) for row in rows]
        return sorted(made, key=lambda one: (not one.mediates, one.name, one.id))

    def mediators(self) -> list[Colleague]:
        """To whom a case can be handed."""
        return [one for one in self.colleagues() if one.mediates]

    def experts(self, field_: str = "", language: str = "") -> list[ExpertLine]:
        """The pool, or those who know a field or speak a language."""
        rows = self._store.reading.rows("expert")
        lines = [_expert(row) for row in rows if not row.get("retired")]
        found = (
            one
            for one in lines
            if (not field_ or field_ in one.fields) and (not language or language in one.languages)
        )
        return sorted(found, key=lambda one: (one.name, one.id))

    def add_expert(self, expert: ExpertLine) -> str:
        """One more in the pool; their id. Raises CaseRefused without a name or a field."""
        edit = create("expert", _told(expert), scope_id=self._scope())
        return self._store.records.write([edit]).row_ids[0]

    def edit_expert(self, expert: ExpertLine) -> None:
        """What is known of them now. Raises CaseRefused."""
        self._store.records.write([patch("expert", expert.id, _told(expert))])

    def _scope(self) -> str:
        return scope_name(ScopeKind.COMMUNITY, self._store.account.user.community_id)

    def _mediating(self) -> frozenset[str]:
        today = local_day(self._clock.now()).isoformat()
        rows = self._store.reading.rows("assignment")
        return frozenset(
            str(row.get("staff_id"))
            for row in rows
            if row.get("post") in _HANDLE
            and str(row.get("valid_from") or "") <= today <= str(row.get("valid_to") or "9999")
        )


def _expert(row: Record) -> ExpertLine:
    return ExpertLine(
        row.id,
        str(row.get("name") or ""),
        str(row.get("unit") or ""),
        str(row.get("phone") or ""),
        tuple(row.get("fields") or ()),
        tuple(row.get("languages") or ()),
        str(row.get("staff_id") or ""),
        str(row.get("note") or ""),
    )


def _told(expert: ExpertLine) -> dict[str, Any]:
    flaws = []
    if not expert.name.strip():
        flaws.append(Flaw("name", N_("Write the name.")))
    if not expert.fields:
        flaws.append(Flaw("fields", N_("Choose at least one field.")))
    if flaws:
        raise CaseRefused(flaws)
    told = {
        "name": expert.name.strip(),
        "unit": expert.unit.strip(),
        "phone": expert.phone.strip(),
        "fields": sorted(expert.fields),
        "languages": sorted({one.strip() for one in expert.languages if one.strip()}),
        "staff_id": expert.staff_id,
        "note": expert.note.strip(),
    }
    return {name: value or None for name, value in told.items()}
