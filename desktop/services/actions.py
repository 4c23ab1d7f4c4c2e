"""A file of actions, one JSON object a line, through the same services as the screens.

A line that cannot be done changes nothing and stops none of the others.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from desktop.services.action_call import ActionCall, BadLine
from desktop.services.campaigns import Campaigns
from desktop.services.conflicts import Conflicts
from desktop.services.edits import Edits
from desktop.services.notes import MediationForm, Notes
from desktop.services.references import References, is_reference
from desktop.services.visits import VisitForm, Visits
from sync.errors import DoorstepError, NotFound, SeveralMatches
from sync.i18n import N_, _
from sync.schema.policy import Kind, ScopeKind
from sync.schema.registry import ENTITIES, scope_name
from sync.schema.values import spec_of
from sync.store.record import Record
from sync.store.records import create
from sync.store.store import Store


@dataclass(frozen=True)
class LineResult:
    """What became of one line, counted from 1. ``id`` is the record that it wrote."""

    line: int
    ok: bool
    do: str = ""
    id: str = ""
    code: str = ""
    message: str = ""

    def document(self) -> dict[str, Any]:
        """The result as ``apply`` prints it."""
        told: dict[str, Any] = {"line": self.line, "ok": self.ok, "do": self.do}
        return told | ({"id": self.id} if self.ok else {"code": self.code, "error": self.message})


class RoomUnknown(DoorstepError):
    """The other party looks like a room, and no household here lives there: a slip of the
    finger, perhaps, or a name like one."""

    code = "mediation.room"
    message = N_("Nobody here lives at {room}. Correct it, or tell it as a name: --with-name.")


class Actions:
    """Does lines of ``doorstep apply``: visit, edit, create, note, mediation, answer, matter,
    step, unit, resolve."""

    def __init__(
        self,
        store: Store,
        references: References,
        visits: Visits,
        notes: Notes,
        edits: Edits,
        campaigns: Campaigns,
        conflicts: Conflicts,
    ) -> None:
        self._store = store
        self._references = references
        self._visits = visits
        self._notes = notes
        self._edits = edits
        self._campaigns = campaigns
        self._conflicts = conflicts
        self._does: dict[str, Callable[[ActionCall], str]] = {
            "visit": self._visit,
            "edit": self._edit,
            "create": self._create,
            "note": self._note,
            "mediation": self._mediation,
            "answer": self._answer,
            "resolve": self._resolve,
        }

    def learn(self, does: Mapping[str, Callable[[ActionCall], str]]) -> None:
        """Do these things, too."""
        self._does.update(does)

    def apply(self, lines: Iterable[str]) -> Iterator[LineResult]:
        """Do each line as it is read, and tell what became of it. Empty lines are skipped."""
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield self._line(number, line)

    def _line(self, number: int, line: str) -> LineResult:
        do = ""
        try:
            call = _parsed(line)
            do = call.text("do")
            if do not in self._does:
                choices = ", ".join(self._does)
                raise BadLine(what=_("do must be one of {choices}").format(choices=choices))
            return LineResult(number, True, do, id=self._does[do](call))
        except DoorstepError as error:
            return LineResult(number, False, do, code=error.code, message=error.sentence())

    def _visit(self, call: ActionCall) -> str:
        household = self._references.household(_ref(call))
        form = VisitForm(
            result=call.text("result"),
            method=call.text("method", "home"),
            purposes=call.words("purposes"),
            condition=call.text("condition", ""),
            note=call.text("note", ""),
            needs=call.words("needs"),
            hazards=call.words("hazards"),
            changes=call.words("changes"),
            companions=call.words("companions"),
            went_with=call.text("went_with", ""),
            left_behind=call.words("left_behind"),
            pressure=call.text("pressure", ""),
            promise=call.text("promise", ""),
            promise_by=call.text("promise_by", ""),
            next_appointment=call.text("next_appointment", ""),
            planned_for=call.text("planned_for", ""),
        )
        return self._visits.record(household, form).visit_id

    def _edit(self, call: ActionCall) -> str:
        found = self._references.any(_ref(call))
        self._edits.change(found, call.fields("set"))
        return found.record.id

    def _note(self, call: ActionCall) -> str:
        return self._notes.write(self._references.household(_ref(call)), call.text("text"))

    def _mediation(self, call: ActionCall) -> str:
        household = self._references.household(_ref(call))
        form = mediation_form(
            self._references,
            call.text("with", call.given.get("with_name")),
            is_name="with_name" in call.given,
            what=call.text("what"),
            result=call.text("result"),
            dispute=call.text("dispute", ""),
            done=call.given.get("done") is True,
        )
        return self._notes.mediate(household, form)

    def _answer(self, call: ActionCall) -> str:
        """A campaign's sheet: ``answers`` by question, ``way`` met, met_family, phone, no_visit."""
        household = self._references.household(_ref(call))
        campaign, way = call.text("campaign"), call.text("way")
        saved = self._campaigns.answer(campaign, household.id, call.fields("answers"), way)
        return saved.sheet_id

    def _resolve(self, call: ActionCall) -> str:
        conflict_id = call.text("id")
        self._conflicts.take(conflict_id, call.text("take"), call.text("field", ""))
        return conflict_id

    def _create(self, call: ActionCall) -> str:
        """A new resident, household or dwelling, in the grid of what it belongs to."""
        type_ = call.text("type")
        if type_ not in ENTITIES or ENTITIES[type_].scope_kind is not ScopeKind.GRID:
            raise BadLine(what=_("type must be dwelling, household, person or residency"))
        if ENTITIES[type_].append_only or type_ == "conflict":
            raise BadLine(what=_("type must be dwelling, household, person or residency"))
        fields = dict(call.fields("set"))
        scope = self._home_of(type_, fields, call.text("grid", ""))
        return self._store.records.write([create(type_, fields, scope_id=scope)]).row_ids[0]

    def _home_of(self, type_: str, fields: dict[str, Any], grid: str) -> str:
        """The scope of a new row; a reference to another row may be a room, as everywhere."""
        for name in ("household_id", "dwelling_id"):
            if fields.get(name) and spec_of(type_, name).kind is Kind.REF:
                found = self._references.any(str(fields[name])).record
                fields[name] = _linked(found, name)
                return found.scope_id
        grids = [grid] if grid else self._store.account.user.grid_ids
        if len(grids) != 1:
            raise BadLine(what="grid?")
        return scope_name(ScopeKind.GRID, grids[0])


def mediation_form(
    references: References,
    other: str,
    *,
    what: str,
    result: str,
    dispute: str = "",
    done: bool = False,
    is_name: bool = False,
) -> MediationForm:
    """The form with its second party: a household of the ledger, or a name as it was told.

    Raises :class:`RoomUnknown` for what looks like a room at which nobody lives, unless
    ``is_name``; SeveralMatches.
    """
    party = {"other_party": other}
    if not is_name:
        try:
            party = {"other_household_id": references.household(other).id}
        except SeveralMatches:
            raise
        except NotFound:
            if is_reference(other):
                raise RoomUnknown(room=other) from None
    return MediationForm(**party, dispute=dispute, what=what, result=result, done=done)


def _parsed(line: str) -> ActionCall:
    try:
        given = json.loads(line)
    except ValueError:
        raise BadLine(what=_("it is no JSON")) from None
    if not isinstance(given, dict):
        raise BadLine(what=_("it is no JSON object"))
    return ActionCall(given)


def _linked(found: Record, name: str) -> str:
    """The id that ``name`` shall hold, where ``found`` is that row or one that names it too."""
    return found.id if name == f"{found.type}_id" else str(found.get(name, ""))


def _ref(call: ActionCall) -> str:
    return call.text("ref", call.given.get("household") or call.given.get("person"))
