"""Open disagreements as the screen shows them: by household, in words, masked as the post asks.

Where a mask would hide what differs, both values are shown; the page has that recorded.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as kept
from datetime import date
from typing import Any, Final

from desktop.services.conflicts import DUP, KEEP, REMOVE, Disagreement, Side, other_record
from desktop.services.merging import merged
from desktop.services.names import CODE_WORDS, words
from desktop.services.privacy import Sight
from desktop.services.record_words import RecordWords, thing
from desktop.services.workplace import Workplace
from sync.i18n import N_, _
from sync.identity import local_day, parse_stamp
from sync.rules.reason import clock_text, day_text
from sync.schema.policy import WHOLE_ROW, Kind
from sync.schema.registry import ENTITIES, FieldSpec
from sync.store.record import Saw

_PERSON_ROWS: Final = ("person", "residency", "id_number", "special_care")
_HOME_ROWS: Final = ("household", "dwelling")
_WHOLE: Final = N_("Keep or remove")
TWICE: Final = N_("Written down twice?")
_NOTHING_SEEN: Final = Saw()


@dataclass(frozen=True)
class Version:
    """One value on offer, and who stands by it. ``author`` is empty where nobody is known."""

    value: Any = kept(repr=False)
    words: str = kept(repr=False)
    author: str
    device: str
    at: str
    mine: bool = False


@dataclass(frozen=True)
class Question:
    """One field (or one whole row) that a person decides.

    ``left`` is mine where one side is mine, else one of two others; ``others`` are further
    values of the same field. ``choices`` are the (code, words) of a coded field. ``joined`` is
    what keeping both would save, ``None`` where only one value fits. ``revealed`` says that a
    value stands here in full which lists mask. ``saw`` goes with a decision about it.
    """

    conflict_id: str
    type: str
    record_id: str
    field: str
    label: str
    whose: str
    kind: str
    base: str = kept(repr=False)
    left: Version
    right: Version
    others: tuple[Version, ...] = ()
    joined: Any = kept(default=None, repr=False)
    joined_words: str = kept(default="", repr=False)
    spec: FieldSpec | None = None
    choices: tuple[tuple[str, str], ...] = ()
    revealed: bool = False
    saw: Saw = kept(default=_NOTHING_SEEN, repr=False, compare=False)

    @property
    def whole_row(self) -> bool:
        """Whether it is about keeping or removing the record."""
        return self.field == WHOLE_ROW

    @property
    def dup(self) -> bool:
        """Whether it is about two records of perhaps one person."""
        return self.kind == DUP

    @property
    def title(self) -> str:
        """The field, and whose it is where several people live there."""
        return f"{self.whose} · {self.label}" if self.whose else self.label


@dataclass(frozen=True)
class Case:
    """What has to be decided about one household, or about one other record."""

    key: str
    household_id: str
    room: str
    who: str = kept(repr=False)
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Verdict:
    """How a disagreement ended that somebody else settled meanwhile."""

    title: str
    words: str = kept(repr=False)
    decided_by: str


def open_cases(place: Workplace) -> list[Case]:
    """All that waits for a person, newest first, one case a household."""
    grouped: dict[str, list[Disagreement]] = {}
    for seen in place.conflicts.waiting():
        grouped.setdefault(_home_of(place, seen) or seen.root_id, []).append(seen)
    lines = {line.id: line for line in place.households.lines(list(grouped))}
    told = record_words(place)
    cases = []
    for key, found in grouped.items():
        line = lines.get(key)
        questions = tuple(_question(place, seen) for seen in found)
        cases.append(
            Case(
                key=key,
                household_id=line.id if line else "",
                room=line.room if line else told.room(found[0].type, found[0].record_id),
                who=line.who if line else told.named(found[0].type, found[0].record_id),
                questions=tuple(sorted(questions, key=_place_in_case)),
            )
        )
    return cases


def verdict(place: Workplace, question: Question) -> Verdict:
    """What became of a question that is no longer open. Raises NotFound."""
    seen = place.conflicts.one(question.conflict_id)
    return Verdict(question.title, outcome(place, seen), seen.decided_by)


def outcome(place: Workplace, seen: Disagreement) -> str:
    """How a disagreement ended, in words and masked."""
    if seen.kind == DUP:
        return _("One person") if seen.value else _("Two people")
    if seen.field == WHOLE_ROW:
        return _("Removed") if seen.value == REMOVE else _("Kept")
    return _shown(place, seen, seen.value, place.sight)


def record_words(place: Workplace) -> RecordWords:
    """What records are called on this computer."""
    return RecordWords(place.store.reading, place.names, place.sight)


def record_reveals(place: Workplace, questions: Iterable[Question]) -> None:
    """Write down that masked values were shown, because the mask hid what differs."""
    targets = [(one.type, one.record_id, one.field) for one in questions if one.revealed]
    if targets:
        place.reveals.record(targets, reason="conflict")


def _place_in_case(question: Question) -> tuple[str, int, int]:
    """The home's and the household's fields first, then each resident's, as they are declared."""
    fields = list(ENTITIES[question.type].fields)
    at = fields.index(question.field) if question.field in fields else len(fields)
    return question.whose, list(ENTITIES).index(question.type), at


def _home_of(place: Workplace, seen: Disagreement) -> str:
    """The household that a disagreement is about; a dwelling's is the first that lives there."""
    if seen.type != "dwelling":
        return seen.root_id
    found = place.store.reading.rows("household", where={"dwelling_id": seen.record_id}, limit=1)
    return found[0].id if found else ""


def _whose(place: Workplace, seen: Disagreement) -> str:
    """The resident whose field it is, or which record of the household has it."""
    if seen.type in _HOME_ROWS:
        return ""
    if seen.type not in _PERSON_ROWS:
        return record_words(place).named(seen.type, seen.record_id)
    record = place.store.reading.find(seen.type, seen.record_id)
    person_id = record.get("person_id", "") if record else ""
    if seen.type != "person":
        record = place.store.reading.find("person", str(person_id)) if person_id else None
    return place.sight.name(str(record.get("name", ""))) if record else ""


def _question(place: Workplace, seen: Disagreement) -> Question:
    if seen.field == WHOLE_ROW:
        return _row_question(place, seen)
    if seen.kind == DUP:
        return _dup_question(place, seen)
    spec = ENTITIES[seen.type].fields.get(seen.field)
    left, right, others = _ordered(seen)
    sides = (left, right, *others)
    revealed = any(
        hides_difference(place.sight, seen.field, left.value, one.value) for one in sides[1:]
    )
    sight = replace(place.sight, open_all=True) if revealed else place.sight
    versions = [_version(one, _shown(place, seen, one.value, sight)) for one in sides]
    return Question(
        conflict_id=seen.id,
        type=seen.type,
        record_id=seen.record_id,
        field=seen.field,
        label=_(seen.label),
        whose=_whose(place, seen),
        kind=seen.kind,
        base=_shown(place, seen, seen.base, sight),
        left=versions[0],
        right=versions[1],
        others=tuple(versions[2:]),
        joined=seen.joined,
        joined_words=_shown(place, seen, seen.joined, sight),
        spec=spec,
        choices=_choices(seen, spec),
        revealed=revealed,
        saw=seen.saw,
    )


def _row_question(place: Workplace, seen: Disagreement) -> Question:
    """Left keeps the record with what was changed, right removes it."""
    sides = [one for one in _sides(seen) if one.value is not None]
    keeping = [one for one in sides if one.value != REMOVE]
    removing = [one for one in sides if one.value == REMOVE]
    nobody = Version(None, "", "", "", "")
    what = thing(seen.type)
    fields = ENTITIES[seen.type].fields
    edited = [one.value for one in keeping if isinstance(one.value, dict)]
    changed = {name: None for edits in edited for name in edits if name in fields}
    keep = _("Keep {what}").format(what=what)
    if changed:
        keep = _("Keep {what}, with the change: {fields}").format(
            what=what, fields=_(", ").join(_(fields[name].label) for name in changed)
        )
    keeps = _version(keeping[0], "") if keeping else nobody
    removes = _version(removing[0], "") if removing else nobody
    return Question(
        conflict_id=seen.id,
        type=seen.type,
        record_id=seen.record_id,
        field=seen.field,
        label=_(_WHOLE),
        whose=_whose(place, seen),
        kind=seen.kind,
        base="",
        left=replace(keeps, value=KEEP, words=keep),
        right=replace(removes, value=REMOVE, words=_("Remove {what}").format(what=what)),
        saw=seen.saw,
    )


def _dup_question(place: Workplace, seen: Disagreement) -> Question:
    """Left makes the two records one, right leaves both as they are. The number is not told."""
    asked = [one for one in seen.theirs if one.value]
    other = other_record(seen)
    about = _version(asked[0], "") if asked else Version(None, "", "", "", "")
    return Question(
        conflict_id=seen.id,
        type=seen.type,
        record_id=seen.record_id,
        field=seen.field,
        label=_(TWICE),
        whose=_whose(place, seen),
        kind=seen.kind,
        base="\n".join([_("Equal ID numbers"), *_preview(place, seen.record_id, other)]),
        left=replace(
            about,
            value=other,
            words=_("One person: {who}").format(who=_resident(place, other)),
        ),
        right=Version(None, _("Two people: both stay"), "", "", ""),
        saw=seen.saw,
    )


def _preview(place: Workplace, goes_id: str, stays_id: str) -> list[str]:
    """What one person would be, where both records are on this computer."""
    stays = place.store.reading.find("person", stays_id)
    goes = place.store.reading.find("person", goes_id)
    if stays is None or goes is None:
        return []
    return [line.words for line in merged(stays, goes, place.sight)]


def _resident(place: Workplace, person_id: str) -> str:
    """A resident with room and birth, as names are always told apart."""
    person = place.store.reading.find("person", person_id)
    if person is None:
        return _("somebody in another grid")
    room = place.names.room(str(person.get("household_id", "")))
    told = (place.sight.name(str(person.get("name", ""))), str(person.get("birth", "")), room)
    return " ".join(part for part in told if part)


def _sides(seen: Disagreement) -> list[Side]:
    return [seen.mine, *seen.theirs] if seen.mine else list(seen.theirs)


def _ordered(seen: Disagreement) -> tuple[Side, Side, list[Side]]:
    """Mine and the server's; where neither is mine, what somebody else wants and the server's."""
    if seen.mine is not None:
        return seen.mine, seen.theirs[0], list(seen.theirs[1:])
    return seen.theirs[1], seen.theirs[0], list(seen.theirs[2:])


def _version(side: Side, shown: str) -> Version:
    return Version(side.value, shown, side.author, side.device, side.at, side.mine)


def _choices(seen: Disagreement, spec: FieldSpec | None) -> tuple[tuple[str, str], ...]:
    if spec is None or spec.kind not in (Kind.CODE, Kind.WORDS, Kind.FLAG):
        return ()
    if spec.kind is Kind.FLAG:
        return (("yes", _("yes")), ("no", _("no")))
    labels = CODE_WORDS.get(seen.field, {})
    return tuple((code, _(labels.get(code, code))) for code in spec.choices)


def _shown(place: Workplace, seen: Disagreement, value: Any, sight: Sight) -> str:
    """A value in words: a reference by the name of what it names, a private one masked."""
    spec = ENTITIES[seen.type].fields.get(seen.field)
    if spec is not None and spec.kind is Kind.REF and value:
        return record_words(place).reference(seen.field, str(value))
    if spec is not None and spec.kind is Kind.DAY and value:
        return day_text(date.fromisoformat(str(value)), place.day())
    if spec is not None and spec.kind is Kind.MOMENT and value:
        moment = parse_stamp(str(value))
        return f"{day_text(local_day(moment), place.day())} {clock_text(moment)}"
    if spec is not None and spec.kind is Kind.JSON and value:
        return _("a version of its own")
    return words(seen.field, sight.value(seen.field, value))


def hides_difference(sight: Sight, name: str, one: Any, other: Any) -> bool:
    """Whether the mask of a field covers something in which two of its values differ."""
    if not isinstance(one, str) or not isinstance(other, str):
        return False
    return _covered(one, str(sight.value(name, one))) != _covered(
        other, str(sight.value(name, other))
    )


def _covered(text: str, masked: str) -> Sequence[str]:
    """What a mask covers: the starred signs, or all before the tail where it shortens too."""
    if text == masked:
        return ""
    if len(text) == len(masked):
        return [sign for sign, shown in zip(text, masked, strict=True) if shown == "*"]
    return text[:-4]
