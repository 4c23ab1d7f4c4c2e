"""A case as its papers need it, from the case as this computer holds it."""

from collections.abc import Callable
from datetime import date, datetime

from desktop.services import case_file
from sync.identity import local_day, parse_stamp
from sync.rules import paper_case
from sync.rules.idcard import IdCard, read_id

NameOf = Callable[[str], str]
"""The name of a colleague or an expert; empty where it is not on this computer."""


def on_paper(file: case_file.CaseFile, name_of: NameOf, community: str) -> paper_case.PaperCase:
    """The whole case; people of the office by name."""
    return paper_case.PaperCase(
        no=file.no,
        title=file.title,
        stage=file.stage,
        dispute=file.dispute,
        scale=file.scale,
        origin=file.origin,
        opened_on=_day_of(file.opened_at),
        accepted_on=_day(file.accepted_on),
        community=community,
        mediators=_names(file.mediators, name_of),
        invited=_names(file.invited, name_of),
        place=file.place,
        facts=file.facts,
        demands=file.demands,
        points=file.points,
        parties=tuple(map(_party, file.parties)),
        talks=tuple(_talk(talk, name_of) for talk in file.talks),
        agreements=tuple(map(_agreement, file.agreements)),
        steps=tuple(_step(step, file, name_of) for step in file.steps),
        scans=tuple(_scan(scan, file) for scan in file.scans),
        guarded=file.violence_risk,
    )


def _names(ids: tuple[str, ...], name_of: NameOf) -> tuple[str, ...]:
    return tuple(filter(None, map(name_of, ids)))


def _party(one: case_file.Party) -> paper_case.Party:
    card = read_id(one.id_no) if one.id_no else None
    return paper_case.Party(
        name=one.name,
        side=one.side,
        sex=one.sex,
        nation=one.nation,
        birth=_day(one.birth) or (card.birth if isinstance(card, IdCard) else None),
        occupation=one.occupation,
        id_no=one.id_no,
        phone=one.phone,
        address=one.address,
        guardian=one.guardian,
        agent=one.agent,
    )


def _talk(one: case_file.Talk, name_of: NameOf) -> paper_case.Talk:
    return paper_case.Talk(
        id=one.id,
        kind=one.kind,
        held_at=_moment(one.held_at),
        place=one.place,
        present=one.present,
        said=tuple((said.who, said.words) for said in one.said),
        text=one.text,
        result=one.result,
        writer=name_of(one.staff_id),
        corrects=one.corrects,
        reason=one.reason,
        late=one.late,
    )


def _agreement(one: case_file.Agreement) -> paper_case.Agreement:
    return paper_case.Agreement(
        id=one.id,
        kind=one.kind,
        facts=one.facts,
        points=one.points,
        terms=tuple(
            paper_case.Term(term.text, term.amount or 0, _day(term.due_on), term.way, term.place)
            for term in one.terms
        ),
        copies=one.copies or 0,
        signed_on=_day(one.signed_on),
        written_at=_moment(one.written_at),
        corrects=one.corrects,
        reason=one.reason,
    )


def _step(one: case_file.Step, file: case_file.CaseFile, name_of: NameOf) -> paper_case.Step:
    """Who agreed is a side, or one of the parties, by name."""
    names = {party.id: party.name for party in file.parties}
    return paper_case.Step(
        kind=one.kind,
        done_on=_day(one.done_on),
        until=_day(one.until),
        agreed_by=tuple(names.get(who, who) for who in one.agreed_by),
        text=one.text,
        satisfaction=one.satisfaction,
        done=one.done,
        writer=name_of(one.staff_id),
        id=one.id,
        corrects=one.corrects,
    )


def _scan(one: case_file.Scan, file: case_file.CaseFile) -> paper_case.Scan:
    """A scan with no paper named is evidence; the signed pages of a supplement are its own."""
    about = next((each for each in file.agreements if each.id == one.about_id), None)
    paper = one.paper or "evidence"
    if about is not None and paper == "agreement" and about.kind != "agreement":
        paper = about.kind
    return paper_case.Scan(one.id, paper, one.media, one.caption, one.about_id, one.size)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _moment(text: str) -> datetime | None:
    return parse_stamp(text) if text else None


def _day_of(text: str) -> date | None:
    return local_day(parse_stamp(text)) if text else None
