"""The lines of ``doorstep apply`` about matters: a new one, a step, what a department did."""

from collections.abc import Callable, Mapping

from desktop.services.action_call import ActionCall, BadLine
from desktop.services.matter_forms import EVENTS, Answer, NewMatter, Step
from desktop.services.matter_work import MatterWork
from desktop.services.references import References
from sync.i18n import _
from sync.rules.matter_steps import STEPS


class MatterActions:
    """Does them for one profile's user."""

    def __init__(self, references: References, matter_work: MatterWork) -> None:
        self._references = references
        self._matter_work = matter_work

    @property
    def does(self) -> Mapping[str, Callable[[ActionCall], str]]:
        """What each kind of line does; the id of the record is returned."""
        return {"matter": self._matter, "step": self._step, "unit": self._unit}

    def _matter(self, call: ActionCall) -> str:
        """A new matter: at a household (``ref``) or in a ``grid``, with ``place``."""
        ref = call.text("ref", call.text("household", ""))
        told = NewMatter(
            text=call.text("text"),
            title=call.text("title", ""),
            category=call.text("category", "other"),
            urgency=call.text("urgency", "general"),
            source=call.text("source", "patrol"),
            household_id=self._references.household(ref).id if ref else "",
            grid_id=call.text("grid", ""),
            place=call.text("place", ""),
            reporter=call.text("reporter", ""),
            lines=call.words("lines"),
            disposition=call.text("disposition", ""),
            answer=_answer_in(call) if call.given.get("told") else None,
        )
        return self._matter_work.report(told)

    def _step(self, call: ActionCall) -> str:
        """One step (``kind``) of a matter (``id``)."""
        matter_id = call.text("id")
        step = Step(
            kind=call.text("kind"),
            text=call.text("text", ""),
            until=call.text("until", ""),
            owner=call.text("owner", ""),
            owner_id=call.text("owner_id", ""),
            units=call.words("units"),
            answer=_answer_in(call) if call.given.get("told") else None,
            same_as=call.text("same_as", ""),
        )
        if step.kind not in STEPS:
            raise BadLine(what=_("kind must be one of {choices}").format(choices=", ".join(STEPS)))
        self._matter_work.take(matter_id, step)
        return matter_id

    def _unit(self, call: ActionCall) -> str:
        """What a department (``id``) did: its ``event``, ``text`` and ``rating``."""
        unit_id, event = call.text("id"), call.text("event")
        if event not in EVENTS:
            raise BadLine(
                what=_("event must be one of {choices}").format(choices=", ".join(EVENTS))
            )
        rating = call.given.get("rating")
        self._matter_work.tell_unit(
            unit_id, event, call.text("text", ""), rating if isinstance(rating, int) else 0
        )
        return unit_id


def _answer_in(call: ActionCall) -> Answer:
    """The answer to the resident: ``told`` whom, ``by`` which way, ``words``, ``satisfaction``."""
    score = call.given.get("satisfaction")
    return Answer(
        to=call.text("told"),
        by=call.text("by", ""),
        text=call.text("words", ""),
        satisfaction=score if isinstance(score, int) else None,
    )
