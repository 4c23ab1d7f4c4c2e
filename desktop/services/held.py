"""What the server keeps aside for this community: how old, whose, why, and what a person makes
of it. The entry itself stays where it is; a verdict is written beside it, and can be taken back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from desktop.services.changes import NEVER_SEEN
from desktop.services.names import words
from desktop.services.outbox import held_reason, kind_words
from desktop.services.workplace import Workplace
from sync.i18n import _
from sync.identity import stamp
from sync.schema.policy import ScopeKind
from sync.schema.registry import ENTITIES, scope_name
from sync.schema.values import same
from sync.store.record import Record, Saw
from sync.store.records import Edit, append, create, delete, patch
from sync.wire.messages import HeldItem

OPEN, TAKEN, LEFT = "open", "taken", "left"
_KINDS: Final = (ScopeKind.GRID.value, ScopeKind.DESK.value)
"""Families of scopes whose entries can be taken over here: what a desk may write."""


@dataclass(frozen=True)
class HeldLine:
    """One entry, in a clerk's words. ``said`` are labels and values as lists show them: masked.

    ``stands`` is what other value stands under a label now, by the reading that ``saw`` keeps for
    taking the entry over; without a row here there is none.

    ``can_take``: it can be written anew here, in the name of whoever does so.
    """

    op_id: str
    kind: str
    room: str
    author: str
    at: str
    age_s: int
    reason: str
    said: tuple[tuple[str, str], ...] = field(repr=False)
    can_take: bool
    household_id: str
    item: HeldItem = field(repr=False)
    stands: Mapping[str, str] = field(default_factory=dict, repr=False)
    saw: Saw | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Made:
    """A verdict that was just given, for undoing it: what was written, and what stood before.

    ``can_undo``: an entry that is never changed stays written, and nobody is told otherwise.
    """

    op_id: str
    undo: tuple[Edit, ...] = field(default=(), repr=False)
    can_undo: bool = True


class Held:
    """The entries that wait for a person. Reading them asks the server; deciding does not."""

    def __init__(self, place: Workplace) -> None:
        self._store = place.store
        self._clock = place.clock
        self._names = place.names
        self._sight = place.sight
        self._syncing = place.syncing

    def fetch(self) -> list[HeldItem]:
        """Everything kept aside that this person may see. Raises a NetworkError."""
        return self._syncing.held()

    def lines(self, items: list[HeldItem]) -> list[HeldLine]:
        """Those that nobody decided about, the oldest first."""
        decided = self._verdicts()
        waiting = (item for item in items if decided.get(item.op_id, OPEN) == OPEN)
        return sorted(map(self._line, waiting), key=lambda line: -line.age_s)

    def _verdicts(self) -> Mapping[str, str]:
        rows = self._store.reading.rows("held_verdict")
        ordered = sorted(rows, key=lambda row: (str(row.get("at") or ""), row.id))
        return {str(row.get("op_id")): str(row.get("verdict")) for row in ordered}

    def _line(self, item: HeldItem) -> HeldLine:
        household_id = self._household_of(item)
        saw = self._store.reading.saw([(item.type, item.id)]).get((item.type, item.id))
        stands = self._stands(item, saw.shown) if saw else {}
        return HeldLine(
            op_id=item.op_id,
            kind=kind_words(item.type),
            room=self._names.room(household_id),
            author=self._names.staff(item.author),
            at=item.at,
            age_s=item.age_s,
            reason=held_reason(item.code),
            said=tuple(self._said(item, stands)),
            can_take=self._scope_for(item, household_id) != "",
            household_id=household_id,
            item=item,
            stands=stands,
            saw=saw,
        )

    def _said(self, item: HeldItem, stands: Mapping[str, str]) -> list[tuple[str, str]]:
        """What was written, field by field; one that was emptied counts where something stands."""
        told = []
        for name, value in _values(item).items():
            label = _label(item, name)
            if label and (value not in (None, "", []) or label in stands):
                told.append((label, words(name, self._sight.value(name, value))))
        return told

    def _stands(self, item: HeldItem, shown: Mapping[str, Any]) -> dict[str, str]:
        """What stands now where something else was written, by label."""
        return {
            label: words(name, self._sight.value(name, shown.get(name)))
            for name, value in _values(item).items()
            if (label := _label(item, name)) and not same(shown.get(name), value)
        }

    def _household_of(self, item: HeldItem) -> str:
        if item.type == "household":
            return item.id
        named = str(_values(item).get("household_id") or "")
        row = None
        if not named and item.type in ENTITIES:
            row = self._store.reading.find(item.type, item.id)
        return named or (str(row.get("household_id") or "") if row else "")

    def _scope_for(self, item: HeldItem, household_id: str) -> str:
        """Where it would be written now; empty where it cannot be."""
        if item.type not in ENTITIES or item.scope.partition(":")[0] not in _KINDS:
            return ""
        if not _values(item):
            return ""
        home = self._store.reading.find("household", household_id) if household_id else None
        if home is not None:
            return home.scope_id
        row = self._store.reading.find(item.type, item.id)
        return row.scope_id if row else ""

    # --- Deciding ---------------------------------------------------------------------------------

    def take(self, line: HeldLine) -> Made:
        """Write it anew, where it belongs now: over what ``line`` shows to stand there, so that
        a value which came since becomes a question and is not lost. An entry that is never
        changed and is here already needs the verdict alone.

        Raises whatever saving raises, such as ValueRefused: then it still waits.
        """
        item, values = line.item, _values(line.item)
        row = self._store.reading.find(item.type, item.id)
        is_final = ENTITIES[item.type].append_only
        edits: list[Edit] = []
        back: tuple[Edit, ...] = ()
        if row is None:
            scope = self._scope_for(item, line.household_id)
            make = append if is_final else create
            edits = [make(item.type, values, scope_id=scope, row_id=item.id)]
            back = () if is_final else (delete(item.type, item.id),)
        elif not is_final:
            edits = [patch(item.type, item.id, values, saw=line.saw or NEVER_SEEN)]
            back = (_taken_back(row, values, line.saw or NEVER_SEEN),)
        self._store.records.write([*edits, self._verdict(item.op_id, TAKEN)])
        return Made(item.op_id, back, can_undo=not (edits and is_final))

    def leave(self, line: HeldLine) -> Made:
        """It is not wanted: it stays with the server, and is asked about no more."""
        self._store.records.write([self._verdict(line.op_id, LEFT)])
        return Made(line.op_id)

    def undo(self, made: Made) -> None:
        """It waits again; what was written with the verdict is as it was."""
        self._store.records.write([*made.undo, self._verdict(made.op_id, OPEN)])

    def _verdict(self, op_id: str, verdict: str) -> Edit:
        user = self._store.account.user
        body = {
            "op_id": op_id,
            "verdict": verdict,
            "staff_id": user.staff_id,
            "at": stamp(self._clock.now()),
        }
        scope = scope_name(ScopeKind.DESK, user.community_id)
        return append("held_verdict", body, scope_id=scope)


def _taken_back(row: Record, values: Mapping[str, Any], saw: Saw) -> Edit:
    """What stood before, by somebody who saw no other value than the one taken over: one that came
    since stays, and only one's own is withdrawn."""
    seen = Saw(saw.seen, saw.server, {**saw.shown, **values})
    return patch(row.type, row.id, {name: row.get(name) for name in values}, saw=seen)


def _label(item: HeldItem, name: str) -> str:
    """What people call a field; empty for one that is no field of theirs."""
    entity = ENTITIES.get(item.type)
    spec = entity.fields.get(name) if entity else None
    return _(spec.label) if spec is not None and not name.endswith("_id") else ""


def _values(item: HeldItem) -> dict[str, Any]:
    """The new value of each field: what travels are pairs of the base and the new one."""
    return {
        name: pair[1]
        for name, pair in item.f.items()
        if isinstance(pair, list | tuple) and len(pair) == 2
    }
