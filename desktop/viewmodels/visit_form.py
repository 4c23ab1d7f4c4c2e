"""What the visit form holds and shows: each result has its own fields and says what follows."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

from desktop.services.households import GONE, HouseholdCard
from desktop.services.matters import MatterLine
from desktop.services.promises import PromiseLine
from desktop.services.visit_form import (
    ALONE,
    OTHERS_PRESENT,
    VisitForm,
    pressure_in,
    result_chosen,
)
from desktop.services.visits import Outlook, Record
from desktop.viewmodels.days import day_and_weekday, moment_words
from desktop.viewmodels.visit_guidance import Guidance, guidance
from desktop.viewmodels.visit_more import (
    Question,
    duty,
    questions,
    reported,
    same_as_last,
    same_words,
)
from desktop.viewmodels.visit_parts import (
    BY_RULE,
    FIELDS,
    MORE_RESULTS,
    OWN,
    PARTS,
    SEGMENTS,
    SLIPS,
    Part,
    result_words,
)
from desktop.viewmodels.visit_times import (
    Mark,
    in_days,
    last_opened,
    parse_day,
    parse_time,
    retry_slots,
    week_marks,
)
from sync.i18n import N_, _, n_
from sync.identity import LOCAL_ZONE, local_day, parse_stamp, stamp
from sync.rules.due import ANY_DAY, Due
from sync.rules.reason import clock_text, why

__all__ = [
    "BY_RULE",
    "MORE_RESULTS",
    "OWN",
    "PARTS",
    "SEGMENTS",
    "Asks",
    "Guidance",
    "NextChoice",
    "Part",
    "VisitState",
    "result_words",
]

_EMPTY: Final = VisitForm()


@dataclass(frozen=True)
class NextChoice:
    """A time to come next. ``at`` is ``None`` for the rule's own day and for one typed by hand."""

    key: str
    words: str
    note: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Asks:
    """What is still open with a household: what was promised, and what was asked for."""

    promises: tuple[PromiseLine, ...] = field(default=(), repr=False)
    matters: tuple[MatterLine, ...] = field(default=(), repr=False)


class VisitState:
    """The form of one visit while it is being filled in.

    Attributes: ``form``, what is typed; ``original``, the saved visit that is corrected, if one
    is, and ``reason``, why.
    """

    def __init__(
        self,
        card: HouseholdCard,
        outlook: Outlook,
        now: datetime,
        kept: VisitForm | None,
        asks: Asks | None = None,
    ) -> None:
        self._card = card
        self._asks = asks or Asks()
        self._outlook = outlook
        self._now = now
        self._today: date = local_day(now)
        self._own = False
        self.form = replace(kept or VisitForm(), planned_for=outlook.planned_for)
        self.original: Record | None = None
        self.reason = ""
        self._promise_day = ""

    def correction(self, visit: Record, kept: tuple[VisitForm, str] | None) -> "VisitState":
        """The correction of a saved visit: it begins with what was said, or with its draft."""
        made = VisitState(self._card, self._outlook, self._now, None, self._asks)
        made.original = visit
        made.form, made.reason = kept or (VisitForm.from_visit(visit), "")
        return made

    # --- What is shown --------------------------------------------------------------------------

    @property
    def parts(self) -> frozenset[Part]:
        """The parts that the chosen result asks for."""
        return PARTS[self.form.result]

    @property
    def household(self) -> HouseholdCard:
        """The household that is visited."""
        return self._card

    @property
    def is_started(self) -> bool:
        """Whether there is anything to keep."""
        if self.original is not None:
            former = VisitForm.from_visit(self.original)
            return self.form != former or bool(self.reason.strip())
        return bool(self.form.result) or self.form.says_more

    @property
    def for_two(self) -> bool:
        """Whether this home is visited by two, and it has to be said who came along."""
        return self._card.line.two_people and self.form.result not in ALONE

    def questions(self) -> list[Question]:
        """What to bring back and to ask about here."""
        return questions(self._asks.promises, self._asks.matters, self._today)

    def reported(self) -> Guidance | None:
        """What saving reports with the visit."""
        shown = self.to_save()
        return reported(shown, self._asks.matters, self._today)

    def duty(self) -> Guidance | None:
        """What the law asks, where minors live here and something is worrying."""
        return duty(self._card, self.form)

    def same_words(self) -> str:
        """The outcome of last time; empty where nobody was ever met, or in a correction."""
        return "" if self.original is not None else same_words(self._card)

    def people(self) -> list[tuple[str, str]]:
        """Who may have been there besides the head: keys and words."""
        family = [
            (person.id, person.name)
            for person in self._card.members
            if person.status not in GONE and person.id != self._head_id()
        ]
        others = [(key, _(words)) for key, words in OTHERS_PRESENT.items()]
        return family + others

    def foreseen(self) -> Due | None:
        """What the rules will say once this is saved; ``None`` where nobody is left to visit."""
        return self._outlook.after.get(self.form.result)

    def next_choices(self) -> list[NextChoice]:
        """The times offered for the chosen result."""
        own = NextChoice(OWN, _(N_("Pick a day")), _(N_("day and time")))
        if self.form.result == "not_home":
            due = self.foreseen()
            better = due.better if due else ()
            slots = retry_slots(self._outlook.visits, better, self._now)
            return [*(NextChoice(stamp(s.at), s.words, s.note, s.at) for s in slots), own]
        visits = self._outlook.visits
        soon, week = in_days(3, self._now, visits), in_days(7, self._now, visits)
        return [
            NextChoice(BY_RULE, _(N_("By the rule")), self._rule_day()),
            NextChoice("soon", _(N_("In 3 days")), moment_words(soon, self._today), soon),
            NextChoice("week", _(N_("In a week")), moment_words(week, self._today), week),
            own,
        ]

    def next_hint(self) -> str:
        """Why these times: the rule that sets the day, or other times of day."""
        due = self.foreseen()
        if self.form.result == "not_home":
            return _(N_("another time of day, within 3 days"))
        return why(due, self._today, most_tier=2) if due and not due.appointment else ""

    def next_key(self) -> str:
        """The chosen time; ``""`` where nothing is chosen."""
        if self._own:
            return OWN
        if not self.form.next_appointment:
            return "" if self.form.result == "not_home" else BY_RULE
        chosen = parse_stamp(self.form.next_appointment)
        return next((one.key for one in self.next_choices() if one.at == chosen), OWN)

    def own_words(self) -> tuple[str, str]:
        """The chosen day and time as they would be typed."""
        if not self.form.next_appointment:
            return "", ""
        at = parse_stamp(self.form.next_appointment)
        return f"{at.astimezone(LOCAL_ZONE):%Y-%m-%d}", clock_text(at)

    def week(self) -> list[Mark]:
        """When of the week this home opened, and when nobody did."""
        return week_marks(self._outlook.visits, self._now)

    def knocks_words(self) -> str:
        """How often nobody answered, this time included, and when somebody last did."""
        due = self.foreseen()
        count = due.failures if due else 0
        knocks = n_(
            "{count} knock without an answer, with this one.",
            "{count} knocks without an answer, with this one.",
            count,
        ).format(count=count)
        opened = last_opened(self._outlook.visits)
        last = _(N_("Last opened: {when}.")).format(when=opened) if opened else ""
        return _(N_("{knocks} {last}")).format(knocks=knocks, last=last) if last else knocks

    def guidance(self) -> Guidance | None:
        """What follows from the result, where it asks for more than a date."""
        return guidance(self.form.result, self.foreseen(), self._card, self._today)

    # --- What a person does ---------------------------------------------------------------------

    def choose_result(self, result: str) -> None:
        """Take a result; what another result asked for stays typed, in case it was a slip."""
        if result != self.form.result:
            self._own = False
            self.form = replace(result_chosen(self.form, result), next_appointment="")

    def choose_same(self) -> bool:
        """Take the outcome of last time. False where nobody was ever met."""
        same = same_as_last(self._card, self.form)
        if same is None:
            return False
        if same.result != self.form.result:
            self._own = False
            same = replace(same, next_appointment="")
        self.form = same
        return True

    def choose_next(self, key: str) -> None:
        """Take one of the offered times; a second press on a time to try again takes it back."""
        if key == self.next_key() and self.form.result == "not_home":
            key = ""
        chosen = next((one for one in self.next_choices() if one.key == key), None)
        self._own = key == OWN
        if not self._own:
            at = stamp(chosen.at) if chosen and chosen.at else ""
            self.form = replace(self.form, next_appointment=at)

    def type_own(self, day_text_: str, time_text: str) -> None:
        """Take a day and a time typed by hand; while they are none, there is no appointment."""
        day, clock = parse_day(day_text_, self._today), parse_time(time_text)
        at = datetime.combine(day, clock, LOCAL_ZONE) if day and clock else None
        self._own = True
        known = stamp(at) if at and at > self._now else ""
        self.form = replace(self.form, next_appointment=known)

    @property
    def next_is_missing(self) -> bool:
        """Whether a time of one's own was chosen and is not written yet."""
        return Part.NEXT in self.parts and self._own and not self.form.next_appointment

    def problem(self) -> str:
        """Why it cannot be saved like this, in words; empty where it can."""
        if not self.form.result:
            return _(N_("Choose what came of the visit: 1 to 5."))
        if self.next_is_missing:
            return _(N_("Write a day and a time still to come, like 6-21 and 15:00."))
        if self.for_two and not self.form.went_with.strip():
            return _(N_("This home is visited by two: write who came along."))
        if self.original is not None and not self.reason.strip():
            return _(N_("Say why it is corrected."))
        slip = self.slip()
        return _(SLIPS[slip]) if slip else ""

    def slip(self) -> str:
        """The line that cannot be meant as it is typed; empty where all can."""
        form, parts = self.form, self.parts
        if Part.PRESSURE in parts and form.pressure.strip() and not pressure_in(form.pressure):
            return "pressure"
        if Part.PROMISE not in parts or self.original is not None:
            return ""
        if self._promise_day.strip() and not form.promise_by:
            return "by"
        return "promise" if form.promise_by and not form.promise.strip() else ""

    def type_promise_day(self, text: str) -> None:
        """Take the day by which something was promised, as it is typed."""
        self._promise_day = text
        day = parse_day(text, self._today)
        known = day.isoformat() if day is not None and day >= self._today else ""
        self.form = replace(self.form, promise_by=known)

    def promise_day_words(self) -> str:
        """The day by which something was promised, as it was typed."""
        return self._promise_day or self.form.promise_by

    def to_save(self) -> VisitForm:
        """The form without what the chosen result does not show."""
        hidden = [part for part in Part if part not in self.parts and part is not Part.METHOD]
        names = [name for part in hidden for name in FIELDS.get(part, (part.value,))]
        if not self.for_two:
            names.append("went_with")
        return replace(self.form, **{name: getattr(_EMPTY, name) for name in names})

    # --- Words ----------------------------------------------------------------------------------

    def _head_id(self) -> str:
        return next((person.id for person in self._card.members if person.status not in GONE), "")

    def _rule_day(self) -> str:
        due = self.foreseen()
        if due is None or due.next_due == ANY_DAY:
            return _(N_("no date"))
        return day_and_weekday(due.next_due, self._today)
