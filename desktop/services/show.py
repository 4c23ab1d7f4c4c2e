"""One record with its history, for scripts and for the terminal."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from desktop.services.case_rules import LOOKED_INTO
from desktop.services.households import HouseholdCard
from desktop.services.names import Names, words
from desktop.services.opening import AT_THE_DESK
from desktop.services.oral_versions import ORAL_MEDIATION
from desktop.services.privacy import Sight
from desktop.services.record_words import AREA_FIELDS
from desktop.services.references import Found
from desktop.services.workplace import Workplace
from sync.i18n import N_, _
from sync.identity import LOCAL_ZONE, parse_stamp
from sync.rules.reason import sentence
from sync.schema.policy import Kind
from sync.schema.registry import ENTITIES
from sync.store.record import Delivery, Record


def show_document(place: Workplace, found: Found, *, open_all: bool = False) -> dict[str, Any]:
    """The record by its fields, masked as on screen, with what was ever done to it here."""
    sight = replace(place.sight, open_all=open_all)
    if found.record.type != "household":
        _note_look(place, found.record)
        told = _plain(place, found.record, sight)
        return told | _first_party(place, found, sight)
    if not sight.knows_names and not open_all:
        # The front desk sees care tags from here on: that it looked is written down first.
        place.reveals.record([("household", found.record.id, "*")], AT_THE_DESK)
    card = place.households.card(found.record.id, sight)
    return _household(place, card, sight)


def _note_look(place: Workplace, record: Record) -> None:
    """Who does not handle a case with a risk of violence leaves a trace."""
    handle = {*(record.get("mediators") or ()), *(record.get("invited") or ())}
    if record.get("violence_risk") and place.cases.me not in handle:
        place.reveals.record([(record.type, record.id, "*")], LOOKED_INTO)


def _first_party(place: Workplace, found: Found, sight: Sight) -> dict[str, Any]:
    """At whose door an oral mediation was: the room, and who lives there."""
    home = place.store.reading.find("household", found.household_id)
    if found.record.type != ORAL_MEDIATION or home is None:
        return {}
    line = place.households.card(home.id, sight).line
    return {"first_party": " ".join(part for part in (line.room, line.who) if part)}


def _plain(place: Workplace, record: Record, sight: Sight) -> dict[str, Any]:
    history = place.store.reading.deliveries(record.type, record.id)
    return {
        "type": record.type,
        "id": record.id,
        "scope": record.scope_id,
        "rev": record.rev,
        "fields": _fields(record, sight),
        "history": [_delivery(one) for one in history],
    }


def _household(place: Workplace, card: HouseholdCard, sight: Sight) -> dict[str, Any]:
    document = _plain(place, card.record, sight)
    document |= {
        "room": card.line.room,
        "estate": card.line.estate,
        "tags": list(card.tags),
        "two_people": card.line.two_people,
        "dwelling": _plain(place, card.dwelling, sight) if card.dwelling else None,
        "residents": [
            {
                "id": person.id,
                "name": person.name,
                "relation": person.relation,
                "sex": person.sex,
                "age": person.age,
                "phone": person.phone,
                "tags": list(person.tags),
                "status": person.status,
            }
            for person in card.members
        ],
        "conflicts": card.conflicts,
        "due": _due(place, card),
    }
    document["matters"] = [
        {
            "id": line.id,
            "no": line.no,
            "title": line.title,
            "stage": line.stage,
            "lamp": line.light.state,
            "owner": line.owner,
            "units": [
                {"id": unit.id, "name": unit.name, "lamp": unit.light.state} for unit in line.units
            ],
        }
        for line in place.matter_list.listed()
        if line.record.get("household_id") == card.record.id
    ]
    for kind, name in (("visit", "visits"), ("note", "notes"), ("mediation", "mediations")):
        document[name] = [
            {
                "id": entry.id,
                "at": entry.at,
                "author": entry.author,
                "state": entry.state.value,
                "delivered_at": entry.delivered_at,
                "replaced": entry.replaced,
                **_other_party(place, entry.fields, sight),
                **{k: sight.value(k, v) for k, v in entry.fields.items()},
            }
            for entry in card.entries
            if entry.kind == kind
        ]
    return document


def _other_party(place: Workplace, fields: Mapping[str, Any], sight: Sight) -> dict[str, Any]:
    """With whom a quarrel was: the room of a household here, or the name as it was told."""
    household_id = str(fields.get("other_household_id") or "")
    if not household_id:
        return {}
    home = place.store.reading.find("household", household_id)
    return {"other": place.households.card(home.id, sight).line.room} if home else {}


def _due(place: Workplace, card: HouseholdCard) -> dict[str, Any] | None:
    if card.due is None:
        return None
    due = card.due
    return {
        "next_due": "" if due.next_due.year == 1 else due.next_due.isoformat(),
        "last_met": due.last_met.isoformat() if due.last_met else "",
        "level": due.level.value,
        "reason": sentence(due, place.day(), most_tier=2),
    }


def _fields(record: Record, sight: Sight) -> dict[str, Any]:
    return {name: sight.value(name, value) for name, value in record.fields.items()}


def _delivery(one: Delivery) -> dict[str, Any]:
    return {
        "op": one.op_id,
        "kind": one.kind,
        "saved_at": one.saved_at,
        "state": one.state.value,
        "delivered_at": one.at,
        "code": one.code,
    }


def show_lines(document: Mapping[str, Any], names: Names) -> list[str]:
    """The document for people: one fact a line, codes in words, areas by name."""
    lines = [f"{document.get('room', '')} {document.get('estate', '')}".strip() or document["id"]]
    if document.get("due"):
        lines.append(document["due"]["reason"])
    if document.get("first_party"):
        party = document["first_party"]
        lines.append(_("{label}: {value}").format(label=_(N_("First party")), value=party))
    lines += _labelled(document["type"], document["fields"], names)
    if document.get("dwelling"):
        lines += _labelled("dwelling", document["dwelling"]["fields"], names)
    for person in document.get("residents", ()):
        told = (
            person["name"],
            words("relation", person["relation"]),
            words("sex", person["sex"]),
            str(person["age"] if person["age"] is not None else ""),
            person["phone"],
            words("tags", person["tags"]),
        )
        lines.append("  " + "  ".join(part for part in told if part))
    for one in document.get("matters", ()):
        parts = (one["no"], one["title"], words("stage", one["stage"]), one["owner"])
        lines.append("  ".join(part for part in parts if part))
    for name in ("visits", "notes", "mediations"):
        lines += [_entry_line(entry) for entry in document.get(name, ())]
    return lines


def _labelled(type_: str, fields: Mapping[str, Any], names: Names) -> list[str]:
    specs = ENTITIES[type_].fields
    hidden = {"dwelling_id", "head_id", "building_id", "household_id", "person_id", "py"}
    return [
        _("{label}: {value}").format(
            label=_(specs[name].label), value=_told(specs[name].kind, name, value, names)
        )
        for name, value in fields.items()
        if name in specs and name not in hidden
    ]


def _told(kind: Kind, name: str, value: Any, names: Names) -> str:
    if value and kind is Kind.MOMENT:
        return _local(str(value))
    if value and name in _STAFF:
        ids = value if isinstance(value, list) else [value]
        return _(", ").join(names.staff(str(one)) for one in ids)
    if name in AREA_FIELDS and value:
        return names.area(str(value)) or _("not here")
    return words(name, value)


_STAFF: Final = frozenset({"staff_id", "opened_by", "owner_id", "mediators", "invited"})
"""Fields that name colleagues by their ids."""


def _local(moment: str) -> str:
    """A stamp as the day and time in China."""
    return f"{parse_stamp(moment).astimezone(LOCAL_ZONE):%Y-%m-%d %H:%M}"


def _entry_line(entry: Mapping[str, Any]) -> str:
    """When in China, by whom, and what: a visit's result comes before its note, a mediation's
    after what it was about."""
    at = _local(entry["at"])
    result = words("result", entry.get("result"))
    what = entry.get("what")
    said: tuple[Any, ...]
    if what:
        said = (entry.get("other") or entry.get("other_party"), what, result)
    else:
        asked = [words(name, entry.get(name)) for name in ("needs", "hazards") if entry.get(name)]
        said = (result, *asked, entry.get("note") or entry.get("text"))
    return "  ".join(part for part in (at, entry["author"], *said) if part)
