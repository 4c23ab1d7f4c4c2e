"""A resident as a party: what papers ask for, from the ledger of this computer."""

from desktop.services.households import GONE
from sync.store.reading import Reading
from sync.store.record import Record


def ledger_party(reading: Reading, household_id: str, person_id: str = "") -> dict[str, str] | None:
    """Somebody of a household by the fields of a party, its head where nobody is named; ``None``
    where the household is not here. Of a flat that is shared nobody speaks for the others: where
    nobody is named only the address is told."""
    household = reading.find("household", household_id) if household_id else None
    if household is None:
        return None
    shared = not person_id and is_shared(reading, household)
    named = "" if shared else person_id or str(household.get("head_id") or "")
    person = reading.find("person", named)
    known = dict(person.fields) if person is not None else {}
    told = {
        "name": known.get("name"),
        "sex": known.get("sex"),
        "birth": known.get("birth"),
        "occupation": known.get("work"),
        "phone": known.get("phone") or ("" if person_id or shared else household.get("contact")),
        "address": _address(reading, str(household.get("dwelling_id") or "")),
    }
    return {name: str(value or "") for name, value in told.items()}


def is_shared(reading: Reading, household: Record) -> bool:
    """Whether several people share it who are no family: a home that is let by the room."""
    dwelling = reading.find("dwelling", str(household.get("dwelling_id") or ""))
    if dwelling is None or dwelling.get("occupancy") != "group_rented":
        return False
    rows = reading.rows("residency", where={"household_id": household.id})
    return sum(row.get("status") not in GONE for row in rows) > 1


def _address(reading: Reading, dwelling_id: str) -> str:
    """The estate and the room, as far as they are known here; the estate once."""
    dwelling = reading.find("dwelling", dwelling_id)
    if dwelling is None:
        return ""
    building = reading.find("area", str(dwelling.get("building_id") or ""))
    parent = reading.find("area", str(building.get("parent_id") or "")) if building else None
    estate = parent or building
    name = str(estate.get("name") or "") if estate else ""
    where = str(dwelling.get("address") or dwelling.get("room") or "")
    return where if where.startswith(name) else f"{name} {where}".strip()
