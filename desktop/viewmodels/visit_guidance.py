"""What follows from a result, said before it is saved."""

from dataclasses import dataclass
from datetime import date

from desktop.rows import Tone
from desktop.services.households import HouseholdCard
from desktop.viewmodels.days import day_and_weekday
from sync.i18n import N_, _, n_
from sync.rules.due import MOST_KNOCKS, Due
from sync.rules.reason import clock_text, day_text


@dataclass(frozen=True)
class Guidance:
    """What the form asks for, or what follows."""

    tone: Tone
    title: str
    detail: str = ""


def guidance(result: str, due: Due | None, card: HouseholdCard, today: date) -> Guidance | None:
    """What follows from ``result``, where it asks for more than a date; ``due`` is what the rules
    will say then."""
    match result:
        case "not_home":
            return _after_no_answer(due, card)
        case "refused":
            return _after_refusal(due, today)
        case "vacant":
            return _after_vacant(due, today)
        case "wrong":
            title = _(N_("A wrong door is no visit. Nothing changes for this home."))
            return Guidance(Tone.NEUTRAL, title)
        case "danger":
            title = _(N_("Leave first. Life in danger: call 110, 119 or 120 before you write."))
            return Guidance(Tone.BAD, title, _(N_("Tell the community within the hour.")))
    return None


def _after_no_answer(due: Due | None, card: HouseholdCard) -> Guidance:
    if due is not None and due.confirm_safe_by:
        title = _(N_("Confirm they are safe by {time}")).format(
            time=clock_text(due.confirm_safe_by)
        )
        return Guidance(Tone.BAD, title, _whom_to_call(card))
    if due is not None and due.failures >= MOST_KNOCKS:
        title = n_(
            "No answer {count} time: leave a card and call the contact",
            "No answer {count} times: leave a card and call the contact",
            due.failures,
        ).format(count=due.failures)
        return Guidance(Tone.WARN, title, _whom_to_call(card))
    return Guidance(Tone.OK, _(N_("Press Ctrl Enter and it is recorded.")))


def _whom_to_call(card: HouseholdCard) -> str:
    if not card.contact:
        return _(N_("No contact is written down. Ask a neighbour or the building's head."))
    return _(N_("Call {name} {phone}")).format(name=card.contact_name, phone=card.contact)


def _after_refusal(due: Due | None, today: date) -> Guidance:
    if due is None or due.wait_until is None:
        return Guidance(Tone.NEUTRAL, _(N_("Do not press. Leave them in peace.")))
    title = _(N_("Leave them in peace until {day}")).format(day=day_text(due.wait_until, today))
    detail = _(N_("The next visit is due on {day}.")).format(
        day=day_and_weekday(due.next_due, today)
    )
    return Guidance(Tone.PRIMARY, title, detail)


def _after_vacant(due: Due | None, today: date) -> Guidance:
    if due is not None and due.failures:
        title = _(N_("People with care are registered here: it counts as no answer."))
        detail = _(N_("Ask the neighbours, then record who moved out."))
        return Guidance(Tone.WARN, title, detail)
    day = day_and_weekday(due.next_due, today) if due else _(N_("no date"))
    title = _(N_("A vacant home is looked at every 6 months, next on {day}")).format(day=day)
    return Guidance(Tone.PRIMARY, title)
