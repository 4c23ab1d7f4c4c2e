"""What a visit form says beside its fields: what to ask, what is reported, what the law asks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from desktop.rows import Tone
from desktop.services.households import HouseholdCard
from desktop.services.matters import MatterLine, coming_line
from desktop.services.promises import PromiseLine
from desktop.services.visit_form import VisitForm, result_chosen
from desktop.viewmodels.promise_rows import promise_time
from desktop.viewmodels.visit_guidance import Guidance
from sync.i18n import N_, _, n_
from sync.identity import local_day, parse_stamp
from sync.rules.reason import day_text
from sync.schema import codes

ADULT_AT: Final = 18
_CHILD_TAGS: Final = frozenset({"left_child", "hard_child", "orphan"})
_WORRYING: Final = frozenset({"attention", "urgent"})
_PROMISE: Final = "promise:"
_MATTER: Final = "matter:"


@dataclass(frozen=True)
class Question:
    """Something to ask at the door. ``key`` names the promise or the matter."""

    key: str
    words: str
    note: str


def questions(
    promises: Iterable[PromiseLine], matters: Iterable[MatterLine], today: date
) -> list[Question]:
    """What was promised here and what is still open, to bring back and to ask about."""
    brought = [
        Question(f"{_PROMISE}{one.id}", one.what, _promise_note(one, today)) for one in promises
    ]
    asked = [Question(f"{_MATTER}{one.id}", one.what, _matter_note(one, today)) for one in matters]
    return brought + asked


def answered(form: VisitForm) -> list[str]:
    """The keys of what was brought back and asked about."""
    return [f"{_PROMISE}{key}" for key in form.kept] + [f"{_MATTER}{key}" for key in form.asked]


def with_answers(form: VisitForm, keys: Sequence[str]) -> VisitForm:
    """The form once these questions are ticked."""
    kept = tuple(key.removeprefix(_PROMISE) for key in keys if key.startswith(_PROMISE))
    asked = tuple(key.removeprefix(_MATTER) for key in keys if key.startswith(_MATTER))
    return replace(form, kept=kept, asked=asked)


def reported(form: VisitForm, matters: Iterable[MatterLine], today: date) -> Guidance | None:
    """What saving reports: for each need and hazard its unit and time; nothing is reported twice.

    ``None`` while there is neither need nor hazard.
    """
    known = {one.subject: one for one in matters}
    subjects = (*form.hazards, *form.needs)
    coming = [coming_line(subject) for subject in subjects if subject not in known]
    again = [known[subject] for subject in subjects if subject in known]
    if not subjects:
        return None
    title = n_(
        "Saving also reports {count} matter", "Saving also reports {count} matters", len(coming)
    ).format(count=len(coming))
    if not coming:
        title = _(N_("Reported before, and still open"))
    lines = [" · ".join((one.what, one.unit, one.limit)) for one in coming]
    lines += [
        _(N_("{what}: open since {day}")).format(what=one.what, day=_day(one, today))
        for one in again
    ]
    return Guidance(Tone.WARN, title, "\n".join(lines))


def duty(card: HouseholdCard, form: VisitForm) -> Guidance | None:
    """What the law asks of whoever finds a minor in danger (未成年人保护法 art. 11).

    Said where minors live and something is worrying; the app reports nothing by itself.
    """
    here = [person for person in card.members if person.is_here]
    minors = any(
        (person.age is not None and person.age < ADULT_AT) or _CHILD_TAGS & set(person.tags)
        for person in here
    )
    if not minors or not (form.condition in _WORRYING or form.result == "danger"):
        return None
    return Guidance(
        Tone.BAD,
        _(
            N_(
                "Minors live here. If one is or may be hurt, or in danger: tell the police (110)"
                " and civil affairs at once."
            )
        ),
        _(
            N_(
                "The law on the protection of minors (art. 11) obliges you to, on suspicion alone."
                " Nothing is reported by saving: you do it, and write down whom you told."
            )
        ),
    )


def same_as_last(card: HouseholdCard, form: VisitForm) -> VisitForm | None:
    """The form with the outcome of the last visit that met somebody: its result, its way and
    whom it met. Never its words, its needs or how they were: those are today's."""
    last = next(
        (
            entry.fields
            for entry in card.entries
            if entry.kind == "visit"
            and not entry.replaced
            and entry.fields.get("result") in {"met", "met_family"}
        ),
        None,
    )
    if last is None:
        return None
    chosen = result_chosen(form, str(last["result"]))
    return replace(
        chosen,
        method=str(last.get("method") or chosen.method),
        companions=tuple(last.get("companions") or ()),
    )


def same_words(card: HouseholdCard) -> str:
    """What "same as last time" would say; empty where nobody was ever met."""
    form = same_as_last(card, VisitForm())
    if form is None:
        return ""
    return _(codes.RESULT[form.result])


def _promise_note(one: PromiseLine, today: date) -> str:
    late = (today - one.due).days if one.due else None
    words = promise_time(one.due, late, today)
    return words or _(N_("promised on {day}")).format(
        day=day_text(local_day(parse_stamp(one.made_at)), today)
    )


def _matter_note(one: MatterLine, today: date) -> str:
    return _(N_("asked for on {day} · {unit}")).format(day=_day(one, today), unit=one.unit)


def _day(one: MatterLine, today: date) -> str:
    return day_text(local_day(parse_stamp(one.reported_at)), today) if one.reported_at else ""
