"""The registration of an oral mediation that never became a case (人民调解口头协议登记表)."""

from datetime import date

from desktop.services.dossier.words import paper_words
from desktop.services.ledger_party import ledger_party
from desktop.services.oral_versions import Oral
from sync.errors import DoorstepError
from sync.i18n import N_
from sync.identity import local_day, parse_stamp
from sync.rules.paper_case import Agreement, PaperCase, Party, Scan, Step, Talk, Term
from sync.store.reading import Reading
from sync.store.record import Record

ORAL = "oral"
"""The paper that it has, as scans name it."""


class MediationTakenBack(DoorstepError):
    """It was taken back, so there is nothing to register."""

    code = "mediation.taken_back"
    message = N_("This mediation was taken back. There is nothing to print.")


def oral_on_paper(reading: Reading, oral: Oral, mediator: str, community: str) -> PaperCase:
    """The one paper of an oral mediation: both parties as the ledger has them, what was agreed.

    It has no number of the register of cases: that line stays empty, to be filled in by hand.
    Raises :class:`MediationTakenBack`.
    """
    if oral.is_taken_back:
        raise MediationTakenBack
    return _on_paper(reading, oral.root, oral.link, mediator, community)


def _on_paper(
    reading: Reading, oral: Record, link: tuple[str, str], mediator: str, community: str
) -> PaperCase:
    held_at = parse_stamp(str(oral.get("held_at")))
    day, result = local_day(held_at), str(oral.get("result") or "")
    place, done = str(oral.get("place") or ""), bool(oral.get("done"))
    terms = tuple(Term(line.strip()) for line in result.splitlines() if line.strip())
    cents = int(oral.get("amount") or 0)
    return PaperCase(
        no=paper_words().phrases["no_number"],
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
        parties=_parties(reading, oral, link),
        talks=(Talk(oral.id, "mediation", held_at, place, result=result, writer=mediator),),
        agreements=(Agreement(oral.id, ORAL, terms=terms, signed_on=day, cents=cents),),
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


def _parties(reading: Reading, oral: Record, link: tuple[str, str]) -> tuple[Party, ...]:
    first = _from_ledger(reading, str(oral.get("household_id") or ""), "", "applicant")
    told = str(oral.get("other_party") or "")
    other = _from_ledger(reading, *link, "respondent")
    second = other or (Party(told, "respondent") if told else None)
    return tuple(one for one in (first, second) if one is not None)


def _from_ledger(reading: Reading, household_id: str, person_id: str, side: str) -> Party | None:
    found = ledger_party(reading, household_id, person_id)
    if found is None:
        return None
    birth = found.pop("birth")
    return Party(side=side, birth=date.fromisoformat(birth) if birth else None, **found)
