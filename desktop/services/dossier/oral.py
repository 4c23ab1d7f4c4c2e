"""The registration of an oral mediation that never became a case (人民调解口头协议登记表)."""

from datetime import date

from desktop.services.dossier.words import paper_words
from sync.errors import DoorstepError
from sync.i18n import N_
from sync.identity import local_day, parse_stamp
from sync.rules.paper_case import Agreement, PaperCase, Party, Scan, Step, Talk, Term
from sync.store.reading import Reading
from sync.store.record import Record

ORAL_MEDIATION = "oral_mediation"
ORAL = "oral"
"""The paper that it has, as scans name it."""


class MediationTakenBack(DoorstepError):
    """It was taken back, so there is nothing to register."""

    code = "mediation.taken_back"
    message = N_("This mediation was taken back. There is nothing to print.")


def oral_on_paper(reading: Reading, oral: Record, mediator: str, community: str) -> PaperCase:
    """The one paper of an oral mediation: both parties as the ledger has them, what was agreed.

    It has no number of the register of cases: that line stays empty, to be filled in by hand.
    Raises :class:`MediationTakenBack`.
    """
    if _is_taken_back(reading, oral):
        raise MediationTakenBack
    held_at = parse_stamp(str(oral.get("held_at")))
    day, result = local_day(held_at), str(oral.get("result") or "")
    place, done = str(oral.get("place") or ""), bool(oral.get("done"))
    term = Term(result, int(oral.get("amount") or 0))
    return PaperCase(
        no=paper_words().phrases["nothing"],
        title=str(oral.get("what") or ""),
        stage="agreed",
        dispute=str(oral.get("dispute") or ""),
        origin="visit",
        opened_on=day,
        accepted_on=day,
        community=community,
        mediators=(mediator,) if mediator else (),
        place=place,
        facts=str(oral.get("what") or ""),
        parties=_parties(reading, oral),
        talks=(Talk(oral.id, "mediation", held_at, place, result=result, writer=mediator),),
        agreements=(Agreement(oral.id, ORAL, terms=(term,), signed_on=day),),
        steps=(Step("performed", day, done=True, id=oral.id),) if done else (),
        scans=_scans(reading, oral.id),
        register_only=True,
    )


def _scans(reading: Reading, oral_id: str) -> tuple[Scan, ...]:
    """What was signed by hand and scanned in, oldest first."""
    rows = reading.rows("attachment", where={"about_id": oral_id})
    found = [row for row in rows if row.get("paper") == ORAL]
    return tuple(
        Scan(row.id, ORAL, str(row.get("media") or ""), str(row.get("caption") or ""), oral_id)
        for row in sorted(found, key=lambda row: (str(row.get("added_at") or ""), row.id))
    )


def _is_taken_back(reading: Reading, oral: Record) -> bool:
    if not oral.get("what"):
        return True
    later = reading.rows(ORAL_MEDIATION, where={"household_id": oral.get("household_id")})
    return any(one.get("corrects") == oral.id and not one.get("what") for one in later)


def _parties(reading: Reading, oral: Record) -> tuple[Party, ...]:
    first = _head(reading, str(oral.get("household_id") or ""), "applicant")
    told = str(oral.get("other_party") or "")
    other = _head(reading, str(oral.get("other_household_id") or ""), "respondent")
    second = other or (Party(told, "respondent") if told else None)
    return tuple(one for one in (first, second) if one is not None)


def _head(reading: Reading, household_id: str, side: str) -> Party | None:
    """The head of a household as a party; ``None`` where it is not on this computer."""
    household = reading.find("household", household_id) if household_id else None
    if household is None:
        return None
    person = reading.find("person", str(household.get("head_id") or ""))
    fields = dict(person.fields) if person is not None else {}
    return Party(
        name=str(fields.get("name") or ""),
        side=side,
        sex=str(fields.get("sex") or ""),
        birth=date.fromisoformat(str(fields["birth"])) if fields.get("birth") else None,
        occupation=str(fields.get("work") or ""),
        phone=str(fields.get("phone") or household.get("contact") or ""),
        address=_address(reading, str(household.get("dwelling_id") or "")),
    )


def _address(reading: Reading, dwelling_id: str) -> str:
    """The estate and the room, as far as they are known here."""
    dwelling = reading.find("dwelling", dwelling_id)
    if dwelling is None:
        return ""
    building = reading.find("area", str(dwelling.get("building_id") or ""))
    parent = reading.find("area", str(building.get("parent_id") or "")) if building else None
    estate = parent or building
    name = str(estate.get("name") or "") if estate else ""
    return f"{name} {dwelling.get('address') or dwelling.get('room') or ''}".strip()
