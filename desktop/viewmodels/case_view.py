"""One case as its page shows it: the head, the stages, who takes part, and what was written."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from desktop.rows import Lamp, Stop, StopState, TimelineItem, Tone
from desktop.services.case_file import CASE, Agreement, CaseFile, Party, day_of
from desktop.services.case_list import task_of
from desktop.services.case_rules import LOOKED_INTO
from desktop.services.case_stages import RAIL, next_on_rail
from desktop.services.names import Names
from desktop.services.workplace import Workplace
from desktop.viewmodels.case_entries import entries as case_entries
from desktop.viewmodels.case_ways import other_ways
from desktop.viewmodels.moments import day_and_time
from sync.i18n import N_, _, n_
from sync.identity import Clock, local_day
from sync.rules.cases import LIMIT_DAYS, confirm_until
from sync.rules.masking import mask_phone
from sync.rules.reason import day_text
from sync.schema import codes

SHOWN: Final = 12
"""Entries that stand on the page at first, more than any window has room for: a case of hundreds
opens at once."""
EARLIER: Final = "earlier"
UNNUMBERED: Final = N_("no number yet")
_SIDE_TONES: Final = {"applicant": Tone.CARE, "respondent": Tone.PRIMARY}


@dataclass(frozen=True)
class Person:
    """Somebody who takes part. ``party_id`` is empty for who works here; ``phone`` is masked.
    ``is_known``: not a party that is known by words alone."""

    name: str = field(repr=False)
    detail: str
    phone: str
    tone: Tone
    party_id: str = ""
    is_known: bool = True


@dataclass(frozen=True)
class AgreementView:
    """What stands at the right: the version, how far it is, and until when a court is asked."""

    found: Agreement | None
    state: str
    detail: str
    court: str
    may_sign: bool
    supplement: bool


@dataclass(frozen=True)
class CaseView:
    """Everything the page shows of one case."""

    file: CaseFile
    title: str = field(repr=False)
    about: str = field(repr=False)
    lamp: Lamp | None
    task: str
    limit: str
    rail: tuple[Stop, ...]
    aside: str
    people: tuple[Person, ...]
    items: tuple[TimelineItem, ...]
    entries: int
    agreement: AgreementView
    next_stage: str
    others: tuple[tuple[str, str], ...]


def open_case(
    place: Workplace, case_id: str, shown: int = SHOWN, *, agreed: bool = False
) -> CaseView:
    """The same as :func:`read_case`, when somebody opens it: who does not handle a case with a
    risk of violence leaves a trace. On the store lane. Raises NotFound."""
    view = read_case(place, case_id, shown, agreed=agreed)
    handles = {*view.file.mediators, *view.file.invited}
    if view.file.violence_risk and place.cases.me not in handles:
        place.reveals.record([(CASE, case_id, "*")], LOOKED_INTO)
    return view


def read_case(
    place: Workplace, case_id: str, shown: int = SHOWN, *, agreed: bool = False
) -> CaseView:
    """The page of a case with its newest ``shown`` entries; ``agreed``: those about the agreement
    alone. On the store lane. Raises NotFound."""
    return case_view(place.cases.case(case_id), place.names, place.clock, shown, agreed=agreed)


def case_view(
    file: CaseFile, names: Names, clock: Clock, shown: int, *, agreed: bool = False
) -> CaseView:
    """The page of a case that was read already."""
    today = local_day(clock.now())
    task = task_of(file, today)
    items, count = _items(file, names, clock, shown, agreed=agreed)
    return CaseView(
        file=file,
        title=file.title,
        about=_about(file),
        lamp=Lamp(task.lamp.value) if task else None,
        task=task.words if task else "",
        limit=_limit(file, today),
        rail=tuple(_rail(file, today)),
        aside=_aside(file),
        people=tuple(_people(file, names)),
        items=items,
        entries=count,
        agreement=_agreement(file, clock, today),
        next_stage=next_on_rail(file),
        others=tuple(other_ways(file)),
    )


def said_items(
    file: CaseFile, place: Workplace, shown: int, *, agreed: bool
) -> tuple[TimelineItem, ...]:
    """The newest ``shown`` entries of a case that was read already. On the store lane."""
    return _items(file, place.names, place.clock, shown, agreed=agreed)[0]


def _items(
    file: CaseFile, names: Names, clock: Clock, shown: int, *, agreed: bool
) -> tuple[tuple[TimelineItem, ...], int]:
    """The newest entries, below them how many there are before; and how many there are in all."""
    items, count = case_entries(file, names, clock, shown, agreed=agreed)
    if count > shown:
        rest = count - shown
        more = n_("{count} earlier entry", "{count} earlier entries", rest).format(count=rest)
        items.append(
            TimelineItem(EARLIER, more, "clock-counter-clockwise", action=_(N_("Show them")))
        )
    return tuple(items), count


def _about(file: CaseFile) -> str:
    kind = _(codes.DISPUTE[file.dispute]) if file.dispute in codes.DISPUTE else ""
    names = _(N_(" and ")).join(party.name for party in file.parties)
    return " · ".join(part for part in (file.no or _(UNNUMBERED), kind, names) if part)


def _limit(file: CaseFile, today: date) -> str:
    if not file.accepted_on or file.limit is None:
        return ""
    accepted = date.fromisoformat(file.accepted_on)
    if not file.is_running:
        return _(N_("accepted on {day}")).format(day=day_text(accepted, today))
    days, most = (today - accepted).days, (file.limit - accepted).days
    words = _(N_("day {day} of {most}")).format(day=days, most=most)
    return words if most == LIMIT_DAYS else f"{words} · " + _(N_("lengthened"))


def _rail(file: CaseFile, today: date) -> Iterable[Stop]:
    order = [stage for stage, _words in RAIL]
    at = order.index(_stage_on_rail(file)) if _stage_on_rail(file) in order else -1
    days = _days(file, today)
    closed = file.stage == "archived"
    for number, (stage, words) in enumerate(RAIL):
        state = StopState.LATER
        if number < at or (closed and number == at):
            state = StopState.DONE if _was_done(file, stage) else StopState.PASSED
        elif number == at:
            state = StopState.NOW
        yield Stop(_(words), days.get(stage, "") if state is not StopState.LATER else "", state)


def _was_done(file: CaseFile, stage: str) -> bool:
    """Whether the record tells of it: a case may go on without an inquiry, or be filed without an
    agreement."""
    kinds = {talk.kind for talk in file.talks}
    signed = file.signed is not None
    done = {
        "accepted": bool(file.accepted_on),
        "investigating": "inquiry" in kinds,
        "mediating": signed or "mediation" in kinds,
        "agreed": signed,
        "performing": file.fulfilled is not None,
        "follow_up": bool(file.steps_of("called_back")),
    }
    return done.get(stage, True)


def _stage_on_rail(file: CaseFile) -> str:
    return {"judicial_confirm": "performing", "failed": "mediating"}.get(file.stage, file.stage)


def _days(file: CaseFile, today: date) -> dict[str, str]:
    first = {
        kind: min((day_of(t.held_at) for t in file.talks if t.kind == kind), default="")
        for kind in ("inquiry", "mediation")
    }
    due = max((term.due_on for term in file.terms if term.due_on), default="")
    called, filed = file.step("called_back"), file.step("archived")
    known = {
        "accepted": file.accepted_on,
        "investigating": first["inquiry"],
        "mediating": first["mediation"],
        "agreed": file.signed.signed_on if file.signed else "",
        "follow_up": called.done_on if called else "",
        "archived": filed.done_on if filed else "",
    }
    told = {stage: day_text(date.fromisoformat(day), today) for stage, day in known.items() if day}
    if due:
        until = day_text(date.fromisoformat(due), today)
        told["performing"] = _(N_("until {day}")).format(day=until)
    return told


def _aside(file: CaseFile) -> str:
    """A stage beside the way, in a word."""
    aside = ("clue", "declined", "failed", "judicial_confirm")
    return _(codes.CASE_STAGE[file.stage]) if file.stage in aside else ""


def _people(file: CaseFile, names: Names) -> Iterable[Person]:
    for party in file.parties:
        yield _party(party)
    for staff in file.mediators:
        yield Person(names.staff(staff), _(N_("mediator")), "", Tone.OK)
    for staff in file.invited:
        yield Person(names.staff(staff), _(N_("invited")), "", Tone.NEUTRAL)


def _party(party: Party) -> Person:
    side = _(codes.PARTY_SIDE.get(party.side, ""))
    guardian = _(N_("guardian {name}")).format(name=party.guardian) if party.guardian else ""
    told = _(N_("told as “{words}”")).format(words=party.told) if party.told else ""
    detail = " · ".join(part for part in (side, party.address, guardian, told) if part)
    tone = _SIDE_TONES.get(party.side, Tone.NEUTRAL)
    known = bool(party.household_id)
    return Person(party.name, detail, mask_phone(party.phone), tone, party.id, known)


# --- The agreement -------------------------------------------------------------------------------


def _agreement(file: CaseFile, clock: Clock, today: date) -> AgreementView:
    found = file.agreement
    draft = next((one for one in file.supplements if not one.is_locked), None)
    scans = file.scans_of(file.signed.id) if file.signed else ()
    state = _(N_("no agreement yet"))
    detail = ""
    if file.signed and file.signed.kind == "oral":
        state = _(N_("agreed orally"))
    elif file.signed and not scans:
        signed_on = day_text(date.fromisoformat(file.signed.signed_on), today)
        state = _(N_("signed on {day}, its scan is missing")).format(day=signed_on)
    elif file.signed:
        count = len(scans)
        state = n_("{count} signed page attached", "{count} signed pages attached", count)
        state = state.format(count=count)
        detail = day_and_time(scans[0].added_at, clock) if scans else ""
    elif found:
        state = _(N_("print it, sign on paper, attach the scan"))
    court = ""
    if file.signed and file.signed.signed_on and not file.steps_of("court_confirmed"):
        last = confirm_until(date.fromisoformat(file.signed.signed_on))
        if last >= today:
            words = _(N_("a court may confirm it, asked by {day}"))
            court = words.format(day=day_text(last, today))
    may_sign = (found is not None and not found.is_locked and found.kind != "oral") or bool(draft)
    return AgreementView(found, state, detail, court, may_sign, file.signed is not None)
