"""The fields of a party: typed, or taken from the ledger by the room."""

from collections.abc import Mapping
from typing import Final

from desktop.services.case_file import Party
from desktop.services.ledger_party import is_shared
from desktop.services.workplace import Workplace
from desktop.viewmodels.case_form import FieldKind, FormField, Reader, Texts, coded, sex_choices
from sync.errors import NotFound, SeveralMatches
from sync.i18n import N_, _
from sync.schema import codes

ROOM: Final = "room"
DOOR: Final = ("household_id", ROOM, "address")
"""What a home says of a party, whoever of it that is."""
_SHORT: Final = ("name", ROOM, "sex", "birth", "phone", "address", "guardian")
_TEXTS: Final = (
    *("name", "sex", "nation", "birth", "occupation", "id_no", "phone", "address"),
    *("guardian", "agent"),
)
_KNOWN: Final = (*_TEXTS, "told", "side", "household_id", "person_id")
_LINK: Final = frozenset({"household_id", "person_id"})
_WHO: Final = _LINK | {"name", "told"}
_WAS: Final = "was."


def party_fields(at: str, *, whole: bool, with_side: bool = False) -> tuple[FormField, ...]:
    """The fields of one party, their keys after ``at``; ``whole`` has all that papers ask for."""
    made = {
        "side": FormField("side", _(N_("Side")), FieldKind.ONE, choices=coded(codes.PARTY_SIDE)),
        "name": FormField("name", _(N_("Name"))),
        ROOM: FormField(
            ROOM, _(N_("Room in the ledger")), hint=_(N_("like 6-2-1602, fills in the rest"))
        ),
        "sex": FormField("sex", _(N_("Sex")), FieldKind.ONE, choices=sex_choices()),
        "birth": FormField("birth", _(N_("Date of birth")), hint="1981-05-06"),
        "nation": FormField("nation", _(N_("Nation")), hint=_(N_("like 汉族"))),
        "occupation": FormField("occupation", _(N_("Occupation"))),
        "id_no": FormField("id_no", _(N_("ID number"))),
        "phone": FormField("phone", _(N_("Phone"))),
        "address": FormField("address", _(N_("Address"))),
        "guardian": FormField("guardian", _(N_("Guardian")), hint=_(N_("for who is under 18"))),
        "agent": FormField("agent", _(N_("Agent"))),
    }
    wanted = _SHORT if not whole else tuple(key for key in made if key != "side")
    keys = ("side", *wanted) if with_side else wanted
    return tuple(
        FormField(at + key, made[key].label, made[key].kind, made[key].hint, made[key].choices)
        for key in keys
    )


def read_party(reader: Reader, at: str, side: str = "", party_id: str = "") -> Party:
    """The party that is typed."""
    told = {name: reader.text(at + name) for name in _TEXTS}
    told["birth"] = reader.past_day(f"{at}birth")
    return Party(
        party_id,
        side or reader.text(f"{at}side"),
        **told,
        told=reader.text(f"{at}told"),
        household_id=reader.text(f"{at}household_id"),
        person_id=reader.text(f"{at}person_id"),
    )


def typed_party(party: Party, at: str = "") -> dict[str, str]:
    """A party as its fields show it."""
    return {at + name: getattr(party, name) for name in _KNOWN if getattr(party, name)}


def known_party(party: Party) -> dict[str, str]:
    """The same, and what stood there when somebody began to type: it goes with their draft."""
    texts = typed_party(party)
    return texts | {_WAS + name: value for name, value in texts.items()}


def typed_since(texts: Texts) -> frozenset[str]:
    """The fields of a party that somebody changed since it was shown to them.

    Who it is goes together: a household is never mixed with somebody of another.
    """
    changed = {name for name in _KNOWN if texts.get(name, "") != texts.get(_WAS + name, "")}
    return frozenset(changed | _WHO if changed & _LINK else changed)


def typed_over(kept: Texts, fresh: Texts) -> dict[str, str]:
    """A draft over what is known by now: what was typed stays, the rest is as it is today."""
    beside = {
        name: value
        for name, value in kept.items()
        if name not in _KNOWN and not name.startswith(_WAS)
    }
    return beside | dict(fresh) | {name: kept.get(name, "") for name in typed_since(kept)}


def from_ledger(place: Workplace, at: str, texts: Texts) -> dict[str, str]:
    """What the ledger knows of the head of a room, for fields that are still empty.

    The household is linked even where the name is another's: somebody else lives there, too.
    """
    room = texts.get(at + ROOM, "").strip()
    if not room:
        return {}
    try:
        household = place.references.household(room)
    except (NotFound, SeveralMatches):
        return {}
    return _filled(place, at, household.id, texts)


def of_household(place: Workplace, at: str, household_id: str) -> dict[str, str]:
    """The head of a household as a party."""
    return _filled(place, at, household_id, {})


def _filled(place: Workplace, at: str, household_id: str, texts: Texts) -> dict[str, str]:
    line = place.households.line(household_id)
    record = place.households.record(household_id)
    shared = is_shared(place.store.reading, record)
    head_id = "" if shared else str(record.get("head_id", ""))
    head = place.store.reading.find("person", head_id)
    known: dict[str, str] = {
        "household_id": household_id,
        "address": " ".join(part for part in (line.estate, line.title or line.room) if part),
        ROOM: line.room,
    }
    typed = texts.get(f"{at}name", "").strip()
    if head is not None and typed in ("", str(head.get("name", ""))):
        known |= _of_person(head.fields) | {"person_id": head.id}
    linked = ("household_id", "person_id")
    return {
        at + name: value
        for name, value in known.items()
        if value and (name in linked or not texts.get(at + name, "").strip())
    }


def _of_person(fields: Mapping[str, object]) -> dict[str, str]:
    names = {"name": "name", "sex": "sex", "birth": "birth", "phone": "phone", "work": "occupation"}
    return {to: str(fields.get(name) or "") for name, to in names.items()}
