"""What people do with matters: report, take up, hand on, call departments, answer, close.

Each step is one transaction: the stage, what goes with it and an entry that tells who and why.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from desktop.services.matter_forms import (
    Answer,
    AnswerWanted,
    DayWanted,
    NewMatter,
    NotYourStep,
    OwnerWanted,
    ReasonWanted,
    ResultWanted,
    Step,
    StepNotPossible,
    UnitsWanted,
    WordsWanted,
)
from desktop.services.taken import Taken, take_back, taken_from
from sync.errors import NotFound
from sync.i18n import _
from sync.identity import Clock, local_day, stamp
from sync.rules.matter_rights import is_outside, line_of, may_tell
from sync.rules.matter_steps import is_possible, may_take, way_of
from sync.schema import codes
from sync.schema.policy import ScopeKind
from sync.schema.registry import scope_name
from sync.store.record import Record
from sync.store.records import Edit, append, create, patch
from sync.store.store import Store

_REASONED: Final = frozenset({"send_back", "hand_over", "hold", "extend", "redo", "cancel", "call"})
"""Steps that say why."""

_DATED: Final = {"hold": "review_on", "extend": "extended_to", "whistle": "deadline"}
"""Steps that name a day, and the field that keeps it."""

TAKEN_BACK: Final = frozenset({"finish", "check"})
"""Steps that whoever took them may take back as long as nobody has gone on."""

_ANSWERED: Final = ("checked_in_at", "arrived_at", "opinion", "finished_at", "rating")
"""What is told of a department, one after the other."""


class MatterWork:
    """The steps of one profile's user."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    @property
    def _posts(self) -> frozenset[str]:
        return frozenset(self._store.account.user.posts)

    # --- Reporting --------------------------------------------------------------------------------

    def report(self, told: NewMatter) -> str:
        """Write a matter down; its id is returned. Raises :class:`WordsWanted`,
        :class:`AnswerWanted`, NotFound and whatever saving raises."""
        if not told.text.strip():
            raise WordsWanted
        if told.answer is not None and not told.answer.is_whole:
            raise AnswerWanted
        scope, row_id = self._scope_of(told), self._store.minter.new_id()
        now = stamp(self._clock.now())
        body = {
            "household_id": told.household_id,
            "category": told.category,
            "urgency": told.urgency,
            "source": told.source,
            "title": told.title.strip(),
            "text": told.text.strip(),
            "place": told.place.strip(),
            "reporter": told.reporter.strip(),
            "lines": list(told.lines),
            "disposition": told.disposition,
            "staff_id": self._store.account.user.staff_id,
            "reported_at": now,
            "stage": "reported",
        }
        if told.answer is None:
            edits = [create("matter", body, scope_id=scope, row_id=row_id)]
        else:
            alone = body | {
                "stage": "draft",
                "disposition": "self",
                "result_text": told.text.strip(),
            }
            closed = self._answered(told.answer) | {"stage": "closed", "resolved": True}
            edits = [
                create("matter", alone, scope_id=scope, row_id=row_id),
                patch("matter", row_id, closed),
            ]
        self._store.records.write(edits)
        return row_id

    def _scope_of(self, told: NewMatter) -> str:
        if told.household_id:
            home = self._store.reading.find("household", told.household_id)
            if home is None:
                raise NotFound(what=told.household_id)
            return home.scope_id
        grids = [told.grid_id] if told.grid_id else list(self._store.account.user.grid_ids)
        held = [state.scope_id for state in self._store.reading.scopes()]
        known = [name for name in held if name.startswith(scope_name(ScopeKind.GRID, ""))]
        wanted = [scope_name(ScopeKind.GRID, grid) for grid in grids]
        found = next((name for name in (*wanted, *known) if name in held), "")
        if not found:
            raise NotFound(what=told.grid_id)
        return found

    # --- Steps ------------------------------------------------------------------------------------

    def take(self, matter_id: str, step: Step) -> None:
        """Take one step. Raises :class:`StepNotPossible`, :class:`NotYourStep`, or what it
        lacks."""
        self.take_all([matter_id], step)

    def take_all(self, matter_ids: Sequence[str], step: Step) -> None:
        """The same of several matters, all or none."""
        self._store.records.write(self.edits(matter_ids, step))

    def edits(self, matter_ids: Sequence[str], step: Step) -> list[Edit]:
        """What taking this step with each of them writes. Raises what :meth:`take` does."""
        return [one for key in matter_ids for one in self._edits(self.find(key), step)]

    def find(self, matter_id: str) -> Record:
        """A matter. Raises :class:`NotFound`."""
        found = self._store.reading.find("matter", matter_id)
        if found is None:
            raise NotFound(what=matter_id)
        return found

    def give_back(self, before: Sequence[Record], given: Step) -> tuple[int, int]:
        """Undo an assignment, which is told in the loop: whoever had these before has them again.
        How many, and how many stay because the new owner or somebody else has gone on with them."""
        back = [row for row in before if self._is_as_given(row, given)]
        names = ("owner", "owner_id", "disposition")
        edits = [patch("matter", row.id, {name: row.get(name) for name in names}) for row in back]
        self._store.records.write([*edits, *(self._undone(row, given) for row in back)])
        return len(back), len(before) - len(back)

    def take_back(self, before: Sequence[Record], taken: Step) -> tuple[int, int]:
        """Undo one of :data:`TAKEN_BACK`, which is told in the loop. How many, and how many stay
        because somebody has gone on with them."""
        back = 0
        for row in before:
            stage = way_of(taken.kind, str(row.get("stage")))[-1]
            step = taken_from(row, self._fields(row, taken) | {"stage": stage})
            back += take_back(self._store, step, [self._undone(row, taken)])
        return back, len(before) - back

    def _undone(self, row: Record, taken: Step) -> Edit:
        words = _("Undone right away: {step}").format(step=_(codes.MATTER_STEP[taken.kind]))
        return self.entry(row, Step("note", text=words))

    def _is_as_given(self, before: Record, given: Step) -> bool:
        now, stage = self._store.reading.find("matter", before.id), str(before.get("stage"))
        stands = (way_of(given.kind, stage) or (stage,))[-1]
        return (
            now is not None
            and now.get("stage") == stands
            and (now.get("owner_id") or "", now.get("owner") or "")
            == (given.owner_id or "", given.owner or "")
        )

    def _edits(self, row: Record, step: Step) -> list[Edit]:
        if not may_take(step.kind, self._posts):
            raise NotYourStep
        if not is_possible(step.kind, row.fields):
            raise StepNotPossible
        self._check(step)
        if step.kind == "finish" and not (step.text.strip() or row.get("result_text")):
            raise ResultWanted
        if is_outside(self._posts):
            return self._answer_call(row, step)
        fields = self._fields(row, step)
        stages = way_of(step.kind, str(row.get("stage")))
        edits = [patch("matter", row.id, fields | {"stage": stages[0]} if stages else fields)]
        edits += [patch("matter", row.id, {"stage": stage}) for stage in stages[1:]]
        if step.kind == "close":
            edits += self._end_twins(row)
        if step.kind in ("call", "whistle"):
            edits += self._whistle(row, step)
        return [*(edit for edit in edits if edit.fields), self.entry(row, step)]

    def _check(self, step: Step) -> None:
        if step.kind in _REASONED and not step.text.strip():
            raise ReasonWanted
        if step.kind in _DATED and not self._is_ahead(step.until):
            raise DayWanted
        if step.kind == "assign" and not (step.owner_id or step.owner.strip()):
            raise OwnerWanted
        if step.kind in ("call", "whistle") and not step.units:
            raise UnitsWanted
        if step.kind == "close" and not (step.answer and step.answer.is_whole):
            raise AnswerWanted
        if step.kind == "merge" and not step.same_as:
            raise StepNotPossible

    def _is_ahead(self, day: str) -> bool:
        try:
            return date.fromisoformat(day) >= local_day(self._clock.now())
        except ValueError:
            return False

    def _fields(self, row: Record, step: Step) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        match step.kind:
            case "assign":
                fields = {"owner": step.owner, "owner_id": step.owner_id}
                fields["disposition"] = "self" if step.owner_id else "joint"
            case "hand_over":
                fields = {"owner": step.owner, "owner_id": None, "disposition": "upward"}
            case "finish":
                fields = {"result_text": step.text.strip() or row.get("result_text")}
            case "close" if step.answer is not None:
                fields = self._answered(step.answer) | {"resolved": True}
            case "merge":
                fields = {"duplicate_of": self._other(row, step.same_as).id}
            case "part":
                fields = {"duplicate_of": None}
        if step.kind in _DATED:
            fields[_DATED[step.kind]] = step.until
        return fields

    def _other(self, row: Record, matter_id: str) -> Record:
        """The matter that this one is the same as: open, and itself no other's twin."""
        other = self.find(matter_id)
        if (
            other.id == row.id
            or other.get("duplicate_of")
            or not is_possible("merge", other.fields)
        ):
            raise StepNotPossible
        return other

    def _end_twins(self, row: Record) -> list[Edit]:
        """Those that are the same as this one are over with it."""
        twins = self._store.reading.rows("matter", where={"duplicate_of": row.id})
        return [
            patch("matter", twin.id, {"stage": "void"})
            for twin in twins
            if is_possible("cancel", {"stage": twin.get("stage")})
        ]

    def _answered(self, answer: Answer) -> dict[str, Any]:
        return {
            "feedback_to": answer.to.strip(),
            "feedback_by": answer.by,
            "feedback_text": answer.text.strip(),
            "feedback_at": stamp(self._clock.now()),
            "satisfaction": answer.satisfaction,
        }

    def entry(self, row: Record, step: Step) -> Edit:
        """Who did it, when and why: written once."""
        return append(
            "matter_step",
            {
                "matter_id": row.id,
                "household_id": row.get("household_id"),
                "kind": step.kind,
                "at": stamp(self._clock.now()),
                "staff_id": self._store.account.user.staff_id,
                "unit": step.owner or self._name_of(step.owner_id) or ", ".join(step.units),
                "until": step.until or None,
                "text": step.answer.text.strip() if step.answer else step.text.strip(),
            },
            scope_id=row.scope_id,
        )

    def _name_of(self, staff_id: str) -> str:
        """What a colleague is called whom a step gives the matter to."""
        found = self._store.reading.find("staff", staff_id) if staff_id else None
        return str(found.get("name") or "") if found else ""

    # --- Departments ------------------------------------------------------------------------------

    def _whistle(self, row: Record, step: Step) -> list[Edit]:
        """A call waits for the street's whistle; a whistle follows it, or comes at once."""
        waiting = self._waiting_calls(row)
        now, me = stamp(self._clock.now()), self._store.account.user.staff_id
        whistle_id = waiting[0].id if waiting else self._store.minter.new_id()
        edits: list[Edit] = []
        if not waiting:
            called = {
                "matter_id": row.id,
                "household_id": row.get("household_id"),
                "called_by": me,
                "called_at": now,
                "reason": step.text.strip(),
                "units": list(step.units),
            }
            edits.append(create("whistle", called, scope_id=row.scope_id, row_id=whistle_id))
        if step.kind == "call":
            return edits
        whistled = {"whistled_by": step.owner or me, "whistled_at": now, "deadline": step.until}
        edits.append(patch("whistle", whistle_id, whistled | {"units": list(step.units)}))
        for unit in dict.fromkeys(step.units):
            one = {
                "whistle_id": whistle_id,
                "matter_id": row.id,
                "household_id": row.get("household_id"),
                "unit": unit,
                "deadline": step.until,
            }
            line_id = line_of(whistle_id, unit)
            edits.append(create("whistle_unit", one, scope_id=row.scope_id, row_id=line_id))
        return edits

    def _waiting_calls(self, row: Record) -> list[Record]:
        calls = self._store.reading.rows("whistle", where={"matter_id": row.id})
        return [one for one in calls if not one.get("whistled_at") and not one.get("dropped")]

    def _answer_call(self, row: Record, step: Step) -> list[Edit]:
        """The street whistles on the call that was brought to it; the server does what follows."""
        waiting = self._waiting_calls(row)
        if step.kind != "whistle" or not waiting:
            raise StepNotPossible
        whistled: dict[str, Any] = {
            "whistled_by": step.owner or self._store.account.user.staff_id,
            "whistled_at": stamp(self._clock.now()),
            "deadline": step.until,
            "units": list(step.units),
        }
        if step.text.strip():
            whistled["reason"] = step.text.strip()
        return [patch("whistle", waiting[0].id, whistled)]

    def tell_unit(self, unit_id: str, event: str, words: str = "", rating: int = 0) -> Taken:
        """A department ``checked_in``, ``arrived``, gave its ``opinion``, ``finished``, or is
        ``rated``. Raises :class:`NotFound` or :class:`NotYourStep`."""
        if not may_tell(event, self._posts):
            raise NotYourStep
        unit = self._store.reading.find("whistle_unit", unit_id)
        if unit is None:
            raise NotFound(what=unit_id)
        now = stamp(self._clock.now())
        told: dict[str, dict[str, Any]] = {
            "checked_in": {"checked_in_at": now, "checked_in_by": words.strip()},
            "arrived": {"arrived_at": now},
            "opinion": {"opinion": words.strip()},
            "finished": {"finished_at": now} | ({"opinion": words.strip()} if words else {}),
            "rated": {"rating": rating or None},
        }
        self._store.records.write([patch("whistle_unit", unit_id, told[event])])
        return taken_from(unit, told[event])

    def untell_unit(self, told: Taken) -> bool:
        """Take back what was told of a department; whether it was. What was told of it since
        stays, with what that followed."""
        unit = self._store.reading.find("whistle_unit", told.row_id)
        later = _ANSWERED[max(_ANSWERED.index(name) for name in told.after if name in _ANSWERED) :]
        if unit is None or any(unit.get(name) for name in later[1:]):
            return False
        return take_back(self._store, told)
