"""A resident as a party: what papers ask for, from the ledger of this computer."""

from sync.store.reading import Reading


def ledger_party(reading: Reading, household_id: str, person_id: str = "") -> dict[str, str] | None:
    """Somebody of a household by the fields of a party, its head where nobody is named; ``None``
    where the household is not here."""
    household = reading.find("household", household_id) if household_id else None
    if household is None:
        return None
    person = reading.find("person", person_id or str(household.get("head_id") or ""))
    known = dict(person.fields) if person is not None else {}
    told = {
        "name": known.get("name"),
        "sex": known.get("sex"),
        "birth": known.get("birth"),
        "occupation": known.get("work"),
        "phone": known.get("phone") or ("" if person_id else household.get("contact")),
        "address": _address(reading, str(household.get("dwelling_id") or "")),
    }
    return {name: str(value or "") for name, value in told.items()}


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
