"""The timeline of a household: what waits to be finished, then every entry by month."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from desktop.rows import Tag, TimelineItem, Tone
from desktop.services.history import CASE_ENTRY, MATTER_ENTRY, Entry
from desktop.services.households import HouseholdCard
from desktop.services.opening import KeptForm
from desktop.services.visits import OTHERS_PRESENT
from desktop.viewmodels.changes import change_item
from desktop.viewmodels.days import moment_words
from desktop.viewmodels.history_matters import matter_item
from sync.i18n import N_, _, n_
from sync.identity import LOCAL_ZONE, Clock, local_day, parse_stamp
from sync.rules.reason import clock_text, day_text
from sync.schema import codes

SHOWN_AT_FIRST: Final = 40
MORE: Final = 100
KEPT: Final = "kept:"
"""Before the kind of a form that waits, as the key of its item."""

SHOW_MORE: Final = "more"
_MONTH: Final = N_("{month} {year}")
_MONTHS: Final = (
    N_("January"),
    N_("February"),
    N_("March"),
    N_("April"),
    N_("May"),
    N_("June"),
    N_("July"),
    N_("August"),
    N_("September"),
    N_("October"),
    N_("November"),
    N_("December"),
)
_RESULT_LOOKS: Final = {
    "met": ("door", Tone.OK),
    "met_family": ("door", Tone.OK),
    "not_home": ("minus-circle", Tone.NEUTRAL),
    "refused": ("prohibit", Tone.NEUTRAL),
    "vacant": ("house-line", Tone.NEUTRAL),
    "danger": ("warning", Tone.BAD),
}
_CONDITION_TONES: Final = {"fine": Tone.OK, "attention": Tone.WARN, "urgent": Tone.BAD}
_KEPT_LOOKS: Final = {
    "visit": (N_("Visit, not saved yet"), "note-pencil"),
    "mediation": (N_("Mediation, not saved yet"), "handshake"),
    "note": (N_("Note, not saved yet"), "chat-text"),
    "edit": (N_("Changes, not saved yet"), "pencil-simple"),
    "resident": (N_("Who lives here, not saved yet"), "users-three"),
}
_TAKEN_BACK: Final = {
    "visit": N_("Visit taken back"),
    "note": N_("Note taken back"),
    "mediation": N_("Mediation taken back"),
}
# By the value of ``Entry.state``.
_DELIVERIES: Final = {
    "waiting": (N_("to send"), "cloud-arrow-up"),
    "delivered": (N_("delivered"), "cloud-check"),
    "conflict": (N_("a person decides"), "git-merge"),
    "held": (N_("kept aside by the server"), "warning-circle"),
}


class Filter(StrEnum):
    """Which entries are shown. The values of all but the first are kinds of :class:`Entry`."""

    ALL = "all"
    VISITS = "visit"
    MATTERS = MATTER_ENTRY
    NOTES = "note"
    MEDIATIONS = "mediation"
    CHANGES = "change"

    @property
    def words(self) -> str:
        """The tab's words."""
        return _(_FILTERS[self])

    def holds(self, entry: Entry) -> bool:
        """Whether the entry belongs here."""
        kind = "mediation" if entry.kind == CASE_ENTRY else entry.kind
        return self is Filter.ALL or kind == self.value


_FILTERS: Final = {
    Filter.ALL: N_("All"),
    Filter.VISITS: N_("Visits"),
    Filter.MATTERS: N_("Matters"),
    Filter.NOTES: N_("Notes"),
    Filter.MEDIATIONS: N_("Mediations"),
    Filter.CHANGES: N_("Changes"),
}


@dataclass(frozen=True)
class FilterCount:
    """A filter with the number of its entries that stand."""

    filter: Filter
    count: int


class History:
    """The entries of one household with what the person chose to see of them. Attributes:
    ``opens_matters``, whether its reader has the page of matters."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._card: HouseholdCard | None = None
        self._kept: tuple[KeptForm, ...] = ()
        self._shown = SHOWN_AT_FIRST
        self.filter = Filter.ALL
        self.opens_matters = False

    def show(self, card: HouseholdCard, kept: Sequence[KeptForm]) -> None:
        """Take what was read; another household begins with everything, its latest entries."""
        if self._card is None or self._card.line.id != card.line.id:
            self.filter = Filter.ALL
            self._shown = SHOWN_AT_FIRST
        self._card = card
        self._kept = tuple(kept)

    def show_more(self) -> None:
        """Older entries too."""
        self._shown += MORE

    def tabs(self) -> list[FilterCount]:
        """Every filter with its count."""
        entries = self._card.entries if self._card else ()
        standing = [entry for entry in entries if entry.stands]
        return [FilterCount(one, sum(map(one.holds, standing))) for one in Filter]

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is known of this household yet."""
        return not self._kept and not (self._card and self._card.entries)

    def items(self) -> list[TimelineItem]:
        """Forms that wait on top, then the entries of the filter under their months."""
        if self._card is None:
            return []
        told = _Told(self._card, self._clock.now(), self.opens_matters)
        found = [entry for entry in self._card.entries if self.filter.holds(entry)]
        items = [_kept_item(kept, told.today) for kept in self._kept]
        items += _by_month(found[: self._shown], told)
        hidden = len(found) - self._shown
        return [*items, _more_item(hidden)] if hidden > 0 else items


@dataclass(frozen=True)
class _Told:
    """Of which home entries tell, when, and to whom."""

    card: HouseholdCard
    now: datetime
    opens_matters: bool

    @property
    def today(self) -> date:
        return local_day(self.now)


def _by_month(entries: Iterable[Entry], told: _Told) -> Iterator[TimelineItem]:
    heading = ""
    for entry in entries:
        moment = parse_stamp(entry.at).astimezone(LOCAL_ZONE)
        title = _heading(moment, told.today)
        if title != heading:
            heading = title
            yield TimelineItem(f"month:{title}", title)
        yield _entry_item(entry, moment, told)


def _heading(moment: datetime, today: date) -> str:
    if moment.date() == today:
        return _(N_("Earlier today"))
    return _(_MONTH).format(month=_(_MONTHS[moment.month - 1]), year=moment.year)


def _kept_item(kept: KeptForm, today: date) -> TimelineItem:
    title, icon = _KEPT_LOOKS[kept.kind]
    return TimelineItem(
        key=f"{KEPT}{kept.kind}",
        title=_(title),
        icon=icon,
        tone=Tone.PRIMARY,
        note=_(N_("begun, on this computer only")),
        text=kept.text,
        when=_when(parse_stamp(kept.at), today) if kept.at else "",
        action=_(N_("Go on")),
    )


def _more_item(hidden: int) -> TimelineItem:
    title = n_("{count} older entry", "{count} older entries", hidden).format(count=hidden)
    return TimelineItem(SHOW_MORE, title, icon="clock-counter-clockwise", action=_(N_("Show")))


def _entry_item(entry: Entry, moment: datetime, told: _Told) -> TimelineItem:
    card, today = told.card, told.today
    if entry.kind == CASE_ENTRY:
        return _case(entry, moment, today)
    match entry.kind:
        case _ if entry.takes_back:
            item = _taken_back(entry)
        case "visit":
            item = _visit(entry, card, today)
        case "mediation":
            item = _mediation(entry)
        case "change":
            item = change_item(entry, card, today)
        case "matter":
            item = matter_item(entry, told.now)
        case _:
            text = str(entry.fields.get("text", ""))
            item = TimelineItem(entry.id, _(N_("Household note")), "chat-text", text=text)
    words, icon = _DELIVERIES[entry.state.value]
    at = f" {_when(parse_stamp(entry.delivered_at), today)}" if entry.delivered_at else ""
    return replace(
        item,
        tone=Tone.NEUTRAL if entry.replaced else item.tone,
        tags=(*_standing(entry), *item.tags),
        who=entry.author,
        when=_when(moment, today),
        delivery=_(words) + at,
        delivery_icon=icon,
        action=_action(entry, told),
        is_quiet=True,
    )


def _action(entry: Entry, told: _Told) -> str:
    """What its button does: a visit is corrected, an oral agreement is put on paper, a matter is
    opened where its reader has the page of matters."""
    if entry.kind == MATTER_ENTRY:
        return _(N_("Open")) if told.opens_matters else ""
    if _may_correct(entry):
        return _(N_("Correct"))
    prints = entry.kind == "mediation" and not entry.replaced and not entry.takes_back
    return _(N_("Registration form")) if prints else ""


def _may_correct(entry: Entry) -> bool:
    """A visit that stands: neither corrected before nor taken back."""
    return entry.kind == "visit" and not entry.replaced and not entry.fields.get("void")


def _standing(entry: Entry) -> Iterator[Tag]:
    """Whether an entry corrects another, or was itself corrected: both stay readable."""
    if entry.replaced:
        yield Tag(_(N_("corrected later")), Tone.NEUTRAL, "arrow-bend-down-right")
    if entry.fields.get("corrects") and not entry.takes_back:
        if entry.kind == "mediation":
            words = _(N_("linked to the ledger by {name}")).format(name=entry.linked_by)
            yield Tag(words, Tone.NEUTRAL, "link")
        else:
            yield Tag(_(N_("correction")), Tone.NEUTRAL, "pencil-simple")


def _taken_back(entry: Entry) -> TimelineItem:
    title, reason = _(_TAKEN_BACK[entry.kind]), str(entry.fields.get("reason", ""))
    return TimelineItem(entry.id, title, "arrow-counter-clockwise", note=reason)


def _visit(entry: Entry, card: HouseholdCard, today: date) -> TimelineItem:
    fields = entry.fields
    reason = str(fields.get("reason", ""))
    result = str(fields.get("result", ""))
    icon, tone = _RESULT_LOOKS.get(result, ("door", Tone.NEUTRAL))
    method = str(fields.get("method", ""))
    present = _(", ").join(_companions(fields.get("companions", ()), card))
    about = (reason, _(codes.METHOD.get(method, "")) if method != "home" else "", present)
    return TimelineItem(
        key=entry.id,
        title=_(codes.RESULT.get(result, result)),
        icon=icon,
        tone=tone,
        note=" · ".join(part for part in about if part),
        text=str(fields.get("note", "")),
        tags=tuple(_visit_tags(fields, today)),
    )


def _visit_tags(fields: Mapping[str, Any], today: date) -> Iterator[Tag]:
    condition = str(fields.get("condition", ""))
    if condition in codes.CONDITION:
        yield Tag(_(codes.CONDITION[condition]), _CONDITION_TONES[condition])
    for need in fields.get("needs", ()):
        yield Tag(_(codes.NEED.get(need, need)), Tone.NEUTRAL, "clipboard-text")
    for hazard in fields.get("hazards", ()):
        yield Tag(_(codes.HAZARD.get(hazard, hazard)), Tone.WARN, "warning")
    if fields.get("next_appointment"):
        moment = parse_stamp(str(fields["next_appointment"]))
        yield Tag(
            _(N_("at {time}")).format(time=moment_words(moment, today)), Tone.NEUTRAL, "clock"
        )


def _companions(keys: Iterable[str], card: HouseholdCard) -> Iterator[str]:
    """Who else was there: residents by name, others by what they are."""
    names = {person.id: person.name for person in card.members}
    for key in keys:
        yield names.get(key) or _(OTHERS_PRESENT.get(key, N_("someone else")))


def _mediation(entry: Entry) -> TimelineItem:
    fields = entry.fields
    dispute = codes.DISPUTE.get(str(fields.get("dispute", "")), "")
    done = bool(fields.get("done"))
    outcome = N_("carried out on the spot") if done else N_("still to be carried out")
    return TimelineItem(
        key=entry.id,
        title=_(N_("Mediation: {dispute}")).format(dispute=_(dispute))
        if dispute
        else _(N_("Mediation")),
        icon="handshake",
        tone=Tone.PRIMARY,
        note=_(N_("with {party}")).format(party=entry.other) if entry.other else "",
        text="\n".join(str(fields[name]) for name in ("what", "result") if fields.get(name)),
        tags=(Tag(_(outcome), Tone.OK if done else Tone.WARN, "check" if done else "clock"),),
    )


def _case(entry: Entry, moment: datetime, today: date) -> TimelineItem:
    """A mediation case: what it is about and how far it is; the rest is read there."""
    stage = _(codes.CASE_STAGE.get(entry.fields["stage"], ""))
    return TimelineItem(
        key=entry.id,
        title=_(N_("Mediation case")),
        icon="handshake",
        tone=Tone.PRIMARY,
        note=" · ".join(part for part in (entry.fields["no"], entry.fields["who"]) if part),
        text=entry.fields["title"],
        when=_when(moment, today),
        tags=(Tag(stage, Tone.NEUTRAL),) if stage else (),
        action=_(N_("Open")),
        is_quiet=True,
    )


def _when(moment: datetime, today: date) -> str:
    """The time for today, else the day."""
    day = local_day(moment)
    return clock_text(moment) if day == today else day_text(day, today)
