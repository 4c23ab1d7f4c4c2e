"""The page of one household in words: its head, its people, its care, its home."""

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from msgspec.structs import replace

from desktop.rows import Lamp, Tone
from desktop.services.care import CareLine
from desktop.services.households import HouseholdCard, PersonLine
from desktop.services.residents import Move
from desktop.viewmodels.door_card import Fact, home_facts
from desktop.viewmodels.moves import moves_of
from desktop.viewmodels.today import tone_of
from sync.i18n import N_, _, n_
from sync.rules.due import ANY_DAY, Due, Why
from sync.rules.reason import day_text, light
from sync.schema import codes
from sync.schema.tags import TAGS

Target = tuple[str, str, str]
"""(type, id, field): what a look at a number is written down against."""

_RULES: Final = {
    Why.HOME: N_("Every home"),
    Why.FLOOR: N_("This home"),
    Why.CLOSE_CARE: N_("Close care"),
    Why.NEW_HOME: N_("New here"),
    Why.VACANT: N_("Vacant home"),
}
_FIRST_VISIT: Final = N_("a first visit within 7 days")
_NOT_LIVING: Final = frozenset({"away", "hukou_only", "moved_out", "dead"})


@dataclass(frozen=True)
class MemberItem:
    """One resident. ``phone`` is masked, and empty where none is known."""

    name: str = field(repr=False)
    note: str
    detail: str
    phone: str = field(repr=False)
    target: Target
    tone: Tone
    moves: tuple[tuple[Move, str], ...] = ()
    is_here: bool = True

    @property
    def id(self) -> str:
        """The person."""
        return self.target[1]


@dataclass(frozen=True)
class CareItem:
    """One reason to come regularly: how often, and when next."""

    lamp: Lamp
    label: str
    often: str
    when: str
    tone: Tone

    @property
    def sentence(self) -> str:
        """The line for those who hear the screen."""
        return _("; ").join((self.label, self.lamp.words, self.often, self.when))


@dataclass(frozen=True)
class Contact:
    """Whom to call when nobody opens. ``phone`` is masked."""

    words: str = field(repr=False)
    phone: str = field(repr=False)
    target: Target


def page_title(card: HouseholdCard) -> str:
    """The door, as people say it."""
    return card.line.title or card.line.room or _(N_("Household"))


def page_hint(card: HouseholdCard) -> str:
    """Floor and estate."""
    line = card.line
    floor = n_("floor {floor}", "floor {floor}", line.floor).format(floor=line.floor)
    return " · ".join(part for part in (floor if line.floor else "", line.estate) if part)


def member_items(card: HouseholdCard, today: date) -> list[MemberItem]:
    """Who belongs to the household, the head first, those who left last."""
    return [_member(person, card, today) for person in card.members]


def members_words(card: HouseholdCard) -> str:
    """How many live here."""
    return n_("{count} person", "{count} people", card.line.people).format(count=card.line.people)


def _member(person: PersonLine, card: HouseholdCard, today: date) -> MemberItem:
    status = codes.RESIDENCY.get(person.status, "") if person.status in _NOT_LIVING else ""
    relation = codes.RELATION.get(person.relation, "")
    sex = codes.SEX[person.sex] if person.sex in {"1", "2"} else ""
    # Who died grows no older, and nobody counts on.
    counts = person.age is not None and person.status != "dead"
    age = _(N_("aged {age}")).format(age=person.age) if counts else ""
    day = person.until if not person.is_here else ""
    when = day_text(date.fromisoformat(day), today) if day else ""
    is_head = person.id == card.record.get("head_id") and person.is_here
    return MemberItem(
        name=person.name,
        note=" · ".join(part for part in (_(relation), _(status), when) if part),
        detail=" · ".join(part for part in (_(sex), age, person.work) if part),
        phone=person.phone if person.is_here else "",
        target=("person", person.id, "phone"),
        moves=tuple(moves_of(person)),
        is_here=person.is_here,
        tone=Tone.CARE if is_head else Tone.PRIMARY if person.is_here else Tone.NEUTRAL,
    )


def care_items(card: HouseholdCard, today: date) -> list[CareItem]:
    """Every care category with its frequency, after the rule that asks soonest if it is none."""
    due = card.due
    if due is None:
        return []
    rule = [] if due.reason_key is Why.CARE else [_rule_item(due, today)]
    return rule + [_care_item(line, due, today) for line in card.care]


def _rule_item(due: Due, today: date) -> CareItem:
    often = _FIRST_VISIT if due.reason_key is Why.NEW_HOME else codes.CARE_FLOOR[due.level.value]
    return _item(_(_RULES[due.reason_key]), _(often), due, today)


def _care_item(line: CareLine, due: Due, today: date) -> CareItem:
    asked = replace(due, next_due=line.next_due or ANY_DAY)
    often = _(codes.CARE_FLOOR[line.level.value])
    return _item(_(TAGS[line.tag].label), often, asked, today)


def _item(label: str, often: str, due: Due, today: date) -> CareItem:
    # Appointments and knocks belong to the household; a category only knows its own day.
    plain = replace(due, appointment=None, failures=0)
    state = light(plain, today)
    lamp = Lamp(state.lamp.value)
    far = plain.next_due not in (ANY_DAY, today) and state.days > 0
    when = day_text(plain.next_due, today) if far else state.words
    return CareItem(lamp, label, often, when, tone_of(lamp))


def facts(card: HouseholdCard, today: date) -> list[Fact]:
    """The home and what to know before knocking."""
    return [*_dwelling_facts(card, today), *home_facts(card)]


def _dwelling_facts(card: HouseholdCard, today: date) -> list[Fact]:
    fields = card.dwelling.fields if card.dwelling else {}
    lived_in = codes.OCCUPANCY.get(str(fields.get("occupancy", "")), "")
    hukou = codes.HUKOU_MATCH.get(str(card.record.get("hukou_match", "")), "")
    home = " · ".join(_(part) for part in (lived_in, hukou) if part)
    found = [Fact("house-line", home)] if home else []
    if card.owner_name or card.owner_phone:
        words = _(N_("Owner {name} {phone}"))
        words = words.format(name=card.owner_name, phone=card.owner_phone)
        found.append(Fact("user", " ".join(words.split())))
    if fields.get("lease_to"):
        day = day_text(date.fromisoformat(str(fields["lease_to"])), today)
        found.append(Fact("calendar-blank", _(N_("Lease until {day}")).format(day=day)))
    if card.record.get("moved_in"):
        day = day_text(date.fromisoformat(str(card.record.get("moved_in"))), today)
        found.append(Fact("calendar-blank", _(N_("Moved in {day}")).format(day=day)))
    return found


def contact(card: HouseholdCard) -> Contact | None:
    """The emergency contact, if one is known."""
    if not card.contact and not card.contact_name:
        return None
    words = _(N_("Emergency contact {name}")).format(name=card.contact_name).strip()
    return Contact(words, card.contact, ("household", card.record.id, "contact"))


def conflict_words(card: HouseholdCard) -> str:
    """How many fields wait for a person's decision; empty where none does."""
    if not card.conflicts:
        return ""
    return n_(
        "Two people changed the same field. A person decides.",
        "Two people changed {count} fields. A person decides.",
        card.conflicts,
    ).format(count=card.conflicts)
