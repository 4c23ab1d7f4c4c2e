"""What was written in a case, newest first: talks, steps, versions of the agreement."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Final

from desktop.rows import Tag, TimelineItem, Tone
from desktop.services.case_file import Agreement, CaseFile, Step, Talk
from desktop.services.names import Names
from desktop.viewmodels.moments import day_and_time
from sync.i18n import N_, _
from sync.identity import Clock, local_day
from sync.rules.reason import day_text
from sync.schema import codes

_OF_AGREEMENT: Final = frozenset({"performed", "not_performed", "court_applied", "court_confirmed"})
_TALK_ICONS: Final = {"inquiry": "magnifying-glass", "call": "phone", "follow_up": "repeat"}


def entries(
    file: CaseFile, names: Names, clock: Clock, most: int, *, agreed: bool = False
) -> tuple[list[TimelineItem], int]:
    """Talks, steps and versions of the agreement, newest first; and how many there are. Only the
    newest ``most`` are put into words. ``agreed``: what was agreed and what became of it, alone."""
    numbers = _numbers(file.talks)
    # Of an agreement the version that stands: those before it are in the file.
    replaced = {one.corrects for one in file.agreements if one.corrects}
    by_id = {talk.id: talk for talk in file.talks}
    told: list[tuple[str, str, Callable[[], TimelineItem]]] = [
        *(
            (talk.held_at, talk.id, partial(_talk_item, talk, numbers, by_id, names, clock))
            for talk in (() if agreed else file.talks)
        ),
        *(
            (f"{one.done_on}T12", one.id, partial(_step_item, one, names, clock))
            for one in file.steps
            if not agreed or one.kind in _OF_AGREEMENT
        ),
        *(
            (one.written_at, one.id, partial(_agreement_item, one, names, clock))
            for one in file.agreements
            if one.id not in replaced
        ),
    ]
    told.sort(key=lambda each: each[:2], reverse=True)
    return [say() for _at, _id, say in told[:most]], len(told)


def _numbers(talks: Sequence[Talk]) -> dict[str, int]:
    """How many mediation talks there were until each; a correction is none of its own."""
    counted = [talk for talk in talks if talk.kind == "mediation" and not talk.corrects]
    return {talk.id: number for number, talk in enumerate(counted, 1)}


def _talk_item(
    talk: Talk, numbers: dict[str, int], by_id: dict[str, Talk], names: Names, clock: Clock
) -> TimelineItem:
    title = _(codes.TALK_KIND.get(talk.kind, ""))
    if talk.id in numbers:
        title = _(N_("mediation talk {number}")).format(number=numbers[talk.id])
    tags = []
    if talk.corrects:
        title = _(N_("Correction"))
        first = by_id.get(talk.corrects)
        of = day_and_time(first.held_at, clock) if first else ""
        tags.append(Tag(_(N_("corrects the talk of {day}")).format(day=of), Tone.NEUTRAL))
    if talk.late:
        tags.append(Tag(_(N_("news after it was closed")), Tone.WARN))
    words = [f"{one.who}：{one.words}" for one in talk.said]
    words += [part for part in (talk.text, talk.result, talk.reason) if part]
    return TimelineItem(
        key=talk.id,
        title=title,
        icon=_TALK_ICONS.get(talk.kind, "chat-text") if not talk.corrects else "pencil-simple",
        tone=Tone.NEUTRAL if talk.corrects else Tone.PRIMARY,
        note="、".join(talk.present) or talk.place,
        text="\n".join(words),
        who=names.staff(talk.staff_id),
        when=day_and_time(talk.held_at, clock),
        delivery="" if talk.sent else _(N_("on this computer, not sent yet")),
        tags=tuple(tags),
        action=_(N_("Correct")),
    )


def _step_item(step: Step, names: Names, clock: Clock) -> TimelineItem:
    today = local_day(clock.now())
    parts = [step.text]
    if step.until:
        until = day_text(date.fromisoformat(step.until), today)
        parts.insert(0, _(N_("until {day}")).format(day=until))
    if step.satisfaction is not None:
        parts.append(_(N_("satisfaction {figure}")).format(figure=step.satisfaction))
    when = day_text(date.fromisoformat(step.done_on), today) if step.done_on else ""
    return TimelineItem(
        key=step.id,
        title=step.words,
        icon="check-circle",
        tone=Tone.OK,
        text=" · ".join(part for part in parts if part),
        who=names.staff(step.staff_id),
        when=when,
    )


def _agreement_item(one: Agreement, names: Names, clock: Clock) -> TimelineItem:
    signed = _(N_("signed")) if one.is_locked else _(N_("a draft"))
    return TimelineItem(
        key=one.id,
        title=_(codes.AGREEMENT_KIND.get(one.kind, "")),
        icon="handshake",
        tone=Tone.OK if one.is_locked else Tone.NEUTRAL,
        note=signed,
        text="\n".join(f"{at}. {term.text}" for at, term in enumerate(one.terms, 1)),
        who=names.staff(one.staff_id),
        when=day_and_time(one.written_at, clock),
    )
