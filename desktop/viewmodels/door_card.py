"""A door before one knocks: who, why today, what to know, what happened last, whom to call."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Final, NamedTuple

from desktop.rows import Lamp, Tag, Tone
from desktop.services.history import Entry
from desktop.services.households import GONE, HouseholdCard, PersonLine
from desktop.services.matters import MatterLine
from desktop.services.promises import PromiseLine
from desktop.viewmodels.door_tags import list_chips, opened_chips
from desktop.viewmodels.promise_rows import promise_lamp, promise_time
from desktop.viewmodels.today import tone_of
from sync.i18n import N_, _, n_
from sync.identity import LOCAL_ZONE, local_day, parse_stamp
from sync.rules.due import ANY_DAY, Due
from sync.rules.people import name_with_age
from sync.rules.reason import BANDS, day_text, light, standing_words, trouble_words, why
from sync.rules.visits import usual_band, visit_fact
from sync.schema import codes

MOST_CALLS: Final = 3
MOST_PAST: Final = 4
_NO_HAZARD: Final = "00"


class Fact(NamedTuple):
    """One thing to know, with the icon that stands before it."""

    icon: str
    words: str
    tone: Tone = Tone.NEUTRAL


@dataclass(frozen=True)
class Call:
    """Somebody to call. ``target`` is the (type, id, field) that a look at the number records."""

    name: str = field(repr=False)
    note: str
    phone: str = field(repr=False)
    target: tuple[str, str, str]


@dataclass(frozen=True)
class PastVisit:
    """One visit of before in a line."""

    lamp: Lamp
    when: str
    result: str
    note: str = field(repr=False)


@dataclass(frozen=True)
class DoorCard:
    """What the preview of a door and the left of a visit form say. Phones are masked."""

    place: str
    name: str = field(repr=False)
    about: str
    tags: tuple[Tag, ...]
    lamp: Lamp
    tone: Tone
    late: str
    why: str
    facts: tuple[Fact, ...] = field(repr=False)
    past: tuple[PastVisit, ...] = field(repr=False)
    visit_count: int
    calls: tuple[Call, ...] = field(repr=False)
    open_things: tuple[Fact, ...] = field(default=(), repr=False)

    @property
    def visits_words(self) -> str:
        """How often somebody was there."""
        return n_("{count} visit", "{count} visits", self.visit_count).format(
            count=self.visit_count
        )


def door_card(card: HouseholdCard, today: date, *, opened: bool = False) -> DoorCard:
    """The card of one door. ``opened`` is true on a page of this household alone, where tags of
    tier 2 may be named."""
    line = card.line
    lamp, late, why = _state(card, today, opened=opened)
    chips = opened_chips(card.tags, two_people=line.two_people)
    visits = [e for e in card.entries if e.kind == "visit" and not e.replaced and _counts(e)]
    return DoorCard(
        place=_place(card),
        name=line.who,
        about=_about(card),
        tags=chips if opened else list_chips(line.tags, two_people=line.two_people),
        lamp=lamp,
        tone=tone_of(lamp),
        late=late,
        why=why,
        facts=(*home_facts(card), *_learned(card, today), *_contact(card)),
        past=tuple(_past(entry, today) for entry in visits[:MOST_PAST]),
        visit_count=len(visits),
        calls=tuple(_calls(card))[:MOST_CALLS],
    )


def open_things(
    promises: Iterable[PromiseLine], matters: Iterable[MatterLine], today: date
) -> tuple[Fact, ...]:
    """What was promised here, and what was asked for and is not over."""
    found = []
    for promise in promises:
        late = (today - promise.due).days if promise.due else None
        when = promise_time(promise.due, late, today)
        tone = tone_of(promise_lamp(late))
        found.append(Fact("handshake", " · ".join(p for p in (promise.what, when) if p), tone))
    for matter in matters:
        asked = local_day(parse_stamp(matter.reported_at)) if matter.reported_at else None
        since = _(N_("since {day}")).format(day=day_text(asked, today)) if asked else ""
        words = " · ".join(part for part in (matter.what, matter.unit, since) if part)
        found.append(Fact("clipboard-text", words))
    return tuple(found)


def _state(card: HouseholdCard, today: date, *, opened: bool) -> tuple[Lamp, str, str]:
    if card.due is None:
        return Lamp.NOT_DUE, _(N_("No visit is due here")), ""
    state = light(card.due, today)
    return Lamp(state.lamp.value), state.words, _reason(card.due, today, opened=opened)


def _reason(due: Due, today: date, *, opened: bool) -> str:
    """The rule and its day, or what is in the way; the last visit stands below it anyway."""
    told = trouble_words(due, today) or day_words(due, today) or standing_words(due, today)
    parts = (why(due, today, most_tier=2 if opened else 1), told)
    return " · ".join(part for part in parts if part)


def day_words(due: Due, today: date) -> str:
    """The last day that keeps the rule."""
    if due.next_due == ANY_DAY:
        return ""
    return _(N_("by {day}")).format(day=day_text(due.next_due, today))


def _place(card: HouseholdCard) -> str:
    line = card.line
    floor = n_("floor {floor}", "floor {floor}", line.floor).format(floor=line.floor)
    where = " ".join(part for part in (line.estate, line.title or line.room) if part)
    return f"{where} · {floor}" if line.floor > 1 else where


def _about(card: HouseholdCard) -> str:
    """Sex and age, which always stand beside a name; the room stands above it."""
    line = card.line
    sex = _(codes.SEX[line.sex]) if line.sex in {"1", "2"} else ""
    age = _(N_("aged {age}")).format(age=line.age) if line.age is not None else ""
    return _(N_("{sex}, {age}")).format(sex=sex, age=age) if sex and age else sex or age


def home_facts(card: HouseholdCard) -> list[Fact]:
    """What to know before knocking: the note on the door, hazards, the best time."""
    dwelling = card.dwelling.fields if card.dwelling else {}
    facts = [Fact("users", _(N_("Go in pairs")))] if card.line.two_people else []
    note = str(dwelling.get("door_note", ""))
    facts += [Fact("door", line.strip()) for line in note.splitlines() if line.strip()]
    hazard = str(dwelling.get("hazard", _NO_HAZARD))
    if hazard != _NO_HAZARD and hazard in codes.DWELLING_HAZARD:
        words = _(N_("Hazard here: {hazard}")).format(hazard=_(codes.DWELLING_HAZARD[hazard]))
        facts.append(Fact("warning", words, Tone.WARN))
    if card.record.get("best_time"):
        words = _(N_("Best time: {time}")).format(time=card.record.get("best_time"))
        facts.append(Fact("clock", words))
    return facts


def _learned(card: HouseholdCard, today: date) -> list[Fact]:
    """When this home mostly opens, as the visits tell."""
    entries = [entry for entry in card.entries if entry.kind == "visit"]
    facts = [visit_fact(entry.id, entry.fields) for entry in entries]
    noon = datetime.combine(today, time(12), LOCAL_ZONE)
    found = usual_band([fact for fact in facts if fact is not None], noon)
    if found is None:
        return []
    band, often, count = found
    words = _(N_("Mostly opens {band}: {often} of {count} times")).format(
        band=_(BANDS[band]), often=often, count=count
    )
    return [Fact("clock-counter-clockwise", words)]


def _contact(card: HouseholdCard) -> list[Fact]:
    if not card.contact_name or _is_member(card, card.contact_name):
        return []
    words = _(N_("Emergency contact {name}")).format(name=card.contact_name)
    return [Fact("phone", words)]


def _counts(entry: Entry) -> bool:
    return not entry.fields.get("void")


def _past(entry: Entry, today: date) -> PastVisit:
    result = str(entry.fields.get("result", ""))
    return PastVisit(
        lamp=Lamp.DONE if result in {"met", "met_family"} else Lamp.MISSED,
        when=day_text(local_day(parse_stamp(entry.at)), today),
        result=_(codes.RESULT.get(result, result)),
        note=str(entry.fields.get("note", "")),
    )


def _calls(card: HouseholdCard) -> list[Call]:
    calls = []
    if card.contact and not _is_member(card, card.contact_name, card.contact):
        name = card.contact_name or _(N_("Emergency contact"))
        calls.append(Call(name, "", card.contact, ("household", card.record.id, "contact")))
    return calls + [
        Call(
            name_with_age(person.name, person.age),
            _relation(person),
            person.phone,
            ("person", person.id, "phone"),
        )
        for person in card.members
        if person.phone and person.status not in GONE
    ]


def _is_member(card: HouseholdCard, name: str, phone: str = "") -> bool:
    """Whether the contact is somebody listed here anyway (under that phone, where one is given)."""
    return any(
        person.name == name and phone in ("", person.phone)
        for person in card.members
        if person.status not in GONE
    )


def _relation(person: PersonLine) -> str:
    return _(codes.RELATION.get(person.relation, ""))
