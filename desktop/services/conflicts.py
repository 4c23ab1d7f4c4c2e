"""Disagreements: what each side says, and settling them. People decide; nothing is dropped."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as kept
from typing import Any, Final

from desktop.services.names import Names
from desktop.services.privacy import PHONE_FIELDS
from sync.errors import DoorstepError, FieldUnknown, NotFound, NothingToResolve, ValueRefused
from sync.i18n import N_, _
from sync.rules.phone import read_phones
from sync.schema.policy import WHOLE_ROW, Kind
from sync.schema.registry import ENTITIES
from sync.store.record import Record, Saw
from sync.store.records import Edit, patch, resolve
from sync.store.store import Store

__all__ = [
    "CannotKeepBoth",
    "Conflicts",
    "Decision",
    "Disagreement",
    "Saw",
    "Settled",
    "SeveralOthers",
    "Side",
    "choice",
]

NAMED_CHOICES: Final = frozenset({"mine", "theirs", "both"})
JOIN: Final = "、"
"""Between two values of which both are kept: phones, and short texts."""

KEEP: Final = "keep"
REMOVE: Final = "delete"
"""What settles a disagreement about a whole row."""

DUP: Final = "dup"
"""The kind of the question whether two records are of one person."""
SAME: Final = "same"
TWO: Final = "two"


class CannotKeepBoth(DoorstepError):
    """A code or a day has room for one value."""

    code = "conflict.one_value"
    message = N_("This field holds one value only. Take mine or theirs, or write your own.")


class SeveralOthers(DoorstepError):
    """More than one other value: "theirs" does not say which."""

    code = "conflict.several"
    message = N_("Several people wrote something else. Write the value that is right.")


@dataclass(frozen=True)
class Side:
    """One value, who wrote it, on which device, and when (a stamp)."""

    value: Any
    author: str
    device: str
    at: str
    mine: bool


@dataclass(frozen=True)
class Disagreement:
    """One conflict, from the point of view of whoever looks: mine, theirs, and what was before.

    ``mine`` is the value this person stands by, if any; ``theirs`` all others, the server's
    first. ``joined`` is what keeping both would save, or ``None`` where only one value fits.
    """

    id: str
    type: str
    record_id: str
    root_id: str
    field: str
    label: str
    kind: str
    base: Any
    current: Any
    mine: Side | None
    theirs: tuple[Side, ...]
    joined: Any
    status: str
    value: Any = None
    decided_by: str = ""
    seen: tuple[str, int] = kept(default=("", 0), compare=False)

    @property
    def saw(self) -> Saw:
        """What whoever decides about it now has before their eyes."""
        return Saw(self.seen, shown={"status": self.status, "current": self.current})


@dataclass(frozen=True)
class Decision:
    """What a person chose, and what they saw of the disagreement when they did."""

    conflict_id: str
    value: Any = kept(repr=False)
    saw: Saw = kept(repr=False)


@dataclass(frozen=True)
class Settled:
    """A disagreement that was just settled here, for undoing it."""

    about: Disagreement = kept(repr=False)
    value: Any = kept(repr=False)


class Conflicts:
    """Open disagreements on this computer, and settling them."""

    def __init__(self, store: Store, names: Names) -> None:
        self._store = store
        self._names = names

    def waiting(self) -> list[Disagreement]:
        """The open ones, newest first."""
        return self._all(open_only=True)

    def all(self) -> list[Disagreement]:
        """Settled ones too."""
        return self._all(open_only=False)

    def one(self, conflict_id: str) -> Disagreement:
        """Raises :class:`NotFound`."""
        seen = self._store.reading.seen()
        row = self._store.reading.find("conflict", conflict_id)
        if row is None:
            raise NotFound(what=conflict_id)
        return self._seen(row, seen)

    def _all(self, *, open_only: bool) -> list[Disagreement]:
        # First how far this computer is: what a sync brings in between was not seen yet.
        seen = self._store.reading.seen()
        rows = self._store.reading.conflicts(open_only=open_only)
        return [self._seen(row, seen) for row in rows]

    def document(self, seen: Disagreement) -> dict[str, Any]:
        """The disagreement as scripts read it, values in full: record that it was shown."""
        room = self._room(seen)
        sides = [seen.mine, *seen.theirs] if seen.mine else list(seen.theirs)
        return {
            "id": seen.id,
            "ref": room or seen.record_id,
            "record": seen.record_id,
            "household": seen.root_id,
            "type": seen.type,
            "field": seen.field,
            "kind": seen.kind,
            "base": seen.base,
            "current": seen.current,
            "candidates": [
                {
                    "value": side.value,
                    "author": side.author,
                    "device": side.device,
                    "at": side.at,
                    "mine": side.mine,
                }
                for side in sides
            ],
            "status": seen.status,
            "value": seen.value,
            "decided_by": seen.decided_by,
        }

    def _room(self, seen: Disagreement) -> str:
        """The door that a disagreement is about, where it is on this computer."""
        if seen.type != "dwelling":
            return self._names.room(seen.root_id)
        dwelling = self._store.reading.find("dwelling", seen.record_id)
        return str(dwelling.get("room", "")) if dwelling else ""

    def settle(self, seen: Disagreement, value: Any) -> Settled:
        """Decide: the field becomes ``value`` for everyone. Raises :class:`NothingToResolve`."""
        if seen.status != "open":
            raise NothingToResolve
        self._store.records.write([resolve(seen.id, value, saw=seen.saw)])
        return Settled(seen, value)

    def settle_all(self, decisions: Iterable[Decision]) -> list[Settled]:
        """Save several decisions in one transaction; those that were still open.

        Raises ValueRefused for a value that its field cannot hold; then none was saved.
        """
        edits, settled = [], []
        for made in decisions:
            about = self.one(made.conflict_id)
            if about.status == "open":
                edits.append(resolve(about.id, made.value, saw=made.saw))
                # Undoing goes back to what was on the screen.
                current = made.saw.shown.get("current")
                about = replace(about, current=current, seen=made.saw.seen)
                settled.append(Settled(about, made.value))
        self._store.records.write(edits)
        return settled

    def take(self, conflict_id: str, which: str, field: str = "") -> Any:
        """Settle by ``mine``, ``theirs`` or ``both``; any other text is one's own words.

        ``field``, where given, must be the one that the conflict is about.
        """
        seen = self.one(conflict_id)
        if field and field != seen.field:
            raise FieldUnknown(field=field, known=seen.field)
        value = choice(seen, which)
        if which not in NAMED_CHOICES and seen.field in PHONE_FIELDS and read_phones(which).refused:
            # A misspelt "mine" must not become everybody's phone number.
            raise ValueRefused(field=_(seen.label), what=_(N_("this is no phone number")))
        self.settle(seen, value)
        return value

    def undo(self, settled: Settled) -> None:
        """Put the value back that stood before the decision, as a new edit.

        A record that was to be removed comes back with the edits that waited; one that was kept
        stays. What somebody else wrote since is not touched.
        """
        self.undo_all([settled])

    def undo_all(self, settled: Iterable[Settled]) -> None:
        """Undo several decisions."""
        self._store.records.write(edit for one in settled for edit in _undoing(one))

    def _seen(self, row: Record, seen: Mapping[str, tuple[str, int]]) -> Disagreement:
        fields = row.fields
        me = self._store.account.client_id
        standing = [self._asserted(entry, fields, me) for entry in fields.get("current_by") or [{}]]
        others = [self._candidate(entry, me) for entry in fields.get("candidates") or []]
        sides = standing[:1] + others
        if any(side.mine for side in standing):
            sides[0] = next(side for side in standing if side.mine)
        mine = next((side for side in sides if side.mine), None)
        type_, name = str(fields.get("target_type", "")), str(fields.get("field", ""))
        spec = ENTITIES[type_].fields.get(name)
        return Disagreement(
            id=row.id,
            type=type_,
            record_id=str(fields.get("target_id", "")),
            root_id=str(fields.get("target_root", "")),
            field=name,
            label=spec.label if spec else name,
            kind=str(fields.get("kind", "value")),
            base=fields.get("base"),
            current=fields.get("current"),
            mine=mine,
            theirs=tuple(side for side in sides if side is not mine),
            joined=_joined(spec.kind if spec else Kind.JSON, mine, sides),
            status=str(fields.get("status", "open")),
            value=fields.get("value"),
            decided_by=self._names.staff(str(fields.get("decided_by", ""))),
            seen=seen.get(row.scope_id, ("", 0)),
        )

    def _asserted(self, entry: Mapping[str, str], fields: Mapping[str, Any], me: str) -> Side:
        return Side(
            value=fields.get("current"),
            author=self._names.staff(entry.get("author", "")),
            device=entry.get("device", ""),
            at=entry.get("at", ""),
            mine=bool(entry) and entry.get("client") == me,
        )

    def _candidate(self, entry: Mapping[str, Any], me: str) -> Side:
        return Side(
            value=entry.get("value"),
            author=self._names.staff(str(entry.get("author", ""))),
            device=str(entry.get("device", "")),
            at=str(entry.get("at", "")),
            mine=entry.get("client") == me,
        )


def _undoing(settled: Settled) -> list[Edit]:
    """The edits that take a decision back, made by somebody who saw what it was about."""
    about = settled.about
    if about.field != WHOLE_ROW:
        before = {about.field: about.current}
        saw = Saw(about.seen, server=before, shown={about.field: settled.value})
        return [patch(about.type, about.record_id, before, saw=saw)]
    decided = Saw(about.seen, shown={"status": "settled", "current": None})
    return [resolve(about.id, KEEP, saw=decided)] if settled.value == REMOVE else []


def choice(seen: Disagreement, which: str) -> Any:
    """The value that ``which`` (mine, theirs, both, or own words) stands for."""
    if seen.kind == DUP:
        return _one_or_two(seen, which)
    if which == "mine":
        return seen.mine.value if seen.mine else _single(seen.theirs[1:])
    if which == "theirs":
        return _single(seen.theirs if seen.mine else seen.theirs[:1])
    if which == "both":
        if seen.joined is None:
            raise CannotKeepBoth
        return seen.joined
    return which


def _one_or_two(seen: Disagreement, which: str) -> Any:
    """Whether two records are one person: ``same`` or ``two``."""
    if which not in (SAME, TWO):
        raise ValueRefused(field=_(seen.label), what=_(N_("say same or two")))
    return other_record(seen) if which == SAME else None


def other_record(seen: Disagreement) -> str:
    """The record that is perhaps the same person's, by its id."""
    return next((str(side.value) for side in seen.theirs if side.value), "")


def _single(sides: Sequence[Side]) -> Any:
    if len(sides) != 1:
        raise SeveralOthers
    return sides[0].value


def _joined(kind: Kind, mine: Side | None, sides: Sequence[Side]) -> Any:
    """Both kept, mine first: texts side by side, lists united; coded fields hold one value."""
    ordered = ([mine] if mine else []) + [side for side in sides if side is not mine]
    if kind is Kind.TEXT:
        parts = [part for side in ordered for part in str(side.value or "").split(JOIN)]
        return JOIN.join(dict.fromkeys(part for part in parts if part))
    if kind is Kind.WORDS:
        return sorted({word for side in ordered for word in side.value or ()})
    return None
